"""Candidates for a word that nobody knows: nearly the same word, or two words written as one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.search.chain import Level
from graph.search.entries import word_token
from graph.search.index import Match
from graph.search.linking import linked, names_in
from graph.search.postings import NOTHING
from graph.search.ranking import Evidence, Seen
from graph.search.segments import Numbers
from graph.search.terms import Term, terms_of
from graph.search.view import View
from graph.search.weights import TIERS, points

_SHORTEST = 4
_LONG = 8
_MOST_CANDIDATES = 3
_LEAST_HALF = 3
_MOST_APART = 34
_EXACT = tuple(word_token(Level.EXACT, tier, "") for tier in TIERS)


def corrected(seen: Seen, view: View, index: int, term: Term) -> Iterator[Evidence]:
    """What is found by the words that an unknown one may be meant as."""
    word = term.plain
    if len(word) < _SHORTEST or term.unspaced:
        return
    halves = list(_halves(seen, index, word))
    yield from halves
    if not halves:
        for distance, candidate in candidates(seen, word):
            yield from (replace(each, distance=distance, meant=candidate) for each in _as(seen, view, index, candidate))


def candidates(seen: Seen, word: str) -> list[tuple[int, str]]:
    """The nearest known words and how many letters away they are, at most one or two."""
    most = 2 if len(word) >= _LONG else 1
    near = process.extract(word, vocabulary(seen), scorer=OSA.distance, score_cutoff=most, limit=None)
    known = _known(seen, near)
    return [(distance, text) for distance, _, text in known if distance == known[0][0]][:_MOST_CANDIDATES]


def further(seen: Seen, word: str, beside: Numbers) -> str:
    """The known word that shares most of its letters with one that nothing is near to; empty where that is little.

    It begins with the same letter, as what is mistyped mostly does, and stands in one of the documents `beside` that
    the other words found, if they found any.
    """
    if len(word) < _SHORTEST:
        return ""
    most = max(2, len(word) * _MOST_APART // 100)
    near = process.extract(word, vocabulary(seen), scorer=OSA.distance, score_cutoff=most, limit=None)
    likely = (text for _, _, text in _known(seen, near) if len(text) >= _SHORTEST and text[0] == word[0])
    return next((text for text in likely if not len(beside) or _together(seen, text, beside)), "")


def _together(seen: Seen, word: str, documents: Numbers) -> bool:
    return len(np.intersect1d(documents_with(seen, word), documents)) > 0


def _known(seen: Seen, near: Iterable[tuple[str, float, int]]) -> list[tuple[int, int, str]]:
    """Of words and their distances those that documents have: the nearest first, then those in more documents."""
    found = [(int(distance), -len(documents_with(seen, text)), text) for text, distance, _ in near]
    return sorted(each for each in found if each[1])


def nearest(seen: Seen, word: str) -> bool:
    """Whether a known word is one letter away."""
    near = process.extract_iter(word, vocabulary(seen), scorer=OSA.distance, score_cutoff=1)
    return any(len(documents_with(seen, text)) for text, _, _ in near)


def vocabulary(seen: Seen) -> Sequence[str]:
    """Every word in a name, an alias, a keyword or a text."""
    return seen.postings.words(_EXACT)


def documents_with(seen: Seen, word: str) -> Numbers:
    """The documents that have a word as it is."""
    if not seen.postings.has_word(_EXACT, word):
        return NOTHING
    return seen.any(f"{prefix}{word}" for prefix in _EXACT)


def _as(seen: Seen, view: View, index: int, candidate: str) -> Iterator[Evidence]:
    for tier in seen.tiers:
        documents = seen.of(word_token(Level.EXACT, tier, candidate))
        if len(documents):
            yield Evidence(
                Match.TYPO, (index,), documents, points(Match.TYPO, tier), tier, frozenset({(Level.EXACT, candidate)})
            )
    for named in names_in(seen, terms_of(candidate).spans):
        for each in linked(seen, view, named):
            worth = each.points * points(Match.TYPO, 0) // points(Match.LINKED, 0)
            yield Evidence(Match.TYPO, (index,), each.documents, worth, each.tier, each.tokens, each.via)


def _halves(seen: Seen, index: int, word: str) -> Iterator[Evidence]:
    for at in range(_LEAST_HALF, len(word) - _LEAST_HALF + 1):
        left, right = word[:at], word[at:]
        for tier in seen.tiers:
            first, second = (seen.of(word_token(Level.EXACT, tier, half)) for half in (left, right))
            both = np.intersect1d(first, second)
            if len(both):
                tokens = frozenset({(Level.EXACT, left), (Level.EXACT, right)})
                yield Evidence(Match.PART, (index,), both, points(Match.PART, tier), tier, tokens)
