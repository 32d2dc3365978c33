"""A graph in one SQLite file, read by many threads and written by one at a time."""

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import apsw
import orjson

from graph.errors import AnswerTooLarge, StoreUnavailable, WriteUnknown
from graph.model import Model
from graph.store.batch import EVERY, Batch, Change, Report, Stats, Verdict, Which
from graph.store.operational import ONCE, Entries, Entry, Revision, milliseconds, once_entry, repeated
from graph.store.questions import Question
from graph.store.select import Answer, Select, Viewer
from graph.store.shapes import Shaped
from graph.store.snapshot import Snapshot, check_empty
from graph.store.sqlite import operational
from graph.store.sqlite.connection import Connection
from graph.store.sqlite.memory import keep_freed
from graph.store.sqlite.migration import migrate
from graph.store.sqlite.reading import changes_of, head_of
from graph.store.sqlite.snapshot import SqliteSnapshot, held_by
from graph.store.sqlite.statement import compile_question
from graph.store.sqlite.verifying import stats_of, verdict_of
from graph.store.sqlite.writer import SqliteTransaction
from graph.store.transaction import Head, Step
from graph.store.ways import Paths, paths_between
from graph.store.writing import prepare

_BUSY_MS = 30_000
_NOT_SYNCED = (apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC)
#: What one statement may put together; an answer takes several times that in memory.
_ANSWER_BYTES = 64_000_000


def _now() -> datetime:
    return datetime.now(UTC)


def open_sqlite(path: Path | str, model: Model, *, clock: Callable[[], datetime] = _now) -> "SqliteStore":
    """Open or create the file, bringing an older schema up to date; raises StoreUnavailable or StoreOutdated."""
    keep_freed()
    store = SqliteStore(Path(path), model, clock)
    try:
        with store.connected() as connection:
            migrate(connection, model)
    except apsw.NotADBError:
        raise StoreUnavailable(f'"{path}" is no SQLite file. Name another file or move this one away.') from None
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.IOError) as error:
        raise StoreUnavailable(f'"{path}" cannot be opened: {error}. Check the folder and its permissions.') from None
    except apsw.CorruptError:
        raise StoreUnavailable(f'"{path}" is damaged. Restore it from a backup.') from None
    return store


