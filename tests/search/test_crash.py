"""Sudden death, torn files, other versions and second processes: nothing lost, nothing twice, or a clear refusal."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.errors import IndexUnusable
from graph.search import index_folder
from graph.search.engines import open_index
from graph.search.index import IndexBusy, Query

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from graph.search.engines import open_index
from graph.search.index import Document, Field, Role
from graph.store.visibility import ALWAYS, LIVE, NEVER, Visibility

index = open_index(Path(sys.argv[1]), sys.argv[2])
seen = Visibility(LIVE, 0, ALWAYS, NEVER)
for seq in range(index.state().applied_seq + 1, 100_000):
    fields = (Field("title", f"Batik number{seq}", 10, "en", Role.NAME),)
    again = Document("a:again", "en", "Asset", seen, fields, (), {"kind": (f"k{seq}",)})
    new = Document(f"a:{seq:06}", "en", "Asset", seen, fields, (), {"kind": ("NEW",)})
    index.apply(["a:again"], [again, new], applied_seq=seq)
    print(seq, flush=True)
"""


def writer(folder, named):
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WRITER, str(folder), named], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def whole(folder, named, anyone):
    """The sequence of an index whose documents, facets and sequence agree."""
    index = open_index(folder, named)
    seq = index.state().applied_seq
    hits = index.search(Query("batik", anyone, first=5, facets=("kind",)))
    index.close()
    assert hits.total == (seq + 1 if seq else 0)
    assert dict(hits.facets["kind"]) == ({"NEW": seq, f"k{seq}": 1} if seq else {})
    return seq


def current(folder, named):
    return folder / named / (folder / named / "CURRENT").read_text()


#: The files that say what a commit is, and one kind that a segment is read by.
FILES = {"whoosh": {"commit": "*.toc", "segment": "*.seg"}, "tantivy": {"commit": "meta.json", "segment": "*.term"}}


@pytest.mark.long
def test_killed_at_any_moment_an_index_is_at_a_whole_commit_and_can_go_on(named, tmp_path, anyone):
    first = open_index(tmp_path, named)
    first.rebuild((), applied_seq=0)
    first.close()
    dice = random.Random(5)
    said = 0
    for _ in range(20 if os.environ.get("DUTA_TEST_LONG") else 2):
        with writer(tmp_path, named) as process:
            first_lines = [process.stdout.readline() for _ in range(3)]
            time.sleep(dice.random() * 0.1)
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().splitlines()
        said = max(int(line) for line in [*first_lines, *rest] if line.strip().isdigit())
        found = whole(tmp_path, named, anyone)
        assert said <= found <= said + 1


def test_files_of_a_commit_that_was_killed_do_not_hinder_the_next(tmp_path, make, find):
    index = open_index(tmp_path, "tantivy")
    index.rebuild([make("a:1", "Batik"), make("a:2", "Batik")], applied_seq=1)
    commit = current(tmp_path, "tantivy") / "meta.json"
    before = commit.read_bytes()
    index.apply(["a:1"], (), applied_seq=2)
    index.close()
    commit.write_bytes(before)

    again = open_index(tmp_path, "tantivy")
    assert find(again, "batik") == ["a:1", "a:2"]
    again.apply(["a:1"], (), applied_seq=2)
    assert find(again, "batik") == ["a:2"]
    again.close()


def test_columns_lost_or_torn_are_made_anew(kept, named, tmp_path, make, anyone):
    kept.apply((), [make(f"a:{n}", "Batik", kind=["X"]) for n in range(3)], applied_seq=1)
    asked = Query("batik", anyone, facets=("kind",))
    before = kept.search(asked)
    kept.close()
    columns = list(current(tmp_path, named).glob("columns-*.npz"))
    assert columns

    for torn in (b"", b"PK\x03\x04 nonsense", columns[0].read_bytes()[:200]):
        columns[0].write_bytes(torn)
        again = open_index(tmp_path, named)
        assert again.search(asked) == before
        again.close()


