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
# No entities are as many as this power of two.
_STEP = 40


@dataclass(frozen=True, slots=True)
class Counted:
    """What all facets are counted by at once: the values of all, each facet's in the order of their texts.

    `names` are the facets', `every` their values', `ends` says where those of each facet end in it, and `facet` counts
    the facet of each, in steps that are more than anything is counted. `first` and `lengths` say where the rows of each
    document are; a row is a pair of an entity and a value, and `values` the value of each row, `valued` of each pair.
    """

    names: Sequence[str]
    every: Sequence[str]
    ends: Integers
    facet: Integers
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
        documents, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        every: list[str] = []
        ends: list[int] = []
        for name, (carriers, carried) in facets.items():
            order = sorted(range(len(texts[name])), key=texts[name].__getitem__)
            places = np.argsort(np.array(order, dtype=np.int64))
            documents.append(carriers.astype(np.int64))
            values.append(places[carried] + len(every))
            every += [texts[name][n] for n in order]
            ends.append(len(every))
        of, valued, most = np.concatenate(documents), np.concatenate(values), len(every)
        rows = np.argsort(of, kind="stable")
        lengths = np.bincount(of, minlength=len(entity))
        pairs, row_pairs = np.unique(entity[of[rows]] * np.int64(most) + valued[rows], return_inverse=True)
        facet = np.repeat(np.arange(len(ends), dtype=np.int64), np.diff([0, *ends])) << _STEP
        return cls(
            tuple(facets),
            every,
            np.array(ends, dtype=np.int64),
            facet,
            np.cumsum(lengths) - lengths,
            lengths,
            row_pairs,
            valued[rows],
            pairs % max(1, most),
        )

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
        counts = np.bincount(values, minlength=len(self.every))
        borne = counts.nonzero()[0]
        # By facet, then most first; stable, so that of equal counts the value that is first by its text stays so.
        many = counts[borne]
        order = np.argsort(self.facet[borne] - many, kind="stable")
        ordered = cast("list[int]", borne[order].tolist())
        ends = cast("list[int]", borne.searchsorted(self.ends).tolist())
        every = list(zip([self.every[n] for n in ordered], cast("list[int]", many[order].tolist()), strict=True))
        begins = [0, *ends]
        return {name: tuple(every[begins[n] : end]) for n, (name, end) in enumerate(zip(self.names, ends, strict=True))}

    def _rows(self, documents: Integers) -> Integers:
        lengths = self.lengths[documents]
        if not lengths.any():
            return np.zeros(0, dtype=np.int64)
        ends = np.cumsum(lengths)
        within: Integers = np.arange(int(ends[-1]), dtype=np.int64)
        return within + np.repeat(self.first[documents] - ends + lengths, lengths)
