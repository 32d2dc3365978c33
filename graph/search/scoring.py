"""Scores in whole numbers: the best evidence for each word, by how rare it is, and a band for whole names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.search.entries import Whole, whole_token
from graph.search.index import Match
from graph.search.linking import linked, names_in
from graph.search.postings import union
from graph.search.ranking import Evidence, Seen, evidence_of
from graph.search.terms import Terms
from graph.search.typos import corrected
from graph.search.view import View
from graph.search.weights import BAND, BANDS, ELSEWHERE, rarity

_MOST_COMPLETIONS = 100
_SURE = (Match.WORD, Match.STEM)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The score of each document of the view, 0 where nothing was found, and what was."""

    scores: npt.NDArray[np.int64]
    evidence: tuple[Evidence, ...]


def rank(seen: Seen, view: View, terms: Terms) -> Ranked:
    """The documents that a query finds."""
    evidence = [each for i, term in enumerate(terms.words) for each in evidence_of(seen, i, term)]
    evidence += [each for named in names_in(seen, terms.spans) for each in linked(seen, view, named)]
    known = {word for each in evidence if each.match is not Match.PART for word in each.words}
    for i, term in enumerate(terms.words):
        if i not in known:
            evidence += corrected(seen, view, i, term)
    whole = list(_whole(seen, terms))
    scores = _sum(view.size, len(terms.words), evidence, int(np.count_nonzero(seen.visible)))
    for band in whole:
        found = band.documents
        scores[found] = scores[found] % BAND + np.maximum(scores[found] // BAND, band.points) * BAND
    return Ranked(scores, (*whole, *evidence))


def _sum(size: int, words: int, evidence: Sequence[Evidence], visible: int) -> npt.NDArray[np.int64]:
    total = np.zeros(size, dtype=np.int64)
    covered = np.zeros(size, dtype=np.int64)
    for word in range(words):
        own = [each for each in evidence if word in each.words]
        points = _points(size, own)
        sure = union(each.documents for each in own if each.match in _SURE)
        total += points * rarity(len(sure), visible)
        covered += points > 0
    return total * (1 + covered) // (1 + words)


def _points(size: int, evidence: Iterable[Evidence]) -> npt.NDArray[np.int64]:
    """The best evidence of a word, and a share of the best in each other tier: a word in title and text says more."""
    tiers: dict[int | None, npt.NDArray[np.int64]] = {}
    for each in evidence:
        best = tiers.setdefault(each.tier, np.zeros(size, dtype=np.int64))
        best[each.documents] = np.maximum(best[each.documents], each.points)
    if not tiers:
        return np.zeros(size, dtype=np.int64)
    stacked = np.stack(list(tiers.values()))
    most = stacked.max(axis=0)
    rest: npt.NDArray[np.int64] = stacked.sum(axis=0) - most
    points: npt.NDArray[np.int64] = most + rest * ELSEWHERE // 100
    return points


def _whole(seen: Seen, terms: Terms) -> list[Evidence]:
    forms = terms.whole
    if forms is None:
        return []
    every = tuple(range(len(terms.words)))
    aliases = [whole_token(Whole.ALIAS, forms.exact)]
    aliases += [whole_token(Whole.STEM, stem) for stem in (forms.exact, *forms.stems)]
    name = whole_token(Whole.NAME, forms.exact)
    found = [
        (Match.NAME, seen.of(name)),
        (Match.ALIAS, seen.any(aliases)),
        (Match.PREFIX, seen.any(seen.postings.starting(name, _MOST_COMPLETIONS))),
    ]
    return [Evidence(match, every, documents, BANDS[match]) for match, documents in found if len(documents)]
