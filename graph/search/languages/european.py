"""English, Spanish and French: Snowball's stems, accents folded before and after."""

import re
from functools import cache, lru_cache
from typing import Protocol

import snowballstemmer

from graph.search.folding import unaccented

_NAMES = {"en": "english", "es": "spanish", "fr": "french"}
# Typed without accents, the commonest Spanish ending is not recognised as one.
_LOST_ACCENT = re.compile("(?<=[cst])ion$")
# Spanish writes the plural of a final z with c: vez, veces.
_LOST_Z = re.compile("(?<=[aeiou\u00e1\u00e9\u00ed\u00f3\u00fa])ces$")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - Snowball's own name


@cache
def _stemmer(language: str) -> _Stemmer:
    stemmer: _Stemmer = snowballstemmer.stemmer(_NAMES[language])
    return stemmer


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """The stem without accents; `language` is en, es or fr."""
    spelt = _LOST_Z.sub("z", _LOST_ACCENT.sub("i\u00f3n", word)) if language == "es" else word
    return unaccented(_stemmer(language).stemWord(spelt))
