"""The default engine: Whoosh 2.7.4, used for what it does well, and only here.

Its forks return deleted documents. mmap copies whole segments into memory, `update_document` opens a searcher
for each document, BufferedWriter breaks searches, and the query parsers are open to a user's syntax: none is
used. Its files are pickles: the folder is written by Duta alone.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import orjson

from graph.errors import IndexUnusable
from graph.search.index import REBUILD, IndexBusy
from graph.search.segments import Entry, Meta, Numbers, Snapshot
from graph.search.whoosh_reading import SegmentFiles, newest
from graph.search.whoosh_untyped import (
    Codec,
    FileIndex,
    FileStorage,
    Keyword,
    LockError,
    Schema,
    SegmentReader,
    Stored,
)
from graph.search.whoosh_writing import BLOCK, add_entry, prepared

T = TypeVar("T")

_META = "__meta__"
_TRIES, _PAUSE = 10, 0.05
_CODEC = Codec(blocklimit=BLOCK, compression=0)


class WhooshSegment:
    """The documents of one segment, of which some are deleted in one generation."""

    def __init__(self, files: SegmentFiles, segment: Any) -> None:
        self._files = files
        self.id = str(segment.segment_id())
        self.size = int(segment.doc_count_all())
        deleted = {int(n) for n in segment.deleted_docs()}
        self._meta = tuple(sorted({int(n) for n in self._files.numbers("key", _META)} - deleted))
        self._deleted = tuple(sorted({*self._meta, *deleted}))

    def deleted(self) -> Sequence[int]:
        return self._deleted

    def postings(self, token: str) -> Numbers:
        try:
            return self._files.numbers("tokens", token)
        except Exception as error:
            raise _unusable(error) from error

    def starting(self, prefix: str, limit: int) -> Sequence[str]:
        return _or_unusable(lambda: self._files.starting("tokens", prefix, limit))

    def stored(self, number: int) -> bytes:
        return _or_unusable(lambda: self._files.stored(number))

    def meta(self) -> Meta | None:
        return Meta(**orjson.loads(self.stored(self._meta[0]))) if self._meta else None


class _Opened:
    """The files of segments, which do not change: they are opened once, however many generations they are in.

    Whoosh opens all of them for each reader, which takes longer than to write what changed.
    """

    def __init__(self, index: Any) -> None:
        self._index, self._guard = index, threading.Lock()
        self._files: dict[str, SegmentFiles] = {}

    def of(self, segment: Any) -> SegmentFiles:
        with self._guard:
            id = str(segment.segment_id())
            if id not in self._files:
                self._files[id] = SegmentFiles(SegmentReader(self._index.storage, self._index.schema, segment))
            return self._files[id]

    def check(self) -> None:
        """Raise IndexUnusable where a file was cut short while it was open."""
        with self._guard:
            if not all(files.whole for files in self._files.values()):
                raise IndexUnusable(f"The files of the search index were cut short while they were open. {REBUILD}")

    def close_others(self, segments: Iterable[Any]) -> None:
        """Let go the files of segments that are no more."""
        with self._guard:
            ids = {str(segment.segment_id()) for segment in segments}
            for id in [id for id in self._files if id not in ids]:
                self._files.pop(id).close()


class WhooshEngine:
    """An index of Whoosh in a folder; `begin` makes an empty one there that says so of itself."""

    def __init__(self, folder: Path, *, begin: Meta | None = None) -> None:
        self._folder, self._writing = folder, threading.Lock()
        storage = FileStorage(str(folder), supports_mmap=False)
        if begin is None:
            self._index: Any = _or_unusable(lambda: FileIndex(storage))
            self._opened = _Opened(self._index)
        else:
            folder.mkdir(parents=True)
            schema = Schema(key=Keyword(), tokens=Keyword(), stored=Stored())
            self._index = storage.create_index(schema)
            self._opened = _Opened(self._index)
            self.commit((), (), begin)
        self._snapshot = _or_unusable(self._take)

    def snapshot(self) -> Snapshot:
        if _or_unusable(self._index.latest_generation) != self._snapshot.generation:
            self._snapshot = _or_unusable(self._take)
        self._opened.check()
        return self._snapshot

    def commit(self, drop: Iterable[str], entries: Iterable[Entry], meta: Meta) -> None:
        with self._writing:
            try:
                writer = self._index.writer(codec=_CODEC)
            except LockError as error:
                raise IndexBusy("Another process writes the search index.") from error
            try:
                _write(prepared(writer, self._folder), self._opened, drop, entries, meta)
                writer.commit()
            except BaseException:
                _give_up(writer)
                raise

    def close(self) -> None:
        self._opened.close_others(())

    def _take(self) -> Snapshot:
        """The newest generation; anew where another process has merged its segments before they were opened."""
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):
                return self._snapshot_of(newest(self._index))
            time.sleep(_PAUSE)
        raise IndexUnusable(f"The files of the search index go while they are opened. {REBUILD}")

    def _snapshot_of(self, toc: Any) -> Snapshot:
        segments = [WhooshSegment(self._opened.of(each), each) for each in toc.segments if each.doc_count_all()]
        metas = [meta for segment in segments if (meta := segment.meta()) is not None]
        if not metas:
            raise IndexUnusable("The search index does not say how far it is.")
        self._opened.close_others(toc.segments)
        holding = tuple(segment for segment in segments if len(segment.deleted()) < segment.size)
        return Snapshot(int(toc.generation), max(metas, key=lambda meta: meta.applied_seq), holding)


def _give_up(writer: Any) -> None:
    """Undo what was begun; what a full disk does not let be closed is left, but for the lock of the folder."""
    with suppress(Exception):
        writer.cancel()
    if not writer.is_closed:
        writer.writelock.release()


def _write(writer: Any, opened: _Opened, drop: Iterable[str], entries: Iterable[Entry], meta: Meta) -> None:
    dropped = {_META, *drop}
    for segment in writer.segments:
        files = opened.of(segment)
        for number in chain.from_iterable(files.numbers("key", key).tolist() for key in dropped):
            segment.delete_document(number)
    for entry in entries:
        add_entry(writer, entry)
    said = {"applied_seq": meta.applied_seq, "chain": meta.chain, "schema": meta.schema}
    add_entry(writer, Entry(_META, (), orjson.dumps(said)))


def _or_unusable(call: Callable[[], T]) -> T:
    """Whatever goes wrong on opening, a pickle of another version or a file cut short, the cure is one."""
    try:
        return call()
    except IndexUnusable:
        raise
    except Exception as error:  # Whoosh reads pickles: a torn one raises anything.
        raise _unusable(error) from error


def _unusable(error: Exception) -> IndexUnusable:
    return IndexUnusable(f"The search index cannot be read ({type(error).__name__}: {error}). {REBUILD}")
