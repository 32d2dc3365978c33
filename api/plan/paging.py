"""Pages: how many, from where, in which order; cursors that say which order they belong to."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import orjson

from api.plan.errors import Code, Refused, refused
from api.plan.limits import Limits
from graph.model import EntityType, Storage
from graph.store.select import Order, Value

_DEFAULT = 20
_LONGEST_CURSOR = 4_000
_TYPES: Mapping[Storage, tuple[type, ...]] = {
    Storage.TEXT: (str,),
    Storage.INTEGER: (int,),
    Storage.REAL: (int, float),
    Storage.BOOLEAN: (int, bool),
    Storage.LIST: (),
    Storage.JSON: (),
}


@dataclass(frozen=True, slots=True)
class Page:
    """How many from which end, and the order's keys that the page starts after or ends before."""

    size: int
    backward: bool
    after: tuple[Value, ...] | None


def page_of(given: Mapping[str, Any], limits: Limits, digest: str) -> Page:
    """The page that the arguments of a list choose."""
    first, last = given.get("first"), given.get("last")
    after, before = given.get("after"), given.get("before")
    if first is not None and last is not None:
        raise _bad("A page is counted from one end. Give first or last, not both.")
    if last is None and before is not None and first is None:
        last = _DEFAULT
    if last is not None and after is not None:
        raise _bad("A page counted from the end stops before a cursor. Give before in place of after.")
    if first is not None and before is not None:
        raise _bad("A page counted from the start begins after a cursor. Give after in place of before, or last.")
    size = size_of("first" if last is None else "last", first if last is None else last, limits)
    cursor = after if last is None else before
    return Page(size, last is not None, None if cursor is None else decode(cursor, digest))


def size_of(name: str, given: int | None, limits: Limits) -> int:
    """The size of a page, refused where it is negative or too large."""
    size = _DEFAULT if given is None else given
    if size < 0:
        raise _bad(f"{name} is {size}; it cannot be negative.")
    if size > limits.first:
        raise refused(
            Code.LIMIT_EXCEEDED,
            f"{name} is {size}; {limits.first} are allowed. Ask for {limits.first} and go on after the last cursor.",
        )
    return size


@lru_cache(maxsize=4096)
def digest_of(entity: str, order: tuple[Order, ...]) -> str:
    """A short name of an order, by which a cursor of another order is known."""
    told = "|".join([entity, *(f"{one.prop}{'-' if one.descending else '+'}" for one in order)])
    return hashlib.blake2b(told.encode(), digest_size=5).hexdigest()


def encode(digest: str, key: Sequence[object]) -> str:
    """A cursor: the order's digest and the values of its keys."""
    return base64.urlsafe_b64encode(orjson.dumps([digest, *key])).decode().rstrip("=")


def decode(cursor: str, digest: str) -> tuple[Any, ...]:
    """The keys in a cursor; refused where it is none, or one of another order."""
    found: object = None
    if len(cursor) <= _LONGEST_CURSOR:
        try:
            found = orjson.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        except (ValueError, binascii.Error):
            found = None
    keys = cast("list[object]", found) if isinstance(found, list) else []
    if len(keys) < 2:  # noqa: PLR2004 - a digest and at least one key
        raise _bad("The cursor is none of ours. Give one as an edge or pageInfo gave it.")
    if keys[0] != digest:
        raise _bad("The cursor belongs to another list or order. Go on in the order in which it was given.")
    return tuple(keys[1:])


def fitting(keys: tuple[Value, ...], storages: Sequence[Storage]) -> tuple[Value, ...]:
    """The keys, refused where a value could never have been one of them."""
    kinds = [*storages, Storage.TEXT]
    fits = len(keys) == len(kinds) and all(
        value is None or type(value) in _TYPES[storage] for value, storage in zip(keys, kinds, strict=True)
    )
    if not fits or not isinstance(keys[-1], str):
        raise _bad("The cursor has been changed. Give one as an edge or pageInfo gave it.")
    return keys


def storages_of(entity: EntityType, order: tuple[Order, ...], link_props: Mapping[str, Any]) -> list[Storage]:
    """How the keys of an order are stored."""
    return [(link_props[one.prop[1:]] if one.prop.startswith("@") else entity.props[one.prop]).storage for one in order]


def orders_of(given: Sequence[Mapping[str, Any]] | None, named: Mapping[str, tuple[str, str]]) -> tuple[Order, ...]:
    """The order that an argument names; a second mention of a key changes nothing."""
    found: dict[str, Order] = {}
    for one in given or ():
        direction = one.get("direction")
        prop = named[one["field"].name][0]
        found.setdefault(prop, Order(prop, descending=direction is not None and direction.name == "DESC"))
    return tuple(found.values())


def _bad(message: str) -> Refused:
    return refused(Code.BAD_ARGUMENT, message)
