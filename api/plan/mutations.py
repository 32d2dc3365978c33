"""A mutation's plan: its fields are writes, one after the other, and what is read back is planned as for a query."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from graphql.language import FieldNode, OperationDefinitionNode

from api.plan.errors import Code, refused
from api.plan.leaves import Getter
from api.plan.needs import NodeNeeds
from api.plan.nodes import plan_node
from api.plan.reading import Arguments, Ask, Reading, subselections
from api.plan.told import Told, plan_told
from api.plan.wanted import Write, Written
from api.schema.mutations import CREATE, MUTATION, RESTORE, RETIRE, UPDATE
from graph.model import ANY
from graph.model.enums import State
from graph.store.select import Answer, Cmp, Select

#: What a write is priced at beside what is read back: it takes a lock, a transaction and an entry of the log.
WRITE_OBJECTS = 10
_STATES = {RETIRE: State.RETIRED, RESTORE: State.DRAFT}


@dataclass(frozen=True, slots=True)
class Entity:
    """One selection of a result's entity."""

    needs: NodeNeeds
    bind: Callable[[Ask], Getter]


@dataclass(frozen=True, slots=True)
class WritePlan:
    """One field: how its write is read from a request, and its result from what came of that."""

    verb: str
    entity: str
    arguments: Arguments
    entities: Mapping[str, Entity]
    getters: Mapping[str, Getter]

    def objects(self, ask: Ask) -> int:
        return WRITE_OBJECTS + sum(one.needs.objects(ask) for one in self.entities.values())

    def write(self, ask: Ask) -> Write:
        given: Mapping[str, Any] = self.arguments(ask)
        values = {"state": _STATES[self.verb]} if self.verb in _STATES else given["input"]
        return Write(
            self.verb,
            self.entity,
            given.get("id"),
            given.get("rev"),
            values,
            bool(given.get("preview")),
            given.get("reason") or "",
            given.get("idempotencyKey"),
            bool(given.get("propose")),
        )

    def questions(self, ask: Ask, id: str) -> dict[str, Select]:
        """What is read back of the entity."""
        return {
            key: replace(one.needs.select(ask), where=Cmp("id", "eq", id), limit=1)
            for key, one in self.entities.items()
        }

    def data(self, ask: Ask, written: Written, answers: Mapping[str, Answer]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, get in self.getters.items():
            if key in self.entities:
                rows: Any = answers[key]["rows"] if key in answers else ()
                found[key] = self.entities[key].bind(ask)(rows[0]) if rows else None
            else:
                found[key] = get(written)
        return found


@dataclass(frozen=True, slots=True)
class MutationPlan:
    """The fields of a mutation by response key, in order."""

    keys: tuple[str, ...]
    writes: Mapping[str, WritePlan]
    told: Mapping[str, Told]
    introspects: bool = False
    computes: bool = False

    def objects(self, ask: Ask) -> int:
        """How many objects the operation counts as."""
        written = sum(one.objects(ask) for one in self.writes.values())
        return written + sum(WRITE_OBJECTS + one.objects(ask) for one in self.told.values())

    def written(self, _ask: Ask) -> None:
        """A mutation's answer is put together here."""

    def data(
        self,
        ask: Ask,
        done: Mapping[str, Written],
        answers: Mapping[str, Mapping[str, Answer]],
        computed: Mapping[str, object],
    ) -> dict[str, object]:
        """The answer's data."""
        found: dict[str, object] = {}
        for key in self.keys:
            if key in self.writes:
                found[key] = self.writes[key].data(ask, done[key], answers[key])
            elif key in self.told:
                found[key] = self.told[key].bind(ask)(computed[key])
            else:
                found[key] = MUTATION
        return found


def plan_mutation(reading: Reading, operation: OperationDefinitionNode) -> MutationPlan:
    """The plan of a validated mutation."""
    fields = reading.fields(MUTATION, [operation.selection_set])
    actions = reading.contract.questions.by_action
    writes: dict[str, WritePlan] = {}
    told: dict[str, Told] = {}
    for key, nodes in fields.items():
        name = nodes[0].name.value
        if name in actions:
            told[key] = plan_told(reading, MUTATION, actions[name], nodes, plan_node)
        elif name != "__typename":
            writes[key] = _plan_write(reading, nodes)
    made = len(writes) + len(told)
    if made > reading.limits.writes:
        raise refused(
            Code.LIMIT_EXCEEDED,
            f"It makes {made} writes; {reading.limits.writes} are allowed. Send several mutations.",
            operation,
        )
    return MutationPlan(tuple(fields), writes, told, computes=bool(told) or reading.computed.met)


def _plan_write(reading: Reading, nodes: tuple[FieldNode, ...]) -> WritePlan:
    name = nodes[0].name.value
    verb = next(one for one in (CREATE, UPDATE, RETIRE, RESTORE) if name.startswith(one))
    entity = name.removeprefix(verb) or ANY
    entities: dict[str, Entity] = {}
    getters: dict[str, Getter] = {}
    for key, inner in reading.fields(f"{entity}Result", subselections(nodes)).items():
        getters[key] = _result_part(reading, entity, inner, entities, key)
    return WritePlan(verb, entity, reading.arguments(MUTATION, nodes[0]), entities, getters)


def _result_part(
    reading: Reading, entity: str, nodes: tuple[FieldNode, ...], entities: dict[str, Entity], key: str
) -> Getter:
    match nodes[0].name.value:
        case "entity":
            needs = NodeNeeds(entity)
            entities[key] = Entity(needs, plan_node(reading, needs, subselections(nodes)))
            return lambda _written: None
        case "errors":
            take = _taking(reading, "WriteError", nodes)
            return lambda written: [take(asdict(one)) for one in written.errors]
        case "changes":
            take = _taking(reading, "WrittenChange", nodes)
            return lambda written: [take(one) for one in written.changes]
        case "proposal":
            return lambda written: written.proposal
        case "repeated":
            return lambda written: written.repeated
        case _:
            return lambda _written: f"{entity}Result"


def _taking(reading: Reading, type_name: str, nodes: tuple[FieldNode, ...]) -> Callable[[Mapping[str, object]], Any]:
    """A function from values to an object with the response keys that are selected."""
    fields = reading.fields(type_name, subselections(nodes))
    names = [(key, inner[0].name.value) for key, inner in fields.items()]
    return lambda values: {key: type_name if name == "__typename" else values[name] for key, name in names}
