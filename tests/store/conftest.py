"""Both engines of the store under one fixture, each test with an empty one."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph.model import MODEL, Model
from graph.store.batch import ActorKind, Batch, Put, Report, To
from graph.store.log import GENESIS
from graph.store.neo4j import Neo4jStore, open_neo4j
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Order, Select, Shape, Viewer
from graph.store.sqlite import SqliteStore, open_sqlite
from graph.store.visibility import SYSTEM
from tests.neo4j_server import PATIENCE_SECONDS, login


class Clock:
    """The time of the stores: still, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


class Server:
    """The Neo4j under test; its one database is emptied between tests."""

    def __init__(self, uri: str, user: str, password: str) -> None:
        self.uri, self.user, self.password = uri, user, password
        self.driver = neo4j.GraphDatabase.driver(uri, auth=(user, password))
        self.clock = Clock()
        self._store: Neo4jStore | None = None

    def open(self, model: Model = MODEL, clock: Callable[[], datetime] | None = None) -> Neo4jStore:
        return open_neo4j(
            self.uri, self.user, self.password, "neo4j", model, clock=clock or self.clock,
            seconds=PATIENCE_SECONDS, write_seconds=PATIENCE_SECONDS,
        )  # fmt: skip

    def time(self) -> datetime:
        return self.clock()

    def store(self, clock: Clock) -> Neo4jStore:
        """The store of the real model, empty; it stays open, since opening it takes longer than most tests."""
        if self._store is None:
            self._store = self.open(clock=self.time)
        self.clock = clock
        self.empty()
        return self._store

    def empty(self) -> None:
        some = "MATCH (n) WHERE NOT n:Meta AND NOT n:Log CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS"
        self.run(some)
        self.run("MATCH (l:Log) SET l.seq = 0, l.hash = $genesis", genesis=GENESIS)

    def forget(self) -> None:
        """Empty the database of its layout, too."""
        if self._store is not None:
            self._store.close()
            self._store = None
        self.empty()
        self.run("MATCH (n) WHERE n:Meta OR n:Log DELETE n")

    def run(self, statement: str, **parameters: object) -> list[list[Any]]:
        """A statement behind the store's back."""
        with self.driver.session() as session:
            return [list(record.values()) for record in session.run(neo4j.Query(statement), parameters)]

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        self.driver.close()


class Graph:
    """A store in few words: what is written is given by field names, as records do."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store

    def put(self, id: str, *, rev: int | None = None, source: str | None = None, **fields: Any) -> Report:
        """Write one thing, which has to succeed."""
        return self.write(made(id, rev=rev, **fields), source=source)

    def write(self, *puts: Put, source: str | None = None) -> Report:
        report = self.told(*puts, source=source)
        assert report.refused == ()
        return report

    def told(self, *puts: Put, source: str | None = None, dry_run: bool = False) -> Report:
        """Write what may be refused."""
        kind = ActorKind.IMPORT if source else ActorKind.PERSON
        return self.store.write(Batch(puts, "an actor", kind, "a reason", source), dry_run=dry_run)

    def undo(self, part: str, *, whole: bool = False, dry_run: bool = False) -> Report:
        """Take back a part of the log."""
        return self.store.write(Batch(actor="an actor", undo=part, whole=whole), dry_run=dry_run)

    def holds(self) -> list[dict[str, Any]]:
        """All that is in the graph but revisions and moments."""
        found = []
        for entity in map(MODEL.type, self.store.stats().nodes):
            props = tuple((name, name) for name in entity.props if name not in {"rev", "created_at", "updated_at"})
            links = tuple(
                (name, Follow(name, Select(end.target, Shape((("id", "id"),))), tuple((p, p) for p in end.link.props)))
                for name, end in entity.forward.items()
            )
            found += self.ask(Select(entity.name, Shape(props, links)))["rows"]
        return found

    def ask(self, question: Select, viewer: Viewer = SYSTEM) -> Any:
        return self.store.ask(viewer, {"it": question})["it"]

    def rows(self, entity: str, *props: str, viewer: Viewer = SYSTEM, **more: Any) -> list[dict[str, Any]]:
        """Rows with some properties under their own names."""
        shape = Shape(tuple((name, name) for name in props))
        found: list[dict[str, Any]] = self.ask(Select(entity, shape, **more), viewer)["rows"]
        return found

    def ids(
        self, entity: str, where: Any = None, *, order: str = "id", viewer: Viewer = SYSTEM, **more: Any
    ) -> list[str]:
        """The slugs of what fits; `-name` orders downwards."""
        orders = tuple(Order(name.lstrip("-"), name.startswith("-")) for name in order.split())
        rows = self.rows(entity, "id", viewer=viewer, where=where, order=orders, **more)
        return [row["id"].split(":")[1] for row in rows]

    def one(self, id: str, *props: str, viewer: Viewer = SYSTEM) -> dict[str, Any]:
        entity = MODEL.by_prefix[id.split(":", maxsplit=1)[0]].name
        return self.rows(entity, *props, where=Cmp("id", "eq", id), viewer=viewer)[0]

    def linked(self, id: str, field: str, *props: str) -> list[tuple[Any, ...]]:
        """The ids at the other side of a link, each with some of the link's properties."""
        entity = MODEL.by_prefix[id.split(":", maxsplit=1)[0]]
        there = Select(entity.end(field).target, Shape((("id", "id"),)))
        follow = Follow(field, there, tuple((name, name) for name in props))
        [row] = self.ask(Select(entity.name, Shape((), (("it", follow),)), Cmp("id", "eq", id)))["rows"]
        return [tuple(one[name] for name in ("id", *props)) for one in row["it"]["rows"]]


def made(id: str, *, rev: int | None = None, where: str = "", **fields: Any) -> Put:
    """A put from fields: a link's is an id, or a list of ids and (id, properties)."""
    entity = MODEL.by_prefix[id.split(":", maxsplit=1)[0]]
    links = {name: value for name, value in fields.items() if name in entity.ends}
    values = {name: value for name, value in fields.items() if name not in links}
    return Put(id, entity.name, values, {name: _targets(value) for name, value in links.items()}, rev, where)


def _targets(value: Any) -> tuple[To, ...]:
    listed = [value] if isinstance(value, str) else value
    return tuple(To(one) if isinstance(one, str) else To(*one) for one in listed)


@pytest.fixture(name="made")
def made_() -> Callable[..., Put]:
    return made


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server(*login())
    yield server
    server.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sqlite(tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    store = open_sqlite(tmp_path / "graph.db", MODEL, clock=clock)
    yield store
    store.close()


@pytest.fixture
def neo(server: Server, clock: Clock) -> Neo4jStore:
    return server.store(clock)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest) -> GraphStore:
    found: GraphStore = request.getfixturevalue("sqlite" if request.param == "sqlite" else "neo")
    return found


@pytest.fixture
def graph(store: GraphStore) -> Graph:
    return Graph(store)
