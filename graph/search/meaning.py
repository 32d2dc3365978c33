"""What a query may have been meant as, where a word of it is unknown: only words that the viewer may see."""

from collections.abc import Mapping, Sequence

from graph.search.index import Match
from graph.search.postings import union
from graph.search.ranking import Evidence, Seen
from graph.search.scoring import Ranked
from graph.search.terms import Term
from graph.search.typos import further

_GUESSES = (Match.TYPO, Match.PART)


def meant(seen: Seen, typed: str, ranked: Ranked) -> str | None:
    """The query with every unknown word as the known one it is nearest to; None where there is none."""
    words = ranked.terms.words
    nearer = {i: candidate for i, term in enumerate(words) if (candidate := _nearest(seen, i, term, ranked.evidence))}
    return _replaced(typed, words, nearer) if nearer else None


def _nearest(seen: Seen, index: int, term: Term, evidence: Sequence[Evidence]) -> str:
    own = [each for each in evidence if index in each.words]
    guessed = [each for each in own if each.match is Match.TYPO and each.meant]
    if any(each.match not in _GUESSES for each in own):
        return ""
    if guessed:
        return max(guessed, key=lambda each: (-each.distance, len(each.documents), each.meant)).meant
    if own or term.unspaced:
        return ""
    # What is as far is told only where it is found beside the other words: tari topeng is not meant as tari open.
    return further(seen, term.plain, union((each.documents for each in evidence), len(seen.visible)))


def _replaced(typed: str, words: Sequence[Term], nearer: Mapping[int, str]) -> str:
    out, at = "", 0
    for i, term in enumerate(words):
        if i in nearer and term.start >= at:
            out += typed[at : term.start] + nearer[i]
            at = term.end
    return out + typed[at:]
