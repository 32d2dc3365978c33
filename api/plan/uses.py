"""Where a thing is used: counts by kind, and the first few of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql.language import FieldNode

from api.plan.errors import Refused
from api.plan.leaves import Getter, each
from api.plan.needs import TYPE, Needs, NodeNeeds
from api.plan.paging import size_of
from api.plan.reading import Arguments, Ask, Reading, Sets, subselections
from api.plan.shaping import constant
from graph.model import ANY, USED_IN
from graph.store.select import Cmp, Facet, Follow

Bind = Callable[[Ask], Getter]
PlanNode = Callable[[Reading, NodeNeeds, Sets], Bind]

_FIRST = 5
_KINDS = "kinds"


@dataclass(slots=True)
class UseGroups:
    """What uses a node, by type; `kinds` are the types that can."""

    node: FieldNode
    arguments: Arguments
    kinds: tuple[str, ...]
    needs: NodeNeeds
    rows: bool = False

    def follow(self, ask: Ask) -> Follow:
        kinds, first = self._chosen(ask)
        question = self.needs.select(ask)
        return Follow(
            USED_IN,
            replace(
                question,
                where=None if kinds == self.kinds else Cmp("type", "in", kinds),
                limit=first,
                each_type=True,
                rows=self.rows,
                facets=(Facet(_KINDS, "type", len(kinds)),),
            ),
        )

    def written(self, ask: Ask) -> None:
        """Groups are made of the rows and the counts together."""

    def objects(self, ask: Ask) -> int:
        kinds, first = self._chosen(ask)
        return len(kinds) * (1 + first * self.needs.objects(ask) * self.rows)

    def _chosen(self, ask: Ask) -> tuple[tuple[str, ...], int]:
        """The kinds asked for that can use it, and how many of each are shown."""
        given: Mapping[str, Any] = self.arguments(ask)
        wanted = given.get("kinds")
        kinds = self.kinds if wanted is None else tuple(one.value for one in wanted if one.value in self.kinds)
        first = given.get("first")
        try:
            return tuple(dict.fromkeys(kinds)), size_of("first", _FIRST if first is None else first, ask.limits)
        except Refused as error:
            raise error.at(self.node) from None


def uses_part(
    reading: Reading, owner: str, needs: Needs, key: str, nodes: tuple[FieldNode, ...], plan_node: PlanNode
) -> Bind:
    """The groups of an entity's uses, the largest first."""
    groups = UseGroups(nodes[0], reading.arguments(owner, nodes[0]), _kinds(reading, owner), NodeNeeds(ANY))
    parts = [
        (name, _part(reading, groups, chosen, plan_node))
        for name, chosen in reading.fields("Use", subselections(nodes)).items()
    ]
    slot = needs.link(key, groups)

    def bind(ask: Ask) -> Getter:
        pairs = [(name, part(ask)) for name, part in parts]

        def get(row: Any) -> object:
            rows: dict[str, list[Any]] = {}
            for one in row[slot].get("rows", ()):
                rows.setdefault(one[TYPE], []).append(one)
            counts = row[slot]["facets"][_KINDS]
            return [
                {name: take((count["value"], count["count"], rows.get(count["value"], []))) for name, take in pairs}
                for count in counts
            ]

        return get

    return bind


def _part(reading: Reading, groups: UseGroups, nodes: tuple[FieldNode, ...], plan_node: PlanNode) -> Bind:
    """A field of a group, read from (kind, count, rows)."""
    match nodes[0].name.value:
        case "kind":
            return lambda _ask: lambda group: group[0]
        case "count":
            return lambda _ask: lambda group: group[1]
        case "nodes":
            groups.rows = True
            bind_node = plan_node(reading, groups.needs, subselections(nodes))
            return lambda ask: _nodes(bind_node(ask))
        case _:
            return lambda _ask: constant("Use")


def _nodes(node: Getter) -> Getter:
    return lambda group: each(node, group[2])


def _kinds(reading: Reading, owner: str) -> tuple[str, ...]:
    model = reading.contract.model
    targets = model.type(owner).uses.targets
    return tuple(model.types) if ANY in targets else targets