class SqliteStore:
    """The GraphStore of one file; see graph.store.port for what each call does."""

    engine = "sqlite"

    def __init__(self, path: Path, model: Model, clock: Callable[[], datetime]) -> None:
        self.path, self.model, self._clock = path, model, clock
        self._local = threading.local()
        self._open: list[Connection] = []
        self._writing = threading.Lock()

    def ask(self, viewer: Viewer, questions: Mapping[str, Question]) -> dict[str, Answer]:
        answers: dict[str, Answer] = orjson.loads(self.ask_json(viewer, questions))
        return answers

    def ask_json(self, viewer: Viewer, questions: Mapping[str, Question | Shaped]) -> bytes:
        """A statement for each question, which the engine keeps prepared; several share one read transaction."""
        statements = {
            name: one if isinstance(one, Paths) else compile_question(self.model, viewer, one)
            for name, one in questions.items()
        }
        several = len(statements) > 1 or any(isinstance(one, Paths) for one in statements.values())
        with self.connected() as connection, _snapshot(connection, needed=several):
            parts = [
                _member(
                    name,
                    (orjson.dumps(self._ways(connection, viewer, one)),)
                    if isinstance(one, Paths)
                    else connection.execute(*one).fetchone(),
                )
                for name, one in statements.items()
            ]
        answer = b"{%b}" % b",".join(parts)
        if len(answer) > _ANSWER_BYTES:
            raise _too_large()
        return answer

    def _ways(self, connection: Connection, viewer: Viewer, paths: Paths) -> Answer:
        """Shortest ways, a statement for each type on each level, in the transaction that is open."""

        def ask(questions: Mapping[str, Select]) -> dict[str, Answer]:
            statements = {name: compile_question(self.model, viewer, one) for name, one in questions.items()}
            rows = {name: connection.execute(*one).fetchone() for name, one in statements.items()}
            return {name: orjson.loads(row[0]) for name, row in rows.items() if row}

        return paths_between(self.model, paths, ask)

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report:
        with self._transaction(keep=not dry_run) as connection:
            # Under the lock, so that the log's times follow its sequence.
            moment = self._clock()
            at = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            now, once = milliseconds(moment), batch.once
            if once and (kept := operational.entries_of(connection, ONCE, [once.key], now)):
                return repeated(once, kept[once.key], self.changes)
            transaction = SqliteTransaction(connection, self.model)
            report, delta = prepare(transaction, self.model, batch, at=at)
            if not dry_run:
                transaction.apply(delta)
                if once and not (batch.whole and report.refused):
                    operational.revise(connection, ONCE, [once.key], lambda _: [once_entry(once, report)], now)
        return report

    def changes(
        self, after: int, limit: int = 500, which: Which = EVERY, *, backward: bool = False
    ) -> Sequence[Change]:
        with self.connected() as connection:
            return changes_of(connection, after, limit, which, backward=backward)

    def said_by(self, source: str) -> list[str]:
        with self.connected() as connection:
            return [id for (id,) in connection.execute("SELECT id FROM said WHERE source = ? ORDER BY id", (source,))]

    def entries(self, collection: str, keys: Sequence[str]) -> Entries:
        with self.connected() as connection:
            return operational.entries_of(connection, collection, keys, milliseconds(self._clock()))

    def listed(self, collection: str, after: str = "", limit: int = 1000) -> list[Entry]:
        with self.connected() as connection:
            return operational.listed(connection, collection, after, limit, milliseconds(self._clock()))

    def revise(self, collection: str, keys: Sequence[str], revision: Revision) -> Entries:
        with self._transaction() as connection:
            return operational.revise(connection, collection, keys, revision, milliseconds(self._clock()))

    def head(self) -> Head:
        with self.connected() as connection:
            return head_of(connection)

    def stats(self) -> Stats:
        with self.connected() as connection:
            return stats_of(connection, self.model)

    def verify(self) -> Verdict:
        with self.connected() as connection:
            return verdict_of(connection, self.model)

    @contextmanager
    def snapshot(self) -> Generator[Snapshot]:
        # A connection of its own, so that this thread may go on asking what is there now.
        connection = self._made()
        try:
            connection.execute("BEGIN")
            yield SqliteSnapshot(connection, self.model, milliseconds(self._clock()))
        finally:
            connection.close()

    def fill(self, steps: Iterable[Step], entries: Iterable[tuple[str, Entry]]) -> None:
        with self._transaction() as connection:
            check_empty(held_by(connection, milliseconds(self._clock())))
            self._apply(connection, steps)
            operational.put(connection, entries)

    def apply(self, steps: Iterable[Step]) -> None:
        """Do the steps in one transaction, beside the log: for what is derived from another store."""
        with self._transaction() as connection:
            self._apply(connection, steps)

    def _apply(self, connection: Connection, steps: Iterable[Step]) -> None:
        transaction = SqliteTransaction(connection, self.model)
        for step in steps:
            transaction.apply(step(transaction))

    def close(self) -> None:
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._local = threading.local()

    @contextmanager
    def connected(self) -> Generator[Connection]:
        """This thread's connection; a damaged or locked file becomes StoreUnavailable."""
        connection: Connection = getattr(self._local, "connection", None) or self._connect()
        try:
            yield connection
        except apsw.BusyError:
            raise StoreUnavailable(f'"{self.path}" is locked by another process. Try again.') from None
        except apsw.TooBigError:
            raise _too_large() from None
        except apsw.FullError:
            raise StoreUnavailable(f'The disk that holds "{self.path}" is full. Nothing more was written.') from None
        except apsw.IOError as error:
            where = "Look at the disk, its quota and its permissions."
            if getattr(error, "extendedresult", None) in _NOT_SYNCED:
                # What the disk did not confirm may be there for who opens the file after the system has ended.
                raise WriteUnknown(
                    f'"{self.path}" was written and the disk does not confirm it: {error}. It is not known whether '
                    f"it stays. {where}"
                ) from None
            raise StoreUnavailable(
                f'"{self.path}" cannot be read or written: {error}. Nothing more was written. {where}'
            ) from None

    @contextmanager
    def _transaction(self, *, keep: bool = True) -> Generator[Connection]:
        """A transaction in which nobody else writes; undone where something is raised, or unless `keep`."""
        with self._writing, self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT" if keep else "ROLLBACK")
            except BaseException:
                # Where the disk is full SQLite may have rolled back by itself, and where the commit fails it has not.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connect(self) -> Connection:
        connection = self._local.connection = self._made()
        self._open.append(connection)
        return connection

    def _made(self) -> Connection:
        opened = apsw.Connection(str(self.path), statementcachesize=256)
        opened.set_busy_timeout(_BUSY_MS)
        opened.limit(apsw.SQLITE_LIMIT_LENGTH, _ANSWER_BYTES)
        # A plan is for a shape. Else each value that is bound, a page's limit say, has the statement prepared again.
        opened.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection = cast("Connection", opened)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA mmap_size = 268435456")
        return connection


@contextmanager
def _snapshot(connection: Connection, *, needed: bool) -> Generator[None]:
    """One state of the graph for several statements."""
    if not needed:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def _member(name: str, row: tuple[bytes | None, ...] | None) -> bytes:
    """One member of a JSON object, from the statement that answers it."""
    return b"%b:%b" % (orjson.dumps(name), row[0] if row and row[0] is not None else b"null")


def _too_large() -> AnswerTooLarge:
    return AnswerTooLarge(
        f"The answer has more than {_ANSWER_BYTES // 1_000_000} MB. Ask for shorter pages, or for fewer texts."
    )
