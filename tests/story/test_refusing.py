"""What is asked amiss: ids of nothing, countries of which nothing is known, audiences that may not be planned for."""

from datetime import date

import pytest

from graph.errors import InvalidValue
from graph.story.agenda import AGENDA, CALENDAR, COLLISIONS, PRESENCE_GAPS
from graph.story.coverage import COVERAGE
from graph.story.coverage.values import CoverageColumns, CoverageFilter, CoverageRows
from graph.story.desk import DESK
from graph.story.house.house import MESSAGE_HOUSE
from graph.story.house.trace import GOAL_TRACE
from graph.story.relaying import PROPAGATION, ROUTES
from graph.story.rights.asked import RightsUse
from graph.story.rights.question import RIGHTS_CHECK
from graph.story.tiredness import FATIGUE
from graph.story.ways import WAYS

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
DAYS = {"from_": FIRST, "to": LAST}
ROWS, COLUMNS = CoverageRows.MESSAGE, CoverageColumns.AUDIENCE
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}


@pytest.fixture
def empty(graph):
    """A country of which nothing is known, and a mission that sends there."""
    graph.put("country:xx", name="Nowhere", alpha2="XX")
    graph.put("mission:m", name="Mission", kind="EMBASSY")
    return graph


@pytest.mark.parametrize(
    ("question", "given", "path", "kind"),
    [
        (CALENDAR, {"country": "country:no", **DAYS}, "country", "country"),
        (COLLISIONS, {"country": "country:no", **DAYS}, "country", "country"),
        (PRESENCE_GAPS, {"country": "country:no"}, "country", "country"),
        (AGENDA, {"country": "country:no", **DAYS}, "country", "country"),
        (AGENDA, {"owner": "mission:no", **DAYS}, "owner", "thing"),
        (DESK, {"mission": "mission:no"}, "mission", "mission"),
        (MESSAGE_HOUSE, {"narrative": "narrative:no"}, "narrative", "narrative"),
        (GOAL_TRACE, {"goal": "goal:no"}, "goal", "goal"),
        (PROPAGATION, {"placement": "placement:no"}, "placement", "placement"),
        (ROUTES, {"from_": "mission:m", "to": "audience:no"}, "to", "audience"),
        (FATIGUE, {"asset": "asset:no", "audience": "audience:no"}, "asset", "asset"),
        (WAYS, {"from_": "mission:m", "to": "asset:no"}, "to", "thing"),
        (COVERAGE, {"filter": CoverageFilter(narrative="narrative:no")}, "filter.narrative", "narrative"),
        (COVERAGE, {"filter": CoverageFilter(campaign="campaign:no")}, "filter.campaign", "campaign"),
        (COVERAGE, {"filter": CoverageFilter(rows=("message:no",))}, "filter.rows", "thing"),
        (COVERAGE, {"filter": CoverageFilter(audiences=("audience:no",))}, "filter.audiences", "audience"),
        (COVERAGE, {"filter": CoverageFilter(countries=("country:xx", "country:no"))}, "filter.countries", "country"),
    ],
)
def test_an_id_of_nothing_is_refused_by_its_kind_and_its_place(empty, ask, question, given, path, kind):
    given = {"rows": ROWS, "columns": COLUMNS, **given} if question is COVERAGE else given
    with pytest.raises(InvalidValue) as refused:
        ask(question, **given)

    assert refused.value.path == path
    assert refused.value.reason.startswith(f'There is no {kind} with the id "')


def test_rights_of_what_is_not_there_are_not_known(empty, ask):
    [told] = ask(RIGHTS_CHECK, assets=("asset:no",), use=RightsUse())

    assert (told.id, told.asset, told.verdict) == ("asset:no", None, "UNKNOWN")


def test_of_a_country_without_data_an_answer_says_what_is_missing(empty, ask):
    calendar = ask(CALENDAR, country="country:xx", **DAYS)
    collisions = ask(COLLISIONS, country="country:xx", **DAYS)
    gaps = ask(PRESENCE_GAPS, country="country:xx")
    table = ask(COVERAGE, rows=ROWS, columns=COLUMNS, filter=CoverageFilter(countries=("country:xx",)))

    audiences = "No audience in Nowhere is known, as far as you may see: add"
    assert (calendar.entries, collisions.collisions, gaps.gaps, table.cells) == ((), (), (), ())
    assert calendar.notes[0].startswith("No holiday or day of remembrance is known in Nowhere in these days")
    assert [told.notes[-1].startswith(audiences) for told in (calendar, collisions, gaps)] == [True] * 3
    assert len(table.notes) == 2


def test_of_an_audience_that_nobody_speaks_to_a_calendar_says_so(empty, ask):
    empty.put("audience:a", name="Cooks", kind="FOREIGN_PUBLIC", country="country:xx", **INSIDE)

    assert ask(CALENDAR, country="country:xx", locale="id", **DAYS).notes[-1] == (
        "Tidak ada kampanye atau unggahan yang menjangkau khalayak di Nowhere pada hari-hari ini."
    )
    assert ask(COLLISIONS, country="country:xx", **DAYS).notes == (
        "No campaign with a first and a last day is for an audience in Nowhere in these days, so none can collide.",
    )


@pytest.mark.parametrize(("name", "size", "rule"), [("Cooks", 999, "MINIMUM_SIZE"), ("Muslim cooks", 5000, "RELIGION")])
def test_no_route_is_sought_to_an_audience_that_may_not_be_planned_for(empty, ask, name, size, rule):
    empty.put("audience:a", name=name, size=size, kind="FOREIGN_PUBLIC", country="country:xx", **INSIDE)

    with pytest.raises(InvalidValue, match=rule):
        ask(ROUTES, from_="mission:m", to="audience:a")


def test_what_lists_audiences_leaves_out_those_that_may_not_be_planned_for_and_says_so(empty, ask):
    empty.put("mission:m", hosted_by="country:xx")
    for id, name, size in (("cooks", "Cooks", 5000), ("few", "A few", 999), ("creed", "Muslim cooks", 5000)):
        empty.put(
            f"audience:{id}",
            name=name,
            size=size,
            kind="FOREIGN_PUBLIC",
            locales=["en"],
            country="country:xx",
            **INSIDE,
        )
    empty.put("message:slow", text="Slow is shared.", locale="en", **INSIDE)

    gaps = ask(PRESENCE_GAPS, country="country:xx")
    desk = ask(DESK, mission="mission:m", from_=FIRST)
    table = ask(COVERAGE, rows=ROWS, columns=COLUMNS)

    assert [one.audience for one in gaps.gaps] == ["audience:cooks"]
    assert [one.audience for one in desk.audiences] == ["audience:cooks"]
    assert [one.key for one in table.columns] == ["audience:cooks"]
    left_out = "2 more are left out: Duta plans for no audience that is so small, or so defined."
    assert all(left_out in one.notes for one in (gaps, desk, table))
    with pytest.raises(InvalidValue, match="MINIMUM_SIZE") as refused:
        ask(COVERAGE, rows=ROWS, columns=COLUMNS, filter=CoverageFilter(audiences=("audience:few",)))
    assert refused.value.path == "filter.audiences"
