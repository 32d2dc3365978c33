"""The suggest field: names from the index, no question of the store's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql.language import FieldNode

from api.plan.errors import Refused
from api.plan.leaves import Getter
from api.plan.paging import size_of
from api.plan.reading import Arguments, Ask, Reading, subselections
from api.plan.roots import ROOT
from api.plan.searching import Searcher
from api.plan.shaping import picker
from graph.search.index import Suggestion
from graph.store.select import Viewer

_FIRST = 8


@dataclass(frozen=True, slots=True)
class SuggestPlan:
    """What is typed, and what is wanted of the names that begin so; `types` are names of types by prefixes of ids."""

    node: FieldNode
    arguments: Arguments
    pick: Getter
    types: Mapping[str, str]

    def objects(self, ask: Ask) -> int:
        return self._first(ask)

    def answer(self, ask: Ask, viewer: Viewer, searcher: Searcher) -> list[Suggestion]:
        given: Mapping[str, Any] = self.arguments(ask)
        locale = given.get("locale") or ask.locale
        return searcher.suggest(given["text"], viewer, locale=locale, first=self._first(ask))

    def data(self, found: list[Suggestion]) -> list[object]:
        return [
            self.pick(
                {"text": one.name, "id": one.id, "type": self.types[one.id.split(":", 1)[0]], "locale": one.locale}
            )
            for one in found
        ]

    def _first(self, ask: Ask) -> int:
        first: int | None = cast("Mapping[str, Any]", self.arguments(ask)).get("first")
        try:
            return size_of("first", _FIRST if first is None else first, ask.limits)
        except Refused as error:
            raise error.at(self.node) from None


def plan_suggest(reading: Reading, nodes: tuple[FieldNode, ...]) -> SuggestPlan:
    """The plan of a suggest field."""
    types = {prefix: entity.name for prefix, entity in reading.contract.model.by_prefix.items()}
    pick = picker(reading, "Suggestion", subselections(nodes))
    return SuggestPlan(nodes[0], reading.arguments(ROOT, nodes[0]), pick, types)
