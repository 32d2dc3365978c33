"""Dates as people write them: the order of day and month decided per column with the evidence, never guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.sentence import sentence


class Order(StrEnum):
    """In which order a date's numbers stand."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True, slots=True)
class Decided:
    """An order and the sentence that says why."""

    order: Order | None
    because: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why a column's order cannot be told."""

    because: str


class DateError(ValueError):
    """A date that cannot be read; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januari",
            "february feb februari pebruari peb",
            "march mar maret",
            "april apr",
            "may mei",
            "june jun juni",
            "july jul juli",
            "august aug agustus agu ags agt",
            "september sep sept",
            "october oct oktober okt",
            "november nov nopember nop",
            "december dec desember des",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"\+?(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})\.?(?:[T ]\d{2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[년年]\s*(\d{1,2})\s*[월月]\s*(\d{1,2})\s*[일日]?")
_DOUBTFUL = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\.?(?:[T ]\d{2}:\d{2}.*)?")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+([^\W\d_]{3,})\.?,?[\s-]+(\d{4})")
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_TWELVE = 12


def decide(values: Iterable[str]) -> Decided | Undecided:
    """In which order a column's doubtful dates are: every value counts, since only a part above 12 tells."""
    day_first = month_first = doubtful = 0
    example = ""
    for value in values:
        found = _DOUBTFUL.fullmatch(value.strip())
        if found is None:
            continue
        doubtful += 1
        example = example or value.strip()
        day_first += int(found[1]) > _TWELVE
        month_first += int(found[3]) > _TWELVE
    if not doubtful:
        return Decided(None, sentence("no date has its day or month first"))
    if day_first and month_first:
        return Undecided(
            sentence(
                "rows with a first part above 12: {first}; with a second part above 12: {second}.",
                first=day_first,
                second=month_first,
            )
        )
    if day_first:
        return Decided(Order.DMY, _day_first(day_first))
    if month_first:
        return Decided(Order.MDY, _month_first(month_first))
    return Undecided(
        sentence("none of {count} dates such as {example} has a part above 12.", count=doubtful, example=example)
    )


def parse_date(value: str, order: Order | None = None, *, pivot: int | None = None) -> str:
    """A day as YYYY-MM-DD; raises DateError.

    `order` is for dates such as 03/04/2021. `pivot` is the first year that two digits can mean:
    with 1950, 50 is 1950 and 49 is 2049.
    """
    raw = value.strip()
    for pattern in (_YEAR_FIRST, _COMPACT, _EAST_ASIAN):
        if found := pattern.fullmatch(raw):
            return _day(raw, int(found[1]), int(found[2]), int(found[3]))
    if found := _DOUBTFUL.fullmatch(raw):
        return _doubtful(raw, (int(found[1]), int(found[3])), found[4], order, pivot)
    named = _named_day(raw)
    if named is None:
        raise DateError(sentence('"{raw}" is not a day that can be read.', raw=raw))
    return named


def _named_day(raw: str) -> str | None:
    for pattern, day, name in ((_DAY_NAME_YEAR, 1, 2), (_NAME_DAY_YEAR, 2, 1)):
        if (found := pattern.fullmatch(raw)) and (month := _MONTHS.get(found[name].lower())):
            return _day(raw, int(found[3]), month, int(found[day]))
    return None


_YEAR = re.compile(r"(\d{4})(?:\s*[년年])?")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_EAST_ASIAN_MONTH = re.compile(r"(\d{4})\s*[년年]\s*(\d{1,2})\s*[월月]")
_NAMED_MONTH = re.compile(r"([^\W\d_]{3,})\.?,?\s+(\d{4})")
_DECADE = re.compile(r"(\d{3})0s")
_CENTURY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)\s+century|abad\s+(?:ke-?)?(\d{1,2})|(\d{1,2})세기", re.IGNORECASE)
_CENTURIES = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s*[-\u2013]\s*(\d{1,2})(?:st|nd|rd|th)\s+century", re.IGNORECASE)
_ABOUT = re.compile(r"(?:c\.?|ca\.?|circa|about|sekitar|약)\s*(.+)", re.IGNORECASE)
_SPAN = re.compile(r"(.+?)\s*(?:\u2013|\u2014|/|\bto\b|(?<=\d)\s*-\s*(?=\d{4}))\s*(.+)")
_UNKNOWN = frozenset(
    {"no date", "n.d.", "nd", "undated", "unknown", "date unknown", "tanpa tahun", "연대 미상", "미상"}
)


