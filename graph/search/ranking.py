"""What each word of a query finds: evidence by how it was found, best field first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.search.chain import Level
from graph.search.entries import word_token
from graph.search.index import Match
from graph.search.postings import Postings
from graph.search.segments import Numbers
from graph.search.terms import Term
from graph.search.view import Mask
from graph.search.weights import LEAST_SHARE, TIERS, points, unspaced_points

_LEVELS = ((Match.WORD, Level.EXACT), (Match.STEM, Level.STEM), (Match.SOUND, Level.KEY))
_LEAST_PREFIX = {True: 2, False: 3}
_MOST_COMPLETIONS = 30
# The tiers that names are in, whose beginnings are looked for.
_NAMING = TIERS[:3]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Documents that have some words of the query in one way, and what that counts.

    `words` are indexes of terms; `tier` is the field's, None where no field has the word; `tokens` are what to
    look for in the field; `via` is the entity whose name led there; `distance` is how many letters
    differ from the word `meant`.
    """

    match: Match
    words: tuple[int, ...]
    documents: Numbers
    points: int
    tier: int | None = None
    tokens: frozenset[tuple[Level, str]] = frozenset()
    via: str | None = None
    distance: int = 0
    meant: str = ""


@dataclass(frozen=True)
class Seen:
    """Postings of the documents that the viewer sees; the others are not there."""

    postings: Postings
    visible: Mask

    @cached_property
    def _everything(self) -> bool:
        return bool(self.visible.all())

    @property
    def tiers(self) -> Sequence[int]:
        return self.postings.tiers

    def of(self, token: str) -> Numbers:
        return self._seen(self.postings.of(token))

    def any(self, tokens: Iterable[str]) -> Numbers:
        return self._seen(self.postings.any(tokens))

    def _seen(self, numbers: Numbers) -> Numbers:
        return numbers if self._everything or not len(numbers) else numbers[self.visible[numbers]]


def evidence_of(seen: Seen, index: int, term: Term) -> list[Evidence]:
    """Where a word is found as it is, by stem, by sound, as a beginning and inside another word."""
    return [*_by_level(seen, index, term), *_by_parts(seen, index, term), *_by_prefix(seen, index, term)]


def _by_level(seen: Seen, index: int, term: Term) -> Iterator[Evidence]:
    for match, tokens in wanted(term):
        for tier in seen.tiers:
            documents = seen.any(word_token(level, tier, text) for level, text in tokens)
            if len(documents):
                yield Evidence(match, (index,), documents, points(match, tier), tier, tokens)


def wanted(term: Term) -> Iterator[tuple[Match, frozenset[tuple[Level, str]]]]:
    """The tokens that are the word, share its stem, or sound like it.

    A document has no stem where its word is one, so stems are looked for among the words too.
    """
    yield Match.WORD, frozenset((Level.EXACT, text) for text in term.exact)
    stems = {(Level.STEM, text) for text in (*term.stems, *term.exact)} | {(Level.EXACT, text) for text in term.stems}
    yield Match.STEM, frozenset(stems)
    yield Match.SOUND, frozenset((Level.KEY, text) for text in term.keys)


def _by_parts(seen: Seen, index: int, term: Term) -> Iterator[Evidence]:
    if not term.parts:
        return
    parts = [(part, *_also(term, part)) for part in term.parts]
    tokens = frozenset(token for part in parts for token in part)
    for tier in seen.tiers:
        for share, documents in _shares(seen, tier, parts):
            whole = term.unspaced and share == len(term.parts)
            match = Match.WORD if whole else Match.PART
            worth = unspaced_points(tier) if whole else points(Match.PART, tier) * share // len(term.parts)
            yield Evidence(match, (index,), documents, worth, tier, tokens)


def _also(term: Term, part: tuple[Level, str]) -> Iterator[tuple[Level, str]]:
    """A part over a space, where the whole word is longer, 천개의손 for 천 개의 손; a word that is a stem."""
    level, text = part
    if level is Level.GRAM and not term.unspaced and len(term.text) > len(text):
        yield Level.BRIDGE, text
    elif level is Level.EXACT:
        yield Level.STEM, text


def _shares(seen: Seen, tier: int, parts: Sequence[Sequence[tuple[Level, str]]]) -> Iterator[tuple[int, Numbers]]:
    """How many of the parts documents have, from the least that counts, and which documents."""
    if len(parts) == 1:
        if len(found := seen.any(word_token(level, tier, text) for level, text in parts[0])):
            yield 1, found
        return
    least = -(-len(parts) * LEAST_SHARE // 100)
    counts = np.zeros(len(seen.visible), dtype=np.uint8)
    missing = 0
    for part in parts:
        found = seen.any(word_token(level, tier, text) for level, text in part)
        missing += not len(found)
        if len(parts) - missing < least:
            return
        counts[found] += 1
    documents = (counts >= least).nonzero()[0].astype(np.int32)
    shares = counts[documents]
    for share in np.unique(shares):
        yield int(share), documents[shares == share]


def _by_prefix(seen: Seen, index: int, term: Term) -> Iterator[Evidence]:
    word = term.plain
    if len(word) < _LEAST_PREFIX[not word.isascii()]:
        return
    for tier in (tier for tier in seen.tiers if tier in _NAMING):
        begun = word_token(Level.EXACT, tier, word)
        longer = [token for token in seen.postings.starting(begun, _MOST_COMPLETIONS) if token != begun]
        documents = seen.any(longer)
        if len(documents):
            tokens = frozenset((Level.EXACT, token[2:]) for token in longer)
            yield Evidence(Match.PREFIX, (index,), documents, points(Match.PREFIX, tier), tier, tokens)
