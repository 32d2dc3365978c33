"""What both compilers make of names and values before they write a statement."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeGuard, cast

from graph.errors import InvalidValue
from graph.model import LINK_PROPS, End, EntityType, Prop, Storage, Uses
from graph.model.folding import fold
from graph.model.kinds import are_lines, line, text
from graph.store.select import And, Cmp, Filter, Not, Or, Rel, Value
from graph.store.shapes import Slot

EVIDENCE = "evidence"
#: How deep and long a filter may be. Neo4j takes seconds to plan what is twice as much, or never comes to an end.
FILTER_LEVELS, FILTER_LINKS, FILTER_CONDITIONS = 28, 10, 500
_NEVER_NULL = {"id", "created_at", "updated_at"}
_HELD: dict[Storage, tuple[type, ...]] = {
    Storage.TEXT: (str,),
    Storage.INTEGER: (int,),
    Storage.REAL: (int, float),
    Storage.BOOLEAN: (bool, int),
}


def link_prop(end: End | Uses, name: str) -> Prop:
    """A property that a link may carry; raises InvalidValue where it may not."""
    if isinstance(end, Uses):
        raise InvalidValue("What uses a thing may do so by several links, none of which can be asked.", path=name)
    prop = end.link.props.get(name) or LINK_PROPS.get(name)
    if prop is None:
        raise InvalidValue(f'A link of "{end.name}" has no property "{name}".', path=name)
    return prop


def ordering(entity: EntityType, end: End | Uses | None, name: str) -> Prop:
    """What a term of an order reads: a property of the node, or with `@` of the link it was reached by."""
    if name.startswith("@"):
        if end is None:
            raise InvalidValue("There is no link here whose property could order.", path=name)
        return link_prop(end, name[1:])
    prop = entity.prop(name)
    if not prop.orderable:
        raise InvalidValue(f'{entity.name} cannot be ordered by "{name}".', path=name)
    return prop


def stored(prop: Prop, value: object) -> object:
    """A compared value in stored form, refused where the property could never hold it."""
    if isinstance(value, Slot):
        return value.then(partial(stored, prop))
    if value is None:
        return None
    return replace(prop, many=False).check(value) if prop.many else prop.check(value)


def conjuncts(where: Filter | None) -> tuple[Filter, ...]:
    """The filters that all have to hold."""
    if isinstance(where, And):
        return tuple(part for one in where.of for part in conjuncts(one))
    return () if where is None else (where,)


def is_id(where: Filter) -> TypeGuard[Cmp]:
    """Whether a filter gives nodes by their ids."""
    return isinstance(where, Cmp) and where.prop == "id" and where.op in ("eq", "in")


def gives_ids(where: Filter | None) -> bool:
    """Whether only nodes that are given by id can pass."""
    return any(map(is_id, conjuncts(where)))


def check_filter(where: Filter | None) -> None:
    """Refuse a filter that is deeper or longer than both engines bear."""
    if where is None:
        return
    waiting, count = [(where, 1, 0)], 0
    while waiting:
        one, level, links = waiting.pop()
        count += 1
        links += isinstance(one, Rel)
        if level > FILTER_LEVELS or links > FILTER_LINKS:
            raise InvalidValue(
                f"The filter is more than {FILTER_LEVELS} levels deep, or goes over more than {FILTER_LINKS} links.",
                path="where",
                cure="Write it flatter.",
            )
        if count > FILTER_CONDITIONS:
            raise InvalidValue(
                f"The filter has more than {FILTER_CONDITIONS} conditions.", path="where", cure="Ask several questions."
            )
        waiting += [(inner, level + 1, links) for inner in _inside(one)]


def _inside(where: Filter) -> tuple[Filter, ...]:
    match where:
        case And(of) | Or(of):
            return of
        case Not(of):
            return (of,)
        case Rel(where=inner) if inner is not None:
            return (inner,)
        case _:
            return ()


def listed(prop: Prop | None, value: object) -> object:
    """The values of `in` as a list, in the stored form of a property where there is one."""
    if isinstance(value, Slot):
        return value.then(partial(listed, prop))
    items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    if prop is None:
        return list(items)
    one = replace(prop, many=False) if prop.many else prop
    if one.checker is line and are_lines(items):
        return list(items)
    return [None if item is None else one.check(item) for item in items]


def part(where: Cmp) -> object:
    """The part that `startsWith` looks for where a value is compared as it is."""
    return _within(where.prop, where.value, text)


def folded(where: Cmp) -> object:
    """The part that `contains` and `startsWith` look for, as the shadow holds it."""
    return _within(where.prop, where.value, lambda value: fold(text(value)))


def _within(path: str, value: object, step: Callable[[object], object]) -> object:
    """A value after a step, whose refusal tells of the property."""
    if isinstance(value, Slot):
        return value.then(lambda given: _within(path, given, step))
    try:
        return step(value)
    except InvalidValue as error:
        raise error.within(path) from None


def nullable(prop: Prop) -> bool:
    """Whether what a property is ordered by may be missing."""
    return not prop.sorted and prop.name not in _NEVER_NULL


def keys_of(terms: list[tuple[Storage, bool]], after: tuple[Value, ...]) -> list[object]:
    """The values of a key, refused where no row has given them; `terms` are the storage of each, and whether it misses.

    One engine takes a value of another type for unknown, the other for smaller or larger.
    """
    if len(after) != len(terms):
        raise InvalidValue(f"A key of this order has {len(terms)} values, {len(after)} were given.", path="after")
    return [_key(*term, value) for term, value in zip(terms, after, strict=True)]


def _key(storage: Storage, may_miss: bool, value: object) -> object:  # noqa: FBT001 - a term's second half
    if isinstance(value, Slot):
        return value.then(partial(_key, storage, may_miss))
    if not (may_miss if value is None else isinstance(value, _HELD.get(storage, ()))):
        raise InvalidValue(f"{value!r} is no key of this order.", path="after", cure="Use a key that a row gave.")
    return value
