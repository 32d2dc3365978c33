"""Edits of what is published wait as proposals: seen by who sees drafts, compared, applied by other eyes."""

from datetime import timedelta
from typing import Any

import pytest

from graph.model.moves import Policy
from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import Desk, codes

OUT = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("theme:craft", "Theme", {"name": "Craft"}),
    Put("theme:cable", "Theme", {"name": "Cable", "marking": "RESTRICTED"}),
    Put("asset:tempe", "Asset", {"kind": "WORK", "title": "Tempe", "summary": "Soy.", "locale": "en", **OUT},
        {"themes": (To("theme:food", {"weight": 0.5}),)}),
    Put("asset:secret", "Asset", {"kind": "WORK", "title": "Cable", "locale": "en", "state": "PUBLISHED",
                                  "marking": "RESTRICTED"}),
    Put("media:pot", "Media", {"kind": "PICTURE", "state": "APPROVED", "locale": "en"}),
)  # fmt: skip
UPDATE = """mutation($id: ID!, $rev: Int!, $input: AssetInput!, $preview: Boolean, $key: String,
  $propose: Boolean = true) {
  it: updateAsset(id: $id, rev: $rev, input: $input, propose: $propose, preview: $preview, reason: "Clearer",
    idempotencyKey: $key) { entity { rev } proposal repeated errors { path code message }
    changes { path before after } } }"""
TOLD = """id entity { id rev } decision reason authors onRev stale decidedBy applicableFrom
  parts { path before after now collides } since { path before after } notes { note kind }"""
ONE = f"query($id: ID!) {{ it: proposal(id: $id) {{ {TOLD} }} }}"
LIST = f"query($where: ProposalWhereInput) {{ it: proposals(where: $where) {{ nodes {{ {TOLD} }} }} }}"
DECIDED = (
    f"proposal {{ {TOLD} }} entity {{ rev ... on Asset {{ summary }} }} errors {{ path code message }} "
    "missing { check }"
)
COMPARE = """query($a: ID!, $b: ID!) { it: compareProposals(a: $a, b: $b) {
  collisions { path before a b } both a { id } b { id } } }"""


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS)).refused == ()
    return Desk(any_store, contract)


def propose(desk: Desk, given: dict[str, Any], role: str = "CREATOR", name: str = "sari", **more: Any) -> Any:
    given_more = {"id": "asset:tempe", "rev": 1, **more}
    return desk.ask(UPDATE, role, name, input=given, **given_more)["it"]


def decide(desk: Desk, field: str, id: str, role: str = "EDITOR", name: str = "eko", **more: Any) -> Any:
    kinds = {"note": "String!", "onto": "Int", "preview": "Boolean"}
    declared = "".join(f", ${one}: {kinds[one]}" for one in more)
    passed = "".join(f", {one}: ${one}" for one in more)
    text = f"mutation($id: ID!{declared}) {{ it: {field}(id: $id{passed}) {{ {DECIDED} }} }}"
    return desk.ask(text, role, name, id=id, **more)["it"]


def one(desk: Desk, id: str, role: str = "CREATOR") -> Any:
    return desk.ask(ONE, role, "somebody", id=id)["it"]


