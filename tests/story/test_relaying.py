"""Who carries what on, on both engines: trees of reposts, and ways over declared agreements only."""

import string
from datetime import date
from itertools import pairwise
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from graph.story.relaying import PROPAGATION, ROUTES
from graph.story.relaying.channels import ReachBasis, holds
from graph.story.relaying.propagation import StallReason
from graph.story.relaying.relays import Relay, Tally, likelihood, ways
from graph.story.wording import templates
from tests.story.conftest import PLANNER

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
CHANNELS = "abcde"


def channel(id, *amplifies, reaches=(), locale="en", owner="organisation:o") -> Put:
    links = {
        "owner": (To(owner),),
        "amplifies": tuple(To(f"channel:{other}", more) for other, more in amplifies),
        "reaches": tuple(To(f"audience:{audience}", {"share": share}) for audience, share in reaches),
    }
    values = {"name": id.title(), "platform": "WEBSITE", "locale": locale, **OPEN}
    return Put(f"channel:{id}", "Channel", values, links)


def post(id, on, at, repeats=None, status="LIVE", locale="en") -> Put:
    links = {"of": (To("asset:x"),), "channel": (To(f"channel:{on}"),)}
    if repeats:
        links["repost_of"] = (To(f"placement:{repeats}"),)
    values = {"at": f"{at}T10:00:00Z", "status": status, "locale": locale, **INSIDE}
    return Put(f"placement:{id}", "Placement", values, links)


def audience(id, size) -> Put:
    values = {"name": id.title(), "kind": "FOREIGN_PUBLIC", "size": size, "locales": ["en"], **INSIDE}
    return Put(f"audience:{id}", "Audience", values)


SIGNED = {"agreement": "Letter"}
PUTS = (
    Put("organisation:o", "Organisation", {"name": "Own desk", "kind": "AGENCY", **OPEN}),
    Put("organisation:p", "Organisation", {"name": "Partner", "kind": "AGENCY", **OPEN}),
    Put("asset:x", "Asset", {"title": "X", "kind": "WORK", "locale": "en", "text_state": "PUBLISHED", **OPEN}),
    audience("near", 1000),
    audience("far", 4000),
    audience("alone", 9000),
    channel("home", reaches=[("near", 0.5)]),
    channel("relay", ("home", SIGNED), owner="organisation:p", reaches=[("near", 0.1)]),
    channel("distant", ("relay", SIGNED), owner="organisation:p", reaches=[("far", 0.25)]),
    channel("foreign", ("home", SIGNED), owner="organisation:p", locale="ja", reaches=[("far", 0.5)]),
    channel("unsigned", ("home", {}), owner="organisation:p", reaches=[("far", 1.0)]),
    channel("ended", ("home", SIGNED | {"until": "2026-05"}), owner="organisation:p", reaches=[("far", 1.0)]),
    channel("lazy", ("home", SIGNED | {"since": "2026"}), owner="organisation:p", reaches=[("far", 0.125)]),
    post("one", "home", "2026-04-01"),
    post("two", "relay", "2026-04-03", "one"),
    post("three", "distant", "2026-04-04", "two"),
    post("never", "unsigned", "2026-04-05", "one", status="WITHDRAWN"),
    post("soon", "lazy", "2026-07-01", "one", status="PLANNED"),
    post("other", "home", "2026-05-01"),
    post("old", "home", "2024-05-01"),
    Put("indicator:views", "Indicator", {"name": "Views", "unit": "views", **INSIDE}),
    Put("indicator:rate", "Indicator", {"name": "Rate", "unit": "per cent", **INSIDE}),
    *(
        Put(
            f"measurement:{id}",
            "Measurement",
            {"value": value, "at": at, "rung": rung, **INSIDE},
            {"indicator": (To(f"indicator:{indicator}"),), "measures": (To("placement:one"),)},
        )
        for id, value, at, rung, indicator in (
            ("first", 300, "2026-04-02", "OUTPUTS", "views"),
            ("last", 720, "2026-04-20", "OUTPUTS", "views"),
            ("share", 40, "2026-05-20", "OUTPUTS", "rate"),
            ("taken", 90, "2026-05-20", "OUTTAKES", "views"),
        )
    ),
)


