"""The days of an observance: in which country, in which year, and whether they are certain."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

import orjson

from graph.errors import InvalidValue
from graph.model.kinds import canonical, day, integer
from graph.sentence import sentence

Certainty = Literal["CONFIRMED", "ESTIMATED"]
_CERTAINTIES: Mapping[object, Certainty | None] = {None: None, "CONFIRMED": "CONFIRMED", "ESTIMATED": "ESTIMATED"}
_KEYS = ("country", "year", "date", "certainty")
_MOST = 2_000
_COUNTRY = 2
_EXAMPLE = sentence('Write [{{"country": "ID", "year": 2026, "date": "2026-08-17", "certainty": "CONFIRMED"}}].')


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `country` is a code of ISO 3166-1; without one it holds wherever the thing is observed."""

    date: date
    country: str | None = None
    year: int | None = None
    certainty: Certainty | None = None


def days_of(value: object) -> Iterator[Day]:
    """The days that a kept value tells; what an older home kept that is none is left out."""
    if isinstance(value, list):
        for one in cast("list[object]", value):
            with suppress(InvalidValue):
                yield _day(one, "")


def canonical_days(value: object) -> str:
    """Days as canonical JSON; raises InvalidValue with the path of what is wrong in it."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InvalidValue(sentence("The dates are not JSON."), cure=_EXAMPLE) from None
    if not isinstance(value, list):
        raise InvalidValue(sentence("The dates are no list."), cure=_EXAMPLE)
    given = cast("list[object]", value)
    if len(given) > _MOST:
        raise InvalidValue(
            sentence("There are {count} dates, {most} are allowed.", count=len(given), most=_MOST),
            cure=sentence("Leave out years long past."),
        )
    return canonical([_told(_day(one, f"[{place}]")) for place, one in enumerate(given)])


def _told(one: Day) -> dict[str, object]:
    told = {"country": one.country, "year": one.year, "date": one.date.isoformat(), "certainty": one.certainty}
    return {name: value for name, value in told.items() if value is not None}


def _day(raw: object, path: str) -> Day:
    if not isinstance(raw, dict):
        raise InvalidValue(sentence("A date is an object."), path=path, cure=_EXAMPLE)
    record = cast("dict[str, object]", raw)
    if unknown := next((name for name in record if name not in _KEYS), None):
        raise InvalidValue(
            sentence('A date has no "{unknown}".', unknown=unknown),
            path=path,
            cure=sentence("It may have {keys}.", keys=", ".join(_KEYS)),
        )
    if record.get("date") is None:
        raise InvalidValue(sentence("A date says no day."), path=path, cure=_EXAMPLE)
    country, year, certainty = (record.get(name) for name in ("country", "year", "certainty"))
    if country is not None and not (isinstance(country, str) and len(country) == _COUNTRY and country.isalpha()):
        raise InvalidValue(
            sentence("A country is told by its two letters."),
            path=f"{path}.country",
            cure=sentence('Write it as "ID".'),
        )
    if not isinstance(certainty, str | None) or certainty not in _CERTAINTIES:
        raise InvalidValue(sentence("A date is CONFIRMED or ESTIMATED."), path=f"{path}.certainty")
    try:
        at = date.fromisoformat(str(day(record["date"])))
        in_year = None if year is None else integer(year)
    except InvalidValue as problem:
        raise InvalidValue(problem.reason, path=path, cure=problem.cure) from None
    return Day(at, country.upper() if country else None, in_year, _CERTAINTIES[certainty])
