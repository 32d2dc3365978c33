"""The order of answers over a judged set of our own, and the figures it is measured by."""

import json
import math
from pathlib import Path

import pytest

from graph.model import MODEL
from graph.search.evaluate import Figures, Judged, figures, figures_by, ndcg, recall
from graph.search.index import Query
from graph.search.judged import (
    JudgedSet,
    JudgedSetBroken,
    answers,
    judged_documents,
    read_judged,
    write_judged,
)
from graph.store.sqlite import open_sqlite

FILE = Path(__file__).parent / "judged.json"
#: Queries over the demonstration, graded by hand; `type` is what is looked for, an asset where it is left out.
DEMONSTRATION = Path(__file__).parent / "judged_demonstration.json"
DOC = {"id": "a", "lang": "en", "title": "Batik"}
ONE = {"docs": [DOC], "queries": [{"id": "q", "text": "batik", "rel": {"a": 2}}]}


@pytest.fixture(scope="module")
def said():
    return read_judged(FILE)


@pytest.fixture(scope="module")
def written(said, tmp_path_factory):
    """A store of the judged set."""
    store = open_sqlite(tmp_path_factory.mktemp("judged") / "duta.sqlite", MODEL)
    write_judged(said, store)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("linked", "labels", "least"), [(False, False, 0.92), (True, False, 0.98), (True, True, 0.98), (False, True, 0.98)]
)
def test_the_judged_set_keeps_its_quality(index, anyone, said, written, linked, labels, least):
    index.rebuild(judged_documents(written, linked=linked, labels=labels), applied_seq=1)
    measured = figures(answers(index.search, anyone, said.judged))

    assert measured.ndcg >= least
    assert measured.trapped == ()
    if linked or labels:
        assert measured.missed == ()


def test_what_people_ask_of_the_demonstration_in_ten_languages_is_found_first(demonstration, anyone):
    queries = json.loads(DEMONSTRATION.read_text("utf-8"))["queries"]
    asked = [
        (
            Judged(q["id"], q["text"], q["kind"], q["rel"], frozenset(q.get("trap", ())), q["lang"]),
            q.get("type", "Asset"),
        )
        for q in queries
    ]
    found = [
        (judged, [hit.id for hit in demonstration.search(query_of(judged.text, kind, anyone)).hits])
        for judged, kind in asked
    ]
    measured = figures(found)

    assert (measured.missed, measured.trapped) == ((), ())
    assert measured.ndcg >= 0.97
    assert len(figures_by(found, lambda judged: judged.language)) == 10
    for language, own in figures_by(found, lambda judged: judged.language).items():
        assert own.ndcg >= 0.94, language


def query_of(text, kind, viewer):
    return Query(text, viewer, {"type": frozenset({kind})} if kind else {}, first=20, snippets=False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"queries": [{"id": "q", "text": "batik", "rel": {"b": 2}}]}, 'query "q" names the document "b"'),
        ({"docs": [{**DOC, "entities": ["batik"]}]}, 'document "a" names the entity "batik"'),
        ({"docs": [{"id": "a", "lang": "en"}]}, "docs.0.title: Field required. Correct the file."),
        ({"queries": [{"id": "q", "text": "batik", "rel": {}}]}, "queries.0.rel: Dictionary should have at least 1"),
    ],
)
def test_a_broken_judged_set_is_refused_with_the_place(tmp_path, change, sentence):
    path = tmp_path / "judged.json"
    path.write_text(json.dumps({**ONE, **change}), "utf-8")

    with pytest.raises(JudgedSetBroken) as refused:
        read_judged(path)

    assert str(refused.value).startswith(str(path))
    assert sentence in str(refused.value)


def test_what_the_store_refuses_of_a_judged_set_is_said(tmp_path):
    store = open_sqlite(tmp_path / "duta.sqlite", MODEL)
    said = JudgedSet.model_validate({**ONE, "docs": [{"id": "a", "lang": "not a language", "title": "Batik"}]})

    with pytest.raises(JudgedSetBroken, match=r"docs\.a: "):
        write_judged(said, store)

    store.close()


def test_ndcg_is_one_for_the_ideal_order_and_falls_with_the_position():
    grades = {"a": 2, "b": 1}

    assert ndcg(["a", "b", "c"], grades) == 1.0
    assert ndcg(["b", "a"], grades) == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert ndcg(["x"] * 10 + ["a"], grades) == 0.0


def test_recall_is_of_the_highest_grade_there_is():
    assert recall(["a", "c"], {"a": 2, "b": 2, "c": 1}) == 0.5
    assert recall(["c"], {"c": 1, "d": 1}) == 0.5


def test_figures_name_the_queries_that_missed_and_those_that_fell_for_a_trap():
    first = Judged("q1", "x", "one", {"a": 2}, frozenset({"t"}))
    second = Judged("q2", "y", "two", {"b": 2})
    found = [(first, ["t", "a"]), (second, ["z"])]

    whole = figures(found)

    assert (whole.queries, whole.missed, whole.trapped) == (2, ("q2",), ("q1",))
    assert figures_by(found, lambda judged: judged.kind)["two"] == Figures(1, 0.0, 0.0, ("q2",), ())
