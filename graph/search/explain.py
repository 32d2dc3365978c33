"""Why documents are hits: the strongest evidence for each word, and a snippet of the field it is in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.search.chain import Form
from graph.search.counted import Integers
from graph.search.entries import Shown, ShownField, shown_from_bytes
from graph.search.forms import forms_of_text
from graph.search.index import Hit, Match, Query, Role, Snippet, Why
from graph.search.places import places_of
from graph.search.ranking import Evidence
from graph.search.scoring import Ranked
from graph.search.snippet import WIDTH, snippet_of
from graph.search.terms import Terms
from graph.search.view import Mask, View
from graph.search.weights import TIERS, tier_of

_TEXT = 40
_STRENGTH = {match: strength for strength, match in enumerate(Match)}
_NOTHING = frozenset[Form]()


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What the documents have in common that the same evidence speaks for.

    `best` is the strongest evidence for each word, `tokens` what a snippet shows, preferably of a field in `tiers`.
    """

    best: Sequence[Evidence]
    tokens: frozenset[Form]
    tiers: frozenset[int | None]


def explained(view: View, query: Query, ranked: Ranked, documents: Sequence[tuple[int, int]]) -> list[Hit]:
    """The hits that some documents are, each given with its key, with their reasons."""
    numbers = np.array([number for number, _ in documents], dtype=np.int64)
    evidence = sorted(ranked.evidence, key=lambda each: (-each.points, _STRENGTH[each.match]))
    held = np.array([_held(each, numbers) for each in evidence], dtype=np.bool_).reshape(len(evidence), len(numbers))
    grounds: dict[bytes, _Grounds] = {}
    hits: list[Hit] = []
    for (number, key), speaking in zip(documents, held.T, strict=True):
        same = speaking.tobytes()
        if same not in grounds:
            own = [evidence[n] for n in speaking.nonzero()[0].tolist()]
            grounds[same] = _grounds(own, len(ranked.terms.words))
        hits.append(_hit(view, query, ranked, number, key, grounds[same]))
    return hits


def _hit(view: View, query: Query, ranked: Ranked, number: int, key: int, grounds: _Grounds) -> Hit:
    segment, local = view.segment_of(number)
    document = shown_from_bytes(segment.stored(local))
    why = tuple(dict.fromkeys(_why(each, document, ranked.terms) for each in grounds.best))
    snippet = _snippet(document, grounds) if query.snippets else None
    return Hit(document.id, document.type, document.locale, int(ranked.scores[number]), why, snippet, key)


def _held(evidence: Evidence, numbers: Integers) -> Mask:
    """Which of some documents are among those of the evidence."""
    last = len(evidence.documents) - 1
    at = np.minimum(evidence.documents.searchsorted(numbers), last)
    held: Mask = evidence.documents[at] == numbers
    return held


def _grounds(evidence: Sequence[Evidence], words: int) -> _Grounds:
    """Of evidence, the strongest first."""
    telling = [each for each in evidence if each.match is not Match.PART and each.tokens] or evidence
    # Beginnings are looked for in names alone, but stand elsewhere too.
    begun = any(each.match is Match.PREFIX for each in telling)
    tokens = _NOTHING.union(*(each.tokens for each in telling))
    return _Grounds(_strongest(evidence, words), tokens, frozenset(TIERS if begun else (each.tier for each in telling)))


def _strongest(evidence: Sequence[Evidence], words: int) -> Sequence[Evidence]:
    """The whole-name match if there is one, else the best for each word, each once."""
    whole = [each for each in evidence if each.tier is None and each.via is None]
    if whole:
        return [min(whole, key=lambda each: _STRENGTH[each.match])]
    best = [next((each for each in evidence if word in each.words), None) for word in range(words)]
    return list({id(each): each for each in best if each}.values())


def _why(evidence: Evidence, document: Shown, terms: Terms) -> Why:
    words = tuple(terms.words[word].text for word in evidence.words)
    if evidence.tier is None:
        field = "links" if evidence.via else _name_field(document, evidence.match, terms)
    else:
        field = _field(_fields(document, evidence.tier), evidence.tokens)
    link = next((link for id, _, link in document.links if id == evidence.via), None) if evidence.via else None
    return Why(evidence.match, field, words, evidence.via, link, evidence.distance)


def _field(fields: Sequence[ShownField], tokens: frozenset[Form]) -> str:
    """The name of the first field that has one of the tokens; where there is one name, it needs no look."""
    names = {field.name for field in fields}
    if len(names) == 1:
        return fields[0].name
    return next((field.name for field in fields if places_of(field.text, field.locale, tokens, 0)), "")


def _name_field(document: Shown, match: Match, terms: Terms) -> str:
    """The field that is, or begins with, the whole query."""
    whole = terms.whole
    for field in document.fields:
        if field.role == Role.TEXT:
            continue
        forms = forms_of_text(field.text)
        if whole is None or forms is None:
            continue
        same = not {forms.exact, *forms.stems}.isdisjoint({whole.exact, *whole.stems})
        begun = forms.exact.startswith((whole.exact, *whole.stems))
        if begun if match is Match.PREFIX else same:
            return field.name
    return ""


def _fields(document: Shown, tier: int) -> list[ShownField]:
    return [field for field in document.fields if tier_of(field.weight) == tier]


def _snippet(document: Shown, grounds: _Grounds) -> Snippet | None:
    """Of the weightiest text that has a match: a summary says more than a keyword or a name."""
    wanted = sorted(document.fields, key=lambda field: (tier_of(field.weight) not in grounds.tiers, *_last(field)))
    for field in wanted if grounds.tokens else ():
        if spans := places_of(field.text, field.locale, grounds.tokens, WIDTH):
            return snippet_of(field.text, spans)
    return snippet_of(min(wanted, key=_last).text, ()) if wanted else None


def _last(field: ShownField) -> tuple[bool, bool, int]:
    """Names after texts, short ones after long ones."""
    return field.role != Role.TEXT, len(field.text) < _TEXT, -field.weight
