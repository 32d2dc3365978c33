"""Choosing the beats: one narrative, no theme and no asset twice, proofs of what is told, the best sum of scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from graph.story.plan.candidates import BeatRole, Candidate
from graph.story.settings import StorySettings

_HOOK, _CONTEXT, _PROOF, _CALL = BeatRole

#: The places of a story by its length.
SLOTS: tuple[tuple[BeatRole, ...], ...] = (
    (),
    (_HOOK,),
    (_HOOK, _CALL),
    (_HOOK, _PROOF, _CALL),
    (_HOOK, _CONTEXT, _PROOF, _CALL),
    (_HOOK, _CONTEXT, _CONTEXT, _PROOF, _CALL),
    (_HOOK, _CONTEXT, _CONTEXT, _PROOF, _PROOF, _CALL),
)
MOST_BEATS = len(SLOTS) - 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """A story: for each place the candidate that takes it, or None, and the sum of their scores."""

    narrative: str | None
    beats: tuple[Candidate | None, ...]
    total: float = 0.0

    @property
    def order(self) -> tuple[object, ...]:
        """The best first, and never by chance."""
        return (-round(self.total, 6), self.narrative or "", *(one.order if one else (0.0,) for one in self.beats))

    def takes(self, one: Candidate) -> bool:
        """Whether a candidate repeats nothing of it, and proves, where it does, a message that was told."""
        return not self.repeats(one) and self.expects(one)

    def repeats(self, one: Candidate) -> Candidate | None:
        """The beat whose asset or theme a candidate would repeat."""
        beats = (beat for beat in self.beats if beat is not None)
        return next((beat for beat in beats if beat.asset == one.asset or beat.way.theme == one.way.theme), None)

    def expects(self, one: Candidate) -> bool:
        """Whether every proof is of a message that the story tells; one that stands alone is of any."""
        beats = [beat for beat in self.beats if beat is not None]
        told = {beat.way.message for beat in beats if beat.role is not BeatRole.PROOF}
        if one.role is BeatRole.PROOF:
            return not told or one.way.message in told
        proven = {beat.way.message for beat in beats if beat.role is BeatRole.PROOF}
        return proven <= told | {one.way.message}


def choose(candidates: Iterable[Candidate], slots: Sequence[BeatRole], settings: StorySettings) -> Chosen:
    """The best story that a beam finds, over all narratives; with a beam wide enough, the best there is.

    What scores nothing takes no place.
    """
    by_narrative: dict[str, list[Candidate]] = {}
    for one in candidates:
        if one.score > 0:
            by_narrative.setdefault(one.way.narrative, []).append(one)
    stories = [_told(name, of, slots, settings) for name, of in sorted(by_narrative.items())]
    return min(stories, key=lambda one: one.order, default=Chosen(None, (None,) * len(slots)))


def _told(narrative: str, of: Iterable[Candidate], slots: Sequence[BeatRole], settings: StorySettings) -> Chosen:
    by_role: dict[BeatRole, list[Candidate]] = {}
    for one in sorted(of, key=lambda one: one.order):
        by_role.setdefault(one.role, []).append(one)
    beam = [Chosen(narrative, ())]
    for slot in slots:
        longer: list[Chosen] = []
        for story in beam:
            fitting = list(islice(filter(story.takes, by_role.get(slot, ())), settings.choices))
            longer += [Chosen(narrative, (*story.beats, one), story.total + one.score) for one in fitting]
            longer.append(Chosen(narrative, (*story.beats, None), story.total))
        beam = sorted(longer, key=lambda one: one.order)[: settings.width]
    return beam[0]
