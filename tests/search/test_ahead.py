"""What a commit brings is shown while the disk takes it, and is gone again where the disk does not."""

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

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
