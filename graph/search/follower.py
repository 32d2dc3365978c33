"""The follower of the log: brings the index to where the graph is, and builds it anew where it cannot be used."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from graph.errors import IndexUnusable
from graph.model import ANY
from graph.search.gathering import every_id, gather, touched
from graph.search.index import REBUILD, IndexFolder
from graph.search.narrowing import Narrowed, narrowed
from graph.store.port import GraphStore
from graph.store.select import Row, Shape, Viewer, by_ids
from graph.store.visibility import RESTRICTED

T = TypeVar("T")

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Status:
    """How the index stands to the graph. `lag` is in changes of the log; `problem` says why there is no index."""

    graph_seq: int
    applied_seq: int
    documents: int
    entities: int
    problem: str = ""

    @property
    def lag(self) -> int:
        return self.graph_seq - self.applied_seq


class Follower:
    """Feeds one index from one store. Only the process that holds the index's lock writes."""

    def __init__(self, store: GraphStore, index: IndexFolder) -> None:
        self._store, self._index = store, index
        self._reading = threading.Lock()
        self._applied = self._read = 0
        self._narrowed: list[Narrowed] = []

    def status(self) -> Status:
        graph = self._store.head().seq
        try:
            state = self._index.state()
        except IndexUnusable as error:
            return Status(graph, 0, 0, 0, str(error))
        problem = "" if state.applied_seq <= graph else f"The search index is ahead of the graph. {REBUILD}"
        return Status(graph, state.applied_seq, state.documents, state.entities, problem)

    def follow(self, progress: Callable[[int], None] | None = None) -> int:
        """Bring the index to the end of the log, rebuilding it first where it must be; how many changes that were.

        Does nothing where another process writes the index. `progress` is told of each entity read on a rebuild.
        """
        if not self._index.writable():
            return 0
        if self.status().problem:
            self.rebuild(progress)
        done = 0
        while applied := self.step():
            done += applied
        return done

    def step(self, limit: int = _PAGE) -> int:
        """Apply the next page of the log in one commit; how many changes that were."""
        after = self._index.state().applied_seq
        changes = self._store.changes(after, limit)
        if changes:
            ids = touched(self._store, changes)
            self._index.apply(ids, gather(self._store, ids), applied_seq=changes[-1].seq)
        return len(changes)

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Build a new index from the graph as it is now, then put it in use; `step` catches up. Raises IndexBusy.

        What changes while it is read is read again by catching up, as the sequence is noted before.
        """
        before = self._store.head().seq
        ids = _told(every_id(self._store), progress)
        self._index.rebuild(gather(self._store, ids), applied_seq=before)

    def outdated(self, viewer: Viewer) -> frozenset[str]:
        """The entities whose documents hold what the viewer no longer sees; to be left out until they are written."""
        waiting = self._waiting()
        ids = tuple({id for one in waiting for id in one.rests_on})
        seen = frozenset[str]()
        if ids:
            question = by_ids(ANY, ids, Shape((("id", "id"),)), limit=len(ids))
            rows = cast("Sequence[Row]", self._store.ask(viewer, {"seen": question})["seen"]["rows"])
            seen = frozenset(str(row["id"]) for row in rows)
        closed = [
            one.change
            for one in waiting
            if one.gone or not one.rests_on <= seen or (one.text and viewer.draft < RESTRICTED)
        ]
        return frozenset(touched(self._store, closed)) if closed else frozenset()

    def _waiting(self) -> list[Narrowed]:
        """What was narrowed since the index was written; what of the log has been read for it is not read again."""
        applied = self._index.state().applied_seq
        with self._reading:
            if applied > self._read or applied < self._applied:
                self._narrowed, self._read = [], applied
            self._applied = applied
            while changes := self._store.changes(self._read, _PAGE):
                self._narrowed += narrowed(changes)
                self._read = changes[-1].seq
            self._narrowed = [one for one in self._narrowed if one.change.seq > applied]
            return self._narrowed


def _told(items: Iterable[T], progress: Callable[[int], None] | None) -> Iterator[T]:
    for count, item in enumerate(items, start=1):
        if progress is not None:
            progress(count)
        yield item
