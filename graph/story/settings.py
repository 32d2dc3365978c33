"""What the rules of planning weigh by: half-lives, ceilings, tables and gates, as data that answers show."""

from dataclasses import dataclass
from functools import cache

from graph.asking import said
from graph.model.enums import Confidence


@dataclass(frozen=True, slots=True)
class Setting:
    """A name of a table of settings, with its value."""

    name: str = said("What it is for: a platform, a kind, a code.")
    value: float = said("What it counts.")


def table(**values: float) -> tuple[Setting, ...]:
    """A table of settings, in the order given."""
    return tuple(Setting(name, value) for name, value in values.items())


@cache
def by_name(settings: tuple[Setting, ...]) -> dict[str, float]:
    """A table of settings to look things up in."""
    return {one.name: one.value for one in settings}


@dataclass(frozen=True, slots=True)
class FatiguePolicy:
    """How exposures tire an audience."""

    half_life_days: int = said("After so many days an exposure counts half, where its platform says nothing else.", 30)
    half_lives: tuple[Setting, ...] = said(
        "Half-lives of platforms, in days.",
        table(X=7, TIKTOK=14, INSTAGRAM=14, FACEBOOK=21, RADIO=21, NEWSLETTER=45, WEBSITE=60, EMBED=60),
    )
    weights: tuple[Setting, ...] = said(
        "What an exposure on a platform counts; 1 where it is not named.", table(EMBED=0.3)
    )
    paid: float = said("By what a paid exposure is multiplied.", 2.0)
    ceiling: float = said("The sum of exposures at which an audience has had enough.", 3.0)
    warm_from: float = said("From which saturation it is WARM.", 0.35)
    rest_from: float = said("From which saturation it has to REST.", 0.75)
    latest: int = said("How many of the latest exposures are counted.", 200)
    horizon_days: int = said("How far ahead a free day is looked for.", 730)

    def half_life(self, platform: str) -> float:
        """In days."""
        return by_name(self.half_lives).get(platform, self.half_life_days)

    def weight(self, platform: str, *, paid: bool) -> float:
        """What one exposure counts on its last day."""
        return by_name(self.weights).get(platform, 1.0) * (self.paid if paid else 1.0)


@dataclass(frozen=True, slots=True)
class ConfidencePolicy:
    """What the Admiralty code is worth: the lower of its source's reliability and its own credibility."""

    reliability: tuple[Setting, ...] = said(
        "Of the source, A to F; F cannot be judged.", table(A=1.0, B=0.9, C=0.75, D=0.5, E=0.25, F=0.6)
    )
    credibility: tuple[Setting, ...] = said(
        "Of what it says, 1 to 6; 6 cannot be judged.",
        tuple(Setting(str(code), value) for code, value in enumerate((1.0, 0.9, 0.75, 0.5, 0.25, 0.6), 1)),
    )
    unstated: tuple[Setting, ...] = said(
        "Of links that say something about the world and bear no code: what is not said cannot be judged.",
        table(INTERESTED_IN=0.6, PROVES=0.6, REACHES=0.6),
    )

    def factor(self, code: str | None, link: str) -> float:
        """Between 0 and 1; what the house itself decides, as what an asset is about, needs no code."""
        if code is None:
            return by_name(self.unstated).get(link, 1.0)
        return min(by_name(self.reliability)[code[0]], by_name(self.credibility)[code[1]])

    def codes(self) -> tuple[tuple[str, float], ...]:
        """The whole table, as a walk takes it."""
        return tuple((code.value, self.factor(code.value, "")) for code in Confidence)
