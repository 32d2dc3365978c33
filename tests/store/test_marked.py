"""Properties with a marking of their own: no answer of the store depends on what the viewer may not see of them."""

from enum import StrEnum

import pytest

from graph.model import ANY, DECLARATIONS, Entity, Model
from graph.model.declare import Marking, link, prop
from graph.model.kinds import Name, Text
from graph.search.documents import documents
from graph.search.questions import documents_of
from graph.store.batch import Batch, Put, To
from graph.store.select import And, Cmp, Facet, Follow, Not, Or, Order, Rel, Select, Shape, Viewer
from graph.store.sqlite import open_sqlite
from graph.store.visibility import SYSTEM

NOW = 1_800_000_000_000
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=NOW)
INTERNAL = Viewer(live=2, draft=-1, retired=-1, now=NOW)
OPEN = {"state": "PUBLISHED", "marking": "PUBLIC", "locale": "en"}


class Level(StrEnum):
    """How much."""

    LOW = "LOW"
    HIGH = "HIGH"


def model() -> Model:
    class Deal(Entity):
        """Something with a property of every kind that is not for everyone."""

        title: Name = prop("What it is called.", searchable=10, orderable=True)
        note: Name = prop("An orderable name.", searchable=5, orderable=True, marking=Marking.INTERNAL)
        terms: Text = prop("A text with translations.", searchable=5, orderable=True, marking=Marking.INTERNAL)
        price: int = prop("A number.", orderable=True, marking=Marking.INTERNAL)
        kind: Level = prop("A word of a list.", facet=True, marking=Marking.INTERNAL)
        words: list[str] = prop("Words.", facet=True, searchable=5, marking=Marking.INTERNAL)
        sure: bool = prop("Yes or no.", marking=Marking.INTERNAL)

        with_ = link("WITH", "Deal", back="from_", doc="Another.")

    kept = ("Mission", "Organisation", "Country", "Place", "Source", "Translation")
    return Model.of([*(cls for cls in DECLARATIONS if cls.__name__ in kept), Deal])


MARKED = ("note", "terms", "price", "kind", "words", "sure")
ONE = {"note": "alpha", "terms": "first", "price": 1, "kind": "LOW", "words": ["x"], "sure": True}
OTHER = {"note": "omega", "terms": "last", "price": 9, "kind": "HIGH", "words": ["y", "z"], "sure": False}
NOTHING: dict[str, object] = dict.fromkeys(MARKED)


def puts(first, second):
    return Batch((
        Put("deal:a", "Deal", {"title": "A", **OPEN, **first}),
        Put("deal:b", "Deal", {"title": "B", **OPEN, **second}),
        Put("deal:c", "Deal", {"title": "C", **OPEN}, {"with_": (To("deal:a"), To("deal:b"))}),
        Put("translation:a", "Translation", {"locale": "ko", "state": "PUBLISHED", "terms": first["terms"]},
            {"translates": (To("deal:a"),)}),
    ))  # fmt: skip


def filled(store, first, second):
    report = store.write(puts(first, second))
    assert report.refused == ()
    return store


FILTERS = [
    *(Cmp(name, "eq", value) for name in ("note", "terms") for value in ("alpha", "first")),
    *(Cmp(name, "isNull", value) for name in (*MARKED,) for value in (True, False)),
    *(Cmp(name, "contains", "a") for name in ("note", "terms")),
    *(Cmp(name, "startsWith", "f") for name in ("note", "terms")),
    Cmp("price", "eq", 9),
    Cmp("price", "lt", 5),
    Cmp("price", "gte", 5),
    Cmp("price", "in", (1, 9)),
    Cmp("kind", "eq", "LOW"),
    Cmp("kind", "in", ("LOW", "HIGH")),
    Cmp("words", "has", "x"),
    Cmp("sure", "eq", True),
]  # fmt: skip
NESTED = [
    lambda one: Not(Not(one)),
    lambda one: Or((one, Cmp("id", "eq", "deal:c"))),
    lambda one: And((Not(one), Cmp("title", "isNull", False))),
    lambda one: Rel("some", "with_", one),
    lambda one: Rel("none", "with_", one),
    lambda one: Rel("every", "with_", one),
    lambda one: Rel("some", "from_", Rel("some", "with_", one)),
]


