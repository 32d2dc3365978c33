"""What is sent again with its idempotency key is answered as the first time, and done once, whatever it does."""

from typing import Any

import pytest
from graphql import GraphQLObjectType

from api.schema.questions import QUESTIONS
from graph.errors import StoreUnavailable, WriteUnknown
from graph.model.names import camel
from graph.store.batch import ActorKind, Batch, Put, To
from graph.store.operational import REUSED
from tests.api.desk import Desk, codes

OUT = {"state": "PUBLISHED", "marking": "PUBLIC"}
DRAFT = {"state": "DRAFT", "marking": "INTERNAL"}
PUTS = (
    *(Put(f"theme:{name}", "Theme", {"name": name, **OUT}) for name in ("food", "foods", "meal", "meals")),
    *(Put(f"theme:{name}", "Theme", {"name": name, **OUT}) for name in ("dish", "old")),
    *(Put(f"theme:{name}", "Theme", {"name": name, **DRAFT}) for name in ("new", "back")),
    Put("asset:out", "Asset", {"kind": "WORK", "title": "Tempe", "locale": "en", "marking": "INTERNAL",
                               "state": "PUBLISHED"}, {"themes": (To("theme:meal"),)}),
    Put("audience:cooks", "Audience", {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED"}),
    Put("goal:known", "Goal", {"title": "Known", "locale": "en", "state": "PUBLISHED"}),
)  # fmt: skip
PLANNED = """goal: "goal:known", audience: "audience:cooks", locale: "en",
  window: {from: "2026-12-07", to: "2026-12-20"}"""
DONE = {
    "move": "entity { id rev state } errors { path code message } missing { check } repeated",
    "merge": "entity { id rev } batch count changes { id path before after } errors { path code } repeated",
    "merges": "entities { id rev } batch count changes { id path before after } errors { path code } repeated",
    "decide": """proposal { id decision notes { note } } entity { id rev } errors { path code } missing { check }
      repeated""",
    "pause": """batch drill until count counts { type count } things { id tie entity { id rev } } hiddenAlready
      errors { path code } repeated""",
    "undo": "batch count entities { id rev } unchanged conflicts { id } errors { path code } repeated",
    "plan": "storyPlan { id name } story { madeAtSeq beats { role asset { id } } } errors { path code } repeated",
}


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract)


def send(desk: Desk, what: str, told: str, key: str, name: str = "eko", role: str = "EDITOR") -> Any:
    """One field with its arguments; `told` is what is read back."""
    field, _, arguments = what.partition("(")
    text = f'mutation {{ it: {field}(idempotencyKey: "{key}", {arguments} {{ {DONE[told]} }} }}'
    return desk.ask(text, role, name)["it"]


def proposed(desk: Desk, title: str) -> Any:
    text = """mutation($title: String!) { it: updateAsset(
      id: "asset:out", rev: 1, input: {title: $title}, propose: true) { proposal errors { code } } }"""
    told = desk.ask(text, "CREATOR", "sari", title=title)["it"]
    assert told["errors"] == []
    return told["proposal"]


def test_every_action_that_takes_a_key_is_done_once_and_answered_alike(desk):
    applied, rejected, withdrawn = (proposed(desk, title) for title in ("Tempeh", "Tempe goreng", "Oncom"))
    sent = [
        ('submitForReview(id: "theme:new", rev: 1)', "move"),
        ('approve(id: "theme:new", rev: 2)', "move"),
        ('publish(id: "theme:new", rev: 3)', "move"),
        ('submitForReview(id: "theme:back", rev: 1)', "move"),
        ('approve(id: "theme:back", rev: 2)', "move"),
        ('pullBack(id: "theme:back", rev: 3)', "move"),
        ('returnWithNote(id: "theme:back", rev: 4, note: "Say more.")', "move"),
        ('merge(id: "theme:foods", into: "theme:food", rev: 1, intoRev: 1)', "merge"),
        ('mergeMany(merges: [{id: "theme:meals", into: "theme:meal", rev: 1, intoRev: 1}])', "merges"),
        ('rename(id: "theme:old", to: "theme:older", rev: 1)', "merge"),
        (f'discussProposal(id: "{applied}", note: "Good.")', "decide"),
        (f'rejectProposal(id: "{rejected}", note: "No.")', "decide"),
        (f'applyProposal(id: "{applied}")', "decide"),
        ('pause(where: {theme: "theme:meal"})', "pause"),
        ('pause(where: {theme: "theme:dish"}, until: "2099-01-01T00:00:00Z")', "pause"),
        (f'saveStoryPlan(name: "Cooks", input: {{{PLANNED}}})', "plan"),
    ]
    done: list[Any] = []
    for number, (what, told) in enumerate(sent):
        first = send(desk, what, told, f"sample-{number}")
        assert (first["errors"], first["repeated"]) == ([], False), what
        head = desk.store.head()
        assert send(desk, what, told, f"sample-{number}") == {**first, "repeated": True}, what
        assert desk.store.head() == head
        done.append(first)

    what = f'withdrawProposal(id: "{withdrawn}")'
    first = send(desk, what, "decide", "sample-w", "sari", "CREATOR")
    assert send(desk, what, "decide", "sample-w", "sari", "CREATOR") == {**first, "repeated": True}
    [merged] = [one for (what, _), one in zip(sent, done, strict=True) if what.startswith("merge(")]
    what = f'undo(part: "{merged["batch"]}", reason: "Not the same")'
    first = send(desk, what, "undo", "sample-u")
    assert (first["errors"], first["count"]) == ([], 2)
    assert send(desk, what, "undo", "sample-u") == {**first, "repeated": True}
    assert desk.store.verify().problems == ()


def test_a_key_is_for_one_thing_and_for_whoever_sent_it(desk):
    hand_in = 'submitForReview(id: "theme:new", rev: 1)'
    assert codes(send(desk, hand_in, "move", "sample")) == []
    create = """mutation { it: createTheme(input: {name: "Other"}, idempotencyKey: "sample") { entity { id }
      errors { path code } } }"""
    head = desk.store.head()
    other = [
        send(desk, 'submitForReview(id: "theme:back", rev: 1)', "move", "sample"),
        send(desk, 'approve(id: "theme:new", rev: 2)', "move", "sample"),
        send(desk, 'submitForReview(id: "theme:new", rev: 1, reason: "Soon")', "move", "sample"),
        send(desk, 'merge(id: "theme:foods", into: "theme:food", rev: 1, intoRev: 1)', "merge", "sample"),
        send(desk, 'pause(where: {theme: "theme:meal"})', "pause", "sample"),
        send(desk, 'undo(part: "batch-1")', "undo", "sample"),
        desk.ask(create, "EDITOR", "eko")["it"],
    ]
    for told in other:
        assert [(one["path"], one["code"]) for one in told["errors"]] == [("idempotencyKey", "KEY_REUSED")]
    assert other[0]["errors"][0]["message"] == REUSED
    # What was refused, and what was only looked at, used no key; another one's key is another.
    assert codes(send(desk, 'approve(id: "theme:new", rev: 9)', "move", "sample-2")) == ["STALE"]
    look = 'approve(id: "theme:new", rev: 2, preview: true)'
    assert (codes(send(desk, look, "move", "sample-2")), desk.store.head()) == ([], head)
    assert codes(send(desk, 'approve(id: "theme:new", rev: 2)', "move", "sample-2")) == []
    assert codes(send(desk, 'submitForReview(id: "theme:back", rev: 1)', "move", "sample", "wati")) == []
    long = send(desk, hand_in, "move", "k" * 201)
    assert [(one["path"], one["code"]) for one in long["errors"]] == [("idempotencyKey", "BAD_VALUE")]


@pytest.mark.parametrize("what", ['approve(id: "theme:new", rev: 2)', 'createTheme(id: "theme:x", input: {name: "X"})'])
def test_what_the_store_was_lost_with_is_unknown_and_told_when_it_is_sent_again(desk, monkeypatch, what):
    assert codes(send(desk, 'submitForReview(id: "theme:new", rev: 1)', "move", "sample")) == []
    field, _, arguments = what.partition("(")
    text = f"""mutation {{ it: {field}(idempotencyKey: "k", {arguments} {{ entity {{ id rev }} errors {{ code }}
      repeated }} }}"""
    head, write = desk.store.head().seq, type(desk.store).write

    def lost_at_the_commit(store: Any, batch: Batch, *, dry_run: bool = False) -> Any:
        report = write(store, batch, dry_run=dry_run)
        if batch.once is None:
            return report
        raise WriteUnknown("It went away while it committed.")

    with monkeypatch.context() as lost:
        lost.setattr(type(desk.store), "write", lost_at_the_commit)
        told = desk.outcome(text, "EDITOR", "eko")
    assert (told.code, "idempotencyKey" in told.errors[0].message) == ("WRITE_UNKNOWN", True)
    assert desk.store.head().seq == head + 1
    again = desk.ask(text, "EDITOR", "eko")["it"]
    assert (again["entity"]["rev"] > 0, again["errors"], again["repeated"]) == (True, [], True)
    assert desk.store.head().seq == head + 1


@pytest.mark.parametrize("what", ['approve(id: "theme:new", rev: 2)', 'retire(id: "theme:new", rev: 2)'])
def test_what_was_written_and_not_read_back_is_not_told_as_never_written(desk, monkeypatch, what):
    assert codes(send(desk, 'submitForReview(id: "theme:new", rev: 1)', "move", "sample")) == []
    text = f"mutation {{ it: {what} {{ entity {{ id rev }} errors {{ code }} }} }}"
    kind, written = type(desk.store), list[bool]()
    ask, write = kind.ask, kind.write

    def writing(store: Any, batch: Batch, *, dry_run: bool = False) -> Any:
        report = write(store, batch, dry_run=dry_run)
        written.append(not dry_run)
        return report

    def gone_after_that(store: Any, *given: Any) -> Any:
        if any(written):
            raise StoreUnavailable("It is gone.")
        return ask(store, *given)

    with monkeypatch.context() as gone:
        gone.setattr(kind, "write", writing)
        gone.setattr(kind, "ask", gone_after_that)
        assert desk.outcome(text, "EDITOR", "eko").code == "WRITE_UNKNOWN"


def test_what_makes_no_sense_after_something_was_written_refuses_no_more_than_itself(desk):
    text = """mutation {
      a: submitForReview(id: "theme:new", rev: 1) { errors { code } }
      b: returnWithNote(id: "theme:new", rev: 2, note: " ") { entity { id } errors { path code } }
    }"""
    told = desk.ask(text, "EDITOR", "eko")
    assert told == {"a": {"errors": []}, "b": {"entity": None, "errors": [{"path": "note", "code": "BAD_VALUE"}]}}
    alone = 'mutation { returnWithNote(id: "theme:new", rev: 2, note: " ") { errors { path code } } }'
    assert desk.outcome(alone, "EDITOR", "eko").code == "BAD_ARGUMENT"


def test_all_that_writes_takes_a_key(contract):
    written = contract.core.mutation_type
    assert isinstance(written, GraphQLObjectType)
    without = {name for name, field in written.fields.items() if "idempotencyKey" not in field.args}
    # It is signed and kept nowhere.
    assert without == {"reviewerLink"}
    for action in QUESTIONS.actions:
        if action.once:
            answer = written.fields[camel(action.name)].type.of_type
            assert {"errors", "repeated"} <= answer.fields.keys()
