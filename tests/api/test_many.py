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
