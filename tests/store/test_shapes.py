"""What rows hold: properties in outside form, followed links, their own properties, and cases."""

from dataclasses import replace

import pytest

from graph.errors import InvalidValue, UnknownName
from graph.store.select import Cmp, Follow, Order, Select, Shape
from graph.store.visibility import SYSTEM


def follow(field, entity, *props, link=(), links=(), **more):
    shape = Shape(tuple((name, name) for name in props), links)
    return Follow(field, Select(entity, shape, **more), tuple((name, name) for name in link))


def test_values_come_in_the_form_outside(graph):
    graph.put("country:vn", name="Vietnam", alpha2="VN", population=100_300_000, internet_users=0.785,
              names={"vi": "Việt Nam"}, languages={"vi": 0.9})  # fmt: skip
    graph.put("media:a", kind="PICTURE", duration=1.5, bytes=2**52, focal_x=1)
    graph.put("placement:a", at="2026-01-02T10:00:00+07:00", status="LIVE", paid=True)

    assert graph.one("country:vn", "name", "names", "population", "internet_users", "languages", "sample", "rev") == {
        "name": "Vietnam",
        "names": {"vi": "Việt Nam"},
        "population": 100_300_000,
        "internet_users": 0.785,
        "languages": {"vi": 0.9},
        "sample": False,
        "rev": 1,
    }
    assert graph.one("media:a", "duration", "bytes", "focal_x", "focal_y") == {
        "duration": 1.5,
        "bytes": 2**52,
        "focal_x": 1.0,
        "focal_y": None,
    }
    assert graph.one("placement:a", "at", "paid", "created_at") == {
        "at": "2026-01-02T03:00:00.000Z",
        "paid": True,
        "created_at": "2026-01-01T00:00:00.000Z",
    }


def test_a_missing_value_is_null_and_a_missing_list_is_empty(graph):
    graph.put("asset:a")

    missing = graph.one("asset:a", "title", "year", "keywords", "aliases", "embargo_until")

    assert missing == {"title": None, "year": None, "keywords": [], "aliases": [], "embargo_until": None}


def test_lists_keep_their_order_and_hold_every_script(graph):
    words = ["z", "a", "김치", "قهوة", "\U0001f35c", "\uffee", "it's", 'say "so"', "back\\slash"]
    graph.put("asset:a", keywords=words)

    assert graph.one("asset:a", "keywords") == {"keywords": words}


def test_output_names_are_the_askers_own(graph):
    graph.put("theme:a", name="Food")
    odd = 'it\'s `odd` \\u0060 "here"'

    assert graph.ask(Select("Theme", Shape(((odd, "name"), ("again", "name")))))["rows"] == [
        {odd: "Food", "again": "Food"}
    ]


def test_a_followed_link_answers_with_the_links_own_properties(graph):
    graph.put("theme:food", name="Food")
    graph.put("theme:craft", name="Craft")
    graph.put("asset:a", title="A", locale="en", themes=[("theme:food", {"weight": 0.25}), "theme:craft"])

    question = Select("Asset", Shape((), (("about", follow("themes", "Theme", "name", link=["weight"])),)))

    assert graph.ask(question)["rows"] == [
        {"about": {"rows": [{"name": "Craft", "weight": None}, {"name": "Food", "weight": 0.25}]}}
    ]


def test_links_are_followed_backwards_under_the_other_sides_name(graph):
    graph.put("theme:food", name="Food")
    graph.put("asset:a", themes=[("theme:food", {"weight": 0.25})])
    graph.put("asset:b", themes="theme:food")
    graph.put("theme:slow", name="Slow food", broader="theme:food")

    question = Select("Theme", Shape((("id", "id"),), (("assets", follow("assets", "Asset", "id", link=["weight"])),
                                                       ("narrower", follow("narrower", "Theme", "id")))))  # fmt: skip

    assert graph.ask(question)["rows"] == [
        {
            "id": "theme:food",
            "assets": {"rows": [{"id": "asset:a", "weight": 0.25}, {"id": "asset:b", "weight": None}]},
            "narrower": {"rows": [{"id": "theme:slow"}]},
        },
        {"id": "theme:slow", "assets": {"rows": []}, "narrower": {"rows": []}},
    ]


def test_a_back_field_leads_only_to_its_own_source_type(graph):
    """`works` and `products` are both MADE_BY."""
    graph.put("organisation:o", name="O")
    graph.put("asset:a", makers="organisation:o")
    graph.put("product:p", name="P", maker="organisation:o")

    question = Select("Organisation", Shape((), (("works", follow("works", "Asset", "id")),
                                                 ("products", follow("products", "Product", "id")),
                                                 ("any", follow("works", "Entity", "id")))))  # fmt: skip

    assert graph.ask(question)["rows"] == [
        {
            "works": {"rows": [{"id": "asset:a"}]},
            "products": {"rows": [{"id": "product:p"}]},
            "any": {"rows": [{"id": "asset:a"}]},
        }
    ]


