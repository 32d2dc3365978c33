"""How two things are bound to each other, as far as each caller sees."""

import pytest

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from graph.story.ways import WaysGiven, ways

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
ASSET = {"kind": "WORK", "locale": "en", **LIVE}
PUTS = (
    Put("theme:a", "Theme", {"name": "A"}),
    Put("mission:m", "Mission", {"name": "M", "kind": "EMBASSY"}),
    Put("audience:a", "Audience", {"name": "A", "kind": "FOREIGN_PUBLIC", **INSIDE}),
    Put("goal:g", "Goal", {"title": "G", "locale": "en", **INSIDE}),
    Put("asset:x", "Asset", {"title": "X", **ASSET}, {"themes": (To("theme:a"),), "keeper": (To("mission:m"),)}),
    Put("asset:y", "Asset", {"title": "Y", **ASSET}, {"themes": (To("theme:a"),)}),
    Put(
        "campaign:c",
        "Campaign",
        {"title": "C", "locale": "en", **INSIDE},
        {"assets": (To("asset:x"),), "goals": (To("goal:g"),), "audiences": (To("audience:a"),)},
    ),
)
PLANNER = Viewer(live=2, draft=2, retired=-1, now=1_800_000_000_000)
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=1_800_000_000_000)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_sqlite(tmp_path_factory.mktemp("ways") / "graph.db", MODEL)
    assert opened.write(Batch(PUTS)).refused == ()
    yield opened
    opened.close()


def test_the_shortest_ways_are_told_with_the_links_along_them(store):
    found = ways(Asking(store, PLANNER), WaysGiven("asset:y", "goal:g"))
    assert found.length == 4
    [way] = found.ways
    assert [(step.entity, step.field) for step in way.steps] == [
        ("asset:y", None),
        ("theme:a", "themes"),
        ("asset:x", "assets"),
        ("campaign:c", "campaigns"),
        ("goal:g", "goals"),
    ]


def test_no_way_leads_over_what_is_out_of_sight_and_none_over_who_keeps_a_thing(store):
    with pytest.raises(InvalidValue, match='There is no thing with the id "goal:g"'):
        ways(Asking(store, PUBLIC), WaysGiven("asset:x", "goal:g"))
    found = ways(Asking(store, PLANNER), WaysGiven("asset:x", "mission:m"))
    assert (found.length, found.ways) == (None, ())


@pytest.mark.parametrize(("longest", "first"), [(0, 1), (7, 1), (1, 0), (1, 21)])
def test_lengths_and_numbers_out_of_bounds_are_refused(store, longest, first):
    with pytest.raises(InvalidValue, match="is not from"):
        ways(Asking(store, PLANNER), WaysGiven("asset:x", "asset:y", longest, first))
