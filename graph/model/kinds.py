"""Kinds of values: how each is checked, stored, compared and shown."""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NewType, cast

import langcodes
import orjson
from langcodes.tag_parser import LanguageTagError

from graph.errors import InvalidValue
from graph.sentence import sentence

Id = NewType("Id", str)
Name = NewType("Name", str)
Text = NewType("Text", str)
Code = NewType("Code", str)
Url = NewType("Url", str)
Locale = NewType("Locale", str)
Edtf = NewType("Edtf", str)
Share = NewType("Share", float)
Big = NewType("Big", int)
Latitude = NewType("Latitude", float)
Longitude = NewType("Longitude", float)
PartialDate = NewType("PartialDate", str)
Names = NewType("Names", dict[str, str])
Shares = NewType("Shares", dict[str, float])
Json = NewType("Json", object)
Rules = NewType("Rules", object)
Days = NewType("Days", object)


class Storage(StrEnum):
    """The form in which both engines keep a value."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    REAL = "REAL"
    BOOLEAN = "BOOLEAN"
    LIST = "LIST"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value.

    `check` turns a value from outside into its canonical stored form or raises InvalidValue.
    `ranges` tells whether both engines order the stored form alike, so that it may be compared.
    """

    name: str
    storage: Storage
    check: Callable[[object], object]
    says: str
    ranges: bool = False
    json_schema: tuple[tuple[str, object], ...] = (("type", "string"),)


_INTEGER_BITS, _BIG_BITS = 31, 53
_TINY = 1e-6


def text(value: object) -> str:
    """A string in NFC, refused with NUL or lone surrogates, which the engines cannot hold."""
    if not isinstance(value, str):
        raise InvalidValue(sentence("{value} is not a text.", value=_shown(value)))
    plain = value.isascii()
    if "\0" in value or not (plain or _is_whole(value)):
        raise InvalidValue(
            sentence("The text holds a NUL or half a surrogate pair."), cure=sentence("Remove that character.")
        )
    return value if plain else unicodedata.normalize("NFC", value)


def _is_whole(value: str) -> bool:
    """Whether a text is free of halves of surrogate pairs, which UTF-8 cannot hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def shows(value: object) -> bool:
    """Whether there is something to read in it: not nothing, and no text of blanks and of marks without a shape."""
    if isinstance(value, str):
        return any(char.isprintable() and not char.isspace() for char in value)
    return value is not None and value != []


def line(value: object) -> str:
    """A text on one line, trimmed, not empty."""
    if type(value) is str and value.isascii() and value.isprintable() and value and value[0] != " " != value[-1]:
        return value
    trimmed = text(value).strip()
    if not trimmed:
        raise InvalidValue(sentence("The text is empty."), cure=sentence("Leave the property out instead."))
    return " ".join(trimmed.split()) if "\n" in trimmed or "\r" in trimmed else trimmed


def are_lines(values: Sequence[object]) -> bool:
    """Whether many values are lines as they stand, of plain letters and without blanks, as ids are; at once for all."""
    try:
        joined = "".join(cast("Sequence[str]", values))
    except TypeError:
        return False
    return joined.isascii() and joined.isprintable() and " " not in joined and "" not in values


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidValue(sentence("{value} is not a whole number.", value=_shown(value)))
    try:
        number = int(value)
    except (ValueError, OverflowError):
        raise InvalidValue(sentence("{value} is not a whole number.", value=_shown(value))) from None
    if isinstance(value, float) and not value.is_integer():
        raise InvalidValue(sentence("{value} is not a whole number.", value=_shown(value)))
    return number


def integer(value: object) -> int:
    """A whole number that GraphQL's Int can hold."""
    return _within(value, _INTEGER_BITS)


def big(value: object) -> int:
    """A whole number that JSON carries exactly everywhere."""
    return _within(value, _BIG_BITS)


def _within(value: object, bits: int) -> int:
    number = value if type(value) is int else _whole(value)
    if not -(1 << bits) < number < 1 << bits:
        raise InvalidValue(sentence("{value} has more than {bits} bits.", value=_shown(value), bits=bits))
    return number


