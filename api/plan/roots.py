"""Root fields as questions of the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from graphql.language import FieldNode

from api.plan.errors import Code, refused
from api.plan.leaves import Getter
from api.plan.lists import plan_list
from api.plan.needs import NodeNeeds
from api.plan.nodes import plan_node
from api.plan.reading import Arguments, Ask, Reading, subselections
from api.schema.names import plural, singular
from api.schema.roots import ENTITIES, NODE, NODES
from graph.errors import InvalidValue
from graph.model import ANY, Model
from graph.store.ids import check_id
from graph.store.select import Cmp, Form, Select

ROOT = "Query"
#: Beside an answer's rows: where ids lead that something bore once.
LEADS = "@leads"


class Root(Protocol):
    """A root field: its question, its price in objects, and the way from the answer to its value."""

    def select(self, ask: Ask) -> Select: ...

    def written_select(self, ask: Ask) -> Select | None: ...

    def objects(self, ask: Ask) -> int: ...

    def bind(self, ask: Ask) -> Getter: ...


def plan_root(reading: Reading, nodes: tuple[FieldNode, ...]) -> Root:
    """The plan of a root field that asks the store."""
    name = nodes[0].name.value
    arguments = reading.arguments(ROOT, nodes[0])
    if name in (NODE, NODES):
        return _by_id(reading, ANY, arguments, nodes, several=name == NODES)
    names = {ENTITIES: ANY} | {plural(one): one for one in reading.contract.model.types}
    if name in names:
        return plan_list(reading, names[name], arguments, None, nodes, plan_node)
    entity = next(one for one in reading.contract.model.types if singular(one) == name)
    return _by_id(reading, entity, arguments, nodes, several=False)


@dataclass(frozen=True, slots=True)
class ById:
    """One entity by its id, or several in the order of their ids."""

    model: Model
    node: FieldNode
    arguments: Arguments
    needs: NodeNeeds
    bind_node: Callable[[Ask], Getter]
    several: bool

    def ids(self, ask: Ask) -> tuple[str, ...]:
        given: Mapping[str, Any] = self.arguments(ask)
        ids: Sequence[str] = given["ids"] if self.several else [given["id"]]
        if len(ids) > ask.limits.ids:
            raise refused(
                Code.LIMIT_EXCEEDED,
                f"{len(ids)} ids are given; {ask.limits.ids} are allowed. Ask in several requests.",
                self.node,
            )
        for id in ids:
            try:
                check_id(self.model, id, None if self.needs.entity == ANY else self.needs.entity)
            except InvalidValue as error:
                raise refused(Code.BAD_ARGUMENT, f"{error.reason} {error.cure}".strip(), self.node) from None
        return tuple(ids)

    def select(self, ask: Ask) -> Select:
        ids = tuple(dict.fromkeys(self.ids(ask)))
        return replace(self.needs.select(ask), where=Cmp("id", "in", ids), limit=len(ids))

    def missing(self, ask: Ask, answer: Any) -> tuple[str, ...]:
        """The ids that nothing was found for."""
        rows = answer["rows"]
        if not self.several:
            return () if rows else self.ids(ask)
        found = {row["id"] for row in rows}
        return tuple(id for id in self.ids(ask) if id not in found)

    def elsewhere(self, ask: Ask, leads: Mapping[str, str]) -> Select:
        """The question for what some ids lead to."""
        ids = tuple(dict.fromkeys(leads.values()))
        return replace(self.needs.select(ask), where=Cmp("id", "in", ids), limit=len(ids))

    def written_select(self, ask: Ask) -> Select | None:
        """The question whose answer is the entity as it is sent; None where it needs finishing."""
        shape = None if self.several else self.needs.written(ask)
        if shape is None:
            return None
        return Select(self.needs.entity, shape, where=Cmp("id", "in", self.ids(ask)), limit=1, form=Form())

    def objects(self, ask: Ask) -> int:
        return len(self.ids(ask)) * self.needs.objects(ask)

    def bind(self, ask: Ask) -> Getter:
        node, ids = self.bind_node(ask), self.ids(ask)

        def get(answer: Any) -> object:
            rows = answer["rows"]
            if not self.several:
                return node(rows[0]) if rows else None
            by_id, leads = {row["id"]: row for row in rows}, answer.get(LEADS, {})
            there = [id if id in by_id else leads.get(id) for id in ids]
            return [node(by_id[id]) if id in by_id else None for id in there]

        return get


def _by_id(reading: Reading, entity: str, arguments: Arguments, nodes: tuple[FieldNode, ...], *, several: bool) -> ById:
    needs = NodeNeeds(entity)
    bind_node = plan_node(reading, needs, subselections(nodes))
    if several:
        needs.every.prop("id")
    return ById(reading.contract.model, nodes[0], arguments, needs, bind_node, several)
