"""Plans that are kept: with the question, the answer and the log's sequence, so that what changed since can be told."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from secrets import token_hex
from typing import Annotated, Any, Protocol, cast

import orjson

from graph.asking import REPEATED, Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.leading import following
from graph.model import ANY, LEVEL, Model
from graph.model.enums import Marking, State, Told
from graph.store.batch import ActorKind, Batch, Put, Report
from graph.store.ids import new_id, type_of
from graph.store.select import Shape, by_ids
from graph.story.plan.answer import Story
from graph.story.plan.planning import PlanStoryGiven, plan_story
from graph.story.plan.question import StoryQuestion
from graph.story.rows import rows_of


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
    asking = Asking(acting.store, acting.viewer, acting.locale, acting.surroundings)
    try:
        put, story = following(asking, given, lambda one: planned(asking, one))
    except InvalidValue as error:
        return _refused(error.path, PlanErrorCode.BAD_VALUE, str(error))
    batch = Batch((put,), writer.name, ActorKind.PERSON, "A plan is kept", whole=True)
    acting.statements += asking.statements

    def told(report: Report) -> SaveStoryPlanResult:
        if report.refused:
            [first, *_] = report.refused
            return _refused(first.path, PlanErrorCode.BAD_VALUE, first.reason)
        return SaveStoryPlanResult(put.id, story, ())

    kept: SaveStoryPlanResult = acting.write(batch, told)
    return kept


def planned(asking: Asking, given: SaveStoryPlanGiven) -> tuple[Put, Story]:
    """A plan on what is published as it is kept, under a new id, and the answer in it; raises InvalidValue."""
    published = replace(asking, viewer=replace(asking.viewer, draft=-1, retired=-1))
    story = plan_story(published, PlanStoryGiven(given.input))
    answer = plain(story)
    values = {
        "name": given.name,
        "question": plain(given.input),
        "answer": answer,
        "made_at_seq": story.made_at_seq,
        "marking": _strictest(published, answer),
        "state": State.PUBLISHED.value,
    }
    asking.statements = published.statements
    id = f"{new_id(asking.store.model.type('StoryPlan'), given.name)}-{token_hex(3)}"
    return Put(id, "StoryPlan", values, rev=0), story


def _refused(path: str, code: PlanErrorCode, message: str) -> SaveStoryPlanResult:
    return SaveStoryPlanResult(None, None, (PlanError(path, code, message),))


def plain(value: Any) -> Any:
    """A dataclass as JSON holds it."""
    return orjson.loads(orjson.dumps(asdict(value)))


def _strictest(asking: Asking, answer: Any) -> str:
    """The strictest marking of what an answer names, at least INTERNAL."""
    ids = tuple(sorted(set(_ids(answer, asking.store.model))))
    shape = Shape((("id", "id"), ("marking", "marking")))
    found = rows_of(asking.ask({"named": by_ids(ANY, ids, shape, limit=len(ids))})["named"]) if ids else []
    markings = [Marking.INTERNAL.value, *(str(row["marking"]) for row in found)]
    return max(markings, key=LEVEL.__getitem__)


def _ids(value: Any, model: Model) -> Iterator[str]:
    """The ids anywhere in JSON."""
    if isinstance(value, str):
        if type_of(model, value) is not None:
            yield value
        return
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value).values()
    elif isinstance(value, list):
        inner = cast("Iterable[Any]", value)
    for each in inner:
        yield from _ids(each, model)


SAVE_STORY_PLAN = Question(
    "save_story_plan",
    "Plan a story and keep it with the sequence of the log it was made on. For planners and editors.",
    SaveStoryPlanGiven,
    SaveStoryPlanResult,
    save_story_plan,
    lambda given: given.input.max_beats * 30 + given.input.rejected + 60,
    once=True,
)
