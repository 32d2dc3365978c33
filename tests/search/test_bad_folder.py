"""A folder of the index that is full, read-only or held: said with the cure, and answered from the last commit."""

import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.errors import IndexUnusable
from graph.model import MODEL
from graph.search.engines import open_index
from graph.search.follower import Follower
from graph.search.index import IndexBusy, IndexNotWritten, Query
from graph.store.batch import Batch, Put
from graph.store.sqlite import open_sqlite

ROOT = Path(__file__).parents[2]
OPEN = {"kind": "TEXT", "locale": "en", "state": "PUBLISHED", "marking": "PUBLIC"}


@contextmanager
def files_of_at_most(length):
    """A disk that takes no more of any file; the graph is written to before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refused(attempt, length):
    """What is said where the disk takes no more; Whoosh leaves files open there, which are let go here."""
    try:
        with files_of_at_most(length), pytest.raises(IndexNotWritten) as said:
            attempt()
        return str(said.value)
    finally:
        del said
        gc.collect()


@pytest.fixture
def store(tmp_path):
    opened = open_sqlite(tmp_path / "duta.sqlite", MODEL)
    yield opened
    opened.close()


def write(store, start, count=60):
    texts = (" ".join(f"word{n}x{k}" for k in range(60)) for n in range(start, start + count))
    puts = tuple(
        Put(f"asset:b{start + n}", "Asset", {"title": f"Batik {start + n}", "summary": text, **OPEN})
        for n, text in enumerate(texts)
    )
    assert store.write(Batch(puts)).refused == ()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("length", [0, 1500])
def test_on_a_full_disk_the_index_answers_as_it_is_says_so_and_catches_up(named, tmp_path, store, anyone, length):
    index = open_index(tmp_path / "index", named)
    follower = Follower(store, index)
    write(store, 0)
    follower.follow()
    write(store, 60)

    said = [refused(attempt, length) for attempt in (follower.follow, follower.rebuild, follower.follow)]
    for one in said:
        assert one.startswith(f'The search index in "{tmp_path / "index" / named}" cannot be written: ')
        assert "Make room on its disk" in one
    assert index.search(Query("batik", anyone)).total == 60
    assert [path.name for path in (tmp_path / "index" / named).glob("index-*")] == ["index-1"]

    assert follower.follow() == 60
    assert index.search(Query("batik", anyone)).total == 120
    assert (follower.status().lag, follower.status().documents) == (0, 120)
    index.close()


READER = """
import os, sys
from pathlib import Path
from graph.search.engines import open_index
from graph.errors import IndexUnusable
from graph.search.index import IndexBusy, Query
from graph.store.select import Viewer

def ask():
    index = open_index(Path(sys.argv[1]), sys.argv[2])
    try:
        print(index.search(Query("batik", Viewer(0, -1, -1, 0))).total, index.writable(), index.hindrance())
    except IndexUnusable as error:
        print(error)
    try:
        index.apply((), (), applied_seq=9)
    except IndexBusy as error:
        print(error)
    index.close()

if os.geteuid() == 0 and sys.argv[3] == "nobody":
    # What is imported late is imported before the rights go.
    open_index(Path(sys.argv[1]), sys.argv[2]).search(Query("batik", Viewer(0, -1, -1, 0)))
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
ask()
"""


def reader(folder, named, who):
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READER, str(folder), named, who],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return told.stdout.splitlines()


def test_a_folder_that_may_not_be_written_to_is_read_and_said_to_be_so(named, make):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = open_index(folder, named)
        index.rebuild([make("a:1", "Batik")], applied_seq=1)
        index.close()
        places = [folder, *folder.rglob("*")]
        for path in places:
            path.chmod(0o555 if path.is_dir() else 0o444)
        found, refusal = reader(folder, named, "nobody")
        for path in places:
            path.chmod(0o755 if path.is_dir() else 0o644)

    said = (
        f'The folder "{folder / named}" of the search index may not be written to: Permission denied. Give this user '
        "the right to, or leave the index to a process that has it."
    )
    if named == "whoosh":
        assert found == f"1 False {said}"
    else:
        assert "tantivy puts a lock into its folder even then" in found
    assert refusal == said


def test_an_index_that_another_process_writes_is_read_and_said_to_be_so(kept, named, tmp_path, make):
    kept.apply((), [make("a:1", "Batik")], applied_seq=1)
    held = "Another process writes the search index. It follows the graph, so nothing is to be done."

    assert reader(tmp_path, named, "somebody") == [f"1 False {held}", held]
    assert kept.hindrance() == ""


def test_a_second_index_in_one_process_is_no_second_writer(kept, named, tmp_path):
    other = open_index(tmp_path, named)

    with pytest.raises(IndexBusy, match="Another process writes"):
        other.apply((), (), applied_seq=2)
    other.close()


def test_where_the_folder_is_deleted_one_process_writes_the_next_index_too(kept, named, tmp_path, make, find):
    kept.apply((), [make("a:1", "Batik")], applied_seq=1)
    shutil.rmtree(tmp_path / named)
    kept.rebuild([make("a:2", "Batik")], applied_seq=2)

    held = "Another process writes the search index. It follows the graph, so nothing is to be done."
    assert reader(tmp_path, named, "somebody") == [f"1 False {held}", held]
    assert find(kept, "batik") == ["a:2"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_files_cut_short_under_a_running_server_are_said_and_built_anew(named, tmp_path, store, anyone):
    """To read what is gone of a mapped file would end the process."""
    index = open_index(tmp_path / "index", named)
    follower = Follower(store, index)
    write(store, 0)
    follower.follow()
    assert index.search(Query("batik", anyone)).total == 60

    for path in (tmp_path / "index" / named / "index-1").iterdir():
        if path.suffix in (".seg", ".term", ".idx", ".store"):
            os.truncate(path, path.stat().st_size // 3)
    with pytest.raises(IndexUnusable, match="duta index rebuild"):
        index.search(Query("word7x3", anyone))

    follower.follow()
    assert index.search(Query("word7x3", anyone)).total == 1
    index.close()
