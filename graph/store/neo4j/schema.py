"""Constraints, indexes and the description of the layout that a database was written with."""

from collections.abc import Iterator
from typing import TypeAlias

import orjson

from graph.model import Model
from graph.store.layout import columns, indexes
from graph.store.log import GENESIS
from graph.store.neo4j.connection import Connection
from graph.store.neo4j.expressions import quoted

Description: TypeAlias = dict[str, dict[str, dict[str, str]]]
"""`types` and `links`, each name to its properties and the form in which they are stored."""

_OURS = "duta_"
_UNIQUE = {"Entity": "id", "Change": "seq", "Said": "key", "Log": "id", "Meta": "id", "Operational": "id"}
_LOOKUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Change", ("id",)),
    ("Said", ("source",)),
    ("Operational", ("collection", "key")),
    ("Operational", ("until",)),
)
_INDEX_SECONDS = 600


def describe(model: Model) -> Description:
    """How the model is laid out."""
    types = {
        name: {column.name: column.storage.value for column in columns(entity)} for name, entity in model.types.items()
    }
    links = {
        stored: {name: prop.storage.value for name, prop in props.items()}
        for stored, props in model.stored_links.items()
    }
    return {"types": types, "links": links}


def described(connection: Connection) -> Description | None:
    """How the database was laid out, or None where it is new."""
    found = connection.read("MATCH (m:Meta {id: 'schema'}) RETURN m.layout")
    return orjson.loads(found[0][0]) if found else None


def knows_open(connection: Connection) -> bool:
    """Whether what is open to everyone is marked in the database."""
    return bool(connection.read("MATCH (m:Meta {id: 'schema'}) WHERE m.open RETURN m.open"))


def note(connection: Connection, description: Description) -> None:
    """Write down how the database is laid out now, and that what is open to everyone is marked."""
    layout = orjson.dumps(description, option=orjson.OPT_SORT_KEYS).decode()
    statement = "MERGE (m:Meta {id: 'schema'}) SET m.layout = $layout, m.open = true"
    connection.write(lambda transaction: transaction.run(statement, {"layout": layout}).consume())


def create_log(connection: Connection) -> None:
    """The counter that every write locks first."""
    statement = "MERGE (l:Log {id: 'log'}) ON CREATE SET l.seq = 0, l.hash = $genesis, l.turn = 0"
    connection.write(lambda transaction: transaction.run(statement, {"genesis": GENESIS}).consume())


def create_indexes(connection: Connection, model: Model) -> None:
    """Create what is missing of constraints and indexes, drop what the model no longer wants, wait for both."""
    there = {str(name) for (name,) in connection.read("SHOW INDEXES YIELD name RETURN name")}
    wanted = dict(_wanted(model))
    for name in sorted(there - wanted.keys()):
        if name.startswith(_OURS):
            connection.command(f"DROP INDEX {quoted(name)} IF EXISTS")
    missing = wanted.keys() - there
    for name in sorted(missing):
        connection.command(wanted[name])
    if missing:
        connection.read(f"CALL db.awaitIndexes({_INDEX_SECONDS})")


def _wanted(model: Model) -> Iterator[tuple[str, str]]:
    """Name and statement of every constraint and index."""
    for label, prop in _UNIQUE.items():
        name = f"{_OURS}{label}_unique"
        yield name, f"CREATE CONSTRAINT {quoted(name)} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{prop} IS UNIQUE"
    for label, names in _LOOKUPS:
        yield _index(label, names)
    for entity in model.types.values():
        for names in indexes(entity):
            yield _index(entity.name, names)


def _index(label: str, names: tuple[str, ...]) -> tuple[str, str]:
    name = f"{_OURS}{label}_{'_'.join(names)}"
    listed = ", ".join(f"n.{quoted(one)}" for one in names)
    return name, f"CREATE INDEX {quoted(name)} IF NOT EXISTS FOR (n:{quoted(label)}) ON ({listed})"