@pytest.fixture
def relayed(store, ask):
    assert store.write(Batch(PUTS)).refused == ()
    return ask


def test_a_tree_tells_who_repeated_whom_when_and_how_many_that_reached_on_what_basis(relayed, asking):
    found = relayed(PROPAGATION, placement="placement:one")
    assert [(one.placement, one.repeats, one.hop, one.days_after) for one in found.posts] == [
        ("placement:one", None, 0, None),
        ("placement:two", "placement:one", 1, 2),
        ("placement:soon", "placement:one", 1, 91),
        ("placement:three", "placement:two", 2, 1),
    ]
    one, two, _, three = found.posts
    assert (one.reach.people, one.reach.basis, one.reach.measurement) == (720, ReachBasis.MEASURED, "measurement:last")
    assert (two.reach.people, two.reach.basis) == (100, ReachBasis.DECLARED)
    assert three.reach.sentence == "What the channel declares: 25 % of “Far” (4,000)."
    assert [(bridge.channel, bridge.audiences) for bridge in found.bridges] == [("channel:distant", ("audience:far",))]
    asked = asking()
    PROPAGATION.ask(asked, PROPAGATION.given("placement:one"))
    assert asked.statements == 2


def test_each_two_levels_of_a_tree_are_one_question_more_than_the_post(relayed, store, asking):
    chain = ["three", "four", "five", "six"]
    further = tuple(
        post(id, "home", f"2026-05-0{day}", before) for day, (before, id) in enumerate(pairwise(chain), start=1)
    )
    assert store.write(Batch(further)).refused == ()
    for depth, last, statements in ((2, "three", 2), (3, "four", 3), (4, "five", 3), (6, "six", 4)):
        asked = asking()
        found: Any = PROPAGATION.ask(asked, PROPAGATION.given("placement:one", depth))
        hops = {one.placement: one.hop for one in found.posts}
        assert max(hops, key=hops.__getitem__) == f"placement:{last}"
        assert (asked.statements, found.cut) == (statements, False)


def test_the_statement_of_a_tree_stays_prepared(tmp_path):
    store = open_sqlite(tmp_path / "graph.sqlite", MODEL)
    assert store.write(Batch(PUTS)).refused == ()
    with store.connected() as connection:
        assert isinstance(connection, apsw.Connection)
        before = connection.cache_stats()
        for id in ("placement:one", "placement:two"):
            PROPAGATION.ask(Asking(store, PLANNER), PROPAGATION.given(id))
        after = connection.cache_stats()
    store.close()
    assert {name: after[name] - before[name] for name in ("too_big", "misses")} == {"too_big": 0, "misses": 1}


def test_where_a_post_stalls_is_told_of_those_who_agreed_and_of_no_others(relayed):
    found = relayed(PROPAGATION, placement="placement:one")
    assert [(one.channel, one.after, one.reason) for one in found.stalls] == [
        ("channel:foreign", "placement:one", StallReason.LANGUAGE),
        ("channel:lazy", "placement:one", StallReason.PLANNED),
    ]
    later = relayed(PROPAGATION, placement="placement:other")
    assert {one.channel: one.reason for one in later.stalls}["channel:relay"] is StallReason.NOT_TAKEN
    assert later.stalls[-1].audiences == ()
    assert relayed(PROPAGATION, placement="placement:two").repeats == "placement:one"


def test_routes_go_over_agreements_that_hold_and_say_what_the_relays_have_done(relayed, asking):
    found = relayed(ROUTES, from_="organisation:o", to="audience:far")
    assert [[hop.channel for hop in one.hops] for one in found.routes] == [
        ["channel:home", "channel:foreign"],
        ["channel:home", "channel:relay", "channel:distant"],
        ["channel:home", "channel:lazy"],
    ]
    foreign, over, _ = found.routes
    assert (foreign.likelihood, foreign.reach.people, foreign.expected) == (0.25, 2000, 500)
    assert foreign.needs == (
        "“Foreign” speaks Japanese: a text in Japanese is needed.",
        "“Far” do not read Japanese, in which “Foreign” speaks.",
    )
    assert [(hop.used, hop.offered, hop.last_relay) for hop in over.hops] == [
        (None, None, None),
        (1, 2, date(2026, 4, 3)),
        (1, 1, date(2026, 4, 4)),
    ]
    assert (over.likelihood, over.expected) == (round(2 / 4 * 2 / 3, 3), 333)
    assert (found.undeclared, found.notes[-1]) == (
        2,
        "2 further channels carry posts on without an agreement, and are not gone over.",
    )
    asked = asking()
    ROUTES.ask(asked, ROUTES.given("organisation:o", "audience:far", 3))
    assert asked.statements == 4, "both ends with the first channels, two hops, what they have done"