def test_an_edit_of_what_is_published_waits_and_is_applied_by_other_eyes(desk):
    links = {"put": [{"to": "theme:craft", "weight": 0.25}], "remove": ["theme:food"]}
    kept = propose(desk, {"summary": "Soy beans, grown together.", "themes": links})

    assert (kept["errors"], kept["entity"]) == ([], {"rev": 1})
    [listed] = desk.ask(LIST, "CREATOR", "budi", where={"of": "asset:tempe"})["it"]["nodes"]
    assert listed == {
        "id": kept["proposal"], "entity": {"id": "asset:tempe", "rev": 1}, "decision": "OPEN", "reason": "Clearer",
        "authors": ["sari"], "onRev": 1, "stale": False, "decidedBy": None, "applicableFrom": None, "since": [],
        "notes": [],
        "parts": [
            {"path": "summary", "before": "Soy.", "after": "Soy beans, grown together.", "now": None,
             "collides": False},
            {"path": "themes", "before": {"theme:food": {"weight": 0.5}}, "after": {"theme:craft": {"weight": 0.25}},
             "now": None, "collides": False},
        ],
    }  # fmt: skip

    done = decide(desk, "applyProposal", kept["proposal"])
    assert (done["errors"], done["entity"]) == ([], {"rev": 2, "summary": "Soy beans, grown together."})
    assert (done["proposal"]["decision"], done["proposal"]["decidedBy"]) == ("APPLIED", "eko")
    assert (done["proposal"]["stale"], done["proposal"]["since"]) == (False, [])
    assert desk.ask(LIST, "EDITOR", "eko")["it"]["nodes"] == []
    entry = desk.store.changes(0, 20)[-2]
    assert (entry.id, entry.actor, entry.reason) == ("asset:tempe", "eko", f"Proposal {kept['proposal']} of sari")


def test_who_made_it_does_not_approve_it_and_who_writes_drafts_decides_nothing(desk):
    own = propose(desk, {"summary": "Mine."}, "EDITOR", "eko")["proposal"]

    assert codes(decide(desk, "applyProposal", own)) == ["OWN_WORK"]
    assert codes(decide(desk, "applyProposal", own, "CREATOR", "budi")) == ["FORBIDDEN"]
    assert codes(decide(desk, "rejectProposal", own, "PLANNER", "budi", note="No")) == ["FORBIDDEN"]
    assert codes(decide(desk, "withdrawProposal", own, "EDITOR", "wati")) == ["FORBIDDEN"]
    desk.policy = Policy(four_eyes=False)
    assert decide(desk, "applyProposal", own)["entity"]["summary"] == "Mine."


def test_what_is_published_is_not_edited_directly_unless_the_installation_says_so(desk):
    refused = propose(desk, {"summary": "Mine."}, "EDITOR", "eko", propose=False)
    assert [(error["path"], error["code"]) for error in refused["errors"]] == [("id", "FORBIDDEN")]
    assert refused["errors"][0]["message"].endswith("Send the edit with propose, for another to decide.")
    assert codes(propose(desk, {"summary": "Mine."}, propose=False)) == ["FORBIDDEN"]
    assert codes(propose(desk, {"textState": "PUBLISHED"}, "EDITOR", "eko", propose=False)) == ["FORBIDDEN"]
    assert propose(desk, {"reviewBy": "2027-01-01T00:00:00Z"}, "EDITOR", "eko", propose=False)["errors"] == []
    assert propose(desk, {"state": "DRAFT", "summary": "M."}, "EDITOR", "eko", propose=False, rev=2)["errors"] == []


def test_a_stale_proposal_says_what_changed_since_and_is_applied_only_onto_what_was_read(desk):
    first = propose(desk, {"summary": "First.", "year": 1990})["proposal"]
    second = propose(desk, {"summary": "Second."}, name="budi")["proposal"]
    decide(desk, "applyProposal", first)

    refused = decide(desk, "applyProposal", second)
    assert [(error["path"], error["code"]) for error in refused["errors"]] == [("onto", "STALE")]
    told = refused["proposal"]
    assert told["parts"] == [
        {"path": "summary", "before": "Soy.", "after": "Second.", "now": "First.", "collides": True}
    ]
    assert told["since"] == [
        {"path": "summary", "before": "Soy.", "after": "First."},
        {"path": "year", "before": None, "after": 1990},
    ]
    assert codes(decide(desk, "applyProposal", second, onto=1)) == ["STALE"]
    assert decide(desk, "applyProposal", second, onto=2)["entity"] == {"rev": 3, "summary": "Second."}


