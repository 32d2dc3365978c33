"""rightsCheck over GraphQL: what a planner and a partner read, what it costs, and that bad rules are not written."""

from dataclasses import replace
from typing import Any

import pytest

from api.doors.telling import told
from api.doors.viewers import viewer_of, writer_of
from api.plan import Caller, Executor, Request
from api.roles import Role
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from tests.api.conftest import NOW, Counted

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
ASEAN = [
    {
        "effect": "permission",
        "action": ["display", "distribute"],
        "constraints": [{"left": "spatial", "operator": "eq", "right": "ASEAN"}],
        "clause": "4.2",
    },
    {"effect": "duty", "action": "attribute", "credit": "© Sample Studio"},
]


def asset(name: str, **more: Any) -> Put:
    values = {"title": f"Sample {name}", "kind": "PHOTO", "locale": "en", **LIVE, **more}
    return Put(f"asset:sample-{name}", "Asset", values, {"rights": (To("rightsgrant:sample-ferry"),)})


PUTS = (
    Put("organisation:sample-studio", "Organisation", {"name": "Sample Studio", **INSIDE}),
    Put(
        "rightsgrant:sample-ferry",
        "RightsGrant",
        {"title": "Ferry contract", "locale": "en", "rules": ASEAN, "valid_until": "2027-12-31", **INSIDE},
        {"holder": (To("organisation:sample-studio"),)},
    ),
    asset("ferry"),
    asset("harbour"),
    asset("cabin", marking="RESTRICTED"),
    Put("asset:sample-bare", "Asset", {"title": "Sample bare", "kind": "TEXT", "locale": "en", **LIVE}),
)
PLANNER = Viewer(live=2, draft=2, retired=-1, now=NOW)
PARTNER = Viewer(live=1, draft=-1, retired=-1, now=NOW, territories=frozenset({"VN"}))
CHECK = """query($assets: [ID!]!, $use: RightsUseInput!) { rightsCheck(assets: $assets, use: $use) {
  id asset { title } verdict validUntil
  reasons { effect rule clause sentence grant { __typename id } about { id } }
  duties { action text due grant { id } }
  unlock { smallest { kind ask to { id } about { id } alsoUnlocks { id } } } } }"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_sqlite(tmp_path_factory.mktemp("rights") / "graph.sqlite", MODEL)
    assert store.write(Batch(PUTS)).refused == ()
    yield store
    store.close()


@pytest.fixture
def asked(contract, store):
    counted = Counted(store)

    def ask(*assets: str, viewer: Viewer = PLANNER, text: str = CHECK, locale: str = "en", **use: Any) -> Any:
        ids = [f"asset:sample-{name}" for name in assets]
        caller = Caller(viewer, locale)
        outcome = Executor(contract, counted).execute(Request(text, None, {"assets": ids, "use": use}), caller)
        return outcome, len(counted.statements)

    return ask


def data(outcome: Any) -> Any:
    assert [error.message for error in outcome.errors] == []
    return outcome.data["rightsCheck"]


def test_a_planner_reads_the_verdict_with_its_rule_its_duty_and_its_last_day(asked):
    outcome, statements = asked("ferry", territories=["VN", "country:my"], purposes=["NEWS"], starts="2027-02-01")

    assert data(outcome) == [
        {
            "id": "asset:sample-ferry",
            "asset": {"title": "Sample ferry"},
            "verdict": "ALLOWED_WITH_DUTIES",
            "validUntil": "2027-12-31",
            "reasons": [
                {
                    "effect": "PERMIT",
                    "rule": "permission display, distribute / spatial eq ASEAN",
                    "clause": "4.2",
                    "sentence": "“Ferry contract” (clause 4.2) allows it until 31 December 2027.",
                    "grant": {"__typename": "RightsGrant", "id": "rightsgrant:sample-ferry"},
                    "about": {"id": "asset:sample-ferry"},
                }
            ],
            "duties": [
                {
                    "action": "attribute",
                    "text": "Write: © Sample Studio",
                    "due": "2027-02-01",
                    "grant": {"id": "rightsgrant:sample-ferry"},
                }
            ],
            "unlock": None,
        }
    ]
    assert statements == 2, "the rights, and what is selected of the entities named"


def test_a_denied_use_says_what_to_ask_of_whom_and_what_else_that_unlocks(asked):
    outcome, statements = asked("ferry", "bare", territories=["FR"], purposes=["NEWS"], starts="2027-02-01")
    ferry, bare = data(outcome)

    assert (ferry["verdict"], ferry["reasons"][0]["effect"], bare["verdict"]) == ("DENIED", "NOT_COVERED", "UNKNOWN")
    assert ferry["reasons"][0]["sentence"] == "“Ferry contract” (clause 4.2) does not allow it in France."
    assert ferry["unlock"]["smallest"] == [
        {
            "kind": "EXTEND_GRANT",
            "ask": (
                "Ask to extend “Ferry contract”: display, distribute in France, for news, without paid reach, "
                "from 1 February 2027 on, until 1 February 2027."
            ),
            "to": {"id": "organisation:sample-studio"},
            "about": {"id": "rightsgrant:sample-ferry"},
            "alsoUnlocks": [{"id": "asset:sample-harbour"}],
        }
    ]
    assert statements == 4, "the rights, what else stands under them, how, and what is selected of it"


def test_a_partner_reads_the_verdict_the_duties_and_the_day_and_nothing_of_what_it_does_not_see(asked):
    outcome, _ = asked("ferry", "cabin", "nothing", viewer=PARTNER, purposes=["NEWS"], starts="2027-02-01")
    ferry, cabin, nothing = data(outcome)

    duty = {"action": "attribute", "text": "Write: © Sample Studio", "due": "2027-02-01", "grant": None}
    assert (ferry["verdict"], ferry["duties"], ferry["validUntil"]) == ("ALLOWED_WITH_DUTIES", [duty], "2027-12-31")
    assert (ferry["reasons"], ferry["unlock"]) == ([], None)
    assert str(cabin) == str(nothing).replace("nothing", "cabin")
    assert (cabin["asset"], cabin["verdict"]) == (None, "UNKNOWN")

    denied, _ = asked("ferry", viewer=PARTNER, purposes=["TRADE"])
    assert "Ferry" not in str(data(denied))


@pytest.mark.parametrize("viewer", [PLANNER, PARTNER, Viewer(live=0, draft=-1, retired=-1, now=NOW)])
@pytest.mark.parametrize(("locale", "there_is"), [("en", "There is no asset"), ("id", "Tidak ada aset")])
def test_an_id_of_no_asset_says_so_and_leaves_the_others_their_answer(asked, viewer, locale, there_is):
    with_the_id = "with the id" if locale == "en" else "dengan id"
    outcome, _ = asked("nothing", "cabin", "ferry", viewer=viewer, locale=locale, territories=["VN"], purposes=["NEWS"])
    *absent, ferry = data(outcome)

    for name, one in zip(("nothing", "cabin"), absent, strict=True):
        sentence = f"{there_is} {with_the_id} “asset:sample-{name}”."
        reason = {"effect": "UNKNOWN", "rule": None, "clause": None, "sentence": sentence, "grant": None, "about": None}
        assert (one["asset"], one["verdict"], one["reasons"]) == (None, "UNKNOWN", [reason])
    assert ferry["verdict"] == "ALLOWED_WITH_DUTIES"


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ({"territories": ["Atlantis"]}, '"Atlantis" is no country and no region.'),
        ({"starts": "2027-02-01", "ends": "2027-01-01"}, "It ends on 2027-01-01, before it starts on 2027-02-01."),
        ({"ends": "2020-01-01"}, "It ends on 2020-01-01, before it starts on 2027-01-15."),
    ],
)
def test_a_use_that_makes_no_sense_is_refused_with_the_reason(asked, use, message):
    outcome, _ = asked("ferry", **use)

    [error] = outcome.errors
    assert message in error.message


@pytest.mark.parametrize("recipient", ["asset:sample-ferry", "organisation:sample-studoi"])
def test_a_recipient_that_is_none_is_refused_by_its_kind(asked, recipient):
    outcome, _ = asked("ferry", recipients=[recipient])

    [error] = outcome.errors
    assert f'use.recipients: There is no recipient with the id "{recipient}".' in error.message
    known, _ = asked("ferry", recipients=["organisation:sample-studio"])
    assert not known.errors


def test_a_partner_who_asks_for_more_than_its_own_is_told_so_in_the_language_of_its_page(asked):
    outcome, _ = asked("ferry", viewer=PARTNER, territories=["FR"])

    [error] = outcome.errors
    assert error.message == "use.territories: Your key is for VN, not for FR. Ask for your own, or leave them out."
    assert told(error.message, "id").text.endswith(
        "Kunci Anda berlaku untuk VN, bukan untuk FR. Tanyakan untuk wilayah Anda sendiri, atau kosongkan."
    )


def test_a_partner_does_not_learn_which_recipients_there_are(asked):
    for recipient in ("organisation:sample-studio", "organisation:none"):
        outcome, _ = asked("ferry", viewer=PARTNER, recipients=[recipient], purposes=["NEWS"])
        assert data(outcome)[0]["verdict"] == "ALLOWED_WITH_DUTIES"
    wrong, _ = asked("ferry", viewer=PARTNER, recipients=["asset:sample-ferry"])
    assert len(wrong.errors) == 1


def test_a_mutation_does_not_write_rules_that_cannot_be_understood(contract, store):
    text = """mutation($rules: JSON) { createRightsGrant(input: {title: "A", locale: "en", rules: $rules}) {
      entity { id } errors { path code message } } }"""
    where = {"left": "spatial", "operator": "eq", "right": "Atlantis"}
    rules = [{"effect": "permission", "action": "use", "constraints": [where]}]
    caller = Caller(viewer_of(Role.EDITOR), None, None, writer_of(Role.EDITOR, "key:sample"))
    outcome = Executor(contract, store).execute(Request(text, None, {"rules": rules}), caller)

    assert outcome.data is not None
    assert outcome.data["createRightsGrant"] == {
        "entity": None,
        "errors": [
            {
                "path": "input.rules[0].constraints[0].right",
                "code": "BAD_VALUE",
                "message": (
                    '"Atlantis" is no country and no region. '
                    "Use ISO 3166-1 codes as VN, M49 codes as 035, or ASEAN, EU, GCC."
                ),
            }
        ],
    }


OPEN = """mutation($asset: ID!, $use: RightsUseInput!, $due: Date, $key: String) {
  openRequest(asset: $asset, use: $use, due: $due, idempotencyKey: $key) {
    requests { name due answered template addressee { id } about { nodes { id } } state }
    errors { path code message } } }"""


@pytest.fixture
def opened(contract, tmp_path):
    store = open_sqlite(tmp_path / "graph.sqlite", MODEL)
    assert store.write(Batch(PUTS)).refused == ()

    def send(asset: str, role: Role = Role.PLANNER, hours: int = 0, **variables: Any) -> Any:
        viewer, writer = viewer_of(role), writer_of(role, "key:sample")
        assert writer is not None
        later = viewer.now + hours * 3_600_000
        writer = replace(writer, viewer=replace(writer.viewer, now=later))
        caller = Caller(replace(viewer, now=later), None, None, writer)
        given = {"asset": f"asset:sample-{asset}", "use": {"territories": ["FR"], "purposes": ["NEWS"]}, **variables}
        outcome = Executor(contract, store).execute(Request(OPEN, None, given), caller)
        assert [error.message for error in outcome.errors] == []
        assert outcome.data is not None
        return outcome.data["openRequest"]

    yield send
    store.close()


def test_what_would_unlock_a_use_becomes_a_request_to_the_holder(opened):
    for _ in range(2):
        [request] = opened("ferry", due="2099-01-01", key="once")["requests"]

    assert request["name"].startswith("Ask to extend “Ferry contract”: display, distribute in France, for news")
    assert request["template"].startswith("We would like to use “Sample ferry”: ")
    assert (request["due"], request["answered"], request["state"]) == ("2099-01-01", "OPEN", "DRAFT")
    assert request["addressee"] == {"id": "organisation:sample-studio"}
    about = {"nodes": [{"id": "asset:sample-ferry"}, {"id": "rightsgrant:sample-ferry"}]}
    assert request["about"] == about


def test_what_is_asked_again_the_next_day_with_its_key_and_no_day_of_its_own_is_asked_once(opened):
    [first] = opened("ferry", key="mine")["requests"]
    # A key is kept for a day, so that this is tomorrow but for the first hour of one.
    assert opened("ferry", key="mine", hours=23) == {"requests": [first], "errors": []}

    [error] = opened("ferry", key="mine", due="2099-01-01")["errors"]
    assert error["code"] == "KEY_REUSED"


@pytest.mark.parametrize(
    ("asset", "more", "error"),
    [
        (
            "ferry",
            {"use": {"territories": ["VN"], "purposes": ["NEWS"]}},
            ("use", "BAD_VALUE", "It is allowed already"),
        ),
        ("ferry", {"use": {"territories": ["Atlantis"]}}, ("use.territories", "BAD_VALUE", '"Atlantis" is no country')),
        ("ferry", {"due": "2020-01-01"}, ("due", "BAD_VALUE", "2020-01-01 is past.")),
        ("cabin", {}, ("asset", "UNKNOWN_ID", 'There is nothing with the id "asset:sample-cabin".')),
    ],
)
def test_where_nothing_is_to_be_asked_nothing_is_written(opened, asset, more, error):
    path, code, message = error
    answer = opened(asset, **more)

    assert answer["requests"] == []
    [told] = answer["errors"]
    assert (told["path"], told["code"]) == (path, code)
    assert told["message"].startswith(message)
