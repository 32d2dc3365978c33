"""The second engine: tantivy, fed with the same tokens; an extra, for more documents than Whoosh is quick with.

Its Python side shows one searcher over all segments, so a token is looked up once and its documents told to the
segments; which those are, by name, stands in `meta.json`, which tantivy replaces with each commit.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import orjson

from graph.errors import IndexUnusable
from graph.search.index import REBUILD, IndexBusy
from graph.search.segments import Entry, Meta, Numbers, Snapshot
from graph.search.tantivy_files import COMMIT, Said, cut_short, said_in, sizes_of
from graph.search.tantivy_untyped import DocAddress, Document, Index, Query, SchemaBuilder

T = TypeVar("T")

_META = "__meta__"
_HEAP_BYTES = 64_000_000
_KEPT_TOKENS = 64
_TRIES = 5
_PANIC = "PanicException"
_LOCK = "Failed to acquire Lockfile: IoError"
_NOTHING: Numbers = np.zeros(0, dtype=np.int32)
_NOWHERE: Mapping[int, Numbers] = {}


class _Reader:
    """One searcher, and the last tokens that were asked for, by segment."""

    def __init__(self, searcher: Any, count: int) -> None:
        self._searcher, self._count, self._places = searcher, count, int(searcher.num_segments)
        self._kept: OrderedDict[tuple[str, str], Mapping[int, Numbers]] = OrderedDict()

    def numbers(self, field: str, text: str) -> Mapping[int, Numbers]:
        """The documents with a term, by the place of their segment; ascending."""
        key = (field, text)
        if key not in self._kept:
            count = int(self._searcher.doc_freq(field, text))
            asked = Query.term_query(SCHEMA, field, text, index_option="basic")
            self._kept[key] = self._asked(asked, count) if count else _NOWHERE
            if len(self._kept) > _KEPT_TOKENS:
                self._kept.popitem(last=False)
        return self._kept[key]

    def alive(self) -> Mapping[int, Numbers]:
        return self._asked(Query.all_query(), self._count)

    def starting(self, prefix: str, limit: int) -> list[str]:
        return sorted(text for text, _ in self._searcher.terms_with_prefix("tokens", prefix))[:limit]

    def stored(self, place: int, number: int) -> bytes:
        document = self._searcher.doc(DocAddress(place, number))
        return bytes(document.get_first("stored"))

    def _asked(self, query: Any, most: int) -> Mapping[int, Numbers]:
        hits = self._searcher.search(Query.const_score_query(query, 1.0), limit=max(1, most), count=False).hits
        if self._places == 1:
            return {0: np.sort(np.array([address.doc for _, address in hits], dtype=np.int32))} if hits else {}
        places = np.array([address.segment_ord for _, address in hits], dtype=np.int32)
        numbers = np.array([address.doc for _, address in hits], dtype=np.int32)
        return {int(place): np.sort(numbers[places == place]) for place in np.unique(places)}


class TantivySegment:
    """The documents of one segment, in the searcher of all."""

    def __init__(self, reader: _Reader, place: int, name: str, size: int, alive: Numbers) -> None:
        self._reader, self._place = reader, place
        self.id, self.size = name, size
        self._meta = tuple(int(n) for n in self.numbers("key", _META))
        hidden = np.ones(size, dtype=np.bool_)
        hidden[alive] = False
        hidden[list(self._meta)] = True
        self._deleted = tuple(int(n) for n in np.flatnonzero(hidden))

    def deleted(self) -> Sequence[int]:
        return self._deleted

    def postings(self, token: str) -> Numbers:
        return self.numbers("tokens", token)

    def starting(self, prefix: str, limit: int) -> Sequence[str]:
        return _or_unusable(lambda: self._reader.starting(prefix, limit))

    def stored(self, number: int) -> bytes:
        return _or_unusable(lambda: self._reader.stored(self._place, number))

    def told(self) -> tuple[int, Meta] | None:
        """The generation, counted by commits as stamps count documents too, and what it says of itself."""
        if not self._meta:
            return None
        generation, *said = orjson.loads(self.stored(self._meta[0]))
        return int(generation), Meta(*said)

    def numbers(self, field: str, text: str) -> Numbers:
        return _or_unusable(lambda: self._reader.numbers(field, text).get(self._place, _NOTHING))


class TantivyEngine:
    """An index of tantivy in a folder; `begin` makes an empty one there that says so of itself."""

    def __init__(self, folder: Path, *, begin: Meta | None = None) -> None:
        self._folder, self._writing = folder, threading.Lock()
        self._writer: Any = None
        if begin is not None:
            folder.mkdir(parents=True)
            _on_disk(lambda: Index(SCHEMA, path=str(folder), reuse=True))
        elif not (folder / COMMIT).is_file():
            raise IndexUnusable(f"The search index cannot be read (it has no meta.json). {REBUILD}")
        self._index: Any = _or_unusable(lambda: Index(SCHEMA, path=str(folder), reuse=True))
        self._index.config_reader(reload_policy="manual")
        if begin is not None:
            self._commit((), (), begin, generation=1)
        self._stamp, self._snapshot = self._take()
        self._sizes = sizes_of(self._folder, self._snapshot)

    def snapshot(self) -> Snapshot:
        if _or_unusable(lambda: said_in(self._folder)).stamp != self._stamp:
            self._stamp, self._snapshot = self._take()
            self._sizes = sizes_of(self._folder, self._snapshot)
        elif cut_short(self._sizes):
            raise IndexUnusable(f"The files of the search index were cut short while they were open. {REBUILD}")
        return self._snapshot

    def commit(self, drop: Iterable[str], entries: Iterable[Entry], meta: Meta) -> None:
        self._commit(drop, entries, meta, generation=self.snapshot().generation + 1)

    def _commit(self, drop: Iterable[str], entries: Iterable[Entry], meta: Meta, *, generation: int) -> None:
        with self._writing:
            writer = self._kept_writer()
            try:
                _write(writer, drop, entries, (generation, meta.applied_seq, meta.chain, meta.schema))
            except BaseException:
                # A writer that died of a full disk cannot be rolled back, and is gone with this.
                with suppress(ValueError):
                    writer.rollback()
                self._let_go()
                raise

    def _kept_writer(self) -> Any:
        """The writer, kept for the next commit, so that it need not wait until all is merged that is to be."""
        if self._writer is None:
            try:
                writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            except ValueError as error:
                raise IndexBusy("Another process writes the search index.") from error
            # What a killed writer began has the names that the next one gives its own.
            _on_disk(writer.garbage_collect_files)
            self._writer = writer
        return self._writer

    def close(self) -> None:
        """Free the lock of the folder, after what is to be merged has been; what reads it may go on."""
        with self._writing:
            self._let_go()

    def _let_go(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(ValueError):
                writer.wait_merging_threads()

    def _take(self) -> tuple[int, Snapshot]:
        """The newest generation; anew where another process committed between its file and its segments."""
        for _ in range(_TRIES):
            taken = _or_unusable(self._try)
            if taken is not None:
                return taken
        raise IndexUnusable("The search index changes too fast to be read; try again.")

    def _try(self) -> tuple[int, Snapshot] | None:
        said = said_in(self._folder)
        self._index.reload()
        searcher = self._index.searcher()
        sound = said == said_in(self._folder) and int(searcher.num_segments) == len(said.segments)
        return (said.stamp, _snapshot(searcher, said)) if sound else None


def _schema() -> Any:
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("tokens", stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


SCHEMA: Any = _schema()


def _snapshot(searcher: Any, said: Said) -> Snapshot:
    reader = _Reader(searcher, sum(size for _, size in said.segments))
    alive = reader.alive()
    segments = tuple(
        TantivySegment(reader, place, name, size, alive.get(place, _NOTHING))
        for place, (name, size) in enumerate(said.segments)
    )
    told = [each for segment in segments if (each := segment.told()) is not None]
    if not told:
        raise IndexUnusable("The search index does not say how far it is.")
    generation, meta = max(told, key=lambda each: each[0])
    return Snapshot(generation, meta, tuple(each for each in segments if len(each.deleted()) < each.size))


def _write(writer: Any, drop: Iterable[str], entries: Iterable[Entry], told: Sequence[int]) -> None:
    for key in {_META, *drop}:
        _on_disk(partial(writer.delete_documents_by_term, "key", key))
    for entry in entries:
        _on_disk(partial(writer.add_document, _document(entry.key, " ".join(entry.tokens), entry.stored)))
    _on_disk(partial(writer.add_document, _document(_META, "", orjson.dumps(told))))
    _on_disk(writer.commit)


def _on_disk(call: Callable[[], object]) -> None:
    """Tantivy says of a full disk, and of all else, that a value is wrong."""
    try:
        call()
    except ValueError as error:
        raise OSError(str(error)) from error


def _document(key: str, tokens: str, stored: bytes) -> Any:
    document = Document()
    document.add_text("key", key)
    document.add_text("tokens", tokens)
    document.add_bytes("stored", stored)
    return document


def _or_unusable(call: Callable[[], T]) -> T:
    """Whatever goes wrong on reading, the cure is one; a panic of Rust is no Exception."""
    try:
        return call()
    except IndexUnusable:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        if _LOCK in str(error):
            raise IndexUnusable(
                "The search index cannot be read: tantivy puts a lock into its folder even then, and this user may not "
                "write there. Give this user the right to, or choose whoosh as DUTA_SEARCH_ENGINE."
            ) from error
        what = f"{type(error).__name__}: {error}"
        raise IndexUnusable(f"The search index cannot be read ({what}). {REBUILD}") from error
