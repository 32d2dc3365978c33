"""Several edits as one batch, after a look; and reasons, where an installation wants them."""

from typing import Any

import pytest

from graph.errors import StoreUnavailable
from graph.model.moves import Policy
from graph.store.batch import ActorKind, Batch, Put
from graph.store.ids import check_id
from tests.api.desk import Desk, codes

PUTS = (
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("theme:secret", "Theme", {"name": "Cable", "marking": "RESTRICTED"}),
    *(Put(f"asset:{name}", "Asset", {"title": name, "locale": "en", "kind": "WORK"}) for name in "abc"),
    Put("asset:out", "Asset", {"title": "Out", "locale": "en", "kind": "WORK", "state": "PUBLISHED"}),
)
MANY = """mutation($edits: [ManyEditInput!]!, $preview: Boolean, $reason: String, $key: String) {
  it: updateMany(edits: $edits, preview: $preview, reason: $reason, idempotencyKey: $key) {
    batch count repeated entities { id rev } changes { id path before after } errors { id path code message } } }"""


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract)


def edited(desk: Desk, edits: Any) -> Any:
    return [{"id": id, "rev": rev, "input": said(desk, id, values)} for id, rev, values in edits]


def said(desk: Desk, id: str, values: Any) -> Any:
    return {check_id(desk.store.model, id).name.lower(): values}


def many(desk: Desk, *edits: Any, role: str = "CREATOR", **more: Any) -> Any:
    return desk.ask(MANY, role, "sari", edits=edited(desk, edits), **more)["it"]


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
    )
    assert [(one["id"], one["path"], one["code"]) for one in told["errors"]] == [
        ("asset:b", "rev", "STALE"), ("asset:c", "input.asset.themes", "UNKNOWN_ID"), ("asset:out", "id", "FORBIDDEN"),
    ]  # fmt: skip
    assert desk.store.stats().seq == len(PUTS)
    wrong = many(desk, ("asset:a", 1, {"year": 1990}), ("asset:b", 1, {"partOf": {"to": "theme:food"}}))
    assert [(one["id"], one["path"], one["code"]) for one in wrong["errors"]] == [
        ("asset:b", "input.asset.partOf", "BAD_VALUE")
    ]


def test_what_is_said_of_each_is_held_against_the_input_of_its_type(desk):
    def refused(input: Any) -> Any:
        return (
            desk.outcome(MANY, "CREATOR", "sari", edits=[{"id": "asset:a", "rev": 1, "input": input}]).errors[0].message
        )

    assert "at [0].input.asset: " in refused({"asset": {"titel": "x"}})
    assert "Did you mean 'title'" in refused({"asset": {"titel": "x"}})
    assert "at [0].input.asset.year: Int cannot represent non-integer value" in refused({"asset": {"year": "soon"}})
    assert "exactly one" in refused({}).lower()
    assert "exactly one" in refused({"asset": {"year": 1990}, "theme": {"name": "x"}}).lower()
    other = desk.ask(MANY, "CREATOR", "sari", edits=[{"id": "asset:a", "rev": 1, "input": {"theme": {"name": "x"}}}])[
        "it"
    ]
    assert [(one["id"], one["path"], one["code"]) for one in other["errors"]] == [("asset:a", "id", "BAD_VALUE")]
    assert desk.store.stats().seq == len(PUTS)


def test_several_edits_that_are_sent_again_with_their_key_are_written_once(desk):
    edits = [(f"asset:{name}", 1, {"year": 1990}) for name in "ab"]
    done = many(desk, *edits, key="sample-1")
    again = many(desk, *edits, key="sample-1")

    assert (done["repeated"], again.pop("repeated")) == (done.pop("repeated"), True)
    assert again == done
    assert done["count"] == 2
    other = many(desk, *edits[:1], key="sample-1")
    assert [(one["path"], one["code"]) for one in other["errors"]] == [("idempotencyKey", "KEY_REUSED")]
    assert desk.store.stats().seq == len(PUTS) + 2


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


NEW = """mutation($entities: [ManyNewInput!]!, $preview: Boolean, $key: String) {
  it: createMany(entities: $entities, preview: $preview, idempotencyKey: $key) {
    batch count repeated entities { id rev state } changes { id path after } errors { id path code message } } }"""
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
        {"input": {"asset": {"title": "Tempe", **food}}},
        {"input": {"asset": {"title": "Tempe", **food}}},
        {"id": "theme:soy", "input": {"theme": {"name": "Soy", "broader": {"to": "theme:food"}}}},
    ]

    look = new(desk, *entities, preview=True)
    assert (look["batch"], look["count"], look["errors"], desk.store.stats().seq) == (None, 3, [], len(PUTS))
    assert ("theme:soy", "name", "Soy") in [(one["id"], one["path"], one["after"]) for one in look["changes"]]

    done = new(desk, *entities, key="sample-1")
    assert new(desk, *entities, key="sample-1") == {**done, "repeated": True}
    ids = [one["id"] for one in done["entities"]]
    assert {(one["rev"], one["state"]) for one in done["entities"]} == {(1, "DRAFT")}
    assert len({*ids}) == 3
    assert "theme:soy" in ids
    # Two that are called alike get ids of their own, and so does one that is called as what is there.
    again = new(desk, {"input": {"theme": {"name": "Food"}}})
    assert (again["errors"], again["entities"][0]["id"].startswith("theme:food-")) == ([], True)
    assert desk.store.write(Batch(undo=done["batch"], whole=True)).refused == ()
    assert {one.id for one in desk.store.changes(0) if one.op == "delete"} == {*ids}


def test_where_one_of_them_cannot_be_made_none_is(desk):
    told = new(
        desk,
        {"input": {"asset": {"title": "A", "locale": "en"}}},
        {"id": "theme:new", "input": {"theme": {"name": "T", "broader": {"to": "theme:secret"}}}},
        {"input": {"asset": {"title": "B", "locale": "en", "state": "PUBLISHED"}}},
    )
    assert [(one["id"], one["path"], one["code"]) for one in told["errors"]] == [
        ("theme:new", "input.theme.broader", "UNKNOWN_ID"), ("", "entities[2].input.asset.state", "FORBIDDEN"),
    ]  # fmt: skip
    wrong = new(desk, {"id": "theme:food", "input": {"theme": {"name": "Food"}}})
    assert [(one["id"], one["path"], one["code"]) for one in wrong["errors"]] == [("theme:food", "id", "ID_TAKEN")]
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


def test_what_the_store_has_done_a_part_of_is_told_as_unknown_and_what_it_has_not_begun_as_not_done(desk, monkeypatch):
    update = """mutation { a: updateAsset(id: "asset:a", rev: 1, input: {year: 1990}) { errors { code } }
      b: updateAsset(id: "asset:b", rev: 1, input: {year: 1990}) { errors { code } } }"""
    write, left = type(desk.store).write, [1, 0]

    def going_away(store: Any, batch: Batch, *, dry_run: bool = False) -> Any:
        if not left.pop(0):
            raise StoreUnavailable("neo4j://secret is gone")
        return write(store, batch, dry_run=dry_run)

    monkeypatch.setattr(type(desk.store), "write", going_away)
    told = desk.outcome(update, "CREATOR", "sari")
    assert (told.code, "idempotencyKey" in told.errors[0].message) == ("WRITE_UNKNOWN", True)
    assert desk.store.stats().seq == len(PUTS) + 1
    left.append(0)
    assert desk.outcome(update, "CREATOR", "sari").code == "STORE_UNAVAILABLE"
