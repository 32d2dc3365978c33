"""The doors to proposals: for those who see drafts of a thing, and with notes and words that are never public."""

from graph.model import LEVEL
from tests.security.sight import SEES, Look, Thing, door

TOLD = """{ id entity { id label } reason authors decision stale parts { path before after now }
  since { path before after } notes { note kind } }"""


def _of(look: Look, one: Thing) -> Thing | None:
    return next((look.world.things[id] for id in one.links.get("changes", {})), None)


def may_read(look: Look, one: Thing) -> bool:
    """Whether it may be read: who sees drafts of the thing, and saw the version that it was made on."""
    thing = _of(look, one)
    drafts = SEES[look.role][1] if look.perspective == "DRAFT" else -1
    if thing is None or not look.sees(thing) or LEVEL[thing.values["marking"]] > drafts:
        return False
    if drafts >= LEVEL["RESTRICTED"]:
        return True
    first = [look.world.first[id] for id in (thing.id, *thing.links.get("translates", {}))]
    return all(state != "RETIRED" and LEVEL[marking] <= drafts for state, marking in first)


def words_of(look: Look, one: Thing) -> set[str]:
    """Words that may be told of a proposal that may be read: its own, and those of what was said of it."""
    notes = [note for note in look.world.of("ReviewNote") if one.id in note.links.get("about", {})]
    of_notes = {word for note in notes for word in [*note.words.get("note", ()), *note.words.get("name", ())]}
    return of_notes | set(one.words.get("patch", ())) | {one.id.split(":", 1)[1]}


@door
def a_proposal(look: Look) -> None:
    for one in look.world.of("ProposedEdit"):
        may = may_read(look, one)
        text = f"query($id: ID!) {{ it: proposal(id: $id) {TOLD} }}"
        told = look.ask(text, shown=words_of(look, one) if may else set(), id=one.id)["it"]
        assert (told is not None) == may


@door
def all_proposals(look: Look) -> None:
    every = "[OPEN, APPROVED, APPLIED, REJECTED, WITHDRAWN]"
    may = [one for one in look.world.of("ProposedEdit") if may_read(look, one) and one.values["state"] != "RETIRED"]
    shown = {word for one in may for word in words_of(look, one)}
    told = look.ask(f"{{ it: proposals(where: {{decision: {every}}}) {{ nodes {TOLD} }} }}", shown=shown)["it"]
    assert {node["id"] for node in told["nodes"]} == {one.id for one in may}


@door
def compared(look: Look) -> None:
    several = look.world.of("ProposedEdit")
    if len(several) < 2:
        return
    one, other = several[:2]
    may = may_read(look, one) and may_read(look, other)
    text = """query($a: ID!, $b: ID!) { it: compareProposals(a: $a, b: $b) {
      collisions { path before a b } both } }"""
    shown = words_of(look, one) | words_of(look, other) if may else set[str]()
    same = _of(look, one) is _of(look, other)
    told = look.ask(text, refused=may and not same, shown=shown, a=one.id, b=other.id)
    assert not may or not same or told["it"] is not None
