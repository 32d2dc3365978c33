"""Cutting a word of the query that is several: an unspaced stretch at names, an unknown compound at known words."""

from collections.abc import Callable, Iterator

from graph.search.chain import Level
from graph.search.entries import Whole, whole_token, word_token
from graph.search.forms import Forms
from graph.search.glossary import concepts_named
from graph.search.languages import han, korean
from graph.search.ranking import Seen
from graph.search.terms import Term, Terms, piece_of, terms_of_words
from graph.search.weights import TIERS
from graph.search.words import Script

# The least of a name, and how much of a long stretch is looked at.
_LEAST = {Script.THAI: 3}
_LEAST_ELSEWHERE = 2
_LONGEST, _LONGEST_NAME = 40, 20
# Chinese grammar between two names, which is no word of the query.
_BETWEEN = frozenset("的之和与及或在是")


def divided(seen: Seen, terms: Terms) -> Terms:
    """The terms with those cut that are several words; what is cut nowhere is as it was."""
    words = [piece for term in terms.words for piece in _pieces(seen, term)]
    return terms if len(words) == len(terms.words) else terms_of_words(words)


def _pieces(seen: Seen, term: Term) -> Iterator[Term]:
    script = term.runs[0].script
    if term.unspaced and len(term.text) <= _LONGEST:
        text = han.simplify(term.text)
        cuts = _cuts(text, _LEAST.get(script, _LEAST_ELSEWHERE), lambda piece: _named(seen, piece), loose=True)
    elif script is Script.HANGUL and len(term.runs) == 1 and not _has_word(seen, term):
        text = korean.stem(term.text)[:_LONGEST]
        cuts = _cuts(text, _LEAST_ELSEWHERE, lambda piece: _known(seen, piece), loose=False)
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


def _named(seen: Seen, piece: str) -> bool:
    return bool(concepts_named(Forms(piece))) or len(seen.of(whole_token(Whole.STEM, piece))) > 0


def _known(seen: Seen, piece: str) -> bool:
    levels = (Level.EXACT, Level.STEM)
    return any(len(seen.of(word_token(level, tier, piece))) for level in levels for tier in TIERS)


def _has_word(seen: Seen, term: Term) -> bool:
    return any(_known(seen, text) for text in (*term.exact, *term.stems)) or bool(concepts_named(Forms(term.plain)))
