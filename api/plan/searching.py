"""The search field: the index says which and why, the same statement as everything else says what they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

from graphql.language import FieldNode

from api.counting import searched
from api.narrowing import Narrowing, Usable, narrowed, usable
from api.plan.errors import Code, Refused, refused
from api.plan.leaves import Getter
from api.plan.lists import facet_limit
from api.plan.needs import NodeNeeds
from api.plan.nodes import plan_node
from api.plan.paging import decode, encode, size_of
from api.plan.reading import Arguments, Ask, Reading, Sets, subselections
from api.plan.roots import ROOT
from api.plan.shaping import constant, picker
from api.schema.searching import SEARCH_FACETS
from graph.model import ANY
from graph.search.index import FACETS, After, Hit, Hits, Query, Sort, Suggestion
from graph.store.port import GraphStore
from graph.store.select import Answer, Cmp, Select, Shape, Viewer, by_ids
from graph.story.rights import RightsVerdict

_DIGEST = "search"
_KEYS = 3
#: Facets whose values are ids.
_LABELLED = ("country", "theme", "mission", "campaign")
#: More values than any facet has.
_EVERY = 1_000_000_000
#: Filters whose values are ids.
_GIVEN_IDS = ("country", "theme", "mission", "campaign")


class Searcher(Protocol):
    """What answers words: an index, or an index and what makes up for its lag."""

    def search(self, query: Query) -> Hits: ...

    def suggest(self, typed: str, viewer: Viewer, *, locale: str | None = None, first: int = 8) -> list[Suggestion]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a page that the store knows too, with their rows."""

    hits: Hits
    pairs: list[tuple[Hit, Any]]
    paged: bool
    labels: Mapping[str, str]


Part = Callable[[Ask], Callable[[Found], object]]


@dataclass(slots=True)
class SearchPlan:
    """A search and what is wanted of its hits."""

    node: FieldNode
    arguments: Arguments
    needs: NodeNeeds
    parts: list[tuple[str, Part]]
    facets: Callable[[Ask], Mapping[str, int]]
    snippets: bool

    def query(self, ask: Ask, viewer: Viewer) -> Query:
        """What the index is asked."""
        try:
            return self._query(ask, viewer)
        except Refused as error:
            raise error.at(self.node) from None

    def hits(self, ask: Ask, viewer: Viewer, searcher: Searcher, store: GraphStore) -> Hits:
        """What the index answers; what the graph decides is asked of the store before."""
        where: Mapping[str, Any] = cast("Mapping[str, Any]", self.arguments(ask)).get("where") or {}
        for name in _GIVEN_IDS:
            if len(where.get(name) or ()) > ask.limits.ids:
                reason = f"{len(where[name])} ids are given as {name}; {ask.limits.ids} are allowed. Ask for fewer."
                raise refused(Code.LIMIT_EXCEEDED, reason, self.node)
        wanted = Narrowing(tuple(where.get("mission") or ()), tuple(where.get("campaign") or ()), where.get("picture"))
        query = narrowed(store, self.query(ask, viewer), wanted)
        if (said := where.get("usable")) is not None:
            query = usable(searcher, store, query, _usable(said))
        return searched(searcher, store, query)

    def _query(self, ask: Ask, viewer: Viewer) -> Query:
        given: Mapping[str, Any] = self.arguments(ask)
        sort = given.get("sort")
        locale = given.get("locale") or ask.locale
        return Query(
            text=given["text"],
            viewer=viewer,
            filters=_filters(given.get("where")),
            locale=locale,
            first=size_of("first", given.get("first"), ask.limits),
            after=_after(given.get("after")),
            sort=Sort[getattr(sort, "name", sort)] if sort is not None else Sort.RELEVANCE,
            facets=tuple(self.facets(ask)),
            snippets=self.snippets,
        )

    def select(self, ask: Ask, hits: Hits) -> Select:
        ids = tuple(hit.id for hit in hits.hits)
        return replace(self.needs.select(ask), where=Cmp("id", "in", ids), limit=len(ids))

    def labels(self, ask: Ask, hits: Hits) -> Select | None:
        """What the ids among the facets are called, as many of each as are wanted; None where there are none."""
        most = self.facets(ask)
        ids = tuple(value for name in _LABELLED if name in most for value, _ in hits.facets.get(name, ())[: most[name]])
        return by_ids(ANY, ids, Shape((("id", "id"), ("label", "label"))), limit=len(ids)) if ids else None

    def objects(self, ask: Ask) -> int:
        given: Mapping[str, Any] = self.arguments(ask)
        try:
            return 1 + size_of("first", given.get("first"), ask.limits) * self.needs.objects(ask)
        except Refused as error:
            raise error.at(self.node) from None

    def bind(self, ask: Ask, hits: Hits, labels: Answer | None) -> Getter:
        pairs = [(key, part(ask)) for key, part in self.parts]
        paged = self.arguments(ask).get("after") is not None
        called: dict[str, str] = {row["id"]: row["label"] for row in cast("Any", labels["rows"])} if labels else {}

        def get(answer: Any) -> object:
            by_id = {row["id"]: row for row in answer["rows"]}
            found = Found(hits, [(hit, by_id[hit.id]) for hit in hits.hits if hit.id in by_id], paged, called)
            return {key: part(found) for key, part in pairs}

        return get


