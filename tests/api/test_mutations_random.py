"""Random mutations by those who do not publish: nothing public changes, nothing out of sight shows."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.doors.viewers import Perspective, viewer_of, writer_of
from api.plan import Caller, Executor, Request
from api.roles import Role
from graph.model import MODEL
from graph.model.enums import Marking, State
from graph.store.batch import Batch, Put, To
from graph.store.select import Select, Shape
from graph.store.sqlite import open_sqlite
from graph.store.visibility import SYSTEM

STATES = [state.value for state in State]
MARKINGS = [marking.value for marking in Marking]
OWN = ("DRAFT", "IN_REVIEW")
IDS = [f"theme:{state}-{marking}".lower() for state in STATES for marking in MARKINGS]
UPDATE = """mutation($id: ID!, $rev: Int!, $input: ThemeInput!, $preview: Boolean, $key: String) {
  updateTheme(id: $id, rev: $rev, input: $input, preview: $preview, idempotencyKey: $key) {
    entity { id rev state marking name broader { id name } } errors { path code message }
    changes { id path before after } } }"""
RETIRE = """mutation($id: ID!, $rev: Int!) { retire(id: $id, rev: $rev) { entity { id label } errors { message } }
  restore(id: $id, rev: $rev) { entity { id label } errors { message } } }"""


def in_sight(id: str) -> bool:
    """By the rules alone: a creator sees what is not restricted, and of the retired nothing."""
    state, marking = id.removeprefix("theme:").split("-")
    return state != "retired" and marking != "restricted"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_sqlite(tmp_path_factory.mktemp("random") / "graph.db", MODEL)
    yield store
    store.close()


inputs = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["A", "B", None]),
        "state": st.sampled_from([*OWN, *OWN, *OWN, *STATES, None]),
        "marking": st.sampled_from([*MARKINGS, None]),
        "broader": st.none() | st.fixed_dictionaries({"to": st.sampled_from([*IDS, "theme:nowhere"])}),
        "embargoUntil": st.sampled_from([None, "2030-01-01T00:00:00Z"]),
    },
)


def rows(store: Any) -> dict[str, Any]:
    shape = Shape(tuple((name, name) for name in ("id", "rev", "state", "marking", "name")))
    return {row["id"]: row for row in store.ask(SYSTEM, {"it": Select("Theme", shape)})["it"]["rows"]}


@settings(deadline=None, derandomize=True, database=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data(), role=st.sampled_from([Role.CREATOR, Role.PLANNER]))
def test_what_is_public_stays_and_what_is_out_of_sight_does_not_show(contract, store, data, role):
    for id in IDS:
        state, marking = id.removeprefix("theme:").upper().split("-")
        name = "seen" if in_sight(id) else f"SECRET {id}"
        put = Put(id, "Theme", {"name": name, "state": state, "marking": marking}, {"broader": (To(IDS[-1]),)})
        store.write(Batch((put,)))
    before = rows(store)
    executor = Executor(contract, store)
    caller = Caller(viewer_of(role, Perspective.DRAFT), None, None, writer_of(role, "key:x"))
    for _ in range(5):
        now = rows(store)
        id = data.draw(st.sampled_from([*IDS, "theme:nowhere"]))
        variables = {"id": id, "rev": data.draw(st.sampled_from([now[id]["rev"]] * 4 + [0])) if id in now else 1}
        text = data.draw(st.sampled_from([UPDATE, UPDATE, UPDATE, RETIRE]))
        if text is UPDATE:
            variables["input"] = data.draw(inputs)
            variables["preview"] = data.draw(st.sampled_from([False, False, True]))
            variables["key"] = data.draw(st.sampled_from([None, None, None, "a"]))
        outcome = executor.execute(Request(text, None, variables), caller)
        assert outcome.errors == []
        told = orjson.dumps(outcome.data).decode()
        assert "SECRET" not in told
        named = variables.get("input", {}).get("broader") or {}
        hidden = {one for one in IDS if not in_sight(one)} - {id, named.get("to")}
        assert [one for one in hidden if f'"{one}"' in told] == []
    after = rows(store)
    moved = [id for id in IDS if before[id] != after[id]]
    assert [id for id in moved if before[id]["state"] not in OWN or not in_sight(id)] == []
    assert {after[id]["state"] for id in moved} <= {*OWN}
    assert "RESTRICTED" not in {after[id]["marking"] for id in moved}
