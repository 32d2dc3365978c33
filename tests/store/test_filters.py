"""What filters let through, exact for every operator and every absence."""

import pytest

from graph.errors import InvalidValue
from graph.model import ANY, USED_IN
from graph.store.operands import FILTER_CONDITIONS, FILTER_LEVELS, FILTER_LINKS
from graph.store.select import And, Cmp, Facet, Filter, Follow, Not, Or, Rel, Select, Shape

CRAFT = Cmp("id", "eq", "theme:craft")


def _in(field, id):
    return Rel("some", field, Cmp("id", "eq", id))


@pytest.fixture
def assets(graph):
    graph.put("theme:food", name="Food")
    graph.put("theme:craft", name="Craft", broader="theme:food")
    graph.put("theme:music", name="Music")
    graph.put("asset:a", title="Kimjang", locale="en", kind="WORK", year=2013, keywords=["kimchi", "winter"],
              themes=[("theme:food", {"weight": 0.9}), ("theme:craft", {"weight": 0.2})])  # fmt: skip
    graph.put("asset:b", title="Ébène de Corée", locale="fr", kind="PHOTO", year=1990, sample=True,
              themes=[("theme:craft", {"weight": 1})])  # fmt: skip
    graph.put("asset:c", title="김장", locale="ko", kind="WORK", keywords=["winter"], themes=["theme:music"])
    graph.put("asset:d")
    return graph


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Cmp("kind", "eq", "WORK"), "ac"),
        (Cmp("kind", "eq", "work"), "ac"),
        (Cmp("kind", "in", ("WORK", "PHOTO")), "abc"),
        (Cmp("kind", "in", ()), ""),
        (Cmp("title", "eq", "Kimjang"), "a"),
        (Cmp("title", "eq", "kimjang"), ""),
        (Cmp("title", "contains", "EBENE"), "b"),
        (Cmp("title", "contains", "de coree"), "b"),
        (Cmp("title", "contains", ""), "abc"),
        (Cmp("title", "startsWith", "김"), "c"),
        (Cmp("title", "startsWith", "de"), ""),
        (Cmp("year", "lt", 2013), "b"),
        (Cmp("year", "lte", 2013), "ab"),
        (Cmp("year", "gt", 1990), "a"),
        (Cmp("year", "gte", "1990"), "ab"),
        (Cmp("year", "isNull", True), "cd"),
        (Cmp("year", "isNull", False), "ab"),
        (Cmp("keywords", "has", "winter"), "ac"),
        (Cmp("keywords", "has", "Winter"), ""),
        (Cmp("keywords", "isNull", True), "bd"),
        (Cmp("keywords", "isNull", False), "ac"),
        (Cmp("sample", "eq", True), "b"),
        (Cmp("sample", "eq", False), "acd"),
        (Cmp("id", "in", ("asset:d", "asset:a", "asset:nowhere")), "ad"),
        (Cmp("locale", "in", ("KO", "fr")), "bc"),
        (Cmp("kind", "eq", None), ""),
    ],
)
def test_a_comparison(assets, where, found):
    assert "".join(assets.ids("Asset", where)) == found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (And(()), "abcd"),
        (Or(()), ""),
        (Not(And(())), ""),
        (And((Cmp("kind", "eq", "WORK"), Cmp("year", "isNull", True))), "c"),
        (Or((Cmp("kind", "eq", "PHOTO"), Cmp("year", "gt", 2000))), "ab"),
        (Not(Cmp("kind", "eq", "WORK")), "bd"),
        (Not(Cmp("year", "lt", 2000)), "acd"),
        (Not(Not(Cmp("year", "lt", 2000))), "b"),
        (Not(Cmp("title", "contains", "kim")), "bcd"),
        (Not(Cmp("keywords", "has", "winter")), "bd"),
        (Not(Or((Cmp("kind", "eq", "WORK"), Cmp("year", "lt", 2000)))), "d"),
        (Not(And((Cmp("kind", "eq", "WORK"), Cmp("year", "gt", 2000)))), "bcd"),
        (Not(Cmp("year", "isNull", True)), "ab"),
    ],
)
def test_negation_reaches_the_comparisons_and_the_unknown_answers_no(assets, where, found):
    assert "".join(assets.ids("Asset", where)) == found


