"""One generation of an index as arrays over all its documents: who sees which, what folds, what is counted."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graph.search.beginnings import Beginnings
from graph.search.columns import Columns
from graph.search.counted import Counted, Counts, Integers
from graph.search.segments import Numbers, Segment, Snapshot
from graph.store.select import Viewer
from graph.store.visibility import LIVE, RETIRED

Mask: TypeAlias = npt.NDArray[np.bool_]
# A day of epoch milliseconds, and more days than there will be.
_DAY, DAYS = 86_400_000, 1 << 16
_MOST_VIEWERS, _MOST_MASKS = 32, 16
_NUMBERS = ("stage", "level", "live_from", "live_until", "updated", "day")


class Ordinals:
    """A number for each text, the same for as long as the process lives, so that arrays of segments stay."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def of(self, texts: Sequence[str]) -> Numbers:
        return np.fromiter((self._of(text) for text in texts), dtype=np.int32, count=len(texts))

    def find(self, text: str) -> int | None:
        return self._numbers.get(text)

    def __len__(self) -> int:
        return len(self.texts)

    def _of(self, text: str) -> int:
        number = self._numbers.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number


@dataclass(frozen=True, slots=True)
class Names:
    """The ordinals of an index: of entities, of locales, and of the values of each facet."""

    entities: Ordinals = field(default_factory=Ordinals)
    locales: Ordinals = field(default_factory=Ordinals)
    values: dict[str, Ordinals] = field(default_factory=dict[str, Ordinals])


@dataclass(frozen=True, slots=True)
class Part:
    """The arrays of one segment, in ordinals."""

    entity: Numbers
    locale: Numbers
    numbers: Mapping[str, npt.NDArray[np.int64]]
    facets: Mapping[str, tuple[Numbers, Numbers]]
    beginnings: Beginnings


def part_of(columns: Columns, names: Names) -> Part:
    return Part(
        names.entities.of(columns.ids),
        names.locales.of(columns.locales),
        columns.numbers,
        {
            name: (numbers, names.values.setdefault(name, Ordinals()).of(values))
            for name, (numbers, values) in columns.facets.items()
        },
        columns.beginnings,
    )


