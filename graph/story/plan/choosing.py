"""Choosing the beats: one narrative, no theme and no asset twice, proofs of what is told, the best sum of scores."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from heapq import merge
from itertools import chain, islice
from operator import add
from typing import Generic, TypeAlias, TypeVar

from graph.story.plan.candidates import BeatRole, Candidate, Rated
from graph.story.settings import StorySettings

P = TypeVar("P", bound=Candidate | Rated)
#: Its place among all, its score, asset, theme and message, and the thing itself.
Ranked: TypeAlias = tuple[int, float, str, str, str, P]
#: What stories are put in order by, the story that goes on, and with what.
_Next: TypeAlias = "tuple[tuple[float, ...], _Part[P], Ranked[P] | None]"
#: An empty place comes after everything that could take it.
_NOBODY = 2**31

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
    ordered = sorted(candidates, key=lambda one: one.order)
    found = best_story([(one.score, one) for one in ordered], slots, settings)
    return Chosen(found.narrative, found.beats, found.total)


@dataclass(frozen=True, slots=True)
class Told(Generic[P]):
    """A story by what takes its places."""

    narrative: str | None
    beats: tuple[P | None, ...]
    total: float = 0.0


def best_story(ranked: Iterable[tuple[float, P]], slots: Sequence[BeatRole], settings: StorySettings) -> Told[P]:
    """The best story of what is given with its scores, the best first."""
    by_narrative: dict[str, dict[BeatRole, list[Ranked[P]]]] = {}
    for rank, (score, one) in enumerate(ranked):
        if score > 0:
            ranks = by_narrative.setdefault(one.way.narrative, {}).setdefault(one.role, [])
            ranks.append(placed(rank, score, one))
    most = {name: at_most({role: of[role][0][1] for role in of}, slots) for name, of in by_narrative.items()}
    return best_of(most, by_narrative.__getitem__, slots, settings)


def placed(rank: int, score: float, one: P) -> "Ranked[P]":
    """Something that may take a place, as stories are made of it."""
    way = one.way
    return rank, score, one.asset, way.theme, way.message, one


def at_most(best: Mapping[BeatRole, float], slots: Sequence[BeatRole]) -> float:
    """What a story makes at most by the best score in each role, added up as a story is, to be rounded alike."""
    return _rounded(reduce(add, (best[slot] for slot in slots if slot in best), 0.0))


def best_of(
    most: Mapping[str, float],
    of: "Callable[[str], Mapping[BeatRole, Sequence[Ranked[P]]]]",
    slots: Sequence[BeatRole],
    settings: StorySettings,
) -> Told[P]:
    """The best story of all narratives; `of` answers by role what may take the places of one, the best first.

    A narrative is left out, and never put in order, where even its best for each place, whatever they repeat, would
    make less than what another one makes.
    """
    best: Told[P] = Told(None, (None,) * len(slots))
    for name in sorted(most, key=lambda name: (-most[name], name)):
        if best.narrative is None or most[name] >= _rounded(best.total):
            story = _told(name, of(name), slots, settings)
            if best.narrative is None or _worth(story) < _worth(best):
                best = story
    return best


def _worth(story: Told[P]) -> tuple[float, str]:
    return -_rounded(story.total), story.narrative or ""


def _rounded(total: float) -> float:
    return round(total, 6)


@dataclass(frozen=True, slots=True)
class _Part(Generic[P]):
    """A story so far, and what it may not repeat."""

    total: float = 0.0
    ranks: tuple[int, ...] = ()
    beats: tuple[P | None, ...] = ()
    assets: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    proven: frozenset[str] = frozenset()

    def longer(self, by: Ranked[P] | None) -> "_Part[P]":
        if by is None:
            return replace(self, ranks=(*self.ranks, _NOBODY), beats=(*self.beats, None))
        rank, score, asset, theme, message, one = by
        proves = one.role is BeatRole.PROOF
        return _Part(
            self.total + score,
            (*self.ranks, rank),
            (*self.beats, one),
            self.assets | {asset},
            self.themes | {theme},
            self.told if proves else self.told | {message},
            self.proven | {message} if proves else self.proven,
        )

    def fitting(self, among: Iterable[Ranked[P]], *, proves: bool) -> "Iterator[_Next[P]]":
        """What may come next, the best first, and at last that nothing does; as `Chosen.takes` tells it."""
        for by in among:
            if by[2] in self.assets or by[3] in self.themes:
                continue
            if by[4] in self.told or not self.told if proves else self.told or self.proven <= {by[4]}:
                yield (-_rounded(self.total + by[1]), *self.ranks, by[0]), self, by

    def ends(self) -> "_Next[P]":
        return (-_rounded(self.total), *self.ranks, _NOBODY), self, None


def _told(
    narrative: str, of: Mapping[BeatRole, Sequence[Ranked[P]]], slots: Sequence[BeatRole], settings: StorySettings
) -> Told[P]:
    """Longer stories are looked at only as far as they are among the best: those of one beginning come in order."""
    beam: list[_Part[P]] = [_Part()]
    for slot in slots:
        among, proves = of.get(slot, ()), slot is BeatRole.PROOF
        longer = (
            chain(islice(story.fitting(among, proves=proves), settings.choices), (story.ends(),)) for story in beam
        )
        beam = [story.longer(by) for _, story, by in islice(merge(*longer), settings.width)]
    return Told(narrative, beam[0].beats, beam[0].total)
