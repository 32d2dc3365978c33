"""The file of the embedded store: older schemas, damage, several processes and sudden death."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from graph.errors import StoreOutdated, StoreUnavailable
from graph.model import DECLARATIONS, MODEL, Entity, Model
from graph.model.declare import prop
from graph.model.kinds import Name
from graph.store.batch import Batch, Put, To
from graph.store.operational import Entry
from graph.store.select import Cmp, Select, Shape
from graph.store.sqlite import open_sqlite
from graph.store.visibility import SYSTEM

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.sqlite import open_sqlite

store = open_sqlite(sys.argv[1], MODEL)
name = sys.argv[2]
for n in range(int(sys.argv[3])):
    puts = [Put(f"theme:{name}-{n}-{k}", "Theme", {"name": f"{name} {n} {k}"}) for k in range(20)]
    links = {"broader": (To(puts[0].id),)}
    store.write(Batch((*puts, Put(f"theme:{name}-{n}", "Theme", {"name": name}, links))))
    print(store.stats().seq, flush=True)
"""


def writer(path: Path, name: str, batches: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(batches)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_file_of_an_older_schema_gets_what_was_added_with_its_sort_keys(tmp_path):
    class Older(Entity, reference=True):
        """A subject."""

        name: Name = prop("Its name.", required=True)

    class Newer(Entity, reference=True):
        """A subject."""

        name: Name = prop("Its name.", required=True, orderable=True)
        motto: Name = prop("Its motto.")

    Older.__name__ = Newer.__name__ = "Subject"
    Older.prefix = Newer.prefix = "subject"
    others = [cls for cls in DECLARATIONS if cls.__name__ in ("Mission", "Organisation", "Country", "Place", "Source")]
    before = open_sqlite(tmp_path / "s", Model.of([*others, Older]))
    before.write(Batch((Put("subject:b", "Subject", {"name": "Ébène"}), Put("subject:a", "Subject", {"name": "zinc"}))))
    before.close()

    after = open_sqlite(tmp_path / "s", Model.of([*others, Newer]))

    with after.connected() as connection:
        rows = connection.execute('SELECT "id", name__sort, motto FROM n_subject ORDER BY name__sort').fetchall()
    assert rows == [("subject:b", "ebene", None), ("subject:a", "zinc", None)]


def test_what_was_added_has_its_default_in_older_rows(tmp_path):
    class Older(Entity, reference=True):
        """A subject."""

        name: Name = prop("Its name.", required=True)

    class Newer(Entity, reference=True):
        """A subject."""

        name: Name = prop("Its name.", required=True)
        quiet: bool = prop("Whether it is quiet.", default=True)
        marks: list[str] = prop("Its marks.")

    Older.__name__ = Newer.__name__ = "Subject"
    Older.prefix = Newer.prefix = "subject"
    others = [cls for cls in DECLARATIONS if cls.__name__ in ("Mission", "Organisation", "Country", "Place", "Source")]
    before = open_sqlite(tmp_path / "s", Model.of([*others, Older]))
    before.write(Batch((Put("subject:a", "Subject", {"name": "A"}),)))
    before.close()

    after = open_sqlite(tmp_path / "s", Model.of([*others, Newer]))

    shape = Shape((("quiet", "quiet"), ("marks", "marks"), ("name", "name")))
    assert after.ask(SYSTEM, {"x": Select("Subject", shape)}) == {
        "x": {"rows": [{"quiet": True, "marks": [], "name": "A"}]}
    }
    assert after.verify().problems == ()


def test_a_change_bears_the_moment_at_which_nobody_else_could_write(tmp_path):
    locked: list[bool] = []

    def clock() -> datetime:
        other = apsw.Connection(str(tmp_path / "s"))
        try:
            other.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            locked.append(True)
        other.close()
        return datetime(2026, 1, 1, tzinfo=UTC)

    open_sqlite(tmp_path / "s", MODEL, clock=clock).write(Batch((Put("theme:a", "Theme", {"name": "A"}),)))

    assert locked == [True]


def test_a_file_that_holds_more_than_the_model_knows_is_refused_by_name(tmp_path):
    open_sqlite(tmp_path / "s", MODEL).close()
    connection = apsw.Connection(str(tmp_path / "s"))
    connection.execute('ALTER TABLE n_theme ADD COLUMN "flavour" TEXT')
    connection.close()

    with pytest.raises(StoreOutdated, match=r"n_theme\.flavour.*backup"):
        open_sqlite(tmp_path / "s", MODEL)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    (tmp_path / "s").write_bytes(b"not a database at all, but long enough to be read as a header" * 20)

    with pytest.raises(StoreUnavailable, match="is no SQLite file"):
        open_sqlite(tmp_path / "s", MODEL)

    assert (tmp_path / "s").read_bytes().startswith(b"not a database")


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_sqlite(tmp_path / "nowhere" / "s", MODEL)


def test_two_processes_write_without_a_gap_or_a_lost_batch(tmp_path):
    open_sqlite(tmp_path / "s", MODEL).close()
    processes = [writer(tmp_path / "s", name, 15) for name in ("a", "b")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0

    store = open_sqlite(tmp_path / "s", MODEL)
    assert store.stats().seq == 2 * 15 * 21
    assert store.stats().nodes == {"Theme": 2 * 15 * 21}
    assert store.verify().problems == ()


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_process_leaves_whole_transactions_and_every_acknowledged_one(tmp_path, seed):
    open_sqlite(tmp_path / "s", MODEL).close()
    process = writer(tmp_path / "s", "k", 100_000)
    assert process.stdout is not None
    acknowledged = int(process.stdout.readline())
    time.sleep(random.Random(seed).uniform(0.01, 0.3))
    os.kill(process.pid, signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(line) for line in process.communicate()[0].split())])

    store = open_sqlite(tmp_path / "s", MODEL)
    seq = store.stats().seq
    assert seq >= acknowledged
    assert seq % 21 == 0
    assert store.stats().nodes == {"Theme": seq}
    assert store.verify().problems == ()
    report = store.write(Batch((Put("theme:next", "Theme", {"name": "Next"}, {"broader": (To("theme:k-0"),)}),)))
    assert report.seq == seq + 1


def test_a_reader_sees_one_snapshot_while_a_batch_is_written(tmp_path):
    store = open_sqlite(tmp_path / "s", MODEL)
    store.write(Batch((Put("theme:a", "Theme", {"name": "A"}),)))
    with store.connected() as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE n_theme SET name = 'B'")
        other = open_sqlite(tmp_path / "s", MODEL)
        answer = other.ask(SYSTEM, {"x": Select("Theme", Shape((("name", "name"),)), Cmp("id", "eq", "theme:a"))})
        connection.execute("ROLLBACK")

    assert answer == {"x": {"rows": [{"name": "A"}]}}


def test_a_file_from_before_operational_data_gets_its_place(tmp_path):
    before = open_sqlite(tmp_path / "s", MODEL)
    before.write(Batch((Put("theme:t", "Theme", {"name": "T"}),)))
    with before.connected() as connection:
        connection.execute("DROP TABLE operational")
    before.close()

    after = open_sqlite(tmp_path / "s", MODEL)
    after.revise("keys", ["a"], lambda _: [Entry("a", {"n": 1})])
    assert after.entries("keys", ["a"]) == {"a": Entry("a", {"n": 1})}
    assert after.stats().seq == 1
    after.close()
