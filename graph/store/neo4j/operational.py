"""Operational data in Neo4j: nodes that are no Entity and have no relationship."""

from collections.abc import Sequence
from typing import Any

import orjson

from graph.store.neo4j.connection import Connection, Writing, run
from graph.store.neo4j.records import cleaned
from graph.store.operational import Entries, Entry, Revision, check_collection, check_keys, revised

_ENTRY = "o.key, o.value, o.until"
_LIVES = "o.value IS NOT NULL AND (o.until IS NULL OR o.until > $now)"


def entries_of(connection: Connection, collection: str, keys: Sequence[str], now: int) -> Entries:
    """Those of the keys that are there."""
    ids = _ids(collection, check_keys(collection, keys))
    rows = connection.ask(
        f"UNWIND $ids AS id MATCH (o:Operational {{id: id}}) WHERE {_LIVES} RETURN {_ENTRY}", {"ids": ids, "now": now}
    )
    return {one.key: one for one in map(_entry, rows)}


def kept(transaction: Writing, collection: str, keys: Sequence[str], now: int) -> Entries:
    """Entries as a write transaction sees them."""
    ids = _ids(collection, check_keys(collection, keys))
    rows = run(
        transaction,
        f"MATCH (o:Operational) WHERE o.id IN $ids AND {_LIVES} RETURN {_ENTRY}",
        {"ids": ids, "now": now},
    )
    return {one.key: one for one in map(_entry, rows)}


def listed(connection: Connection, collection: str, after: str, limit: int, now: int) -> list[Entry]:
    """The entries of a collection by key."""
    rows = connection.ask(
        "MATCH (o:Operational) WHERE o.collection = $collection AND o.key > $after"
        f" AND {_LIVES} RETURN {_ENTRY} ORDER BY o.key LIMIT $limit",
        {"collection": check_collection(collection), "after": after, "limit": limit, "now": now},
    )
    return [_entry(row) for row in rows]


def revise(transaction: Writing, collection: str, keys: Sequence[str], revision: Revision, now: int) -> Entries:
    """Change entries: each is locked before it is read, one that is not there by a node without a value."""
    wanted = check_keys(collection, keys)
    ids = _ids(collection, wanted)
    rows = run(
        transaction,
        "UNWIND $ids AS id MERGE (o:Operational {id: id}) SET o.turn = coalesce(o.turn, 0) + 1"
        f" WITH o WHERE {_LIVES} RETURN {_ENTRY}",
        {"ids": ids, "now": now},
    )
    there = {one.key: one for one in map(_entry, rows)}
    given, removed = revised(wanted, there, revision)
    kept = (there.keys() - removed) | {one.key for one in given}
    gone = _ids(collection, [key for key in wanted if key not in kept])
    run(transaction, "MATCH (o:Operational) WHERE o.id IN $gone DELETE o", {"gone": gone})
    run(transaction, "MATCH (o:Operational) WHERE o.until <= $now DELETE o", {"now": now})
    put(transaction, [(collection, one) for one in given])
    return {one.key: one for one in given}


def put(transaction: Writing, entries: Sequence[tuple[str, Entry]]) -> None:
    """Write entries, each with its collection."""
    run(
        transaction,
        "UNWIND $rows AS row MERGE (o:Operational {id: row.id}) SET o = row",
        {"rows": [_row(collection, one) for collection, one in entries]},
    )


def _ids(collection: str, keys: Sequence[str]) -> list[str]:
    """One text for both; neither has a space."""
    return [f"{collection} {key}" for key in keys]


def _row(collection: str, entry: Entry) -> dict[str, object]:
    return cleaned(
        {
            "id": f"{collection} {entry.key}",
            "collection": collection,
            "key": entry.key,
            "value": orjson.dumps(entry.value).decode(),
            "until": entry.until,
        }
    )


def _entry(row: Sequence[Any]) -> Entry:
    key, value, until = row
    return Entry(key, orjson.loads(value), until)
