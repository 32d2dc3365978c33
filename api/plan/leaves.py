"""Completing values: what graphql-core would let through goes through, anything else is its to judge."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

from api.plan.reading import Unfit
from api.schema.catalogue import never_null
from graph.model import Prop, Storage
from graph.model.kinds import SHARE

Row = Mapping[str, Any]
Getter = Callable[[Any], object]

_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that is taken from a row as it is, unless it is missing where it must not be."""

    slot: str
    needed: bool = False

    def __call__(self, row: Row) -> object:
        value = row[self.slot]
        if value is None and self.needed:
            raise Unfit(self.slot)
        return value


def leaf(prop: Prop, *, checked: bool, slot: str | None = None) -> Getter:
    """How a property is read from a row, under its own name or another."""
    slot = slot or prop.name
    if not checked:
        return Plain(slot)
    check = _check(prop)
    if prop.many:
        return _list(slot, check)
    if check is None:
        return Plain(slot, needed=never_null(prop))
    return _needed_checked(slot, check) if never_null(prop) else _checked(slot, check)


def taking(pairs: Sequence[tuple[str, Getter]]) -> Getter:
    """A function from a row to an object with these keys in this order."""
    plain = [(key, get) for key, get in pairs if isinstance(get, Plain)]
    if len(plain) == len(pairs):
        return AsItIs(tuple(plain))
    if len(plain) < _TOGETHER:
        return lambda row: {key: get(row) for key, get in pairs}
    return _mixed(pairs, plain)


class AsItIs:
    """Objects of nothing but plain values. Rows that look like the answer are the answer."""

    def __init__(self, pairs: tuple[tuple[str, Plain], ...]) -> None:
        self._pairs = pairs
        self._keys = [key for key, _ in pairs]
        self._slots = [get.slot for _, get in pairs]
        self._needed = tuple(get.slot for _, get in pairs if get.needed)

    def __call__(self, row: Row) -> object:
        return {key: get(row) for key, get in self._pairs}

    def many(self, rows: list[Row]) -> list[Any]:
        """The objects of some rows of one answer, which all have the same keys in the same order."""
        if not rows or self._keys != self._slots or list(rows[0]) != self._keys:
            return [self(row) for row in rows]
        for row in rows:
            if None in row.values():
                self._complete(row)
        return rows

    def _complete(self, row: Row) -> None:
        for slot in self._needed:
            if row[slot] is None:
                raise Unfit(slot)


def each(get: Getter, rows: list[Row]) -> list[Any]:
    """What a function makes of each row."""
    return get.many(rows) if isinstance(get, AsItIs) else [get(row) for row in rows]


def _mixed(pairs: Sequence[tuple[str, Getter]], plain: Sequence[tuple[str, Plain]]) -> Getter:
    """Plain values are taken all at once; a key whose value needs more holds another's until that is found."""
    rest = [(key, get) for key, get in pairs if not isinstance(get, Plain)]
    keys = [key for key, _ in pairs]
    slots = [get.slot if isinstance(get, Plain) else plain[0][1].slot for _, get in pairs]
    needed = frozenset(key for key, get in plain if get.needed)
    read = itemgetter(*slots)

    def take(row: Row) -> object:
        values = read(row)
        found: dict[str, object] = dict(zip(keys, values, strict=True))
        if None in values and any(found[key] is None for key in needed):
            raise Unfit(str(keys))
        for key, get in rest:
            found[key] = get(row)
        return found

    return take


def _check(prop: Prop) -> Callable[[Any], object] | None:
    """What has to hold of one value; None where the store's word is enough."""
    if prop.vocabulary is not None:
        members = {member.value: member.value for member in prop.vocabulary}

        def member(value: Any) -> object:
            found = members.get(value)
            if found is None:
                raise Unfit(prop.name)
            return found

        return member
    if prop.kind.storage is Storage.REAL or prop.kind is SHARE:
        return float
    return None


def _checked(slot: str, check: Callable[[Any], object]) -> Getter:
    def get(row: Row) -> object:
        value = row[slot]
        return None if value is None else check(value)

    return get


def _needed_checked(slot: str, check: Callable[[Any], object]) -> Getter:
    def get(row: Row) -> object:
        value = row[slot]
        if value is None:
            raise Unfit(slot)
        return check(value)

    return get


def _list(slot: str, check: Callable[[Any], object] | None) -> Getter:
    def get(row: Row) -> object:
        values = row[slot]
        if not isinstance(values, list) or None in values:
            raise Unfit(slot)
        found = cast("list[object]", values)
        return found if check is None else [check(one) for one in found]

    return get