def test_two_proposals_are_compared_by_what_they_would_leave_differently(desk):
    put = {"put": [{"to": "theme:craft"}]}
    a = propose(desk, {"summary": "A.", "year": 1990, "themes": {"remove": ["theme:food"]}})["proposal"]
    b = propose(desk, {"summary": "B.", "year": 1990, "themes": put}, name="budi")["proposal"]
    c = propose(desk, {"themes": {"put": [{"to": "theme:food", "weight": 1}]}}, name="budi")["proposal"]

    assert desk.ask(COMPARE, "CREATOR", "sari", a=a, b=b)["it"] == {
        "collisions": [{"path": "summary", "before": "Soy.", "a": "A.", "b": "B."}],
        "both": ["themes", "year"],
        "a": {"id": a},
        "b": {"id": b},
    }
    assert desk.ask(COMPARE, "CREATOR", "sari", a=a, b=c)["it"]["collisions"] == [
        {"path": "themes", "before": {"theme:food": {"weight": 0.5}}, "a": None, "b": {"theme:food": {"weight": 1}}}
    ]
    assert desk.ask(COMPARE, "PUBLIC", "", a=a, b=b)["it"] is None


def test_it_is_discussed_rejected_with_a_note_or_withdrawn_and_never_public(desk):
    mine, other = (propose(desk, {"year": year})["proposal"] for year in (1990, 1991))
    assert decide(desk, "discussProposal", mine, "CREATOR", "budi", note="Why 1990?")["errors"] == []

    told = decide(desk, "rejectProposal", mine, note="No source says so.")
    assert (told["errors"], told["proposal"]["decision"]) == ([], "REJECTED")
    assert told["proposal"]["notes"] == [
        {"note": "No source says so.", "kind": "CHANGE"}, {"note": "Why 1990?", "kind": "COMMENT"},
    ]  # fmt: skip
    assert codes(decide(desk, "applyProposal", mine, name="wati")) == ["BAD_VALUE"]
    assert decide(desk, "withdrawProposal", other, "CREATOR", "sari")["proposal"]["decision"] == "WITHDRAWN"
    assert codes(decide(desk, "withdrawProposal", other, "CREATOR", "sari")) == ["BAD_VALUE"]
    assert one(desk, mine, "PUBLIC") is None
    assert desk.ask(LIST, "PUBLIC", "", where={"of": "asset:tempe"})["it"]["nodes"] == []
    seen = desk.ask("{ proposedEdits { nodes { id } } reviewNotes { nodes { id } } }", "PUBLIC", "")
    assert seen == {"proposedEdits": {"nodes": []}, "reviewNotes": {"nodes": []}}


def test_it_is_seen_by_who_sees_drafts_of_the_thing_and_names_nothing_else(desk):
    hidden = {"put": [{"to": "theme:cable"}]}
    linked = propose(desk, {"themes": hidden, "year": 1990}, "EDITOR", "eko")["proposal"]
    restricted = propose(desk, {"year": 1990}, "EDITOR", "eko", id="asset:secret")["proposal"]

    assert [part["path"] for part in one(desk, linked)["parts"]] == ["year"]
    assert [part["path"] for part in one(desk, linked, "EDITOR")["parts"]] == ["year", "themes"]
    assert one(desk, restricted) is None
    assert one(desk, restricted, "EDITOR")["entity"]["id"] == "asset:secret"
    assert codes(decide(desk, "discussProposal", restricted, "CREATOR", "sari", note="Who?")) == ["UNKNOWN_ID"]
    assert [node["id"] for node in desk.ask(LIST, "CREATOR", "sari")["it"]["nodes"]] == [linked]
    # What was open to fewer when it was proposed stays with them.
    desk.store.write(Batch((Put("asset:secret", "Asset", {"marking": "INTERNAL"}),)))
    assert one(desk, restricted) is None


