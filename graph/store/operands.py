"""What both compilers make of names and values before they write a statement."""

from dataclasses import replace

from graph.errors import InvalidValue
from graph.model import LINK_PROPS, End, EntityType, Prop, Storage, Uses
from graph.model.folding import fold
from graph.model.kinds import text
from graph.store.select import And, Cmp, Filter, Not, Or, Rel, Value

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
    if value is None:
        return None
    return replace(prop, many=False).check(value) if prop.many else prop.check(value)


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


def part(where: Cmp) -> str:
    """The part that `startsWith` looks for where a value is compared as it is."""
    try:
        return text(where.value)
    except InvalidValue as error:
        raise InvalidValue(error.reason, path=where.prop, cure=error.cure) from None


def folded(where: Cmp) -> str:
    """The part that `contains` and `startsWith` look for, as the shadow holds it."""
    try:
        return fold(text(where.value))
    except InvalidValue as error:
        raise InvalidValue(error.reason, path=where.prop, cure=error.cure) from None


def nullable(prop: Prop) -> bool:
    """Whether what a property is ordered by may be missing."""
    return not prop.sorted and prop.name not in _NEVER_NULL


def check_keys(terms: list[tuple[Storage, bool]], after: tuple[Value, ...]) -> None:
    """Refuse values that no row has given as its key; `terms` are the storage of each and whether it may be missing.

    One engine takes a value of another type for unknown, the other for smaller or larger.
    """
    if len(after) != len(terms):
        raise InvalidValue(f"A key of this order has {len(terms)} values, {len(after)} were given.", path="after")
    for (storage, may_miss), value in zip(terms, after, strict=True):
        if not (may_miss if value is None else isinstance(value, _HELD.get(storage, ()))):
            raise InvalidValue(f"{value!r} is no key of this order.", path="after", cure="Use a key that a row gave.")
