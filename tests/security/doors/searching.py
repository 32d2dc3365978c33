"""Doors that ask the index: hits with their reasons and snippets, counts and facets."""

from typing import Any

from graph.model import ANY
from tests.security.doors.graphql import a_word
from tests.security.sight import COMMON, Look, Thing, door

SEARCH = """query($text: String!, $where: SearchWhere) { search(text: $text, where: $where, first: 100) { totalCount
  nodes { id label } pageInfo { startCursor endCursor }
  edges { cursor score locale why { match field words via } snippet { text highlights { start end } } }
  facets { field values { value label count } } } }"""


def holds(look: Look, thing: Thing, word: str) -> bool:
    """Whether a word stands in what is in sight of a thing or its translations."""
    said = [thing, *(one for one in look.seen("Translation") if thing.id in one.links.get("translates", {}))]
    return any(word in words and look.sees_prop(one, name) for one in said for name, words in one.words.items())


def sounds_alike(look: Look, thing: Thing, edge: dict[str, Any]) -> bool:
    """Whether it was found by nothing but the sound of another word, which stands in what is in sight of it."""
    shown = edge["snippet"]
    marked = [shown["text"][one["start"] : one["end"]] for one in shown["highlights"]]
    return {one["match"] for one in edge["why"]} == {"SOUND"} and any(holds(look, thing, one) for one in marked)


@door(searches=True)
def search(look: Look) -> None:
    word = look.dice.choice(["", look.dice.choice(COMMON), a_word(look, ANY), a_word(look, ANY)])
    told = look.ask(SEARCH, text=word, where=look.dice.choice([None, {"type": ["Asset", "Theme"]}]))["search"]
    assert told["totalCount"] == len(told["nodes"]) == len(told["edges"])
    seen = {thing.id for thing in look.seen()}
    assert {row["id"] for row in told["nodes"]} <= seen
    for facet in told["facets"]:
        counts = {value["value"]: value["count"] for value in facet["values"]}
        if facet["field"] == "type":
            assert sum(counts.values()) == told["totalCount"]
        if facet["field"] in ("theme", "country"):
            assert counts.keys() <= seen


@door(searches=True)
def everything_by_search(look: Look) -> None:
    told = look.ask(SEARCH, text="", where=None)["search"]
    found = {row["id"] for row in told["nodes"]}
    expected = {thing.id for thing in look.seen() if thing.type != "Translation"}
    assert found <= expected
    if look.world.fresh:
        assert found == expected


@door(searches=True)
def search_for_secrets(look: Look) -> None:
    """A word is found in what is in sight of the thing that holds it, or by a link to that."""
    closed = {word for thing in look.seen() for words in thing.words.values() for word in words} & look.hidden
    words = [*look.dice.sample(sorted(closed), min(3, len(closed))), a_word(look, ANY), a_word(look, ANY)]
    for word in sorted({*words} - {*COMMON}):
        told = look.ask(SEARCH, text=word, where=None)["search"]
        for edge, row in zip(told["edges"], told["nodes"], strict=True):
            hit = look.world.things[row["id"]]
            neighbours = [look.world.things[id] for end in hit.entity.forward.values() for id in look.linked(hit, end)]
            held = any(holds(look, one, word) for one in (hit, *neighbours))
            assert held or sounds_alike(look, hit, edge), (word, hit, edge)