@dataclass(frozen=True)
class View:
    """All segments of a snapshot end to end; document n of the view is in the segment whose offset is next below."""

    snapshot: Snapshot
    offsets: npt.NDArray[np.int64]
    names: Names
    alive: Mask
    entity: Numbers
    locale: Numbers
    numbers: Mapping[str, npt.NDArray[np.int64]]
    facets: Mapping[str, tuple[Numbers, Numbers]]
    beginnings: tuple[Beginnings, ...] = ()

    @property
    def size(self) -> int:
        return len(self.alive)

    def segment_of(self, number: int) -> tuple[Segment, int]:
        at = bisect_right(self._starts, number) - 1
        return self.snapshot.segments[at], number - self._starts[at]

    @cached_property
    def _starts(self) -> list[int]:
        return [int(offset) for offset in self.offsets]

    @cached_property
    def extent(self) -> tuple[int, int]:
        """How many documents there are, and of how many entities."""
        return int(np.count_nonzero(self.alive)), int(np.count_nonzero(self.entities_of(self.alive)))

    @cached_property
    def days(self) -> Integers:
        """The day on which each document was last changed, from the first of 1970."""
        days: Integers = np.clip(self.numbers["updated"] // _DAY, 0, DAYS - 1)
        return days

    @cached_property
    def _edges(self) -> Integers:
        """The moments at which something begins or ends to be seen."""
        return np.unique(np.concatenate([self.numbers["live_from"], self.numbers["live_until"]]))

    @cached_property
    def _seen(self) -> dict[tuple[int, int, int, int], Mask]:
        return {}

    @cached_property
    def _counted(self) -> Counted:
        return Counted.of(self.facets, {name: self.names.values[name].texts for name in self.facets}, self.entity)

    def visible(self, viewer: Viewer) -> Mask:
        """The documents a viewer sees, not to be changed: they are the same until the next moment that tells."""
        moment = int(self._edges.searchsorted(viewer.now, side="right"))
        key = (viewer.live, viewer.draft, viewer.retired, moment)
        if key not in self._seen:
            if len(self._seen) >= _MOST_VIEWERS:
                self._seen.clear()
            self._seen[key] = self._visible(viewer)
        return self._seen[key]

    def _visible(self, viewer: Viewer) -> Mask:
        """The comparison of graph.store.visibility, on arrays."""
        n = self.numbers
        live = (n["stage"] == LIVE) & (n["live_from"] <= viewer.now) & (viewer.now < n["live_until"])
        most = np.where(n["stage"] == RETIRED, viewer.retired, np.where(live, viewer.live, viewer.draft))
        return self.alive & (n["level"] <= most)

    def having(self, facet: str, values: Iterable[str]) -> Mask:
        """The documents with one of the values of a facet, not to be changed: the same are asked for often."""
        key = facet, frozenset(values)
        if key not in self._with:
            if len(self._with) >= _MOST_MASKS:
                self._with.clear()
            self._with[key] = self._having(*key)
        return self._with[key]

    @cached_property
    def _with(self) -> dict[tuple[str, frozenset[str]], Mask]:
        return {}

    def _having(self, facet: str, values: frozenset[str]) -> Mask:
        mask = np.zeros(self.size, dtype=np.bool_)
        ordinals = self.names.values.get(facet)
        if facet not in self.facets or ordinals is None:
            return mask
        documents, carried = self.facets[facet]
        wanted = [number for value in values if (number := ordinals.find(value)) is not None]
        mask[documents[np.isin(carried, wanted)]] = True
        return mask

    def entities_of(self, documents: Mask) -> Mask:
        """The entities of some documents, by ordinal."""
        mask = np.zeros(len(self.names.entities), dtype=np.bool_)
        mask[self.entity[documents]] = True
        return mask

    def entities_named(self, ids: Iterable[str]) -> Mask:
        """Some entities, by ordinal; unknown ids are nobody's."""
        mask = np.zeros(len(self.names.entities), dtype=np.bool_)
        mask[[number for id in ids if (number := self.names.entities.find(id)) is not None]] = True
        return mask

    def ids_of(self, entities: Mask) -> frozenset[str]:
        """The ids of some entities, given by ordinal."""
        texts = self.names.entities.texts
        return frozenset(texts[n] for n in np.flatnonzero(entities).tolist())

    def numbered(self, values: Mapping[str, int]) -> Integers:
        """A number for each entity, by ordinal; 0 where none is given."""
        found = np.zeros(len(self.names.entities), dtype=np.int64)
        for id, value in values.items():
            if (number := self.names.entities.find(id)) is not None:
                found[number] = value
        return found

    def counts(self, documents: Integers, *, once: bool) -> dict[str, Counts]:
        """How many entities have each value of each facet in one of these documents.

        With `once` no two of the documents are of one entity, so that nothing is counted twice.
        """
        return self._counted.counts(documents, once=once)

    def counts_within(
        self, facet: str, documents: Integers, within: Mapping[str, Iterable[str]]
    ) -> tuple[tuple[str, int], ...]:
        """How many entities have one of several values in one of these documents, by what stands for the values."""
        if facet not in self.facets or not within:
            return ()
        (carriers, carried), ordinals = self.facets[facet], self.names.values[facet]
        among = np.zeros(self.size, dtype=np.bool_)
        among[documents] = True
        shown = among[carriers]
        entities, values = self.entity[carriers[shown]], carried[shown]
        found: dict[str, int] = {}
        for value, every in within.items():
            inside = np.zeros(len(ordinals), dtype=np.bool_)
            inside[[number for one in every if (number := ordinals.find(one)) is not None]] = True
            has = np.zeros(len(self.names.entities), dtype=np.bool_)
            has[entities[inside[values]]] = True
            found[value] = int(np.count_nonzero(has))
        return tuple(found.items())


def view_of(snapshot: Snapshot, parts: Sequence[Part], names: Names) -> View:
    """A view from the parts of its segments, in their order."""
    sizes = [segment.size for segment in snapshot.segments]
    offsets = np.concatenate([[0], np.cumsum(sizes)])[:-1].astype(np.int64) if sizes else np.zeros(0, dtype=np.int64)
    alive = np.ones(sum(sizes), dtype=np.bool_)
    for segment, offset in zip(snapshot.segments, offsets, strict=True):
        alive[np.array(segment.deleted(), dtype=np.int64) + offset] = False
    return View(
        snapshot,
        offsets,
        names,
        alive,
        _joined([part.entity for part in parts]),
        _joined([part.locale for part in parts]),
        {name: _joined64([part.numbers[name] for part in parts]) for name in _NUMBERS},
        {name: _pairs(name, parts, offsets) for name in (parts[0].facets if parts else ())},
        tuple(part.beginnings for part in parts),
    )


def _joined(arrays: Sequence[Numbers]) -> Numbers:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int32)


def _joined64(arrays: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _pairs(name: str, parts: Sequence[Part], offsets: npt.NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    shifted = [(part.facets[name][0] + offset).astype(np.int32) for part, offset in zip(parts, offsets, strict=True)]
    return _joined(shifted), _joined([part.facets[name][1] for part in parts])
