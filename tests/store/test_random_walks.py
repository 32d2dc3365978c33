"""Random walks over random graphs: both engines and a slow evaluator in Python answer alike."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from graph.model import MODEL, End, EntityType
from graph.model.kinds import SHARE
from graph.store.port import GraphStore
from graph.store.select import And, Cmp, Filter, Follow, Not, Or, Select, Shape, Viewer
from graph.store.sqlite import open_sqlite
from graph.store.visibility import SYSTEM
from graph.store.walks import MOST, UNIT, Step, Walk
from tests.store.small_graph import CODES, IDS, TYPES, Small, batch, type_of
from tests.store.test_differential import LONG, NOW, SETTINGS

pytestmark = pytest.mark.neo4j

SEEDS = range(10) if LONG else range(1)
LINKED = {(type_of(id), name) for id, name in Small.of(0).links}
viewers = st.sampled_from(
    [SYSTEM, SYSTEM, SYSTEM, Viewer(0, -1, -1, NOW), Viewer(2, 2, -1, NOW), Viewer(2, -1, 2, NOW)]
)


@dataclass
class Stores:
    """The same small graph three times."""

    sqlite: GraphStore
    neo: GraphStore
    small: Small

    def ask(self, viewer: Viewer, question: Any) -> Any:
        """What both engines answer."""
        ours, theirs = (store.ask(viewer, {"it": question})["it"] for store in (self.sqlite, self.neo))
        assert ours == theirs
        return ours


@pytest.fixture(scope="module", params=SEEDS)
def stores(request, server, tmp_path_factory) -> Iterator[Stores]:
    sqlite = open_sqlite(tmp_path_factory.mktemp("small") / "graph.db", MODEL, clock=server.clock)
    neo = server.store(server.clock)
    for store in (sqlite, neo):
        assert store.write(batch(request.param)).refused == ()
    yield Stores(sqlite, neo, Small.of(request.param))
    sqlite.close()


# Questions


@st.composite
def filters(draw: st.DrawFn, entity: EntityType, end: End | None = None, depth: int = 2) -> Filter:
    choice = draw(st.integers(0, 6)) if depth else 6
    inner = filters(entity, end, depth - 1)
    if choice == 0:
        return Not(draw(inner))
    if choice in (1, 2):
        return (And, Or)[choice - 1](tuple(draw(st.lists(inner, min_size=1, max_size=2))))
    if choice == 3 and end is not None:
        weights = [name for name, prop in end.link.props.items() if prop.kind is SHARE]
        found = [
            Cmp("@confidence", "in", tuple(draw(st.lists(st.sampled_from(CODES), max_size=2)))),
            Cmp("@evidence", "isNull", draw(st.booleans())),
            *(Cmp(f"@{name}", draw(st.sampled_from(["lt", "gte"])), 0.5) for name in weights),
        ]
        return draw(st.sampled_from(found))
    if choice == 4:
        return Cmp("state", "eq", "PUBLISHED")
    ids = [id for id in IDS if entity.name in ("Entity", type_of(id))]
    return Cmp("id", "in", tuple(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=5, unique=True))))


def over(entity: EntityType) -> list[End]:
    return [end for end in entity.ends.values() if (entity.name, end.name) in LINKED]


def rarely(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly nothing, since filters on filters leave nothing to compare."""
    return st.integers(0, 3).flatmap(lambda dice: st.none() if dice else strategy)


