"""What has changed since a plan was kept: its question asked again, and the changes of the log that tell why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import index
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.history.changes import LoggedChange, told
from graph.leading import following
from graph.model.enums import Platform, UsePurpose
from graph.sentence import sentence
from graph.store.batch import Which
from graph.store.moved import moved_to
from graph.store.select import by_ids, shape_of
from graph.story.plan.answer import AssetId, Story
from graph.story.plan.candidates import BeatRole
from graph.story.plan.keeping import plain
from graph.story.plan.planning import drafted, in_words
from graph.story.plan.question import MOST_REJECTED, StoryQuestion, StoryWindow
from graph.story.refusing import unknown
from graph.story.rows import ids_of, one_of
from graph.story.settings import StoryWeights
from graph.story.wording import language_of, say

_MOST_CHANGES = 200
_PACKAGE = "graph.story.plan"


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
    why: str | None = said(
        "Why what stood there may not be used now; null where it may, and something else scores more."
    )
    changes: tuple[LoggedChange, ...] = said(
        "What changed since on the ways of the two, and of what stands against the first now."
    )


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """What has changed since a plan was made."""

    plan: Annotated[str, Of("StoryPlan")] | None = said("The plan.")
    same: bool = said("Whether every place is taken as it was.")
    score_before: float = said("The score then.")
    score_now: float | None = said("The score now; null where it cannot be planned any more.")
    beats: tuple[PlanBeatChange, ...] = said("The places that another asset takes now.")
    changes: tuple[LoggedChange, ...] = said(
        f"What changed since on its ways, and of what stands against them, up to {_MOST_CHANGES}, the oldest first."
    )
    seq_before: int = said("The log's sequence it was made on.")
    seq_now: int = said("The log's sequence now.")
    refused: str | None = said("Why it cannot be planned any more; null where it can.")


def plan_diff(asking: Asking, given: PlanDiffGiven) -> PlanDiff:
    """Ask a plan's question again, and tell what is otherwise.

    Raises InvalidValue where there is no such plan, or where it is not kept as plans are.
    """
    shape = shape_of("id", "question", "answer", "made_at_seq")
    row = one_of(asking.ask({"it": by_ids("StoryPlan", (given.id,), shape)})["it"])
    if row is None:
        raise unknown("plan", given.id, "id")
    question, before, then = _kept(row)
    refused: str | None = None
    now: Story | None = None
    led = set[str]()
    try:
        # Why what stood there may not be used is looked for among all that is told, however few the plan showed.
        asked = replace(question, rejected=MOST_REJECTED)
        draft, seq = following(asking, asked, lambda one: drafted(asking, one))
        now, led = in_words(draft, seq), {one.asset for one in draft.all}
        before = _as_called_now(asking, before, now)
    except InvalidValue as error:
        refused = str(error)
    old, new = _paths(before), _paths(plain(now)) if now else {}
    against = _against(before, now) if now else {}
    touched = tuple(sorted({id for found in (old, new, against) for ids in found.values() for id in ids}))
    log = asking.store.changes(then, _MOST_CHANGES, Which(touched)) if touched else ()
    asking.statements += bool(touched)
    shown = tuple(told(asking, log)) if log else ()
    ways = {one: old.get(one, set[str]()) | new.get(one, set[str]()) for one in (*old, *new)}
    reasons = _why_not(asking, before, now, led) if now else {}
    beats = tuple(_beats(before, now, ways, against, shown, reasons)) if now else ()
    return PlanDiff(
        given.id,
        now is not None and not beats,
        before["score"],
        now.score if now else None,
        beats,
        shown,
        then,
        now.made_at_seq if now else asking.store.head().seq,
        refused,
    )


def _kept(row: Mapping[str, Any]) -> tuple[StoryQuestion, Mapping[str, Any], int]:
    """A plan's question, its answer, and the sequence it was made on.

    Raises InvalidValue where it was not kept by saveStoryPlan: a plan may be written by any hand, in any form.
    """
    try:
        question, answer = question_of(row["question"]), row["answer"]
        for beat in answer["beats"]:
            BeatRole(beat["role"])
        _paths(answer)
        return question, {**answer, "score": float(answer["score"])}, int(row["made_at_seq"])
    except (AttributeError, KeyError, TypeError, ValueError):
        told = sentence('"{id}" was not kept by saveStoryPlan, so that there is nothing to compare.', id=row["id"])
        raise InvalidValue(told, path="id", cure=sentence("Plan it anew, and keep that.")) from None


def _as_called_now(asking: Asking, before: Mapping[str, Any], now: Story) -> Mapping[str, Any]:
    """An answer as it was kept, with the assets that are called otherwise since by the ids that they bear now."""
    lost = {str(beat["asset"]) for beat in before["beats"]} - {str(beat.asset) for beat in now.beats}
    asking.statements += bool(lost)
    leads = moved_to(asking.store, lost) if lost else {}
    beats = [{**beat, "asset": leads.get(beat["asset"], beat["asset"])} for beat in before["beats"]]
    return {**before, "beats": beats}


def _beats(
    before: Mapping[str, Any],
    now: Story,
    ways: Mapping[int, set[str]],
    against: Mapping[str, set[str]],
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
            touched = ways[position] | against.get(str(first), set[str]())
            changes = tuple(one for one in log if one.id in touched)
            yield PlanBeatChange(position, role, first, second, reasons.get(str(first)), changes)


def _against(before: Mapping[str, Any], now: Story) -> dict[str, set[str]]:
    """What stands against each asset of a plan that may not be used now, as a campaign or a grant."""
    stood = {str(beat["asset"]) for beat in before["beats"]}
    return {
        str(one.asset): {str(id) for ask in one.fix.request.asks for id in ask.about}
        for one in now.rejected
        if str(one.asset) in stood and one.fix.request
    }


def _why_not(asking: Asking, before: Mapping[str, Any], now: Story, led: set[str]) -> dict[str, str]:
    """Why what stood in a plan may not be used now; what nothing is told of may be out of sight.

    From what is `led` a way leads to the goal.
    """
    reasons = {str(one.asset): one.reason for one in now.rejected}
    stood = {str(beat["asset"]) for beat in before["beats"]} - {str(beat.asset) for beat in now.beats} - reasons.keys()
    if stood:
        there = asking.ask({"there": by_ids("Asset", tuple(sorted(stood)), shape_of("id"), limit=len(stood))})
        gone, no_way = (say(_PACKAGE, language_of(asking.locale), key) for key in ("gone", "no_way"))
        seen = set(ids_of(there["there"]))
        reasons |= {**dict.fromkeys(stood - seen, gone), **dict.fromkeys((stood & seen) - led, no_way)}
    return reasons


def _paths(answer: Mapping[str, Any]) -> dict[int, set[str]]:
    """What each beat's way passes, by its position."""
    return {
        int(beat["position"]): {
            str(beat["asset"]),
            *(str(step[end]) for step in beat["because"]["path"] for end in ("from_", "to")),
        }
        for beat in answer["beats"]
    }


def question_of(kept: Mapping[str, Any]) -> StoryQuestion:
    """A question as it was kept; what was not kept as one raises TypeError, KeyError, ValueError or AttributeError."""
    told: dict[str, Any] = {
        **kept,
        **{name: _text(kept[name]) for name in ("goal", "audience")},
        **{name: _text(kept[name]) for name in ("country", "campaign", "locale") if kept.get(name) is not None},
        **{name: index(kept[name]) for name in ("max_beats", "avoid_repeats_days", "rejected")},
        "window": StoryWindow(**{name: date.fromisoformat(day) for name, day in kept["window"].items()}),
        "channels": tuple(Platform(one) for one in kept["channels"]),
        "purpose": UsePurpose(kept["purpose"]),
        "weights": StoryWeights(**{name: float(weight) for name, weight in kept["weights"].items()}),
    }
    return StoryQuestion(**told)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


PLAN_DIFF = Question(
    "plan_diff",
    "What has changed since a plan was made: its question asked again, and the changes on its ways.",
    PlanDiffGiven,
    PlanDiff,
    plan_diff,
    lambda _given: 400,
)