def plan_search(reading: Reading, nodes: tuple[FieldNode, ...]) -> SearchPlan:
    """The plan of a search field."""
    plan = SearchPlan(nodes[0], reading.arguments(ROOT, nodes[0]), NodeNeeds(ANY), [], lambda _ask: {}, snippets=False)
    plan.needs.every.prop("id")
    for key, chosen in reading.fields("SearchConnection", subselections(nodes)).items():
        plan.parts.append((key, _part(reading, plan, chosen)))
    return plan


def _part(reading: Reading, plan: SearchPlan, nodes: tuple[FieldNode, ...]) -> Part:
    sets = subselections(nodes)
    match nodes[0].name.value:
        case "nodes":
            bind_node = plan_node(reading, plan.needs, sets)
            return lambda ask: _each(bind_node(ask))
        case "edges":
            return _edges(reading, plan, sets)
        case "pageInfo":
            pick = picker(reading, "PageInfo", sets)
            return lambda _ask: lambda found: pick(_page_info(found))
        case "totalCount" | "didYouMean" as name:
            return lambda _ask: _VALUES[name]
        case "facets":
            return _facets(reading, plan, nodes)
        case _:
            return lambda _ask: constant("SearchConnection")


_VALUES: dict[str, Callable[[Found], object]] = {
    "totalCount": lambda found: found.hits.total,
    "didYouMean": lambda found: found.hits.meant,
}


def _each(node: Getter) -> Callable[[Found], object]:
    return lambda found: [node(row) for _, row in found.pairs]


def _edges(reading: Reading, plan: SearchPlan, sets: Sets) -> Part:
    parts = [(key, _edge_part(reading, plan, nodes)) for key, nodes in reading.fields("SearchEdge", sets).items()]

    def bind(ask: Ask) -> Callable[[Found], object]:
        pairs = [(key, part(ask)) for key, part in parts]
        return lambda found: [{key: get((found.hits, hit, row)) for key, get in pairs} for hit, row in found.pairs]

    return bind


def _edge_part(reading: Reading, plan: SearchPlan, nodes: tuple[FieldNode, ...]) -> Callable[[Ask], Getter]:
    """A field of an edge, read from (hits, hit, row)."""
    name, sets = nodes[0].name.value, subselections(nodes)
    match name:
        case "node":
            bind_node = plan_node(reading, plan.needs, sets)
            return lambda ask: _node_of(bind_node(ask))
        case "why":
            reason = picker(reading, "SearchReason", sets)
            return lambda _ask: lambda edge: [reason(one) for one in _reasons(edge[1])]
        case "snippet":
            plan.snippets = True
            snippet = picker(reading, "Snippet", sets)
            return lambda _ask: lambda edge: None if edge[1].snippet is None else snippet(_snippet(edge[1]))
        case _:
            return lambda _ask: _EDGE_VALUES[name]


