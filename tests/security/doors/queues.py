"""Doors to what waits, to what has to be looked after, and to languages: for who works here, of what it sees."""

from tests.security.sight import SEES, Look, door

QUEUES = """query($keeper: ID) { reviewQueue(keeper: $keeper, first: 200) { entity { id label } step reason toDo }
  maintenanceQueue(mission: $keeper, first: 200, dueBefore: "2100-01-01") {
    entity { id label } kind locales reason } }"""
MATRIX = """{ translationMatrix(first: 50) { locales endCursor { id }
  rows { asset { id label } locale cells { locale status translation { id title } } } } }"""
DIFFERENCE = """query($id: ID!) { it: translationDifference(id: $id) { source { id label }
  texts { path before after } } }"""


@door
def what_waits(look: Look) -> None:
    missions = look.world.of("Mission")
    keeper = look.dice.choice([None, *missions])
    told = look.ask(QUEUES, refused=keeper is not None and not look.sees(keeper), keeper=keeper.id if keeper else None)
    if told is None:
        return
    rows = [*told["reviewQueue"], *told["maintenanceQueue"]]
    assert SEES[look.role][0] > 1 or rows == []
    # Every row is about something that its reader sees.
    assert [row for row in rows if row["entity"] is None] == []


@door
def languages(look: Look) -> None:
    rows = look.ask(MATRIX)["translationMatrix"]["rows"]
    seen = [thing.id for thing in look.seen("Asset") if thing.values["state"] != "RETIRED"]
    assert [row["asset"]["id"] for row in rows] == (seen if SEES[look.role][0] > 1 else [])
    translations = {one.id for one in look.seen("Translation")}
    named = {cell["translation"]["id"] for row in rows for cell in row["cells"] if cell["translation"]}
    assert named <= translations


@door
def a_difference(look: Look) -> None:
    for one in look.world.of("Translation"):
        told = look.ask(DIFFERENCE, id=one.id)["it"]
        assert told is None or look.sees(one)
