"""A country's calendar: observances whose dates move, events, campaigns, posts and what is to be minded."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model import ANY
from graph.model.days import days_of
from graph.model.enums import Calendar, Told
from graph.store.select import And, Cmp, Filter, Follow, Or, Order, Rel, Select, Shape, shape_of
from graph.story.agenda.days import DaysGiven, Span, span_of
from graph.story.plan.fetching import titles
from graph.story.plan.texts import in_language
from graph.story.refusing import unknown
from graph.story.rows import one_of
from graph.story.wording import language_of, say

#: How many of each kind are looked at.
MOST = 500
#: By how many days a feast of the solar calendar moves at most, as one on a certain weekday does.
_MOVES = 6
_PACKAGE = "graph.story.agenda"
_COUNTRY = shape_of(
    "alpha2", "label", "names", audiences=Follow("audiences", Select("Audience", rows=False, total=True))
)


class CalendarKind(Told):
    """What stands in a calendar."""

    OBSERVANCE = "OBSERVANCE", "A holiday or day of remembrance that the country observes."
    EVENT = "EVENT", "An event that takes place there."
    CAMPAIGN = "CAMPAIGN", "A campaign for an audience there."
    PLACEMENT = "PLACEMENT", "A post, planned or out, on a channel that reaches an audience there."
    ADVISORY = "ADVISORY", "An advisory that concerns the country."
    SENSITIVITY = "SENSITIVITY", "Something to be minded there."


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something on a day, or from a first to a last one."""

    kind: CalendarKind = said("What it is.")
    entity: Annotated[str, Of("Entity")] | None = said("The thing itself.")
    title: str = said("What it is called.")
    starts: date = said("Its first day.")
    ends: date = said("Its last day, included.")
    estimated: bool = said("Whether the day may still move, as that of a feast by the moon.")


@dataclass(frozen=True, slots=True)
class CountryCalendar:
    """What happens in a country in a span of days, in order of time."""

    entries: tuple[CalendarEntry, ...] = said("What happens, by its first day.")
    cut: bool = said("Whether there is more than a calendar holds.")
    notes: tuple[str, ...] = said("Of what nothing is known in these days, and what is missing for it.", ())


def calendar(asking: Asking, given: DaysGiven) -> CountryCalendar:
    """The calendar, by one question of the store."""
    span = span_of(given)
    answers: Any = asking.ask(_questions(given.country, span))
    country = one_of(answers["country"])
    if country is None:
        raise unknown("country", given.country, "country")
    alpha2 = country["alpha2"]
    language = language_of(asking.locale)
    entries = list(_observances(answers["observances"]["rows"], alpha2, span, language))
    for kind, name in _OTHERS:
        entries += _entries(kind, answers[name]["rows"], span, language)
    ordered = sorted(entries, key=lambda one: (one.starts, one.ends, one.kind, one.entity or ""))
    cut = any(len(answer["rows"]) > MOST for answer in answers.values())
    told = {entry.kind for entry in ordered}
    dateless = undated(answers["observances"]["rows"], alpha2, span, language)
    return CountryCalendar(tuple(ordered), cut, tuple(_lacking(told, dateless, country, language)))


def _lacking(
    told: set[CalendarKind], dateless: Mapping[int, list[str]], country: Mapping[str, Any], language: str
) -> Iterator[str]:
    """What a reader should know before taking an empty day for a free one."""
    called = in_language(country, language)
    yield from say_undated(dateless, language)
    if CalendarKind.OBSERVANCE not in told and not dateless:
        yield say(_PACKAGE, language, "no_observances", country=called)
    if not country["audiences"]["total"]:
        yield say(_PACKAGE, language, "no_audiences", country=called)
    elif not told & {CalendarKind.CAMPAIGN, CalendarKind.PLACEMENT}:
        yield say(_PACKAGE, language, "nothing_said", country=called)


_OTHERS = (
    (CalendarKind.EVENT, "events"),
    (CalendarKind.CAMPAIGN, "campaigns"),
    (CalendarKind.PLACEMENT, "placements"),
    (CalendarKind.ADVISORY, "advisories"),
    (CalendarKind.SENSITIVITY, "sensitivities"),
)


def _questions(country: str, span: Span) -> dict[str, Select]:
    there = Cmp("id", "eq", country)
    audience = Rel("some", "country", there)
    listens = Rel("some", "channel", Rel("some", "reaches", audience))
    first, last = span.first.isoformat(), span.last.isoformat()
    day = And((Cmp("at", "gte", f"{first}T00:00:00.000Z"), Cmp("at", "lte", f"{last}T23:59:59.999Z")))
    return {
        "country": Select("Country", _COUNTRY, there, limit=1),
        "observances": _list(
            "Observance", shape_of("id", "label", "names", "calendar", "dates"), Rel("some", "countries", there)
        ),
        "events": _list("Event", _days(), And((Rel("some", "place", Rel("some", "country", there)), _within(span)))),
        "campaigns": _list("Campaign", _days(), And((Rel("some", "audiences", audience), _within(span)))),
        "placements": _list("Placement", _posts(), And((listens, day, Cmp("status", "in", ("PLANNED", "LIVE"))))),
        "advisories": _list(
            "Advisory", _days(), And((Rel("some", "countries", there), _within(span, open_ended=True)))
        ),
        "sensitivities": _list(
            "SensitivityNote", _days(), And((Rel("some", "countries", there), _within(span, open_ended=True)))
        ),
    }


