"""Cutting a word of the query that is several: an unspaced stretch at names, an unknown compound at known words."""

from collections.abc import Callable, Iterator
from functools import reduce

import numpy as np

from graph.search.chain import Level
from graph.search.entries import Whole, whole_token, word_token
from graph.search.forms import Forms
from graph.search.glossary import concepts_named
from graph.search.languages import han, korean, vietnamese
from graph.search.postings import union
from graph.search.ranking import Seen
from graph.search.segments import Numbers
from graph.search.terms import Term, Terms, piece_of, terms_of_words
from graph.search.typos import documents_with, nearest
from graph.search.words import Script

# The least of a name, and how much of a long stretch is looked at.
_LEAST = {Script.THAI: 3}
_LEAST_ELSEWHERE = 2
_LONGEST, _LONGEST_NAME = 40, 20
# The least of a word written as one with others, and of all of it; more than some of them in a query are let be.
_LEAST_LATIN, _LONGEST_SYLLABLE, _LEAST_AS_ONE, _MOST_WRITTEN_AS_ONE = 3, 6, 5, 8
# Chinese grammar before and between names, which is no word of the query: to go to, from.
_BETWEEN = frozenset("的之和与及或在是去到从向对")


def divided(seen: Seen, terms: Terms) -> Terms:
    """The terms with those cut that are several words; what is cut nowhere is as it was."""
    words: list[Term] = []
    left = _MOST_WRITTEN_AS_ONE
    for term in terms.words:
        pieces = list(_pieces(seen, term)) if left else [term]
        left -= len(pieces) > 1 or _written_as_one(term)
        words += pieces
    return terms if len(words) == len(terms.words) else terms_of_words(words)


def _pieces(seen: Seen, term: Term) -> Iterator[Term]:
    script = term.runs[0].script
    if term.unspaced and len(term.text) <= _LONGEST:
        text = han.simplify(term.text)
        cuts = _cuts(text, _LEAST.get(script, _LEAST_ELSEWHERE), lambda piece: _named(seen, piece), loose=True)
    elif script is Script.HANGUL and len(term.runs) == 1 and not _has_word(seen, term):
        text = korean.stem(term.text)[:_LONGEST]
        cuts = _cuts(text, _LEAST_ELSEWHERE, lambda piece: _known(seen, piece), loose=False)
    elif _written_as_one(term) and not _in_texts(seen, term) and not nearest(seen, term.plain):
        cuts = _words_in_one(seen, term.plain if script is Script.ARABIC else term.runs[0].text)
    else:
        cuts = []
    yield from (piece_of(term, start, end) for start, end in cuts) if len(cuts) > 1 else (term,)


def _cuts(text: str, least: int, known: Callable[[str], bool], *, loose: bool) -> list[tuple[int, int]]:
    """The longest known pieces from the left; with `loose` what lies between may be unknown, if it is long enough."""
    if known(text):
        return []
    found: list[tuple[int, int]] = []
    at = unknown = 0
    names = 0
    while at < len(text):
        ends = range(min(len(text), at + _LONGEST_NAME), at + least - 1, -1)
        end = next((end for end in ends if known(text[at:end])), None)
        if end is None:
            at += 1
            continue
        found += [(unknown, at)] if unknown < at else []
        found.append((at, end))
        at = unknown = end
        names += 1
    found += [(unknown, at)] if unknown < at else []
    found = [(start, end) for start, end in found if text[start:end] not in _BETWEEN]
    whole = all(end - start >= least for start, end in found)
    return found if names and whole and (loose or names == len(found)) else []


def _written_as_one(term: Term) -> bool:
    """Whether a word may be several, as hashtags are written: #slowfood, #amthucduongpho."""
    run, *others = term.runs
    if others or not _LEAST_AS_ONE <= len(term.text) <= _LONGEST:
        return False
    script = run.script
    # Where marks were taken off, a cut would be at another place.
    return script is Script.LETTERS or (script is Script.ARABIC and len(term.plain) == len(term.text))


def _words_in_one(seen: Seen, text: str) -> list[tuple[int, int]]:
    """The fewest words, all in one document, that together are the text; none where there are no such."""
    best: list[list[tuple[int, int]] | None] = [[], *(None for _ in text)]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_NAME), end - 1):
            before, shortest = best[start], best[end]
            if before is None or (shortest is not None and len(shortest) <= len(before) + 1):
                continue
            if len(_with_word(seen, text[start:end])):
                best[end] = [*before, (start, end)]
    cuts = best[-1] or []
    together = [_with_word(seen, text[start:end]) for start, end in cuts]
    return cuts if together and len(reduce(np.intersect1d, together)) else []


def _with_word(seen: Seen, piece: str) -> Numbers:
    """The documents with a word; Vietnamese has words of two letters, and is typed without its marks."""
    found = [documents_with(seen, piece)] if len(piece) >= _LEAST_LATIN else []
    if len(piece) <= _LONGEST_SYLLABLE:
        sound = vietnamese.key(piece)
        found += [seen.of(word_token(Level.KEY, tier, sound)) for tier in seen.tiers]
    return union(found, len(seen.visible))


def _named(seen: Seen, piece: str) -> bool:
    return bool(concepts_named(Forms(piece))) or len(seen.of(whole_token(Whole.STEM, piece))) > 0


def _known(seen: Seen, piece: str) -> bool:
    levels = (Level.EXACT, Level.STEM)
    return any(len(seen.of(word_token(level, tier, piece))) for level in levels for tier in seen.tiers)


def _has_word(seen: Seen, term: Term) -> bool:
    return _in_texts(seen, term) or bool(concepts_named(Forms(term.plain)))


def _in_texts(seen: Seen, term: Term) -> bool:
    return any(_known(seen, text) for text in (*term.exact, *term.stems))
