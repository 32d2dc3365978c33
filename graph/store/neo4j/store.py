"""A graph in a Neo4j database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import orjson

from graph.model import Model
from graph.store.batch import EVERY, Batch, Change, Report, Stats, Verdict, Which
from graph.store.neo4j import operational
from graph.store.neo4j.connection import Connection, Writing, connect
from graph.store.neo4j.filling import check_whole, fill
from graph.store.neo4j.migration import migrate
from graph.store.neo4j.records import CHANGE, change_of
from graph.store.neo4j.snapshot import snapshot_of
from graph.store.neo4j.statement import compile_questions
from graph.store.neo4j.verifying import head_of, stats_of, verdict_of
from graph.store.neo4j.writer import Neo4jTransaction
from graph.store.operational import ONCE, Entries, Entry, Revision, milliseconds, once_entry, repeated
from graph.store.questions import Compiled, Question
from graph.store.select import Answer, Viewer
from graph.store.shapes import Shaped
from graph.store.snapshot import Snapshot
from graph.store.transaction import Head, Step
from graph.store.ways import Paths, paths_between
from graph.store.writing import prepare

#: So many entities are written for somebody who waits.
_SOON = 1_000


def _now() -> datetime:
    return datetime.now(UTC)


def open_neo4j(
    uri: str,
    user: str,
    password: str,
    database: str,
    model: Model,
    *,
    clock: Callable[[], datetime] = _now,
    to_fill: bool = False,
    seconds: float = 20.0,
    write_seconds: float = 30.0,
) -> "Neo4jStore":
    """Open a database, bringing an older schema up to date; raises StoreUnavailable or StoreOutdated.

    What was filled by half is opened only to be filled anew. A question that takes more `seconds` is given up, and so
    is a write that takes more `write_seconds` and that somebody waits for.
    """
    connection = connect(uri, user, password, database, seconds, write_seconds)
    try:
        if not to_fill:
            check_whole(connection)
        migrate(connection, model)
    except BaseException:
        connection.close()
        raise
    return Neo4jStore(connection, model, clock)


class Neo4jStore:
    """The GraphStore of one database; see graph.store.port for what each call does."""

    engine = "neo4j"

    def __init__(self, connection: Connection, model: Model, clock: Callable[[], datetime]) -> None:
        self._connection, self.model, self._clock = connection, model, clock

    def ask(self, viewer: Viewer, questions: Mapping[str, Question]) -> dict[str, Answer]:
        return self._asked(viewer, questions) if questions else {}

    def _asked(self, viewer: Viewer, questions: Mapping[str, Question | Shaped]) -> dict[str, Answer]:
        compiled = {name: one for name, one in questions.items() if not isinstance(one, Paths)}
        found = self._compiled(viewer, compiled) if compiled else {}
        for name, one in questions.items():
            if isinstance(one, Paths):
                found[name] = paths_between(self.model, one, lambda asked: self._compiled(viewer, asked))
        return {name: found[name] for name in questions}

    def _compiled(self, viewer: Viewer, questions: Mapping[str, Compiled | Shaped]) -> dict[str, Answer]:
        statement = compile_questions(self.model, viewer, questions)
        return statement.answers(self._connection.ask(statement.text, statement.parameters)[0])

    def ask_json(self, viewer: Viewer, questions: Mapping[str, Question | Shaped]) -> bytes:
        return orjson.dumps(self._asked(viewer, questions))

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report:
        # What an import says, or what is taken back of one, may take long while the server lives.
        soon = batch.source is None and not batch.undo and len(batch.puts) + len(batch.removals) <= _SOON
        write = self._connection.write_soon if soon else self._connection.write
        try:
            return write(lambda transaction: self._written(transaction, batch, dry_run=dry_run))
        except _Undone as undone:
            return undone.report

    def _written(self, transaction: Writing, batch: Batch, *, dry_run: bool) -> Report:
        writing = Neo4jTransaction(transaction, self.model)
        writing.head()
        # The clock is read under the lock, so that the log's times go with its sequence.
        moment = self._clock()
        at = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        now, once = milliseconds(moment), batch.once
        if once and (kept := operational.kept(transaction, ONCE, [once.key], now)):
            return repeated(once, kept[once.key], self.changes)
        report, delta = prepare(writing, self.model, batch, at=at)
        if dry_run:
            raise _Undone(report)
        writing.apply(delta)
        if once and not (batch.whole and report.refused):
            operational.revise(transaction, ONCE, [once.key], lambda _: [once_entry(once, report)], now)
        return report

    def changes(
        self, after: int, limit: int = 500, which: Which = EVERY, *, backward: bool = False
    ) -> Sequence[Change]:
        equal = which.equal
        terms = ["c.seq < $after" if backward else "c.seq > $after", *(f"c.{name} = ${name}" for name in equal)]
        terms += ["c.id IN $ids"] if which.ids is not None else []
        terms += ["c.seq <= $until"] if which.until is not None else []
        statement = f"MATCH (c:Change) WHERE {' AND '.join(terms)} RETURN {CHANGE}"
        order = f"ORDER BY c.seq{' DESC' if backward else ''} LIMIT $limit"
        given = {**equal, "after": after, "limit": limit, "until": which.until, "ids": which.ids}
        return [change_of(row) for row in self._connection.ask(f"{statement} {order}", given)]

    def said_by(self, source: str) -> list[str]:
        statement = "MATCH (s:Said {source: $source}) RETURN s.id ORDER BY s.id"
        return [id for (id,) in self._connection.ask(statement, {"source": source})]

    def entries(self, collection: str, keys: Sequence[str]) -> Entries:
        return operational.entries_of(self._connection, collection, keys, milliseconds(self._clock()))

    def listed(self, collection: str, after: str = "", limit: int = 1000) -> list[Entry]:
        return operational.listed(self._connection, collection, after, limit, milliseconds(self._clock()))

    def revise(self, collection: str, keys: Sequence[str], revision: Revision) -> Entries:
        return self._connection.write_soon(
            lambda transaction: operational.revise(transaction, collection, keys, revision, milliseconds(self._clock()))
        )

    def head(self) -> Head:
        return head_of(self._connection)

    def stats(self) -> Stats:
        return stats_of(self._connection, self.model)

    def verify(self) -> Verdict:
        return verdict_of(self._connection, self.model)

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        return snapshot_of(self._connection, self.model, lambda: milliseconds(self._clock()))

    def fill(self, steps: Iterable[Step], entries: Iterable[tuple[str, Entry]]) -> None:
        fill(self._connection, self.model, steps, entries, milliseconds(self._clock()))

    def close(self) -> None:
        self._connection.close()


class _Undone(Exception):
    """Carries the report of a dry run out of its transaction."""

    def __init__(self, report: Report) -> None:
        self.report = report
