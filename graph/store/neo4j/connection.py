"""The driver: opened with sentences for what can be wrong, transactions that are repeated where that helps."""

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from time import monotonic, sleep
from typing import Any, TypeAlias, TypeVar, cast

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    GraphDatabase,
    ManagedTransaction,
    NotificationMinimumSeverity,
    Query,
    Session,
    Transaction,
    unit_of_work,
)
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DatabaseError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graph.errors import StoreUnavailable, WriteUnknown
from graph.store.neo4j.patience import Patience

T = TypeVar("T")
#: A write transaction, whoever begins it.
Writing: TypeAlias = ManagedTransaction | Transaction
Records: TypeAlias = list[list[Any]]

#: The first version with `CALL (x) { ... }`; COLLECT and COUNT subqueries are older.
_OLDEST = (5, 23)
_RETRY_SECONDS = 20.0
_FIRST_DELAY_SECONDS, _LONGEST_DELAY_SECONDS = 0.1, 2.0
#: Somebody waits for what is read, and may ask again.
_READ_RETRY_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
#: The server could not keep a commit, as on a full disk: told before all of it was kept, or after.
_COMMIT_FAILED = {
    f"Neo.DatabaseError.Transaction.{name}" for name in ("TransactionCommitFailed", "TransactionLogError")
}
#: After that it begins no transaction until it is started again.
_STOPPED = "Neo.DatabaseError.Transaction.TransactionStartFailed"
#: With what a server says first, which one that hangs does not.
_ACQUIRE_SECONDS = 10.0
#: A server that lives ends a statement in time by itself; so much later it is taken for one that hangs.
_SERVER_SECONDS = 2.0


class Connection:
    """One database of a server."""

    def __init__(self, patience: Patience, uri: str, database: str, seconds: float, write_seconds: float) -> None:
        self._patience, self.uri, self.database, self._seconds = patience, uri, database, seconds
        self._write_seconds = write_seconds

    def ask(self, statement: str, parameters: Mapping[str, object]) -> Records:
        """The same as `read` for who waits no longer than was set; raises StoreUnavailable."""
        seconds, cure = self._seconds, "Ask for less, look after the server, or give it longer in DUTA_NEO4J_SECONDS."
        with self._in_time(seconds, "answered a question", cure), self._patience.waiting(seconds + _SERVER_SECONDS):
            return self.read(statement, parameters, seconds)

    def read(
        self, statement: str, parameters: Mapping[str, object] | None = None, seconds: float | None = None
    ) -> Records:
        """The records of one statement in a read transaction, in which the server refuses to write.

        With `seconds` the server ends the statement after so long.

        By itself a statement is one message to the server and back; beginning and committing make three of it. So the
        driver's own transactions, which it repeats, come only after a failure that this may help.
        """
        with self._session(READ_ACCESS, max_transaction_retry_time=_READ_RETRY_SECONDS) as session:
            begun = monotonic()
            try:
                return run(session, Query(cast("Any", statement), timeout=seconds), parameters)
            except (DriverError, Neo4jError) as error:
                if not error.is_retryable() or monotonic() - begun > _READ_RETRY_SECONDS:
                    raise
            return session.execute_read(unit_of_work(timeout=seconds)(run), statement, parameters)

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """Do the work in one transaction, again from its start where the server says that this may help.

        It takes as long as it takes, where the server shows that it lives. Raises StoreUnavailable, with which nothing
        was written, and WriteUnknown, with which that is not known.
        """
        with self._session(WRITE_ACCESS) as session:
            return session.execute_write(work)

    def write_soon(self, work: Callable[[Transaction], T]) -> T:
        """The same for who waits no longer than was set."""
        seconds = self._write_seconds
        cure = "Try again, look after the server, or give it longer in DUTA_NEO4J_WRITE_SECONDS."
        with self._in_time(seconds, "taken a write", f"Nothing was written. {cure}"):
            return self._write_until(monotonic() + seconds, work)

    @contextmanager
    def _in_time(self, seconds: float, done: str, cure: str) -> Generator[None]:
        """Say of what fails after so long that it was this; whether something was written stays said as it is."""
        begun = monotonic()
        try:
            yield
        except WriteUnknown:
            raise
        except (StoreUnavailable, DriverError, Neo4jError, OSError) as error:
            if monotonic() - begun < seconds:
                raise
            raise StoreUnavailable(
                f"Neo4j at {self.uri} has not {done} in {seconds:g} seconds. {cure} ({_said(error)})"
            ) from None

    def _write_until(self, end: float, work: Callable[[Transaction], T]) -> T:
        """What the driver does by itself, which does not end where a server hangs."""
        last, delay = monotonic() + _RETRY_SECONDS, _FIRST_DELAY_SECONDS
        while True:
            left = max(end - monotonic(), _SERVER_SECONDS)
            with self._patience.waiting(left + _SERVER_SECONDS), self._session(WRITE_ACCESS) as session:
                try:
                    with session.begin_transaction(timeout=left) as transaction:
                        done = work(transaction)
                        transaction.commit()
                        return done
                except (DriverError, Neo4jError) as error:
                    if not error.is_retryable() or monotonic() + delay > min(end, last):
                        raise
            sleep(delay)
            delay = min(2 * delay, _LONGEST_DELAY_SECONDS)

    def command(self, statement: str) -> Records:
        """A change of the schema, in a transaction of its own."""
        return self.write(lambda transaction: run(transaction, statement))

    def close(self) -> None:
        self._patience.close()

    @contextmanager
    def _session(self, access: str, **settings: float) -> Generator[Session]:
        # Every session sees what the ones before it wrote, on a cluster too.
        driver = self._patience.driver
        bookmarks = driver.execute_query_bookmark_manager
        with (
            _reached(self.uri, self.database),
            driver.session(
                database=self.database, default_access_mode=access, bookmark_manager=bookmarks, **settings
            ) as session,
        ):
            yield session


