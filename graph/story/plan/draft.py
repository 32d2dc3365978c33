"""A plan before it is put in words: what was chosen, of what, and by what."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from graph.story.fatigue import Fatigue
from graph.story.plan.candidates import BeatRole, Candidate
from graph.story.plan.choosing import Chosen
from graph.story.plan.fetching import Frame, Reached
from graph.story.plan.reading import MessageNode
from graph.story.plan.requests import Requests
from graph.story.plan.weighing import Scales, Weighed
from graph.story.rows import Rows


@dataclass(frozen=True, slots=True)
class Draft:
    """All that an answer is put together from: `all` are the candidates that the weighed assets make, the best first.

    Without a narrative nothing is `reached`. `tired` tells of each beat's asset every post in it.
    """

    chosen: Chosen
    slots: Sequence[BeatRole]
    weighed: Mapping[str, Weighed]
    all: Sequence[Candidate]
    nodes: Mapping[str, MessageNode]
    frame: Frame
    reached: Reached | None
    scales: Scales
    tired: Mapping[str, Fatigue] = field(default_factory=dict[str, Fatigue])
    requests: Requests | None = None

    @property
    def empty(self) -> list[BeatRole]:
        """The places that nothing takes."""
        return [slot for slot, one in zip(self.slots, self.chosen.beats, strict=True) if one is None]

    @property
    def beats(self) -> list[Candidate]:
        """What was chosen."""
        return [one for one in self.chosen.beats if one is not None]

    @property
    def free(self) -> dict[str, Weighed]:
        """The assets that pass every gate."""
        return {id: one for id, one in self.weighed.items() if not one.hindrances}

    @property
    def stopped(self) -> dict[str, Weighed]:
        """The assets that do not."""
        return {id: one for id, one in self.weighed.items() if one.hindrances}

    @property
    def messages(self) -> Rows:
        """The messages of the goal."""
        return self.reached.messages if self.reached else []

    def candidates(self, weighed: Container[str]) -> list[Candidate]:
        """The candidates that some assets make."""
        return [one for one in self.all if one.asset in weighed]
