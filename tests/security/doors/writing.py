"""Doors of GraphQL's mutations, all of them previews, so that the graph stays for the next look."""

from typing import Any, cast

from api.schema.names import camel, singular
from graph.model import MODEL
from graph.model.moves import WRITTEN_BY_ACTIONS
from graph.store.select import Shape, by_ids
from graph.store.visibility import SYSTEM
from tests.security.doors.graphql import CATALOGUE, a_word
from tests.security.sight import Look, Thing, door

ANSWER = "{ entity { id label } errors { path code message } changes { id path before after } repeated }"


@door
def updates(look: Look) -> None:
    """An edit of what is out of sight, or a link to it, is answered as if it was not there."""
    if look.writer is None:
        return
    thing = look.dice.choice([one for one in look.world.things.values() if one.type not in WRITTEN_BY_ACTIONS])
    links = _links(look, thing)
    given: dict[str, Any] = {"aliases": [look.world.graph.word()], **links}
    text = (
        f"mutation($id: ID!, $input: {thing.type}Input!)"
        f" {{ it: update{thing.type}(id: $id, rev: {_rev(look, thing)}, input: $input, preview: true) {ANSWER} }}"
    )
    told = look.ask(text, id=thing.id, input=given)["it"]
    if not look.as_writer.sees(thing):
        assert told["entity"] is None
        # That a type is not written so is said of every id of it.
        expected = "FORBIDDEN" if thing.type in WRITTEN_BY_ACTIONS else "UNKNOWN_ID"
        assert [error["code"] for error in told["errors"]] == [expected]
    elif not look.writer.publishes and thing.values["state"] not in ("DRAFT", "IN_REVIEW"):
        assert [error["code"] for error in told["errors"]] == ["FORBIDDEN"]
    elif not look.writer.administers and thing.values["state"] == "PUBLISHED":
        # What is public is proposed, for another to see it before.
        assert [error["code"] for error in told["errors"]] == ["FORBIDDEN"]
    else:
        named = {to["to"] for edit in links.values() for to in edit.get("put", [edit])}
        strange = {id for id in named if not look.as_writer.sees(look.world.things[id])}
        assert {error["code"] for error in told["errors"]} <= {"UNKNOWN_ID", "NOT_READY", "BAD_VALUE"}
        assert {error["message"].split('"')[1] for error in told["errors"] if error["code"] == "UNKNOWN_ID"} == strange


def _links(look: Look, thing: Thing) -> dict[str, Any]:
    """Links of some fields to things in sight or not."""
    found: dict[str, Any] = {}
    for name, end in look.dice.sample(sorted(thing.entity.forward.items()), 2):
        there = [one for one in look.world.things.values() if end.leads_to(one.type) and one != thing]
        if there:
            to = {"to": look.dice.choice(there).id}
            found[camel(name)] = {"put": [to]} if end.many else to
    return found


def _rev(look: Look, thing: Thing) -> int:
    question = by_ids(thing.type, (thing.id,), Shape((("rev", "rev"),)))
    [row] = cast("Any", look.world.house.store.ask(SYSTEM, {"it": question})["it"]["rows"])
    return int(row["rev"])


@door
def retirement(look: Look) -> None:
    if look.writer is None:
        return
    thing = look.dice.choice(list(look.world.things.values()))
    text = f"mutation($id: ID!) {{ it: retire(id: $id, rev: {look.dice.choice([1, 2])}, preview: true) {ANSWER} }}"
    told = look.ask(text, id=thing.id)["it"]
    if not look.as_writer.sees(thing):
        # That a type is not written so is said of every id of it.
        expected = "FORBIDDEN" if thing.type in WRITTEN_BY_ACTIONS else "UNKNOWN_ID"
        assert [error["code"] for error in told["errors"]] == [expected]


@door
def creation(look: Look) -> None:
    if look.writer is None:
        return
    name = look.dice.choice(["Asset", "Theme", "ReviewNote"])
    title = "title" if "title" in CATALOGUE.entries[name].inputs else "name"
    text = f"mutation($input: {name}Input!) {{ it: create{name}(input: $input, preview: true) {ANSWER} }}"
    look.ask(text, input={title: a_word(look, look.dice.choice(sorted(MODEL.types)))})


@door
def several_updates(look: Look) -> None:
    """Edits of several things together: what is out of sight is as what is not there, for each of them."""
    if look.writer is None:
        return
    there = [one for one in look.world.things.values() if one.type not in WRITTEN_BY_ACTIONS]
    chosen = look.dice.sample(there, min(3, len(there)))
    edits: list[Any] = [
        {"id": one.id, "rev": _rev(look, one), "input": {singular(one.type): _links(look, one)}} for one in chosen
    ]
    text = (
        "mutation($edits: [ManyEditInput!]!) { it: updateMany(edits: $edits, preview: true)"
        " { count entities { id label } changes { id path before after } errors { id path code message } } }"
    )
    told = look.ask(text, edits=edits)["it"]
    unknown = {error["id"] for error in told["errors"] if (error["code"], error["path"]) == ("UNKNOWN_ID", "id")}
    assert unknown == {one.id for one in chosen if not look.as_writer.sees(one)}


@door
def several_merges(look: Look) -> None:
    """Merges are for editors, who see everything that can be merged."""
    if look.writer is None:
        return
    name = look.dice.choice(sorted({one.type for one in look.world.things.values()} - set(WRITTEN_BY_ACTIONS)))
    some = look.world.of(name)
    one, other = look.dice.choice(some), look.dice.choice(some)
    merges = [{"id": one.id, "into": other.id, "rev": _rev(look, one), "intoRev": _rev(look, other)}]
    text = (
        "mutation($merges: [OneMergeInput!]!) { it: mergeMany(merges: $merges, preview: true)"
        " { count changes { id path before after } errors { path code message } } }"
    )
    told = look.ask(text, merges=merges)["it"]
    if not look.writer.publishes:
        assert (told["count"], [error["code"] for error in told["errors"]]) == (0, ["FORBIDDEN"])
