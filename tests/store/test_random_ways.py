"""Random shortest ways over random graphs: both engines and a slow evaluator in Python answer alike."""

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from graph.errors import InvalidValue, UnknownName
from graph.model import MODEL
from graph.store.select import Select, Viewer
from graph.store.visibility import SYSTEM
from graph.store.ways import Over, Paths
from tests.store.small_graph import IDS, Small, type_of
from tests.store.test_differential import LONG, SETTINGS
from tests.store.test_random_walks import LINKED, stores, viewers

pytestmark = pytest.mark.neo4j
__all__ = ["stores"]


@st.composite
def ways(draw: st.DrawFn) -> Paths:
    over = st.builds(
        lambda linked, either, props: Over(linked[0], linked[1], either, tuple(props)),
        st.sampled_from(sorted(LINKED)),
        st.booleans(),
        st.lists(st.sampled_from(["confidence", "evidence"]), unique=True, max_size=1),
    )
    overs = draw(st.lists(over, min_size=1, max_size=9, unique_by=lambda one: (one.entity, one.field)))
    source = draw(st.sampled_from([id for id in IDS if type_of(id) in {one.entity for one in overs}]))
    others = [target for one in overs for target in MODEL.type(one.entity).end(one.field).targets]
    target = draw(st.sampled_from([id for id in IDS if type_of(id) in others]))
    return Paths(source, target, tuple(overs), draw(st.integers(1, 6)), draw(st.sampled_from([1, 2, 100])))


def expected(small: Small, viewer: Viewer, paths: Paths) -> list[dict[str, Any]]:
    """All ways of each length from the source on, until some arrive."""
    if not all(small.sight[id].seen_by(viewer) for id in (paths.source, paths.target)):
        return []
    hops: dict[tuple[str, str], set[str]] = {}
    for over in paths.over:
        end = MODEL.type(over.entity).end(over.field)
        hops.setdefault((over.entity, over.field), set()).update(over.props)
        for other in end.targets if over.either else ():
            hops.setdefault((other, end.link.back if end.forward else end.link.name), set()).update(over.props)
    waiting: list[Any] = [([paths.source], [])]
    for length in range(paths.longest + 1):
        arrived = [(nodes, links) for nodes, links in waiting if nodes[-1] == paths.target]
        if arrived:
            told = {(tuple(nodes), tuple(links)) for nodes, links in arrived}
            return [{"nodes": list(nodes), "fields": list(links)} for nodes, links in sorted(told, key=along)]
        if length < paths.longest:
            waiting = [
                ([*nodes, far], [*links, name])
                for nodes, links in waiting
                for (entity, name) in hops
                if entity == type_of(nodes[-1])
                for far, _ in small.over(viewer, nodes[-1], name, "")
                if far not in nodes
            ]
    return []


def along(way: Any) -> Any:
    nodes, links = way
    return list(zip(nodes[1:], links, strict=True))


@settings(SETTINGS, max_examples=1500 if LONG else 10)
@given(paths=ways(), viewer=viewers)
def test_random_ways_are_found_alike_and_as_the_slow_evaluator_says(stores, paths, viewer):
    rows = stores.ask(viewer, paths)["rows"]
    every = expected(stores.small, viewer, paths)
    event(f"{min(len(every), 3)} ways of {len(every[0]['fields']) if every else 'no'} links")

    told = [{"nodes": row["nodes"], "fields": [link["field"] for link in row["links"]]} for row in rows]
    assert told == every[: paths.limit]
    for row in rows:
        for near, far, link in zip(row["nodes"], row["nodes"][1:], row["links"], strict=False):
            seen = dict(stores.small.over(viewer, near, link["field"], ""))[far]
            assert all(seen.get(name) == value for name, value in link.items() if name != "field")


def test_a_thing_is_bound_to_itself_and_answered_beside_other_questions(stores):
    over = (Over("Asset", "themes"),)
    for store in (stores.sqlite, stores.neo):
        found = store.ask(
            SYSTEM,
            {"themes": Select("Theme", rows=False, total=True), "way": Paths("asset:0", "asset:0", over)},
        )

        assert found["way"] == {"rows": [{"nodes": ["asset:0"], "links": []}]}
        assert found["themes"] == {"total": 6}


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (Paths("asset:0", "goal:0", ()), InvalidValue, "over: There is no link to go over. Name one."),
        (Paths("asset:0", "x", (Over("Asset", "themes"),)), InvalidValue, '"x" is not an id.'),
        (Paths("asset:0", "goal:0", (Over("Asset", "theme"),)), UnknownName, 'did you mean "themes"?'),
        (Paths("asset:0", "goal:0", (Over("Asset", "themes"),), 7), InvalidValue, "longest: 7 is not a number"),
        (Paths("asset:0", "goal:0", (Over("Asset", "messages", props=("weight",)),)), InvalidValue, '"weight"'),
    ],
)
def test_what_cannot_be_gone_over_is_refused_with_the_place_and_the_cure(stores, wrong, error, says):
    for store in (stores.sqlite, stores.neo):
        with pytest.raises(error) as refused:
            store.ask(SYSTEM, {"it": wrong})

        assert says in str(refused.value)
