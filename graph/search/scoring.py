"""Scores in whole numbers: the best evidence for each word, by how rare it is, and a band for whole names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.search.counted import Integers
from graph.search.dividing import divided
from graph.search.entries import Whole, whole_token
from graph.search.index import Match
from graph.search.languages import arabic, latin
from graph.search.linking import linked, names_in, synonyms
from graph.search.postings import union
from graph.search.ranking import Evidence, Seen, evidence_of
from graph.search.segments import Numbers
from graph.search.terms import Terms
from graph.search.tongues import preference
from graph.search.typos import corrected
from graph.search.view import View
from graph.search.weights import BAND, BANDS, ELSEWHERE, MOST_ELSEWHERE, rarity

_SURE = (Match.WORD, Match.STEM)
_GRAMMAR = latin.FUNCTION_WORDS | arabic.FUNCTION_WORDS
_NOTHING = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The terms asked for, the score of each document of the view, 0 where nothing was found, and what was.

    `fits` is the score without what its script adds: of an entity's documents it says which fit equally well.
    """

    terms: Terms
    scores: Integers
    fits: Integers
    evidence: tuple[Evidence, ...]


def rank(seen: Seen, view: View, terms: Terms) -> Ranked:
    """The documents that a query finds."""
    terms = divided(seen, terms)
    telling = _telling(terms)
    evidence = [each for i in telling for each in evidence_of(seen, i, terms.words[i])]
    evidence += [each for named in names_in(seen, terms.spans) for each in linked(seen, view, named)]
    evidence += synonyms(seen, terms.spans)
    known = {word for each in evidence if each.match is not Match.PART for word in each.words}
    for i in telling:
        if i not in known:
            evidence += corrected(seen, view, i, terms.words[i])
    every = (*_whole(seen, terms), *evidence)
    found = union((each.documents for each in every), view.size)
    fits = _sum(view.size, telling, evidence, found, int(np.count_nonzero(seen.visible)))
    scores = fits.copy()
    scores[found] += fits[found] * _preferred(seen, view, terms, found) // 100
    bands = np.zeros(view.size, dtype=np.int64)
    for each in reversed(every[: len(every) - len(evidence)]):
        bands[each.documents] = each.points * BAND
    return Ranked(terms, scores + bands, fits + bands, every)


def _telling(terms: Terms) -> tuple[int, ...]:
    """The words without the grammar between them, all where there is nothing else."""
    telling = tuple(i for i, term in enumerate(terms.words) if term.text not in _GRAMMAR)
    return telling or tuple(range(len(terms.words)))


def _preferred(seen: Seen, view: View, terms: Terms, documents: Numbers) -> Integers:
    """The hundredths more that some documents count for the language they are in."""
    return preference(seen, view, terms.words)[view.locale[documents]] if len(documents) else _NOTHING


def _sum(size: int, words: Sequence[int], evidence: Sequence[Evidence], found: Numbers, visible: int) -> Integers:
    """The points of each document; only those that were found are reckoned with."""
    total = np.zeros(len(found), dtype=np.int64)
    covered = np.zeros(len(found), dtype=np.int64)
    places = np.zeros(size, dtype=np.int32)
    places[found] = np.arange(len(found), dtype=np.int32)
    for word in words:
        own = [each for each in evidence if word in each.words]
        points = _points(places, len(found), own)
        sure = union((each.documents for each in own if each.match in _SURE), size)
        total += points * rarity(len(sure), visible)
        covered += points > 0
    every = np.zeros(size, dtype=np.int64)
    every[found] = total * (1 + covered) // (1 + len(words))
    return every


def _points(places: Numbers, size: int, evidence: Sequence[Evidence]) -> Integers:
    """The best evidence of a word, and a share of the best in each other tier: a word in title and text says more.

    `places` says which of the `size` documents that were found a document is.
    """
    tiers = {tier: row for row, tier in enumerate(dict.fromkeys(each.tier for each in evidence))}
    best = np.zeros((max(1, len(tiers)), size), dtype=np.int64)
    for each in sorted(evidence, key=lambda each: each.points):
        best[tiers[each.tier], places[each.documents]] = each.points
    most = best.max(axis=0)
    rest: Integers = best.sum(axis=0) - most
    points: Integers = most + np.minimum(rest * ELSEWHERE, most * MOST_ELSEWHERE) // 100
    return points


def _whole(seen: Seen, terms: Terms) -> list[Evidence]:
    forms = terms.whole
    if forms is None:
        return []
    every = tuple(range(len(terms.words)))
    aliases = [whole_token(Whole.ALIAS, forms.exact)]
    aliases += [whole_token(Whole.STEM, stem) for stem in (forms.exact, *forms.stems)]
    begun = [whole_token(Whole.BEGINNING, form) for form in (forms.exact, *forms.stems)]
    found = [
        (Match.NAME, seen.of(whole_token(Whole.NAME, forms.exact))),
        (Match.ALIAS, seen.any(aliases)),
        (Match.PREFIX, seen.any(begun)),
    ]
    return [Evidence(match, every, documents, BANDS[match]) for match, documents in found if len(documents)]
