"""How tired an audience is of an asset, with every term of the sum."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated

from graph.asking import Of, said
from graph.model.enums import Told
from graph.story.settings import FatiguePolicy

_DECIMALS = 3


class FatigueVerdict(Told):
    """Whether an audience may be shown something again."""

    FRESH = "FRESH", "It may be shown."
    WARM = "WARM", "It may be shown, with care."
    REST = "REST", "It has been shown enough for now."


@dataclass(frozen=True, slots=True)
class Exposure:
    """What an audience could see from a first to a last day; what runs on tires on.

    A placement, or `count` of them that differ in nothing but their ids; or the views of an embed on a channel, which
    are worth a `share` of an exposure.
    """

    placement: str | None
    day: date
    channel: str | None = None
    platform: str = ""
    owner: str | None = None
    paid: bool = False
    last: date | None = None
    share: float = 1.0
    views: int | None = None
    count: int = 1

    def owned_by(self, owner: str | None) -> "Exposure":
        """The same, on a channel of this owner."""
        return replace(self, owner=owner)

    def seen_last(self, on: date) -> date:
        """The last day up to a day on which it was seen."""
        return max(self.day, min(self.last or self.day, on))


@dataclass(frozen=True, slots=True)
class FatigueTerm:
    """What one placement or embed adds: weight times 2 to the power of minus age over half-life."""

    placement: Annotated[str, Of("Placement")] | None = said(
        "The placement; null for an embed, and for several posts in one."
    )
    channel: Annotated[str, Of("Channel")] | None = said("Where it was.")
    owner: Annotated[str, Of("Entity")] | None = said("Whose channel it was.")
    seen_last: date = said("The last day it was seen.")
    age_days: int = said("How many days ago that was.")
    weight: float = said("What it counted on that day.")
    half_life_days: float = said("After so many days it counts half.")
    value: float = said("What it counts.")
    views: int | None = said("How often the embed was viewed there; null for a placement.", None)
    count: int = said(
        "How many posts it is: where there are more than are told singly, those of a day on a channel are one term.", 1
    )


@dataclass(frozen=True, slots=True)
class Fatigue:
    """How tired an audience is of an asset on a day: the sum of the terms over the ceiling."""

    saturation: float = said("The sum of the terms over the ceiling.")
    verdict: FatigueVerdict = said("What that means.")
    next_free_date: date | None = said("The first day on which it need not rest; null where none is in sight.")
    ceiling: float = said("The sum at which the audience has had enough.")
    terms: tuple[FatigueTerm, ...] = said("What each placement and embed adds, the latest first.")

    def told_by(self, terms: tuple[FatigueTerm, ...]) -> "Fatigue":
        """The same sum, of other terms that add up to it."""
        return replace(self, terms=terms)


def fatigue(exposures: Iterable[Exposure], *, on: date, policy: FatiguePolicy) -> Fatigue:
    """How tired an audience is of an asset on a day; what comes after that day counts only for the next free one.

    Saturation is the sum of w * 2 ** (-age / half-life) over the latest exposures, divided by the ceiling.
    """
    latest = sorted(exposures, key=lambda one: (one.day, one.placement or "", one.channel or ""), reverse=True)
    past = [one for one in latest if one.day <= on][: policy.latest]
    terms = sorted(
        (_term(one, on, policy) for one in past), key=lambda one: (one.age_days, one.placement or "", one.channel or "")
    )
    found = _saturation(past, on, policy)
    return Fatigue(
        round(found, _DECIMALS), _verdict(found, policy), _next_free(latest, on, policy), policy.ceiling, tuple(terms)
    )


def _term(one: Exposure, on: date, policy: FatiguePolicy) -> FatigueTerm:
    weight, half_life, seen = _weight(one, policy), policy.half_life(one.platform), one.seen_last(on)
    value = round(_value(one, on, policy), _DECIMALS)
    return FatigueTerm(
        one.placement,
        one.channel,
        one.owner,
        seen,
        (on - seen).days,
        round(weight, _DECIMALS),
        half_life,
        value,
        one.views,
        one.count,
    )


def _weight(one: Exposure, policy: FatiguePolicy) -> float:
    return policy.weight(one.platform, paid=one.paid) * one.share * one.count


def _value(one: Exposure, on: date, policy: FatiguePolicy) -> float:
    age = (on - one.seen_last(on)).days
    return _weight(one, policy) * 2 ** (-age / policy.half_life(one.platform))


def _saturation(exposures: Iterable[Exposure], on: date, policy: FatiguePolicy) -> float:
    return sum(_value(one, on, policy) for one in exposures if one.day <= on) / policy.ceiling


def _verdict(saturation: float, policy: FatiguePolicy) -> FatigueVerdict:
    if saturation >= policy.rest_from:
        return FatigueVerdict.REST
    return FatigueVerdict.WARM if saturation >= policy.warm_from else FatigueVerdict.FRESH


def _next_free(exposures: Sequence[Exposure], on: date, policy: FatiguePolicy) -> date | None:
    """Between two exposures saturation only falls, so each stretch is halved until its first free day is found."""
    end = on + timedelta(policy.horizon_days)
    starts = sorted({on, *(one.day for one in exposures if on < one.day < end)})
    for start, until in zip(starts, [*starts[1:], end], strict=True):
        there = [one for one in exposures if one.day <= start][: policy.latest]
        days = range((until - start).days)
        found = bisect_left(days, True, key=lambda day: _is_free(there, start + timedelta(day), policy))
        if found < len(days):
            return start + timedelta(found)
    return None


def _is_free(exposures: Iterable[Exposure], day: date, policy: FatiguePolicy) -> bool:
    return _saturation(exposures, day, policy) < policy.rest_from
