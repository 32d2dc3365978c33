"""Answers that are graphs, drawn: ways between things, routes over channels, the tree of a post.

Nodes stand in layers from left to right, each by the mean of those before it, so that few lines cross. The picture is
plain SVG in the page; what it shows stands in words below it too.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.cards.shapes import Json, is_list, is_object
from api.cards.words import figure, when

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 168, 52, 76, 20, 8
_LINE, _LINES, _MOST = 22, 2, 80


@dataclass(frozen=True, slots=True)
class Dot:
    """A thing in a drawing; `lines` is what it is called, `note` a word below. `x` and `y` are its upper left."""

    key: str
    id: str
    lines: tuple[str, ...]
    note: str
    layer: int
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A link from one thing to another, as a curve, with its name."""

    start: str
    end: str
    name: str
    path: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph that is drawn: its size, things and links; `told` is the block that says the same in words."""

    title: str
    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    cut: bool = False
    told: Any = None
    kind: str = "drawing"


def drawing_of(title: str, rows: Sequence[Mapping[str, Json]], lang: str = "en") -> Drawing | None:
    """The drawing of a list that is ways, routes or a tree; None where it is none of them."""
    if not rows:
        return None
    if all("steps" in row and _named(row["steps"], "entity") for row in rows):
        return drawn(title, *_chains([row["steps"] for row in rows], "entity", "field", lang))
    if all("hops" in row and _named(row["hops"], "channel") for row in rows):
        return drawn(title, *_chains([row["hops"] for row in rows], "channel", "agreement", lang))
    if all({"placement", "repeats", "hop", "channel"} <= row.keys() for row in rows):
        return drawn(title, *_tree(rows, lang))
    return None


def _named(steps: Json, name: str) -> bool:
    return is_list(steps) and all(is_object(one) and name in one for one in steps)


def _chains(
    chains: Sequence[Sequence[Mapping[str, Json]]], thing: str, link: str, lang: str
) -> tuple[list[Dot], list[Line]]:
    """Chains of things as one graph; a thing stands as far right as its longest way from a beginning."""
    dots: dict[str, Dot] = {}
    lines: dict[tuple[str, str, str], Line] = {}
    for chain in chains:
        before = ""
        for position, step in enumerate(chain):
            dot = _dot(step.get(thing), position, _note(step, lang))
            known = dots.get(dot.key)
            if known is None or known.layer < position:
                dots[dot.key] = dot
            if before and before != dot.key:
                name = str(step.get(link) or "")
                lines[before, dot.key, name] = Line(before, dot.key, name)
            before = dot.key
    return list(dots.values()), list(lines.values())


def _tree(rows: Sequence[Mapping[str, Json]], lang: str) -> tuple[list[Dot], list[Line]]:
    dots: list[Dot] = []
    lines: list[Line] = []
    for row in rows:
        own, parent = _id(row["placement"]), _id(row["repeats"])
        dot = _dot(row["channel"], int(row["hop"]), _note(row, lang))
        dots.append(Dot(own or dot.key, dot.id, dot.lines, dot.note, dot.layer))
        if parent:
            lines.append(Line(parent, own, when(str(row.get("at") or "")[:10], lang)))
    return dots, lines


def _id(value: Json) -> str:
    return str(value.get("id") or "") if is_object(value) else ""


def _note(row: Mapping[str, Json], lang: str) -> str:
    """A number of people, where the row tells one."""
    reach: Json = row.get("reach")
    people = reach.get("people") if is_object(reach) else None
    return "" if people is None else figure(float(people), lang)


def _dot(value: Json, layer: int, note: str) -> Dot:
    thing: Mapping[str, Json] = value if is_object(value) else {}
    id = str(thing.get("id") or "")
    label = next((str(thing[name]) for name in ("title", "name", "label") if thing.get(name)), id or "…")
    lines = textwrap.wrap(label, _LINE, max_lines=_LINES, placeholder=" …") or ["…"]
    return Dot(id or label, id, tuple(lines), note, layer)


def drawn(title: str, dots: Iterable[Dot], lines: Iterable[Line]) -> Drawing:
    """Things and links with their places."""
    given = list(dots)
    kept = {dot.key: dot for dot in given[:_MOST]}
    joined = [line for line in lines if line.start in kept and line.end in kept]
    placed = _placed(kept, joined)
    layers = 1 + max((dot.layer for dot in placed.values()), default=0)
    most = max((sum(dot.layer == layer for dot in placed.values()) for layer in range(layers)), default=1)
    width, height = layers * WIDTH + (layers - 1) * ACROSS + 2 * EDGE, most * (HEIGHT + DOWN) - DOWN + 2 * EDGE
    curves = tuple(_curve(line, placed[line.start], placed[line.end]) for line in joined)
    return Drawing(title, width, height, tuple(placed.values()), curves, len(given) > _MOST)


def _placed(dots: Mapping[str, Dot], lines: Sequence[Line]) -> dict[str, Dot]:
    """Each layer in the order of the mean place of what leads there, spread over the height."""
    before: dict[str, list[str]] = {}
    for line in lines:
        before.setdefault(line.end, []).append(line.start)
    layers: dict[int, list[Dot]] = {}
    for dot in dots.values():
        layers.setdefault(dot.layer, []).append(dot)
    tallest = max((len(layer) for layer in layers.values()), default=1)
    found: dict[str, Dot] = {}
    for number in sorted(layers):
        layer = layers[number]
        means = {dot.key: _mean([found[key].y for key in before.get(dot.key, ()) if key in found]) for dot in layer}
        layer.sort(key=lambda dot: means[dot.key])
        gap = (tallest - len(layer)) * (HEIGHT + DOWN) // 2
        for row, dot in enumerate(layer):
            x, y = EDGE + number * (WIDTH + ACROSS), EDGE + gap + row * (HEIGHT + DOWN)
            found[dot.key] = Dot(dot.key, dot.id, dot.lines, dot.note, number, x, y)
    return found


def _mean(places: Sequence[int]) -> float:
    return sum(places) / len(places) if places else 0.0


def _curve(line: Line, start: Dot, end: Dot) -> Line:
    """From the right side of the one to the left side of the other; back to a layer before, from left to right side."""
    back = end.x + WIDTH <= start.x
    x1, y1 = start.x + (0 if back else WIDTH), start.y + HEIGHT // 2
    x2, y2 = end.x + (WIDTH if back else 0), end.y + HEIGHT // 2
    bend = max(ACROSS // 2, abs(x2 - x1) // 2) * (-1 if back else 1)
    path = f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"
    return Line(line.start, line.end, line.name, path, (x1 + x2) // 2, (y1 + y2) // 2 - 4)