_EDGE_VALUES: dict[str, Getter] = {
    "cursor": lambda edge: _cursor(edge[0], edge[1]),
    "score": lambda edge: edge[1].score,
    "locale": lambda edge: edge[1].locale or None,
    "__typename": constant("SearchEdge"),
}


def _node_of(node: Getter) -> Getter:
    return lambda edge: node(edge[2])


def _reasons(hit: Hit) -> list[dict[str, object]]:
    return [
        {
            "match": why.match.name,
            "field": why.field,
            "words": list(why.words),
            "via": why.via,
            "distance": why.distance,
            "path": [" ".join(why.words), why.via, why.link, hit.id] if why.via and why.link else [],
        }
        for why in hit.why
    ]


def _snippet(hit: Hit) -> dict[str, object]:
    assert hit.snippet is not None  # noqa: S101 - asked before
    spans = [{"start": start, "end": end} for start, end in hit.snippet.highlights]
    return {"text": hit.snippet.text, "highlights": spans}


def _facets(reading: Reading, plan: SearchPlan, nodes: tuple[FieldNode, ...]) -> Part:
    arguments = reading.arguments("SearchConnection", nodes[0])
    pick = picker(reading, "Facet", subselections(nodes))
    before = plan.facets

    def wanted(ask: Ask) -> dict[str, int]:
        """How many values of each facet are wanted."""
        given: Any = arguments(ask)
        by, limit = given.get("by"), given.get("limit")
        names = FACETS if by is None else (SEARCH_FACETS[one.name][0] for one in by)
        return dict.fromkeys(names, _EVERY if limit is None else facet_limit(limit, ask))

    def bind(ask: Ask) -> Callable[[Found], object]:
        names = wanted(ask)
        return lambda found: [pick(_facet(name, most, found)) for name, most in names.items()]

    def both(ask: Ask) -> dict[str, int]:
        one, other = before(ask), wanted(ask)
        return {name: max(one.get(name, 0), other.get(name, 0)) for name in (*one, *other)}

    plan.facets = both
    return bind


def _facet(name: str, most: int, found: Found) -> dict[str, object]:
    """A facet; a value that the store does not show is left out."""
    counted = found.hits.facets.get(name, ())[:most]
    if name in _LABELLED:
        counted = tuple((value, count) for value, count in counted if value in found.labels)
    values = [{"value": value, "label": found.labels.get(value, value), "count": count} for value, count in counted]
    return {"field": name, "values": values}


def _page_info(found: Found) -> dict[str, object]:
    hits = found.hits.hits
    return {
        "hasNextPage": found.hits.more,
        "hasPreviousPage": found.paged,
        "startCursor": _cursor(found.hits, hits[0]) if hits else None,
        "endCursor": _cursor(found.hits, hits[-1]) if hits else None,
    }


def _cursor(hits: Hits, hit: Hit) -> str:
    return encode(_DIGEST, [hit.key, hit.id, hits.generation])


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    keys = decode(cursor, _DIGEST)
    if len(keys) == _KEYS and isinstance(keys[0], int) and isinstance(keys[1], str) and isinstance(keys[2], int):
        return After(keys[0], keys[1], keys[2])
    raise refused(Code.BAD_ARGUMENT, "The cursor has been changed. Give one as an edge or pageInfo gave it.")


def _usable(said: Mapping[str, Any]) -> Usable:
    purpose, wanted = said.get("purpose"), said.get("verdicts")
    chosen = None if wanted is None else frozenset(RightsVerdict(_plain(one)) for one in wanted)
    return Usable(said["territory"], None if purpose is None else _plain(purpose), chosen)


def _plain(one: Any) -> str:
    """A member of a vocabulary, however it came."""
    return str(getattr(one, "value", one))


def _filters(given: Mapping[str, Any] | None) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(map(_plain, values))
        for name, values in (given or {}).items()
        if values is not None and name in FACETS
    }
