"""The port over any engine that keeps tokens: columns, ranking, folding and facets are ours."""

import threading
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from graph.errors import IndexUnusable
from graph.search.ahead import MemorySegment, ahead_of
from graph.search.chain import CHAIN_VERSION
from graph.search.columns import columns_of, forget_others
from graph.search.counted import Counts, Integers
from graph.search.entries import entry_of, from_bytes
from graph.search.explain import explained
from graph.search.folding import is_blank
from graph.search.index import (
    LONGEST_QUERY,
    MOST_HITS,
    MOST_WORDS,
    SCHEMA_VERSION,
    Document,
    Hits,
    IndexState,
    Query,
    QueryRefused,
    Suggestion,
)
from graph.search.meaning import meant
from graph.search.paging import Page, page_of
from graph.search.postings import Kept, Postings
from graph.search.ranking import Seen
from graph.search.scoring import Ranked, rank
from graph.search.segments import Engine, Entry, Meta, Snapshot
from graph.search.suggesting import suggested
from graph.search.terms import Terms, terms_of
from graph.search.view import Mask, Names, Part, View, part_of, view_of
from graph.store.select import Viewer

_NONE = frozenset[str]()
# As many documents of a commit are shown before it is done, and as many bytes of them; of more, building them would
# take as long, and they would all be in memory at once.
_MOST_AHEAD, _MOST_BYTES_AHEAD = 1000, 16_000_000


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything a query lets through, before the page."""

    ranked: Ranked
    visible: Mask
    matched: Mask
    fitting: Mask
    meant: str | None


class TokenIndex:
    """A SearchIndex whose engine keeps tokens and bytes. One search at a time, beside one commit.

    What is being committed is shown while the disk takes it, so that an edit waits for no disk.
    While one call opens a new generation, others are answered from the one before.
    """

    def __init__(self, engine: Engine, folder: Path | None = None) -> None:
        self._engine, self._folder = engine, folder
        self._lock, self._opening, self._applying = threading.RLock(), threading.Lock(), threading.Lock()
        self._names, self._kept = Names(), Kept()
        self._parts: dict[str, Part] = {}
        self._view: View | None = None
        self._ahead: View | None = None
        self._closed = False

    def search(self, query: Query) -> Hits:
        terms = _terms_within_limits(query)
        view = self._newest()
        with self._lock:
            found = self._find(view, query, terms)
            page = page_of(view, found.ranked.scores, found.ranked.fits, found.fitting, query)
            return self._hits(view, query, found, page)

    def suggest(
        self, typed: str, viewer: Viewer, *, locale: str | None = None, first: int = 8, without: frozenset[str] = _NONE
    ) -> list[Suggestion]:
        _check_length(typed, first)
        view = self._newest()
        with self._lock:
            visible = view.visible(viewer)
            if without:
                visible = visible & ~view.entities_named(without)[view.entity]
            return suggested(view, visible, typed, locale, first)

    def apply(self, drop: Iterable[str], documents: Iterable[Document], *, applied_seq: int) -> None:
        meta, dropped = Meta(applied_seq, CHAIN_VERSION, SCHEMA_VERSION), tuple(drop)
        entries = map(entry_of, documents)
        # One after the other, or a commit would be shown as if the one before it were not.
        with self._applying:
            if self._view is None:
                self._engine.commit(dropped, entries, meta)
            else:
                self._apply_shown(dropped, entries, meta)

    def state(self) -> IndexState:
        view = self._newest()
        with self._lock:
            # Only what is on the disk counts as applied: a commit that is shown may yet be refused.
            applied = (self._view or view).snapshot.meta.applied_seq
            return IndexState(applied, *view.extent, view.snapshot.generation)

    def documents(self) -> Iterator[Document]:
        view = self._newest()
        for number in view.alive.nonzero()[0]:
            with self._lock:
                segment, local = view.segment_of(int(number))
                stored = segment.stored(local)
            yield from_bytes(stored)

    def close(self) -> None:
        with self._opening, self._lock:
            self._closed = True
            self._engine.close()

    def _apply_shown(self, drop: Sequence[str], entries: Iterator[Entry], meta: Meta) -> None:
        few, all_of_them = _first_of(entries)
        try:
            if all_of_them:
                self._show_ahead(drop, MemorySegment(few), meta)
            self._engine.commit(drop, chain(few, entries), meta)
            # Whoever asks goes on seeing what was shown until what was committed can be.
            with suppress(IndexUnusable), self._opening:
                self._opened()
        finally:
            with self._lock:
                self._ahead = None
                self._kept.forget_others(self._view.snapshot.segments if self._view else ())

    def _show_ahead(self, drop: Sequence[str], segment: MemorySegment, meta: Meta) -> None:
        columns = columns_of(segment, None)
        # Nobody may open another generation before the parts of this one are at hand.
        with self._opening:
            view = self._opened()
            with self._lock:
                parts = [*(self._parts[one.id] for one in view.snapshot.segments), part_of(columns, self._names)]
                self._ahead = ahead_of(view, parts, self._names, drop, segment, meta)

    def _newest(self) -> View:
        """What is being committed, or the newest generation, or the one before where another call is opening that."""
        # Asked once, as it may be done any moment.
        ahead = self._ahead
        if ahead is not None and not self._closed:
            return ahead
        view = self._view
        if self._opening.acquire(blocking=view is None):
            try:
                view = self._opened()
            finally:
                self._opening.release()
        return view or self._newest()

    def _opened(self) -> View:
        if self._closed:
            raise IndexUnusable("The search index was closed.")
        snapshot = self._engine.snapshot()
        view = self._view
        return view if view is not None and view.snapshot is snapshot else self._load(snapshot)

    def _load(self, snapshot: Snapshot) -> View:
        # Of a large segment that was merged they take long, so they are made while searches go on.
        new = [segment for segment in snapshot.segments if segment.id not in self._parts]
        columns = {segment.id: columns_of(segment, self._folder) for segment in new}
        with self._lock:
            parts = self._parts | {id: part_of(made, self._names) for id, made in columns.items()}
            self._parts = {segment.id: parts[segment.id] for segment in snapshot.segments}
            self._kept.forget_others(snapshot.segments)
            self._view = view_of(snapshot, list(self._parts.values()), self._names)
        if self._folder is not None:
            forget_others(self._folder, snapshot.segments)
        return self._view

    def _find(self, view: View, query: Query, terms: Terms) -> _Found:
        visible = view.visible(query.viewer)
        seen = Seen(Postings(view, self._kept), visible)
        ranked = rank(seen, view, terms)
        matched = ranked.scores > 0 if not is_blank(query.text) else visible.copy()
        fitting = view.entities_of(matched) & _allowed(view, query, visible)
        return _Found(ranked, visible, matched, fitting, meant(seen, query.text, ranked))

    def _hits(self, view: View, query: Query, found: _Found, page: Page) -> Hits:
        shown = (found.visible & found.fitting[view.entity]).nonzero()[0]
        total = int(np.count_nonzero(found.fitting))
        return Hits(
            total,
            tuple(explained(view, query, found.ranked, page.documents)),
            _counts(view, query, shown, once=len(shown) == total),
            view.snapshot.generation,
            page.more,
            page.named,
            found.meant,
            view.ids_of(found.fitting) if query.every_id else _NONE,
        )


def _first_of(entries: Iterator[Entry]) -> tuple[Sequence[Entry], bool]:
    """The first of some entries, as far as they may be shown from memory, and whether these are all."""
    few: list[Entry] = []
    size = 0
    for entry in entries:
        few.append(entry)
        size += len(entry.stored)
        if len(few) > _MOST_AHEAD or size > _MOST_BYTES_AHEAD:
            return few, False
    return few, True


def _counts(view: View, query: Query, shown: Integers, *, once: bool) -> dict[str, Counts]:
    """What a filter by each value would let through of the documents shown, most first, then by value."""
    known = view.counts(shown, once=once) if query.facets else {}
    counts = {facet: known.get(facet, ()) for facet in query.facets}
    for facet in query.within.keys() & counts.keys():
        counts[facet] = _among(counts[facet], view.counts_within(facet, shown, query.within[facet]))
    return counts


def _among(counts: Counts, wider: Counts) -> Counts:
    """Counts with those of values that stand for others, too, in their order; of these there are few."""
    if not wider:
        return counts
    standing = {value for value, _ in wider}
    every = [pair for pair in counts if pair[0] not in standing]
    for pair in wider:
        if pair[1]:
            insort(every, pair, key=_most_first)
    return tuple(every)


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _allowed(view: View, query: Query, visible: Mask) -> Mask:
    """The entities that the filters let through: each may be fulfilled by another document of the entity."""
    allowed = np.ones(len(view.names.entities), dtype=np.bool_)
    for facet, values in query.filters.items():
        allowed &= view.entities_of(visible & view.having(facet, values))
    if query.ids is not None:
        allowed &= view.entities_named(query.ids)
    return allowed & ~view.entities_named(query.without)


def _terms_within_limits(query: Query) -> Terms:
    _check_length(query.text, query.first)
    terms = terms_of(query.text)
    if len(terms.words) > MOST_WORDS:
        raise QueryRefused(f"The query has {len(terms.words)} words, {MOST_WORDS} are allowed. Shorten it.")
    return terms


def _check_length(text: str, first: int) -> None:
    if len(text) > LONGEST_QUERY:
        raise QueryRefused(f"The query has {len(text)} characters, {LONGEST_QUERY} are allowed. Shorten it.")
    if not 0 <= first <= MOST_HITS:
        raise QueryRefused(f"A page has at most {MOST_HITS} hits, not {first}.")
