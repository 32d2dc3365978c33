"""Candidates for a place in a story, and what each is worth: a product of factors, all of them told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod

from graph.model.enums import Told
from graph.story.plan.ways import Claim, Edge, Reach, Way
from graph.story.settings import Setting, StorySettings, StoryWeights, by_name

_DECIMALS = 6
#: The factors of a score that are multiplied, in the order in which they are; each is a weight of the settings too.
FACTORS = ("interest", "theme", "confidence", "audience", "narrative", "freshness", "locale", "role")


class BeatRole(Told):
    """What a beat does in a story: it draws in, tells what it is about, proves, or asks for something."""

    HOOK = "HOOK", "Draws the audience in."
    CONTEXT = "CONTEXT", "Tells what it is about."
    PROOF = "PROOF", "Proves what is said."
    CALL = "CALL", "Asks for something."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an asset, as far as scores go. `locale` and `freshness` are factors, `fatigue` a saturation."""

    asset: str
    kind: str = "WORK"
    tone: str | None = None
    freshness: float = 1.0
    locale: float = 1.0
    fatigue: float = 0.0
    intents: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    proofs: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


@dataclass(frozen=True, slots=True)
class Part:
    """One factor of a score, with the exponent it has."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Rated:
    """An asset in a role by one way, with the factors of its score as FACTORS names them, before any weight."""

    asset: str
    role: BeatRole
    way: Way
    values: tuple[float, ...]
    saturation: float

    @property
    def place(self) -> tuple[str, BeatRole, str, str]:
        """What one candidate is enough for: the best way of an asset in a role for each narrative and theme."""
        return self.asset, self.role, self.way.narrative, self.way.theme


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset for a place in a story by one way, with its score and all that makes it."""

    asset: str
    role: BeatRole
    way: Way
    values: tuple[float, ...]
    weights: StoryWeights
    fatigue: float
    score: float

    @property
    def parts(self) -> tuple[Part, ...]:
        """The factors of the score with their exponents; few candidates are ever asked for them."""
        return tuple(map(Part, FACTORS, self.values, _exponents(self.weights)))

    @property
    def order(self) -> tuple[object, ...]:
        """The best first, and never by chance."""
        return (-self.score, self.asset, self.role, *self.way.order)


def powers(values: Iterable[float], weights: StoryWeights) -> list[float]:
    """Each factor to the power of its weight."""
    return [value**weight for value, weight in zip(values, _exponents(weights), strict=True)]


def score(raised: Iterable[float], saturation: float, settings: StorySettings) -> float:
    """The product of factors, each to the power of its weight, less the fatigue; it is cut at 0."""
    tired = settings.weights.fatigue * settings.tired * saturation
    return round(max(0.0, prod(raised, start=1.0) - tired), _DECIMALS)


def scored(told: Known, role: BeatRole, way: Way, settings: StorySettings) -> Candidate:
    """The score of an asset in a role by one way.

    What a link's weight or code leaves unsaid is told by the settings.
    """
    return _scored(_rated(told, role, way, _along(way, settings), _fit(told, role, way, settings)), settings)


def rated(told: Mapping[str, Known], ways: Mapping[str, Iterable[Way]], settings: StorySettings) -> Iterator[Rated]:
    """Every asset in every role that each of its ways lets it take."""
    for asset, its_ways in ways.items():
        known = told[asset]
        # How it fits a place follows from the place, and from the message or proof of the way.
        fits: dict[tuple[BeatRole, str, str | None], float] = {}
        for way in its_ways:
            along = _along(way, settings)
            for role in roles_of(way):
                key = role, way.message, way.proof
                if key not in fits:
                    fits[key] = _fit(known, role, way, settings)
                yield _rated(known, role, way, along, fits[key])


def candidates(
    told: Mapping[str, Known], ways: Mapping[str, Iterable[Way]], settings: StorySettings
) -> list[Candidate]:
    """All candidates, the best first: of an asset in a role, its best way for each narrative and theme."""
    best: dict[object, Candidate] = {}
    for each in rated(told, ways, settings):
        one, there = _scored(each, settings), best.get(each.place)
        if there is None or one.order < there.order:
            best[each.place] = one
    return sorted(best.values(), key=lambda one: one.order)


def roles_of(way: Way) -> tuple[BeatRole, ...]:
    """What a way makes of an asset: what shows a proof proves, what expresses a message does all else."""
    if way.claim is Claim.PROVES:
        return (BeatRole.PROOF,)
    return (BeatRole.HOOK, BeatRole.CONTEXT, BeatRole.CALL)


def _scored(one: Rated, settings: StorySettings) -> Candidate:
    weights = settings.weights
    tired = round(weights.fatigue * settings.tired * one.saturation, _DECIMALS)
    found = score(powers(one.values, weights), one.saturation, settings)
    return Candidate(one.asset, one.role, one.way, one.values, weights, tired, found)


def _rated(told: Known, role: BeatRole, way: Way, along: tuple[float, ...], fit: float) -> Rated:
    return Rated(told.asset, role, way, (*along, told.freshness, told.locale, fit), told.fatigue)


def _along(way: Way, settings: StorySettings) -> tuple[float, ...]:
    """The factors that a way has in every role."""
    confidence = settings.confidence.factor
    return (
        interest(way, settings),
        _product(edge.weight for edge in way.edges if edge.type == "ABOUT"),
        prod((confidence(edge.confidence, edge.type) for edge in way.edges), start=1.0),
        by_name(settings.message)[way.message_for],
        settings.part_of**way.depth,
    )


@lru_cache(maxsize=256)
def _exponents(weights: StoryWeights) -> tuple[float, ...]:
    return tuple(getattr(weights, name) for name in FACTORS)


def interest(way: Way, settings: StorySettings, by: Callable[[Edge], float | None] = lambda edge: edge.weight) -> float:
    """The factor of what the audience is interested in along a way; `by` tells the weight of a link."""
    if way.reach in (Reach.ADDRESSED, Reach.ADDRESSED_BY_VARIANT):
        return settings.addressed
    found = _product(by(edge) for edge in way.to_asset if edge.type == "INTERESTED_IN")
    return found * (settings.narrower if way.reach is Reach.NARROWER_INTEREST else 1.0)


def _fit(told: Known, role: BeatRole, way: Way, settings: StorySettings) -> float:
    match role:
        case BeatRole.HOOK:
            return _looked_up(settings.hook, settings, told.kind, told.tone)
        case BeatRole.CONTEXT:
            return _looked_up(settings.context, settings, told.kind, told.tone)
        case BeatRole.PROOF:
            return _looked_up(settings.proof, settings, told.proofs.get(way.proof or ""))
        case BeatRole.CALL:
            return _looked_up(settings.call, settings, told.intents.get(way.message), told.kind)


def _looked_up(table: tuple[Setting, ...], settings: StorySettings, *names: str | None) -> float:
    """The product of what a table says of each name; of what is not known, it says what is unlisted."""
    found = by_name(table)
    return _product(found.get(name or "", settings.unlisted) for name in names)


def _product(factors: Iterable[float | None]) -> float:
    """A missing factor counts 1."""
    found = 1.0
    for one in factors:
        found *= 1.0 if one is None else one
    return found
