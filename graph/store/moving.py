"""Merging and renaming: one entity goes over into another, with all that links to it, and its id leads there.

What it says fills what the other leaves open, where it is at least as public, so that a merge publishes nothing.
Translations into the same language and form are merged in turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from graph.errors import InvalidValue
from graph.model import EntityType, Model, Prop
from graph.model.kinds import NAMES
from graph.model.model import TRANSLATION
from graph.store.batch import Move, Put, Refused, Removal
from graph.store.checking import Checked
from graph.store.ids import check_id
from graph.store.layout import text_open
from graph.store.log import held
from graph.store.operands import EVIDENCE
from graph.store.snapshot import FORMER
from graph.store.transaction import Node, Transaction, Values
from graph.store.undoing import Undone
from graph.store.visibility import LIVE, visibility_of

_SOURCE, _UNITED = "Source", ("aliases", "same_as", "keywords")
_OWN = frozenset({"state", "marking", "embargo_until", "expires_at", "text_state", "sample", FORMER})


def moved(transaction: Transaction, model: Model, moves: Sequence[Move]) -> Undone:
    """What moves come to, as it is written."""
    work = _Work(transaction, model)
    work.load([id for one in moves for id in (one.id, one.into)])
    for one in moves:
        work.move(one)
    return work.done()


@dataclass(slots=True)
class _Work:
    """Nodes on their way; `was` is what was found, and `gone` what goes over into another."""

    transaction: Transaction
    model: Model
    was: dict[str, Node] = field(default_factory=dict[str, Node])
    now: dict[str, Node] = field(default_factory=dict[str, Node])
    gone: dict[str, None] = field(default_factory=dict[str, None])
    found: Undone = field(default_factory=Undone)

    def load(self, ids: Sequence[str]) -> None:
        fresh = self.transaction.load([id for id in dict.fromkeys(ids) if id not in self.was])
        self.was |= fresh
        self.now |= {id: _copy(node) for id, node in fresh.items()}

    def move(self, one: Move) -> None:
        refused = self._refusal(one)
        if refused:
            self.found.refused.append(Refused(one.id, "", *refused))
            return
        node = self.now[one.id]
        entity = self.model.type(node.type)
        if one.into in self.now:
            _fill(entity, self.now[one.into], node)
        else:
            self.now[one.into] = Node(node.type, {**entity.blank, **held(node)}, _copy(node).links)
            self.found.born[one.into] = int(str(node.values["rev"])), str(node.values["created_at"])
        target = self.now[one.into]
        borne = [*_list(target.values.get(FORMER)), one.id, *_list(node.values.get(FORMER))]
        target.values[FORMER] = [id for id in dict.fromkeys(borne) if id != one.into]
        self.gone[one.id] = None
        for links in target.links.values():
            links.pop(one.into, None)
        self._turn(one.id, one.into)

    def _refusal(self, one: Move) -> tuple[str, str] | None:
        """Where a move cannot be made, the path and the reason."""
        if one.id == one.into:
            return "into", "It cannot go over into itself. Name another."
        for id, rev, path in ((one.id, one.rev, "rev"), (one.into, one.into_rev, "into_rev")):
            node = self.now.get(id)
            if node is None or id in self.gone:
                if id == one.id or rev is not None:
                    return ("id" if id == one.id else "into"), f'There is nothing with the id "{id}".'
            elif rev is not None and rev != node.values["rev"]:
                told = f"It was read at revision {rev} and is at {node.values['rev']} now. Read it again and repeat it."
                return path, told
        return self._no_place(one)

    def _no_place(self, one: Move) -> tuple[str, str] | None:
        """Why something cannot go over to an id, whoever bears it."""
        node = self.now[one.id]
        try:
            kind = check_id(self.model, one.into)
        except InvalidValue as error:
            return "into", f"{error.reason} {error.cure}".strip()
        if kind.name != node.type:
            return "into", f'"{one.into}" is no {node.type}. Merge what is of one type.'
        if one.into not in self.now and one.into not in _list(node.values.get(FORMER)):
            taken = self.transaction.moved([one.into]).get(one.into)
            if taken:
                return "into", f'The id "{one.into}" leads to "{taken}" for ever. Name another.'
        return None

    def _turn(self, old: str, new: str) -> None:
        """Let what links to the one, or rests on it, lead to the other."""
        linking = self.transaction.linking([old]).get(old, [])
        resting = self.transaction.resting([old]) if self.was[old].type == _SOURCE else []
        self.load([source for source, _ in linking] + [source for source, _, _ in resting])
        for source, stored, target in resting:
            for id in self._held_by(source):
                links = self._links(id, stored)
                if links.get(target, {}).get(EVIDENCE) == old:
                    links[target] = {**links[target], EVIDENCE: new}
        twins: list[Move] = []
        for source, stored in linking:
            for id in self._held_by(source):
                links = self._links(id, stored)
                carried = links.pop(old, None)
                if carried is None or id == new:
                    continue
                twin = self._twin(id, new) if stored == "TRANSLATES" else None
                if twin is not None:
                    twins.append(Move(id, twin))
                links.setdefault(new, carried)
        for one in twins:
            self.move(one)

    def _held_by(self, source: str) -> list[str]:
        """Who holds the links of a source now: itself, or what it went over into."""
        if source not in self.gone:
            return [source]
        return [id for id, node in self.now.items() if id not in self.gone and source in _list(node.values.get(FORMER))]

    def _links(self, id: str, stored: str) -> dict[str, Values]:
        node = self.now[id]
        return node.links.setdefault(self.model.type(node.type).field_of[stored], {})

    def _twin(self, translation: str, of: str) -> str | None:
        """The translation that is there already for the language and form of another."""
        own = self.now[translation].values
        there = self.transaction.translations_of([of]).get(of, {})
        for id, values in there.items():
            if (values.get("locale"), values.get("form")) == (own.get("locale"), own.get("form")):
                self.load([id])
                return id
        return None

    def done(self) -> Undone:
        """The differences between what was and what is to be."""
        for id in self.gone:
            self.found.removals.append(Removal(id))
        for id, node in self.now.items():
            if id in self.gone:
                continue
            entity, was = self.model.type(node.type), self.was.get(id)
            before = was.values if was else entity.blank
            values = {name: value for name, value in node.values.items() if value != before.get(name)}
            links = {
                name: targets
                for name, targets in node.links.items()
                if targets != (was.links if was else {}).get(name, {})
            }
            if node.type == TRANSLATION and links.keys() & {"translates"}:
                # It was made from another text, and is not made anew by leading elsewhere.
                values |= {name: node.values.get(name) for name in ("basis", "basis_rev")}
            if values or links:
                self.found.checked.append(Checked(Put(id, entity.name), entity, values, links))
        return self.found


def _fill(entity: EntityType, into: Node, node: Node) -> None:
    """Let a node say what another leaves open, where it is as public; links of its own come beside."""
    if not _as_public(node, into):
        return
    closed = set[str]() if text_open(node.values) else set(entity.texts)
    if node.values.get("locale") != into.values.get("locale"):
        closed |= set(entity.texts)
    for name, value in held(node).items():
        if name not in _OWN and name not in closed:
            into.values[name] = _united(entity.props[name], into.values.get(name), value)
    called = node.values.get(entity.label_from or "")
    if called and entity.label_from not in closed and called != into.values.get(entity.label_from or ""):
        into.values["aliases"] = list(dict.fromkeys([*_list(into.values.get("aliases")), str(called)[:300]]))
    for name, end in entity.forward.items():
        there = into.links.setdefault(name, {})
        if end.many or not there:
            into.links[name] = {**node.links.get(name, {}), **there}


def _united(prop: Prop, there: object, value: object) -> object:
    """What a property holds where two are one: lists of names together, else what was there, if anything was."""
    if prop.name in _UNITED:
        return list(dict.fromkeys([*_list(there), *_list(value)]))
    if prop.kind is NAMES:
        both = {**_names(value), **_names(there)}
        return prop.check(both) if both else there
    return value if there in (None, [], "") else there


def _as_public(node: Node, into: Node) -> bool:
    """Whether what a node says may stand in another without going further than it did."""
    mine, other = visibility_of(node.values), visibility_of(into.values)
    live = mine.stage == LIVE and (mine.live_from, mine.live_until) == (other.live_from, other.live_until)
    return mine.level <= other.level and (other.stage != LIVE or live or mine == other)


def _names(value: object) -> Mapping[str, object]:
    return orjson.loads(str(value)) if value else {}


def _list(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []  # pyright: ignore[reportUnknownArgumentType]


def _copy(node: Node) -> Node:
    return Node(node.type, dict(node.values), {name: dict(targets) for name, targets in node.links.items()})