FOOD = Cmp("id", "eq", "theme:food")


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Rel("some", "themes"), "abc"),
        (Rel("none", "themes"), "d"),
        (Rel("every", "themes"), "abcd"),
        (Rel("some", "themes", FOOD), "a"),
        (Rel("none", "themes", FOOD), "bcd"),
        (Rel("every", "themes", FOOD), "d"),
        (Rel("every", "themes", Cmp("name", "contains", "craft")), "bd"),
        (Not(Rel("some", "themes", FOOD)), "bcd"),
        (Not(Rel("none", "themes", FOOD)), "a"),
        (Not(Rel("every", "themes", Cmp("name", "contains", "craft"))), "ac"),
        (Rel("some", "themes", Not(FOOD)), "abc"),
        (Rel("some", "themes", Rel("some", "broader", FOOD)), "ab"),
        (Rel("every", "themes", Rel("some", "broader", FOOD)), "bd"),
        (Rel("some", "themes", And((FOOD, Cmp("@weight", "gt", 0.9)))), ""),
        (Rel("some", "themes", And((FOOD, Cmp("@weight", "gte", 0.9)))), "a"),
        (Rel("some", "themes", Cmp("@weight", "isNull", True)), "c"),
        (Rel("every", "themes", Cmp("@weight", "gt", 0.5)), "bd"),
        (And((Rel("some", "themes", FOOD), Rel("some", "themes", Cmp("id", "eq", "theme:craft")))), "a"),
        (And((Rel("some", "themes", Cmp("id", "in", ("theme:food", "theme:craft"))), Cmp("kind", "eq", "WORK"))), "a"),
        (Or((Rel("some", "themes", FOOD), Cmp("kind", "isNull", True))), "ad"),
    ],
)
def test_a_link_is_asked_for_some_none_and_every(assets, where, found):
    assert "".join(assets.ids("Asset", where)) == found
    assert assets.ask(Select("Asset", where=where, rows=False, total=True)) == {"total": len(found)}


def test_a_link_is_asked_from_its_other_side(assets):
    assert assets.ids("Theme", Rel("some", "assets", Cmp("year", "gt", 2000))) == ["craft", "food"]
    assert assets.ids("Theme", Rel("none", "narrower")) == ["craft", "music"]


@pytest.mark.parametrize(
    ("entity", "where", "found"),
    [
        ("Asset", Or((_in("themes", "theme:music"), Cmp("id", "in", ("asset:d", "asset:a")))), "acd"),
        ("Asset", Or((_in("themes", "theme:craft"), _in("themes", "theme:food"))), "ab"),
        (
            "Asset",
            And((Or((_in("themes", "theme:craft"), Cmp("id", "eq", "asset:d"))), Cmp("kind", "eq", "WORK"))),
            "a",
        ),
        (
            "Asset",
            Or((And((_in("themes", "theme:craft"), Cmp("year", "lt", 2000))), _in("themes", "theme:music"))),
            "bc",
        ),
        ("Asset", Or((_in("themes", "theme:music"), Cmp("year", "eq", 1990))), "bc"),
        ("Asset", Or((_in("themes", "theme:nowhere"), Cmp("id", "in", ()))), ""),
        ("Asset", Or((_in("themes", "theme:music"), Cmp("id", "eq", "theme:food"))), "c"),
        ("Asset", Rel("some", "themes", Or((_in("broader", "theme:food"), Cmp("id", "eq", "theme:music")))), "abc"),
        (
            "Asset",
            Rel("some", "themes", Or((Cmp("id", "eq", "theme:music"), And((CRAFT, Cmp("@weight", "gt", 0.5)))))),
            "bc",
        ),
        ("Theme", Or((_in("assets", "asset:b"), _in("narrower", "theme:craft"))), ["craft", "food"]),
        (ANY, Or((Cmp("id", "in", ("asset:d", "theme:food")), Cmp("id", "eq", "asset:a"))), ["a", "d", "food"]),
    ],
)
def test_one_of_several_ways_to_what_is_given_by_id(assets, entity, where, found):
    assert assets.ids(entity, where) == list(found)
    assert assets.ids(entity, Not(where)) == [one for one in assets.ids(entity) if one not in found]


def test_a_comparison_belongs_to_the_property_as_it_is_seen_at_its_own_hop(assets):
    """`@weight` of an inner filter is the inner link's, not the outer one's."""
    where = Rel("some", "themes", Rel("some", "assets", Cmp("@weight", "eq", 1)))

    assert assets.ids("Asset", where) == ["a", "b"]


def test_anything_is_asked_by_its_type_and_kernel(assets):
    assert assets.ids("Entity", Cmp("type", "in", ("Theme",))) == ["craft", "food", "music"]
    assert assets.ids("Entity", Not(Cmp("type", "in", ("Theme", "Source")))) == ["a", "b", "c", "d"]
    assert assets.ids("Entity", And((Cmp("type", "eq", "Asset"), Cmp("label", "contains", "KIM")))) == ["a"]


@pytest.mark.parametrize("part", ["%", "_", "'", '"', "\\", "`", "$live", "x*", "\U0001f600", "김치"])
def test_signs_of_query_languages_are_only_letters(graph, part):
    graph.put("asset:a", title=f"before {part} after", locale="en", keywords=[part])
    graph.put("asset:b", title="before x after", locale="en")

    assert graph.ids("Asset", Cmp("title", "contains", part)) == ["a"]
    assert graph.ids("Asset", Cmp("title", "eq", f"before {part} after")) == ["a"]
    assert graph.ids("Asset", Cmp("keywords", "has", part)) == ["a"]


