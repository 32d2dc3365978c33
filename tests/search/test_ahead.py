"""What a commit brings is shown while the disk takes it, and is gone again where the disk does not."""

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from graph.search import token_index
from graph.search.index import IndexNotWritten, Query


@contextmanager
def slow_disk(index, *, full=False):
    """A disk that takes a commit only when the block ends, or then says that it is full."""
    index.state()
    engine = index._current()._engine
    commit, begun, free = engine.commit, threading.Event(), threading.Event()

    def waiting(drop, entries, meta):
        begun.set()
        assert free.wait(60)
        if full:
            raise OSError(28, "No space left on device")
        commit(drop, entries, meta)

    engine.commit = waiting
    try:
        yield begun
    finally:
        engine.commit = commit
        free.set()


@contextmanager
def applying(index, drop, documents, seq, **disk):
    """While a commit waits for the disk; after it, it is done or was refused."""
    refused = []

    def apply():
        try:
            index.apply(drop, documents, applied_seq=seq)
        except IndexNotWritten as error:
            refused.append(error)

    thread = threading.Thread(target=apply)
    with slow_disk(index, **disk) as begun:
        thread.start()
        assert begun.wait(60)
        yield refused
    thread.join(60)
    assert not thread.is_alive()


@pytest.fixture
def written(index, make):
    index.apply((), [make("a:1", "Batik cloth", kind=["TEXT"]), make("a:2", "Gamelan", kind=["AUDIO"])], applied_seq=1)
    index.state()
    return index


def told(index, anyone, text):
    hits = index.search(Query(text, anyone, facets=("kind",)))
    return [hit.id for hit in hits.hits], dict(hits.facets["kind"])


def test_an_edit_is_found_before_its_commit_and_what_it_replaced_is_not(written, make, anyone):
    new = [make("a:1", "Wayang", kind=["VIDEO"]), make("a:3", "Batik days", kind=["TEXT"])]
    with applying(written, ["a:1", "a:3"], new, 2):
        assert told(written, anyone, "wayang") == (["a:1"], {"VIDEO": 1})
        assert told(written, anyone, "cloth") == ([], {})
        assert told(written, anyone, "") == (["a:1", "a:2", "a:3"], {"AUDIO": 1, "TEXT": 1, "VIDEO": 1})
        assert [one.id for one in written.suggest("way", anyone)] == ["a:1"]
        assert written.search(Query("wayag", anyone)).meant == "wayang"
        ahead = written.state()
        assert (ahead.applied_seq, ahead.documents) == (1, 3)

    assert told(written, anyone, "") == (["a:1", "a:2", "a:3"], {"AUDIO": 1, "TEXT": 1, "VIDEO": 1})
    assert written.state() == replace(ahead, applied_seq=2)


def test_what_is_dropped_is_gone_before_its_commit(written, anyone):
    with applying(written, ["a:1"], [], 2):
        assert told(written, anyone, "") == (["a:2"], {"AUDIO": 1})

    assert told(written, anyone, "") == (["a:2"], {"AUDIO": 1})


def test_what_a_full_disk_refused_is_shown_no_more(written, make, anyone):
    with applying(written, ["a:1"], [make("a:1", "Wayang")], 2, full=True) as refused:
        assert told(written, anyone, "wayang")[0] == ["a:1"]

    assert len(refused) == 1
    assert told(written, anyone, "wayang")[0] == []
    assert told(written, anyone, "cloth")[0] == ["a:1"]
    assert written.state().applied_seq == 1


def test_after_a_refused_commit_the_same_changes_may_bring_something_else(written, make, anyone):
    with applying(written, ["a:1"], [make("a:1", "Wayang"), make("a:4", "Kecak")], 2, full=True):
        assert told(written, anyone, "wayang")[0] == ["a:1"]
        assert told(written, anyone, "songket")[0] == []

    # The graph has gone on, so that what the same sequence brings is read anew, and is not what it was.
    with applying(written, ["a:1"], [make("a:1", "Songket")], 2):
        assert told(written, anyone, "songket")[0] == ["a:1"]
        assert told(written, anyone, "wayang")[0] == told(written, anyone, "kecak")[0] == []
        assert written.search(Query("songkat", anyone)).meant == "songket"

    assert told(written, anyone, "songket")[0] == ["a:1"]


def test_of_refused_commits_nothing_is_kept(written, make, anyone):
    for _ in range(3):
        with applying(written, ["a:1"], [make("a:1", "Wayang")], 2, full=True):
            assert told(written, anyone, "wayng")[0] == ["a:1"]

    index = written._current()
    segments = {segment.id for segment in index._engine.snapshot().segments}
    assert set(index._kept._kept) | set(index._kept._words) | set(index._kept._tiers) <= segments


def test_what_an_edit_hides_is_hidden_before_its_commit_and_after_one_in_a_row(written, make, anyone, everything):
    shown = make("a:1", "Wayang")
    hidden = replace(shown, visibility=replace(shown.visibility, level=3))
    with applying(written, ["a:1"], [shown], 2):
        assert told(written, anyone, "wayang")[0] == ["a:1"]
    with applying(written, ["a:1"], [hidden], 3):
        for text in ("wayang", "cloth", "batik"):
            assert told(written, anyone, text) == ([], {})
        assert told(written, anyone, "")[0] == ["a:2"]
        assert written.suggest("way", anyone) == []
        assert told(written, everything, "wayang")[0] == ["a:1"]

    assert told(written, anyone, "wayang") == ([], {})
    assert told(written, everything, "wayang")[0] == ["a:1"]


def test_commits_of_two_callers_are_shown_one_after_the_other(written, make, anyone):
    second = threading.Thread(
        target=written.apply, args=((), [make("a:5", "Kecak")]), kwargs={"applied_seq": 3}, daemon=True
    )
    with applying(written, ["a:1"], [], 2):
        second.start()
        # However long it is waited, what the first drops does not come back with what the second brings.
        second.join(0.2)
        assert told(written, anyone, "")[0] == ["a:2"]

    second.join(60)
    assert not second.is_alive()
    assert told(written, anyone, "")[0] == ["a:2", "a:5"]
    assert written.state().applied_seq == 3


@pytest.mark.parametrize(("bound", "most"), [("_MOST_AHEAD", 1), ("_MOST_BYTES_AHEAD", 100)])
def test_more_than_fits_in_memory_is_shown_after_its_commit(written, make, anyone, monkeypatch, bound, most):
    monkeypatch.setattr(token_index, bound, most)
    with applying(written, ["a:1"], [make("a:1", "Wayang"), make("a:3", "Wayang")], 2):
        assert told(written, anyone, "")[0] == ["a:1", "a:2"]
        assert told(written, anyone, "cloth")[0] == ["a:1"]

    assert told(written, anyone, "wayang")[0] == ["a:1", "a:3"]
