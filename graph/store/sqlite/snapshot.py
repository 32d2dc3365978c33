"""A SQLite store at one moment: a read transaction, which sees nothing of what is written meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from graph.model import Model
from graph.store.batch import Change
from graph.store.log import GENESIS
from graph.store.operational import Entry
from graph.store.snapshot import AT_ONCE, ordered
from graph.store.sqlite.connection import Connection
from graph.store.sqlite.reading import CHANGE, change_of, nodes_of
from graph.store.sqlite.schema import table_of
from graph.store.transaction import Head, Node, Said


@dataclass(frozen=True, slots=True)
class SqliteSnapshot:
    """What a connection of its own sees between BEGIN and COMMIT."""

    connection: Connection
    model: Model
    now: int

    @property
    def head(self) -> Head:
        row = self.connection.execute("SELECT seq, hash FROM change ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(*row) if row else Head(0, GENESIS)

    def nodes(self) -> Iterator[tuple[str, Node]]:
        for entity in ordered(self.model):
            statement = f'SELECT "id" FROM {table_of(entity)} WHERE "id" > ? ORDER BY "id" LIMIT ?'
            after = ""
            while ids := [id for (id,) in self.connection.execute(statement, (after, AT_ONCE))]:
                found = nodes_of(self.connection, self.model, ids)
                yield from ((id, found[id]) for id in ids)
                after = ids[-1]

    def log(self) -> Iterator[Change]:
        for row in self.connection.execute(f"SELECT {CHANGE} FROM change ORDER BY seq"):
            yield change_of(row)

    def said(self) -> Iterator[tuple[str, str, Said]]:
        rows = self.connection.execute("SELECT source, id, value FROM said ORDER BY id, source")
        for source, id, value in rows:
            yield source, id, Said(**orjson.loads(value))

    def entries(self) -> Iterator[tuple[str, Entry]]:
        rows = self.connection.execute(
            "SELECT collection, key, value, until FROM operational WHERE until IS NULL OR until > ?"
            " ORDER BY collection, key",
            (self.now,),
        )
        for collection, key, value, until in rows:
            yield collection, Entry(key, orjson.loads(value), until)


def held_by(connection: Connection, now: int) -> dict[str, int]:
    """How much there is of what a backup holds."""
    counted = {
        "changes": "SELECT count(*) FROM change",
        "entities": "SELECT count(*) FROM node",
        "operational records, such as keys": f"SELECT count(*) FROM operational WHERE until IS NULL OR until > {now}",
    }
    return {name: int(connection.execute(statement).fetchall()[0][0]) for name, statement in counted.items()}
