"""What is asked by hand, in both languages, and the connections that fetch its rows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import apsw
import orjson
from neo4j import READ_ACCESS, GraphDatabase

from engines import neo4j_access
from graph.store.port import GraphStore


@dataclass(frozen=True, slots=True)
class Text:
    """One question, or a part of one, in both languages.

    In Cypher a question has its rows in one list, as each record is a message of its own, of some ten microseconds.
    """

    sql: str
    cypher: str


#: What the rows of a question know a node by: in SQL its number, in Cypher its id.
Key: TypeAlias = int | str
Row: TypeAlias = tuple[Any, ...]
#: The rows of a text, whose parameters are given by name.
Ask: TypeAlias = Callable[..., list[Row]]
Rows: TypeAlias = Callable[[Text, Mapping[str, object]], list[Row]]


def listed(value: Any) -> Any:
    """A list or an object in a row, which in SQL is JSON; the names of an audience are in both."""
    return orjson.loads(value) if isinstance(value, str) else value


def connected(store: GraphStore) -> AbstractContextManager[Rows]:
    """A connection of its own to where a store keeps its graph."""
    path: Path | None = getattr(store, "path", None)
    return _cypher() if path is None else _sql(path)


@contextmanager
def _sql(path: Path) -> Iterator[Rows]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=64)

    def rows(text: Text, given: Mapping[str, object]) -> list[Row]:
        found: list[Row] = connection.execute(text.sql, {name: _bound(one) for name, one in given.items()}).fetchall()
        return found

    yield rows
    connection.close()


def _bound(value: object) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list | tuple) else value


@contextmanager
def _cypher() -> Iterator[Rows]:
    uri, user, password = neo4j_access()
    # Else the server would tell each time of labels that the graph has none of, and be told how it is asked.
    quiet: dict[str, Any] = {"notifications_min_severity": "OFF", "telemetry_disabled": True}
    with (
        GraphDatabase.driver(uri, auth=(user, password), **quiet) as driver,
        driver.session(database="neo4j", default_access_mode=READ_ACCESS) as session,
    ):

        def rows(text: Text, given: Mapping[str, object]) -> list[Row]:
            [[found]] = session.run(text.cypher, dict(given)).values()
            return [*map(tuple, found)]

        yield rows
