"""Orders and pages: missing values last both ways, ties by id, keys instead of offsets."""

import pytest

from graph.errors import InvalidValue
from graph.store.select import Cmp, Follow, Order, Select, Shape, Value, Viewer

Key = tuple[Value, ...]


@pytest.fixture
def years(graph):
    for name, year in {"a": 2000, "b": None, "c": 1990, "d": 2000, "e": None, "f": 2010}.items():
        graph.put(f"asset:{name}", title=f"T{name}", locale="en", year=year)
    return graph


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("id", "abcdef"),
        ("-id", "fedcba"),
        ("year", "cadfbe"),
        ("-year", "fdaceb"),
        ("year -id", "cdafeb"),
        ("-year id", "fadcbe"),
        ("title", "abcdef"),
        ("created_at -year", "fdaceb"),
    ],
)
def test_missing_values_come_last_both_ways_and_the_id_breaks_ties(years, order, found):
    assert "".join(years.ids("Asset", order=order)) == found


def test_without_an_order_the_id_decides(years):
    assert [row["id"] for row in years.rows("Asset", "id", limit=2)] == ["asset:a", "asset:b"]


def test_texts_are_ordered_as_they_are_folded_and_a_missing_one_as_an_empty_one(graph):
    titles = {
        "a": "Zebra",
        "b": "élan",
        "c": "Eland",
        "d": None,
        "e": "\U0001f600",
        "f": "\ue000",
        "g": "김",
        "h": "10",
    }
    for name, title in titles.items():
        graph.put(f"asset:{name}", title=title, locale="en")

    assert "".join(graph.ids("Asset", order="title")) == "dhbcagfe"
    assert "".join(graph.ids("Asset", order="-title")) == "efgacbhd"


@pytest.mark.parametrize(
    "order", ["id", "-id", "year", "-year", "title", "-title", "year -title", "-year title", "-year title -id"]
)
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_join_to_the_whole_from_both_ends(years, order, limit):
    orders = tuple(Order(name.lstrip("-"), name.startswith("-")) for name in order.split())
    whole = years.ids("Asset", order=order)

    for backward in (False, True):
        after = None
        found: list[str] = []
        while rows := years.ask(
            Select(
                "Asset", Shape((("id", "id"),)), order=orders, after=after, backward=backward, limit=limit, keys=True
            )
        )["rows"]:
            ids = [row["id"].split(":")[1] for row in rows]
            found = ids + found if backward else found + ids
            after = tuple(rows[0 if backward else -1]["@key"])
        assert found == whole


def test_a_key_holds_the_stored_values_and_the_id(graph):
    graph.put("audience:a", name="Ébène", kind="DIASPORA", size=12)
    question = Select("Audience", order=(Order("name"), Order("size", True)), keys=True)

    assert graph.ask(question)["rows"] == [{"@key": ["ebene", 12, "audience:a"]}]


def test_a_page_stays_where_it_is_when_something_comes_before_it(years):
    first = years.rows("Asset", "id", order=(Order("title"),), limit=2, keys=True)
    years.put("asset:new", title="Aaa", locale="en")

    second = years.rows("Asset", "id", order=(Order("title"),), limit=2, after=tuple(first[-1]["@key"]))

    assert [row["id"] for row in second] == ["asset:c", "asset:d"]


@pytest.mark.parametrize("after", [("asset:a",), (2000, "asset:a", "x"), ("2000", "asset:a"), (2000, 7), (2000, None)])
def test_a_key_of_another_order_is_refused(years, after):
    with pytest.raises(InvalidValue) as refused:
        years.ask(Select("Asset", order=(Order("year"),), after=after))

    assert refused.value.path == "after"


@pytest.mark.parametrize(("name", "path"), [("kind", "kind"), ("body", "body"), ("@weight", "@weight")])
def test_what_has_no_order_is_refused(graph, name, path):
    with pytest.raises(InvalidValue) as refused:
        graph.ask(Select("Asset", order=(Order(name),)))

    assert refused.value.path == path


def test_anything_is_ordered_by_its_label(graph):
    graph.put("theme:a", name="Zest")
    graph.put("asset:b", title="apple", locale="en")
    graph.put("source:c", title="Mango", locale="en")

    assert graph.ids("Entity", order="label") == ["b", "c", "a"]
    assert graph.ids("Entity", Cmp("label", "isNull", False), order="-label", limit=2) == ["a", "c"]


@pytest.fixture
def theme(years):
    weights = {"a": 0.5, "b": None, "c": 0.5, "d": 0.1, "e": None, "f": 1}
    years.put("theme:t", name="T")
    for name, weight in weights.items():
        years.put(f"asset:{name}", themes=[("theme:t", {} if weight is None else {"weight": weight})])
    return years


@pytest.mark.parametrize("order", ["@weight", "-@weight", "@weight -year", "-@weight year", "year @weight -id", ""])
@pytest.mark.parametrize("limit", [1, 2])
def test_pages_along_a_link_join_to_the_whole_from_both_ends(theme, order, limit):
    orders = tuple(Order(name.lstrip("-"), name.startswith("-")) for name in order.split())

    def page(after: Key | None = None, *, backward: bool = False, most: int | None = limit) -> list[tuple[str, Key]]:
        there = Select(
            "Asset", Shape((("id", "id"),)), order=orders, after=after, backward=backward, limit=most, keys=True
        )
        [row] = theme.ask(Select("Theme", Shape((), (("a", Follow("assets", there)),))))["rows"]
        return [(one["id"], tuple(one["@key"])) for one in row["a"]["rows"]]

    whole = page(most=None)
    assert len({id for id, _ in whole}) == len(whole) == 6
    for position, (_, key) in enumerate(whole):
        assert page(key) == whole[position + 1 : position + 1 + limit]
        assert page(key, backward=True) == whole[max(0, position - limit) : position]


def test_a_key_stays_good_when_its_row_has_moved_or_is_no_longer_seen(years):
    everyone = Viewer(live=0, draft=-1, retired=-1, now=0)
    for name in "abcdef":
        years.put(f"asset:{name}", state="PUBLISHED", marking="PUBLIC", kind="WORK")

    def after(key: tuple[object, ...], *, backward: bool = False) -> str:
        return "".join(years.ids("Asset", order="year", viewer=everyone, after=key, backward=backward))

    assert (after((2000, "asset:a")), after((2000, "asset:a"), backward=True)) == ("dfbe", "c")
    years.put("asset:a", state="RETIRED")
    assert (after((2000, "asset:a")), after((2000, "asset:a"), backward=True)) == ("dfbe", "c")
    years.put("asset:a", state="PUBLISHED", year=1980)
    assert (after((2000, "asset:a")), after((2000, "asset:a"), backward=True)) == ("dfbe", "ac")
    years.put("asset:e", state="RETIRED")
    assert (after((None, "asset:e")), after((None, "asset:e"), backward=True)) == ("", "acdfb")
