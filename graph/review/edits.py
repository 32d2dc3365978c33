"""A kept edit: what it changes and what was there, as the log tells it, and how it meets what was written since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from graph.errors import InvalidValue
from graph.model import LINK_PROPS, EntityType
from graph.model.model import TRANSLATION
from graph.store.batch import Change, Edit, Put, To
from graph.store.snapshot import outside

Place: TypeAlias = tuple[str, str | None]
"""A property or a link to one by its name; one of several links by its field and its target."""

Moved: TypeAlias = tuple[Any, Any]
"""What was at a place and what is there after; of links what they carry by target, and nothing where none was."""

#: What follows from a translation's source when it is written.
_FOLLOWS = frozenset({"basis", "basis_rev"})


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """What an edit sets and what it found, in stored form."""

    patch: Mapping[str, Any]
    reverse: Mapping[str, Any]

    @staticmethod
    def of(change: Change) -> "KeptEdit":
        """What is kept of an update that was tried: all but what follows from the rest."""
        if change.type != TRANSLATION:
            return KeptEdit(change.patch, change.reverse)
        forth, back = ({**one, "set": _without_basis(one)} for one in (change.patch, change.reverse))
        return KeptEdit(forth, back)

    @property
    def empty(self) -> bool:
        return not (_values(self.patch) or _links(self.patch))

    @property
    def targets(self) -> set[str]:
        """The other sides of its links, and what they rest on."""
        carried = [puts for one in (self.patch, self.reverse) for puts in map(_put, _links(one).values())]
        evidence = {str(props["evidence"]) for puts in carried for props in puts.values() if props.get("evidence")}
        return {to for puts in carried for to in puts} | evidence

    def places(self, entity: EntityType) -> dict[Place, Moved]:
        """What it changes, each place with what was there and what it proposes."""
        return dict(_places(entity, self.patch, self.reverse))

    def put(self, entity: EntityType, id: str, rev: int) -> Put:
        """The edit as it is written; raises InvalidValue where the model does not know something of it."""
        values = {name: outside(entity.prop(name), value) for name, value in _values(self.patch).items()}
        put = Put(id, entity.name, values, {}, rev, edits={})
        for name, moved in _links(self.patch).items():
            end = entity.end(name)
            props = {**LINK_PROPS, **end.link.props}
            to = tuple(
                To(target, {key: outside(props[key], value) for key, value in carried.items()})
                for target, carried in _put(moved).items()
            )
            if end.many:
                put.edits = {**put.edits, name: Edit(to, tuple(moved.get("drop") or ()))}
            else:
                put.links = {**put.links, name: to}
        return put


def kept_edit(patch: object, reverse: object) -> KeptEdit:
    """What is stored of an edit; raises InvalidValue where it is none, as an import may bring."""
    for one in (patch, reverse):
        if not (isinstance(one, dict) and all(isinstance(one.get(part, {}), dict) for part in ("set", "links"))):  # pyright: ignore[reportUnknownMemberType]
            raise InvalidValue("What is kept is no edit.", path="patch", cure="Make another proposal.")
        for moved in _links(cast("Mapping[str, Any]", one)).values():
            if not (isinstance(moved, dict) and all(isinstance(props, dict) for props in _put(moved).values())):  # pyright: ignore[reportUnknownArgumentType]
                raise InvalidValue("What is kept is no edit.", path="patch", cure="Make another proposal.")
    return KeptEdit(cast("Mapping[str, Any]", patch), cast("Mapping[str, Any]", reverse))


def moved_since(entity: EntityType, entries: Iterable[Change]) -> dict[Place, Moved] | None:
    """What entries of one thing, oldest first, changed together; None where one of them says more than places do."""
    found: dict[Place, Moved] = {}
    for entry in entries:
        if entry.op != "update" or not entry.patch:
            return None
        for place, (before, after) in _places(entity, entry.patch, entry.reverse):
            found[place] = (found[place][0] if place in found else before, after)
    return {place: moved for place, moved in found.items() if moved[0] != moved[1]}


def colliding(mine: Mapping[Place, Moved], theirs: Mapping[Place, Moved]) -> list[Place]:
    """The places at which two changes leave something else, in the order of the first."""
    return [place for place, moved in mine.items() if place in theirs and theirs[place][1] != moved[1]]


def _places(entity: EntityType, patch: Mapping[str, Any], reverse: Mapping[str, Any]) -> Iterator[tuple[Place, Moved]]:
    before = _values(reverse)
    for name, value in _values(patch).items():
        if name in entity.props:
            yield (name, None), (before.get(name), value)
    back = _links(reverse)
    for name, moved in _links(patch).items():
        end = entity.forward.get(name)
        if end is None:
            continue
        puts, again = _put(moved), _put(back.get(name, {}))
        if not end.many:
            yield (name, None), (dict(again), dict(puts))
            continue
        for target in dict.fromkeys((*puts, *(moved.get("drop") or ()))):
            yield (name, target), (_one(again, target), _one(puts, target))


def _one(links: Mapping[str, Any], target: str) -> dict[str, Any]:
    return {target: links[target]} if target in links else {}


def _without_basis(patch: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _values(patch).items() if name not in _FOLLOWS}


def _values(patch: Mapping[str, Any]) -> Mapping[str, Any]:
    return patch.get("set") or {}


def _links(patch: Mapping[str, Any]) -> Mapping[str, Any]:
    return patch.get("links") or {}


def _put(moved: Mapping[str, Any]) -> Mapping[str, Any]:
    return moved.get("put") or {}
