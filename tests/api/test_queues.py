"""What waits for somebody: decisions, and what is public and has to be looked after, each with its reason."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from graph.store.batch import ActorKind, Batch, Put, To
from graph.story.viewed import add_views
from graph.story.wording import templates
from tests.api.desk import Desk

TODAY = datetime.now(UTC).date()
OUT = {"kind": "WORK", "locale": "en", "state": "PUBLISHED", "marking": "PUBLIC"}
SOON, LATE = (TODAY + timedelta(days=days) for days in (20, 200))
KEPT = {"keeper": (To("mission:seoul"),)}
PUTS = (
    Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR"}),
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul"}, {"hosted_by": (To("country:kr"),)}),
    Put("audience:cooks", "Audience", {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "locales": ["ko", "en-GB"],
                                       "state": "PUBLISHED"},
        {"country": (To("country:kr"),)}),
    Put("rightsgrant:soon", "RightsGrant", {"title": "Archive", "locale": "en", "state": "PUBLISHED",
                                            "valid_until": SOON.isoformat()}),
    Put("rightsgrant:late", "RightsGrant", {"title": "Later", "locale": "en", "state": "PUBLISHED",
                                            "valid_until": LATE.isoformat()}),
    Put("asset:tempe", "Asset", {"title": "Tempe", **OUT},
        {**KEPT, "rights": (To("rightsgrant:late"), To("rightsgrant:soon"))}),
    Put("asset:silat", "Asset", {"title": "Silat", **OUT, "review_by": "2026-01-01T00:00:00Z",
                                 "expires_at": f"{SOON}T12:00:00Z"}),
    Put("translation:silat", "Translation", {"locale": "ko", "title": "실랏", "state": "PUBLISHED"},
        {"translates": (To("asset:silat"),)}),
    Put("proof:rank", "Proof", {"title": "Rank", "locale": "en", "valid_until": SOON.isoformat()}),
    Put("asset:waits", "Asset", {"title": "Waits", "locale": "en", "kind": "WORK", "state": "IN_REVIEW"}, KEPT),
    Put("asset:ready", "Asset", {"title": "Ready", "locale": "en", "kind": "WORK", "state": "APPROVED"}),
    Put("asset:secret", "Asset", {"title": "Cable", "locale": "en", "kind": "WORK", "state": "IN_REVIEW",
                                  "marking": "RESTRICTED"}),
)  # fmt: skip
REVIEWS = "query($keeper: ID) { it: reviewQueue(keeper: $keeper) { entity { id } step proposal reason toDo } }"
MAINTAINED = """query($mission: ID, $kinds: [MaintenanceKind!]) {
  it: maintenanceQueue(mission: $mission, kinds: $kinds) {
  entity { id } kind due locales reason toDo } }"""
PROPOSE = """mutation { it: updateAsset(id: "asset:tempe", rev: 1, input: {year: 1990}, propose: true) { proposal } }"""


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract)


def told(rows):
    return [(row["entity"]["id"], row.get("kind") or row["step"]) for row in rows]


def test_what_waits_for_a_decision_is_listed_for_those_who_see_it(desk):
    proposal = desk.ask(PROPOSE, "CREATOR", "sari")["it"]["proposal"]

    rows = desk.ask(REVIEWS, "CREATOR", "sari")["it"]
    assert sorted(told(rows)) == [("asset:ready", "PUBLISH"), ("asset:tempe", "PROPOSAL"), ("asset:waits", "REVIEW")]
    assert [row["proposal"] for row in rows if row["step"] == "PROPOSAL"] == [proposal]
    [waits] = [row for row in rows if row["step"] == "REVIEW"]
    assert waits["reason"].startswith("“Waits” is in review since ")
    assert waits["toDo"] == "Read it, and approve it or give it back with a note."
    assert ("asset:secret", "REVIEW") in told(desk.ask(REVIEWS, "EDITOR", "eko")["it"])
    kept = desk.ask(REVIEWS, "CREATOR", "sari", keeper="mission:seoul")["it"]
    assert sorted(told(kept)) == [("asset:tempe", "PROPOSAL"), ("asset:waits", "REVIEW")]
    assert desk.ask(REVIEWS, "PUBLIC", "")["it"] == []
    assert desk.ask(REVIEWS, "PARTNER", "")["it"] == []


def test_what_has_to_be_looked_after_is_listed_by_its_day_with_the_reason(desk):
    rows = desk.ask(MAINTAINED, "CREATOR", "sari")["it"]
    assert told(rows) == [
        ("asset:silat", "REVIEW_DUE"), ("asset:silat", "EXPIRES"), ("proof:rank", "PROOF_ENDS"),
        ("asset:tempe", "RIGHTS_END"), ("asset:tempe", "MISSING_LANGUAGE"),
    ]  # fmt: skip
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["REVIEW_DUE"]["reason"] == "“Silat” was to be looked at again by 1 January 2026."
    assert by_kind["RIGHTS_END"]["due"] == SOON.isoformat()
    assert by_kind["RIGHTS_END"]["reason"].startswith("The grant “Archive”, under which “Tempe” stands, holds until ")
    assert (by_kind["MISSING_LANGUAGE"]["locales"], by_kind["MISSING_LANGUAGE"]["due"]) == (["ko"], None)
    mine = desk.ask(MAINTAINED, "CREATOR", "sari", mission="mission:seoul")["it"]
    assert told(mine) == [("asset:tempe", "RIGHTS_END"), ("asset:tempe", "MISSING_LANGUAGE")]
    assert desk.ask(MAINTAINED, "PUBLIC", "")["it"] == []


def test_what_was_not_posted_for_a_year_is_unused(desk):
    assert desk.ask(MAINTAINED, "CREATOR", "sari", kinds=["UNUSED"])["it"] == []

    desk.later = timedelta(days=400)
    posted = Put("placement:p", "Placement", {"at": f"{TODAY + timedelta(days=300)}T00:00:00Z",
                 "state": "PUBLISHED", "status": "LIVE", "purpose": "PROMOTION", "locale": "en"},
                 {"of": (To("asset:silat"),)})  # fmt: skip
    assert desk.store.write(Batch((posted,))).refused == ()
    assert told(desk.ask(MAINTAINED, "CREATOR", "sari", kinds=["UNUSED"])["it"]) == [("asset:tempe", "UNUSED")]

    viewed = TODAY + timedelta(days=390)
    add_views(desk.store, {("asset:tempe", viewed, ""): 1}, viewed)
    assert desk.ask(MAINTAINED, "CREATOR", "sari", kinds=["UNUSED"])["it"] == []


def test_a_keeper_that_is_not_there_is_refused_as_one_that_is_out_of_sight(desk):
    sealed = Put(
        "organisation:sealed", "Organisation", {"name": "Sealed", "state": "PUBLISHED", "marking": "RESTRICTED"}
    )
    assert desk.store.write(Batch((sealed,))).refused == ()
    upcoming = "query($keeper: ID) { it: upcomingChanges(where: { keeper: $keeper }) { nodes { kind } } }"
    for text, name, path in (
        (MAINTAINED, "mission", "mission"),
        (REVIEWS, "keeper", "keeper"),
        (upcoming, "keeper", "where.keeper"),
    ):
        for id in ("organisation:sealed", "organisation:none"):
            outcome = desk.outcome(text, "CREATOR", "sari", **{name: id})
            assert [error.message for error in outcome.errors] == [f'{path}: There is no thing with the id "{id}".']
        assert desk.outcome(text, "EDITOR", "eko", **{name: "organisation:sealed"}).errors == []


def test_the_queues_cost_few_questions(desk):
    desk.ask(PROPOSE, "CREATOR", "sari")
    assert desk.outcome(MAINTAINED, "CREATOR", "sari").statements == 3
    assert desk.outcome(REVIEWS, "CREATOR", "sari").statements == 9


def test_sentences_stand_in_each_language_with_the_same_places():
    shapes = [
        {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in of.items()}
        for of in templates("graph.review").values()
    ]
    assert shapes[0] == shapes[1]
