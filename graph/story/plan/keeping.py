"""Plans that are kept: with the question, the answer and the log's sequence, so that what changed since can be told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from secrets import token_hex
from typing import Annotated, Any, Protocol, cast

import orjson

from graph.asking import REPEATED, Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.history.changes import LoggedChange, told
from graph.model import ANY, LEVEL
from graph.model.enums import Marking, Platform, State, Told, UsePurpose
from graph.store.batch import ActorKind, Batch, Put, Report, Which
from graph.store.ids import new_id
from graph.store.select import Shape, by_ids, shape_of
from graph.story.plan.answer import Story
from graph.story.plan.candidates import BeatRole
from graph.story.plan.planning import PlanStoryGiven, plan_story
from graph.story.plan.question import StoryQuestion, StoryWindow
from graph.story.refusing import unknown
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.settings import StoryWeights
from graph.story.wording import language_of, say

_MOST_CHANGES = 200
_PACKAGE = "graph.story.plan"
AssetId = Annotated[str, Of("Asset")]


class Planner(Protocol):
    """Who keeps plans."""

    @property
    def name(self) -> str: ...

    @property
    def plans(self) -> bool: ...


class PlanErrorCode(Told):
    """Why a plan was not kept."""

    FORBIDDEN = "FORBIDDEN", "Your role keeps no plans."
    BAD_VALUE = "BAD_VALUE", "What was asked makes no sense, or its name does not."
    KEY_REUSED = "KEY_REUSED", "The idempotency key stood for another write."


@dataclass(frozen=True, slots=True)
class SaveStoryPlanGiven:
    """What to plan and keep."""

    name: str = said("What the plan is called.")
    input: StoryQuestion = said("For whom, what for, where and when.")


@dataclass(frozen=True, slots=True)
class PlanError:
    """Why a plan was not kept."""

    path: str = said("The argument it is about.")
    code: PlanErrorCode = said("The same for programs.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class SaveStoryPlanResult:
    """What came of keeping a plan."""

    story_plan: Annotated[str, Of("StoryPlan")] | None = said("The plan as it is kept; null where it is not.")
    story: Story | None = said("The answer that is kept with it.")
    errors: tuple[PlanError, ...] = said("Why it was not kept; none where it was.")
    repeated: bool = said(REPEATED, False)


def save_story_plan(acting: Any, given: SaveStoryPlanGiven) -> SaveStoryPlanResult:
    """Plan on what is published and keep it; as secret as the most secret thing it names."""
    writer: Planner = acting.writer
    if not writer.plans:
        return _refused("", PlanErrorCode.FORBIDDEN, "Plans are kept by planners and editors. Ask one of them.")
    published = replace(acting.viewer, draft=-1, retired=-1)
    asking = Asking(acting.store, published, acting.locale, acting.surroundings)
    try:
        story = plan_story(asking, PlanStoryGiven(given.input))
    except InvalidValue as error:
        return _refused(error.path, PlanErrorCode.BAD_VALUE, str(error))
    answer = _plain(story)
    values = {
        "name": given.name,
        "question": _plain(given.input),
        "answer": answer,
        "made_at_seq": story.made_at_seq,
        "marking": _strictest(asking, answer),
        "state": State.PUBLISHED.value,
    }
    id = f"{new_id(acting.store.model.type('StoryPlan'), given.name)}-{token_hex(3)}"
    batch = Batch((Put(id, "StoryPlan", values, rev=0),), writer.name, ActorKind.PERSON, "A plan is kept", whole=True)
    acting.statements += asking.statements

    def told(report: Report) -> SaveStoryPlanResult:
        if report.refused:
            [first, *_] = report.refused
            return _refused(first.path, PlanErrorCode.BAD_VALUE, first.reason)
        return SaveStoryPlanResult(id, story, ())

    kept: SaveStoryPlanResult = acting.write(batch, told)
    return kept


def _refused(path: str, code: PlanErrorCode, message: str) -> SaveStoryPlanResult:
    return SaveStoryPlanResult(None, None, (PlanError(path, code, message),))


def _plain(value: Any) -> Any:
    """A dataclass as JSON holds it."""
    return orjson.loads(orjson.dumps(asdict(value)))


def _strictest(asking: Asking, answer: Any) -> str:
    """The strictest marking of what an answer names, at least INTERNAL."""
    ids = tuple(sorted(set(_ids(answer, set(asking.store.model.by_prefix)))))
    shape = Shape((("id", "id"), ("marking", "marking")))
    found = rows_of(asking.ask({"named": by_ids(ANY, ids, shape, limit=len(ids))})["named"]) if ids else []
    markings = [Marking.INTERNAL.value, *(str(row["marking"]) for row in found)]
    return max(markings, key=LEVEL.__getitem__)


def _ids(value: Any, prefixes: set[str]) -> Iterator[str]:
    """The ids anywhere in JSON."""
    if isinstance(value, str):
        if value.partition(":")[0] in prefixes and " " not in value and ":" in value:
            yield value
        return
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value).values()
    elif isinstance(value, list):
        inner = cast("Iterable[Any]", value)
    for each in inner:
        yield from _ids(each, prefixes)


@dataclass(frozen=True, slots=True)
class PlanDiffGiven:
    """Which plan."""

    id: Annotated[str, Of("StoryPlan")] = said("The plan.")


@dataclass(frozen=True, slots=True)
class PlanBeatChange:
    """A place of a plan that another asset takes now."""

    position: int = said("The place, from 1.")
    role: BeatRole = said("What it does in the story.")
    before: AssetId | None = said("What stood there.")
    after: AssetId | None = said("What stands there now.")
    why: str | None = said("Why what stood there may not be used now; null where it may.")
    changes: tuple[LoggedChange, ...] = said("What changed since on the ways of the two.")


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """What has changed since a plan was made."""

    plan: Annotated[str, Of("StoryPlan")] | None = said("The plan.")
    same: bool = said("Whether every place is taken as it was.")
    score_before: float = said("The score then.")
    score_now: float | None = said("The score now; null where it cannot be planned any more.")
    beats: tuple[PlanBeatChange, ...] = said("The places that another asset takes now.")
    changes: tuple[LoggedChange, ...] = said(
        f"What changed since on its ways, up to {_MOST_CHANGES}, the oldest first."
    )
    seq_before: int = said("The log's sequence it was made on.")
    seq_now: int = said("The log's sequence now.")
    refused: str | None = said("Why it cannot be planned any more; null where it can.")


def plan_diff(asking: Asking, given: PlanDiffGiven) -> PlanDiff:
    """Ask a plan's question again, and tell what is otherwise; raises InvalidValue where there is no such plan."""
    shape = shape_of("id", "question", "answer", "made_at_seq")
    row = one_of(asking.ask({"it": by_ids("StoryPlan", (given.id,), shape)})["it"])
    if row is None:
        raise unknown("plan", given.id, "id")
    before, then = row["answer"], int(row["made_at_seq"] or 0)
    refused: str | None = None
    now: Story | None = None
    try:
        now = plan_story(asking, PlanStoryGiven(question_of(row["question"])))
    except InvalidValue as error:
        refused = str(error)
    old, new = _paths(before), _paths(_plain(now)) if now else {}
    touched = tuple(sorted({id for beats in (old, new) for ids in beats.values() for id in ids}))
    log = asking.store.changes(then, _MOST_CHANGES, Which(touched)) if touched else ()
    asking.statements += bool(touched)
    shown = tuple(told(asking, log)) if log else ()
    beats = tuple(_beats(before, now, old, new, shown, _why_not(asking, before, now))) if now else ()
    return PlanDiff(
        given.id,
        now is not None and not beats,
        float(before["score"]),
        now.score if now else None,
        beats,
        shown,
        then,
        now.made_at_seq if now else asking.store.head().seq,
        refused,
    )


