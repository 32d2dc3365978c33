"""What is refused or missing, told in the language of a page: sentences by their templates, with their values."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from api.cards.words import worded
from api.doors.languages import words
from api.schema.names import camel
from graph.sentence import Part, fill, parts_of

_OR = {"en": "or", "id": "atau"}
_WRITTEN_IN = "en"


class Told(NamedTuple):
    """A text, and its language where that is not the page's."""

    text: str
    lang: str = ""


def told(text: str | Sequence[Part], lang: str) -> Told:
    """Sentences, or what they are made of, in a language; in English where one of them is not in it."""
    parts = parts_of(text) if isinstance(text, str) else text
    known = _catalogue(lang)
    templates = [part[0] for part in parts if not isinstance(part, str)]
    if lang == _WRITTEN_IN or not templates or any(one not in known for one in templates):
        plain = " ".join(part if isinstance(part, str) else fill(part[0], part[1]) for part in parts)
        return Told(plain, "" if lang == _WRITTEN_IN else _WRITTEN_IN)

    def word(name: str) -> str:
        return _word(name, lang)

    return Told(
        " ".join(part if isinstance(part, str) else fill(known[part[0]], part[1], word, _OR[lang]) for part in parts)
    )


@cache
def _catalogue(lang: str) -> Mapping[str, str]:
    """The templates in a language by those in English."""
    there = files("api.doors").joinpath("sentences", f"{lang}.toml")
    return tomllib.loads(there.read_text("utf-8")) if there.is_file() else {}


@lru_cache(maxsize=1024)
def _word(name: str, lang: str) -> str:
    """A name of the model as it is called in the middle of a sentence."""
    found = str(words(lang)["one"].get(name) or worded(name if name.isupper() else camel(name), lang))
    return found if found[1:2].isupper() else found[:1].lower() + found[1:]
