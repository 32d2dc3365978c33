"""The order of answers over a judged set of our own, and the figures it is measured by."""

import json
import math
from pathlib import Path

import pytest

from graph.search.evaluate import Figures, Judged, by_kind, figures, ndcg, recall
from graph.search.judged import answers, judged_documents, judged_queries

SAID = json.loads((Path(__file__).parent / "judged.json").read_text(encoding="utf-8"))


def asked(index, *, linked, labels):
    index.rebuild(judged_documents(SAID, linked=linked, labels=labels), applied_seq=1)
    return answers(index, judged_queries(SAID))


@pytest.mark.parametrize(
    ("linked", "labels", "least"), [(False, False, 0.84), (True, False, 0.97), (True, True, 0.96), (False, True, 0.97)]
)
def test_the_judged_set_keeps_its_quality(index, linked, labels, least):
    measured = figures(asked(index, linked=linked, labels=labels))

    assert measured.ndcg >= least
    assert measured.trapped == ()
    if linked or labels:
        assert measured.missed == ()


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
    assert by_kind(found)["two"] == Figures(1, 0.0, 0.0, ("q2",), ())
