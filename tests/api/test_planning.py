"""Planning over GraphQL, on the demonstration as a planner sees it in November 2026."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api.cli.demonstration import PLAN as KEPT
from api.cli.demonstration import load_demo
from api.doors.viewers import viewer_of, writer_of
from api.plan import Caller, Executor, Request
from api.roles import Role
from api.schema import build_contract
from api.settings import Settings
from api.wiring import opened
from graph.model import MODEL
from graph.store.batch import Batch, Move, Put
from graph.store.select import Viewer, by_ids, shape_of
from graph.store.visibility import SYSTEM
from tests.api.conftest import Counted

NOW = int(datetime(2026, 11, 25, 9, tzinfo=UTC).timestamp() * 1000)
PLANNER = Viewer(live=2, draft=-1, retired=-1, now=NOW)
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=NOW)
HANOI = {
    "goal": "goal:known-for-culture",
    "audience": "audience:vn-home-cooks",
    "locale": "vi",
    "window": {"from": "2026-12-07", "to": "2026-12-20"},
}
PLAN = """query Plan($input: StoryQuestionInput!) { planStory(input: $input) {
  score narrative { id }
  beats { position role asset { id title(locale: "vi") } because { sentence reach claim
    path { from { id } type to { id } source { title } confidence } }
    checks { rights { verdict until } locale { state } fatigue { verdict nextFreeDate } sensitivity { open { id } } } }
  rejected { asset { id } gate fix { kind cost } }
  missing { slot why nearest { id } }
  evidence { sourced assumed sample } robustness { tried held } toFill { csv }
  settings { weights { fatigue } candidates }
} }"""


@pytest.fixture
def demo(demonstration) -> Any:
    """An answer on the demonstration, or the refusals, and what the store was asked."""
    counted = Counted(demonstration.store)
    executor = Executor(build_contract(MODEL), counted)

    def demo(text: str, viewer: Viewer = PLANNER, **variables: Any) -> Any:
        counted.statements.clear()
        outcome = executor.execute(Request(text, None, variables), Caller(viewer, "en"))
        return outcome.data or [error.message for error in outcome.errors], len(counted.statements)

    return demo


def test_a_plan_for_hanoi_names_what_clashes_and_what_is_to_be_translated(demo):
    found, statements = demo(PLAN, input=HANOI)
    story = found["planStory"]
    assert statements == 5, "four of the plan, and one for all that it names"
    rejected = {one["asset"]["id"]: (one["gate"], one["fix"]["kind"]) for one in story["rejected"]}
    assert rejected["asset:tempe"] == ("CLASH", "COORDINATE")
    assert rejected["asset:tumpeng"] == ("LOCALE", "TRANSLATE")
    assert all(one["asset"]["id"] not in rejected for one in story["beats"])


def test_what_a_gate_keeps_out_says_whom_to_ask_before_the_story_begins(demo):
    text = PLAN.replace(
        "fix { kind cost }", "fix { request { fix { kind locale campaign { id } } due asks { ask to { id } } } }"
    )
    found, statements = demo(text, input=HANOI)
    assert statements == 5
    asked = {one["asset"]["id"]: one["fix"]["request"] for one in found["planStory"]["rejected"]}
    tumpeng, tempe = asked["asset:tumpeng"], asked["asset:tempe"]
    assert tumpeng["fix"] == {"kind": "TRANSLATE", "locale": "vi", "campaign": None}
    assert (tumpeng["due"], tempe["due"]) == ("2026-12-06", "2026-12-02")
    assert tempe["fix"] == {"kind": "COORDINATE", "locale": None, "campaign": {"id": "campaign:slow-table-hanoi"}}
    [ask] = tempe["asks"]
    assert ask["ask"].startswith("Agree with “")
    assert ask["to"] == {"id": "mission:kbri-hanoi"}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ('fatigue(asset: "asset:rendang", audience: "audience:vn-home-cooks", on: "0026-12-07") { on }', "on"),
        ('desk(mission: "mission:kbri-hanoi", from: "9999-12-31") { ends }', "from"),
        ('collisions(country: "country:vn", from: "0001-01-01", to: "0001-01-02") { campaigns }', "from"),
        ('coverage(rows: MESSAGE, columns: AUDIENCE, on: "9999-12-31") { totals { thin } }', "on"),
    ],
)
def test_a_slip_in_the_year_is_refused_by_its_place(demo, question, path):
    [refused], _ = demo(f"{{ {question} }}")
    assert refused.startswith(f"{path}: ")
    assert refused.endswith(" is not in the years 1900 to 2199. Mend the year.")


def test_a_plan_for_the_own_campaign_tells_its_story(demo):
    found, _ = demo(PLAN, input=HANOI | {"campaign": "campaign:slow-table-hanoi", "avoidRepeatsDays": 10})
    story = found["planStory"]
    assert [one["role"] for one in story["beats"]][:2] == ["HOOK", "CONTEXT"]
    hook = story["beats"][0]
    assert hook["asset"] == {"id": "asset:kimjang", "title": "Kimjang, mùa muối kim chi"}
    assert "“Home cooks in Hanoi” care about Slow food (weight 0.9" in hook["because"]["sentence"]
    assert hook["because"]["path"][0]["from"] == {"id": "audience:vn-home-cooks"}
    assert hook["because"]["path"][-1]["to"] == {"id": "goal:known-for-culture"}
    assert hook["checks"]["rights"]["verdict"] == "ALLOWED_WITH_DUTIES"
    assert story["robustness"]["tried"] >= story["robustness"]["held"] > 0


def test_the_public_is_told_of_no_goal(demo):
    found, _ = demo(PLAN, PUBLIC, input=HANOI)
    assert found == ['input.goal: There is no goal with the id "goal:known-for-culture".']


HOUSE = """{ messageHouse(narrative: "narrative:open-islands") { strength
  storeys { narrative { id }
    messages { message { id } strength weakestLink { kind detail } proofs { proof { id } holds } } }
  debt { messagesWithoutProof staleProofs contradictions { a { id } b { id } } } } }"""
TRACE = """{ goalTrace(goal: "goal:trade-with-makers") { breaksAt highestRung steps { step count }
  readings { campaign { id } indicator { id } value reached rung } } }"""


def test_the_house_of_the_open_islands_names_its_message_without_proof_and_its_stale_survey(demo):
    found, statements = demo(HOUSE)
    house = found["messageHouse"]
    assert statements == 3
    assert house["debt"] == {"messagesWithoutProof": 1, "staleProofs": 1, "contradictions": []}
    [storey] = house["storeys"]
    weak = {one["message"]["id"]: one["weakestLink"]["kind"] for one in storey["messages"]}
    assert weak == {"message:sea-is-our-road": "NO_PROOF", "message:visit-with-care": "STALE_PROOF"}


def test_the_trace_of_trade_reads_what_came_of_gayo_in_seoul(demo):
    found, _ = demo(TRACE)
    trace = found["goalTrace"]
    assert (trace["breaksAt"], trace["highestRung"]) == (None, "OUTCOMES")
    gayo = next(one for one in trace["readings"] if one["campaign"] == {"id": "campaign:gayo-in-seoul"})
    assert (gayo["value"], gayo["reached"], gayo["rung"]) == (19.0, 0.727, "OUTCOMES")


SAVE = """mutation Save($input: StoryQuestionInput!) { saveStoryPlan(name: "A test", input: $input) {
  storyPlan { id name marking madeAtSeq } story { beats { position asset { id } } } errors { path code message } } }"""
DIFF = """query Diff($id: ID!) { planDiff(id: $id) { same scoreBefore scoreNow seqBefore seqNow refused
  beats { position role before { id } after { id } why changes { entity { id } } } changes { seq } } }"""


@pytest.fixture
def kept(demonstration_home, tmp_path) -> Any:
    """A copy of the demonstration that may be written to, asked by a role."""
    copy = shutil.copytree(demonstration_home, tmp_path / "home")
    with opened(Settings(home=copy)) as house:
        executor = Executor(build_contract(MODEL), house.store)

        def outcome(text: str, role: Role = Role.PLANNER, **variables: Any) -> Any:
            writer = writer_of(role, "somebody")
            writer = writer and replace(writer, viewer=replace(writer.viewer, now=NOW))
            return executor.execute(Request(text, None, variables), Caller(PLANNER, "en", None, writer))

        def kept(text: str, role: Role = Role.PLANNER, **variables: Any) -> Any:
            found = outcome(text, role, **variables)
            assert [error.message for error in found.errors] == []
            return next(iter((found.data or {}).values()))

        kept.outcome = outcome  # type: ignore[attr-defined]
        kept.store = house.store  # type: ignore[attr-defined]
        yield kept


def test_a_plan_is_kept_by_a_planner_and_tells_what_changed_since(kept):
    asked = HANOI | {"campaign": "campaign:slow-table-hanoi", "avoidRepeatsDays": 10}
    refused = kept(SAVE, Role.CREATOR, input=asked)
    assert (refused["storyPlan"], refused["errors"][0]["code"]) == (None, "FORBIDDEN")
    saved = kept(SAVE, input=asked)
    assert saved["errors"] == []
    plan = saved["storyPlan"]
    assert (plan["name"], plan["marking"], plan["madeAtSeq"]) == ("A test", "INTERNAL", kept.store.stats().seq - 1)
    assert saved["story"]["beats"][0] == {"position": 1, "asset": {"id": "asset:kimjang"}}
    assert kept(DIFF, id=plan["id"])["same"] is True

    kept.store.write(Batch((Put("asset:kimjang", "Asset", {"state": "IN_REVIEW"}),), "an editor"))

    diff = kept(DIFF, id=plan["id"])
    assert (diff["same"], diff["refused"]) == (False, None)
    [first, *_] = diff["beats"]
    assert (first["position"], first["role"], first["before"]) == (1, "HOOK", None), "a draft is out of sight"
    assert first["why"] == "What stood there is not published any more, or out of your sight."
    assert diff["seqNow"] == diff["seqBefore"] + 2
    assert diff["scoreNow"] < diff["scoreBefore"]


def test_the_plan_of_the_demonstration_lost_its_proof_to_a_campaign_that_was_entered_later(demo):
    found, _ = demo(DIFF, viewer_of(Role.PLANNER), id=KEPT)
    diff = found["planDiff"]
    assert (diff["same"], diff["refused"], diff["scoreNow"] < diff["scoreBefore"]) == (False, None, True)
    [beat] = diff["beats"]
    assert (beat["position"], beat["role"], beat["before"], beat["after"]) == (
        3,
        "PROOF",
        {"id": "asset:dakgalbi"},
        None,
    )
    assert beat["why"] == (
        "“One Kitchen in Hanoi” shows it to the same audience until 20 December 2026 (run by Embassy of Korea, Hanoi)."
    )
    assert beat["changes"] == [{"entity": {"id": "campaign:one-kitchen-premiere"}}]


def test_the_plan_of_the_demonstration_is_kept_once_however_often_it_is_loaded(home):
    with opened(Settings(home=home)) as house:
        load_demo(house)
        first = house.store.head()
        load_demo(house)
        assert house.store.head() == first


def test_why_an_asset_left_a_plan_is_told_however_few_rejected_ones_the_plan_showed(kept):
    plan = kept(SAVE, input=HANOI | {"avoidRepeatsDays": 10, "rejected": 0})["storyPlan"]
    kept.store.write(Batch((Put("asset:kopi-gayo", "Asset", {"marking": "INTERNAL"}),), "an editor"))

    [beat] = [one for one in kept(DIFF, id=plan["id"])["beats"] if one["before"] == {"id": "asset:kopi-gayo"}]
    assert beat["why"].startswith("It is marked internal")


def test_an_asset_from_which_no_way_leads_to_the_goal_any_more_is_told_of(kept):
    plan = kept(SAVE, input=HANOI | {"avoidRepeatsDays": 10})["storyPlan"]
    without = Put("asset:kopi-gayo", "Asset", {}, {"themes": (), "messages": ()})
    assert kept.store.write(Batch((without,), "an editor")).refused == ()

    [beat] = [one for one in kept(DIFF, id=plan["id"])["beats"] if one["before"] == {"id": "asset:kopi-gayo"}]
    assert beat["why"] == "No complete way leads from what stood there to the goal any more."


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"question": {}, "answer": {}},
        {"question": {"goal": 5}, "answer": {"beats": [], "score": 1}, "made_at_seq": 3},
        {"question": [1], "answer": [], "made_at_seq": 1},
    ],
)
def test_a_plan_that_was_written_by_another_hand_is_refused(kept, values):
    written = Put("storyplan:odd", "StoryPlan", {"name": "Odd", "marking": "INTERNAL", "state": "PUBLISHED", **values})
    assert kept.store.write(Batch((written,), "an editor")).refused == ()

    [told] = kept.outcome(DIFF, id="storyplan:odd").errors
    reason = 'id: "storyplan:odd" was not kept by saveStoryPlan, so that there is nothing to compare.'
    assert told.message == f"{reason} Plan it anew, and keep that."


def test_a_plan_whose_answer_lacks_a_part_is_refused(kept):
    [row] = kept.store.ask(SYSTEM, {"it": by_ids("StoryPlan", (KEPT,), shape_of("id", "answer"))})["it"]["rows"]
    beats = [{**beat, "because": None} for beat in row["answer"]["beats"]]
    assert (
        kept.store.write(Batch((Put(KEPT, "StoryPlan", {"answer": {**row["answer"], "beats": beats}}),))).refused == ()
    )

    assert "was not kept by saveStoryPlan" in kept.outcome(DIFF, id=KEPT).errors[0].message


def test_what_is_called_otherwise_since_is_found_by_the_id_that_it_bore(kept):
    def rename(old: str, new: str) -> None:
        assert kept.store.write(Batch((), "an editor", moves=(Move(old, new),))).refused == ()

    before = kept(DIFF, id=KEPT)
    planned = kept(PLAN, input=HANOI)
    rename("goal:known-for-culture", "goal:culture")
    rename("asset:kimjang", "asset:kimjang-season")
    rename("storyplan:slow-table-hanoi", "storyplan:slow-table")

    again = kept(PLAN, input=HANOI)
    assert [one["role"] for one in again["beats"]] == [one["role"] for one in planned["beats"]]
    after = kept(DIFF, id=KEPT)
    assert [one["position"] for one in after["beats"]] == [one["position"] for one in before["beats"]] == [3]
    assert (after["refused"], after["scoreNow"]) == (None, before["scoreNow"])
    asked = "asset { id } verdict"
    check = f'query {{ rightsCheck(assets: ["asset:kimjang"], use: {{territories: ["VN"]}}) {{ id {asked} }} }}'
    [found] = kept(check)
    assert (found["id"], found["asset"]) == ("asset:kimjang", {"id": "asset:kimjang-season"})


def test_a_former_id_does_not_tell_what_it_leads_to_where_that_is_out_of_sight(demonstration_home, tmp_path):
    copy = shutil.copytree(demonstration_home, tmp_path / "home")
    with opened(Settings(home=copy)) as house:
        assert (
            house.store.write(Batch((), "an editor", moves=(Move("goal:known-for-culture", "goal:b"),))).refused == ()
        )
        executor = Executor(build_contract(MODEL), house.store)
        for goal in ("goal:known-for-culture", "goal:none"):
            text = f'{{ goalTrace(goal: "{goal}") {{ breaksAt }} }}'
            outcome = executor.execute(Request(text, None, {}), Caller(PUBLIC, "en"))
            assert [error.message for error in outcome.errors] == [f'goal: There is no goal with the id "{goal}".']