# Whoosh leaves a file open where it cannot be read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("torn", ["commit", "segment", "all"])
def test_a_torn_index_is_refused_and_can_be_rebuilt(kept, named, tmp_path, make, anyone, find, torn):
    kept.apply((), [make(f"a:{n}", "Batik") for n in range(50)], applied_seq=1)
    kept.close()
    torn_files = list(current(tmp_path, named).glob(FILES[named].get(torn, "*")))
    assert torn_files
    for path in torn_files:
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    for path in current(tmp_path, named).glob("columns-*"):
        path.unlink()

    again = open_index(tmp_path, named)
    with pytest.raises(IndexUnusable, match="Build it anew with `duta index rebuild`"):
        again.search(Query("batik", anyone))

    again.rebuild([make("a:1", "Batik")], applied_seq=1)
    assert find(again, "batik") == ["a:1"]
    again.close()


def test_no_index_yet_says_so(named, tmp_path):
    with pytest.raises(IndexUnusable) as refused:
        open_index(tmp_path, named).state()

    assert str(refused.value) == "There is no search index yet. Build it anew with `duta index rebuild`."


def test_an_index_of_another_version_is_refused(kept, named, tmp_path, monkeypatch):
    kept.close()
    monkeypatch.setattr(index_folder, "CHAIN_VERSION", 999)
    again = open_index(tmp_path, named)

    with pytest.raises(IndexUnusable, match=r"another version of Duta\. Build it anew with"):
        again.state()
    again.close()


def test_a_broken_rebuild_leaves_the_index_in_use_and_its_remains_go_with_the_next(kept, named, tmp_path, make, find):
    kept.apply((), [make("a:1", "Batik")], applied_seq=1)

    def broken():
        yield make("a:2", "Batik")
        raise RuntimeError("the graph went away")

    with pytest.raises(RuntimeError):
        kept.rebuild(broken(), applied_seq=2)

    assert find(kept, "batik") == ["a:1"]
    kept.rebuild([make("a:3", "Batik")], applied_seq=3)
    assert find(kept, "batik") == ["a:3"]
    assert [path.name for path in (tmp_path / named).glob("index-*")] == [current(tmp_path, named).name]


def test_a_second_process_reads_what_the_first_writes_and_does_not_write(kept, named, tmp_path, make, anyone):
    kept.apply((), [make("a:1", "Batik")], applied_seq=1)
    other = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SECOND, str(tmp_path), named],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert other.stdout.splitlines() == [
        "1 found",
        "not writable",
        "Another process writes the search index. It follows the graph, so nothing is to be done.",
    ]


SECOND = """
import sys
from pathlib import Path
from graph.search.engines import open_index
from graph.search.index import IndexBusy, Query
from graph.store.select import Viewer

index = open_index(Path(sys.argv[1]), sys.argv[2])
print(index.search(Query("batik", Viewer(0, -1, -1, 0))).total, "found")
print("writable" if index.writable() else "not writable")
try:
    index.apply((), (), applied_seq=2)
except IndexBusy as error:
    print(error)
"""


def test_readers_see_commits_and_rebuilds_of_another_holder(kept, named, tmp_path, make, find):
    reader = open_index(tmp_path, named)
    kept.apply((), [make("a:1", "Batik")], applied_seq=1)
    assert find(reader, "batik") == ["a:1"]

    kept.apply((), [make("a:2", "Batik")], applied_seq=2)
    assert find(reader, "batik") == ["a:1", "a:2"]

    kept.rebuild([make("a:3", "Batik")], applied_seq=3)
    assert find(reader, "batik") == ["a:3"]
    with pytest.raises(IndexBusy):
        reader.apply((), (), applied_seq=4)
    reader.close()


def test_a_folder_that_vanishes_is_no_index(kept, named, tmp_path, anyone):
    shutil.rmtree(tmp_path / named)

    with pytest.raises(IndexUnusable):
        kept.search(Query("batik", anyone))
