"""A draft on its way to the public: two pairs of eyes, an approval of one version, and what is missing by name."""

from datetime import timedelta

import pytest

from graph.model.moves import Policy
from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import ANSWER, Desk, codes


@pytest.fixture
def store(any_store):
    return any_store


@pytest.fixture
def desk(store, contract):
    """A draft that sari wrote, with a picture that has neither alt text nor rights."""
    puts = (
        Put("rightsgrant:own", "RightsGrant", {"title": "Own work", "locale": "en", "state": "APPROVED",
                                               "licence": "https://creativecommons.org/licenses/by/4.0/"}),
        Put("media:pot", "Media", {"kind": "PICTURE", "alt": " ", "credit": "\u200b"}),
        Put("asset:tempe", "Asset", {"kind": "WORK", "title": "Tempe", "locale": "id", "marking": "PUBLIC"},
            {"media": (To("media:pot"),)}),
    )  # fmt: skip
    report = store.write(Batch(puts, "sari", ActorKind.PERSON))
    assert report.refused == ()
    return Desk(store, contract)


def cleared(desk, rev):
    """Rights for asset and picture, an alt text and a credit, written by the one who wrote the rest."""
    puts = (
        Put(
            "media:pot",
            "Media",
            {"alt": "A pot of soy beans", "credit": "Sari", "locale": "en"},
            {"rights": (To("rightsgrant:own"),)},
        ),
        Put("asset:tempe", "Asset", {}, {"rights": (To("rightsgrant:own"),)}, rev),
    )
    assert desk.store.write(Batch(puts, "sari", ActorKind.PERSON)).refused == ()


def test_a_draft_is_handed_in_approved_by_another_and_published(desk):
    cleared(desk, 1)

    assert desk.move("submitForReview", "asset:tempe", 2, "CREATOR", "sari")["entity"]["state"] == "IN_REVIEW"
    assert desk.move("approve", "asset:tempe", 3)["entity"] == {"id": "asset:tempe", "rev": 4, "state": "APPROVED"}
    assert desk.standing("asset:tempe")["approvedBy"] == "eko"
    assert desk.move("publish", "asset:tempe", 4, name="wati") == {
        "entity": {"id": "asset:tempe", "rev": 5, "state": "PUBLISHED"},
        "errors": [],
        "missing": [],
    }
    assert [change.actor for change in desk.store.changes(5)] == ["sari", "eko", "wati"]


def test_who_wrote_it_does_not_approve_it_unless_the_installation_says_so(desk):
    desk.edit("asset:tempe", 1, "Soy", "EDITOR", "eko")
    desk.move("submitForReview", "asset:tempe", 2, "CREATOR", "sari")

    refused = desk.move("approve", "asset:tempe", 3, name="eko")
    assert (codes(refused), refused["entity"]["state"]) == (["OWN_WORK"], "IN_REVIEW")
    assert codes(desk.move("approve", "asset:tempe", 3, "CREATOR", "budi")) == ["FORBIDDEN"]
    assert desk.standing("asset:tempe")["authors"] == ["eko", "sari"]

    desk.policy = Policy(four_eyes=False)
    assert desk.move("approve", "asset:tempe", 3, name="eko")["errors"] == []


def test_an_edit_voids_an_approval_and_an_approval_is_of_the_revision_that_was_read(desk):
    cleared(desk, 1)
    desk.move("submitForReview", "asset:tempe", 2)
    assert codes(desk.move("approve", "asset:tempe", 2)) == ["STALE"]
    desk.move("approve", "asset:tempe", 3)
    desk.edit("asset:tempe", 4, "Slipped in", "EDITOR", "wati")

    refused = desk.move("publish", "asset:tempe", 5, name="wati")
    assert codes(refused) == ["NOT_APPROVED"]
    assert refused["errors"][0]["message"].startswith("It was edited by wati after it was approved.")
    assert desk.standing("asset:tempe")["voidedBy"] == "wati"

    assert desk.move("pullBack", "asset:tempe", 5)["entity"]["state"] == "IN_REVIEW"
    assert codes(desk.move("approve", "asset:tempe", 6, name="wati")) == ["OWN_WORK"]
    assert desk.move("approve", "asset:tempe", 6, name="eko")["errors"] == []
    assert desk.move("publish", "asset:tempe", 7, name="wati")["errors"] == []


def test_what_is_missing_is_named(desk):
    desk.move("submitForReview", "asset:tempe", 1, "CREATOR", "sari")
    desk.move("approve", "asset:tempe", 2)

    refused = desk.move("publish", "asset:tempe", 3, preview=True)
    assert codes(refused) == ["NOT_READY"]
    assert refused["missing"] == [
        {"check": "RIGHTS", "of": {"id": "asset:tempe"}},
        {"check": "RIGHTS", "of": {"id": "media:pot"}},
        {"check": "ALT_TEXT", "of": {"id": "media:pot"}},
        {"check": "CREDIT", "of": {"id": "media:pot"}},
    ]
    assert [one["check"] for one in desk.standing("asset:tempe")["missing"]] == [
        "RIGHTS",
        "RIGHTS",
        "ALT_TEXT",
        "CREDIT",
    ]


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        ({"state": "DRAFT"}, "“Own work” is not approved yet and allows nothing until it is."),
        ({"valid_until": "2020-01-01"}, "“Own work” ended on 1 January 2020."),
        ({"licence": None}, "“Own work” has no rules and no licence that Duta knows."),
        ({"licence": None, "rules": [{"effect": "permission", "action": "display", "constraints":
            [{"left": "deliveryChannel", "operator": "eq", "right": "PRINT"}]}]}, "does not allow"),
    ],
)  # fmt: skip
def test_a_grant_that_does_not_let_it_be_published_is_no_right(desk, grant, reason):
    cleared(desk, 1)
    desk.move("submitForReview", "asset:tempe", 2)
    desk.move("approve", "asset:tempe", 3)
    changed = Put("rightsgrant:own", "RightsGrant", grant)
    assert desk.store.write(Batch((changed,), "sari", ActorKind.PERSON)).refused == ()

    text = ANSWER.replace("of { id }", "of { id } message")
    told = desk.ask(f'mutation {{ it: publish(id: "asset:tempe", rev: 4) {text} }}', "EDITOR", "wati")["it"]
    assert codes(told) == ["NOT_READY"]
    assert [one["check"] for one in told["missing"]] == ["RIGHTS", "RIGHTS"]
    assert reason in told["missing"][0]["message"]


