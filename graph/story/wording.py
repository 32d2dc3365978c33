"""Sentences of planning in the languages they are written for, from templates beside the rules."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from graph.model.territories import territories

LANGUAGES = ("en", "id")


def language_of(locale: str | None) -> str:
    """The language of the templates that is nearest to a locale."""
    language = (locale or "").partition("-")[0]
    return language if language in LANGUAGES else LANGUAGES[0]


@cache
def templates(package: str) -> Mapping[str, Mapping[str, str]]:
    """The templates of a package by language and key."""
    return tomllib.loads((files(package) / "words.toml").read_text("utf-8"))


class Languages(tuple[str, ...]):
    """Tags of languages, told in a sentence by what the languages are called."""

    __slots__ = ()


class Places(tuple[str, ...]):
    """Codes of countries, regions and groups of states, told in a sentence by what these are called."""

    __slots__ = ()


#: Countries and groups that English puts an article before.
_THE = frozenset(
    {"AE", "BS", "CF", "CK", "DO", "EU", "FK", "GB", "GM", "KM", "KY", "MH", "MP", "MV", "NL", "PH", "SB", "SC", "US"}
)


def say(package: str, language: str, key: str, **values: Any) -> str:
    """A sentence; days and numbers are written as the language writes them, languages and places named in it."""
    return templates(package)[language][key].format(**{name: _told(value, language) for name, value in values.items()})


_UNNAMED = {"en": "{slug} (text not published)", "id": "{slug} (teks belum terbit)"}


def unnamed(id: str, language: str) -> str:
    """What a thing is called whose text is out of sight."""
    return _UNNAMED[language].format(slug=id.partition(":")[2])


@lru_cache(maxsize=1024)
def language_name(tag: str, language: str) -> str:
    """A language's name in another."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(language) or tag
    except (UnknownLocaleError, ValueError):
        return tag


@lru_cache(maxsize=1024)
def place_name(code: str, language: str) -> str:
    """What a country, a region or a group of states is called."""
    # Babel's names of territories are untyped.
    countries: Any = Locale(language).territories
    return territories().names.get(code, {}).get(language) or str(countries.get(code, code))


def in_place(code: str, language: str) -> str:
    """The same as it stands after a preposition."""
    return f"the {place_name(code, language)}" if language == "en" and code in _THE else place_name(code, language)


def _told(value: object, language: str) -> object:
    match value:
        case str():
            return value
        case date():
            return _day(value, language)
        case float():
            return number(value, language)
        case Languages():
            return ", ".join(language_name(tag, language) for tag in value)
        case Places():
            return ", ".join(in_place(code, language) for code in value)
        case _:
            return value


@lru_cache(maxsize=4096)
def number(value: float, language: str) -> str:
    """A number as the language writes it, to three places."""
    return str(format_decimal(value, "#,##0.###", language))


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=language))
