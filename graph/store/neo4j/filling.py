"""Filling an empty Neo4j database in many transactions; a mark says that it is not whole until the last."""

from collections.abc import Iterable
from functools import partial

from neo4j import ManagedTransaction

from graph.errors import StoreUnavailable
from graph.model import Model
from graph.store.neo4j.connection import Connection, run
from graph.store.neo4j.operational import put
from graph.store.neo4j.writer import Neo4jTransaction
from graph.store.operational import Entry
from graph.store.snapshot import AT_ONCE, check_empty, pages
from graph.store.transaction import Head, Step

_HELD = {
    "changes": "MATCH (n:Change) RETURN count(n)",
    "entities": "MATCH (n:Entity) RETURN count(n)",
    "operational records, such as keys": (
        "MATCH (o:Operational) WHERE o.value IS NOT NULL AND (o.until IS NULL OR o.until > $now) RETURN count(o)"
    ),
}
_OURS = ("Entity", "Change", "Said", "Operational")


def check_whole(connection: Connection) -> None:
    """Refuse a database that was filled by half."""
    if _is_marked(connection):
        raise StoreUnavailable(
            f"A restore into the database at {connection.uri} is under way or was interrupted. "
            "Run `duta restore` again: it takes away what the interrupted one left."
        )


def fill(
    connection: Connection, model: Model, steps: Iterable[Step], entries: Iterable[tuple[str, Entry]], now: int
) -> None:
    """Do the steps, each in a transaction of its own; one transaction of all would have to fit into memory."""
    if _is_marked(connection):
        _empty(connection)
    check_empty({name: connection.read(statement, {"now": now})[0][0] for name, statement in _HELD.items()})
    connection.command("MERGE (m:Meta {id: 'filling'})")
    try:
        head = Head(0, "")
        for step in steps:
            head = connection.write(partial(_done, model=model, step=step)) or head
        for some in pages(entries, AT_ONCE):
            connection.write(partial(put, entries=some))
    except BaseException:
        _empty(connection)
        raise
    connection.write(lambda transaction: _end(transaction, head))


def _done(transaction: ManagedTransaction, model: Model, step: Step) -> Head | None:
    writing = Neo4jTransaction(transaction, model)
    delta = step(writing)
    head, delta.head = delta.head, None
    writing.apply(delta)
    return head


def _end(transaction: ManagedTransaction, head: Head) -> None:
    """Say where the log ends, and that all is there."""
    if head.seq:
        run(
            transaction,
            "MATCH (l:Log {id: 'log'}) SET l.seq = $seq, l.hash = $hash",
            {"seq": head.seq, "hash": head.hash},
        )
    run(transaction, "MATCH (m:Meta {id: 'filling'}) DELETE m")


def _is_marked(connection: Connection) -> bool:
    return bool(connection.read("MATCH (m:Meta {id: 'filling'}) RETURN m.id"))


def _empty(connection: Connection) -> None:
    """Take away what a filling left, the mark last."""
    for label in _OURS:
        some = f"MATCH (n:{label}) WITH n LIMIT {AT_ONCE} DETACH DELETE n RETURN count(n)"
        while connection.command(some)[0][0]:
            pass
    connection.command("MATCH (m:Meta {id: 'filling'}) DELETE m")
