"""How many entities have each value of a facet, in some documents of a view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graph.search.segments import Numbers

Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a facet is counted by: where the rows of each document begin and how many they are, the pair of entity and
    value in each row, the value of each pair, and each value's place among all in the order of their texts.
    """

    first: Integers
    lengths: Integers
    pairs: Integers
    values: Integers
    places: Integers

    @classmethod
    def of(cls, documents: Numbers, carried: Numbers, entity: Numbers, texts: Sequence[str]) -> "Counted":
        """From the rows of a facet: the documents, ascending, and the value that each carries; and whose they are."""
        most = max(1, len(texts))
        pairs, rows = np.unique(entity[documents].astype(np.int64) * most + carried, return_inverse=True)
        lengths = np.bincount(documents, minlength=len(entity))
        places = np.argsort(np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64))
        return cls(np.cumsum(lengths) - lengths, lengths, rows, pairs % most, places)

    def counts(self, documents: Integers, *, once: bool) -> tuple[Integers, Integers]:
        """The values that entities have in one of some documents, most first, and how many have each.

        With `once` no two of the documents are of one entity.
        """
        pairs = self.pairs[self._rows(documents)]
        if not once:
            present = np.zeros(len(self.values), dtype=np.bool_)
            present[pairs] = True
            pairs = present.nonzero()[0]
        counts = np.bincount(self.values[pairs], minlength=len(self.places))
        carried = counts.nonzero()[0]
        found = carried[np.lexsort((self.places[carried], -counts[carried]))]
        return found, counts[found]

    def _rows(self, documents: Integers) -> Integers:
        lengths = self.lengths[documents]
        if lengths.max(initial=0) <= 1:
            return self.first[documents[lengths > 0]]
        ends = np.cumsum(lengths)
        within: Integers = np.arange(int(ends[-1]), dtype=np.int64)
        return within + np.repeat(self.first[documents] - ends + lengths, lengths)
