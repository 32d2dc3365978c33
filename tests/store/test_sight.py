"""Who sees what: the same comparison on every hop, for every count, and for single properties."""

from datetime import UTC, datetime

import pytest

from graph.store.select import Cmp, Facet, Follow, Not, Order, Rel, Select, Shape, Viewer
from graph.store.visibility import SYSTEM

NOW = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=NOW)
INTERNAL = Viewer(live=2, draft=2, retired=2, now=NOW)
LIVE_ONLY = Viewer(live=3, draft=-1, retired=-1, now=NOW)
OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}


def at(moment, viewer=PUBLIC):
    milliseconds = int(datetime.fromisoformat(moment).timestamp() * 1000)
    return Viewer(viewer.live, viewer.draft, viewer.retired, milliseconds)


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (PUBLIC, ["p0"]),
        (Viewer(1, -1, -1, NOW), ["p0", "p1"]),
        (LIVE_ONLY, ["p0", "p1", "p2", "p3"]),
        (Viewer(-1, 2, -1, NOW), ["d0", "d1", "d2"]),
        (Viewer(-1, -1, 0, NOW), ["r0"]),
        (Viewer(-1, -1, -1, NOW), []),
        (SYSTEM, ["d0", "d1", "d2", "d3", "p0", "p1", "p2", "p3", "r0", "r1", "r2", "r3"]),
    ],
)
def test_stage_and_marking_decide_who_sees_a_thing(graph, viewer, seen, made):
    markings = ["PUBLIC", "PARTNER", "INTERNAL", "RESTRICTED"]
    stages = {"d": "DRAFT", "p": "PUBLISHED", "r": "RETIRED"}
    graph.write(
        *(
            made(f"theme:{letter}{level}", name="T", state=state, marking=marking)
            for letter, state in stages.items()
            for level, marking in enumerate(markings)
        )
    )

    assert graph.ids("Theme", viewer=viewer) == seen
    assert graph.ids("Entity", viewer=viewer) == seen
    assert graph.ask(Select("Theme", rows=False, total=True), viewer) == {"total": len(seen)}


def test_an_embargo_ends_and_an_expiry_begins_at_its_millisecond(graph):
    graph.put("theme:t", name="T", **OPEN, embargo_until="2026-02-01T00:00:00Z", expires_at="2026-03-01T00:00:00Z")

    assert graph.ids("Theme", viewer=at("2026-01-31T23:59:59.999Z")) == []
    assert graph.ids("Theme", viewer=at("2026-02-01T00:00:00Z")) == ["t"]
    assert graph.ids("Theme", viewer=at("2026-02-28T23:59:59.999Z")) == ["t"]
    assert graph.ids("Theme", viewer=at("2026-03-01T00:00:00Z")) == []
    assert graph.ids("Theme", viewer=at("2026-01-01T00:00:00Z", INTERNAL)) == ["t"]


@pytest.fixture
def hops(graph):
    """A public asset between public and hidden neighbours."""
    graph.put("theme:seen", name="Seen", **OPEN)
    graph.put("theme:hidden", name="Hidden", state="PUBLISHED", marking="INTERNAL", broader="theme:seen")
    graph.put("asset:a", kind="WORK", title="A", locale="en", **OPEN,
              themes=[("theme:seen", {"weight": 0.1}), ("theme:hidden", {"weight": 0.9})])  # fmt: skip
    graph.put("asset:b", kind="WORK", title="B", locale="en", **OPEN, themes=["theme:hidden"])
    return graph


def test_a_followed_link_leads_only_to_what_is_seen(hops):
    themes = Follow("themes", Select("Theme", Shape((("id", "id"),)), total=True), (("weight", "weight"),))
    question = Select("Asset", Shape((("id", "id"),), (("themes", themes),)))

    assert hops.ask(question, PUBLIC)["rows"] == [
        {"id": "asset:a", "themes": {"rows": [{"id": "theme:seen", "weight": 0.1}], "total": 1}},
        {"id": "asset:b", "themes": {"rows": [], "total": 0}},
    ]
    assert [row["themes"]["total"] for row in hops.ask(question, INTERNAL)["rows"]] == [2, 1]


