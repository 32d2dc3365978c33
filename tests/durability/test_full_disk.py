"""A disk that is full, as one whose files may grow no further: the write is refused, nothing is lost, all goes on."""

import resource
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import apsw
import pytest

from api.wiring import opened
from graph.errors import StoreUnavailable, WriteUnknown
from graph.model import MODEL
from graph.store.batch import Batch, Put, Report
from graph.store.operational import Entry
from graph.store.sqlite import open_sqlite


@pytest.fixture
def store(tmp_path):
    store = open_sqlite(tmp_path / "s", MODEL)
    store.write(Batch((Put("theme:kept", "Theme", {"name": "Kept"}),)))
    yield store
    store.close()


@contextmanager
def no_file_longer_than(length: int) -> Generator[None]:
    """Files of this process that grow beyond the length are refused by the system, as by a quota."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def many(number: int) -> Batch:
    return Batch(tuple(Put(f"theme:sample-{number}-{one}", "Theme", {"name": "T" * 200}) for one in range(400)))


def check_goes_on(store) -> None:
    assert (store.stats().seq, store.verify().problems) == (1, ())
    assert store.write(many(2)).refused == ()
    assert (store.stats().seq, store.verify().problems) == (401, ())


def test_a_write_beyond_what_the_system_lets_a_file_grow_to_is_refused_and_the_next_succeeds(store, tmp_path):
    length = (tmp_path / "s-wal").stat().st_size + 100_000
    with no_file_longer_than(length):
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match=r"cannot be read or written.*Nothing more was written"):
                store.write(many(1))
        with pytest.raises(StoreUnavailable, match="cannot be read or written"):
            store.revise("keys", ["a"], lambda _: [Entry("a", {"text": "t" * 1_000_000})])
        assert store.stats().seq == 1
    check_goes_on(store)


def test_a_write_to_a_full_disk_is_refused_and_the_next_succeeds(store):
    with store.connected() as connection:
        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match=r"is full\. Nothing more was written"):
        store.write(many(1))
    with store.connected() as connection:
        connection.execute("PRAGMA max_page_count = 4294967294")
    check_goes_on(store)


def test_a_commit_that_fails_leaves_no_transaction_open(store):
    with store.connected() as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE two (id REFERENCES one(id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(apsw.ConstraintError), store._transaction() as connection:
        connection.execute("INSERT INTO two VALUES (1)")
    check_goes_on(store)


class _Unconfirmed(apsw.VFS):
    """Files as they are, whose bytes the disk does not confirm while `failing`."""

    failing = False

    def __init__(self) -> None:
        super().__init__("sample-unconfirmed", "unix", makedefault=True)

    def xOpen(self, name, flags):  # noqa: N802 - as SQLite calls it
        return _UnconfirmedFile(self, name, flags)


class _UnconfirmedFile(apsw.VFSFile):
    def __init__(self, vfs: _Unconfirmed, name, flags) -> None:
        self._vfs = vfs
        super().__init__("unix", name, flags)

    def xSync(self, flags):  # noqa: N802 - as SQLite calls it
        if self._vfs.failing:
            error: Any = apsw.IOError()
            error.extendedresult = apsw.SQLITE_IOERR_FSYNC
            raise error
        super().xSync(flags)


def test_a_commit_that_the_disk_does_not_confirm_is_told_as_unknown(tmp_path):
    before, vfs = apsw.vfs_names()[0], _Unconfirmed()
    try:
        store = open_sqlite(tmp_path / "s", MODEL)
        store.write(Batch((Put("theme:kept", "Theme", {"name": "Kept"}),)))
        vfs.failing = True
        with pytest.raises(WriteUnknown, match="not known whether it stays"):
            store.write(many(1))
        vfs.failing = False
        check_goes_on(store)
        store.close()
    finally:
        vfs.unregister()
        apsw.set_default_vfs(before)


@pytest.mark.neo4j
@pytest.mark.long
def test_a_neo4j_whose_disk_is_full_says_so_and_has_all_that_it_took_once_it_is_started_again(home, own_neo4j):
    with opened(own_neo4j.settings(home)) as house:
        own_neo4j.write_no_further_than(6_000_000)
        taken: list[Report] = []
        with pytest.raises(WriteUnknown, match=r"failed while it committed.*whether its disk is full"):
            taken += (house.store.write(many(number)) for number in range(40))
        for ask in (house.store.stats, lambda: house.store.write(many(99))):
            with pytest.raises(StoreUnavailable, match=r"start it again|could not do it now") as told:
                ask()
            assert not isinstance(told.value, WriteUnknown)
        own_neo4j.kill()
        own_neo4j.start()
        assert taken
        assert house.store.stats().seq in {400 * len(taken), 400 * len(taken) + 400}
        assert house.store.verify().problems == ()
        assert house.store.write(many(99)).refused == ()
