"""What a commit is about to bring, shown while the disk takes it: a segment in memory, and what it replaces hidden."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import count, islice, takewhile

import numpy as np

from graph.search.segments import Entry, Meta, Numbers, Snapshot
from graph.search.view import Names, Part, View, view_of

_NOTHING: Numbers = np.zeros(0, dtype=np.int32)
# What is kept of a segment is kept by its id, and a commit that was refused is tried again with the same sequence.
_NEXT = count()


class MemorySegment:
    """A few documents that no file has yet."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.id, self.size = f"ahead-{next(_NEXT)}", len(entries)
        self._entries = entries
        numbers: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for token in entry.tokens:
                numbers.setdefault(token, []).append(number)
        self._numbers = {token: np.array(found, dtype=np.int32) for token, found in numbers.items()}

    def deleted(self) -> Sequence[int]:
        return ()

    def postings(self, token: str) -> Numbers:
        return self._numbers.get(token, _NOTHING)

    def starting(self, prefix: str, limit: int) -> Sequence[str]:
        later = islice(self._tokens, bisect_left(self._tokens, prefix), None)
        return list(islice(takewhile(lambda token: token.startswith(prefix), later), limit))

    def stored(self, number: int) -> bytes:
        return self._entries[number].stored

    @cached_property
    def _tokens(self) -> Sequence[str]:
        return sorted(self._numbers)


def ahead_of(
    view: View, parts: Sequence[Part], names: Names, drop: Sequence[str], segment: MemorySegment, meta: Meta
) -> View:
    """The view as the commit will leave it; `parts` are those of its segments, the last that of the one in memory."""
    now = view.snapshot
    snapshot = Snapshot(now.generation + 1, meta, (*now.segments, segment))
    shown = view_of(snapshot, parts, names)
    before = view.size
    shown.alive[:before] &= ~view.entities_named(drop)[view.entity]
    return shown