def run(
    transaction: Writing | Session, statement: str | Query, parameters: Mapping[str, object] | None = None
) -> Records:
    """The records of a statement. Its text comes from this folder's compilers alone."""
    found = transaction.run(cast("Any", statement), dict(parameters or {}))
    return [list(record.values()) for record in found]


def connect(
    uri: str, user: str, password: str, database: str, seconds: float = 20.0, write_seconds: float = 30.0
) -> Connection:
    """A connection that was tried; raises StoreUnavailable with what is wrong and what to do."""
    if not re.match(r"(bolt|neo4j)(\+s|\+ssc)?://", uri):
        raise StoreUnavailable(f'"{uri}" is no address of a Neo4j. Write it as neo4j://host:7687.')
    # The driver leaves its keywords untyped, which strict checking would repeat at every call.
    start = cast("Any", GraphDatabase).driver
    begin = partial(
        start,
        uri,
        auth=(user, password),
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
        connection_timeout=_CONNECT_SECONDS,
        connection_acquisition_timeout=_ACQUIRE_SECONDS,
        max_transaction_retry_time=_RETRY_SECONDS,
    )
    try:
        patience = Patience(begin)
    except (ConfigurationError, ValueError) as error:
        raise StoreUnavailable(f'"{uri}" is no address of a Neo4j: {error}. Write it as neo4j://host:7687.') from None
    try:
        with _reached(uri, database):
            _check_version(patience.driver, uri)
            with patience.driver.session(database=database, default_access_mode=READ_ACCESS) as session:
                session.run("RETURN 1").consume()
    except BaseException:
        patience.close()
        raise
    return Connection(patience, uri, database, seconds, write_seconds)


def _check_version(driver: Any, uri: str) -> None:
    agent = driver.get_server_info().agent
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if found is None or (int(found[1]), int(found[2])) < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        raise StoreUnavailable(f'The server at {uri} is "{agent}". Duta needs Neo4j {oldest} or newer; 5.26 is tested.')


@contextmanager
def _reached(uri: str, database: str) -> Generator[None]:
    """Turn what the driver raises where the server cannot be used into StoreUnavailable."""
    try:
        yield
    except AuthError as error:
        raise StoreUnavailable(f"Neo4j at {uri} refuses the user or password. Check both. ({_said(error)})") from None
    except DatabaseError as error:
        if error.code == _STOPPED:
            raise StoreUnavailable(
                f"Neo4j at {uri} begins nothing any more, as after a full disk. See in its log what went wrong, and "
                f"start it again. ({_said(error)})"
            ) from None
        if error.code not in _COMMIT_FAILED:
            raise
        raise WriteUnknown(
            f"Neo4j at {uri} failed while it committed. It is not known whether this was written: look before you "
            f"write it again, and whether its disk is full. ({_said(error)})"
        ) from None
    except IncompleteCommit as error:
        raise WriteUnknown(
            f"Neo4j at {uri} went away while it committed. It is not known whether this was written: look before you "
            f"write it again. ({_said(error)})"
        ) from None
    except (ServiceUnavailable, SessionExpired) as error:
        raise StoreUnavailable(f"Neo4j at {uri} does not answer. Is it running? ({_said(error)})") from None
    except TransientError as error:
        raise StoreUnavailable(f"Neo4j at {uri} could not do it now. Try again. ({_said(error)})") from None
    except ClientError as error:
        if error.code == "Neo.ClientError.Database.DatabaseNotFound":
            raise StoreUnavailable(f'Neo4j at {uri} has no database "{database}". Create it or name another.') from None
        raise


def _said(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    return str(text).splitlines()[0] if str(text) else type(error).__name__
