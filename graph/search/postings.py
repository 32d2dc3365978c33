"""Postings over all segments of a view, the often asked kept."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

import numpy as np

from graph.search.segments import Numbers, Segment
from graph.search.view import View

_MOST_NUMBERS = 4_000_000
_MOST_WORDS = 1_000_000
NOTHING: Numbers = np.zeros(0, dtype=np.int32)


class Kept:
    """Numbers by segment and token, which never change but by deletion; bounded by their sum."""

    def __init__(self, most: int = _MOST_NUMBERS) -> None:
        self._kept: OrderedDict[tuple[str, str], Numbers] = OrderedDict()
        self._most, self._sum = most, 0
        self._words: dict[str, dict[str, None]] = {}

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
        for key in [key for key in self._kept if key[0] not in ids]:
            self._sum -= len(self._kept.pop(key)) + 1

    def get(self, key: tuple[str, str]) -> Numbers | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[str, str], numbers: Numbers) -> None:
        self._kept[key] = numbers
        self._sum += len(numbers) + 1
        while self._sum > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._sum -= len(dropped) + 1


class Postings:
    """The documents of each token in one view."""

    def __init__(self, view: View, kept: Kept) -> None:
        self._view, self._kept = view, kept
        offsets = [np.int32(offset) for offset in view.offsets]
        self._segments = list(zip(view.snapshot.segments, offsets, strict=True))

    def of(self, token: str) -> Numbers:
        """The documents with a token, ascending."""
        found: list[Numbers] = []
        for segment, offset in self._segments:
            key = (segment.id, token)
            numbers = self._kept.get(key)
            if numbers is None:
                numbers = segment.postings(token)
                self._kept.put(key, numbers)
            if len(numbers):
                found.append(numbers + offset if offset else numbers)
        if not found:
            return NOTHING
        return found[0] if len(found) == 1 else np.concatenate(found)

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
    if not given:
        return NOTHING
    if len(given) == 1:
        return given[0]
    mask = np.zeros(size, dtype=np.bool_)
    for each in given:
        mask[each] = True
    return np.flatnonzero(mask).astype(np.int32)
