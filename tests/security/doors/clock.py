"""The door to what the clock will show or hide: told to who sees it now, whatever it will be then."""

from tests.security.sight import Look, door

UPCOMING = """query($where: UpcomingWhereInput, $first: Int) {
  it: upcomingChanges(where: $where, first: $first, until: "2030-01-01T00:00:00Z") {
    nodes { at kind entity { id label } about { id label } why } pageInfo { hasNextPage endCursor } } }"""
_BY_THE_CLOCK = {"EMBARGO_ENDS": "embargo_until", "EXPIRES": "expires_at"}


@door
def what_comes(look: Look) -> None:
    told = look.ask(UPCOMING, first=200)["it"]["nodes"]
    # Every row is about something that its reader sees.
    assert [row for row in told if row["entity"] is None] == []
    own = {(row["entity"]["id"], row["kind"]) for row in told if row["kind"] in _BY_THE_CLOCK}
    expected = set[tuple[str, str]]()
    for thing in look.seen():
        begins, ends = (look.moment(thing, name) for name in ("embargo_until", "expires_at"))
        if thing.type == "Translation" or thing.values["state"] != "PUBLISHED" or (begins and ends and begins >= ends):
            continue
        for kind, moment in zip(_BY_THE_CLOCK, (begins, ends), strict=True):
            if moment and moment > look.now:
                expected.add((thing.id, kind))
    assert {one for one in own if not one[0].startswith("translation:")} == expected


PAUSE = """mutation($where: TiedWhereInput!) { it: pause(where: $where, drill: true) { count
  things { id entity { id label } } outside { id label } errors { path message } } }"""


@door
def a_drill(look: Look) -> None:
    """It names what its writer sees, and nothing else."""
    there = look.world.of("Theme") + look.world.of("Campaign") + look.world.of("Country")
    if look.writer is None or not there:
        return
    thing = look.dice.choice(there)
    where = {{"Theme": "theme", "Campaign": "campaign", "Country": "place"}[thing.type]: thing.id}
    told = look.ask(PAUSE, where=where)["it"]
    assert bool(told["errors"]) != look.as_writer.sees(thing)
    assert [one for one in told["things"] if one["entity"] is None] == []


@door
def what_comes_of_something(look: Look) -> None:
    """What is out of sight ties nothing, and is no other than what is not there."""
    for kind, types in {"place": ("Place", "Country"), "theme": ("Theme",), "campaign": ("Campaign",)}.items():
        there = [one for name in types for one in look.world.of(name)]
        if there:
            thing = look.dice.choice(there)
            told = look.ask(UPCOMING, refused=not look.sees(thing), where={kind: thing.id}, first=5)
            assert (told is None) == (not look.sees(thing))