def test_a_link_to_several_types_can_be_narrowed_to_one(graph):
    graph.put("person:p", name="P")
    graph.put("place:q", name="Q")
    graph.put("asset:a", depicts=["person:p", "place:q"])

    question = Select("Asset", Shape((), (("all", follow("depicts", "Entity", "id", "@type")),
                                          ("people", follow("depicts", "Person", "name")))),
                      Cmp("id", "eq", "asset:a"))  # fmt: skip

    assert graph.ask(question)["rows"] == [
        {
            "all": {"rows": [{"id": "person:p", "@type": "Person"}, {"id": "place:q", "@type": "Place"}]},
            "people": {"rows": [{"name": "P"}]},
        }
    ]


def test_a_link_cannot_be_narrowed_to_what_it_never_leads_to(graph):
    with pytest.raises(InvalidValue, match='"themes" leads to no Person'):
        graph.ask(Select("Asset", Shape((), (("x", follow("themes", "Person", "id")),))))


def test_cases_add_what_one_type_has(graph):
    graph.put("asset:a", title="A", locale="en")
    graph.put("theme:t", name="T", brand_dimensions=["TOURISM"])
    graph.put("source:s", title="S", locale="en")
    question = Select(
        "Entity",
        Shape((("id", "id"),)),
        cases=(("Asset", Shape((("title", "title"),), (("themes", follow("themes", "Theme", "id")),))),
               ("Theme", Shape((("sides", "brand_dimensions"),)))),
    )  # fmt: skip

    assert graph.ask(question)["rows"] == [
        {"id": "asset:a", "@case": {"title": "A", "themes": {"rows": []}}},
        {"id": "source:s", "@case": None},
        {"id": "theme:t", "@case": {"sides": ["TOURISM"]}},
    ]


def test_each_parent_has_its_own_page_total_and_facets(graph):
    for name in "abcd":
        graph.put(f"theme:{name}", name=name.upper())
    graph.put("asset:x", kind="WORK", themes=["theme:a", "theme:b", "theme:c"])
    graph.put("asset:y", kind="PHOTO", themes=["theme:d"])
    page = Follow("themes", Select("Theme", Shape((("name", "name"),)), Cmp("name", "in", ("A", "B", "C")),
                                   (Order("name", True),), limit=2, keys=True, total=True))  # fmt: skip

    assert graph.ask(Select("Asset", Shape((("id", "id"),), (("themes", page),))))["rows"] == [
        {
            "id": "asset:x",
            "themes": {
                "rows": [{"name": "C", "@key": ["c", "theme:c"]}, {"name": "B", "@key": ["b", "theme:b"]}],
                "total": 3,
            },
        },
        {"id": "asset:y", "themes": {"rows": [], "total": 0}},
    ]


def test_followed_links_are_ordered_and_paged_by_the_links_own_property(graph):
    for name in "abcd":
        graph.put(f"theme:{name}", name=name.upper())
    graph.put(
        "asset:x",
        themes=[("theme:a", {"weight": 0.5}), ("theme:b", {"weight": 1}), "theme:c", ("theme:d", {"weight": 0.5})],
    )
    question = Select("Theme", Shape((("id", "id"),)), order=(Order("@weight", True),), keys=True)

    def names(**more):
        row = graph.ask(Select("Asset", Shape((), (("t", Follow("themes", replace(question, **more))),))))["rows"][0]
        return [(one["id"][-1], one["@key"]) for one in row["t"]["rows"]]

    assert names() == [
        ("b", [1000, "theme:b"]),
        ("d", [500, "theme:d"]),
        ("a", [500, "theme:a"]),
        ("c", [None, "theme:c"]),
    ]
    assert [name for name, _ in names(after=(500, "theme:d"))] == ["a", "c"]
    assert [name for name, _ in names(after=(None, "theme:c"))] == []
    assert [name for name, _ in names(after=(None, "theme:c"), backward=True, limit=2)] == ["d", "a"]


def test_rows_can_be_left_out(graph):
    graph.put("theme:a", name="A")

    assert graph.ask(Select("Theme", rows=False, total=True)) == {"total": 1}


def test_many_questions_are_answered_together(graph):
    graph.put("theme:a", name="A")
    graph.put("source:s", title="S", locale="en")

    answers = graph.store.ask(
        SYSTEM,
        {
            "themes": Select("Theme", Shape((("n", "name"),))),
            "it's": Select("Source", Shape((("t", "title"),))),
            "none": Select("Asset", Shape((("t", "title"),)), total=True),
        },
    )

    assert answers == {
        "themes": {"rows": [{"n": "A"}]},
        "it's": {"rows": [{"t": "S"}]},
        "none": {"rows": [], "total": 0},
    }


@pytest.mark.parametrize(
    "question",
    [
        Select("Aset"),
        Select("Asset", Shape((("t", "titel"),))),
        Select("Asset", Shape((), (("t", Follow("tehmes", Select("Theme"))),))),
        Select("Asset", where=Cmp("titel", "eq", "x")),
    ],
)
def test_an_undeclared_name_is_refused_with_the_nearest(graph, question):
    with pytest.raises(UnknownName, match="did you mean"):
        graph.ask(question)


def test_a_link_has_no_undeclared_property(graph):
    with pytest.raises(InvalidValue, match='no property "wight"'):
        graph.ask(Select("Asset", Shape((), (("t", follow("themes", "Theme", "id", link=["wight"])),))))
