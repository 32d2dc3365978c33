"""What comes first, on both engines: planned against actual shares, and a warning where the first gets less."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.story.agenda import AGENDA
from graph.story.agenda.days import Span
from graph.story.agenda.priorities import AgendaWarningKind, Post, Wanted, counted
from graph.story.wording import templates

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)


def titled(type, id, links=None, **values) -> Put:
    text = {"text": id} if type == "Message" else {"title": id.title()}
    return Put(f"{type.lower()}:{id}", type, {**text, "locale": "en", **INSIDE, **values}, links or {})


def post(number, day, of="asset:nothing", status="LIVE", campaign=None, channel="c") -> Put:
    links = {"of": (To(of),), "channel": (To(f"channel:{channel}"),)}
    if campaign:
        links["campaign"] = (To(f"campaign:{campaign}"),)
    return Put(f"placement:{number}", "Placement", {"at": f"2026-{day}T10:00:00Z", "status": status, **INSIDE}, links)


PUTS = (
    titled("Narrative", "large"),
    titled("Narrative", "part", {"part_of": (To("narrative:large"),)}),
    titled("Narrative", "other"),
    titled("Priority", "first", {"narrative": (To("narrative:large"),)}, rank=1, planned_share=0.5),
    titled("Priority", "second", {"narrative": (To("narrative:part"),)}, rank=2, planned_share=0.2, until="2026-06-20"),
    titled("Priority", "third", {"narrative": (To("narrative:other"),)}, rank=3, **{"from": "2026-06-25"}),
    titled("Priority", "vague", rank=4),
    titled("Priority", "past", {"narrative": (To("narrative:other"),)}, rank=1, until="2026-05-31"),
    titled("Message", "large", {"narrative": (To("narrative:large"),)}),
    titled("Message", "part", {"narrative": (To("narrative:part"),)}),
    titled("Asset", "shows", {"messages": (To("message:part"), To("message:large"))}, kind="WORK", marking="PUBLIC"),
    titled("Asset", "nothing", kind="WORK", marking="PUBLIC"),
    Put(
        "audience:a",
        "Audience",
        {"name": "A", "kind": "FOREIGN_PUBLIC", "size": 5000, **INSIDE},
        {"country": (To("country:vn"),)},
    ),
    Put("country:vn", "Country", {"name": "Vietnam", "alpha2": "VN"}),
    Put("mission:m", "Mission", {"name": "M", "kind": "EMBASSY", "tier": "MISSION"}),
    Put("channel:c", "Channel", {"name": "C", "platform": "X", **OPEN}, {"owner": (To("mission:m"),)}),
    Put("channel:d", "Channel", {"name": "D", "platform": "X", **OPEN}, {"reaches": (To("audience:a"),)}),
    titled(
        "Campaign",
        "tells",
        {"tells": (To("narrative:other"),), "audiences": (To("audience:a"),), "assets": (To("asset:shows"),)},
    ),
    post(1, "06-02", "message:large"),
    post(2, "06-03", "asset:shows"),
    post(3, "06-04", "message:part", status="PLANNED", channel="d"),
    post(4, "06-22", "message:part"),
    post(5, "06-26", campaign="tells"),
    post(6, "06-27", campaign="tells", status="WITHDRAWN"),
    post(7, "06-05"),
    post(8, "06-06", "message:part", campaign="tells", channel="d"),
    post(9, "07-01", "message:large"),
)


@pytest.fixture
def planned(store, ask):
    assert store.write(Batch(PUTS)).refused == ()
    return ask


def test_each_post_counts_once_for_the_nearest_priority_of_its_day(planned, asking):
    found = planned(AGENDA, from_=FIRST, to=LAST)
    assert [(one.priority, one.out, one.ahead, one.total, one.actual) for one in found.priorities] == [
        ("priority:first", 3, 0, 7, 0.429),
        ("priority:second", 1, 1, 5, 0.4),
        ("priority:third", 1, 0, 1, 1.0),
        ("priority:vague", 0, 0, 7, 0.0),
    ]
    first, second, *_ = found.priorities
    assert (first.lacks, second.lacks) == (1, 0)
    assert (second.starts, second.ends) == (FIRST, date(2026, 6, 20))
    assert first.sentence == "“First” was to get 50 % of the posts and gets 43 %: 3 of 7."
    assert (found.placements, found.elsewhere, found.cut) == (7, 1, False)
    asked = asking()
    AGENDA.ask(asked, AGENDA.given(FIRST, LAST))
    assert asked.statements == 2


def test_the_first_that_gets_less_than_a_lower_one_is_warned_of(planned):
    found = planned(AGENDA, from_=FIRST, to=LAST)
    assert [(one.kind, one.priority, one.other) for one in found.warnings] == [
        (AgendaWarningKind.INVERTED, "priority:first", "priority:third"),
        (AgendaWarningKind.BEHIND, "priority:first", None),
        (AgendaWarningKind.UNBOUND, "priority:vague", None),
    ]
    early = planned(AGENDA, from_=date(2026, 6, 3), to=date(2026, 6, 10))
    assert early.warnings[0].sentence == "“First” (rank 1) gets 1 of 4 posts, less than “Second” (rank 2) with 2."
    silent = planned(AGENDA, from_=date(2026, 6, 5), to=date(2026, 6, 5))
    assert [one.kind for one in silent.warnings][:2] == [AgendaWarningKind.SILENT, AgendaWarningKind.SILENT]


def test_posts_of_one_owner_or_for_one_country_can_be_counted_alone(planned):
    own = planned(AGENDA, from_=FIRST, to=LAST, owner="mission:m")
    there = planned(AGENDA, from_=FIRST, to=LAST, country="country:vn")
    assert (own.placements, there.placements) == (5, 2)


def test_without_priorities_or_posts_it_says_so_and_the_public_sees_none(planned):
    empty = planned(AGENDA, from_=date(2020, 1, 1), to=date(2020, 1, 31))
    assert "No post is out or planned in these days." in empty.notes
    public = planned(AGENDA, Viewer(live=0, draft=-1, retired=-1, now=1_780_272_000_000), from_=FIRST, to=LAST)
    assert (public.priorities, public.placements) == ((), 0)
    with pytest.raises(InvalidValue, match="before it starts"):
        planned(AGENDA, from_=LAST, to=FIRST)


narratives = st.sampled_from("abc")
days = st.integers(0, 9).map(lambda number: FIRST + timedelta(number))
counts = st.dictionaries(narratives, st.integers(0, 3))
wanted = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), counts), max_size=4)
posts = st.lists(st.builds(Post, days, st.booleans(), st.frozensets(narratives)))


@given(wanted, posts)
def test_no_post_counts_twice_and_none_is_lost(given_wanted, given_posts):
    priorities = [
        Wanted(f"p{n}", n, "a", Span(FIRST + timedelta(start), FIRST + timedelta(start + length)), None, counts)
        for n, (start, length, counts) in enumerate(given_wanted)
    ]
    found, elsewhere = counted(priorities, given_posts)
    assert sum(out + ahead for out, ahead, _ in found.values()) + elsewhere == len(given_posts)
    for one in priorities:
        assert found[one.id][2] == sum(one.span.first <= each.day <= one.span.last for each in given_posts)


def test_agendas_say_the_same_in_every_language():
    places = {
        language: {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in of.items()}
        for language, of in templates("graph.story.agenda").items()
    }
    assert places["en"] == places["id"]
    assert {str(kind) for kind in AgendaWarningKind} <= places["en"].keys()
