"""Cypher for orders, keys and pages: never by offset, a missing value last both ways."""

from dataclasses import dataclass

from graph.model import EntityType, Storage
from graph.store.binding import Binding
from graph.store.neo4j.expressions import Hop, constant, link_value, order_value
from graph.store.operands import keys_of, nullable, ordering
from graph.store.select import Order, Select, Value


@dataclass(frozen=True, slots=True)
class Key:
    """One term of an order: its value, what kind of value that is, its direction, whether it may be missing."""

    value: str
    storage: Storage
    descending: bool
    nullable: bool


def keys(binding: Binding, entity: EntityType, node: str, question: Select, hop: Hop | None) -> list[Key]:
    """The terms of a question's order, the id last and in the direction of the last one."""
    found = [_key(binding, entity, node, one, hop) for one in question.order]
    last = found[-1].descending if found else False
    return [*found, Key(f"{node}.id", Storage.TEXT, last, nullable=False)]


def _key(binding: Binding, entity: EntityType, node: str, order: Order, hop: Hop | None) -> Key:
    prop = ordering(entity, hop.end if hop else None, order.prop)
    if hop is not None and order.prop.startswith("@"):
        return Key(link_value(binding, hop, prop.name), prop.storage, order.descending, nullable=True)
    return Key(order_value(node, prop), prop.storage, order.descending, nullable(prop))


def ordered(terms: list[Key], *, backward: bool = False) -> str:
    """The ORDER BY of some terms; `backward` reads the other way round."""
    parts: list[str] = []
    for term in terms:
        if term.nullable:
            parts.append(f"{term.value} IS NULL{' DESC' if backward else ''}")
        parts.append(f"{term.value}{' DESC' if term.descending != backward else ''}")
    return ", ".join(parts)


def beyond(binding: Binding, terms: list[Key], after: tuple[Value, ...], *, backward: bool) -> str:
    """Whether a row comes after (or before) the one whose keys are given."""
    values = keys_of([(term.storage, term.nullable) for term in terms], after)
    return _lexicographic(binding, list(zip(terms, values, strict=True)), backward=backward)


def _lexicographic(binding: Binding, terms: list[tuple[Key, object]], *, backward: bool) -> str:
    (term, value), rest = terms[0], terms[1:]
    if not rest:
        return _past(binding, term, value, backward=backward)
    more = _lexicographic(binding, rest, backward=backward)
    if not term.nullable:
        # An index seeks from here on, in its order. The rest is a CASE, as the planner makes a union of an OR, for
        # which it reads all that comes after, twice, and sorts it.
        bound, sign = binding.bind(value), "<=" if term.descending != backward else ">="
        return f"{term.value} {sign} {bound} AND CASE WHEN {term.value} = {bound} THEN {more} ELSE true END"
    same = f"{term.value} IS NULL" if value is None else f"{term.value} = {binding.bind(value)}"
    return f"({_past(binding, term, value, backward=backward)} OR ({same} AND {more}))"


def _past(binding: Binding, term: Key, value: object, *, backward: bool) -> str:
    """Whether a term alone is past a value; missing ones stand after all others."""
    if value is None:
        return f"{term.value} IS NOT NULL" if backward else constant(binding, holds=False)
    past = f"{term.value} {'<' if term.descending != backward else '>'} {binding.bind(value)}"
    return f"({past} OR {term.value} IS NULL)" if term.nullable and not backward else past
