"""Several edits as one batch, after a look; and reasons, where an installation wants them."""

from typing import Any

import pytest

from graph.model.moves import Policy
from graph.store.batch import ActorKind, Batch, Put
from tests.api.desk import Desk, codes

PUTS = (
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("theme:secret", "Theme", {"name": "Cable", "marking": "RESTRICTED"}),
    *(Put(f"asset:{name}", "Asset", {"title": name, "locale": "en", "kind": "WORK"}) for name in "abc"),
    Put("asset:out", "Asset", {"title": "Out", "locale": "en", "kind": "WORK", "state": "PUBLISHED"}),
)
MANY = """mutation($edits: [ManyEditInput!]!, $preview: Boolean, $reason: String) {
  it: updateMany(edits: $edits, preview: $preview, reason: $reason) {
    batch count entities { id rev } changes { id path before after } errors { id path code message } } }"""


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract)


def many(desk: Desk, *edits: Any, role: str = "CREATOR", **more: Any) -> Any:
    given = [{"id": id, "rev": rev, "input": values} for id, rev, values in edits]
    return desk.ask(MANY, role, "sari", edits=given, **more)["it"]


def test_several_edits_are_one_batch_after_a_look_and_are_taken_back_together(desk):
    edits = [(f"asset:{name}", 1, {"year": 1990, "themes": {"put": [{"to": "theme:food"}]}}) for name in "ab"]

    look = many(desk, *edits, preview=True)
    assert (look["batch"], look["count"], desk.store.stats().seq) == (None, 2, len(PUTS))
    linked: dict[str, object] = {"theme:food": {}}
    assert look["changes"] == [
        {"id": id, "path": path, "before": before, "after": after}
        for id in ("asset:a", "asset:b")
        for path, before, after in (("year", None, 1990), ("themes", {}, linked))
    ]
    done = many(desk, *edits)
    assert done["entities"] == [{"id": "asset:a", "rev": 2}, {"id": "asset:b", "rev": 2}]
    assert desk.store.write(Batch(undo=done["batch"], whole=True)).refused == ()
    assert desk.store.write(Batch(undo=done["batch"], whole=True)).unchanged == 2


def test_where_one_cannot_be_made_none_is_and_every_error_is_told(desk):
    told = many(
        desk,
        ("asset:a", 1, {"year": 1990}),
        ("asset:b", 7, {"year": 1990}),
        ("asset:c", 1, {"themes": {"put": [{"to": "theme:secret"}]}}),
        ("asset:out", 1, {"year": 1990}),
        ("theme:food", 1, {"titel": "x"}),
    )
    assert [(one["id"], one["path"], one["code"]) for one in told["errors"]] == [
        ("asset:b", "rev", "STALE"), ("asset:c", "input.themes", "UNKNOWN_ID"), ("asset:out", "id", "FORBIDDEN"),
        ("theme:food", "input.titel", "BAD_VALUE"),
    ]  # fmt: skip
    assert desk.store.stats().seq == len(PUTS)
    wrong = many(desk, ("asset:a", 1, {"year": 1990}), ("asset:b", 1, {"year": "soon"}))
    assert [(one["id"], one["path"], one["code"]) for one in wrong["errors"]] == [
        ("asset:b", "input.year", "BAD_VALUE")
    ]


def test_reasons_are_wanted_where_the_installation_says_so(desk):
    desk.policy = Policy(reasons=True)
    update = """mutation($reason: String, $preview: Boolean) { it: updateAsset(id: "asset:a", rev: 1, reason: $reason,
      input: {year: 1990}, preview: $preview) { errors { path code message } } }"""

    wanted = "This installation wants a reason with every write. Say why."
    bare = desk.ask(update, "CREATOR", "sari")["it"]
    assert bare["errors"] == [{"path": "reason", "code": "BAD_VALUE", "message": wanted}]
    assert codes(desk.ask(update, "CREATOR", "sari", preview=True)["it"]) == []
    move = """mutation($reason: String) {
      submitForReview(id: "asset:b", rev: 1, reason: $reason) { errors { code } } }"""
    [error] = desk.outcome(move, "CREATOR", "sari", reason=" ").errors
    assert error.message == f"reason: {wanted}"
    assert desk.store.stats().seq == len(PUTS)
    assert codes(desk.ask(update, "CREATOR", "sari", reason="Known since 1990")["it"]) == []
    assert desk.ask(move, "CREATOR", "sari", reason="Done")["submitForReview"]["errors"] == []


NEW = """mutation($entities: [ManyNewInput!]!, $preview: Boolean) {
  it: createMany(entities: $entities, preview: $preview) {
    batch count entities { id rev state } changes { id path after } errors { id path code message } } }"""
THINGS = """mutation($things: [ManyThingInput!]!, $preview: Boolean) { it: FIELD(things: $things, preview: $preview) {
    batch count entities { id state } changes { id path before after } errors { id path code } } }"""


