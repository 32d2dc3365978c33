"""What came of a goal: from its narratives to what was measured, honest about every step that is empty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model import ANY
from graph.model.enums import Rung, Told
from graph.store.select import Cmp, Or, Order, Rel, Select, Shape, by_ids, shape_of
from graph.story import wording
from graph.story.plan.fetching import to
from graph.story.refusing import unknown
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.wording import language_of

_MOST, _SHOWN, _LEVELS = 200, 50, 3
_RUNGS = tuple(Rung)
_ID = shape_of("id")
Anything = Annotated[str, Of(ANY)]


class TraceStepKind(Told):
    """The steps from a goal to what was measured."""

    NARRATIVES = "NARRATIVES", "Narratives that serve the goal, and their parts."
    MESSAGES = "MESSAGES", "Their messages."
    CAMPAIGNS = "CAMPAIGNS", "Campaigns that serve the goal or tell those."
    PLACEMENTS = "PLACEMENTS", "What was placed of campaigns and messages."
    INDICATORS = "INDICATORS", "By what campaigns are measured."
    MEASUREMENTS = "MEASUREMENTS", "What was measured of campaigns and placements."


@dataclass(frozen=True, slots=True)
class GoalTraceGiven:
    """Which goal."""

    goal: Annotated[str, Of("Goal")] = said("The goal.")


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the way from a goal to what was measured."""

    step: TraceStepKind = said("Which one.")
    count: int = said("How many there are.")
    entities: tuple[Anything, ...] = said(f"Up to {_SHOWN} of them.")
    empty: str | None = said("Why there is nothing; null where there is something.")


@dataclass(frozen=True, slots=True)
class TraceReading:
    """An indicator of a campaign: where it started, where it is to arrive, and what was read last."""

    campaign: Annotated[str, Of("Campaign")] | None = said("The campaign.")
    indicator: Annotated[str, Of("Indicator")] | None = said("The indicator.")
    baseline: float | None = said("The value at the start.")
    target: float | None = said("The value to reach.")
    latest: Annotated[str, Of("Measurement")] | None = said("The last reading; null where it was never read.")
    value: float | None = said("The value read last.")
    at: date | None = said("The day it was read.")
    rung: Rung | None = said("The rung of the reading on AMEC's ladder.")
    reached: float | None = said(
        "The share of the way from baseline to target; null where one of the three is missing."
    )


@dataclass(frozen=True, slots=True)
class GoalTrace:
    """What came of a goal."""

    goal: Annotated[str, Of("Goal")] | None = said("The goal.")
    steps: tuple[TraceStep, ...] = said("From narratives to measurements.")
    readings: tuple[TraceReading, ...] = said("Each indicator of each campaign.")
    highest_rung: Rung | None = said("The highest rung that anything was measured on; views are no impact.")
    breaks_at: TraceStepKind | None = said("The first step that is empty; null where the way is whole.")


