"""A selection on an entity: what it needs of the store, and how a row becomes its object."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from graphql.language import FieldNode

from api.plan.leaves import Getter, Plain, leaf, taking
from api.plan.lists import plan_list
from api.plan.needs import CASE, TYPE, Needs, NodeNeeds
from api.plan.reading import Ask, Reading, Sets, subselections
from api.plan.shaping import constant
from api.plan.texts import name_part, names_part, shares_part, text_detail_part, text_part
from api.plan.told import plan_told_field
from api.plan.uses import uses_part
from api.schema.catalogue import Field, Reads
from api.schema.contract import Shaped
from graph.asking import Computed
from graph.model import ANY, Storage
from graph.store.select import Follow, Form, Select

Bind = Callable[[Ask], Getter]
"""Given a request, the function from a row to a value."""

Part = tuple[str, Bind]


def plan_node(reading: Reading, needs: NodeNeeds, sets: Sets) -> Bind:
    """Add what a selection needs, and say how its rows are read."""
    if needs.entity != ANY:
        fields = reading.fields(needs.entity, sets)
        needs.keys.append(tuple(fields))
        parts = [_part(reading, needs.entity, needs.every, *one) for one in fields.items()]
        return lambda ask: taking(_bound(parts, ask))
    return _plan_any(reading, needs, sets)


def _plan_any(reading: Reading, needs: NodeNeeds, sets: Sets) -> Bind:
    """Fields of the interface for every row, and for each type that a fragment names its own selection."""
    needs.every.prop(TYPE)
    shared = reading.fields(ANY, sets)
    needs.keys.append(tuple(shared))
    parts = {key: _part(reading, ANY, needs.every, key, nodes) for key, nodes in shared.items()}
    cases: dict[str, list[Part]] = {}
    for name in reading.named(sets):
        cases[name] = []
        for key, nodes in reading.fields(name, sets).items():
            if shared.get(key) == nodes:
                cases[name].append(parts[key])
            else:
                cases[name].append(_in_case(_part(reading, name, needs.case(name), key, nodes)))

    def bind(ask: Ask) -> Getter:
        otherwise = taking(_bound(parts.values(), ask))
        by_type = {name: taking(_bound(own, ask)) for name, own in cases.items()}
        return (_by_type if ask.checked else _by_type_shaped)(by_type, otherwise)

    return bind


def _by_type(by_type: dict[str, Getter], otherwise: Getter) -> Getter:
    return lambda row: by_type.get(row[TYPE], otherwise)(row)


def _by_type_shaped(by_type: dict[str, Getter], otherwise: Getter) -> Getter:
    def take(row: Any) -> object:
        values: Any = by_type.get(row[TYPE], otherwise)(row)
        return Shaped(str(row[TYPE]), values)

    return take


def _bound(parts: Iterable[Part], ask: Ask) -> list[tuple[str, Getter]]:
    return [(key, bind(ask)) for key, bind in parts]


def _in_case(part: Part) -> Part:
    key, bind = part

    def bind_in_case(ask: Ask) -> Getter:
        get = bind(ask)
        return lambda row: get(row[CASE])

    return key, bind_in_case


def _part(reading: Reading, owner: str, needs: Needs, key: str, nodes: tuple[FieldNode, ...]) -> Part:
    """One response key of an entity."""
    name = nodes[0].name.value
    if name in ("__typename", "type"):
        needs.as_stored(key, TYPE)
        return key, _type_part(owner, needs)
    computed = _computed(reading, owner, name)
    if computed is not None:
        reading.computed.met = True
        told = plan_told_field(reading, owner, computed, nodes, plan_node)
        needs.prop("id")
        needs.told.append(told)
        return key, told.bind_row
    field = reading.contract.catalogue.entries[owner].fields[name]
    return key, _PARTS[field.reads](reading, owner, needs, key, nodes, field)


def _computed(reading: Reading, owner: str, name: str) -> Computed[Any] | None:
    by_field = reading.contract.questions.by_field
    return by_field.get((owner, name)) or by_field.get((ANY, name))


def _type_part(owner: str, needs: Needs) -> Bind:
    if owner != ANY:
        return lambda _ask: constant(owner)
    needs.prop(TYPE)
    return lambda _ask: Plain(TYPE)


def _value_part(
    _reading: Reading, _owner: str, needs: Needs, key: str, _nodes: tuple[FieldNode, ...], field: Field
) -> Bind:
    needs.prop(field.the_prop.name)
    if field.the_prop.kind.storage not in _FINISHED:
        needs.as_stored(key, field.the_prop.name)
    fast, plain = leaf(field.the_prop, checked=True), leaf(field.the_prop, checked=False)
    return lambda ask: fast if ask.checked else plain


def _one_part(
    reading: Reading, _owner: str, needs: Needs, key: str, nodes: tuple[FieldNode, ...], field: Field
) -> Bind:
    inner = NodeNeeds(field.the_end.target)
    bind_node = plan_node(reading, inner, subselections(nodes))
    slot = needs.link(key, OneLink(field.the_end.name, inner))

    def bind(ask: Ask) -> Getter:
        node = bind_node(ask)

        def get(row: Any) -> object:
            rows = row[slot]["rows"]
            return node(rows[0]) if rows else None

        return get

    return bind


def _many_part(
    reading: Reading, owner: str, needs: Needs, key: str, nodes: tuple[FieldNode, ...], field: Field
) -> Bind:
    link = reading.contract.catalogue.link(owner, field.the_end)
    arguments = reading.arguments(owner, nodes[0])
    listed = plan_list(reading, link.end.target, arguments, link, nodes, plan_node)
    slot = needs.link(key, listed)

    def bind(ask: Ask) -> Getter:
        page = listed.bind(ask)
        return lambda row: page(row[slot])

    return bind


def _uses_part(
    reading: Reading, owner: str, needs: Needs, key: str, nodes: tuple[FieldNode, ...], _field: Field
) -> Bind:
    return uses_part(reading, owner, needs, key, nodes, plan_node)


@dataclass(frozen=True, slots=True)
class OneLink:
    """A link with one thing at most at its other side."""

    field: str
    needs: NodeNeeds

    def follow(self, ask: Ask) -> Follow:
        return Follow(self.field, replace(self.needs.select(ask), limit=1))

    def written(self, ask: Ask) -> Follow | None:
        shape = self.needs.written(ask)
        return None if shape is None else Follow(self.field, Select(self.needs.entity, shape, limit=1, form=Form()))

    def objects(self, ask: Ask) -> int:
        return self.needs.objects(ask)


#: An engine may write a number in another way than the response does, and JSON in another order.
_FINISHED = {Storage.REAL, Storage.JSON}
_PARTS: dict[Reads, Callable[[Reading, str, Needs, str, tuple[FieldNode, ...], Field], Bind]] = {
    Reads.VALUE: _value_part,
    Reads.NAME: name_part,
    Reads.NAMES: names_part,
    Reads.SHARES: shares_part,
    Reads.TEXT: text_part,
    Reads.TEXT_DETAIL: text_detail_part,
    Reads.ONE: _one_part,
    Reads.MANY: _many_part,
    Reads.USES: _uses_part,
}