def test_with_a_quiet_period_an_approval_waits_and_an_editor_may_reject_until_then(desk):
    desk.policy = Policy(quiet=timedelta(hours=2))
    mine, other = (propose(desk, {"year": year})["proposal"] for year in (1990, 1991))

    waiting = [decide(desk, "applyProposal", id)["proposal"] for id in (mine, other)]
    assert [told["decision"] for told in waiting] == ["APPROVED", "APPROVED"]
    assert waiting[0]["applicableFrom"] is not None
    assert codes(decide(desk, "applyProposal", mine)) == ["TOO_EARLY"]
    assert decide(desk, "rejectProposal", other, name="wati", note="Not now")["proposal"]["decision"] == "REJECTED"
    desk.later = timedelta(hours=3)
    assert decide(desk, "applyProposal", mine)["entity"]["rev"] == 2


def test_what_would_be_public_without_rights_or_alt_text_is_named(desk):
    bare = propose(desk, {"media": {"put": [{"to": "media:pot"}]}})["proposal"]

    refused = decide(desk, "applyProposal", bare)
    assert (codes(refused), refused["entity"]["rev"]) == (["NOT_READY"], 1)
    assert sorted(each["check"] for each in refused["missing"]) == ["ALT_TEXT", "CREDIT", "RIGHTS"]


def test_what_cannot_be_proposed_is_refused_and_a_key_keeps_it_once(desk):
    preview = propose(desk, {"year": 1990}, preview=True)
    assert (preview["proposal"], preview["changes"]) == (None, [{"path": "year", "before": None, "after": 1990}])
    kept = [propose(desk, {"year": 1990}, key="k-1") for _ in range(2)]
    assert [told["repeated"] for told in kept] == [False, True]
    assert kept[0]["proposal"] == kept[1]["proposal"]
    assert codes(propose(desk, {"year": 1991}, key="k-1")) == ["KEY_REUSED"]

    assert codes(propose(desk, {"summary": "Soy."})) == ["BAD_VALUE"]
    assert codes(propose(desk, {"year": 1990}, rev=7)) == ["STALE"]
    assert codes(propose(desk, {"state": "DRAFT"})) == ["BAD_VALUE"]
    assert codes(propose(desk, {"year": 1990}, id="asset:nowhere")) == ["UNKNOWN_ID"]
    desk.store.write(Batch((Put("asset:tempe", "Asset", {"state": "DRAFT"}),), "eko", ActorKind.PERSON))
    assert codes(propose(desk, {"year": 1990}, rev=2)) == ["BAD_VALUE"]
    retire = "mutation($id: ID!) { it: retire(id: $id, rev: 1) { errors { code } } }"
    assert codes(desk.ask(retire, "EDITOR", "eko", id=kept[0]["proposal"])["it"]) == ["FORBIDDEN"]


def test_applying_is_taken_back_as_a_batch_and_the_proposal_waits_again(desk):
    kept = propose(desk, {"year": 1990})["proposal"]
    decide(desk, "applyProposal", kept)
    batch = desk.store.changes(0, 20)[-1].batch

    assert desk.store.write(Batch(undo=batch, whole=True)).refused == ()
    assert one(desk, kept)["decision"] == "OPEN"
    assert one(desk, kept)["stale"] is True


def test_texts_of_any_script_and_length_are_kept_as_they_are(desk):
    for text in ("فيلم\u200f عن \u202bالتمبه\u202c", "👩🏽‍🍳 tempe 🇮🇩", "김장\u0301", "x" * 200_000):
        kept = propose(desk, {"body": text})
        assert kept["errors"] == []
        assert one(desk, kept["proposal"])["parts"][0]["after"] is not None
    assert codes(propose(desk, {"body": "x" * 1_000_000})) == ["BAD_VALUE"]


def test_a_page_of_proposals_costs_a_few_questions_whatever_their_number(desk):
    for year in range(3):
        propose(desk, {"year": 1990 + year, "themes": {"put": [{"to": "theme:craft"}]}})
    counted = desk.outcome(LIST, "CREATOR", "sari")
    one_only = desk.outcome(ONE, "CREATOR", "sari", id=counted.data["it"]["nodes"][0]["id"])
    assert len(counted.data["it"]["nodes"]) == 3
    assert (one_only.statements, counted.statements) == (7, 8)