def _beats(
    before: Mapping[str, Any],
    now: Story,
    old: Mapping[int, set[str]],
    new: Mapping[int, set[str]],
    log: tuple[LoggedChange, ...],
    reasons: Mapping[str, str],
) -> Iterator[PlanBeatChange]:
    was = {int(beat["position"]): beat for beat in before["beats"]}
    stands = {beat.position: beat for beat in now.beats}
    for position in sorted({*was, *stands}):
        first = was[position]["asset"] if position in was else None
        second = stands[position].asset if position in stands else None
        if first != second:
            role = stands[position].role if position in stands else BeatRole(was[position]["role"])
            ways = old.get(position, set[str]()) | new.get(position, set[str]())
            changes = tuple(one for one in log if one.id in ways)
            yield PlanBeatChange(position, role, first, second, reasons.get(str(first)), changes)


def _why_not(asking: Asking, before: Mapping[str, Any], now: Story) -> dict[str, str]:
    """Why what stood in a plan may not be used now; what nothing is told of may be out of sight."""
    reasons = {str(one.asset): one.reason for one in now.rejected}
    stood = {str(beat["asset"]) for beat in before["beats"]} - {str(beat.asset) for beat in now.beats} - reasons.keys()
    if stood:
        there = asking.ask({"there": by_ids("Asset", tuple(sorted(stood)), shape_of("id"), limit=len(stood))})
        gone = say(_PACKAGE, language_of(asking.locale), "gone")
        reasons |= dict.fromkeys(stood - set(ids_of(there["there"])), gone)
    return reasons


def _paths(answer: Mapping[str, Any]) -> dict[int, set[str]]:
    """What each beat's way passes, by its position."""
    return {
        int(beat["position"]): {
            beat["asset"],
            *(step[end] for step in beat["because"]["path"] for end in ("from_", "to")),
        }
        for beat in answer["beats"]
    }


def question_of(kept: Mapping[str, Any]) -> StoryQuestion:
    """A question as it was kept."""
    told: dict[str, Any] = {
        **kept,
        "window": StoryWindow(**{name: date.fromisoformat(day) for name, day in kept["window"].items()}),
        "channels": tuple(Platform(one) for one in kept["channels"]),
        "purpose": UsePurpose(kept["purpose"]),
        "weights": StoryWeights(**kept["weights"]),
    }
    return StoryQuestion(**told)


SAVE_STORY_PLAN = Question(
    "save_story_plan",
    "Plan a story and keep it with the sequence of the log it was made on. For planners and editors.",
    SaveStoryPlanGiven,
    SaveStoryPlanResult,
    save_story_plan,
    lambda given: given.input.max_beats * 30 + given.input.rejected + 60,
    once=True,
)
PLAN_DIFF = Question(
    "plan_diff",
    "What has changed since a plan was made: its question asked again, and the changes on its ways.",
    PlanDiffGiven,
    PlanDiff,
    plan_diff,
    lambda _given: 400,
)
