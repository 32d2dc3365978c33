"""The door to where a draft stands: for those who see drafts of a thing, and with notes that are never public."""

from graph.model import LEVEL
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