def new(desk: Desk, *entities: Any, role: str = "CREATOR", **more: Any) -> Any:
    return desk.ask(NEW, role, "sari", entities=list(entities), **more)["it"]


def things(desk: Desk, field: str, *given: Any, role: str = "EDITOR", **more: Any) -> Any:
    named = [{"id": id, "rev": rev} for id, rev in given]
    return desk.ask(THINGS.replace("FIELD", field), role, "eko", things=named, **more)["it"]


def test_several_things_are_made_in_one_batch_after_a_look_and_may_link_to_each_other(desk):
    food = {"kind": "WORK", "locale": "en", "themes": {"put": [{"to": "theme:soy"}]}}
    entities = [
        {"type": "Asset", "input": {"title": "Tempe", **food}},
        {"type": "Asset", "input": {"title": "Tempe", **food}},
        {"type": "Theme", "id": "theme:soy", "input": {"name": "Soy", "broader": {"to": "theme:food"}}},
    ]

    look = new(desk, *entities, preview=True)
    assert (look["batch"], look["count"], look["errors"], desk.store.stats().seq) == (None, 3, [], len(PUTS))
    assert ("theme:soy", "name", "Soy") in [(one["id"], one["path"], one["after"]) for one in look["changes"]]

    done = new(desk, *entities)
    ids = [one["id"] for one in done["entities"]]
    assert {(one["rev"], one["state"]) for one in done["entities"]} == {(1, "DRAFT")}
    assert len({*ids}) == 3
    assert "theme:soy" in ids
    # Two that are called alike get ids of their own, and so does one that is called as what is there.
    again = new(desk, {"type": "Theme", "input": {"name": "Food"}})
    assert (again["errors"], again["entities"][0]["id"].startswith("theme:food-")) == ([], True)
    assert desk.store.write(Batch(undo=done["batch"], whole=True)).refused == ()
    assert {one.id for one in desk.store.changes(0) if one.op == "delete"} == {*ids}


def test_where_one_of_them_cannot_be_made_none_is(desk):
    told = new(
        desk,
        {"type": "Asset", "input": {"title": "A", "locale": "en", "year": "soon"}},
        {"type": "Asset", "input": {"titel": "A"}},
        {"type": "Theme", "id": "theme:new", "input": {"name": "T", "broader": {"to": "theme:secret"}}},
        {"type": "Asset", "input": {"title": "B", "locale": "en", "state": "PUBLISHED"}},
    )
    assert [(one["id"], one["path"], one["code"]) for one in told["errors"]] == [
        ("", "entities[1].input.titel", "BAD_VALUE"), ("theme:new", "input.broader", "UNKNOWN_ID"),
        ("", "entities[3].input.state", "FORBIDDEN"),
    ]  # fmt: skip
    wrong = new(desk, {"type": "Theme", "id": "theme:food", "input": {"name": "Food"}})
    assert [(one["id"], one["path"], one["code"]) for one in wrong["errors"]] == [("theme:food", "id", "ID_TAKEN")]
    kind = desk.outcome(NEW, "CREATOR", "sari", entities=[{"type": "Cake", "input": {}}]).errors[0].message
    assert '"Cake"' in kind
    assert desk.store.stats().seq == len(PUTS)


def test_several_things_are_retired_and_restored_together(desk):
    look = things(desk, "retireMany", ("asset:a", 1), ("asset:out", 1), preview=True)
    assert (look["batch"], look["count"]) == (None, 2)
    assert [(one["id"], one["before"], one["after"]) for one in look["changes"]] == [
        ("asset:a", "DRAFT", "RETIRED"), ("asset:out", "PUBLISHED", "RETIRED")
    ]  # fmt: skip
    # What is public is retired by editors, each of several as one alone.
    refused = things(desk, "retireMany", ("asset:a", 1), ("asset:out", 1), role="CREATOR")
    assert {(one["id"], one["code"]) for one in refused["errors"]} >= {("asset:out", "FORBIDDEN")}

    done = things(desk, "retireMany", ("asset:a", 1), ("asset:out", 1))
    assert done["entities"] == [{"id": "asset:a", "state": "RETIRED"}, {"id": "asset:out", "state": "RETIRED"}]
    stale = things(desk, "restoreMany", ("asset:a", 2), ("asset:b", 1))
    assert [(one["id"], one["path"], one["code"]) for one in stale["errors"]] == [("asset:b", "id", "BAD_VALUE")]
    back = things(desk, "restoreMany", ("asset:a", 2), ("asset:out", 2))
    assert [one["state"] for one in back["entities"]] == ["DRAFT", "DRAFT"]
    twice = desk.outcome(
        THINGS.replace("FIELD", "retireMany"), "EDITOR", "eko", things=[{"id": "asset:a", "rev": 3}] * 2
    )
    assert twice.errors[0].message == "things: One thing is named twice. Put both together."
