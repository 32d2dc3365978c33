"""Counts of what a search found by what the graph knows and the index does not: mission, campaign, picture.

They say how many a filter by the value would let through.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import cast

from api.narrowing import Searching, has_picture, sorted_by_use
from graph.model import ANY, USED_IN
from graph.search.index import FACETS, Hits, Query
from graph.store.port import GraphStore
from graph.store.select import Answer, Cmp, Filter, Follow, Rel, Row, Select, Shape, Viewer, both, shape_of

_ID = Shape((("id", "id"),))
# Of more it is cheaper to ask the whole graph than to name them.
_MOST_NAMED = 2000

Counts = tuple[tuple[str, int], ...]
Pair = tuple[str, str]


def searched(searching: Searching, store: GraphStore, query: Query) -> Hits:
    """The answer to a query in any order and with any facet, of the index or of the graph."""
    own = tuple(name for name in query.facets if name in FACETS)
    asked = [name for name in query.facets if name in GRAPH_FACETS]
    if _THEME in own:
        query = replace(query, within={_THEME: theme_tree(store, query.viewer)})
    found = searching.search(
        sorted_by_use(searching, store, replace(query, facets=own, every_id=query.every_id or bool(asked)))
    )
    return replace(found, facets={**found.facets, **counted(store, query.viewer, found.every_id, asked)})


def theme_tree(store: GraphStore, viewer: Viewer) -> dict[str, frozenset[str]]:
    """Each theme that has narrower ones, with itself and all below it, as the viewer sees them."""
    shape = shape_of("id", broader=Follow("broader", Select("Theme", _ID)))
    rows = _rows(store.ask(viewer, {_THEME: Select("Theme", shape, Rel("some", "broader"))})[_THEME])
    above = {str(row["id"]): _ids(row["broader"]) for row in rows}
    below: dict[str, set[str]] = {}
    for theme in above:
        seen, climbing = {theme}, [theme]
        while climbing:
            new = [one for one in above.get(climbing.pop(), ()) if one not in seen]
            seen.update(new)
            climbing += new
        for one in seen - {theme}:
            below.setdefault(one, {one}).add(theme)
    return {theme: frozenset(every) for theme, every in below.items()}


def counted(store: GraphStore, viewer: Viewer, ids: AbstractSet[str], facets: Iterable[str]) -> dict[str, Counts]:
    """How many of some entities have each value, as their viewer sees the graph, each facet by one question.

    Most first, then by value; every entity counts once for a value, however often it is linked to it.
    """
    named = Cmp("id", "in", tuple(sorted(ids))) if len(ids) <= _MOST_NAMED else None
    found: dict[str, Counts] = {}
    for facet in facets:
        questions, pairs = _FACETS[facet]
        answers = store.ask(viewer, questions(named))
        counts = Counter(value for id, value in {*pairs(answers)} if id in ids)
        if facet == _PICTURE:
            counts["false"] = len(ids) - counts["true"]
        found[facet] = tuple(sorted(((v, n) for v, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))
    return found


def _mission_questions(named: Filter | None) -> dict[str, Select]:
    """What a mission keeps, the campaigns that it runs with their assets, and what it organises."""
    theirs = Cmp("type", "eq", "Mission")
    missions = Select(ANY, _ID, theirs)
    run = Shape((("id", "id"),), (("missions", Follow("missions", missions)), ("assets", Follow("assets", _ASSETS))))
    held = shape_of("id", organisers=Follow("organisers", missions))
    return {
        "kept": Select(
            ANY, shape_of("id", keeper=Follow("keeper", missions)), both(Rel("some", "keeper", theirs), named)
        ),
        "run": Select("Campaign", run, Rel("some", "missions", theirs)),
        "held": Select("Event", held, both(Rel("some", "organisers", theirs), named)),
    }


def _mission_pairs(answers: Mapping[str, Answer]) -> Iterator[Pair]:
    yield from _linked(answers["kept"], "keeper")
    yield from _linked(answers["held"], "organisers")
    for row in _rows(answers["run"]):
        for mission in _ids(row["missions"]):
            yield str(row["id"]), mission
            yield from ((asset, mission) for asset in _ids(row["assets"]))


def _campaign_questions(named: Filter | None) -> dict[str, Select]:
    """What campaigns use, and what is placed for them."""
    campaigns = Cmp("type", "eq", "Campaign")
    used = shape_of("id", used=Follow(USED_IN, Select(ANY, _ID, campaigns)))
    placed = shape_of("id", campaign=Follow("campaign", Select("Campaign", _ID)))
    return {
        "used": Select(ANY, used, both(Rel("some", USED_IN, campaigns), named)),
        "placed": Select("Placement", placed, both(Rel("some", "campaign"), named)),
    }


def _campaign_pairs(answers: Mapping[str, Answer]) -> Iterator[Pair]:
    yield from _linked(answers["used"], "used")
    yield from _linked(answers["placed"], "campaign")


def _picture_questions(named: Filter | None) -> dict[str, Select]:
    return {"pictured": Select("Asset", _ID, both(has_picture(), named))}


def _picture_pairs(answers: Mapping[str, Answer]) -> Iterator[Pair]:
    return ((str(row["id"]), "true") for row in _rows(answers["pictured"]))


def _linked(answer: Answer, field: str) -> Iterator[Pair]:
    return ((str(row["id"]), value) for row in _rows(answer) for value in _ids(row[field]))


def _rows(answer: object) -> Sequence[Row]:
    return cast("Mapping[str, Sequence[Row]]", answer)["rows"]


def _ids(answer: object) -> list[str]:
    return [str(row["id"]) for row in _rows(answer)]


_ASSETS = Select("Asset", _ID)
_PICTURE, _THEME = "picture", "theme"
_FACETS: Mapping[
    str, tuple[Callable[[Filter | None], dict[str, Select]], Callable[[Mapping[str, Answer]], Iterator[Pair]]]
] = {
    "mission": (_mission_questions, _mission_pairs),
    "campaign": (_campaign_questions, _campaign_pairs),
    _PICTURE: (_picture_questions, _picture_pairs),
}
#: What is counted by the graph, beside the facets of the index.
GRAPH_FACETS = tuple(_FACETS)
