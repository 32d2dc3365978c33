"""The neighbourhood of a thing: what it links to and what links to it, as its reader sees it, drawn and in rows."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.cards.drawing import Dot, Drawing, Line, drawn
from api.cards.words import worded
from api.labels import Label, labels
from api.linked import carried, follow, read_linked
from api.schema.names import camel
from graph.model import End
from graph.store.ids import type_of
from graph.store.port import GraphStore
from graph.store.select import Follow, Order, Select, Viewer, shape_of

#: How many things are shown of each link.
MOST = 12
_WIDE, _LINES = 22, 2
#: What is about work on a thing and not about the thing.
_ASIDE = frozenset({"review_notes", "proposed_edits", "translations"})
_NOT_TOLD = frozenset({"since", "until", "evidence"})


@dataclass(frozen=True, slots=True)
class Bond:
    """A link of the thing: its field, the other side, and what it carries; `forward` where it starts at the thing."""

    field: str
    forward: bool
    other: str
    carried: Mapping[str, object]
    since: str = ""
    until: str = ""

    def holds(self, day: str) -> bool:
        """Whether it holds on a day, as far as it says; a year or a month is all of its days."""
        begun = not self.since or day[: len(self.since)] >= self.since
        return begun and (not self.until or day[: len(self.until)] <= self.until)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A thing with its links, and what things are called; `hidden` are the fields of which there are more."""

    id: str
    bonds: tuple[Bond, ...]
    named: Mapping[str, Label]
    hidden: frozenset[str] = frozenset()

    @property
    def fields(self) -> list[str]:
        """The fields that lead somewhere."""
        return list(dict.fromkeys(one.field for one in self.bonds))

    def narrowed(self, link: str, day: str) -> "Neighbourhood":
        """Only the links of a field, and only those that hold on a day, where one is named."""
        kept = (one for one in self.bonds if (not link or one.field == link) and (not day or one.holds(day)))
        return Neighbourhood(self.id, tuple(kept), self.named, self.hidden)


def neighbourhood(store: GraphStore, viewer: Viewer, id: str, lang: str) -> Neighbourhood | None:
    """The neighbourhood of the thing with an id, where the viewer sees it."""
    entity = type_of(store.model, id)
    if entity is None:
        return None
    ends = [end for name, end in entity.ends.items() if name not in _ASIDE]
    found = read_linked(store, viewer, entity, id, [(f"@{end.name}", _follow(end)) for end in ends])
    if found is None:
        return None
    bonds = tuple(one for end in ends for one in _bonds(end, found[f"@{end.name}"]["rows"][:MOST]))
    more = frozenset(camel(end.name) for end in ends if len(found[f"@{end.name}"]["rows"]) > MOST)
    named = labels(store, viewer, [id, *(one.other for one in bonds)], lang)
    if id not in named:
        return None
    return Neighbourhood(id, tuple(one for one in bonds if one.other in named), named, more)


def drawing(title: str, around: Neighbourhood, types: Mapping[str, str]) -> Drawing:
    """What links to the thing at its left, what it links to at its right."""
    dots = {around.id: _dot(around.named[around.id], 1, types)}
    lines: list[Line] = []
    for one in around.bonds:
        if one.other != around.id:
            dots.setdefault(one.other, _dot(around.named[one.other], 2 if one.forward else 0, types))
        start, end = (around.id, one.other) if one.forward else (one.other, around.id)
        lines.append(Line(start, end, one.field))
    return drawn(title, dots.values(), lines)


def told(around: Neighbourhood, lang: str) -> Iterator[dict[str, str]]:
    """Each link as a row of names: what, how, what, and what it carries."""
    for one in around.bonds:
        start, end = (around.id, one.other) if one.forward else (one.other, around.id)
        carried = [f"{worded(camel(name), lang)}: {_said(value, lang)}" for name, value in one.carried.items()]
        held = f"{one.since}–{one.until}" if one.since or one.until else ""
        yield {
            "from": around.named[start].text,
            "from_id": start,
            "link": worded(one.field, lang),
            "to": around.named[end].text,
            "to_id": end,
            "more": "; ".join([*carried, *([held] if held else [])]),
        }


def _said(value: object, lang: str) -> object:
    """A word of a vocabulary in the language of the page, anything else as it is."""
    return worded(value, lang) if isinstance(value, str) and len(value) > 1 and value.isupper() else value


def _follow(end: End) -> Follow:
    target = Select(end.target, shape_of("id"), order=(Order("label"),), limit=MOST + 1)
    return follow(end, target)


def _bonds(end: End, rows: Sequence[Mapping[str, Any]]) -> Iterator[Bond]:
    for row in rows:
        props = carried(end, row)
        told_ = {name: value for name, value in props.items() if name not in _NOT_TOLD}
        since, until = (str(props.get(name) or "") for name in ("since", "until"))
        yield Bond(camel(end.name), end.forward, row["id"], told_, since, until)


def _dot(label: Label, layer: int, types: Mapping[str, str]) -> Dot:
    lines = textwrap.wrap(label.text, _WIDE, max_lines=_LINES, placeholder=" …") or ["…"]
    return Dot(label.id, label.id, tuple(lines), types.get(label.type, ""), layer)