def goal_trace(asking: Asking, given: GoalTraceGiven) -> GoalTrace:
    """The way from a goal to what was measured, by three questions; raises InvalidValue where there is no such goal."""
    goal = one_of(asking.ask({"it": by_ids("Goal", (given.goal,), _TREE)})["it"])
    if goal is None:
        raise unknown("goal", given.goal, "goal")
    told = {str(row["id"]): row["messages"] for row in _narratives(goal, "narratives")}
    narratives = tuple(told)
    messages = tuple(sorted(id for answer in told.values() for id in ids_of(answer)))[:_MOST]
    telling = Cmp("id", "in", (*narratives, *messages))
    serving = Or((Rel("some", "goals", Cmp("id", "eq", given.goal)), Rel("some", "tells", telling)))
    running = Select("Campaign", _CAMPAIGN, serving, (Order("id"),), limit=_MOST, total=True)
    campaigns = asking.ask({"it": running})["it"]
    of_campaign = Cmp("id", "in", ids_of(campaigns))
    posted = Or((Rel("some", "campaign", of_campaign), Rel("some", "of", Cmp("id", "in", messages))))
    latest = (Order("at", descending=True), Order("id"))
    placed = Select("Placement", _PLACEMENT, posted, latest, limit=_MOST, total=True)
    read = Rel("some", "measures", of_campaign)
    readings = Select("Measurement", _READING, read, (Order("at"), Order("id")), limit=_MOST)
    last = asking.ask({"placements": placed, "measurements": readings})
    measured = [*rows_of(last["measurements"])]
    measured += [reading for row in rows_of(last["placements"]) for reading in rows_of(row["measurements"])]
    indicators = [each for row in rows_of(campaigns) for each in rows_of(row["indicators"])]
    found = {
        TraceStepKind.NARRATIVES: (len(narratives), narratives),
        TraceStepKind.MESSAGES: (sum(_total(answer) for answer in told.values()), messages),
        TraceStepKind.CAMPAIGNS: (_total(campaigns), ids_of(campaigns)),
        TraceStepKind.PLACEMENTS: (_total(last["placements"]), ids_of(last["placements"])),
        TraceStepKind.INDICATORS: _counted(indicators),
        TraceStepKind.MEASUREMENTS: _counted(measured),
    }
    steps = tuple(_step(kind, count, ids, asking.locale) for kind, (count, ids) in found.items())
    rungs = [Rung(row["rung"]) for row in measured if row["rung"]]
    return GoalTrace(
        given.goal,
        steps,
        tuple(_readings(campaigns, rows_of(last["measurements"]))),
        max(rungs, key=_RUNGS.index, default=None),
        next((step.step for step in steps if not step.count), None),
    )


def _narrative(levels: int) -> Shape:
    """A narrative with its messages and, some levels down, its parts."""
    messages = to("messages", "Message", _ID, limit=_MOST, total=True)
    parts = {"parts": to("parts", "Narrative", _narrative(levels - 1), limit=_MOST)} if levels else {}
    return shape_of("id", messages=messages, **parts)


_TREE = shape_of("id", narratives=to("narratives", "Narrative", _narrative(_LEVELS), limit=_MOST))
_CAMPAIGN = shape_of(
    "id",
    indicators=to("indicators", "Indicator", _ID, ("baseline", "baseline"), ("target", "target"), limit=_MOST),
)
_READING = shape_of(
    "id", "value", "at", "rung", indicator=to("indicator", "Indicator", _ID), measures=to("measures", ANY, _ID)
)
_PLACEMENT = shape_of("id", measurements=to("measurements", "Measurement", _READING, limit=_SHOWN))


def _narratives(row: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    for each in rows_of(row.get(field)):
        yield each
        yield from _narratives(each, "parts")


def _total(answer: Any) -> int:
    found: int = answer["total"]
    return found


def _counted(found: list[dict[str, Any]]) -> tuple[int, tuple[str, ...]]:
    """Each once."""
    ids = tuple(dict.fromkeys(str(row["id"]) for row in found))
    return len(ids), ids


def _step(kind: TraceStepKind, count: int, ids: tuple[str, ...], locale: str | None) -> TraceStep:
    empty = None if count else wording.say("graph.story.house", language_of(locale), kind)
    return TraceStep(kind, count, ids[:_SHOWN], empty)


def _readings(campaigns: Any, measured: list[dict[str, Any]]) -> Iterator[TraceReading]:
    """Each indicator of each campaign with its last reading; the measured are in order of their days."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in measured:
        of, about = one_of(row["indicator"]), one_of(row["measures"])
        if of and about:
            last[about["id"], of["id"]] = row
    for campaign in rows_of(campaigns):
        for indicator in rows_of(campaign["indicators"]):
            read = last.get((campaign["id"], indicator["id"])) or {}
            baseline, target, value = indicator["baseline"], indicator["target"], read.get("value")
            whole = None not in (baseline, target, value) and target != baseline
            yield TraceReading(
                campaign["id"],
                indicator["id"],
                baseline,
                target,
                read.get("id"),
                value,
                date.fromisoformat(read["at"]) if read else None,
                Rung(read["rung"]) if read.get("rung") else None,
                round((value - baseline) / (target - baseline), 3) if whole else None,
            )


GOAL_TRACE = Question(
    "goal_trace",
    "What came of a goal: narratives, messages, campaigns, placements, indicators and measurements.",
    GoalTraceGiven,
    GoalTrace,
    goal_trace,
    lambda _given: 400,
)
