"""Repairs of coverage and of plans become requests: of whom, with which letter, once while open, seen by who may."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from api.doors.viewers import viewer_of, writer_of
from api.plan import Caller, Executor, Request
from api.roles import Role
from graph.store.batch import Batch, Put, To

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
IN_INDONESIA = [
    {"effect": "permission", "action": ["display", "distribute"],
     "constraints": [{"left": "spatial", "operator": "eq", "right": "ID"}]}
]  # fmt: skip
HELD = {"title": "Sample contract", "locale": "en", "rules": IN_INDONESIA, **INSIDE}
KEPT = (To("mission:sample-hanoi"),)
PUTS = (
    Put("mission:sample-hanoi", "Mission", {"name": "Embassy in Hanoi", "names": {"id": "KBRI Hanoi"}, **LIVE}),
    Put("mission:sample-seoul", "Mission", {"name": "Embassy in Seoul", **LIVE}),
    Put("organisation:sample-studio", "Organisation", {"name": "Sample studio", **LIVE}),
    Put("country:sample-vn", "Country", {"name": "Viet Nam", "alpha2": "VN", "languages": {"vi": 0.9}, **LIVE}),
    Put("theme:sample-food", "Theme", {"name": "Food", **LIVE}),
    Put("source:sample-survey", "Source", {"title": "Survey", "locale": "en", **LIVE},
        {"keeper": (To("mission:sample-seoul"),)}),
    Put("message:sample-bare", "Message", {"text": "We rest", "locale": "en", **LIVE}, {"keeper": KEPT}),
    Put("message:sample-cook", "Message", {"text": "We cook", "locale": "en", **LIVE}, {"keeper": KEPT}),
    Put("proof:sample-old", "Proof", {"title": "Old count", "locale": "en", "valid_until": "2020-01-31", **LIVE},
        {"messages": (To("message:sample-cook"),), "sources": (To("source:sample-survey"),)}),
    Put("rightsgrant:sample-held", "RightsGrant", HELD, {"holder": (To("organisation:sample-studio"),)}),
    Put("audience:sample-cooks", "Audience",
        {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "locales": ["vi"], "size": 90_000, **INSIDE},
        {"country": (To("country:sample-vn"),), "interests": (To("theme:sample-food"),)}),
    Put("asset:sample-dish", "Asset",
        {"title": "A dish", "kind": "WORK", "locale": "en", "review_by": "2026-01-01T00:00:00Z", **LIVE},
        {"themes": (To("theme:sample-food"),), "keeper": KEPT,
         "messages": (To("message:sample-bare"), To("message:sample-cook")),
         "rights": (To("rightsgrant:sample-held"),)}),
    Put("asset:sample-sealed", "Asset",
        {"title": "Sealed dish", "kind": "WORK", "locale": "en", "state": "PUBLISHED", "marking": "RESTRICTED"},
        {"themes": (To("theme:sample-food"),), "keeper": KEPT}),
)  # fmt: skip
ASK = "fix { kind asset { id } message { id } locale use { territories purposes } } due unlocks"
COVERAGE = f"""query($require: CoverageRequireInput) {{
  coverage(rows: MESSAGE, columns: AUDIENCE, require: $require) {{
    topFixes {{ action request {{ {ASK} asks {{ ask to {{ id }} about {{ id }} template }} }} }}
    cells {{ cheapestFix {{ action request {{ {ASK} }} }} }} }} }}"""
OPEN = """mutation($fix: AskedFixInput!, $due: Date, $key: String) {
  openFixRequest(fix: $fix, due: $due, idempotencyKey: $key) {
    requests { id name due answered template state marking addressee { id } about { nodes { id } } }
    opened repeated errors { path code message } } }"""
PREVIEW = """mutation($fix: AskedFixInput!) {
  openFixRequest(fix: $fix, preview: true) { asks { ask } requests { id } opened } }"""
ONLY = dict.fromkeys(("audience", "locale", "rights", "proof", "fresh"), False)


class Asking:
    """Roles that ask one store."""

    def __init__(self, store: Any, contract: Any) -> None:
        self.store, self.executor = store, Executor(contract, store)

    def caller(self, role: Role, locale: str = "en", name: str = "key:sample") -> Caller:
        viewer = viewer_of(role)
        return Caller(viewer, locale, None, writer_of(role, name))

    def ask(self, text: str, role: Role = Role.PLANNER, locale: str = "en", **given: Any) -> Any:
        outcome = self.executor.execute(Request(text, None, given), self.caller(role, locale))
        assert [error.message for error in outcome.errors] == []
        return outcome.data

    def open(self, fix: dict[str, Any], role: Role = Role.PLANNER, locale: str = "en", **given: Any) -> Any:
        return self.ask(OPEN, role, locale, fix=fix, **given)["openFixRequest"]

    def top(self, gate: str, role: Role = Role.PLANNER, locale: str = "en") -> Any:
        """The best repairs of a table in which one gate is asked for."""
        return self.ask(COVERAGE, role, locale, require={**ONLY, gate: True})["coverage"]["topFixes"]


@pytest.fixture
def asking(any_store, contract) -> Asking:
    assert any_store.write(Batch(PUTS, "the test")).refused == ()
    return Asking(any_store, contract)


def as_input(fix: dict[str, Any]) -> dict[str, Any]:
    """What an answer names a repair by, as an argument."""
    told = {name: value["id"] if isinstance(value, dict) and "id" in value else value for name, value in fix.items()}
    return {name: value for name, value in told.items() if value is not None}


def test_each_repair_of_a_table_names_what_is_asked_of_whom_and_opens_it(asking):
    found = {gate: asking.top(gate)[0]["request"] for gate in ("locale", "rights", "fresh")}
    proofs = {one["request"]["fix"]["message"]["id"]: one["request"] for one in asking.top("proof")}
    told = {gate: [(one["ask"], one["to"], [each["id"] for each in one["about"]]) for one in request["asks"]]
            for gate, request in {**found, **proofs}.items()}  # fmt: skip

    hanoi = {"id": "mission:sample-hanoi"}
    assert told["locale"] == [("Put “A dish” into Vietnamese.", hanoi, ["asset:sample-dish"])]
    assert told["fresh"] == [("Look at the facts of “A dish” again.", hanoi, ["asset:sample-dish"])]
    assert told["message:sample-bare"] == [("Find a proof for “We rest”.", hanoi, ["message:sample-bare"])]
    again = "Look at “Old count” again, or find another proof for “We cook”."
    about = ["message:sample-cook", "proof:sample-old"]
    assert told["message:sample-cook"] == [(again, {"id": "mission:sample-seoul"}, about)]
    [(ask, to, about)] = told["rights"]
    assert ask.startswith("Ask to extend “Sample contract”: display, distribute in Vietnam, for culture, ")
    assert (to, about) == ({"id": "organisation:sample-studio"}, ["asset:sample-dish", "rightsgrant:sample-held"])
    assert found["rights"]["fix"]["use"] == {"territories": ["VN"], "purposes": ["CULTURE"]}
    assert found["locale"]["unlocks"] == "It adds an asset to 2 cells that are not covered."

    for request in (*found.values(), *proofs.values()):
        answer = asking.open(as_input(request["fix"]))
        assert answer["errors"] == []
        written = answer["requests"]
        assert [(one["name"], one["template"], one["addressee"]) for one in written] == [
            (one["ask"], one["template"], one["to"]) for one in request["asks"]
        ]
        assert [(one["due"], one["answered"], one["state"], one["marking"]) for one in written] == [
            (request["due"], "OPEN", "DRAFT", "INTERNAL")
        ]
        assert answer["opened"] == 1


def test_what_is_asked_already_is_asked_again_only_once_it_is_answered(asking):
    fix = {"kind": "TRANSLATE", "asset": "asset:sample-dish", "locale": "vi"}
    [first] = asking.open(fix)["requests"]
    again = asking.open(fix, Role.EDITOR, "id")
    assert (again["requests"], again["opened"]) == ([first], 0)
    assert (
        asking.open({**fix, "locale": "fr"}, locale="id")["requests"][0]["name"]
        == "Alihkan “A dish” ke bahasa Prancis."
    )

    asking.store.write(Batch((Put(first["id"], "Request", {"answered": "REFUSED"}, rev=1),), "the test"))
    other = asking.open(fix, key="twice")
    assert other["opened"] == 1
    assert other["requests"][0]["id"] != first["id"]
    asking.store.write(Batch((Put(other["requests"][0]["id"], "Request", {"answered": "DONE"}, rev=1),), "the test"))
    repeated = asking.open(fix, key="twice")
    assert [one["id"] for one in repeated["requests"]] == [other["requests"][0]["id"]]
    assert (repeated["opened"], repeated["repeated"]) == (0, True)


class Meanwhile:
    """A store in which something else happens just before the first write that is no dry run."""

    def __init__(self, store: Any, happens: Callable[[], object]) -> None:
        self._store, self._happens = store, [happens]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, batch: Batch, *, dry_run: bool = False) -> Any:
        if self._happens and not dry_run:
            self._happens.pop()()
        return self._store.write(batch, dry_run=dry_run)


def _noted(told: list[Any], asking: Asking, fix: dict[str, Any]) -> None:
    told.append(asking.open(fix))


def test_of_two_who_ask_the_same_at_once_one_finds_the_request_of_the_other(asking, any_store, contract):
    fix = {"kind": "TRANSLATE", "asset": "asset:sample-dish", "locale": "vi"}
    for answered in ("DONE", None):
        first: list[Any] = []
        slower = Asking(Meanwhile(any_store, partial(_noted, first, asking, fix)), contract)
        second = slower.open(fix, Role.EDITOR)
        assert (first[0]["opened"], second["opened"], second["errors"]) == (1, 0, [])
        [request] = first[0]["requests"]
        assert [one["id"] for one in second["requests"]] == [request["id"]]
        if answered:
            asking.store.write(Batch((Put(request["id"], "Request", {"answered": answered}, rev=1),), "the test"))
    drafts = replace(asking.caller(Role.EDITOR), viewer=asking.caller(Role.EDITOR).writer.viewer)
    counted = asking.executor.execute(Request("{ requests { totalCount } }", None, {}), drafts)
    assert counted.data["requests"] == {"totalCount": 2}


UNLOCK = """mutation($use: RightsUseInput!, $due: Date, $key: String) {
  openRequest(asset: "asset:sample-dish", use: $use, due: $due, idempotencyKey: $key) {
    requests { id } opened repeated errors { path code } } }"""


def _unlocked(told: list[Any], asking: Asking, given: dict[str, Any]) -> None:
    told.append(asking.ask(UNLOCK, **given)["openRequest"])


def test_of_two_who_ask_for_the_same_right_at_once_one_finds_the_request_of_the_other(asking, any_store, contract):
    use = {"territories": ["FR"], "purposes": ["NEWS"]}
    first: list[Any] = []
    slower = Asking(Meanwhile(any_store, partial(_unlocked, first, asking, {"use": use})), contract)
    second = slower.ask(UNLOCK, Role.EDITOR, use=use)["openRequest"]
    [request] = first[0]["requests"]
    assert first[0] == {"requests": [request], "opened": 1, "repeated": False, "errors": []}
    assert second == {"requests": [request], "opened": 0, "repeated": False, "errors": []}

    # Whoever asks for it as a repair finds it, too; another day is no other request.
    by_fix = asking.open({"kind": "RIGHTS", "asset": "asset:sample-dish", "use": use}, due="2099-01-15")
    assert ([one["id"] for one in by_fix["requests"]], by_fix["opened"]) == ([request["id"]], 0)


def test_a_key_of_a_right_that_is_asked_for_stands_for_one_question(asking):
    given = {"use": {"territories": ["FR"], "purposes": ["NEWS"]}, "key": "mine"}
    first = asking.ask(UNLOCK, **given)["openRequest"]
    assert asking.ask(UNLOCK, **given)["openRequest"] == {**first, "opened": 0, "repeated": True}

    other = asking.ask(UNLOCK, **{**given, "due": "2099-01-01"})["openRequest"]
    refused = [{"path": "idempotencyKey", "code": "KEY_REUSED"}]
    assert other == {"requests": [], "opened": 0, "repeated": False, "errors": refused}


def test_what_would_unlock_a_use_is_asked_for_by_what_the_check_names(asking):
    text = f"""query($use: RightsUseInput!) {{
      rightsCheck(assets: ["asset:sample-dish", "asset:sample-sealed"], use: $use) {{
      unlock {{ request {{ {ASK} asks {{ ask to {{ id }} about {{ id }} template }} }} }} }} }}"""
    use = {"territories": ["FR"], "purposes": ["NEWS"], "starts": "2099-02-01", "ends": "2099-03-01"}
    dish, sealed = asking.ask(text, use=use)["rightsCheck"]
    assert sealed["unlock"] is None
    request = dish["unlock"]["request"]
    assert request["unlocks"] == "“A dish” may then be used so."
    [ask] = request["asks"]
    assert ask["ask"] == (
        "Ask to extend “Sample contract”: display, distribute in France, for news, without paid reach, "
        "from 1 February 2099 on, until 1 March 2099."
    )
    opened = asking.open({"kind": "RIGHTS", "asset": "asset:sample-dish", "use": use}, due="2099-01-15")
    [written] = opened["requests"]
    assert (written["name"], written["due"], written["addressee"]) == (ask["ask"], "2099-01-15", ask["to"])
    # A use of no days is asked for longer than the day it is checked for.
    endless = asking.ask(text, use={"territories": ["FR"], "purposes": ["NEWS"]})["rightsCheck"][0]
    [named] = asking.open({"kind": "RIGHTS", "asset": "asset:sample-dish", "use": {"territories": ["FR"],
        "purposes": ["NEWS"]}})["requests"]  # fmt: skip
    assert endless["unlock"]["request"]["asks"][0]["ask"] == named["name"]


def test_a_request_is_seen_by_none_who_does_not_see_what_it_names(asking):
    fix = {"kind": "TRANSLATE", "asset": "asset:sample-sealed", "locale": "vi"}
    [written] = asking.open(fix, Role.EDITOR)["requests"]
    assert written["marking"] == "RESTRICTED"
    hidden = asking.open(fix)
    assert hidden["requests"] == []
    assert [(one["path"], one["code"]) for one in hidden["errors"]] == [("fix.asset", "UNKNOWN_ID")]

    mine = '{ mission(id: "mission:sample-hanoi") { requests { nodes { id } totalCount } } }'
    viewers = {role: replace(asking.caller(role), viewer=asking.caller(role).writer.viewer) for role in
               (Role.PLANNER, Role.EDITOR)}  # fmt: skip
    seen = {role: asking.executor.execute(Request(mine, None, {}), viewer).data["mission"]["requests"]
            for role, viewer in viewers.items()}  # fmt: skip
    assert seen[Role.PLANNER] == {"nodes": [], "totalCount": 0}
    assert seen[Role.EDITOR] == {"nodes": [{"id": written["id"]}], "totalCount": 1}


DISH = {"asset": "asset:sample-dish"}
NEEDLESS = (
    ({"kind": "TRANSLATE", **DISH, "locale": "en"}, ("fix", "BAD_VALUE")),
    ({"kind": "TRANSLATE", **DISH}, ("fix.locale", "BAD_VALUE")),
    ({"kind": "PUBLISH", **DISH}, ("fix", "BAD_VALUE")),
    ({"kind": "PUBLISH_TEXT", **DISH, "locale": "vi"}, ("fix", "BAD_VALUE")),
    ({"kind": "EXTEND", **DISH, "until": "2099-01-01"}, ("fix", "BAD_VALUE")),
    ({"kind": "REFRESH", "asset": "asset:sample-none"}, ("fix.asset", "UNKNOWN_ID")),
    ({"kind": "FIND_PROOF", "message": "message:sample-none"}, ("fix.message", "UNKNOWN_ID")),
    ({"kind": "RIGHTS", **DISH, "use": {"territories": ["ID"], "purposes": ["NEWS"]}}, ("fix", "BAD_VALUE")),
    ({"kind": "RIGHTS", **DISH, "use": {"territories": ["Atlantis"]}}, ("fix.use.territories", "BAD_VALUE")),
)


def test_where_nobody_has_to_be_asked_nothing_is_written(asking):
    before = asking.store.head().seq
    for fix, error in NEEDLESS:
        answer = asking.open(fix)
        assert answer["requests"] == []
        assert [(one["path"], one["code"]) for one in answer["errors"]] == [error]
    sound = {"kind": "TRANSLATE", **DISH, "locale": "vi"}
    assert [one["path"] for one in asking.open(sound, due="2020-01-01")["errors"]] == ["due"]
    previewed = asking.ask(PREVIEW, fix=sound)["openFixRequest"]
    assert previewed == {"asks": [{"ask": "Put “A dish” into Vietnamese."}], "requests": [], "opened": 0}
    assert asking.store.head().seq == before


def test_partners_and_the_public_are_told_of_nobody_to_ask_and_ask_nobody(asking):
    for role in (Role.PUBLIC, Role.PARTNER):
        only = 'filter: {locales: ["vi"]}'
        table = asking.ask(
            f"{{ coverage(rows: THEME, columns: LOCALE, {only}) {{ topFixes {{ request {{ due }} }} }} }}", role
        )
        assert table["coverage"]["topFixes"] == [{"request": None}]
        text = OPEN
        given = {"fix": {"kind": "TRANSLATE", "asset": "asset:sample-dish", "locale": "vi"}}
        refused = asking.executor.execute(Request(text, None, given), asking.caller(role))
        assert refused.errors
    assert asking.ask("{ requests { totalCount } }", Role.EDITOR)["requests"]["totalCount"] == 0