@pytest.mark.parametrize(
    ("where", "public", "internal"),
    [
        (Rel("some", "themes"), ["a"], ["a", "b"]),
        (Rel("none", "themes"), ["b"], []),
        (Rel("some", "themes", Cmp("id", "eq", "theme:hidden")), [], ["a", "b"]),
        (Rel("none", "themes", Cmp("id", "eq", "theme:hidden")), ["a", "b"], []),
        (Rel("every", "themes", Cmp("id", "eq", "theme:seen")), ["a", "b"], []),
        (Rel("some", "themes", Cmp("@weight", "gt", 0.5)), [], ["a"]),
        (Rel("some", "themes", Rel("some", "narrower")), [], ["a"]),
        (Rel("some", "themes", Rel("some", "narrower", Cmp("id", "eq", "theme:hidden"))), [], ["a"]),
        (Rel("some", "themes", Rel("some", "broader", Cmp("id", "eq", "theme:seen"))), [], ["a", "b"]),
    ],
)
def test_a_filter_does_not_tell_of_what_is_not_seen(hops, where, public, internal):
    assert hops.ids("Asset", where, viewer=PUBLIC) == public
    assert hops.ids("Asset", where, viewer=INTERNAL) == internal


def test_a_facet_does_not_count_what_is_not_seen(hops):
    question = Select("Asset", rows=False, facets=(Facet("themes", "themes"),))

    assert hops.ask(question, PUBLIC)["facets"] == {"themes": [{"value": "theme:seen", "label": "Seen", "count": 1}]}
    most = hops.ask(question, INTERNAL)["facets"]["themes"][0]
    assert most == {"value": "theme:hidden", "label": "Hidden", "count": 2}


@pytest.fixture
def budget(graph):
    graph.put("audience:x", name="X", kind="DIASPORA")
    graph.put("asset:a")
    for name, band in {"a": "SMALL", "b": "LARGE"}.items():
        graph.put(f"campaign:{name}", title="C", locale="en", **OPEN, budget_band=band, assets="asset:a",
                  audiences="audience:x")  # fmt: skip
    return graph


def test_a_marked_property_is_out_of_sight_filters_and_facets_for_others(budget):
    question = Select("Campaign", Shape((("band", "budget_band"),)), facets=(Facet("bands", "budget_band"),))
    small = Cmp("budget_band", "eq", "SMALL")

    assert budget.ask(question, PUBLIC) == {"rows": [{"band": None}, {"band": None}], "facets": {"bands": []}}
    assert budget.ids("Campaign", small, viewer=PUBLIC) == []
    assert budget.ids("Campaign", Not(small), viewer=PUBLIC) == ["a", "b"]
    assert budget.ids("Campaign", Cmp("budget_band", "isNull", True), viewer=PUBLIC) == ["a", "b"]
    assert budget.ids("Campaign", Cmp("budget_band", "isNull", False), viewer=PUBLIC) == []

    assert [row["band"] for row in budget.ask(question, INTERNAL)["rows"]] == ["SMALL", "LARGE"]
    assert budget.ids("Campaign", small, viewer=INTERNAL) == ["a"]
    assert budget.ids("Campaign", Not(small), viewer=INTERNAL) == ["b"]
    assert budget.ids("Campaign", Cmp("budget_band", "isNull", False), viewer=INTERNAL) == ["a", "b"]


@pytest.fixture
def drafted(graph):
    graph.put("asset:a", kind="WORK", title="Aaa", summary="Soup", locale="en", text_state="DRAFT", **OPEN)
    graph.put("asset:b", kind="WORK", title="Bbb", summary="Soup", locale="en", text_state="PUBLISHED", **OPEN)
    graph.put("asset:c", kind="WORK", title="Ccc", summary="Soup", locale="en", **OPEN)
    return graph


def test_a_text_that_is_still_a_draft_is_seen_only_by_who_sees_drafts(drafted):
    texts = ["title", "summary", "label"]

    assert drafted.rows("Asset", *texts, viewer=PUBLIC) == [
        {"title": None, "summary": None, "label": "asset:a"},
        {"title": "Bbb", "summary": "Soup", "label": "Bbb"},
        {"title": "Ccc", "summary": "Soup", "label": "Ccc"},
    ]
    assert drafted.rows("Asset", *texts, viewer=INTERNAL)[0] == {"title": "Aaa", "summary": "Soup", "label": "asset:a"}


