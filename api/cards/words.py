"""Names of the contract as words in the language of the page."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def worded(name: str, lang: str = "en") -> str:
    """A name or a word of a vocabulary: totalCount to "Total count" or "Jumlah", WITH_DUTIES to "With duties"."""
    told = _words().get(lang, {}).get(name)
    if told is not None:
        return told
    if name.isupper():
        return name.replace("_", " ").capitalize()
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.replace("_", " ").strip().capitalize()


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    """By language and name; what is not there is told as the contract says it."""
    return tomllib.loads((files("api.cards") / "words.toml").read_text("utf-8"))
