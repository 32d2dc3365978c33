"""What was said, when, on what evidence: the words of then with their proofs, to who saw it then and sees it now."""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import Desk

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
OLD, LATER = "2026-02-01T09:00:00.000Z", "2100-01-01T00:00:00.000Z"
ASK = """query($id: ID!, $at: DateTime) { it: statementRecord(id: $id, at: $at) {
  id entity { id label } of { id } at seq hash rev state public locale texts { path text }
  translations { id locale form state public texts { path text } }
  proofs { id entity { label } title kind validUntil held sources { id title hash confidence } }
  sources { id title url } posts { id at status textAsPosted postedRev channel campaign }
  entries { seq kind actor reason parts { path after } } } }"""
FIRST = (
    Put("source:survey", "Source", {"title": "Survey", "locale": "en", "hash": "aa11", **LIVE}),
    Put("source:cable", "Source", {"title": "Cable", "locale": "en", "marking": "INTERNAL", "state": "PUBLISHED"}),
    Put("audience:a", "Audience", {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED"}),
    Put("message:m", "Message", {"text": "Soy is grown by 200 farms", "locale": "en", **LIVE},
        {"audiences": (To("audience:a"),), "sources": (To("source:survey"), To("source:cable"))}),
    Put("translation:m", "Translation", {"locale": "ko", "text": "콩", **LIVE}, {"translates": (To("message:m"),)}),
    Put("proof:p", "Proof", {"title": "200 farms", "locale": "en", "kind": "STATISTIC", "valid_until": "2100-01-01",
                           **LIVE},
        {"messages": (To("message:m"),), "sources": (To("source:survey", {"confidence": "B2"}),)}),
    Put("asset:a", "Asset", {"title": "Soy", "summary": "A bean.", "kind": "WORK", "locale": "en", **LIVE},
        {"messages": (To("message:m"),)}),
    Put("channel:c", "Channel", {"name": "Our page", "platform": "INSTAGRAM", **LIVE}),
    Put("placement:old", "Placement", {"at": OLD, "state": "PUBLISHED", "status": "LIVE", "posted_rev": 1,
                                       "text_as_posted": "200 farms!"},
        {"of": (To("message:m"),), "channel": (To("channel:c"),)}),
    Put("placement:next", "Placement", {"at": LATER, "state": "PUBLISHED", "status": "PLANNED"},
        {"of": (To("message:m"),)}),
)  # fmt: skip
THEN = (
    Put("message:m", "Message", {"text": "Soy is grown by 90 farms"}, {"sources": (To("source:survey"),)}),
    Put("source:survey", "Source", {"title": "Survey, corrected", "hash": "bb22"}),
    Put("proof:p", "Proof", {"title": "90 farms", "valid_until": "2026-01-01"}),
    Put("translation:m", "Translation", {"text": "대두"}),
    Put("asset:a", "Asset", {"summary": "A plant."}),
    Put("placement:old", "Placement", {"status": "WITHDRAWN"}),
)


class Since(Desk):
    """Asks also about the moment between the two, as `between`."""

    between: str


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(FIRST, "sari", ActorKind.PERSON, "First words")).refused == ()
    desk = Since(any_store, contract)
    sleep(0.005)
    desk.between = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sleep(0.005)
    assert any_store.write(Batch(THEN, "eko", ActorKind.PERSON, "The survey was wrong")).refused == ()
    return desk


def record(desk, id, at=None, role="PARTNER"):
    return desk.ask(ASK, role, "somebody", id=id, at=at)["it"]


def words(told):
    return {one["path"]: one["text"] for one in told["texts"]}


def test_the_words_of_then_are_told_with_the_proofs_and_sources_of_then(desk):
    then, now = record(desk, "message:m", desk.between, "CREATOR"), record(desk, "message:m", role="CREATOR")

    assert (words(then), words(now)) == ({"text": "Soy is grown by 200 farms"}, {"text": "Soy is grown by 90 farms"})
    assert (then["at"], then["seq"], then["rev"], then["public"]) == (desk.between, len(FIRST), 1, True)
    assert then["hash"] == desk.store.changes(len(FIRST) - 1, 1)[0].hash
    assert then["entity"]["label"] == "Soy is grown by 90 farms"
    [proof], [newer] = then["proofs"], now["proofs"]
    assert (proof["title"], proof["held"], newer["title"], newer["held"]) == ("200 farms", True, "90 farms", False)
    assert proof["sources"] == [{"id": "source:survey", "title": "Survey", "hash": "aa11", "confidence": "B2"}]
    assert newer["sources"][0]["hash"] == "bb22"
    assert [one["id"] for one in then["sources"]] == ["source:cable", "source:survey"]
    assert [one["id"] for one in now["sources"]] == ["source:survey"]
    assert [words(one) for one in then["translations"] + now["translations"]] == [{"text": "콩"}, {"text": "대두"}]
    # What was to go out later was not out.
    assert then["posts"] == [
        {"id": "placement:old", "at": OLD, "status": "LIVE", "textAsPosted": "200 farms!", "postedRev": 1,
         "channel": "Our page", "campaign": None}
    ]  # fmt: skip
    assert [(one["id"], one["status"]) for one in now["posts"]] == [("placement:old", "WITHDRAWN")]
    assert [(one["actor"], one["reason"]) for one in then["entries"]] == [("sari", "First words")]
    assert [one["reason"] for one in now["entries"]] == ["The survey was wrong", "First words"]


def test_a_partner_is_told_what_it_could_see_and_sees(desk):
    then = record(desk, "message:m", desk.between)
    assert [one["id"] for one in then["sources"]] == ["source:survey"]
    # Posts are for who works here, and so is who wrote and why.
    assert (then["posts"], then["entries"][0]["actor"]) == ([], None)
    desk.store.write(Batch((Put("proof:p", "Proof", {"marking": "INTERNAL"}),)))
    assert record(desk, "message:m", desk.between)["proofs"] == []
    desk.store.write(Batch((Put("message:m", "Message", {"state": "RETIRED"}),)))
    assert record(desk, "message:m", desk.between) is None
    assert record(desk, "message:m", desk.between, "EDITOR")["texts"] != []


def test_an_asset_is_told_with_what_proves_its_messages_and_a_translation_with_what_it_is_of(desk):
    asset = record(desk, "asset:a", desk.between)
    assert words(asset) == {"title": "Soy", "summary": "A bean."}
    assert [one["title"] for one in asset["proofs"]] == ["200 farms"]

    text = record(desk, "translation:m", desk.between, "CREATOR")
    assert (words(text), text["locale"], text["of"]) == ({"text": "콩"}, "ko", {"id": "message:m"})
    assert [one["title"] for one in text["proofs"]] == ["200 farms"]
    assert [one["id"] for one in text["posts"]] == ["placement:old"]


def test_before_it_was_there_nothing_was_said(desk):
    assert record(desk, "message:m", "2026-01-01T00:00:00Z") is None
    assert record(desk, "message:none", desk.between) is None


def test_the_past_is_for_who_has_a_key_and_nothing_is_told_of_what_is_to_come(desk):
    assert words(record(desk, "message:m", role="PUBLIC")) == {"text": "Soy is grown by 90 farms"}
    [error] = desk.outcome(ASK, "PUBLIC", "", id="message:m", at=desk.between).errors
    assert "at: The past is shown to who has a key." in error.message
    late = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    [error] = desk.outcome(ASK, "CREATOR", "sari", id="message:m", at=late).errors
    assert "is still to come." in error.message
