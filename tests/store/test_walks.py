"""Walks: weights multiply along ways and add up at their ends, ways can be shown, and what is hidden is not used."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from graph.errors import InvalidValue, UnknownName
from graph.store.select import Cmp, Not, Shape, Viewer
from graph.store.walks import Step, Walk

NOW = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
INTERNAL, LIVE = Viewer(2, 2, 2, NOW), Viewer(2, -1, -1, NOW)
OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
TRUST = (("A1", 1), ("B2", 0.5))

TOLD = Walk(
    "Audience",
    Cmp("id", "eq", "audience:sample"),
    (Step("interests", weight="weight"), Step("assets", weight="weight", props=("evidence",))),
    shape=Shape((("id", "id"),)),
)


@pytest.fixture
def interests(graph):
    """An audience, three of its interests, and what tells of them."""
    graph.put("source:open", title="S", locale="en", **OPEN)
    graph.put("source:secret", title="S", locale="en", state="DRAFT", marking="INTERNAL")
    for name in ("food", "craft"):
        graph.put(f"theme:{name}", name=name, **OPEN)
    graph.put("theme:hidden", name="H", state="DRAFT", marking="PUBLIC")
    themes = [("theme:food", {"weight": 0.7, "confidence": "B2"}), ("theme:craft", {"weight": 0.5}), "theme:hidden"]
    graph.put("audience:sample", name="A", kind="DIASPORA", state="PUBLISHED", interests=themes)
    about = {
        "kimjang": [("theme:food", {"weight": 0.6, "evidence": "source:open"}), ("theme:craft", {"weight": 0.333})],
        "batik": [("theme:craft", {"evidence": "source:secret"})],
        "secret": ["theme:hidden"],
    }
    for name, links in about.items():
        graph.put(f"asset:{name}", kind="WORK", title=name, locale="en", **OPEN, themes=links)
    return graph


def ends(graph, walk, viewer=LIVE):
    return {row["id"]: row["@weight"] for row in graph.ask(walk, viewer)["rows"]}


def test_weights_multiply_along_a_way_and_add_up_where_ways_meet(interests):
    assert list(ends(interests, TOLD).items()) == [("asset:kimjang", 0.7 * 0.6 + 0.1665), ("asset:batik", 0.5)]
    assert ends(interests, replace(TOLD, limit=1)) == {"asset:kimjang": 0.5865}


def test_what_is_hidden_is_not_walked_over_and_what_has_no_weight_counts_one(interests):
    assert ends(interests, TOLD, INTERNAL) == {"asset:secret": 1, "asset:kimjang": 0.5865, "asset:batik": 0.5}


def test_the_best_ways_name_the_nodes_and_what_each_link_is_worth(interests):
    kimjang, batik = interests.ask(replace(TOLD, ways=1), LIVE)["rows"]

    assert kimjang["@ways"] == [
        {
            "weight": 0.42,
            "nodes": ["audience:sample", "theme:food", "asset:kimjang"],
            "links": [
                {"field": "interests", "factor": 0.7},
                {"field": "assets", "factor": 0.6, "evidence": "source:open"},
            ],
        }
    ]
    assert batik["@ways"][0]["links"][1] == {"field": "assets", "factor": 1, "evidence": None}


def test_evidence_is_told_to_who_may_see_its_source(interests):
    rows = interests.ask(replace(TOLD, ways=2), INTERNAL)["rows"]

    assert [[way["links"][1]["evidence"] for way in row["@ways"]] for row in rows] == [
        [None],
        ["source:open", None],
        ["source:secret"],
    ]


def test_a_table_says_what_a_confidence_is_worth(interests):
    trusted = replace(TOLD, steps=(replace(TOLD.steps[0], confidence=TRUST), TOLD.steps[1]))

    assert ends(interests, trusted) == {"asset:batik": 0.5, "asset:kimjang": 0.7 * 0.5 * 0.6 + 0.1665}


def test_a_walk_comes_back_to_where_it_was_unless_the_last_step_leaves_it_out(interests):
    back = (Step("assets"), Step("themes", weight="weight"))
    walk = Walk("Theme", Cmp("id", "eq", "theme:food"), back, shape=Shape((("id", "id"),)))
    away = replace(walk, steps=(back[0], replace(back[1], where=Not(walk.where))))

    assert ends(interests, walk) == {"theme:food": 0.6, "theme:craft": 0.333}
    assert ends(interests, away) == {"theme:craft": 0.333}


def test_a_link_is_filtered_by_its_own_properties(interests):
    sure = replace(TOLD, steps=(TOLD.steps[0], replace(TOLD.steps[1], where=Cmp("@weight", "gte", 0.6))))

    assert ends(interests, sure) == {"asset:kimjang": 0.42}


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"steps": ()}, InvalidValue, "steps: A walk has 1 to 8 steps, 0 were given. Ask several walks."),
        ({"steps": (Step("interest"),)}, UnknownName, 'no link of Audience "interest"; did you mean "interests"?'),
        ({"limit": 1001}, InvalidValue, "limit: 1001 is not a number from 1 to 1000."),
        ({"ways": 51}, InvalidValue, "ways: 51 is not a number from 1 to 50."),
        (
            {"steps": (Step("interests", weight="confidence"),)},
            InvalidValue,
            'steps[0].weight: "confidence" of "interests" is no weight. Weigh by weight.',
        ),
        (
            {"steps": (Step("country", weight="weight"),)},
            InvalidValue,
            'steps[0].weight: A link of "country" has no property "weight".',
        ),
        (
            {"steps": (Step("interests", "Asset"),)},
            InvalidValue,
            'steps[0].entity: "interests" leads to no Asset. It leads to Theme.',
        ),
        (
            {"steps": (Step("interests", confidence=(("A1", 1.5),)),)},
            InvalidValue,
            "confidence: 1.5 is outside 0 to 1.",
        ),
    ],
)
def test_what_cannot_be_walked_is_refused_with_the_place_and_the_cure(graph, wrong, error, says):
    with pytest.raises(error) as refused:
        graph.ask(replace(TOLD, **wrong))

    assert says in str(refused.value)
