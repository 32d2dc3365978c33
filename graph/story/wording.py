"""Sentences of planning in the languages they are written for, from templates beside the rules."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date

LANGUAGES = ("en", "id")


def language_of(locale: str | None) -> str:
    """The language of the templates that is nearest to a locale."""
    language = (locale or "").partition("-")[0]
    return language if language in LANGUAGES else LANGUAGES[0]


@cache
def templates(package: str) -> Mapping[str, Mapping[str, str]]:
    """The templates of a package by language and key."""
    return tomllib.loads((files(package) / "words.toml").read_text("utf-8"))


def say(package: str, language: str, key: str, **values: Any) -> str:
    """A sentence; days are written as the language writes them."""
    told = {name: _day(value, language) if isinstance(value, date) else value for name, value in values.items()}
    return templates(package)[language][key].format(**told)


def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=language))
