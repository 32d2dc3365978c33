"""Planning over GraphQL, on the demonstration as a planner sees it in November 2026."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.plan import Caller, Executor, Request
from api.schema import build_contract
from graph.model import MODEL
from graph.store.select import Viewer
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