def questions():
    """Every way to ask about what is marked, each under a name."""
    shape = Shape((("id", "id"), *((name, name) for name in MARKED)))
    asked = {"output": Select("Deal", shape), "cases": Select(ANY, cases=(("Deal", shape),))}
    asked["followed"] = Select("Deal", Shape((), (("w", Follow("with_", Select("Deal", shape))),)))
    asked["translated"] = Select("Translation", Shape((("id", "id"), ("terms", "terms"))))
    for name in MARKED:
        asked[f"facet {name}"] = Select("Deal", rows=False, facets=(Facet(name, name),))
    for name in ("note", "terms", "price"):
        for descending in (False, True):
            order = (Order(name, descending),)
            ids = Shape((("id", "id"),))
            asked[f"order {name} {descending}"] = Select("Deal", ids, order=order, keys=True)
            asked[f"first {name} {descending}"] = Select("Deal", ids, order=order, keys=True, limit=1)
            asked[f"with {name} {descending}"] = Select(
                "Deal", Shape((), (("w", Follow("with_", Select("Deal", ids, order=order, limit=1))),))
            )
    nested = [(where, nest) for where in FILTERS for nest in (lambda one: one, Not)]
    nested += [(where, nest) for where in FILTERS[-3:] for nest in NESTED]
    for position, (where, nest) in enumerate(nested):
        asked[f"filter {position}"] = Select("Deal", Shape((("id", "id"),)), where=nest(where), total=True)
    return asked


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request, tmp_path):
    if request.param == "sqlite":
        store = open_sqlite(tmp_path / "s", model())
        yield store
        store.close()
        return
    server = request.getfixturevalue("server")
    server.forget()
    store = server.open(model())
    yield store
    store.close()
    server.forget()


def answers(store, viewer):
    asked = questions()
    names = list(asked)
    found: dict[str, object] = {}
    for start in range(0, len(names), 12):
        found |= store.ask(viewer, {name: asked[name] for name in names[start : start + 12]})
    return found


def test_no_answer_to_the_public_depends_on_what_is_marked_and_those_who_may_see_it_do(store):
    filled(store, ONE, OTHER)
    public, internal = answers(store, PUBLIC), answers(store, INTERNAL)
    differing: set[str] = set()
    for first, second in ((OTHER, ONE), (ONE, NOTHING)):
        filled(store, first, second)
        assert answers(store, PUBLIC) == public
        differing |= {name for name, answer in answers(store, INTERNAL).items() if answer != internal[name]}

    assert public["output"]["rows"][0] == {
        "id": "deal:a", "note": None, "terms": None, "price": None, "kind": None, "words": [], "sure": None,
    }  # fmt: skip
    assert internal["output"]["rows"][0] == {"id": "deal:a", **ONE}
    ways = {"output", "cases", "followed", "translated", "facet", "order", "first", "with", "filter"}
    assert {name.split()[0] for name in differing} == ways
    assert {name for name in internal if not name.startswith("filter")} <= differing


def test_no_word_of_what_is_marked_is_in_a_document_that_the_public_finds(tmp_path):
    store = filled(open_sqlite(tmp_path / "s", model()), ONE, OTHER)
    entity = store.model.type("Deal")
    (row, *_) = store.ask(SYSTEM, {"it": documents_of(store.model, "Deal", ["deal:a"])})["it"]["rows"]
    told = str(list(documents(entity, row)))
    store.close()

    assert "alpha" not in told
    assert "first" not in told
    assert "'x'" not in told
    assert "LOW" not in told
    assert "'A'" in told


def test_what_names_a_thing_can_have_no_marking_of_its_own():
    class Deal(Entity):
        """Something."""

        title: Name = prop("What it is called.", marking=Marking.INTERNAL)

    with pytest.raises(ValueError, match=r"Deal\.title is shown wherever it is named"):
        Model.of([*(cls for cls in DECLARATIONS if cls.__name__ in ("Mission", "Organisation")), Deal])
