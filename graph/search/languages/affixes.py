"""Sastrawi's stems, found sooner: only the rules are tried that a word's first letters may fall under.

Its own way tries all of forty rules at each of three steps, compiles what it took off as an expression, and keeps
every word for ever. What comes out is the same.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Context.Context import Context
from Sastrawi.Stemmer.Context.Removal import Removal
from Sastrawi.Stemmer.Context.Visitor.AbstractDisambiguatePrefixRule import AbstractDisambiguatePrefixRule
from Sastrawi.Stemmer.Context.Visitor.VisitorProvider import VisitorProvider
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

# Sastrawi numbers its rules: those for a prefix by its first two letters, then those for an infix after any consonant.
_PREFIXES = {
    "be": range(1, 6),
    "te": (*range(6, 10), 35),
    "me": range(10, 20),
    "pe": (*range(20, 35), 36),
    "ku": (41,),
    "ka": (42,),
}
_INFIXES = {"e": (37, 38, 39), "i": (40,)}
_NUMBER = re.compile(r"Rule(\d+)")
_VOWELS = "aiueo"


class _Affix:
    """A rule of Sastrawi's that takes one affix off, of a kind that Sastrawi names by letters."""

    def __init__(self, remove: Callable[[str], str], kind: str) -> None:
        self._remove, self._kind = remove, kind

    def visit(self, context: Context) -> None:
        word = context.current_word
        if (result := self._remove(word)) != word:
            context.add_removal(Removal(self, word, result, word[len(result) :], self._kind))
            context.current_word = result


class _Prefixes:
    """The numbered rules, in their order, up to the first that changes a word."""

    def __init__(self, rules: Sequence[AbstractDisambiguatePrefixRule]) -> None:
        self._rules = {_number(rule): rule for rule in rules}
        self._by_letters: dict[str, tuple[AbstractDisambiguatePrefixRule, ...]] = {}

    def visit(self, context: Context) -> None:
        word = context.current_word
        for rule in self._of(word[:2]):
            result: str | None = None
            for reading in rule.disambiguators:
                result = reading.disambiguate(word)
                if context.dictionary.contains(result):
                    break
            if result is not None:
                context.add_removal(Removal(rule, word, result, "", "DP"))
                context.current_word = result
                return

    def _of(self, letters: str) -> tuple[AbstractDisambiguatePrefixRule, ...]:
        if letters not in self._by_letters:
            consonant = letters[:1] not in _VOWELS
            numbers = (*_PREFIXES.get(letters, ()), *(_INFIXES.get(letters[1:], ()) if consonant else ()))
            self._by_letters[letters] = tuple(self._rules[n] for n in sorted(numbers) if n in self._rules)
        return self._by_letters[letters]


def _number(rule: AbstractDisambiguatePrefixRule) -> int:
    found = _NUMBER.search(type(rule.disambiguators[0]).__name__)
    if found is None:
        raise LookupError("Another Sastrawi numbers its rules otherwise; say which letters they are for.")
    return int(found[1])


@cache
def _stemmer() -> Stemmer:
    stemmer = Stemmer(ArrayDictionary(StemmerFactory().get_words()))
    own = VisitorProvider()
    plain, *numbered = own.prefix_visitors
    particle, pronoun, suffix = own.suffix_visitors
    own.suffix_visitors = [_Affix(particle.remove, "P"), _Affix(pronoun.remove, "PP"), _Affix(suffix.remove, "DS")]
    own.prefix_visitors = [_Affix(plain.remove, "DP"), _Prefixes(numbered)]
    stemmer.visitor_provider = own
    return stemmer


def stem(word: str) -> str:
    """The stem of a word of small Latin letters and digits."""
    return _stemmer().stem_singular_word(word)