def real(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidValue(sentence("{value} is not a number.", value=_shown(value)))
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise InvalidValue(sentence("{value} is not a number.", value=_shown(value))) from None
    if not math.isfinite(number):
        raise InvalidValue(sentence("The number is not finite."))
    return number + 0.0


def latitude(value: object) -> float:
    """Degrees from the equator, north positive."""
    return _degrees(value, 90)


def longitude(value: object) -> float:
    """Degrees from Greenwich, east positive."""
    return _degrees(value, 180)


def _degrees(value: object, most: int) -> float:
    number = real(value)
    if not -most <= number <= most:
        raise InvalidValue(
            sentence("{value} is outside -{most} to {most}.", value=_shown(value), most=most),
            cure=sentence("Give degrees of WGS 84."),
        )
    return number


def thousandths(value: object) -> int:
    """A weight or share from 0 to 1 with at most three decimals, kept as integer thousandths."""
    number = value * 1000 if type(value) is float else real(value) * 1000
    if not -_TINY <= number <= 1000 + _TINY:
        raise InvalidValue(sentence("{value} is outside 0 to 1.", value=_shown(value)))
    if abs(number - round(number)) > _TINY:
        raise InvalidValue(sentence("{value} has more than three decimals.", value=_shown(value)))
    return round(number)


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false", "yes", "no", "1", "0"}:
        return value.strip().lower() in {"true", "yes", "1"}
    raise InvalidValue(sentence("{value} is neither true nor false.", value=_shown(value)))


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(value: object) -> str:
    """A date as YYYY-MM-DD, which orders as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raw = text(value).strip()
    if _ISO_DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw).isoformat()
        except ValueError:
            pass
    raise InvalidValue(
        sentence("{value} is not a date.", value=_shown(value)), cure=sentence("Write it as 2026-08-17.")
    )


_ISO_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_ISO_YEAR = re.compile(r"\d{4}")


def partial_date(value: object) -> str:
    """A day, a month or a year, as YYYY-MM-DD, YYYY-MM or YYYY; as text a month comes just before its first day."""
    if isinstance(value, date):
        return day(value)
    raw = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value).strip()
    if raw.isascii() and (_ISO_YEAR.fullmatch(raw) or _ISO_MONTH.fullmatch(raw)):
        return raw
    try:
        return day(raw)
    except InvalidValue as error:
        raise InvalidValue(error.reason, cure=sentence("Write it as 2026-08-17, 2026-08 or 2026.")) from None


def instant(value: object) -> str:
    """A moment as fixed-width ISO 8601 in UTC with milliseconds, which orders as text."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(text(value).strip())
    except ValueError:
        raise InvalidValue(
            sentence("{value} is not a moment.", value=_shown(value)),
            cure=sentence("Write it as 2026-08-17T09:00:00Z."),
        ) from None
    if moment.tzinfo is None:
        raise InvalidValue(
            sentence("{value} has no time zone.", value=_shown(value)),
            cure=sentence("End it with Z or an offset such as +07:00."),
        )
    try:
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        raise InvalidValue(sentence("{value} is outside the years 1 to 9999.", value=_shown(value))) from None


_EDTF = re.compile(
    r"(?:-?\d{4}[~?%]?|\d{3}X|\d{2}XX|Y-?\d{5,})(?:-(?:\d{2}|XX)[~?%]?)?(?:-(?:\d{2}|XX)[~?%]?)?"
    r"(?:T\d{2}:\d{2}:\d{2}Z)?|\.\.|"
)


def edtf(value: object) -> str:
    """A date of the Extended Date/Time Format, levels 0 and 1 with intervals: 1976/1978, 19XX, 2021-05~."""
    raw = text(value).strip()
    ends = raw.split("/")
    if raw and len(ends) <= 2 and raw not in {"/", ".."} and all(_EDTF.fullmatch(end) for end in ends):  # noqa: PLR2004 - an interval has two ends
        return raw
    raise InvalidValue(
        sentence("{value} is not an EDTF date.", value=_shown(value)),
        cure=sentence("Write it as 1976, 2021-05, 19XX or 1976/1978."),
    )


_URL = re.compile(r"(?:https?|ftp)://[^\s/?#]+[^\s]*|(?:urn|doi|mailto|tel):\S+", re.IGNORECASE)


def url(value: object) -> str:
    raw = line(value)
    if not _URL.fullmatch(raw):
        raise InvalidValue(
            sentence("{value} is not a web address.", value=_shown(value)), cure=sentence("Start it with https://.")
        )
    return raw


@lru_cache(maxsize=4096)
def _canonical_locale(given: str) -> str | None:
    raw = line(given).replace("_", "-")
    try:
        tag = langcodes.Language.get(raw, normalize=False)
    except (LanguageTagError, ValueError):
        return None
    known = tag.is_valid() and tag.language is not None
    return langcodes.standardize_tag(raw) if known else None


def locale(value: object) -> str:
    """A BCP 47 tag in canonical case, such as id, zh-Hans or pt-BR."""
    found = _canonical_locale(value if isinstance(value, str) else line(value))
    if found is None:
        raise InvalidValue(
            sentence("{value} is not a language tag.", value=_shown(value)),
            cure=sentence("Use BCP 47, such as id, en-GB or zh-Hans."),
        )
    return found


_CODE = re.compile(r"[\w.:+/-]+(?: [\w.:+/-]+)*")


def code(value: object) -> str:
    raw = line(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if not _CODE.fullmatch(raw):
        raise InvalidValue(sentence("{value} is not a code.", value=_shown(value)))
    return raw


def canonical(value: object) -> str:
    """Canonical JSON: sorted keys, no spaces, NFC; what cannot be JSON is refused."""
    try:
        raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError, RecursionError, orjson.JSONEncodeError):
        raise InvalidValue(sentence("The value cannot be written as JSON.")) from None
    return raw if raw.isascii() else unicodedata.normalize("NFC", raw)


def names(value: object) -> str:
    """Labels by locale as canonical JSON."""
    return canonical({locale(key): line(label) for key, label in _object(value).items() if label not in (None, "")})


def shares(value: object) -> str:
    """Shares by locale, 0 to 1 with three decimals, as canonical JSON."""
    return canonical({locale(key): thousandths(share) / 1000 for key, share in _object(value).items()})


def json_value(value: object) -> str:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InvalidValue(sentence("{value} is not JSON.", value=_shown(value))) from None
    return canonical(value)


def rules(value: object) -> str:
    """Rules about rights as canonical JSON."""
    from graph.model.rules import canonical_rules  # Which reads its values by the kinds above.

    return canonical_rules(value)


def days(value: object) -> str:
    """The days of an observance as canonical JSON."""
    from graph.model.days import canonical_days  # Which reads its values by the kinds above.

    return canonical_days(value)


def choice(vocabulary: type[StrEnum]) -> Kind:
    """The kind whose values are the members of a closed vocabulary."""
    members = {member.value for member in vocabulary}

    def check(value: object) -> str:
        if type(value) is str and value in members:
            return value
        raw = line(value)
        if raw in members:
            return raw
        spelled = raw.upper().replace("-", "_").replace(" ", "_")
        if spelled in members:
            return spelled
        raise InvalidValue(
            sentence("{value} is not one of {members}.", value=_shown(value), members=", ".join(sorted(members)))
        )

    return Kind(
        vocabulary.__name__,
        Storage.TEXT,
        check,
        f"one of {vocabulary.__name__}",
        json_schema=(("enum", [m.value for m in vocabulary]),),
    )


def _object(value: object) -> dict[str, object]:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InvalidValue(sentence("{value} is not a JSON object.", value=_shown(value))) from None
    if not isinstance(value, dict):
        raise InvalidValue(
            sentence("{value} is not an object.", value=_shown(value)),
            cure=sentence('Write it as {{"en": "...", "id": "..."}}.'),
        )
    return cast("dict[str, object]", value)


def _shown(value: object) -> str:
    raw = repr(value) if not isinstance(value, str) else f'"{value}"'
    raw = raw.encode("utf-8", "backslashreplace").decode()
    return raw if len(raw) <= 80 else f"{raw[:77]}..."  # noqa: PLR2004 - a message fits a line


_NUMBER = (("type", "number"),)
_OBJECT = (("type", "object"), ("additionalProperties", True))

ID = Kind("ID", Storage.TEXT, line, "the id of an entity")
NAME = Kind("Name", Storage.TEXT, line, "a label in the entity's main language")
TEXT = Kind("Text", Storage.TEXT, text, "content that has translations")
STRING = Kind("String", Storage.TEXT, line, "one line of text")
CODE = Kind("Code", Storage.TEXT, code, "a code")
URL = Kind("Url", Storage.TEXT, url, "a web address", json_schema=(("type", "string"), ("format", "uri")))
LOCALE = Kind("Locale", Storage.TEXT, locale, "a BCP 47 language tag")
EDTF = Kind("Edtf", Storage.TEXT, edtf, "an EDTF date")
DATE = Kind(
    "Date", Storage.TEXT, day, "a day as YYYY-MM-DD", ranges=True, json_schema=(("type", "string"), ("format", "date"))
)
INSTANT = Kind(
    "Instant",
    Storage.TEXT,
    instant,
    "a moment in UTC",
    ranges=True,
    json_schema=(("type", "string"), ("format", "date-time")),
)
PARTIAL_DATE = Kind("PartialDate", Storage.TEXT, partial_date, "a day, a month or a year", ranges=True)
INTEGER = Kind("Int", Storage.INTEGER, integer, "a whole number", ranges=True, json_schema=(("type", "integer"),))
BIG = Kind("BigInt", Storage.INTEGER, big, "a whole number", ranges=True, json_schema=(("type", "integer"),))
FLOAT = Kind("Float", Storage.REAL, real, "a number", ranges=True, json_schema=_NUMBER)
LATITUDE = Kind(
    "Latitude",
    Storage.REAL,
    latitude,
    "degrees from the equator",
    ranges=True,
    json_schema=(*_NUMBER, ("minimum", -90), ("maximum", 90)),
)
LONGITUDE = Kind(
    "Longitude",
    Storage.REAL,
    longitude,
    "degrees from Greenwich",
    ranges=True,
    json_schema=(*_NUMBER, ("minimum", -180), ("maximum", 180)),
)
SHARE = Kind(
    "Share",
    Storage.INTEGER,
    thousandths,
    "0 to 1 with three decimals",
    ranges=True,
    json_schema=(("type", "number"), ("minimum", 0), ("maximum", 1)),
)
BOOLEAN = Kind("Boolean", Storage.BOOLEAN, boolean, "true or false", json_schema=(("type", "boolean"),))
NAMES = Kind("Names", Storage.JSON, names, "labels by locale", json_schema=_OBJECT)
SHARES = Kind("Shares", Storage.JSON, shares, "shares by locale", json_schema=_OBJECT)
JSON = Kind("JSON", Storage.JSON, json_value, "JSON", json_schema=())
RULES = Kind("Rules", Storage.JSON, rules, "rules about rights", json_schema=(("type", "array"),))
DAYS = Kind("Days", Storage.JSON, days, "days in countries", json_schema=(("type", "array"),))

KINDS: dict[object, Kind] = {
    Id: ID,
    Name: NAME,
    Text: TEXT,
    str: STRING,
    Code: CODE,
    Url: URL,
    Locale: LOCALE,
    Edtf: EDTF,
    date: DATE,
    datetime: INSTANT,
    int: INTEGER,
    Big: BIG,
    float: FLOAT,
    Latitude: LATITUDE,
    Longitude: LONGITUDE,
    PartialDate: PARTIAL_DATE,
    Share: SHARE,
    bool: BOOLEAN,
    Names: NAMES,
    Shares: SHARES,
    Json: JSON,
    Rules: RULES,
    Days: DAYS,
}
