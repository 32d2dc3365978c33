"""What happens when: calendars, collisions held against a slow search, and audiences that nobody reaches."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from graph.story.agenda import CALENDAR, COLLISIONS, PRESENCE_GAPS
from graph.story.agenda.calendar import CalendarKind, calendar
from graph.story.agenda.collisions import CollisionKind, Run, collide, collisions, free_date
from graph.story.agenda.days import DaysGiven, Span
from graph.story.agenda.presence import PresenceGiven, presence_gaps

START = date(2026, 1, 1)
WHOLE = Span(START, START + timedelta(days=400))


def things(kind: CollisionKind):
    """Ids begin with a type, so that two kinds never have one in common."""
    return st.frozensets(st.sampled_from([f"{kind}:a", f"{kind}:b"]), max_size=2)


@st.composite
def many_runs(draw):
    return [
        Run(
            f"campaign:{number}",
            Span(START + timedelta(days=first), START + timedelta(days=first + draw(st.integers(0, 9)))),
            (),
            {kind: draw(things(kind)) for kind in CollisionKind},
        )
        for number in range(draw(st.integers(0, 5)))
        for first in [draw(st.integers(0, 30))]
    ]


def shared_days(one: Span, other: Span) -> set[date]:
    return set(one.days()) & set(other.days())


@settings(deadline=None)
@given(many_runs())
def test_two_campaigns_collide_where_they_share_more_than_a_message_on_a_day(runs):
    found = {(each.one.campaign, each.other.campaign) for each in collide(runs, WHOLE, wanted=[run.id for run in runs])}
    expected = set()
    for one in runs:
        for other in runs:
            before = (one.span.first, one.id) < (other.span.first, other.id)
            kinds = [
                kind
                for kind in CollisionKind
                if kind is not CollisionKind.MESSAGE and one.takes[kind] & other.takes[kind]
            ]
            if before and kinds and shared_days(one.span, other.span):
                expected.add((one.id, other.id))
    assert found == expected


@settings(deadline=None)
@given(many_runs())
def test_a_suggested_date_is_the_first_that_is_free(runs):
    for each in collide(runs, WHOLE, wanted=[run.id for run in runs]):
        mover = next(run for run in runs if run.id == each.other.campaign)
        against = next(run for run in runs if run.id == each.one.campaign)
        kinds = (CollisionKind.AUDIENCE, CollisionKind.ASSET, CollisionKind.CHANNEL)
        taken = {
            day
            for run in runs
            if run is not mover and any(run.takes[kind] & mover.takes[kind] for kind in kinds)
            for day in run.span.days()
        }
        move = free_date(mover, against, runs)
        assert move == each.suggestion
        assert move is not None
        free = against.span.last + timedelta(days=1)
        while taken & set(mover.span.moved(free).days()):
            free += timedelta(days=1)
        assert (move.starts, move.days) == (free, (free - mover.span.first).days)


LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}


def campaign(id: str, starts: str, ends: str, asset: str = "asset:a", **more) -> Put:
    values = {"title": id, "locale": "en", "starts": starts, "ends": ends, **LIVE, **more}
    missions = (To("mission:lead", {"role": "LEAD"}), To("mission:helper", {"role": "PARTNER"}))
    return Put(id, "Campaign", values, {"audiences": (To("audience:a"),), "assets": (To(asset),), "missions": missions})


PUTS = (
    Put("country:vn", "Country", {"name": "Vietnam", "alpha2": "VN"}),
    Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
    Put("place:hanoi", "Place", {"name": "Hanoi", "kind": "CITY"}, {"country": (To("country:vn"),)}),
    Put("mission:lead", "Mission", {"name": "Lead", "kind": "EMBASSY"}),
    Put("mission:helper", "Mission", {"name": "Helper", "kind": "EMBASSY"}),
    Put(
        "audience:a",
        "Audience",
        {"name": "A", "kind": "FOREIGN_PUBLIC", "locales": ["vi", "en"], "size": 5000, **INSIDE},
        {"country": (To("country:vn"),)},
    ),
    Put(
        "audience:silent",
        "Audience",
        {"name": "S", "kind": "FOREIGN_PUBLIC", "locales": ["vi"], "size": 1000, **INSIDE},
        {"country": (To("country:vn"),)},
    ),
    Put(
        "channel:c",
        "Channel",
        {"name": "C", "platform": "X", "locale": "en", **LIVE},
        {"reaches": (To("audience:a", {"share": 0.25}),)},
    ),
    Put("asset:a", "Asset", {"title": "A", "kind": "WORK", "locale": "en", **LIVE}),
    Put("asset:b", "Asset", {"title": "B", "kind": "WORK", "locale": "en", **LIVE}),
    campaign("campaign:first", "2026-03-01", "2026-03-10"),
    campaign("campaign:second", "2026-03-08", "2026-03-12", "asset:b"),
    campaign("campaign:secret", "2026-03-08", "2026-03-12", marking="RESTRICTED"),
    campaign("campaign:later", "2026-03-15", "2026-03-16", "asset:b"),
    Put(
        "observance:tet",
        "Observance",
        {
            "name": "Tet",
            "calendar": "CHINESE_LUNISOLAR",
            "dates": [
                {"country": "VN", "year": 2026, "date": "2026-03-05", "certainty": "ESTIMATED"},
                {"country": "ID", "year": 2026, "date": "2026-03-06", "certainty": "CONFIRMED"},
                {"country": "VN", "year": 2027, "date": "2027-02-06", "certainty": "CONFIRMED"},
            ],
        },
        {"countries": (To("country:vn"),)},
    ),
    Put(
        "event:e",
        "Event",
        {"title": "Fair", "locale": "en", "starts": "2026-03-31", **LIVE},
        {"place": (To("place:hanoi"),)},
    ),
    Put(
        "placement:p",
        "Placement",
        {"at": "2026-03-02T23:30:00.000Z", "status": "PLANNED", **INSIDE},
        {"of": (To("asset:b"),), "channel": (To("channel:c"),)},
    ),
    Put(
        "sensitivitynote:s",
        "SensitivityNote",
        {"title": "Mind this", "text": "T", "locale": "en", "topic": "t", **INSIDE},
        {"countries": (To("country:vn"),)},
    ),
)
PLANNER = Viewer(live=2, draft=2, retired=-1, now=1_800_000_000_000)
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=1_800_000_000_000)
MARCH = DaysGiven("country:vn", date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_sqlite(tmp_path_factory.mktemp("agenda") / "graph.db", MODEL)
    report = opened.write(Batch(PUTS))
    assert report.refused == ()
    yield opened
    opened.close()


def test_a_calendar_is_in_order_of_time_and_knows_which_days_may_move(store):
    found = calendar(Asking(store, PLANNER), MARCH)
    assert [(one.kind.value, one.title, one.starts.isoformat(), one.estimated) for one in found.entries] == [
        ("CAMPAIGN", "first (text not published)", "2026-03-01", False),
        ("SENSITIVITY", "Mind this", "2026-03-01", False),
        ("PLACEMENT", "B", "2026-03-02", False),
        ("OBSERVANCE", "Tet", "2026-03-05", True),
        ("CAMPAIGN", "second (text not published)", "2026-03-08", False),
        ("CAMPAIGN", "later (text not published)", "2026-03-15", False),
        ("EVENT", "Fair", "2026-03-31", False),
    ]
    public = calendar(Asking(store, PUBLIC), MARCH)
    assert {one.kind for one in public.entries} == {CalendarKind.OBSERVANCE, CalendarKind.EVENT}


def test_a_collision_names_both_owners_and_a_free_date(store):
    asking = Asking(store, PLANNER)
    found = collisions(asking, MARCH)
    [clash] = found.collisions
    assert (clash.one.campaign, clash.other.campaign) == ("campaign:first", "campaign:second")
    assert clash.one.owners == ("mission:lead",)
    assert (clash.starts, clash.ends) == (date(2026, 3, 8), date(2026, 3, 10))
    assert [(one.kind.value, one.things) for one in clash.shared] == [("AUDIENCE", ("audience:a",))]
    assert clash.different_message
    assert clash.suggestion is not None
    assert (clash.suggestion.starts, clash.suggestion.days) == (date(2026, 3, 17), 9)
    assert (found.campaigns, asking.statements) == (3, 1)
    assert collisions(Asking(store, PUBLIC), MARCH).campaigns == 0


def test_audiences_that_nobody_reaches_come_before_those_who_lack_a_language(store):
    found = presence_gaps(Asking(store, PLANNER), PresenceGiven("country:vn"))
    assert found.audiences == 2
    assert [(one.audience, one.reached, one.missing_locales, one.share) for one in found.gaps] == [
        ("audience:silent", False, ("vi",), 0.0),
        ("audience:a", True, ("vi",), 0.25),
    ]


@pytest.mark.parametrize("last", [date(2026, 2, 28), date(2030, 1, 1)])
def test_days_that_end_before_they_start_or_never_are_refused(store, last):
    with pytest.raises(InvalidValue, match="to: It"):
        calendar(Asking(store, PLANNER), DaysGiven("country:vn", date(2026, 3, 1), last))


DATED = ({"country": "KR", "year": 2027, "date": "2027-02-07"}, {"country": "VN", "year": 2028, "date": "2028-01-26"})


@pytest.mark.parametrize(
    ("calendar_of", "first", "last", "years"),
    [
        ("CHINESE_LUNISOLAR", date(2027, 1, 1), date(2027, 12, 31), []),
        ("CHINESE_LUNISOLAR", date(2027, 11, 1), date(2028, 2, 28), ["2028"]),
        ("HIJRI", date(2028, 6, 1), date(2029, 1, 5), ["2028", "2029"]),
        ("GREGORIAN", date(2027, 12, 1), date(2028, 1, 31), []),
        ("GREGORIAN", date(2028, 1, 31), date(2028, 2, 29), ["2028"]),
    ],
)
def test_a_feast_whose_day_of_a_year_is_not_known_is_named_and_not_guessed(store, calendar_of, first, last, years):
    held = {"name": "Sample feast", "calendar": calendar_of, "dates": list(DATED), "state": "PUBLISHED",
            "marking": "PUBLIC"}  # fmt: skip
    country = Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR"})
    feast = Put("observance:sample", "Observance", held, {"countries": (To("country:kr"),)})
    assert store.write(Batch((country, feast))).refused == ()

    found = calendar(Asking(store, PLANNER), DaysGiven("country:kr", first, last))

    told = [note for note in found.notes if "Sample feast" in note]
    assert told == [
        f"No day in {year} is known of: Sample feast. Days that move are not guessed: import them before you take a "
        "day for free."
        for year in years
    ]


def test_what_a_country_lacks_is_told_with_its_name_in_the_language_of_the_reader(ask, store):
    country = Put("country:jp", "Country", {"name": "Japan", "names": {"id": "Jepang"}, "alpha2": "JP"})
    assert store.write(Batch((country,))).refused == ()
    days = {"country": "country:jp", "from_": START, "to": START}

    told = [
        *ask(CALENDAR, locale="id", **days).notes,
        *ask(COLLISIONS, locale="id", **days).notes,
        *ask(PRESENCE_GAPS, locale="id", country="country:jp").notes,
    ]

    assert len(told) == 4
    assert all("Jepang" in note for note in told)
