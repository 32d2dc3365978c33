"""Names of the contract, days, moments and numbers as words in the language of the page."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*(Z|[+-]\d\d:\d\d)")
#: Numbers from here on have no digits after the point; whole ones from there on are grouped, as years are not.
_ROUND, _GROUPED = 1_000, 10_000


def worded(name: str, lang: str = "en") -> str:
    """A name or a word of a vocabulary: totalCount to "Total count" or "Jumlah", WITH_DUTIES to "With duties"."""
    told = _words().get(lang, {}).get(name)
    if told is not None:
        return told
    if name.isupper():
        return name.replace("_", " ").capitalize()
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.replace("_", " ").strip().capitalize()


def when(text: str, lang: str) -> str:
    """A day or a moment as the language writes it, a moment with its zone; any other text as it is."""
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text), lang)
    return moment(datetime.fromisoformat(text), lang) if _MOMENT.fullmatch(text) else text


def day(on: date, lang: str) -> str:
    """A day, as 7 Dec 2026."""
    return str(format_date(on, "d MMM y", locale=lang))


def moment(at: datetime, lang: str) -> str:
    """A moment with its zone, as 7 Dec 2026, 03:00 UTC."""
    return f"{format_datetime(at.astimezone(UTC), 'd MMM y, HH:mm', locale=lang)} UTC"


def figure(value: float, lang: str, pattern: str = "#,##0.###") -> str:
    """A number as the language writes it."""
    if isinstance(value, int):
        return str(value) if abs(value) < _GROUPED else str(format_decimal(value, "#,##0", lang))
    return str(format_decimal(value, "#,##0" if abs(value) >= _ROUND else pattern, lang))


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    """By language and name; what is not there is told as the contract says it."""
    return tomllib.loads((files("api.cards") / "words.toml").read_text("utf-8"))
