"""An empty graph in a file, and files to import."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.model import MODEL
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Select, Shape
from graph.store.sqlite import open_sqlite
from ingest.lookups import EVERYTHING
from ingest.mapping import load
from ingest.opening import open_mapped, open_records
from ingest.pipeline import Options, run
from ingest.report import RunReport

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def store(tmp_path) -> Iterator[GraphStore]:
    opened = open_sqlite(tmp_path / "graph.db", MODEL)
    yield opened
    opened.close()


@pytest.fixture
def data() -> Path:
    return DATA


@pytest.fixture
def file(tmp_path) -> Callable[..., Path]:
    """Write a file of this name and content and return its path."""

    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path: Path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def take(store) -> Callable[..., RunReport]:
    """Import files through a mapping, or own records where none is named."""

    def take(*paths: Path, mapping: str | None = None, source: str = "test", **options: Any) -> RunReport:
        chosen = load(mapping) if mapping else None
        readers = open_mapped(paths, chosen) if chosen else open_records(paths)
        return run(readers, store, Options(chosen.source if chosen else source, **options))

    return take


@pytest.fixture
def rows(store) -> Callable[..., list[dict[str, Any]]]:
    """Properties of all nodes of a type, by id."""

    def rows(type: str, *props: str, **where: str) -> list[dict[str, Any]]:
        only = next((Cmp(name, "eq", value) for name, value in where.items()), None)
        shape = Shape((("id", "id"), *((prop, prop) for prop in props)))
        answer = store.ask(EVERYTHING, {"q": Select(type, shape, only)})
        return [dict(row) for row in answer["q"]["rows"]]

    return rows


@pytest.fixture
def linked(store) -> Callable[[str, str, str], list[str]]:
    """The ids to which a node's link leads."""

    def linked(type: str, id: str, name: str) -> list[str]:
        ids = Shape((("id", "id"),))
        shape = replace(ids, links=((name, Follow(name, Select(MODEL.types[type].ends[name].target, ids))),))
        (row,) = store.ask(EVERYTHING, {"q": Select(type, shape, Cmp("id", "eq", id))})["q"]["rows"]
        found = row[name]
        return [one["id"] for one in found["rows"]]

    return linked