def test_a_grant_out_of_sight_is_not_named_among_what_is_missing(desk):
    cleared(desk, 1)
    changed = Put("rightsgrant:own", "RightsGrant", {"marking": "RESTRICTED", "licence": None})
    assert desk.store.write(Batch((changed,), "sari", ActorKind.PERSON)).refused == ()

    text = '{ review(id: "asset:tempe") { missing { check message } } }'
    named = [
        any("Own work" in one["message"] for one in desk.ask(text, role, "wati")["review"]["missing"])
        for role in ("PLANNER", "EDITOR")
    ]
    assert named == [False, True]


def test_a_right_for_some_countries_is_enough_to_be_there(desk):
    cleared(desk, 1)
    rules = [{"effect": "permission", "action": "use", "constraints": [{"left": "spatial", "operator": "eq",
              "right": "VN"}]}]  # fmt: skip
    changed = Put("rightsgrant:own", "RightsGrant", {"licence": None, "rules": rules})
    assert desk.store.write(Batch((changed,), "sari", ActorKind.PERSON)).refused == ()
    desk.move("submitForReview", "asset:tempe", 2)
    desk.move("approve", "asset:tempe", 3)
    assert desk.move("publish", "asset:tempe", 4, name="wati")["errors"] == []


def test_an_approval_waits_through_the_quiet_period_and_can_be_pulled_back_in_it(desk):
    desk.policy = Policy(quiet=timedelta(hours=2))
    cleared(desk, 1)
    desk.move("submitForReview", "asset:tempe", 2)
    desk.move("approve", "asset:tempe", 3)

    assert codes(desk.move("publish", "asset:tempe", 4)) == ["TOO_EARLY"]
    desk.later = timedelta(hours=2, minutes=1)
    assert desk.move("publish", "asset:tempe", 4, preview=True)["errors"] == []
    assert desk.move("pullBack", "asset:tempe", 4)["entity"]["state"] == "IN_REVIEW"


def test_what_is_given_back_says_why_to_those_who_see_the_draft_and_to_nobody_else(desk):
    desk.move("submitForReview", "asset:tempe", 1, "CREATOR", "sari")
    told = desk.move("returnWithNote", "asset:tempe", 2, note="Name the island.\nAnd the year.")

    assert told["entity"]["state"] == "DRAFT"
    assert desk.standing("asset:tempe")["notes"] == [
        {"note": "Name the island. And the year.", "kind": "CHANGE", "onRev": 2}
    ]
    assert desk.standing("asset:tempe", "PUBLIC") is None
    desk.store.write(Batch((Put("asset:tempe", "Asset", {"state": "PUBLISHED"}),)))
    assert desk.standing("asset:tempe", "PUBLIC") is None
    notes = "{ reviewNotes { totalCount } }"
    assert desk.ask(notes, "PUBLIC", "nobody") == {"reviewNotes": {"totalCount": 0}}
    assert codes(desk.move("returnWithNote", "asset:tempe", 4, note="Too late")) == ["BAD_VALUE"]


def test_a_review_note_is_never_approved(desk):
    desk.store.write(Batch((Put("reviewnote:x", "ReviewNote", {"name": "No", "state": "IN_REVIEW"}),)))
    assert codes(desk.move("approve", "reviewnote:x", 1)) == ["FORBIDDEN"]


def test_an_edit_of_an_editor_brings_nothing_to_the_public_and_an_administrators_does(desk):
    text = """mutation($rev: Int!) { it: updateAsset(id: "asset:tempe", rev: $rev, input: {state: PUBLISHED}) {
      entity { state } errors { path code } } }"""
    assert desk.ask(text, "EDITOR", "eko", rev=1)["it"]["errors"] == [{"path": "input.state", "code": "FORBIDDEN"}]
    assert desk.ask(text, "ADMIN", "root", rev=1)["it"]["entity"] == {"state": "PUBLISHED"}


def test_a_language_is_reviewed_for_itself(desk):
    said = Put("translation:asset.tempe.ko", "Translation", {"locale": "ko", "title": "템페"},
               {"translates": (To("asset:tempe"),)})  # fmt: skip
    desk.store.write(Batch((said,), "sari", ActorKind.PERSON))
    for field, rev in (("submitForReview", 1), ("approve", 2), ("publish", 3)):
        assert desk.move(field, "translation:asset.tempe.ko", rev)["errors"] == []
    assert desk.ask('{ asset(id: "asset:tempe") { state } }', "EDITOR", "eko")["asset"]["state"] == "DRAFT"
