"""Graphs as they were, each replayed once into a file that goes when nobody reads it any more."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

from graph.asking import Then
from graph.errors import InvalidValue
from graph.history.replay import Today, last_until, replay
from graph.history.versions import milliseconds_of
from graph.model.kinds import instant
from graph.search.index import Hits, Query, QueryRefused, Suggestion
from graph.store.operational import milliseconds
from graph.store.port import GraphStore
from graph.store.select import Viewer
from graph.store.sqlite import SqliteStore, open_sqlite

_KEPT = 8
_PAGE = 500
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the past: the last entry of the log by then, and its time in epoch milliseconds."""

    seq: int
    now: int


class NoSearch:
    """Answers words where the past is asked: its index is gone."""

    def search(self, query: Query) -> Hits:
        raise QueryRefused(f'The past cannot be searched for "{query.text[:80]}". Ask by filters.')

    def suggest(self, typed: str, viewer: Viewer, *, locale: str | None = None, first: int = 8) -> list[Suggestion]:
        raise QueryRefused(f'The past suggests nothing for "{typed[:80]}". Ask without Duta-As-Of.')


@dataclass(slots=True)
class _Past:
    """A replayed graph, until which entry it knows what is seen today, and until when that holds."""

    store: SqliteStore
    seq: int
    until: int


def _now() -> datetime:
    return datetime.now(UTC)


class Pasts:
    """The pasts of one store, of which the last few are kept. Calls may come from any thread."""

    def __init__(self, store: GraphStore, clock: Callable[[], datetime] = _now) -> None:
        self._store, self._clock = store, clock
        self._kept: OrderedDict[int, _Past] = OrderedDict()
        # One at a time: who asks for many pasts waits for them and takes no more than one processor.
        self._building = threading.Lock()

    def moment(self, told: str) -> Moment:
        """The moment that a text names, an entry's number or a time; raises InvalidValue."""
        last = self._store.head().seq
        if told.isascii() and told.isdecimal() and len(told) < _DIGITS:
            seq = int(told)
            if not 1 <= seq <= last:
                raise InvalidValue(f"There is no entry {seq} in the log, which ends at {last}.")
            return Moment(seq, milliseconds_of(self._store.changes(seq - 1, 1)[0].at))
        at = instant(told)
        if milliseconds_of(at) > milliseconds(self._clock()):
            raise InvalidValue(f"{at} is still to come.")
        return Moment(last_until(self._store, at, last), milliseconds_of(at))

    def then(self, told: str) -> Then:
        """The graph at the moment that a text names; raises InvalidValue."""
        moment = self.moment(told)
        return Then(self.at(moment.seq), moment.seq, moment.now)

    def at(self, seq: int) -> GraphStore:
        """The graph as an entry left it, of which only what is seen today can be seen."""
        with self._building:
            past = self._kept.pop(seq, None) or self._built(seq)
            self._kept[seq] = past
            self._refresh(past)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return past.store

    def _built(self, seq: int) -> _Past:
        folder = mkdtemp(prefix="duta-past-")
        store = open_sqlite(Path(folder) / "graph.sqlite3", self._store.model)
        # Somebody may still read what is no longer kept: the files go with the last who does, or with the process.
        finalize(store, rmtree, folder, ignore_errors=True)
        store.fill(replay(self._store, seq), ())
        return _Past(store, -1, 0)

    def _refresh(self, past: _Past) -> None:
        """Hide what went out of sight since, and show what came into it."""
        now = milliseconds(self._clock())
        touched: set[str] | None = None
        last = self._store.head().seq
        if past.seq >= 0 and now < past.until:
            touched, after = set[str](), past.seq
            while page := self._store.changes(after, _PAGE):
                touched |= {change.id for change in page}
                after = page[-1].seq
            last = max(last, after)
            if not touched:
                return
        today = Today(past.store, self._store, now)
        past.store.apply(today.steps(touched))
        past.seq, past.until = last, today.until if touched is None else min(past.until, today.until)
