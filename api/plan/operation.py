"""A planned operation: bound to a request it is questions with a price, and the way from answers to data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graphql.language import OperationDefinitionNode

from api.plan.nodes import plan_node
from api.plan.reading import Ask, Reading
from api.plan.roots import ROOT, Root, plan_root
from api.plan.searching import Searcher, SearchPlan, plan_search
from api.plan.suggesting import SuggestPlan, plan_suggest
from api.plan.told import Told, plan_told
from api.schema.roots import SEARCH, SUGGEST
from graph.asking import Asking
from graph.search.index import Hits
from graph.store.port import GraphStore
from graph.store.select import Answer, Select, Viewer

_INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class Plan:
    """The root fields by response key, in order: what the store answers, searches, and names of the type."""

    keys: tuple[str, ...]
    roots: Mapping[str, Root]
    searches: Mapping[str, SearchPlan]
    typenames: frozenset[str]
    introspects: bool
    told: Mapping[str, Told] = field(default_factory=dict[str, Told])
    computes: bool = False
    suggests: Mapping[str, SuggestPlan] = field(default_factory=dict[str, SuggestPlan])

    def objects(self, ask: Ask) -> int:
        """How many objects the operation asks for."""
        asked = sum(root.objects(ask) for root in self.roots.values())
        asked += sum(search.objects(ask) for search in self.searches.values())
        asked += sum(suggest.objects(ask) for suggest in self.suggests.values())
        return asked + sum(told.objects(ask) for told in self.told.values())

    def hits(self, ask: Ask, viewer: Viewer, searcher: Callable[[], Searcher], store: GraphStore) -> dict[str, Hits]:
        """What the index says to each search."""
        return {key: plan.hits(ask, viewer, searcher(), store) for key, plan in self.searches.items()}

    def suggested(self, ask: Ask, viewer: Viewer, searcher: Callable[[], Searcher]) -> dict[str, object]:
        """The names that the index suggests."""
        return {key: plan.data(plan.answer(ask, viewer, searcher())) for key, plan in self.suggests.items()}

    def questions(self, ask: Ask, hits: Mapping[str, Hits]) -> dict[str, Select]:
        """All that the store is asked, at once."""
        questions: dict[str, Select] = {key: root.select(ask) for key, root in self.roots.items()}
        for key, plan in self.searches.items():
            questions[key] = plan.select(ask, hits[key])
            labels = plan.labels(ask, hits[key])
            if labels is not None:
                questions[_labels(key)] = labels
        return questions

    def written(self, ask: Ask) -> dict[str, Select] | None:
        """Questions whose answers are the response's data, byte for byte; None where something needs finishing."""
        if self.introspects or len(self.roots) != len(self.keys):
            return None
        found: dict[str, Select] = {}
        for key in self.keys:
            question = self.roots[key].written_select(ask)
            if question is None:
                return None
            found[key] = question
        return found

    def computed(self, ask: Ask, asking: Asking) -> dict[str, object]:
        """The answers of computed root fields."""
        return {key: told.answer(ask, asking) for key, told in self.told.items()}

    def data(
        self, ask: Ask, answers: Mapping[str, Answer], hits: Mapping[str, Hits], computed: Mapping[str, object]
    ) -> dict[str, object]:
        """The answer's data; introspection is left out."""
        found: dict[str, object] = {}
        for key in self.keys:
            if key in self.typenames:
                found[key] = ROOT
            elif key in self.searches:
                found[key] = self.searches[key].bind(ask, hits[key], answers.get(_labels(key)))(answers[key])
            elif key in self.suggests:
                found[key] = computed[key]
            elif key in self.told:
                found[key] = self.told[key].bind(ask)(computed[key])
            elif key in self.roots:
                found[key] = self.roots[key].bind(ask)(answers[key])
        return found


def _labels(key: str) -> str:
    """The question of what a search's facets are called; no response key looks like that."""
    return f"@labels:{key}"


def plan_operation(reading: Reading, operation: OperationDefinitionNode) -> Plan:
    """The plan of a validated query."""
    roots: dict[str, Root] = {}
    searches: dict[str, SearchPlan] = {}
    told: dict[str, Told] = {}
    suggests: dict[str, SuggestPlan] = {}
    fields = reading.fields(ROOT, [operation.selection_set])
    for key, nodes in fields.items():
        name = nodes[0].name.value
        if name == SEARCH:
            searches[key] = plan_search(reading, nodes)
        elif name == SUGGEST:
            suggests[key] = plan_suggest(reading, nodes)
        elif name in reading.contract.questions.by_root:
            told[key] = plan_told(reading, ROOT, reading.contract.questions.by_root[name], nodes, plan_node)
        elif not name.startswith("__"):
            roots[key] = plan_root(reading, nodes)
    typenames = frozenset(key for key, nodes in fields.items() if nodes[0].name.value == "__typename")
    introspects = any(nodes[0].name.value in _INTROSPECTION for nodes in fields.values())
    computes = bool(told) or reading.computed.met
    return Plan(tuple(fields), roots, searches, typenames, introspects, told, computes, suggests)
