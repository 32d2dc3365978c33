"""Which languages a query may be in: nobody is asked, and it decides only between near equals."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from graph.search.chain import KANA, LATIN_STEMS, Level, scripts_of, stem_in
from graph.search.counted import Integers
from graph.search.documents import ANY_LOCALE
from graph.search.entries import word_token
from graph.search.languages import han, vietnamese
from graph.search.languages.latin import GRAMMAR
from graph.search.ranking import Seen
from graph.search.segments import Numbers
from graph.search.terms import Term
from graph.search.view import View
from graph.search.weights import SAME_LANGUAGE, SAME_SCRIPT, tier_of
from graph.search.words import Script

# Titles say it best, then summaries, then long texts: keywords and names are in any language.
_TOLD_BY = tuple(tier_of(weight) for weight in (10, 4, 1))
_LATIN, _HAN = frozenset({Script.LETTERS}), frozenset({Script.HAN})


def preference(seen: Seen, view: View, words: Sequence[Term]) -> Integers:
    """The hundredths more that a document of each locale counts, by the place of the locale."""
    scripts = {run.script for term in words for run in term.runs}
    scripts -= {Script.HAN} if scripts & KANA else set()
    liked = _latin(seen, view, words) if Script.LETTERS in scripts else frozenset[str]()
    if Script.HAN in scripts:
        liked |= han.languages("".join(run.text for term in words for run in term.runs if run.script is Script.HAN))
    return np.array([_worth(locale, scripts, liked) for locale in view.names.locales.texts], dtype=np.int64)


def _worth(locale: str, scripts: Iterable[Script], liked: frozenset[str]) -> int:
    shared = scripts_of(locale).intersection(scripts)
    if not shared:
        return 0
    told = shared in (_LATIN, _HAN) and locale != ANY_LOCALE
    return SAME_LANGUAGE if not told or not liked or _language(locale) in liked else SAME_SCRIPT


def _latin(seen: Seen, view: View, words: Sequence[Term]) -> frozenset[str]:
    """The languages whose texts know most words of the query; empty where no word tells."""
    said = [_language(locale) for locale in view.names.locales.texts]
    known = Counter(language for term in words for language in _speakers(seen, view, said, term))
    most = max(known.values(), default=0)
    return frozenset(language for language, count in known.items() if count == most)


def _speakers(seen: Seen, view: View, said: Sequence[str], term: Term) -> frozenset[str]:
    """The languages that a word is grammar of, or else those of the texts that have it as theirs."""
    if any(run.script is not Script.LETTERS for run in term.runs):
        return frozenset()
    if grammar := frozenset(language for language, its in GRAMMAR.items() if term.text in its):
        return grammar
    for tier in (tier for tier in _TOLD_BY if tier in seen.tiers):
        if found := frozenset(_having(seen, view, said, term, tier)):
            return found
    return frozenset()


def _having(seen: Seen, view: View, said: Sequence[str], term: Term, tier: int) -> Iterator[str]:
    yield from _of(view, said, seen.any(word_token(Level.EXACT, tier, text) for text in term.exact))
    if len(term.runs) > 1:
        return
    for language in LATIN_STEMS:
        if language not in said:
            continue
        stem = stem_in(language, term.text)
        tokens = [word_token(level, tier, stem) for level in (Level.STEM, Level.EXACT)]
        if stem != term.plain and language in _of(view, said, seen.any(tokens)):
            yield language
    unmarked = word_token(Level.KEY, tier, vietnamese.key(term.text))
    if "vi" in said and "vi" in _of(view, said, seen.of(unmarked)):
        yield "vi"


def _of(view: View, said: Sequence[str], documents: Numbers) -> frozenset[str]:
    """The languages of some documents, of those in Latin letters."""
    if not len(documents):
        return frozenset()
    present: list[int] = np.bincount(view.locale[documents]).nonzero()[0].tolist()
    return frozenset(said[n] for n in present if scripts_of(said[n]) == _LATIN) - {ANY_LOCALE}


def _language(locale: str) -> str:
    return locale.partition("-")[0].lower()
