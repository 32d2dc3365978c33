"""What is asked of a plan, and what is refused before anything is reckoned."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated

from graph.asking import Of, said
from graph.model.enums import Platform, UsePurpose
from graph.model.kinds import Locale
from graph.sentence import sentence
from graph.story.plan.choosing import MOST_BEATS
from graph.story.refusing import backwards, outside, too_long
from graph.story.settings import StoryWeights

_MOST_WEIGHT, _MOST_DAYS, MOST_REJECTED, _MOST_WINDOW = 2.0, 730, 100, 366


@dataclass(frozen=True, slots=True)
class StoryWindow:
    """The days in which a story is told, both included."""

    from_: date = said("The first day.")
    to: date = said("The last day.")


@dataclass(frozen=True, slots=True)
class StoryQuestion:
    """For whom a story is to be told, what for, where, when and how."""

    goal: Annotated[str, Of("Goal")] = said("What it is to achieve.")
    audience: Annotated[str, Of("Audience")] = said("For whom it is.")
    window: StoryWindow = said("When it is told.")
    country: Annotated[str, Of("Country")] | None = said(
        "Where it is shown; the audience's where it is left out.", None
    )
    locale: Locale | None = said("In which language; the audience's first one where it is left out.", None)
    channels: tuple[Platform, ...] = said("On which platforms; any that reaches the audience where left out.", ())
    purpose: UsePurpose = said("What for, as rights ask it.", UsePurpose.CULTURE)
    paid: bool = said("Whether money is spent to show it to more people.", default=False)
    campaign: Annotated[str, Of("Campaign")] | None = said("The campaign it is for, which it cannot clash with.", None)
    max_beats: int = said(f"How many beats it has, 1 to {MOST_BEATS}.", 4)
    avoid_repeats_days: int = said("For how many days before it nothing of it may have been shown to the audience.", 30)
    rejected: int = said("How many of the assets that may not be used are told.", 10)
    weights: StoryWeights = said("What each factor of the scores counts.", StoryWeights())


def check(asked: StoryQuestion) -> None:
    """Refuse what makes no sense; raises InvalidValue."""
    window = asked.window
    if window.to < window.from_:
        raise backwards(window.from_, window.to, "input.window.to", cure=sentence("Give a later day."))
    if (window.to - window.from_).days > _MOST_WINDOW:
        raise too_long(_MOST_WINDOW, "input.window", sentence("Plan a part of it."))
    for name, least, most in (
        ("max_beats", 1, MOST_BEATS),
        ("avoid_repeats_days", 0, _MOST_DAYS),
        ("rejected", 0, MOST_REJECTED),
    ):
        value = getattr(asked, name)
        if not least <= value <= most:
            raise outside(value, least, most, f"input.{_camel(name)}")
    for one in fields(StoryWeights):
        weight = getattr(asked.weights, one.name)
        if not 0 <= weight <= _MOST_WEIGHT:
            usual = sentence("1 is the usual weight, 0 leaves it out.")
            raise outside(weight, 0, _MOST_WEIGHT, f"input.weights.{one.name}", cure=usual)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
