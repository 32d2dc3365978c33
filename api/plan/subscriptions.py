"""A subscription's plan, and following it: the log is read on, and what is new becomes payloads."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphql.language import OperationDefinitionNode

from api.plan.nodes import plan_node
from api.plan.reading import Ask, Reading
from api.plan.told import ToldStream, plan_told_stream
from api.schema.roots import SUBSCRIPTION

#: Under this name all events of a step are put together at once; no response key looks like that.
EVENTS = "@events"


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """The one root field of a subscription."""

    key: str
    told: ToldStream
    introspects: bool = False

    def objects(self, ask: Ask) -> int:
        """What one event is priced at."""
        return self.told.objects(ask)

    def written(self, _ask: Ask) -> None:
        """An event is put together here."""

    def data(self, ask: Ask, events: Sequence[object]) -> dict[str, object]:
        """The data of each event, put together in one go, so that what they name is asked for once."""
        get = self.told.bind(ask)
        return {EVENTS: [{self.key: get(event)} for event in events]}


def plan_subscription(reading: Reading, operation: OperationDefinitionNode) -> StreamPlan:
    """The plan of a validated subscription; validation sees to it that there is one field and that it is asked for."""
    [(key, nodes)] = reading.fields(SUBSCRIPTION, [operation.selection_set]).items()
    stream = reading.contract.questions.by_stream[nodes[0].name.value]
    return StreamPlan(key, plan_told_stream(reading, SUBSCRIPTION, stream, nodes, plan_node))
