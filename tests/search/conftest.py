"""An index in a temporary folder, on every engine, and documents written in a line."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graph.search.engines import ENGINES, open_index
from graph.search.index import Document, Field, Query, Role
from graph.search.index_folder import TokenIndexFolder
from graph.search.segments import Meta, Snapshot
from graph.store.select import Viewer
from graph.store.visibility import ALWAYS, LIVE, NEVER, Visibility

PUBLIC = Visibility(LIVE, 0, ALWAYS, NEVER)
ANYONE = Viewer(live=0, draft=-1, retired=-1, now=1000)
EVERYTHING = Viewer(live=3, draft=3, retired=3, now=1000)


def make_document(id, title, *texts, locale="en", seen=PUBLIC, aliases=(), links=(), **facets):
    """A document with a title, aliases, and texts of weight 4."""
    fields = [Field("title", title, 10, locale, Role.NAME)]
    fields += [Field("aliases", alias, 8, None, Role.ALIAS) for alias in aliases]
    fields += [Field("summary", text, 4, locale) for text in texts]
    counted = {"type": ("Asset",), "locale": (locale,)} | {name: tuple(values) for name, values in facets.items()}
    return Document(id, locale, "Asset", seen, tuple(fields), tuple((id, 3, "ABOUT") for id in links), counted)


class MemorySegment:
    """The simplest segment there can be, as a measure for the others."""

    def __init__(self, generation, entries):
        self.id = f"memory-{generation}"
        self._entries = entries
        self.size = len(entries)

    def deleted(self):
        return ()

    def postings(self, token):
        return np.array([n for n, entry in enumerate(self._entries) if token in entry.tokens], dtype=np.int32)

    def starting(self, prefix, limit):
        found = {token for entry in self._entries for token in entry.tokens if token.startswith(prefix)}
        return sorted(found)[:limit]

    def stored(self, number):
        return self._entries[number].stored


class MemoryEngine:
    def __init__(self, begin):
        self._entries = []
        self._snapshot = Snapshot(0, begin, (MemorySegment(0, []),))

    def snapshot(self):
        return self._snapshot

    def commit(self, drop, entries, meta):
        dropped = set(drop)
        kept = [entry for entry in self._entries if entry.key not in dropped]
        self._entries = [*kept, *entries]
        generation = self._snapshot.generation + 1
        self._snapshot = Snapshot(generation, meta, (MemorySegment(generation, self._entries),))

    def close(self):
        pass


class MemoryEngines:
    def __init__(self):
        self._made: dict[Path, MemoryEngine] = {}

    def __call__(self, folder: Path, begin: Meta | None):
        if begin is not None:
            folder.mkdir()
            self._made[folder] = MemoryEngine(begin)
        return self._made[folder]


def open_any(engine: str, folder: Path):
    return TokenIndexFolder(folder / "memory", MemoryEngines()) if engine == "memory" else open_index(folder, engine)


def ids_found(index, text, viewer=ANYONE, **more) -> Sequence[str]:
    """The ids found, best first."""
    return [hit.id for hit in index.search(Query(text, viewer, **more)).hits]


@pytest.fixture(scope="session")
def anyone():
    return ANYONE


@pytest.fixture(scope="session")
def everything():
    return EVERYTHING


@pytest.fixture(scope="session")
def make():
    return make_document


@pytest.fixture(scope="session")
def find():
    return ids_found


@pytest.fixture(scope="session", params=[*ENGINES, "memory"])
def engine(request):
    return request.param


@pytest.fixture(scope="session")
def fresh(engine):
    """An empty index in a folder."""

    def opened(folder):
        index = open_any(engine, folder)
        index.rebuild((), applied_seq=0)
        return index

    return opened


@pytest.fixture
def index(fresh, tmp_path):
    opened = fresh(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=ENGINES)
def named(request):
    """An engine that keeps its index on the disk."""
    return request.param


@pytest.fixture
def kept(named, tmp_path):
    opened = open_index(tmp_path, named)
    opened.rebuild((), applied_seq=0)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def filled(fresh, tmp_path_factory):
    """An index nobody writes to."""
    index = fresh(tmp_path_factory.mktemp("filled"))
    index.apply(
        (),
        [
            make_document("a:1", "Batik diplomacy", "Cloth at summits"),
            make_document("a:2", "김장 문화", "나눔의 정신", locale="ko", aliases=["Kimjang"]),
            make_document("a:3", "Gamelan", "Musik tradisional", locale="id"),
        ],
        applied_seq=1,
    )
    yield index
    index.close()
