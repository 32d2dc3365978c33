"""Counts beside rows: by a property, by each value of a list, by what stands at the other side of a link."""

import pytest

from graph.store.select import Cmp, Facet, Follow, Rel, Select, Shape


@pytest.fixture
def assets(graph):
    graph.put("theme:food", name="Food")
    graph.put("theme:craft", name="Craft")
    graph.put("asset:a", kind="WORK", year=2000, keywords=["x", "y"], sample=True, themes=["theme:food", "theme:craft"])
    graph.put("asset:b", kind="PHOTO", year=2000, keywords=["y"], themes=["theme:food"])
    graph.put("asset:c", kind="WORK", themes=["theme:food"])
    graph.put("asset:d")
    return graph


def counted(graph, by, limit=20, **more):
    return graph.ask(Select("Asset", facets=(Facet("it", by, limit),), rows=False, **more))["facets"]["it"]


def test_a_property_is_counted_most_first_and_what_lacks_it_is_not(assets):
    assert counted(assets, "kind") == [{"value": "WORK", "count": 2}, {"value": "PHOTO", "count": 1}]
    assert counted(assets, "year") == [{"value": 2000, "count": 2}]
    assert counted(assets, "sample") == [{"value": False, "count": 3}, {"value": True, "count": 1}]


def test_a_list_is_counted_by_each_of_its_values(assets):
    assert counted(assets, "keywords") == [{"value": "y", "count": 2}, {"value": "x", "count": 1}]


def test_a_link_is_counted_by_the_other_side_with_its_label(assets):
    assert counted(assets, "themes") == [
        {"value": "theme:food", "label": "Food", "count": 3},
        {"value": "theme:craft", "label": "Craft", "count": 1},
    ]


def test_equal_counts_are_ordered_by_value_and_the_limit_falls_between_them(graph):
    words = ["\U0001f600", "\uffee", "b", "a", "김"]
    graph.put("asset:a", keywords=words)
    graph.put("asset:b", keywords=["b"])

    assert [one["value"] for one in counted(graph, "keywords")] == ["b", "a", "김", "\uffee", "\U0001f600"]
    assert [one["value"] for one in counted(graph, "keywords", limit=4)] == ["b", "a", "김", "\uffee"]


def test_facets_and_total_count_what_the_filter_lets_through_before_the_page(assets):
    question = Select("Asset", Shape((("id", "id"),)), Rel("some", "themes", Cmp("id", "eq", "theme:food")),
                      limit=1, total=True, facets=(Facet("kinds", "kind"), Facet("themes", "themes", 1)))  # fmt: skip

    assert assets.ask(question) == {
        "rows": [{"id": "asset:a"}],
        "total": 3,
        "facets": {
            "kinds": [{"value": "WORK", "count": 2}, {"value": "PHOTO", "count": 1}],
            "themes": [{"value": "theme:food", "label": "Food", "count": 3}],
        },
    }


def test_a_followed_link_has_facets_of_its_own(assets):
    under = Follow("assets", Select("Asset", rows=False, total=True, facets=(Facet("kinds", "kind"),)))

    assert assets.ask(Select("Theme", Shape((("id", "id"),), (("assets", under),))))["rows"] == [
        {"id": "theme:craft", "assets": {"total": 1, "facets": {"kinds": [{"value": "WORK", "count": 1}]}}},
        {
            "id": "theme:food",
            "assets": {
                "total": 3,
                "facets": {"kinds": [{"value": "WORK", "count": 2}, {"value": "PHOTO", "count": 1}]},
            },
        },
    ]


def test_a_link_facet_counts_only_what_its_field_means(graph):
    """`works` and `products` are both MADE_BY."""
    graph.put("organisation:o", name="O")
    graph.put("asset:a", makers="organisation:o")
    graph.put("product:p", name="P", maker="organisation:o")

    found = graph.ask(Select("Organisation", rows=False, facets=(Facet("w", "works"), Facet("p", "products"))))

    assert found["facets"] == {
        "w": [{"value": "asset:a", "label": "asset:a", "count": 1}],
        "p": [{"value": "product:p", "label": "P", "count": 1}],
    }
