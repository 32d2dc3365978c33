"""Questions of one shape share a statement; another shape is another one, and values come to their own places."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings

from graph.model import MODEL
from graph.store.cells import Cells, Key, Node
from graph.store.select import And, Cmp, Facet, Follow, Form, Near, Not, Or, Order, Rel, Select, Shape
from graph.store.shapes import Shaped, Slot
from graph.store.walks import Step, Walk
from tests.store.test_differential import questions

PLAIN = Select(
    "Asset",
    Shape((("id", "id"),), (("t", Follow("themes", Select("Theme", where=Cmp("name", "contains", "a"), limit=3))),)),
    where=And((Cmp("year", "gt", 1990), Or((Not(Cmp("kind", "in", ("WORK", "PHOTO"))), Rel("some", "themes"))))),
    order=(Order("year"),),
    after=(1999, "asset:a"),
    limit=5,
)
ANOTHER: dict[str, Any] = {
    "entity": "Entity",
    "shape": Shape((("id", "id"),)),
    "where": None,
    "order": (Order("year", descending=True),),
    "after": (None, "asset:a"),
    "backward": True,
    "limit": None,
    "cases": (("Asset", Shape((("year", "year"),))),),
    "rows": False,
    "keys": True,
    "total": True,
    "facets": (Facet("kind", "kind"),),
    "form": Form(),
    "each_type": True,
}


@pytest.mark.parametrize("name", [one.name for one in fields(Select)])
def test_each_part_of_a_question_is_part_of_its_shape(name):
    other = replace(PLAIN, **{name: ANOTHER[name]})

    assert Shaped(other).key != Shaped(PLAIN).key


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAIN, where=Cmp("year", "isNull", value=True)),
        replace(PLAIN, shape=replace(PLAIN.shape, order=("t", "id"))),
        replace(PLAIN, shape=Shape(links=(("t", Follow("themes", Select("Theme"), (("w", "weight"),))),))),
    ],
)
def test_so_is_each_part_of_its_parts(other):
    assert Shaped(other).key != Shaped(PLAIN).key
    assert (
        Shaped(Select("Asset", where=Cmp("year", "isNull", value=True))).key
        != Shaped(Select("Asset", where=Cmp("year", "isNull", value=False))).key
    )


def test_values_are_no_part_of_it():
    other = replace(
        PLAIN,
        where=And((Cmp("year", "gt", 5), Or((Not(Cmp("kind", "in", ())), Rel("some", "themes"))))),
        after=(7, "asset:b"),
        limit=6,
    )

    assert Shaped(other) == Shaped(PLAIN)
    assert Shaped(PLAIN).values == [1999, "asset:a", 5, 1990, ("WORK", "PHOTO"), 3, "a"]


@settings(max_examples=200, deadline=None)
@given(questions())
def test_a_template_with_its_values_filled_in_is_the_question(question):
    shaped = Shaped(question)

    assert filled(shaped.template(), shaped.values) == question


def filled(template: Any, values: list[object]) -> Any:
    if isinstance(template, Slot):
        return template.fill(values)
    if isinstance(template, Near):
        # Its three numbers are one value, which is checked as a whole.
        return filled(template.lat, values)
    if isinstance(template, tuple):
        return tuple(filled(one, values) for one in template)
    if is_dataclass(template) and not isinstance(template, type):
        return replace(template, **{one.name: filled(getattr(template, one.name), values) for one in fields(template)})
    return template


def test_one_statement_is_compiled_for_all_questions_of_a_shape():
    from graph.store.select import Viewer
    from graph.store.sqlite.statement import compile_question

    one, other = (compile_question(MODEL, Viewer(0, -1, -1, now), replace(PLAIN, limit=now)) for now in (1, 2))

    assert one[0] is other[0]
    assert one[1] != other[1]


def test_walks_and_cells_are_one_shape_whatever_their_values_are():
    steps = (Step("interests", weight="weight", confidence=(("A1", 0.5),), where=Cmp("@weight", "gt", 0.1)),)
    walk = Walk("Audience", Cmp("id", "eq", "audience:a"), steps, limit=5, ways=2)
    again = replace(walk, where=Cmp("id", "eq", "audience:b"), limit=6, ways=3)
    cells = Cells((Node("x", "Asset", Cmp("year", "gt", 1990)),), by=(Key("kind", "x.kind"),), limit=3)

    assert Shaped(walk) == Shaped(again)
    assert Shaped(walk).values == ["audience:a", (("A1", 0.5),), 0.1, 5, 2]
    assert Shaped(walk) != Shaped(replace(walk, ways=0))
    assert Shaped(walk) != Shaped(replace(walk, steps=(replace(steps[0], weight=None),)))
    assert Shaped(cells) == Shaped(replace(cells, nodes=(Node("x", "Asset", Cmp("year", "gt", 2000)),), limit=4))
    assert Shaped(cells) != Shaped(replace(cells, by=()))
    for one in (walk, cells):
        assert filled(Shaped(one).template(), Shaped(one).values) == one