def parse_edtf(value: str, order: Order | None = None, *, pivot: int | None = None) -> str | None:
    """A date of any exactness as EDTF: 1940, 1940-07, 1976/1978, 1990~, 199X, 04XX/06XX; None for "no date"."""
    raw = " ".join(value.split())
    if raw.lower() in _UNKNOWN:
        return None
    if found := _CENTURIES.fullmatch(raw):
        return f"{_century(found[1])}/{_century(found[2])}"
    single = _inexact(raw)
    if single is not None:
        return single
    try:
        return parse_date(raw, order, pivot=pivot)
    except DateError as error:
        refused = (
            error if _looks_like_a_day(raw) else DateError(sentence('"{raw}" is not a date that can be read.', raw=raw))
        )
    if found := _ABOUT.fullmatch(raw):
        about = parse_edtf(found[1], order, pivot=pivot)
        return about if about is None or not about[-1].isdigit() or "/" in about else f"{about}~"
    if (found := _SPAN.fullmatch(raw)) and "/" not in found[1] + found[2]:
        return "/".join(_end(end, order, pivot) for end in found.groups())
    raise refused


def _looks_like_a_day(raw: str) -> bool:
    return any(pattern.fullmatch(raw) for pattern in (_YEAR_FIRST, _COMPACT, _EAST_ASIAN, _DOUBTFUL))


def _end(raw: str, order: Order | None, pivot: int | None) -> str:
    end = parse_edtf(raw, order, pivot=pivot)
    if end is None or "/" in end:
        raise DateError(sentence('"{raw}" is not an end of a span that can be read.', raw=raw))
    return end


def _inexact(raw: str) -> str | None:
    if found := _YEAR.fullmatch(raw):
        return found[1]
    if found := _MONTH.fullmatch(raw) or _EAST_ASIAN_MONTH.fullmatch(raw):
        return _month(raw, int(found[1]), int(found[2]))
    if (found := _NAMED_MONTH.fullmatch(raw)) and (month := _MONTHS.get(found[1].lower())):
        return _month(raw, int(found[2]), month)
    if found := _DECADE.fullmatch(raw):
        return f"{found[1]}X"
    if found := _CENTURY.fullmatch(raw):
        return _century(found[1] or found[2] or found[3])
    return None


def _century(number: str) -> str:
    return f"{int(number) - 1:02d}XX"


def _month(raw: str, year: int, month: int) -> str:
    if not 1 <= month <= _TWELVE:
        raise DateError(sentence('"{raw}" has no month {month}.', raw=raw, month=month))
    return f"{year:04d}-{month:02d}"


def _doubtful(raw: str, parts: tuple[int, int], year: str, order: Order | None, pivot: int | None) -> str:
    if order is None:
        raise DateError(sentence('"{raw}" can be read day first and month first.', raw=raw))
    day, month = parts if order is Order.DMY else parts[::-1]
    return _day(raw, _full_year(raw, year, pivot), month, day)


def _full_year(raw: str, year: str, pivot: int | None) -> int:
    if len(year) == 4:  # noqa: PLR2004 - a year with its century
        return int(year)
    if pivot is None:
        raise DateError(sentence('"{raw}" has a year of two digits, and no pivot says which century.', raw=raw))
    return pivot + (int(year) - pivot) % 100


def _day(raw: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise DateError(sentence('"{raw}" is no day of the calendar.', raw=raw)) from None


def _day_first(count: int) -> str:
    if count == 1:
        return sentence("day first: 1 row has a first part above 12")
    return sentence("day first: {count} rows have a first part above 12", count=count)


def _month_first(count: int) -> str:
    if count == 1:
        return sentence("month first: 1 row has a second part above 12")
    return sentence("month first: {count} rows have a second part above 12", count=count)
