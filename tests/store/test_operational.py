"""Operational data: beside the graph, atomic, gone when its time is over, and nowhere to be seen."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import InvalidValue
from graph.model import ANY
from graph.store.operational import Entry, milliseconds
from graph.store.select import Select


def put(store, collection, key, value, until=None):
    return store.revise(collection, [key], lambda _: [Entry(key, value, until)])


def values(store, collection, *keys):
    return {key: one.value for key, one in store.entries(collection, keys).items()}


def test_what_was_put_is_there_by_its_key_and_in_its_collection_only(store):
    put(store, "keys", "b", {"name": "Hanoi", "roles": ["PARTNER"], "deep": {"n": 1.5, "none": None, "ja": "鍵"}})
    put(store, "keys", "a", {})
    put(store, "hooks", "b", {"other": True})

    assert values(store, "keys", "a", "b", "c") == {
        "a": {},
        "b": {"name": "Hanoi", "roles": ["PARTNER"], "deep": {"n": 1.5, "none": None, "ja": "鍵"}},
    }
    assert values(store, "hooks", "a", "b") == {"b": {"other": True}}
    assert values(store, "nothing", "b") == {}


def test_putting_again_replaces_the_whole_value(store):
    put(store, "keys", "a", {"one": 1, "two": 2}, until=9_999_999_999_999)
    answered = put(store, "keys", "a", {"one": 3})

    assert answered == {"a": Entry("a", {"one": 3})}
    assert store.entries("keys", ["a"]) == {"a": Entry("a", {"one": 3})}


def test_a_collection_is_listed_by_key_in_pages(store):
    for key in ("b", "A", "a", "~", "a-1", "a_1", "0"):
        put(store, "keys", key, {"is": key})
    put(store, "other", "c", {})

    assert [one.key for one in store.listed("keys")] == ["0", "A", "a", "a-1", "a_1", "b", "~"]
    assert [one.key for one in store.listed("keys", after="a", limit=2)] == ["a-1", "a_1"]
    assert store.listed("keys", after="~") == []


def test_what_is_removed_is_gone_and_what_was_not_there_stays_away(store):
    put(store, "keys", "a", {})
    store.revise("keys", ["a", "b"], lambda _: ["a", "b"])
    store.revise("keys", ["c"], lambda _: [])

    assert store.listed("keys") == []


def test_an_entry_is_gone_at_its_millisecond_and_swept_out_by_the_next_revision(store, clock):
    until = milliseconds(clock.now) + 1000
    put(store, "sessions", "a", {"who": "x"}, until)
    put(store, "sessions", "b", {"who": "y"})

    clock.pass_(milliseconds=999)
    assert [one.until for one in store.listed("sessions")] == [until, None]

    clock.pass_(milliseconds=1)
    assert values(store, "sessions", "a", "b") == {"b": {"who": "y"}}
    assert [one.key for one in store.listed("sessions")] == ["b"]
    assert store.revise("sessions", ["a", "b"], lambda there: [Entry("b", {"saw": list(there)})])["b"].value == {
        "saw": ["b"]
    }
    clock.pass_(seconds=-5)
    assert values(store, "sessions", "a", "b") == {"b": {"saw": ["b"]}}


def test_comparing_before_setting_is_a_revision(store):
    def once(value):
        return lambda there: [] if there else [Entry("a", value)]

    assert store.revise("idempotency", ["a"], once({"answer": 1})) == {"a": Entry("a", {"answer": 1})}
    assert store.revise("idempotency", ["a"], once({"answer": 2})) == {}
    assert values(store, "idempotency", "a") == {"a": {"answer": 1}}


def test_many_who_add_up_at_once_lose_nothing(store):
    def add(there):
        return [Entry(key, {"n": (there[key].value["n"] if key in there else 0) + 1}) for key in ("a", "b")]

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(store.revise, "views", keys, add) for keys in [["a", "b"], ["b", "a"]] * 15]
        for one in done:
            one.result()

    assert values(store, "views", "a", "b") == {"a": {"n": 30}, "b": {"n": 30}}


def test_a_revision_that_fails_changes_nothing(store):
    put(store, "keys", "a", {"n": 1})

    def fail(_):
        raise RuntimeError("the roof")

    with pytest.raises(RuntimeError, match="the roof"):
        store.revise("keys", ["a", "b"], fail)
    with pytest.raises(InvalidValue, match="touches b, which it did not name"):
        store.revise("keys", ["a"], lambda _: [Entry("a", {"n": 2}), Entry("b", {})])
    assert [(one.key, one.value) for one in store.listed("keys")] == [("a", {"n": 1})]


@pytest.mark.parametrize("key", ["", "with space", "schlüssel", "x" * 301, "a\nb"])
def test_a_key_that_both_engines_would_not_order_alike_is_refused(store, key):
    with pytest.raises(InvalidValue, match="is no key"):
        put(store, "keys", key, {})
    with pytest.raises(InvalidValue, match="is no name of a collection"):
        put(store, "Keys!", "a", {})


def test_it_is_no_entity_and_in_no_count_log_or_list(store, graph):
    graph.put("theme:t", name="T")
    before = store.stats()
    put(store, "keys", "a", {"name": "theme:t"})

    assert store.stats() == before
    assert graph.ask(Select(ANY, rows=False, total=True)) == {"total": 1}
    assert [change.id for change in store.changes(0)] == ["theme:t"]
    assert store.verify().sound
