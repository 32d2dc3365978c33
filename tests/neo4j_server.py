"""The Neo4j that tests are given: settings and stores that use it, and emptying it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import neo4j

from api.settings import Settings
from graph.model import MODEL, Model
from graph.store.log import GENESIS
from graph.store.neo4j import Neo4jStore, open_neo4j

#: A server that has just been started plans what it is asked first for longer than anybody would wait.
PATIENCE_SECONDS = 120
#: What a long run left is more than a small server's memory takes away at once.
_GOES = "CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS"


def login() -> tuple[str, str, str]:
    """Its address, and a user with the password."""
    uri, user, password = (os.environ[f"DUTA_TEST_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD"))
    return uri, user, password


def driver() -> neo4j.Driver:
    uri, user, password = login()
    return neo4j.GraphDatabase.driver(uri, auth=(user, password))


def settings_on_neo4j(home: Path, **others: Any) -> Settings:
    uri, user, password = login()
    return Settings(
        home=home, neo4j_uri=uri, neo4j_user=user, neo4j_password=password,
        neo4j_seconds=PATIENCE_SECONDS, neo4j_write_seconds=PATIENCE_SECONDS, **others,
    )  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


def store_on_neo4j(clock: Callable[[], datetime] = now, model: Model = MODEL) -> Neo4jStore:
    return open_neo4j(*login(), "neo4j", model, clock=clock, seconds=PATIENCE_SECONDS, write_seconds=PATIENCE_SECONDS)


def empty() -> None:
    """Take everything out of it but its layout, which takes longer to make than most tests."""
    with driver() as one, one.session() as session:
        session.run(f"MATCH (n) WHERE NOT n:Meta AND NOT n:Log {_GOES}").consume()
        session.run("MATCH (l:Log) SET l.seq = 0, l.hash = $genesis", genesis=GENESIS).consume()


def forget() -> None:
    """Take everything out of it."""
    with driver() as one, one.session() as session:
        session.run(f"MATCH (n) {_GOES}").consume()
