"""Ways from an audience to an asset and on to a goal: the links they take, and whether they arrive."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from graph.model.enums import Told


class Reach(Told):
    """How an audience is led to an asset."""

    INTEREST = "INTEREST", "The audience cares about a theme of the asset."
    NARROWER_INTEREST = "NARROWER_INTEREST", "The audience cares about a theme above one of the asset."
    ADDRESSED = "ADDRESSED", "The message is meant for the audience."
    ADDRESSED_BY_VARIANT = "ADDRESSED_BY_VARIANT", "A variant of the message is meant for the audience."


class Claim(Told):
    """How an asset speaks for a message: it expresses it, or it shows what proves it."""

    EXPRESSES = "EXPRESSES", "The asset expresses the message."
    PROVES = "PROVES", "The asset shows what proves the message."


class MessageFor(StrEnum):
    """Whom a message is for."""

    THIS_AUDIENCE = "THIS_AUDIENCE"
    ANYBODY = "ANYBODY"
    OTHERS = "OTHERS"


@dataclass(frozen=True, slots=True)
class Edge:
    """One link, as it is stored, with its weight from 0 to 1 where its kind has one.

    `source` is the evidence as far as the caller sees it; `sample` says that the link was invented.
    """

    start: str
    type: str
    end: str
    weight: float | None = None
    confidence: str | None = None
    source: str | None = None
    sample: bool = False

    def other(self, id: str) -> str | None:
        """The side that is not this one."""
        if id == self.start:
            return self.end
        return self.start if id == self.end else None


@dataclass(frozen=True, slots=True)
class Way:
    """From an audience to an asset, and from the asset to a goal; the two legs may share links.

    `theme` is what the beat is about; `narrative` the one that serves the goal, of which `depth` steps down the
    message's own is a part.
    """

    reach: Reach
    claim: Claim
    to_asset: tuple[Edge, ...]
    to_goal: tuple[Edge, ...]
    theme: str
    message: str
    narrative: str
    depth: int = 0
    proof: str | None = None
    message_for: MessageFor = MessageFor.ANYBODY
    #: All links, each once, in the order of the way; and what ways are put in order by, beside their scores.
    edges: tuple[Edge, ...] = field(init=False, compare=False, repr=False)
    order: tuple[object, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # A plan compares ways a hundred times each, so both are made once.
        edges = tuple(dict.fromkeys((*self.to_asset, *self.to_goal)))
        # Two ways may tell the same by links of their own that are worth as much.
        links = tuple((one.start, one.type, one.end, str(one.weight), one.confidence or "") for one in edges)
        told = (self.narrative, self.message, self.theme, self.reach, self.proof or "", self.depth, self.message_for)
        object.__setattr__(self, "edges", edges)
        object.__setattr__(self, "order", (*told, links))

    def leads(self, audience: str, asset: str, goal: str) -> bool:
        """Whether it leads from the audience over the asset to the goal without a gap."""
        return _end(self.to_asset, audience) == asset and _end(self.to_goal, asset) == goal

    def nodes(self, audience: str) -> Iterator[str]:
        """Where it passes, in order."""
        yield audience
        at: str | None = audience
        for edge in (*self.to_asset, *self.to_goal):
            at = edge.other(at) if at is not None else None
            if at is not None:
                yield at


def _end(edges: Sequence[Edge], start: str) -> str | None:
    """Where links lead from a start, each taken from where the one before ended; None where one does not fit."""
    at: str | None = start if edges else None
    for edge in edges:
        at = edge.other(at) if at is not None else None
    return at


def complete(ways: Iterable[Way], audience: str, asset: str, goal: str) -> list[Way]:
    """Those of the ways that arrive."""
    return [way for way in ways if way.leads(audience, asset, goal)]
