"""The neighbourhood of a thing: what it links to and what links to it, as its reader sees it, drawn and in rows.

Things in it can be opened, and what is around them is then shown beyond them.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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

#: How many things are shown of each link, and how many are opened beside the first.
MOST, OPENED = 12, 6
#: Narrower than a thing is, beside the sign that opens it.
_WIDE, _LINES = 19, 2
#: What is about work on a thing and not about the thing.
_ASIDE = frozenset({"review_notes", "proposed_edits", "translations"})
_NOT_TOLD = frozenset({"since", "until", "evidence"})


@dataclass(frozen=True, slots=True)
class Bond:
    """A link of a thing: its field, the other side, and what it carries; `forward` where it starts at the thing."""

    field: str
    forward: bool
    other: str
    carried: Mapping[str, object]
    since: str = ""
    until: str = ""
    of: str = ""
    #: What the link is called where it is stored, as both its sides lead over it.
    stored: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        """Where it starts, and where it leads."""
        return (self.of, self.other) if self.forward else (self.other, self.of)

    def holds(self, day: str) -> bool:
        """Whether it holds on a day, as far as it says; a year or a month is all of its days."""
        begun = not self.since or day[: len(self.since)] >= self.since
        return begun and (not self.until or day[: len(self.until)] <= self.until)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A thing with its links and those of what was opened, and what things are called.

    `layers` are how far right of the thing each stands, or left where that is below zero; `hidden` are things and their
    fields of which there are more.
    """

    id: str
    bonds: tuple[Bond, ...]
    named: Mapping[str, Label]
    layers: Mapping[str, int]
    hidden: frozenset[tuple[str, str]] = frozenset()
    opened: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """The fields that lead somewhere."""
        return list(dict.fromkeys(one.field for one in self.bonds))

    def narrowed(self, link: str, day: str) -> "Neighbourhood":
        """Only the links of a field, and only those that hold on a day, where one is named."""
        kept = (one for one in self.bonds if (not link or one.field == link) and (not day or one.holds(day)))
        return replace(self, bonds=tuple(kept))


def neighbourhood(
    store: GraphStore, viewer: Viewer, id: str, lang: str, opened: Iterable[str] = ()
) -> Neighbourhood | None:
    """The neighbourhood of the thing with an id, where the viewer sees it.

    Of what is to be opened, in that order, only what is shown by then is.
    """
    layers, bonds, hidden = {id: 0}, list[Bond](), frozenset[tuple[str, str]]()
    done: list[str] = []
    for wanted in (id, *opened):
        if wanted in done or wanted not in layers or len(done) > OPENED:
            continue
        around = _around(store, viewer, wanted)
        if around is None:
            continue
        done.append(wanted)
        for one in around[0]:
            # Beyond what was opened, whichever way the link leads.
            side = layers[wanted] or (1 if one.forward else -1)
            layers.setdefault(one.other, layers[wanted] + (1 if side > 0 else -1))
        # A link between two that are open is told from the one that was first.
        known = {(one.stored, *one.ends) for one in bonds}
        bonds += [one for one in around[0] if (one.stored, *one.ends) not in known]
        hidden |= around[1]
    named = labels(store, viewer, list(layers), lang) if done else {}
    if id not in named:
        return None
    kept = tuple(one for one in bonds if one.of in named and one.other in named)
    return Neighbourhood(id, kept, named, layers, hidden, tuple(done[1:]))


def _around(store: GraphStore, viewer: Viewer, id: str) -> tuple[list[Bond], frozenset[tuple[str, str]]] | None:
    """The links of a thing, and those of which there are more; None where the viewer does not see it."""
    entity = type_of(store.model, id)
    if entity is None:
        return None
    ends = [end for name, end in entity.ends.items() if name not in _ASIDE]
    found = read_linked(store, viewer, entity, id, [(f"@{end.name}", _follow(end)) for end in ends])
    if found is None:
        return None
    bonds = [one for end in ends for one in _bonds(id, end, found[f"@{end.name}"]["rows"][:MOST])]
    return bonds, frozenset((id, camel(end.name)) for end in ends if len(found[f"@{end.name}"]["rows"]) > MOST)


def drawing(title: str, around: Neighbourhood, types: Mapping[str, str]) -> Drawing:
    """What links to the thing at its left, what it links to at its right, and what is around the opened beyond them."""
    shown = dict.fromkeys((around.id, *(id for one in around.bonds for id in (one.of, one.other))))
    columns = {layer: column for column, layer in enumerate(sorted({around.layers[id] for id in shown}))}
    dots = [_dot(around.named[id], columns[around.layers[id]], types) for id in shown]
    return drawn(title, dots, [Line(*one.ends, one.field) for one in around.bonds])


def told(around: Neighbourhood, lang: str) -> Iterator[dict[str, str]]:
    """Each link as a row of names: what, how, what, and what it carries."""
    for one in around.bonds:
        start, end = one.ends
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


def _bonds(of: str, end: End, rows: Sequence[Mapping[str, Any]]) -> Iterator[Bond]:
    for row in rows:
        props = carried(end, row)
        told_ = {name: value for name, value in props.items() if name not in _NOT_TOLD}
        since, until = (str(props.get(name) or "") for name in ("since", "until"))
        yield Bond(camel(end.name), end.forward, row["id"], told_, since, until, of, end.link.stored)


def _dot(label: Label, layer: int, types: Mapping[str, str]) -> Dot:
    lines = textwrap.wrap(label.text, _WIDE, max_lines=_LINES, placeholder=" …") or ["…"]
    return Dot(label.id, label.id, tuple(lines), types.get(label.type, ""), layer)