def test_folding_joins_case_width_and_accents_in_every_script(graph):
    texts = {"a": "Straße", "b": "ΣΊΣΥΦΟΣ", "c": "ＫＯＲＥＡ", "d": "e\u0301tude", "e": "Việt Nam", "f": "ｱｲ"}
    for name, title in texts.items():
        graph.put(f"asset:{name}", title=title, locale="en")

    parts = {"a": "STRASSE", "b": "σίσυφος", "c": "korea", "d": "étude", "e": "viet nam", "f": "アイ"}
    assert {name: graph.ids("Asset", Cmp("title", "contains", part)) for name, part in parts.items()} == {
        name: [name] for name in parts
    }


@pytest.mark.parametrize(
    ("where", "path"),
    [
        (Cmp("year", "gt", "soon"), "year"),
        (Cmp("kind", "eq", "NOVEL"), "kind"),
        (Cmp("kind", "in", ("WORK", "NOVEL")), "kind"),
        (Cmp("sample", "eq", "perhaps"), "sample"),
        (Cmp("title", "lt", "b"), "title"),
        (Cmp("kind", "contains", "W"), "kind"),
        (Cmp("body", "contains", "x"), "body"),
        (Cmp("title", "eq", "a\x00b"), "title"),
        (Cmp("embargo_until", "gt", "2026-01-01T00:00:00"), "embargo_until"),
        (Cmp("@weight", "gt", 0.5), "@weight"),
        (Rel("some", "themes", Cmp("@weight", "gt", 2)), "weight"),
        (Rel("some", "themes", Cmp("@wight", "gt", 1)), "wight"),
    ],
)
def test_a_value_or_operator_that_cannot_be_is_refused_with_its_path(graph, where, path):
    with pytest.raises(InvalidValue) as refused:
        graph.ask(Select("Asset", where=where))

    assert refused.value.path == path


def test_a_filter_of_two_hundred_terms_is_answered(assets):
    where = Or(tuple(Cmp("year", "eq", 1900 + number) for number in range(200)))

    assert assets.ids("Asset", where) == ["a", "b"]


@pytest.mark.parametrize("nothing", [Or(()), Not(And(())), Rel("every", "keeps", Or(())), Not(Rel("every", "keeps"))])
def test_a_link_that_cannot_hold_anything_is_answered_beside_its_total_and_facets(graph, nothing):
    """Neo4j's planner fails on what it knows to be empty."""
    graph.put("organisation:o", name="O")
    graph.put("asset:k", keeper="organisation:o")
    keeper = Select("Organisation", Shape((("id", "id"),)), And((nothing, Rel("none", "keeps"))), total=True,
                    facets=(Facet("aliases", "aliases"), Facet("kept", "keeps")))  # fmt: skip

    question = Select("Asset", Shape((("id", "id"),), (("keeper", Follow("keeper", keeper)),)), total=True)

    empty = {"rows": [], "total": 0, "facets": {"aliases": [], "kept": []}}
    assert graph.ask(question) == {"rows": [{"id": "asset:k", "keeper": empty}], "total": 1}


