"""Candidates for a place in a story, and what each is worth: a product of factors, all of them told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graph.model.enums import Told
from graph.story.plan.ways import Claim, Reach, Way
from graph.story.settings import Setting, StorySettings, StoryWeights, by_name

_DECIMALS = 6


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
class Candidate:
    """An asset for a place in a story by one way, with its score and all that makes it."""

    asset: str
    role: BeatRole
    way: Way
    parts: tuple[Part, ...]
    fatigue: float
    score: float

    @property
    def order(self) -> tuple[object, ...]:
        """The best first, and never by chance."""
        return (-self.score, self.asset, self.role, *self.way.order)


def scored(told: Known, role: BeatRole, way: Way, settings: StorySettings) -> Candidate:
    """The score of an asset in a role: the product of its factors, each to the power of its weight, less its fatigue.

    It is cut at 0. What a link's weight or code leaves unsaid is told by the settings.
    """
    parts = tuple(_parts(told, role, way, settings))
    product = 1.0
    for part in parts:
        product *= part.value**part.weight
    tired = settings.weights.fatigue * settings.tired * told.fatigue
    score = round(max(0.0, product - tired), _DECIMALS)
    return Candidate(told.asset, role, way, parts, round(tired, _DECIMALS), score)


def candidates(
    told: Mapping[str, Known], ways: Mapping[str, Iterable[Way]], settings: StorySettings
) -> list[Candidate]:
    """All candidates, the best first: of an asset in a role, its best way for each narrative and theme."""
    best: dict[tuple[str, str, str, str], Candidate] = {}
    for asset, its_ways in ways.items():
        for way in its_ways:
            for role in roles_of(way):
                one = scored(told[asset], role, way, settings)
                key = (asset, role, way.narrative, way.theme)
                there = best.get(key)
                if there is None or one.order < there.order:
                    best[key] = one
    return sorted(best.values(), key=lambda one: one.order)


def roles_of(way: Way) -> tuple[BeatRole, ...]:
    """What a way makes of an asset: what shows a proof proves, what expresses a message does all else."""
    if way.claim is Claim.PROVES:
        return (BeatRole.PROOF,)
    return (BeatRole.HOOK, BeatRole.CONTEXT, BeatRole.CALL)


def _parts(told: Known, role: BeatRole, way: Way, settings: StorySettings) -> Iterator[Part]:
    weights: StoryWeights = settings.weights
    yield Part("interest", _interest(way, settings), weights.interest)
    yield Part("theme", _product(edge.weight for edge in way.edges if edge.type == "ABOUT"), weights.theme)
    codes = (settings.confidence.factor(edge.confidence, edge.type) for edge in way.edges)
    yield Part("confidence", _product(codes), weights.confidence)
    yield Part("audience", by_name(settings.message)[way.message_for], weights.audience)
    yield Part("narrative", settings.part_of**way.depth, weights.narrative)
    yield Part("freshness", told.freshness, weights.freshness)
    yield Part("locale", told.locale, weights.locale)
    yield Part("role", _fit(told, role, way, settings), weights.role)


def _interest(way: Way, settings: StorySettings) -> float:
    if way.reach in (Reach.ADDRESSED, Reach.ADDRESSED_BY_VARIANT):
        return settings.addressed
    interest = _product(edge.weight for edge in way.to_asset if edge.type == "INTERESTED_IN")
    return interest * (settings.narrower if way.reach is Reach.NARROWER_INTEREST else 1.0)


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
