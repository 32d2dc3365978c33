"""How many entities have each value of each facet, in some documents of a view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt

from graph.search.segments import Numbers

Integers: TypeAlias = npt.NDArray[np.int64]
#: How many have each value, most first, then by value.
Counts: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What all facets are counted by at once: the values of all, each facet's in the order of their texts.

    `first` and `lengths` say where the rows of each document are; a row is a pair of an entity and a value, and
    `values` the value of each row, `valued` of each pair.
    """

    texts: Mapping[str, Sequence[str]]
    first: Integers
    lengths: Integers
    pairs: Integers
    values: Integers
    valued: Integers

    @classmethod
    def of(
        cls, facets: Mapping[str, tuple[Numbers, Numbers]], texts: Mapping[str, Sequence[str]], entity: Numbers
    ) -> "Counted":
        """From the rows of facets, each the documents and the value that each carries; and whose documents they are."""
        documents, values, sorted_texts = (
            [np.zeros(0, dtype=np.int64)],
            [np.zeros(0, dtype=np.int64)],
            dict[str, list[str]](),
        )
        most = 0
        for name, (carriers, carried) in facets.items():
            order = sorted(range(len(texts[name])), key=texts[name].__getitem__)
            sorted_texts[name] = [texts[name][n] for n in order]
            places = np.argsort(np.array(order, dtype=np.int64))
            documents.append(carriers.astype(np.int64))
            values.append(places[carried] + most)
            most += len(order)
        of, valued = np.concatenate(documents), np.concatenate(values)
        rows = np.argsort(of, kind="stable")
        lengths = np.bincount(of, minlength=len(entity))
        pairs, row_pairs = np.unique(entity[of[rows]] * np.int64(most) + valued[rows], return_inverse=True)
        return cls(sorted_texts, np.cumsum(lengths) - lengths, lengths, row_pairs, valued[rows], pairs % max(1, most))

    def counts(self, documents: Integers, *, once: bool) -> dict[str, Counts]:
        """How many entities have each value in one of some documents.

        With `once` no two of the documents are of one entity, so that nothing is counted twice.
        """
        rows = self._rows(documents)
        if once:
            values = self.values[rows]
        else:
            present = np.zeros(len(self.valued), dtype=np.bool_)
            present[self.pairs[rows]] = True
            values = self.valued[present]
        counts = np.bincount(values, minlength=sum(map(len, self.texts.values())))
        found: dict[str, Counts] = {}
        begun = 0
        for name, texts in self.texts.items():
            many = counts[begun : begun + len(texts)]
            begun += len(texts)
            # Stable, so that of equal counts the value that is first by its text stays so.
            most_first = np.argsort(-many, kind="stable")[: np.count_nonzero(many)]
            ordered = cast("list[int]", most_first.tolist())
            found[name] = tuple(
                zip([texts[n] for n in ordered], cast("list[int]", many[most_first].tolist()), strict=True)
            )
        return found

    def _rows(self, documents: Integers) -> Integers:
        lengths = self.lengths[documents]
        if not lengths.any():
            return np.zeros(0, dtype=np.int64)
        ends = np.cumsum(lengths)
        within: Integers = np.arange(int(ends[-1]), dtype=np.int64)
        return within + np.repeat(self.first[documents] - ends + lengths, lengths)
