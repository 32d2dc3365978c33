"""Keys under which differently romanised spellings of one name meet: gimchi, kimchi, kimchee."""

import re
from functools import lru_cache

from graph.search.folding import unaccented

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

#: Grammar of the languages in Latin letters: beside other words it says nothing of what is looked for.
GRAMMAR = {
    language: frozenset(words.split())
    for language, words in {
        "en": """a an the of in on at to for from by with and or is are was were be as that this these those it its how
            what""",
        "es": "el la los las un una unos unas de del al en por para con y o u e que se te su sus es como lo",
        "fr": """le la les un une des de du au aux et ou en dans sur pour par avec est sont ce cette ces son sa ses se
            que qui comment""",
        "id": "di ke dari dan atau yang untuk pada dengan dalam oleh sebagai adalah ini itu para tentang bagaimana",
        "vi": "của và là các những cho với trong tại ở về",
    }.items()
}
FUNCTION_WORDS = frozenset[str]().union(*GRAMMAR.values())


def told_by_accent(word: str) -> bool:
    """Whether its accent is all that tells a word from grammar: thé is not the, té not te."""
    return not word.isascii() and unaccented(word) in FUNCTION_WORDS


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """The sound of an unaccented Latin word, rough; empty for words too short to be told apart by it."""
    return rough(word) if len(word) >= _SHORTEST and word.isascii() and word.isalpha() else ""


@lru_cache(maxsize=65536)
def rough(word: str) -> str:
    """What `key` makes of a word, however short."""
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    return word
