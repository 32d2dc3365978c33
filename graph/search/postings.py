"""Postings over all segments of a view, the often asked kept."""

from collections.abc import Iterable, Mapping

import numpy as np

from graph.search.chain import Level
from graph.search.entries import word_token
from graph.search.segments import Numbers, Segment
from graph.search.view import View
from graph.search.weights import TIERS

_MOST_NUMBERS = 4_000_000
_MOST_WORDS = 1_000_000
_SEVERAL = 2
NOTHING: Numbers = np.zeros(0, dtype=np.int32)


class Kept:
    """Numbers by segment and token, which never change but by deletion; bounded by their sum."""

    def __init__(self, most: int = _MOST_NUMBERS) -> None:
        self._kept: dict[str, dict[str, Numbers]] = {}
        self._most, self._sum = most, 0
        self._words: dict[str, dict[str, None]] = {}
        self._tiers: dict[str, frozenset[int]] = {}

    def tiers(self, segment: Segment) -> frozenset[int]:
        """The tiers of fields in which a segment has any word."""
        if segment.id not in self._tiers:
            self._tiers[segment.id] = frozenset(
                tier for tier in TIERS if any(segment.starting(word_token(level, tier, ""), 1) for level in Level)
            )
        return self._tiers[segment.id]

    def words(self, segment: Segment, prefixes: tuple[str, ...]) -> Mapping[str, None]:
        """What follows these prefixes in a segment's tokens; always asked for the same ones."""
        if segment.id not in self._words:
            tokens = (token for prefix in prefixes for token in segment.starting(prefix, _MOST_WORDS))
            self._words[segment.id] = dict.fromkeys(token[len(prefixes[0]) :] for token in tokens)
        return self._words[segment.id]

    def forget_others(self, segments: Iterable[Segment]) -> None:
        """Drop what is kept of segments that are no more."""
        ids = {segment.id for segment in segments}
        self._words = {id: words for id, words in self._words.items() if id in ids}
        self._tiers = {id: tiers for id, tiers in self._tiers.items() if id in ids}
        for id in self._kept.keys() - ids:
            self._sum -= sum(map(_held, self._kept.pop(id).values()))

    def numbers(self, segment: Segment) -> dict[str, Numbers]:
        """The tokens of a segment that were asked for."""
        return self._kept.setdefault(segment.id, {})

    def told(self, numbers: int) -> None:
        """So many numbers more are kept; where that is too much, what was kept before is asked for anew."""
        self._sum += numbers
        if self._sum > self._most:
            for known in self._kept.values():
                known.clear()
            self._sum = 0


def _held(numbers: Numbers) -> int:
    return len(numbers) + 1


class Postings:
    """The documents of each token in one view."""

    def __init__(self, view: View, kept: Kept) -> None:
        self._view, self._kept = view, kept
        offsets = [np.int32(offset) for offset in view.offsets]
        known = map(kept.numbers, view.snapshot.segments)
        self._segments = list(zip(view.snapshot.segments, offsets, known, strict=True))
        #: The tiers of fields that have any word, the best first: most models do without some.
        self.tiers = sorted(frozenset[int]().union(*map(kept.tiers, view.snapshot.segments)))

    def of(self, token: str) -> Numbers:
        """The documents with a token, ascending."""
        found = self._found((token,))
        if not found:
            return NOTHING
        return found[0] if len(found) == 1 else np.concatenate(found)

    def any(self, tokens: Iterable[str]) -> Numbers:
        """The documents with one of some tokens, ascending."""
        return union(self._found(tokens), self._view.size)

    def _found(self, tokens: Iterable[str]) -> list[Numbers]:
        """The documents of each token in each segment that has it; most tokens that are asked for are nowhere."""
        found: list[Numbers] = []
        new = 0
        for token in tokens:
            for segment, offset, known in self._segments:
                numbers = known.get(token)
                if numbers is None:
                    numbers = known[token] = segment.postings(token)
                    new += _held(numbers)
                if len(numbers):
                    found.append(numbers + offset if offset else numbers)
        if new:
            self._kept.told(new)
        return found

    def starting(self, prefix: str, limit: int) -> list[str]:
        """Some tokens with a prefix, at most so many of each segment."""
        found = {token: None for segment in self._view.snapshot.segments for token in segment.starting(prefix, limit)}
        return list(found)

    def words(self, prefixes: tuple[str, ...]) -> list[str]:
        """What follows these prefixes, of one length, in any token; each once."""
        found: dict[str, None] = {}
        for segment in self._view.snapshot.segments:
            found.update(self._kept.words(segment, prefixes))
        return list(found)

    def has_word(self, prefixes: tuple[str, ...], word: str) -> bool:
        """Whether a word follows one of these prefixes in any token."""
        return any(word in self._kept.words(segment, prefixes) for segment in self._view.snapshot.segments)


def union(numbers: Iterable[Numbers], size: int) -> Numbers:
    """The documents in any of some postings of a view of a size, each once, ascending."""
    given = [each for each in numbers if len(each)]
    if len(given) < _SEVERAL:
        return given[0] if given else NOTHING
    mask = np.zeros(size, dtype=np.bool_)
    for each in given:
        mask[each] = True
    return mask.nonzero()[0].astype(np.int32)