def test_a_filter_may_be_as_deep_as_both_engines_bear(assets):
    alternating: Filter = Cmp("name", "isNull", False)
    for _ in range((FILTER_LEVELS - 1) // 2):
        alternating = And((Or((alternating, Cmp("id", "eq", "theme:none"))), Cmp("name", "isNull", False)))
    linked: Filter = Cmp("name", "isNull", False)
    for level in range(FILTER_LINKS):
        linked = Rel("some", ("broader", "narrower")[level % 2], linked)

    assert assets.ids("Theme", alternating) == ["craft", "food", "music"]
    assert assets.ids("Theme", linked) == ["food"]


def test_a_filter_may_be_as_long_as_both_engines_bear(assets):
    years = tuple(Cmp("year", "eq", year) for year in range(2012, 2012 + FILTER_CONDITIONS - 1))

    assert assets.ids("Asset", Or(years)) == ["a"]


def test_a_deeper_or_longer_filter_is_refused(assets):
    deep: Filter = Cmp("year", "eq", 1)
    for _ in range(FILTER_LEVELS):
        deep = Not(deep)
    far: Filter = Rel("some", "themes")
    for _ in range(FILTER_LINKS // 2):
        far = Rel("some", "themes", Rel("some", "assets", far))
    long = Or(tuple(Cmp("year", "eq", year) for year in range(FILTER_CONDITIONS)))

    for refused in (deep, far):
        with pytest.raises(InvalidValue, match=r"28 levels deep, or goes over more than 10 links\. Write it flatter\."):
            assets.ids("Asset", refused)
    with pytest.raises(InvalidValue, match=r"more than 500 conditions\. Ask several questions\."):
        assets.ids("Asset", long)
    with pytest.raises(InvalidValue, match="levels deep"):
        assets.ask(Select("Theme", Shape((), (("a", Follow("assets", Select("Asset", where=deep))),))))


@pytest.mark.parametrize(
    ("prop", "start", "found"),
    [
        ("locale", "k", "c"),
        ("locale", "K", ""),
        ("id", "asset:", "abcd"),
        ("id", "asset:a", "a"),
        ("url", "https://example.org/", ""),
        ("date", "", ""),
    ],
)
def test_codes_and_ids_are_asked_by_their_beginning_exactly(assets, prop, start, found):
    assert "".join(assets.ids("Asset", Cmp(prop, "startsWith", start))) == found


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("lt", "2013-05", "year"),
        ("lte", "2013-05", "year month"),
        ("gt", "2013-05", "day"),
        ("gte", "2013", "year month day"),
        ("lt", "2013", ""),
        ("eq", "2013-05", "month"),
        ("startsWith", "2013-05", "month day"),
    ],
)
def test_since_when_a_link_holds_is_asked_by_day_month_or_year(graph, op, value, found):
    since = {"year": "2013", "month": "2013-05", "day": "2013-05-02"}
    for name in since:
        graph.put(f"theme:{name}", name=name)
    graph.put("asset:a", themes=[(f"theme:{name}", {"since": when}) for name, when in since.items()])

    got = set(graph.ids("Theme", Rel("some", "assets", Cmp("@since", op, value))))
    assert got == set(found.split())


@pytest.fixture
def used(graph):
    graph.put("theme:food", name="Food")
    graph.put("theme:idle", name="Idle", broader="theme:food")
    graph.put("asset:b", kind="WORK", title="B", locale="en", themes="theme:food")
    graph.put("asset:c", kind="WORK", title="C", locale="en")
    graph.put("asset:a", kind="WORK", title="A", locale="en", themes="theme:food", related="asset:b",
              derived_from="asset:b", part_of="asset:c")  # fmt: skip
    graph.put("placement:p", of="asset:b", at="2026-01-01T00:00:00Z")
    graph.put("measurement:m", value=1, at="2026-01-01", measures="asset:c")
    graph.put("translation:t", locale="ko", title="ㄷ", translates="asset:c")
    return graph


def test_what_uses_a_thing_by_two_links_is_there_once(used):
    there = Select(ANY, Shape((("id", "id"),)), limit=1, each_type=True, total=True, facets=(Facet("kinds", "type"),))
    [row] = used.ask(Select("Asset", Shape((), (("u", Follow(USED_IN, there)),)), Cmp("id", "eq", "asset:b")))["rows"]

    assert row["u"] == {
        "rows": [{"id": "asset:a"}, {"id": "placement:p"}],
        "total": 2,
        "facets": {"kinds": [{"value": "Asset", "count": 1}, {"value": "Placement", "count": 1}]},
    }


@pytest.mark.parametrize(
    ("entity", "where", "found"),
    [
        ("Asset", Rel("some", USED_IN), "b"),
        ("Asset", Rel("none", USED_IN), "a c"),
        ("Asset", Rel("every", USED_IN, Cmp("type", "eq", "Placement")), "a c"),
        ("Asset", Rel("some", USED_IN, Cmp("type", "in", ("Placement", "Campaign"))), "b"),
        ("Asset", Not(Rel("some", USED_IN, Cmp("id", "eq", "asset:a"))), "a c"),
        ("Theme", Rel("some", USED_IN), "food"),
        ("Theme", Rel("some", USED_IN, Rel("none", USED_IN)), "food"),
        ("Measurement", Rel("none", USED_IN), "m"),
        (ANY, Rel("some", USED_IN), "b food"),
    ],
)
def test_what_is_used_and_what_is_not(used, entity, where, found):
    assert " ".join(used.ids(entity, where)) == found


def test_the_first_of_each_type_keep_the_order_of_the_list(used):
    def first(**more: object) -> object:
        return used.ids(ANY, Cmp("type", "in", ("Asset", "Theme")), limit=2, each_type=True, **more)

    assert first() == ["a", "b", "food", "idle"]
    assert first(order="-label") == ["idle", "food", "c", "b"]
    assert first(order="label", backward=True) == ["b", "c", "food", "idle"]


def test_links_that_mean_use_cannot_be_asked_for_what_a_link_carries(used):
    with pytest.raises(InvalidValue, match="by several links, none of which can be asked"):
        used.ask(Select("Asset", Shape((), (("u", Follow(USED_IN, Select(ANY), (("s", "since"),))),))))