@st.composite
def steps(draw: st.DrawFn, entity: EntityType) -> Step:
    end = draw(st.sampled_from(over(entity)))
    possible = [name for name in end.targets if name in TYPES]
    possible = possible if len(end.targets) > 1 else ["", end.target]
    target = draw(st.sampled_from(possible))
    weights = [name for name, prop in end.link.props.items() if prop.kind is SHARE]
    weight = draw(st.sampled_from([None, *weights, *weights]))
    table = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from([0, 0.3, 0.75, 1])), max_size=3).map(tuple)
    props = draw(st.lists(st.sampled_from([*end.link.props, "confidence", "evidence"]), unique=True, max_size=2))
    where = draw(rarely(filters(MODEL.type(target or end.target), end)))
    return Step(end.name, target, weight, draw(table), where, tuple(props))


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    start = entity = MODEL.type(draw(st.sampled_from(sorted({name for name, _ in LINKED}))))
    found: list[Step] = []
    for _ in range(draw(st.integers(1, 4))):
        step = draw(steps(entity))
        entity = MODEL.type(step.entity or entity.end(step.field).target)
        found.append(step)
    shape = draw(st.sampled_from([Shape((("id", "id"),)), Shape((("id", "id"), ("l", "label"), ("s", "state")))]))
    if draw(st.integers(0, 3)) == 0:
        end = draw(st.sampled_from(over(entity)))
        shape = Shape(shape.props, ((end.name, Follow(end.name, Select(end.target, Shape((("id", "id"),))))),))
    where = draw(rarely(filters(start))) or Cmp("id", "isNull", value=False)
    meet: Any = draw(st.sampled_from(["sum", "most"]))
    return Walk(start.name, where, tuple(found), draw(st.integers(1, 9)), shape, draw(st.integers(0, 4)), meet)


# The slow evaluator


def factor(step: Step, props: Any) -> tuple[int, int]:
    """Thousandths that a link multiplies by, and the power of a thousand to divide by."""
    found, scale = 1, 1
    if step.weight:
        found, scale = found * round(props.get(step.weight, 1) * 1000), scale * 1000
    if step.confidence:
        found = found * round(dict(step.confidence).get(props.get("confidence"), 1) * 1000)
        scale *= 1000
    return found, scale


def every_way(small: Small, viewer: Viewer, walk: Walk) -> Iterator[tuple[int, list[str], list[dict[str, Any]]]]:
    """All ways there are, one by one."""
    waiting: list[Any] = [(UNIT, [id], []) for id in small.seen(viewer, walk.entity, walk.where)]
    for step in walk.steps:
        longer: list[Any] = []
        for weight, ids, links in waiting:
            for far, props in small.over(viewer, ids[-1], step.field, step.entity):
                if small.fits(viewer, step.where, far, props):
                    by, scale = factor(step, props)
                    told = {"field": step.field, "factor": UNIT * by // scale / UNIT}
                    told |= {name: props.get(name) for name in step.props}
                    longer.append((weight * by // scale, [*ids, far], [*links, told]))
        waiting = longer
    yield from waiting


def weights(small: Small, viewer: Viewer, walk: Walk) -> list[tuple[str, int]]:
    """The ends with their weights, best first, put together step by step."""
    there = dict.fromkeys(small.seen(viewer, walk.entity, walk.where), UNIT)
    for step in walk.steps:
        met: dict[str, list[int]] = defaultdict(list)
        for near, weight in there.items():
            for far, props in small.over(viewer, near, step.field, step.entity):
                if small.fits(viewer, step.where, far, props):
                    by, scale = factor(step, props)
                    met[far].append(weight * by // scale)
        put = sum if walk.meet == "sum" else max
        there = {id: min(put(weights), MOST) for id, weights in met.items()}
    return sorted(there.items(), key=lambda pair: (-pair[1], pair[0]))


# Tests


@settings(SETTINGS, max_examples=1500 if LONG else 25)
@given(walk=walks(), viewer=viewers)
def test_random_walks_are_answered_alike_and_as_the_slow_evaluator_says(stores, walk, viewer):
    rows = stores.ask(viewer, walk)["rows"]
    expected = weights(stores.small, viewer, walk)
    event(f"{min(len(expected), 5)} ends")

    assert [(row["id"], round(row["@weight"] * UNIT)) for row in rows] == expected[: walk.limit]
    if not walk.ways:
        return
    ways: dict[str, list[Any]] = defaultdict(list)
    for weight, ids, links in every_way(stores.small, viewer, walk):
        ways[ids[-1]].append({"weight": weight / UNIT, "nodes": ids, "links": links})
    for row in rows:
        best = sorted((way["weight"] for way in ways[row["id"]]), reverse=True)
        assert [way["weight"] for way in row["@ways"]] == best[: walk.ways]
        assert all(way in ways[row["id"]] for way in row["@ways"])
        assert len({tuple(way["nodes"]) for way in row["@ways"]}) == len(row["@ways"])
