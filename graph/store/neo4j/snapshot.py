"""A Neo4j database at one moment: read while others write, then put right under the lock of the log.

Neo4j shows each statement what is committed by then, so what is read in pages is from many moments. The pages go to a
file. Whatever the log tells of since their first is read again in one transaction that holds the log's lock, which
takes as long as that little does; the lock is let go before anything is handed on.
"""

import heapq
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

import orjson
from neo4j import ManagedTransaction

from graph.model import Model
from graph.store.batch import Change
from graph.store.neo4j.connection import Connection, run
from graph.store.neo4j.records import CHANGE, change_of, said_of
from graph.store.neo4j.writer import NODE, Neo4jTransaction, node_of
from graph.store.operational import Entry
from graph.store.snapshot import AT_ONCE, ordered, pages
from graph.store.transaction import Head, Node, Said

_LOG_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Neo4jSnapshot:
    """The pages in their files, and what became of them until the snapshot's moment; None is a node that went."""

    connection: Connection
    model: Model
    head: Head
    read: IO[bytes]
    spoken: IO[bytes]
    nodes_since: dict[str, Node | None]
    said_since: dict[tuple[str, str], Said]
    operational: list[tuple[str, Entry]]

    def nodes(self) -> Iterator[tuple[str, Node]]:
        rank = {entity.name: place for place, entity in enumerate(ordered(self.model))}

        def order(one: tuple[str, Node]) -> tuple[int, str]:
            return rank[one[1].type], one[0]

        since = sorted(((id, node) for id, node in self.nodes_since.items() if node), key=order)
        yield from heapq.merge(self._unchanged(), since, key=order)

    def _unchanged(self) -> Iterator[tuple[str, Node]]:
        self.read.seek(0)
        for line in self.read:
            id, *parts = orjson.loads(line)
            if id not in self.nodes_since:
                yield id, Node(*parts)

    def log(self) -> Iterator[Change]:
        after = 0
        statement = (
            f"MATCH (c:Change) WHERE c.seq > $after AND c.seq <= $end RETURN {CHANGE} ORDER BY c.seq LIMIT $limit"
        )
        while rows := self.connection.read(statement, {"after": after, "end": self.head.seq, "limit": _LOG_AT_ONCE}):
            yield from map(change_of, rows)
            after = int(rows[-1][0])

    def said(self) -> Iterator[tuple[str, str, Said]]:
        since = [(source, id, said) for (id, source), said in sorted(self.said_since.items(), key=lambda one: one[0])]
        yield from heapq.merge(self._unchanged_said(), since, key=lambda one: one[1])

    def _unchanged_said(self) -> Iterator[tuple[str, str, Said]]:
        self.spoken.seek(0)
        for line in self.spoken:
            source, id, value = orjson.loads(line)
            if id not in self.nodes_since:
                yield source, id, said_of(value)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        yield from self.operational


@contextmanager
def snapshot_of(connection: Connection, model: Model, now: Callable[[], int]) -> Generator[Neo4jSnapshot]:
    """The database at the moment at which its pages were put right."""
    [[before]] = connection.read("MATCH (l:Log {id: 'log'}) RETURN l.seq")
    with TemporaryFile() as read, TemporaryFile() as spoken:
        _write(read, _node_lines(connection, model))
        _write(spoken, _said_lines(connection))

        def put_right(transaction: ManagedTransaction) -> Neo4jSnapshot:
            writing = Neo4jTransaction(transaction, model)
            head = writing.head()
            since = _since(writing, transaction, before)
            entries = [*_entries(transaction, now())]
            return Neo4jSnapshot(connection, model, head, read, spoken, *since, entries)

        yield connection.write(put_right)


def _write(file: IO[bytes], lines: Iterator[object]) -> None:
    for line in lines:
        file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _node_lines(connection: Connection, model: Model) -> Iterator[object]:
    statement = (
        "MATCH (n:Entity) WHERE n.id STARTS WITH $prefix AND n.id > $after WITH n ORDER BY n.id LIMIT $limit"
        f" RETURN {NODE} ORDER BY n.id"
    )
    for entity in ordered(model):
        after, prefix = "", f"{entity.prefix}:"
        while rows := connection.read(statement, {"prefix": prefix, "after": after, "limit": AT_ONCE}):
            for id, *parts in rows:
                node = node_of(model, *parts)
                yield id, node.type, node.values, node.links
                after = id


def _said_lines(connection: Connection) -> Iterator[object]:
    after = ""
    statement = "MATCH (s:Said) WHERE s.key > $after RETURN s.key, s.source, s.id, s.value ORDER BY s.key LIMIT $limit"
    while rows := connection.read(statement, {"after": after, "limit": AT_ONCE}):
        yield from (line for _, *line in rows)
        after = str(rows[-1][0])


def _since(
    writing: Neo4jTransaction, transaction: ManagedTransaction, before: int
) -> tuple[dict[str, Node | None], dict[tuple[str, str], Said]]:
    """What the log tells of since an entry, read under its lock."""
    touched = [id for (id,) in run(transaction, _TOUCHED, {"before": before})]
    nodes: dict[str, Node | None] = dict.fromkeys(touched)
    said: dict[tuple[str, str], Said] = {}
    for ids in pages(touched, AT_ONCE):
        nodes.update(writing.load(ids))
        said |= {(id, source): said_of(value) for id, source, value in run(transaction, _SAID_OF, {"ids": ids})}
    return nodes, said


_TOUCHED = "MATCH (c:Change) WHERE c.seq > $before RETURN DISTINCT c.id"
_SAID_OF = "UNWIND $ids AS id MATCH (s:Said) WHERE s.key STARTS WITH id + ' ' RETURN s.id, s.source, s.value"


def _entries(transaction: ManagedTransaction, now: int) -> Iterator[tuple[str, Entry]]:
    rows = run(
        transaction,
        "MATCH (o:Operational) WHERE o.value IS NOT NULL AND (o.until IS NULL OR o.until > $now)"
        " RETURN o.collection, o.key, o.value, o.until ORDER BY o.collection, o.key",
        {"now": now},
    )
    for collection, key, value, until in rows:
        yield collection, Entry(key, orjson.loads(value), until)
