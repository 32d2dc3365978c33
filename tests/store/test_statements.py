"""How many statements a question costs, counted at each engine."""

from dataclasses import replace

import apsw
import pytest

from graph.model import MODEL
from graph.store.cells import Cells, Key, Node, Tie
from graph.store.select import And, Cmp, Follow, Not, Or, Rel, Select, Shape
from graph.store.sqlite import open_sqlite
from graph.store.sqlite.statement import compile_question
from graph.store.visibility import SYSTEM

LISTED = Select(
    "Asset",
    Shape((("id", "id"),), (("themes", Follow("themes", Select("Theme", Shape((("id", "id"),)), limit=5))),)),
    limit=5,
    total=True,
)
COUNTED = Select("Theme", rows=False, total=True)


@pytest.fixture
def store(tmp_path):
    store = open_sqlite(tmp_path / "graph.sqlite", MODEL)
    yield store
    store.close()


def test_sqlite_reads_a_question_by_one_statement_and_several_in_one_transaction(store):
    told: list[str] = []

    def trace(_cursor, text, _values):
        told.append(text.split(" ", 1)[0])
        return True

    with store.connected() as connection:
        assert isinstance(connection, apsw.Connection)
        connection.exec_trace = trace

    store.ask(SYSTEM, {"a": LISTED})
    assert told == ["SELECT"]

    told.clear()
    store.ask(SYSTEM, {"a": LISTED, "b": COUNTED, "c": LISTED})
    assert told == ["BEGIN", "SELECT", "SELECT", "SELECT", "COMMIT"]


def test_sqlite_prepares_a_shape_once(store):
    with store.connected() as connection:
        assert isinstance(connection, apsw.Connection)
        store.ask(SYSTEM, {"a": LISTED})
        before = connection.cache_stats()
        for id in ("asset:a", "asset:b"):
            store.ask(SYSTEM, {"a": Select("Asset", LISTED.shape, Cmp("id", "eq", id), limit=5, total=True)})
        after = connection.cache_stats()

    assert (after["misses"] - before["misses"], after["hits"] - before["hits"]) == (1, 1)


def test_sqlite_does_not_plan_a_shape_again_for_other_values(store):
    planned: list[int] = []

    def authorized(code, *_):
        planned.append(code)
        return apsw.SQLITE_OK

    with store.connected() as connection:
        assert isinstance(connection, apsw.Connection)
        connection.authorizer = authorized  # It is asked while a statement is prepared.
        store.ask(SYSTEM, {"a": LISTED})
        assert planned
        planned.clear()
        for limit in (6, 7):
            store.ask(SYSTEM, {"a": replace(LISTED, limit=limit)})

    assert planned == []


@pytest.mark.neo4j
def test_neo4j_reads_several_questions_by_one_statement(server, clock, monkeypatch):
    store = server.store(clock)
    told: list[str] = []
    read = type(store._connection).read

    def counted(connection, text, *values):
        told.append(text)
        return read(connection, text, *values)

    monkeypatch.setattr(type(store._connection), "read", counted)
    store.ask(SYSTEM, {"a": LISTED, "b": COUNTED, "c": LISTED})

    assert len(told) == 1


def planned(store, question):
    """The steps by which SQLite answers a question."""
    text, values = compile_question(MODEL, SYSTEM, question)
    with store.connected() as connection:
        return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]


def test_sqlite_looks_for_the_links_of_what_is_given_by_id_and_not_for_all_links(store):
    """However many pictures there are, it is asked of a few things alone whether they have one."""
    given = Cmp("id", "in", ("asset:a", "asset:b"))
    bare, pictured = (And((given, where)) for where in (Not(Rel("some", "media")), Or((Rel("some", "media"), given))))

    for where in (bare, pictured):
        plan = planned(store, Select("Asset", Shape((("id", "id"),)), where))
        assert any(step.startswith("SEARCH l") for step in plan)
        assert not any(step.startswith("SCAN l") for step in plan)


def test_sqlite_counts_from_what_is_given_by_id_and_not_from_all_that_a_value_fits(store):
    """As the posts of some channels are counted, however many others are out."""
    out, given = Cmp("status", "eq", "LIVE"), Cmp("id", "in", ("channel:a", "channel:b"))
    tie, by = (Tie("post", "channel", "channel"),), (Key("channel", "channel.id"),)

    def steps(where):
        return planned(store, Cells((Node("post", "Placement", out), Node("channel", "Channel", where)), tie, by=by))

    assert any("n_placement__status" in step for step in steps(None))
    assert not any("n_placement__status" in step for step in steps(given))
    assert any("n_channel__id" in step for step in steps(given))


@pytest.mark.parametrize(
    "entity",
    ["Placement", "Channel"],
    ids=["what is given", "what leads to what is given"],
)
def test_sqlite_looks_at_what_is_given_by_id_and_not_at_all_that_a_value_fits(store, entity):
    ids = Cmp("id", "in", ("placement:a", "placement:b"))
    given = And((Cmp("status", "eq", "LIVE"), ids))
    where = given if entity == "Placement" else Rel("some", "placements", given)
    plan = planned(store, Select(entity, Shape((("id", "id"),)), where, limit=9))

    assert any("n_placement__id" in step for step in plan)
    assert not any("n_placement__status" in step for step in plan)
