"""Operational data in SQLite: one table beside those of the graph."""

from collections.abc import Iterable, Sequence

import orjson

from graph.store.operational import Entries, Entry, Revision, check_collection, check_keys, revised
from graph.store.sqlite.connection import Connection

_ENTRY = "SELECT o.key, o.value, o.until FROM"
_LIVES = "(o.until IS NULL OR o.until > ?)"


def entries_of(connection: Connection, collection: str, keys: Sequence[str], now: int) -> Entries:
    """Those of the keys that are there."""
    listed = orjson.dumps(check_keys(collection, keys)).decode()
    rows = connection.execute(
        f"{_ENTRY} json_each(?) j CROSS JOIN operational o ON o.collection = ? AND o.key = j.value WHERE {_LIVES}",
        (listed, collection, now),
    )
    return {key: Entry(key, orjson.loads(value), until) for key, value, until in rows}


def listed(connection: Connection, collection: str, after: str, limit: int, now: int) -> list[Entry]:
    """The entries of a collection by key."""
    rows = connection.execute(
        f"{_ENTRY} operational o WHERE o.collection = ? AND o.key > ? AND {_LIVES} ORDER BY o.key LIMIT ?",
        (check_collection(collection), after, now, limit),
    )
    return [Entry(key, orjson.loads(value), until) for key, value, until in rows]


def revise(connection: Connection, collection: str, keys: Sequence[str], revision: Revision, now: int) -> Entries:
    """Change entries inside a transaction that was begun IMMEDIATE; what has expired is swept out."""
    there = entries_of(connection, collection, keys, now)
    given, removed = revised(keys, there, revision)
    connection.execute("DELETE FROM operational WHERE until <= ?", (now,))
    connection.executemany(
        "DELETE FROM operational WHERE collection = ? AND key = ?", ((collection, key) for key in removed)
    )
    put(connection, ((collection, one) for one in given))
    return {one.key: one for one in given}


def put(connection: Connection, entries: Iterable[tuple[str, Entry]]) -> None:
    """Write entries, each with its collection, inside a transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO operational (collection, key, value, until) VALUES (?, ?, ?, ?)",
        ((collection, one.key, orjson.dumps(one.value).decode(), one.until) for collection, one in entries),
    )