def test_where_there_is_no_route_it_says_why(relayed):
    none = relayed(ROUTES, from_="organisation:o", to="audience:alone")
    assert (none.routes, none.notes[0]) == ((), "No channel reaches “Alone”.")
    short = relayed(ROUTES, from_="organisation:o", to="audience:far", max_hops=0)
    assert short.notes[0] == "Over agreements that hold today no way of at most 0 relays leads there."
    own = relayed(ROUTES, from_="channel:distant", to="audience:far", max_hops=0)
    assert [(one.likelihood, one.expected) for one in own.routes] == [(1.0, 1000)]


def test_who_may_not_see_a_post_or_an_audience_is_told_that_there_is_none(relayed):
    public = Viewer(live=0, draft=-1, retired=-1, now=1_780_272_000_000)
    with pytest.raises(InvalidValue, match='no placement with the id "placement:one"'):
        relayed(PROPAGATION, public, placement="placement:one")
    with pytest.raises(InvalidValue, match='no audience with the id "audience:far"'):
        relayed(ROUTES, public, from_="organisation:o", to="audience:far")


@pytest.mark.parametrize(
    ("question", "asked", "path"),
    [
        (PROPAGATION, {"placement": "placement:none"}, "placement"),
        (PROPAGATION, {"placement": "placement:one", "depth": 7}, "depth"),
        (ROUTES, {"from_": "theme:x", "to": "audience:far"}, "from"),
        (ROUTES, {"from_": "organisation:o", "to": "audience:far", "max_hops": 5}, "maxHops"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(relayed, question, asked, path):
    with pytest.raises(InvalidValue) as refused:
        relayed(question, **asked)
    assert refused.value.path == path


graphs = st.dictionaries(st.sampled_from(CHANNELS), st.sets(st.sampled_from(CHANNELS)))
some = st.sets(st.sampled_from(CHANNELS), min_size=1, max_size=2)


@given(graphs, some, some, st.integers(0, 4))
def test_ways_are_all_simple_ones_and_no_longer(graph, own, ends, hops):
    relays = {id: [Relay(other, "x") for other in sorted(others)] for id, others in graph.items()}

    def slow(way):
        if way[-1] in ends:
            yield way
        if len(way) <= hops:
            for other in graph.get(way[-1], ()):
                if other not in way and other not in own:
                    yield from slow((*way, other))

    expected = {way for id in own for way in slow((id,))}
    found = list(ways(sorted(own), ends, relays, hops))
    assert set(found) == expected
    assert len(found) == len(expected)
    assert [len(way) for way in found] == sorted(len(way) for way in found)


@given(st.lists(st.builds(Tally, st.integers(0, 9), st.integers(0, 9)), max_size=4), st.integers(0, 9))
def test_one_more_relay_never_makes_a_way_likelier(tallies, offered):
    before = likelihood(tallies)
    assert 0 < before <= 1
    assert likelihood([*tallies, Tally(offered, offered)]) <= before


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({"agreement": "A", "since": None, "until": None}, True),
        ({"agreement": " ", "since": None, "until": None}, False),
        ({"agreement": "A", "since": "2026-06", "until": "2026"}, True),
        ({"agreement": "A", "since": "2026-07", "until": None}, False),
        ({"agreement": "A", "since": None, "until": "2026-05-31"}, False),
    ],
)
def test_an_agreement_holds_from_its_first_to_its_last_day(row, held):
    assert holds(row, date(2026, 6, 15)) is held


def test_relays_say_the_same_in_every_language():
    places = {
        language: {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in of.items()}
        for language, of in templates("graph.story.relaying").items()
    }
    assert places["en"] == places["id"]
    assert {f"stall_{reason}" for reason in StallReason} <= places["en"].keys()
