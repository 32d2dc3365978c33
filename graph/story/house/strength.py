"""How strong a message is by its proofs, and which brick is the weakest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from graph.model.enums import Told
from graph.story.settings import ConfidencePolicy

_DECIMALS = 3
_SOON = timedelta(days=90)
_SOON_FACTOR = 0.8


class Weakness(Told):
    """What is weak about a message, the gravest first."""

    NO_PROOF = "NO_PROOF", "Nothing proves the message."
    STALE_PROOF = "STALE_PROOF", "A proof has ended."
    UNSOURCED = "UNSOURCED", "A proof names no source."
    SINGLE_SOURCE = "SINGLE_SOURCE", "All proofs rest on one source."
    NOT_SHOWN = "NOT_SHOWN", "No asset shows a proof."
    ENDS_SOON = "ENDS_SOON", "A proof ends within ninety days."
    LOW_CONFIDENCE = "LOW_CONFIDENCE", "A proof is not sure enough."
    NOT_SAID = "NOT_SAID", "No asset says the message."


@dataclass(frozen=True, slots=True)
class Brick:
    """A proof of a message: its code, when it ends, what it rests on and which assets show it."""

    proof: str
    confidence: str | None = None
    valid_until: date | None = None
    sources: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()

    def holds(self, on: date) -> bool:
        return self.valid_until is None or self.valid_until >= on

    def ends_soon(self, on: date) -> bool:
        """Whether it ends within ninety days."""
        return self.valid_until is not None and self.valid_until < on + _SOON


@dataclass(frozen=True, slots=True)
class Found:
    """Something weak, and the proof it is about."""

    kind: Weakness
    proof: str | None = None


def worth(brick: Brick, on: date, policy: ConfidencePolicy) -> float:
    """What one proof is worth on a day: its confidence, less where it ends within ninety days; 0 where it has ended."""
    if not brick.holds(on):
        return 0.0
    return policy.factor(brick.confidence, "PROVES") * (_SOON_FACTOR if brick.ends_soon(on) else 1.0)


def strength(bricks: Iterable[Brick], on: date, policy: ConfidencePolicy) -> float:
    """1 less the chance that every source is wrong: proofs that rest on one source count once, by the best of them.

    A proof without a source rests on itself.
    """
    best: dict[str, float] = {}
    for brick in bricks:
        for source in brick.sources or (brick.proof,):
            best[source] = max(best.get(source, 0.0), worth(brick, on, policy))
    wrong = 1.0
    for source in sorted(best):
        wrong *= 1.0 - best[source]
    return round(1.0 - wrong, _DECIMALS)


def weaknesses(bricks: Iterable[Brick], said_by: int, on: date, policy: ConfidencePolicy) -> Iterator[Found]:
    """What is weak about a message, the gravest first; `said_by` is how many assets express it."""
    every = sorted(bricks, key=lambda one: one.proof)
    holding = [one for one in every if one.holds(on)]
    sources = {source for one in holding for source in one.sources}
    weakest = min(holding, key=lambda one: (worth(one, on, policy), one.proof), default=None)
    if not every:
        yield Found(Weakness.NO_PROOF)
    yield from (Found(Weakness.STALE_PROOF, one.proof) for one in every if not one.holds(on))
    yield from (Found(Weakness.UNSOURCED, one.proof) for one in holding if not one.sources)
    if len(sources) == 1:
        yield Found(Weakness.SINGLE_SOURCE, holding[0].proof)
    yield from (Found(Weakness.NOT_SHOWN, one.proof) for one in holding if not one.assets)
    yield from (Found(Weakness.ENDS_SOON, one.proof) for one in holding if one.ends_soon(on))
    if weakest is not None and worth(weakest, on, policy) < _SOON_FACTOR:
        yield Found(Weakness.LOW_CONFIDENCE, weakest.proof)
    if not said_by:
        yield Found(Weakness.NOT_SAID)
