"""An answer to take away: as CSV that spreadsheets open safely, and as a calendar."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vText

from api.cards.asked import is_fix
from api.cards.blocks import is_short, is_word, told
from api.cards.shapes import Json, is_connection, is_list, is_object, items
from api.cards.words import worded

#: What a spreadsheet takes for the start of a formula, in some places as wide letters or after blanks too.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLANK = ("\t", "\r", "\n")
_STARTS = ("starts", "from", "at", "date", "day", "due", "validFrom")
_ENDS = ("ends", "to", "until", "validUntil")
_TITLES = ("title", "name", "label", "text", "sentence")
_DAY = len("2026-01-01")


def rows_of(data: Json) -> list[Mapping[str, Json]]:
    """The rows of an answer: the first list of things that is met, level by level."""
    level: list[Json] = [data]
    while level:
        for value in level:
            if is_connection(value):
                return [one for one in items(value) if is_object(one)]
            if is_list(value) and value and all(is_object(one) for one in value):
                return value
        level = [one for value in level for one in _children(value)]
    return [data] if is_object(data) else []


def _children(value: Json) -> Sequence[Json]:
    if is_object(value):
        return list(value.values())
    return value if is_list(value) else ()


def to_csv(data: Json, lang: str = "en") -> bytes:
    """A table in UTF-8 with a mark, as Excel wants it; nothing in it is a formula.

    Columns are called as the contract calls them, words of a vocabulary as the reader does.
    """
    flat = [dict(_flat(row, lang)) for row in rows_of(data)]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([_safe(row.get(name, "")) for name in columns] for row in flat)
    return written.getvalue().encode("utf-8-sig")


def _flat(row: Mapping[str, Json], lang: str, path: str = "") -> Iterator[tuple[str, str]]:
    """A row's cells: things inside it by dotted names, lists in one cell."""
    for key, value in row.items():
        if key.startswith("__") or is_fix(value):
            continue
        name = f"{path}{key}"
        if is_object(value) and not is_connection(value):
            yield from _flat(value, lang, f"{name}.")
        elif is_short(value):
            yield name, _cell(value, lang)
        else:
            listed = items(value) if is_connection(value) else value
            yield name, "; ".join(_cell(one, lang) for one in listed)


def _cell(value: Json, lang: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        # Days stay as spreadsheets read them.
        return worded(value, lang) if is_word(value) else value
    if is_connection(value) or is_list(value):
        return "; ".join(_cell(one, lang) for one in (items(value) if is_connection(value) else value))
    return "; ".join(one.text for one in told(value, lang))


def _safe(cell: str) -> str:
    """A text that no spreadsheet takes for a formula; a negative number is none."""
    begins = cell.startswith(_BLANK) or cell.lstrip("\ufeff \u00a0").startswith(_FORMULA)
    if begins and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_calendar(data: Json) -> bool:
    """Whether the rows of an answer stand for days."""
    return any(_start(row) for row in rows_of(data))


def to_calendar(data: Json, title: str, address: str, now: datetime) -> bytes:
    """The rows that have a day as a calendar of RFC 5545; what happens to a thing on a day keeps its identity."""
    # Its types are open, so that anything may be added.
    calendar: Any = Calendar()
    calendar.add("prodid", "-//Duta//Question card//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(title))
    taken = Counter[str]()
    for number, row in enumerate(rows_of(data)):
        starts = _start(row)
        if starts is None:
            continue
        event: Any = Event()
        what = f"{_thing(row) or number}.{starts.isoformat()}"
        again = f".{taken[what]}" if taken[what] else ""
        taken[what] += 1
        event.add("uid", f"{what}{again}@{address}")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("summary", _title(row) or title)
        event.add("dtstart", starts)
        event.add("dtend", _end(row, starts))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _thing(row: Mapping[str, Json]) -> str:
    """The id of a row, or of the first thing in it; empty where it names none."""
    nested = next((str(one["id"]) for one in row.values() if is_object(one) and one.get("id")), "")
    return str(row.get("id") or nested)


def _title(row: Mapping[str, Json]) -> str:
    found = next((row[name] for name in _TITLES if isinstance(row.get(name), str)), "")
    nested = next((told(one)[0].text for one in row.values() if is_object(one) and told(one)), "")
    return str(found or nested)


def _start(row: Mapping[str, Json]) -> date | None:
    return next((found for name in _STARTS if (found := _moment(row.get(name))) is not None), None)


def _end(row: Mapping[str, Json], starts: date) -> date:
    """The end of an event, exclusive; a day where nothing is said, an hour where the start has one."""
    said = next((found for name in _ENDS if (found := _moment(row.get(name))) is not None), None)
    if isinstance(starts, datetime):
        return said if isinstance(said, datetime) and said > starts else starts + timedelta(hours=1)
    last = said.date() if isinstance(said, datetime) else said
    return max(last or starts, starts) + timedelta(days=1)


def _moment(value: Any) -> date | None:
    if not isinstance(value, str) or len(value) < _DAY:
        return None
    try:
        return date.fromisoformat(value) if len(value) == _DAY else datetime.fromisoformat(value)
    except ValueError:
        return None
