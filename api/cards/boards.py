"""Answers that are a calendar or a story, told as what they are: months with their days, and a board of beats."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.cards.shapes import Json, is_connection, is_list, is_object, items
from api.cards.words import figure, when, worded
from graph.story.plan.choosing import MOST_BEATS

#: So many months are drawn; a calendar that is longer stays a table.
MOST_MONTHS = 24
_ENTRY = {"kind", "title", "starts", "ends", "estimated"}
_BEAT = {"position", "role", "asset"}


@dataclass(frozen=True, slots=True)
class DayEntry:
    """What stands on a day of a calendar; `until` is its last day where that is another one."""

    kind: str
    title: str
    id: str
    until: date | None
    goes_on: bool
    estimated: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month's table, None where it is of another month."""

    date: date | None
    entries: tuple[DayEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """A month as its weeks, from Monday to Sunday."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]


@dataclass(frozen=True, slots=True)
class Months:
    """A calendar."""

    title: str
    months: tuple[Month, ...]
    kind: str = "months"


@dataclass(frozen=True, slots=True)
class Panel:
    """A beat of a story: its place and role, what is shown with a picture where there is one, and why."""

    position: int
    role: str
    title: str
    id: str
    picture: str
    alt: str
    because: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The beats of a story, in order."""

    title: str
    panels: tuple[Panel, ...]
    kind: str = "board"


def months_of(title: str, rows: Sequence[Mapping[str, Json]]) -> Months | None:
    """The months of a list of entries with days; None where it is no calendar. Empty months are left out."""
    if not rows or not all(row.keys() >= _ENTRY for row in rows):
        return None
    spans = [(date.fromisoformat(row["starts"]), date.fromisoformat(row["ends"]), row) for row in rows]
    wanted = sorted(
        {(start.year, start.month) for start, _, _ in spans} | {(end.year, end.month) for _, end, _ in spans}
    )
    if len(wanted) > MOST_MONTHS:
        return None
    return Months(title, tuple(_month(year, month, spans) for year, month in wanted))


def _month(year: int, month: int, spans: Sequence[tuple[date, date, Mapping[str, Json]]]) -> Month:
    first = date(year, month, 1)
    on: dict[date, list[DayEntry]] = {}
    for start, end, row in spans:
        day = max(start, first)
        if (day.year, day.month) == (year, month) and end >= day:
            thing: Mapping[str, Json] = row.get("entity") or {}
            entry = DayEntry(
                str(row["kind"]),
                str(row["title"]),
                str(thing.get("id") or ""),
                end if end > day else None,
                start < first,
                bool(row["estimated"]),
            )
            on.setdefault(day, []).append(entry)
    weeks = tuple(
        tuple(Day(day, tuple(on.get(day, ()))) if day.month == month else Day(None) for day in week)
        for week in Calendar().monthdatescalendar(year, month)
    )
    return Month(first, weeks)


def board_of(title: str, rows: Sequence[Mapping[str, Json]], lang: str) -> Board | None:
    """The beats of a story; None where a list is none."""
    if not rows or not all(row.keys() >= _BEAT for row in rows):
        return None
    panels = {panel.position: panel for panel in (_panel(row, lang) for row in rows)}
    # A place that nothing takes stands empty between the others, so that the gap is seen where it is.
    places = range(min(panels), max(panels) + 1) if max(panels) <= MOST_BEATS else sorted(panels)
    nothing = worded("EMPTY", lang)
    return Board(title, tuple(panels.get(at) or Panel(at, "", nothing, "", "", "", "", ()) for at in places))


def _panel(row: Mapping[str, Json], lang: str) -> Panel:
    asset: Mapping[str, Json] = row["asset"] or {}
    because: Mapping[str, Json] = row.get("because") or {}
    name = next((str(asset[key]) for key in ("title", "label", "id") if asset.get(key)), "…")
    url, alt = _picture(asset)
    facts = list[tuple[str, str]]()
    if row.get("score") is not None:
        facts.append((worded("score", lang), figure(float(row["score"]), lang, "0.00")))
    checks: Mapping[str, Json] = row.get("checks") or {}
    for check, value in checks.items():
        told = [worded(str(one), lang) if str(one).isupper() else when(str(one), lang) for one in _leaves(value)]
        facts.append((worded(check, lang), ", ".join(told)))
    role = worded(str(row["role"]), lang)
    return Panel(
        int(row["position"]),
        role,
        name,
        str(asset.get("id") or ""),
        url,
        alt,
        str(because.get("sentence") or ""),
        tuple(facts),
    )


def _leaves(value: Json) -> list[Json]:
    if is_object(value):
        return [leaf for key, one in value.items() if key != "id" for leaf in _leaves(one)]
    return [] if value is None or is_list(value) else [value]


def _picture(asset: Mapping[str, Json]) -> tuple[str, str]:
    """The address and description of the first picture of an asset, where its renditions were asked for."""
    media: Json = asset.get("media")
    for one in items(media) if is_connection(media) else ():
        sources: list[Json] = one.get("renditions") or []
        files: list[Json] = [file for source in reversed(sources) for file in source.get("files") or ()]
        if files:
            return str(files[0]["url"]), str(one.get("alt") or "")
    return "", ""
