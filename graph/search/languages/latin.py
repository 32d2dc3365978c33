"""Keys under which differently romanised spellings of one name meet: gimchi, kimchi, kimchee."""

import re
from functools import lru_cache

_STEPS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("eo", "o"),
        ("eu|oo|ou", "u"),
        ("ae|oe", "e"),
        ("ee", "i"),
        ("sh", "s"),
        ("ch|cz|tch|dj|z", "j"),
        ("ph|f|v", "p"),
        ("[gqc]", "k"),
        ("x", "ks"),
        ("d", "t"),
        ("b", "p"),
        ("l", "r"),
        ("nk(?![aeiouwy])|nk$", "n"),
        ("(.)\\1+", "\\1"),
    )
)
_SHORTEST = 4


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """The sound of an unaccented Latin word, rough; empty for words too short to be told apart by it."""
    if len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return ""
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    return word