def test_a_draft_text_is_out_of_filters_and_stands_where_a_missing_one_does(drafted):
    soup = Cmp("summary", "contains", "soup")

    assert drafted.ids("Asset", soup, viewer=PUBLIC) == ["b", "c"]
    assert drafted.ids("Asset", Not(soup), viewer=PUBLIC) == ["a"]
    assert drafted.ids("Asset", Cmp("title", "isNull", True), viewer=PUBLIC) == ["a"]
    assert drafted.ids("Asset", soup, viewer=INTERNAL) == ["a", "b", "c"]
    assert drafted.ids("Asset", order="-title", viewer=PUBLIC) == ["c", "b", "a"]
    first = drafted.rows("Asset", viewer=PUBLIC, order=(Order("title"),), keys=True, limit=1)
    assert first == [{"@key": ["", "asset:a"]}]


def test_a_text_that_is_published_later_is_found_named_and_ordered_by_itself(drafted):
    drafted.put("asset:a", text_state="PUBLISHED", title="Zzz")
    drafted.put("asset:b", text_state="DRAFT")

    assert drafted.rows("Asset", "label", "title", viewer=PUBLIC, order=(Order("title"),)) == [
        {"label": "asset:b", "title": None},
        {"label": "Ccc", "title": "Ccc"},
        {"label": "Zzz", "title": "Zzz"},
    ]
    drafted.put("asset:b", text_state=None)
    assert drafted.ids("Asset", Cmp("summary", "contains", "soup"), order="title", viewer=PUBLIC) == ["b", "c", "a"]


def test_evidence_is_seen_only_by_who_sees_its_source(graph):
    graph.put("source:open", title="S", locale="en", **OPEN)
    graph.put("source:secret", title="S", locale="en", state="PUBLISHED", marking="INTERNAL")
    graph.put("theme:t", name="T", **OPEN)
    graph.put("theme:u", name="U", **OPEN)
    about = [("theme:t", {"evidence": "source:open"}), ("theme:u", {"evidence": "source:secret"})]
    graph.put("asset:a", kind="WORK", title="A", locale="en", **OPEN, themes=about)
    themes = Follow("themes", Select("Theme", Shape((("id", "id"),))), (("evidence", "evidence"),))

    def evidence(viewer):
        rows = graph.ask(Select("Asset", Shape((), (("themes", themes),))), viewer)["rows"][0]["themes"]["rows"]
        return [row["evidence"] for row in rows]

    def by(id, viewer):
        return graph.ids("Asset", Rel("some", "themes", Cmp("@evidence", "eq", id)), viewer=viewer)

    assert evidence(PUBLIC) == ["source:open", None]
    assert evidence(INTERNAL) == ["source:open", "source:secret"]
    assert by("source:open", PUBLIC) == ["a"]
    assert by("source:secret", PUBLIC) == []
    assert by("source:secret", INTERNAL) == ["a"]


def test_a_translation_is_as_hidden_as_what_it_translates(graph):
    graph.put("asset:a", kind="WORK", title="A", locale="en", state="PUBLISHED", marking="INTERNAL")
    graph.put("translation:a", locale="ko", title="ㄱ", **OPEN, translates="asset:a")

    assert graph.ids("Translation", viewer=PUBLIC) == []
    assert graph.ids("Translation", viewer=INTERNAL) == ["a"]

    graph.put("asset:a", marking="PUBLIC")
    assert graph.ids("Translation", viewer=PUBLIC) == ["a"]

    graph.put("asset:a", state="RETIRED")
    assert graph.ids("Translation", viewer=LIVE_ONLY) == []
    assert graph.ids("Translation", viewer=INTERNAL) == ["a"]
    assert graph.one("translation:a", "state", "rev") == {"state": "PUBLISHED", "rev": 1}


def test_a_translations_embargo_is_the_later_and_its_expiry_the_earlier_of_both(graph):
    graph.put("asset:a", kind="WORK", title="A", locale="en", **OPEN,
              embargo_until="2026-02-01T00:00:00Z", expires_at="2026-05-01T00:00:00Z")  # fmt: skip
    graph.put("translation:a", locale="ko", title="ㄱ", **OPEN, translates="asset:a",
              embargo_until="2026-01-15T00:00:00Z", expires_at="2026-04-01T00:00:00Z")  # fmt: skip

    seen = [graph.ids("Translation", viewer=at(f"2026-0{month}-20T00:00:00Z")) for month in (1, 2, 3, 4)]

    assert seen == [[], ["a"], ["a"], []]


def test_a_case_follows_the_same_rules(drafted):
    question = Select("Entity", cases=(("Asset", Shape((("title", "title"),))),))

    assert drafted.ask(question, PUBLIC)["rows"] == [
        {"@case": {"title": None}},
        {"@case": {"title": "Bbb"}},
        {"@case": {"title": "Ccc"}},
    ]
