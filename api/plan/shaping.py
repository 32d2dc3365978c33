"""Objects that are no entities: picking what was selected out of plain values."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, is_leaf_type

from api.plan.leaves import Getter, Plain, taking
from api.plan.reading import Reading, Sets, Unfit, subselections


def picker(reading: Reading, type_name: str, sets: Sets, *, checked: bool = False) -> Getter:
    """A function from a value under the contract's names to what was selected of it.

    With `checked` what is none of its vocabulary is left to graphql-core.
    """
    owner = reading.contract.core.type_map[type_name]
    assert isinstance(owner, GraphQLObjectType)  # noqa: S101 - no interface but Entity has fields
    pairs: list[tuple[str, Getter]] = []
    for key, nodes in reading.fields(type_name, sets).items():
        name = nodes[0].name.value
        if name == "__typename":
            pairs.append((key, constant(type_name)))
            continue
        kind: Any = owner.fields[name].type
        inner = reading.contract.core.type_map[str(kind).strip("[]!")]
        if checked and isinstance(inner, GraphQLEnumType):
            needed = str(kind).endswith("!")
            pairs.append((key, _member(name, frozenset([*inner.values, *([] if needed else [None])]))))
        elif is_leaf_type(inner):
            pairs.append((key, Plain(name)))
        else:
            nested = picker(reading, inner.name, subselections(nodes), checked=checked)
            pairs.append((key, _many(name, nested) if str(kind).startswith("[") else _one(name, nested)))
    return taking(pairs)


def _member(name: str, members: frozenset[str | None]) -> Getter:
    """A value of a vocabulary; graphql-core judges any other."""

    def get(value: Any) -> object:
        found = value[name]
        if found not in members:
            raise Unfit(name)
        return found

    return get


def constant(value: object) -> Getter:
    return lambda _row: value


def _one(name: str, nested: Callable[[Any], object]) -> Getter:
    return lambda value: None if value[name] is None else nested(value[name])


def _many(name: str, nested: Callable[[Any], object]) -> Getter:
    return lambda value: [nested(one) for one in value[name]]
