"""The folder of indexes: a pointer file says which is in use; a new one is built beside it."""

import os
import shutil
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from graph.errors import IndexUnusable
from graph.search.chain import CHAIN_VERSION
from graph.search.index import (
    REBUILD,
    SCHEMA_VERSION,
    Document,
    Hits,
    IndexBusy,
    IndexNotWritten,
    IndexState,
    Query,
    Suggestion,
)
from graph.search.lock import FileLock
from graph.search.segments import Engine, Meta
from graph.search.token_index import TokenIndex
from graph.store.select import Viewer

T = TypeVar("T")

_CURRENT = "CURRENT"
_PREFIX = "index-"
_NEVER = -1
_NONE = frozenset[str]()

MakeEngine = Callable[[Path, Meta | None], Engine]


class TokenIndexFolder:
    """An IndexFolder whose indexes `make_engine` opens, or begins where it is given a Meta."""

    def __init__(self, folder: Path, make_engine: MakeEngine) -> None:
        self._folder, self._make_engine = folder, make_engine
        self._lock = FileLock(folder / "write.lock")
        self._guard = threading.RLock()
        self._open: TokenIndex | None = None
        self._name = ""

    def search(self, query: Query) -> Hits:
        return self._on_current(lambda index: index.search(query))

    def suggest(
        self, typed: str, viewer: Viewer, *, locale: str | None = None, first: int = 8, without: frozenset[str] = _NONE
    ) -> list[Suggestion]:
        return self._on_current(lambda index: index.suggest(typed, viewer, locale=locale, first=first, without=without))

    def state(self) -> IndexState:
        return self._on_current(TokenIndex.state)

    def documents(self) -> Iterator[Document]:
        return self._on_current(TokenIndex.documents)

    def apply(self, drop: Iterable[str], documents: Iterable[Document], *, applied_seq: int) -> None:
        self._must_write()
        with self._disk():
            self._current().apply(drop, documents, applied_seq=applied_seq)

    def writable(self) -> bool:
        return self._lock.acquire()

    def hindrance(self) -> str:
        if self._lock.acquire():
            return ""
        if self._lock.problem:
            return (
                f'The folder "{self._folder}" of the search index may not be written to: {self._lock.problem}. '
                "Give this user the right to, or leave the index to a process that has it."
            )
        return "Another process writes the search index. It follows the graph, so nothing is to be done."

    def rebuild(self, documents: Iterable[Document], *, applied_seq: int) -> None:
        self._must_write()
        name = self._next_name()
        folder = self._folder / name
        with self._disk():
            try:
                index = TokenIndex(self._make_engine(folder, Meta(_NEVER, CHAIN_VERSION, SCHEMA_VERSION)), folder)
                try:
                    index.apply((), documents, applied_seq=applied_seq)
                finally:
                    index.close()
                self._switch(name)
            except BaseException:
                # Half an index is of no use, and the disk may be full of it.
                self._remove_all_but(_read(self._folder / _CURRENT))
                raise

    @contextmanager
    def _disk(self) -> Generator[None]:
        """What the disk does not take is said with its cure."""
        try:
            yield
        except OSError as error:
            what = error.strerror or str(error)
            raise IndexNotWritten(
                f'The search index in "{self._folder}" cannot be written: {what}. Make room on its disk, or see to its '
                "rights. Until then the index answers as it is, and then it catches up by itself."
            ) from error

    def close(self) -> None:
        with self._guard:
            self._close_open()
            self._lock.release()

    def _on_current(self, call: Callable[[TokenIndex], T]) -> T:
        """Call on the index in use; once more where it was replaced meanwhile."""
        try:
            return call(self._current())
        except IndexUnusable:
            with self._guard:
                self._close_open()
            return call(self._current())

    def _current(self) -> TokenIndex:
        with self._guard:
            name = _read(self._folder / _CURRENT)
            if self._open is None or name != self._name:
                self._close_open()
                self._open, self._name = self._opened(name), name
            return self._open

    def _opened(self, name: str) -> TokenIndex:
        if not name:
            raise IndexUnusable(f"There is no search index yet. {REBUILD}")
        folder = self._folder / name
        engine = self._make_engine(folder, None)
        meta = engine.snapshot().meta
        if (meta.chain, meta.schema) != (CHAIN_VERSION, SCHEMA_VERSION):
            engine.close()
            raise IndexUnusable(f"The search index was written by another version of Duta. {REBUILD}")
        return TokenIndex(engine, folder)

    def _close_open(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._name = None, ""

    def _must_write(self) -> None:
        if hindrance := self.hindrance():
            raise IndexBusy(hindrance)

    def _next_name(self) -> str:
        """A name that is free, after removing what interrupted builds left."""
        current = _read(self._folder / _CURRENT)
        self._remove_all_but(current)
        return f"{_PREFIX}{int(current.removeprefix(_PREFIX) or 0) + 1}"

    def _switch(self, name: str) -> None:
        for path in (self._folder / name).iterdir():
            if path.is_file():
                _sync(path)
        _sync(self._folder / name)
        pointer = self._folder / _CURRENT
        new = pointer.with_suffix(".new")
        new.write_text(name, encoding="ascii")
        _sync(new)
        new.replace(pointer)
        _sync(self._folder)
        with self._guard:
            self._close_open()
        self._remove_all_but(name)

    def _remove_all_but(self, name: str) -> None:
        for path in self._folder.glob(f"{_PREFIX}*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


def _read(pointer: Path) -> str:
    """The name in a pointer file; empty where there is none or it is no such name."""
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return name if name.removeprefix(_PREFIX).isdigit() and name.startswith(_PREFIX) else ""


def _sync(path: Path) -> None:
    """Flush a file or folder to the disk; systems that cannot open a folder need not."""
    try:
        opened = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
