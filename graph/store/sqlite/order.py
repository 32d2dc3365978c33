"""SQL for orders, keys and pages: never by offset, a missing value last both ways."""

from dataclasses import dataclass

from graph.model import End, EntityType, Storage
from graph.store.binding import Binding
from graph.store.operands import keys_of, nullable, ordering
from graph.store.select import Select, Value
from graph.store.sqlite.expressions import link_value, order_value
from graph.store.sqlite.schema import quoted


@dataclass(frozen=True, slots=True)
class Key:
    """One term of an order: its value, its direction, and whether it may be missing."""

    value: str
    descending: bool
    nullable: bool
    storage: Storage

    @property
    def blank(self) -> str:
        """What a missing value is compared as, beside whether it is missing."""
        return "''" if self.storage is Storage.TEXT else "0"


def keys(entity: EntityType, alias: str, question: Select, link: tuple[End, str] | None) -> list[Key]:
    """The terms of a question's order, the id last and in the direction of the last one."""
    found = [_key(entity, alias, one.prop, descending=one.descending, link=link) for one in question.order]
    last = found[-1].descending if found else False
    return [*found, Key(f"{alias}.{quoted('id')}", last, nullable=False, storage=Storage.TEXT)]


def _key(entity: EntityType, alias: str, name: str, *, descending: bool, link: tuple[End, str] | None) -> Key:
    prop = ordering(entity, link[0] if link else None, name)
    if link is not None and name.startswith("@"):
        return Key(link_value(link[1], link[0], prop.name), descending, nullable=True, storage=prop.storage)
    return Key(order_value(alias, prop), descending, nullable(prop), prop.storage)


def ordered(terms: list[Key], *, backward: bool = False) -> str:
    """The ORDER BY of some terms; `backward` reads the other way round."""
    parts: list[str] = []
    for term in terms:
        if term.nullable:
            parts.append(f"({term.value} IS NULL) {'DESC' if backward else 'ASC'}")
        parts.append(f"{term.value} {'DESC' if term.descending != backward else 'ASC'}")
    return ", ".join(parts)


def beyond(binding: Binding, terms: list[Key], after: tuple[Value, ...], *, backward: bool) -> str:
    """Whether a row comes after (or before) the one whose keys are given."""
    values = keys_of([(term.storage, term.nullable) for term in terms], after)
    if not any(term.nullable for term in terms) and len({term.descending for term in terms}) == 1:
        sign = "<" if terms[0].descending != backward else ">"
        row = ", ".join(term.value for term in terms)
        return f"({row}) {sign} ({', '.join(binding.bind(value) for value in values)})"
    flat: list[tuple[str, str, str]] = []
    for term, value in zip(terms, values, strict=True):
        if term.nullable:
            flat.append((f"({term.value} IS NULL)", binding.bind(int(value is None)), "<" if backward else ">"))
        expression = f"coalesce({term.value}, {term.blank})" if term.nullable else term.value
        bound = binding.bind(value)
        bound = f"coalesce({bound}, {term.blank})" if term.nullable else bound
        flat.append((expression, bound, "<" if term.descending != backward else ">"))
    return _lexicographic(flat)


def _lexicographic(terms: list[tuple[str, str, str]]) -> str:
    value, bound, sign = terms[0]
    if len(terms) == 1:
        return f"{value} {sign} {bound}"
    return f"({value} {sign} {bound} OR ({value} = {bound} AND {_lexicographic(terms[1:])}))"
