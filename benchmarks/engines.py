"""The engines to measure: SQLite always, Neo4j where DUTA_TEST_NEO4J_URI leads to one that may be emptied."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.model import MODEL
from graph.store.port import GraphStore


@contextmanager
def sqlite(home: Path | None = None) -> Iterator[GraphStore]:
    """A store in a home folder, or in a temporary one."""
    from graph.store.sqlite import open_sqlite

    with TemporaryDirectory() as folder:
        store = open_sqlite((home or Path(folder)) / "duta.sqlite3", MODEL)
        yield store
        store.close()


@contextmanager
def neo4j(_home: Path | None = None) -> Iterator[GraphStore]:
    """The database at DUTA_TEST_NEO4J_URI, emptied before and after."""
    from graph.store.neo4j import open_neo4j

    uri, user, password = neo4j_access()
    empty_neo4j(uri, user, password)
    # A young server on a busy machine may take long to plan its first statements.
    store = open_neo4j(uri, user, password, "neo4j", MODEL, seconds=600)
    yield store
    store.close()
    empty_neo4j(uri, user, password)


def neo4j_access() -> tuple[str, str, str]:
    """Where it is, and whom it lets in with which password."""
    return os.environ["DUTA_TEST_NEO4J_URI"], os.environ["DUTA_TEST_NEO4J_USER"], os.environ["DUTA_TEST_NEO4J_PASSWORD"]


def empty_neo4j(uri: str, user: str, password: str) -> None:
    """Delete every link and then every node in small transactions, which the memory pool bounds."""
    from neo4j import GraphDatabase

    with GraphDatabase.driver(uri, auth=(user, password)) as driver, driver.session() as session:
        # Of 100,000 assets one theme alone has more links than the pool would bear.
        for matched, one in (("()-[r]->()", "r"), ("(n)", "n")):
            session.run(f"MATCH {matched} CALL ({one}) {{ DELETE {one} }} IN TRANSACTIONS OF 5000 ROWS").consume()


Opener = Callable[..., AbstractContextManager[GraphStore]]


def engines() -> list[tuple[str, Opener]]:
    """Name and opener of each engine that can be measured here."""
    found: list[tuple[str, Opener]] = [("SQLite", sqlite)]
    if os.environ.get("DUTA_TEST_NEO4J_URI"):
        found.append(("Neo4j", neo4j))
    else:
        print("Neo4j is not measured: DUTA_TEST_NEO4J_URI is not set.")
    return found
