"""The languages of the pages: their words, and which one a reader wants."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeAlias

from starlette.requests import Request

from graph.story.wording import language_name

Words: TypeAlias = Mapping[str, Any]

LANGUAGES = ("en", "id")


@lru_cache(maxsize=len(LANGUAGES))
def words(language: str) -> Words:
    """All words of the pages in one of the languages."""
    return tomllib.loads(files("api.doors").joinpath("words", f"{language}.toml").read_text("utf-8"))


@lru_cache(maxsize=len(LANGUAGES))
def _helps(language: str) -> Mapping[str, str]:
    there = files("api.doors").joinpath("helps", f"{language}.toml")
    return tomllib.loads(there.read_text("utf-8")) if there.is_file() else {}


def helped(sentence: str, language: str) -> str:
    """What the model says of a type or a field, in one of the languages; as it says it, in English, where none is."""
    return _helps(language).get(sentence, sentence)


def language_of(request: Request, otherwise: str) -> str:
    """What `?lang=` says, else what the browser prefers, else the installation's language, else English."""
    asked = request.query_params.get("lang", "")
    wishes = [asked, *preferred(request.headers.get("accept-language", "")), otherwise]
    spoken = (wish.partition("-")[0].lower() for wish in wishes)
    return next((language for language in spoken if language in LANGUAGES), LANGUAGES[0])


def switch(current: str, url: Callable[[str], str]) -> list[dict[str, Any]]:
    """The languages for the bar of a page, each with its address."""
    return [
        {"code": one, "name": words(one)["language"], "url": url(one), "current": one == current} for one in LANGUAGES
    ]


#: The languages that are offered where one is written down; any other may be written as well.
_OFFERED = (
    *("af", "am", "ar", "az", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu"),
    *("fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja"),
    *("jv", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt"),
    *("my", "nb", "ne", "nl", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "su"),
    *("sv", "sw", "ta", "te", "tg", "th", "tk", "tr", "uk", "ur", "uz", "vi", "zh-Hans", "zh-Hant", "zu"),
)


@cache
def offered(lang: str) -> list[tuple[str, str]]:
    """Languages by their tags, with what they are called in the reader's language, in its order."""
    return sorted(((tag, language_name(tag, lang)) for tag in _OFFERED), key=lambda one: one[1].casefold())


def preferred(header: str) -> list[str]:
    """The tags of an Accept-Language header, the most wanted first."""
    weighed: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((_number(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
        if tag and tag != "*" and weight > 0:
            weighed.append((weight, tag))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
