"""Why a document is a hit: the strongest evidence for each word, and a snippet of the field it is in."""

from collections.abc import Iterable

from graph.search.chain import Level, places_of
from graph.search.entries import from_bytes, names_of
from graph.search.forms import forms_of_text
from graph.search.index import Document, Field, Hit, Match, Query, Role, Snippet, Why
from graph.search.ranking import Evidence
from graph.search.scoring import Ranked
from graph.search.snippet import snippet_of
from graph.search.terms import Terms
from graph.search.view import View
from graph.search.weights import tier_of

_TEXT = 40
_STRENGTH = {match: strength for strength, match in enumerate(Match)}


def explain(view: View, query: Query, ranked: Ranked, number: int, key: int) -> Hit:
    """The hit that a document is, with its reasons."""
    terms = ranked.terms
    segment, local = view.segment_of(number)
    document = from_bytes(segment.stored(local))
    evidence = [each for each in ranked.evidence if _holds(each, number)]
    best = list(_strongest(evidence, len(terms.words)))
    why = tuple(dict.fromkeys(_why(each, document, terms) for each in best))
    snippet = _snippet(document, evidence) if query.snippets else None
    return Hit(document.id, document.type, document.locale, int(ranked.scores[number]), why, snippet, key)


def _holds(evidence: Evidence, number: int) -> bool:
    at = int(evidence.documents.searchsorted(number))
    return at < len(evidence.documents) and int(evidence.documents[at]) == number


def _strongest(evidence: list[Evidence], words: int) -> Iterable[Evidence]:
    """The whole-name match if there is one, else the best for each word, each once."""
    whole = [each for each in evidence if each.tier is None and each.via is None]
    if whole:
        return [min(whole, key=lambda each: _STRENGTH[each.match])]
    chosen: dict[int, Evidence] = {}
    for word in range(words):
        own = [each for each in evidence if word in each.words]
        if own:
            best = max(own, key=lambda each: (each.points, -_STRENGTH[each.match]))
            chosen[id(best)] = best
    return chosen.values()


def _why(evidence: Evidence, document: Document, terms: Terms) -> Why:
    words = tuple(terms.words[word].text for word in evidence.words)
    if evidence.tier is None:
        field = "links" if evidence.via else _name_field(document, evidence.match, terms)
        link = next((link for id, _, link in document.links if id == evidence.via), None)
        return Why(evidence.match, field, words, evidence.via, link, evidence.distance)
    found = next((field for field in _fields(document, evidence.tier) if _spans(field, evidence.tokens)), None)
    link = next((link for id, _, link in document.links if id == evidence.via), None)
    return Why(evidence.match, found.name if found else "", words, evidence.via, link, evidence.distance)


def _name_field(document: Document, match: Match, terms: Terms) -> str:
    """The field that is, or begins with, the whole query."""
    whole = terms.whole
    for field in names_of(document):
        forms = forms_of_text(field.text)
        if whole is None or forms is None:
            continue
        same = not {forms.exact, *forms.stems}.isdisjoint({whole.exact, *whole.stems})
        begun = forms.exact.startswith((whole.exact, *whole.stems))
        if begun if match is Match.PREFIX else same:
            return field.name
    return ""


def _fields(document: Document, tier: int) -> list[Field]:
    return [field for field in document.fields if tier_of(field.weight) == tier]


def _spans(field: Field, tokens: frozenset[tuple[Level, str]]) -> list[tuple[int, int]]:
    """Where in the field as it was written the tokens stand."""
    return places_of(field.text, field.locale, tokens) if tokens else []


def _snippet(document: Document, evidence: list[Evidence]) -> Snippet | None:
    """Of the weightiest text that has a match: a summary says more than a keyword or a name."""
    tokens = frozenset[tuple[Level, str]]().union(*(each.tokens for each in evidence if each.match is not Match.PART))
    tokens = tokens or frozenset[tuple[Level, str]]().union(*(each.tokens for each in evidence))
    fields = sorted(
        document.fields, key=lambda field: (field.role != Role.TEXT, len(field.text) < _TEXT, -field.weight)
    )
    for field in fields:
        if spans := _spans(field, tokens):
            return snippet_of(field.text, spans)
    return snippet_of(fields[0].text, ()) if fields else None