def _list(entity: str, shape: Shape, where: Filter) -> Select:
    return Select(entity, shape, where, order=(Order("id"),), limit=MOST + 1)


def _days() -> Shape:
    return shape_of("id", "label", "locale", "starts", "ends", translations=titles("title"))


def _posts() -> Shape:
    cases = tuple(
        (type, shape_of("locale", translations=titles(text)))
        for type, text in (("Asset", "title"), ("Message", "text"))
    )
    return shape_of("id", "label", "at", of=Follow("of", Select(ANY, shape_of("id", "label"), cases=cases, limit=1)))


def _within(span: Span, *, open_ended: bool = False) -> Filter:
    """Whether something with a first and a last day meets the span; without a last day it is its first day only.

    With `open_ended` what has no first day began long ago, and what has no last day lasts.
    """
    first, last = span.first.isoformat(), span.last.isoformat()
    begun: Filter = Cmp("starts", "lte", last)
    if open_ended:
        begun = Or((begun, Cmp("starts", "isNull", True)))
        lasts: Filter = Or((Cmp("ends", "gte", first), Cmp("ends", "isNull", True)))
    else:
        one_day = And((Cmp("ends", "isNull", True), Cmp("starts", "gte", first)))
        lasts = Or((Cmp("ends", "gte", first), one_day))
    return And((begun, lasts))


def _observances(rows: Any, alpha2: str | None, span: Span, language: str) -> Iterator[CalendarEntry]:
    """The days of each observance in the country; those that no country names hold everywhere it is observed."""
    for row in rows[:MOST]:
        for one in days_of(row["dates"]):
            if one.country in (alpha2, None) and span.first <= one.date <= span.last:
                estimated = one.certainty == "ESTIMATED"
                title = in_language(row, language)
                yield CalendarEntry(CalendarKind.OBSERVANCE, row["id"], title, one.date, one.date, estimated)


def undated(rows: Any, alpha2: str | None, span: Span, language: str) -> dict[int, list[str]]:
    """By year the observances that no day of it is known of, though days of others are: none is guessed.

    One of the solar calendar is left out where its days of other years are far from the span.
    """
    found: dict[int, list[str]] = {}
    for row in rows[:MOST]:
        days = [one.date for one in days_of(row["dates"]) if one.country in (alpha2, None)]
        for year in range(span.first.year, span.last.year + 1):
            if days and all(day.year != year for day in days) and _may_fall(row["calendar"], days, year, span):
                found.setdefault(year, []).append(in_language(row, language))
    return found


def say_undated(found: Mapping[int, Sequence[str]], language: str) -> Iterator[str]:
    """A sentence for each year of which a day is not known."""
    for year, names in found.items():
        yield say(_PACKAGE, language, "undated", year=year, names=", ".join(names))


def _may_fall(kind: str | None, days: Iterable[date], year: int, span: Span) -> bool:
    """Whether something with these days in other years may have one in the span in this year."""
    if kind != Calendar.GREGORIAN:
        return True
    near = timedelta(_MOVES)
    return any(span.first - near <= _in_year(day, year) <= span.last + near for day in days)


def _in_year(day: date, year: int) -> date:
    """The same day of another year; 29 February is the 28th where there is none."""
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def _entries(kind: CalendarKind, rows: Any, span: Span, language: str) -> Iterator[CalendarEntry]:
    for row in rows[:MOST]:
        first = day_of(row.get("starts") or row.get("at")) or span.first
        last = day_of(row.get("ends")) or (first if kind not in _OPEN else span.last)
        yield CalendarEntry(kind, row["id"], _title(row, language), first, max(first, last), estimated=False)


_OPEN = (CalendarKind.ADVISORY, CalendarKind.SENSITIVITY)


def _title(row: Mapping[str, Any], language: str) -> str:
    """In the language of the answer; what was posted is told in place of the post, which has no name of its own."""
    posted = one_of(row.get("of"))
    return in_language(row if posted is None else {**posted, **(posted.get("@case") or {})}, language)


def day_of(value: object) -> date | None:
    """The day of a date or of a moment; None where it is neither."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


CALENDAR = Question(
    "calendar",
    "What happens in a country in a span of days: observances, events, campaigns, posts, and what is to be minded.",
    DaysGiven,
    CountryCalendar,
    calendar,
    lambda _given: MOST,
)
