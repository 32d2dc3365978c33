"""Entities and concepts named in a query: what is linked to them, and what bears their other names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np

from graph.search.chain import Level
from graph.search.entries import Whole, from_bytes, link_token, names_of, whole_token, word_token
from graph.search.forms import Forms
from graph.search.glossary import concepts, concepts_named
from graph.search.index import Match
from graph.search.postings import NOTHING
from graph.search.ranking import Evidence, Seen, wanted
from graph.search.segments import Numbers
from graph.search.terms import Span, Term, terms_of
from graph.search.view import View
from graph.search.weights import TIERS, points

_MOST_ENTITIES = 8
_MOST_NAMES = 24
_LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Named:
    """Entities that a stretch of the query names, and the documents whose names those are."""

    span: Span
    documents: Numbers
    exact: bool


def names_in(seen: Seen, spans: Sequence[Span]) -> list[Named]:
    """The longest names in a query; a name inside another is not one of its own."""
    found: list[Named] = []
    for loose in (False, True):
        for span in spans:
            if any(_covers(other.span, span) for other in found):
                continue
            documents = seen.any(_tokens(span.forms, loose=loose))
            if len(documents):
                found.append(Named(span, documents, not loose))
    return found


def _covers(outer: Span, inner: Span) -> bool:
    if (outer.first, outer.last) == (inner.first, inner.last):
        return inner.forms.exact in outer.forms.exact
    return outer.first <= inner.first and inner.last <= outer.last


def _tokens(forms: Forms, *, loose: bool) -> list[str]:
    if loose:
        return [whole_token(Whole.SOUND, key) for key in forms.keys]
    return [whole_token(Whole.STEM, text) for text in (forms.exact, *forms.stems)]


def linked(seen: Seen, view: View, named: Named) -> Iterator[Evidence]:
    """What is linked to the entities named, and what bears another of their names."""
    words = tuple(range(named.span.first, named.span.last + 1))
    entities = dict.fromkeys(int(n) for n in view.entity[named.documents])
    for entity in list(entities)[:_MOST_ENTITIES]:
        id = view.names.entities.texts[entity]
        for tier in TIERS:
            documents = seen.of(link_token(tier, id))
            if len(documents):
                yield Evidence(Match.LINKED, words, documents, points(Match.LINKED, tier), via=id)
        own = named.documents[view.entity[named.documents] == entity]
        for name in _names(view, own):
            yield from _bearing(seen, Match.LINKED, words, name, id)


def synonyms(seen: Seen, spans: Sequence[Span]) -> Iterator[Evidence]:
    """What bears another name of a concept of the glossary; the longest names in the query, as for entities."""
    found: list[Span] = []
    for span in spans:
        named = concepts_named(span.forms)
        if not named or any(_covers(other, span) for other in found):
            continue
        found.append(span)
        words = tuple(range(span.first, span.last + 1))
        for name in dict.fromkeys(name for concept in named for name in concepts()[concept]):
            yield from _bearing(seen, Match.SYNONYM, words, name)


def _names(view: View, documents: Numbers) -> list[str]:
    found: dict[str, None] = {}
    for number in documents[:2]:
        segment, local = view.segment_of(int(number))
        found.update((field.text, None) for field in names_of(from_bytes(segment.stored(local))))
    return list(found)[:_MOST_NAMES]


def _bearing(seen: Seen, match: Match, words: tuple[int, ...], name: str, via: str | None = None) -> Iterator[Evidence]:
    terms = _words_of_name(name)
    if not terms or len(terms) > _LONGEST_NAME:
        return
    for tier in seen.tiers:
        tokens = [_surely(term) for term in terms]
        each = [seen.any(word_token(level, tier, text) for level, text in of_term) for of_term in tokens]
        documents = reduce(np.intersect1d, each, each[0]) if all(len(d) for d in each) else NOTHING
        documents = documents if len(documents) else _unspaced(seen, tier, terms)
        if len(documents):
            yield Evidence(
                match, words, documents, points(match, tier), tier, frozenset[tuple[Level, str]]().union(*tokens), via
            )


@lru_cache(maxsize=8192)
def _words_of_name(name: str) -> tuple[Term, ...]:
    return terms_of(name).words


def _surely(term: Term) -> frozenset[tuple[Level, str]]:
    """The tokens that are a word or share its stem."""
    return frozenset(token for match, tokens in wanted(term) if match is not Match.SOUND for token in tokens)


def _unspaced(seen: Seen, tier: int, terms: Sequence[Term]) -> Numbers:
    if not all(term.unspaced for term in terms):
        return NOTHING
    each = [seen.of(word_token(level, tier, text)) for term in terms for level, text in term.parts]
    return reduce(np.intersect1d, each, each[0]) if each else NOTHING
