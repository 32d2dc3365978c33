"""The translation matrix: what is missing, drafted, current or stale by language, and what changed since."""

import pytest

from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import Desk

OUT = {"kind": "WORK", "state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR"}),
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul"}, {"hosted_by": (To("country:kr"),)}),
    Put("audience:cooks", "Audience", {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "locales": ["ko", "en"],
                                       "state": "PUBLISHED"}, {"country": (To("country:kr"),)}),
    Put("asset:batik", "Asset", {"title": "Batik", "locale": "id", **OUT}, {"keeper": (To("mission:seoul"),)}),
    Put("asset:tempe", "Asset", {"title": "Tempe", "locale": "id", **OUT}),
    Put("asset:secret", "Asset", {"title": "Cable", "locale": "id", **OUT, "marking": "RESTRICTED"}),
    Put("campaign:week", "Campaign", {"title": "Week", "locale": "en"}, {"assets": (To("asset:tempe"),),
                                                                         "audiences": (To("audience:cooks"),)}),
    Put("translation:a", "Translation", {"locale": "ko", "title": "바틱", "state": "PUBLISHED"},
        {"translates": (To("asset:batik"),)}),
    Put("translation:b", "Translation", {"locale": "en", "title": "Batik", "state": "DRAFT"},
        {"translates": (To("asset:batik"),)}),
    Put("translation:c", "Translation", {"locale": "ko", "title": "템페", "state": "PUBLISHED"},
        {"translates": (To("asset:tempe"),)}),
)  # fmt: skip
MATRIX = """query($where: TranslationMatrixWhereInput, $locales: [Locale!], $first: Int = 20, $after: ID) {
  it: translationMatrix(where: $where, locales: $locales, first: $first, after: $after) {
    locales endCursor { id } hasNextPage
    rows { asset { id } locale cells { locale status changes translation { id } } } } }"""
DIFFERENCE = """query($id: ID!) { it: translationDifference(id: $id) {
  source { id } status changes texts { path before after } } }"""


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    for title in ("Batik tulis", "Batik tulis Solo"):
        assert any_store.write(Batch((Put("asset:batik", "Asset", {"title": title, "year": 2009}),))).refused == ()
    return Desk(any_store, contract)


def cells(told):
    rows = {row["asset"]["id"]: row["cells"] for row in told["rows"]}
    return {id: {one["locale"]: (one["status"], one["changes"]) for one in own} for id, own in rows.items()}


def test_each_language_is_missing_a_draft_current_or_stale(desk):
    told = desk.ask(MATRIX, "CREATOR", "sari", locales=["en", "id", "ko"])["it"]
    assert cells(told) == {
        "asset:batik": {"en": ("DRAFT", 2), "id": ("CURRENT", 0), "ko": ("STALE", 2)},
        "asset:tempe": {"en": ("MISSING", 0), "id": ("CURRENT", 0), "ko": ("CURRENT", 0)},
    }
    assert cells(desk.ask(MATRIX, "EDITOR", "eko", locales=["ko"])["it"])["asset:secret"] == {"ko": ("MISSING", 0)}
    assert desk.ask(MATRIX, "PUBLIC", "")["it"]["rows"] == []


def test_it_is_narrowed_to_a_mission_or_a_campaign_with_the_languages_read_there(desk):
    mission = desk.ask(MATRIX, "CREATOR", "sari", where={"mission": "mission:seoul"})["it"]
    assert (mission["locales"], list(cells(mission))) == (["en", "ko"], ["asset:batik"])
    campaign = desk.ask(MATRIX, "CREATOR", "sari", where={"campaign": "campaign:week"})["it"]
    assert (campaign["locales"], list(cells(campaign))) == (["en", "ko"], ["asset:tempe"])
    stale = desk.ask(MATRIX, "CREATOR", "sari", where={"status": "STALE"})["it"]
    assert list(cells(stale)) == ["asset:batik"]
    first = desk.ask(MATRIX, "CREATOR", "sari", first=1)["it"]
    assert (first["hasNextPage"], first["endCursor"]) == (True, {"id": "asset:batik"})
    second = desk.ask(MATRIX, "CREATOR", "sari", first=1, after="asset:batik")["it"]
    assert (second["hasNextPage"], list(cells(second))) == (False, ["asset:tempe"])


def test_the_difference_since_is_told_by_text(desk):
    assert desk.ask(DIFFERENCE, "CREATOR", "sari", id="translation:a")["it"] == {
        "source": {"id": "asset:batik"},
        "status": "STALE",
        "changes": 2,
        "texts": [{"path": "title", "before": "Batik", "after": "Batik tulis Solo"}],
    }
    assert desk.ask(DIFFERENCE, "CREATOR", "sari", id="translation:c")["it"]["texts"] == []
    assert desk.ask(DIFFERENCE, "PUBLIC", "", id="translation:a")["it"] is None
    back = Put("asset:batik", "Asset", {"title": "Batik"})
    assert desk.store.write(Batch((back,))).refused == ()
    again = desk.ask(DIFFERENCE, "CREATOR", "sari", id="translation:a")["it"]
    assert (again["status"], again["changes"], again["texts"]) == ("CURRENT", 3, [])


def test_a_campaign_or_a_keeper_that_is_not_there_is_refused_by_its_place(desk):
    for name, id, kind in (("campaign", "campaign:none", "campaign"), ("mission", "mission:none", "thing")):
        outcome = desk.outcome(MATRIX, "CREATOR", "sari", where={name: id})
        assert [error.message for error in outcome.errors] == [f'where.{name}: There is no {kind} with the id "{id}".']
    assert desk.ask(MATRIX, "PUBLIC", "", where={"campaign": "campaign:none"})["it"]["rows"] == []
