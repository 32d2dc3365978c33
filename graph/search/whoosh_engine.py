"""The default engine: Whoosh 2.7.4, used for what it does well, and only here.

Its forks return deleted documents. mmap copies whole segments into memory, `update_document` opens a searcher
for each document, BufferedWriter breaks searches, and the query parsers are open to a user's syntax: none is
used. Its files are pickles: the folder is written by Duta alone.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import orjson

from graph.errors import IndexUnusable
from graph.search.index import IndexBusy
from graph.search.segments import Entry, Meta, Numbers, Snapshot
from graph.search.whoosh_reading import SegmentFiles
from graph.search.whoosh_untyped import (
    FileIndex,
    FileStorage,
    Keyword,
    LockError,
    Schema,
    Stored,
    split_at_spaces,
)

T = TypeVar("T")

_META = "__meta__"
_MEMORY_MB = 128
_COLUMN, _MOST_COLUMNS = ".col", 10_000


class WhooshSegment:
    """The reader of one segment. Its files have one position each, so calls come one at a time."""

    def __init__(self, reader: Any) -> None:
        self._reader, self._files = reader, SegmentFiles(reader)
        self.id = str(reader.segment().segment_id())
        self.size = int(reader.doc_count_all())
        deleted = {int(n) for n in reader.segment().deleted_docs()}
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


def _storage(folder: Path) -> Any:
    """A folder that remembers which column files there are.

    Whoosh asks the disk for one for each posting it writes, which takes a fifth of an index's time and more. The
    columns of a segment are there before it is read, and do not change.
    """
    storage, known = FileStorage(str(folder), supports_mmap=False), dict[str, bool]()
    exists, create = storage.file_exists, storage.create_file

    def file_exists(name: str) -> bool:
        if not name.endswith(_COLUMN):
            return bool(exists(name))
        if name not in known:
            if len(known) >= _MOST_COLUMNS:
                known.clear()
            known[name] = bool(exists(name))
        return known[name]

    def create_file(name: str, **more: Any) -> Any:
        known.pop(name, None)
        return create(name, **more)

    storage.file_exists, storage.create_file = file_exists, create_file
    return storage


class WhooshEngine:
    """An index of Whoosh in a folder; `begin` makes an empty one there that says so of itself."""

    def __init__(self, folder: Path, *, begin: Meta | None = None) -> None:
        self._writing = threading.Lock()
        self._reader: Any = None
        storage = _storage(folder)
        if begin is None:
            self._index: Any = _or_unusable(lambda: FileIndex(storage))
        else:
            folder.mkdir(parents=True)
            schema = Schema(key=Keyword(), tokens=Keyword(analyzer=split_at_spaces()), stored=Stored())
            self._index = storage.create_index(schema)
            self.commit((), (), begin)
        self._snapshot = self._take()

    def snapshot(self) -> Snapshot:
        if _or_unusable(self._index.latest_generation) != self._snapshot.generation:
            self._snapshot = self._take()
        return self._snapshot

    def commit(self, drop: Iterable[str], entries: Iterable[Entry], meta: Meta) -> None:
        with self._writing:
            try:
                writer = self._index.writer(limitmb=_MEMORY_MB)
            except LockError as error:
                raise IndexBusy("Another process writes the search index.") from error
            try:
                _write(writer, drop, entries, meta)
                writer.commit()
            except BaseException:
                _give_up(writer)
                raise

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _take(self) -> Snapshot:
        reader = _or_unusable(self._index.reader)
        self.close()
        self._reader = reader
        return _or_unusable(lambda: _snapshot(reader))


def _snapshot(reader: Any) -> Snapshot:
    segments = [WhooshSegment(leaf) for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()]
    metas = [meta for segment in segments if (meta := segment.meta()) is not None]
    if not metas:
        raise IndexUnusable("The search index does not say how far it is.")
    holding = tuple(segment for segment in segments if len(segment.deleted()) < segment.size)
    return Snapshot(int(reader.generation()), max(metas, key=lambda meta: meta.applied_seq), holding)


def _give_up(writer: Any) -> None:
    """Undo what was begun; what a full disk does not let be closed is left, but for the lock of the folder."""
    with suppress(Exception):
        writer.cancel()
    if not writer.is_closed:
        writer.writelock.release()


def _write(writer: Any, drop: Iterable[str], entries: Iterable[Entry], meta: Meta) -> None:
    reader = writer.reader()
    try:
        for key in {_META, *drop}:
            if ("key", key) in reader:
                for number in reader.postings("key", key).all_ids():
                    writer.delete_document(number)
    finally:
        reader.close()
    for entry in entries:
        writer.add_document(key=entry.key, tokens=" ".join(entry.tokens), stored=entry.stored)
    said = {"applied_seq": meta.applied_seq, "chain": meta.chain, "schema": meta.schema}
    writer.add_document(key=_META, stored=orjson.dumps(said))


def _or_unusable(call: Callable[[], T]) -> T:
    """Whatever goes wrong on opening, a pickle of another version or a file cut short, the cure is one."""
    try:
        return call()
    except IndexUnusable:
        raise
    except Exception as error:  # Whoosh reads pickles: a torn one raises anything.
        raise _unusable(error) from error


def _unusable(error: Exception) -> IndexUnusable:
    return IndexUnusable(f"The search index cannot be read ({type(error).__name__}: {error}); rebuild it.")
