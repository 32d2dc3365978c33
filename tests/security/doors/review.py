"""Doors to where a draft stands, for those who see drafts, and to one version of it, for somebody outside."""

from graph.model import LEVEL
from graph.model.moves import NEVER_PUBLISHED
from graph.review.links import PATH, reviewed
from tests.security.sight import SEES, Look, Thing, door

REVIEW = """query($id: ID!) { review(id: $id) { entity { id label } state authors
  missing { check message of { id label } }
  notes { note kind onRev } } }"""


@door
def standing(look: Look) -> None:
    thing = look.dice.choice(list(look.world.things.values()))
    drafts = SEES[look.role][1] if look.perspective == "DRAFT" else -1
    seen = look.sees(thing) and LEVEL[thing.values["marking"]] <= drafts
    notes = notes_on(look, thing)
    told = look.ask(REVIEW, shown=notes if seen else set(), id=thing.id)["review"]
    assert (told is not None) == seen


def notes_on(look: Look, thing: Thing) -> set[str]:
    """The words of notes on a thing: they are read by whoever sees drafts of it."""
    return {
        word
        for note in look.world.of("ReviewNote")
        if thing.id in note.links.get("about", {})
        for word in [*note.words.get("note", ()), *note.words.get("name", ())]
    }


@door
def reviewer_links(look: Look) -> None:
    """An editor shows one thing outside: what it says and nothing else, and nothing that is only for the house."""
    if look.writer is None:
        return
    thing = look.dice.choice(list(look.world.things.values()))
    text = "mutation($id: ID!) { it: reviewerLink(id: $id) { url errors { code message } } }"
    url = look.ask(text, id=thing.id)["it"]["url"]
    kept = (
        thing.values["marking"] == "RESTRICTED" or thing.values["state"] == "RETIRED" or thing.type in NEVER_PUBLISHED
    )
    assert (url is not None) == (look.writer.publishes and not kept)
    if url is not None:
        now = look.viewer.now
        found = reviewed(look.world.house.store, url.partition(PATH)[2], now)
        assert found is not None
        others = [one for one in look.world.things.values() if one != thing]
        hidden = {one.id for one in others} | {word for one in others for of in one.words.values() for word in of}
        told = repr(found)
        assert [word for word in hidden if word in told] == []
        closed = [name for name, prop in thing.entity.props.items() if LEVEL[prop.marking] > 0]
        assert [word for name in closed for word in thing.words.get(name, ()) if word in told] == []
        assert reviewed(look.world.house.store, url.partition(PATH)[2], now + 8 * 86_400_000) is None
