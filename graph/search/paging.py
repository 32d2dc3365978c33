"""From scores of documents to a page of entities: the best document of each, in an order that stays."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from graph.search.counted import Integers
from graph.search.index import Query, Sort
from graph.search.view import DAYS, Mask, View


@dataclass(frozen=True, slots=True)
class Page:
    """The documents to show with their keys, whether more follow, and as many ids as were asked for."""

    documents: tuple[tuple[int, int], ...]
    more: bool
    named: tuple[str, ...] = ()


def page_of(view: View, scores: Integers, fits: Integers, fitting: Mask, query: Query) -> Page:
    """The entities after the cursor, highest first, then by id; each by the document that fits best."""
    best = np.zeros(len(fitting), dtype=np.int64)
    seen = (view.visible(query.viewer) & fitting[view.entity]).nonzero()[0]
    np.maximum.at(best, view.entity[seen], _keys(view, scores, seen, query))
    entities = _after(view, best, fitting.nonzero()[0], query)
    chosen = _highest(view, best, entities, query.first)
    shown = _documents(view, fits, seen, chosen, query.locale)
    documents = tuple((document, int(best[entity])) for entity, document in zip(chosen, shown, strict=True))
    named = tuple(view.names.entities.texts[n] for n in _highest(view, best, entities, query.named))
    return Page(documents, len(entities) > len(chosen), named)


def _keys(view: View, scores: Integers, seen: Integers, query: Query) -> Integers:
    """A number for each document, higher for what comes first: what is sorted by, and below it how new it is."""
    match query.sort:
        case Sort.RELEVANCE:
            first = scores[seen]
        case Sort.DATE:
            first = view.numbers["day"][seen]
        case Sort.FRESHNESS:
            return view.numbers["updated"][seen]
        case Sort.USE:
            first = view.numbered(query.uses)[view.entity[seen]]
    keys: Integers = first * DAYS + view.days[seen]
    return keys


def _after(view: View, best: Integers, entities: Integers, query: Query) -> Integers:
    if query.after is None:
        return entities
    after = query.after
    lower = entities[best[entities] < after.key]
    ids = view.names.entities.texts
    level = [n for n in entities[best[entities] == after.key] if ids[n] > after.id]
    return np.concatenate([lower, np.array(level, dtype=np.int64)])


def _highest(view: View, best: Integers, entities: Integers, first: int) -> list[int]:
    """The first so many; only what ties with the last of them is sorted by id."""
    if not first or not len(entities):
        return []
    scores = best[entities]
    if len(entities) > first:
        least = np.partition(scores, len(scores) - first)[len(scores) - first]
        entities = entities[scores >= least]
    ids = view.names.entities.texts
    found: list[int] = entities.tolist()
    return nsmallest(first, found, key=lambda n: (-int(best[n]), ids[n]))


def _documents(view: View, fits: Integers, seen: Integers, chosen: Sequence[int], locale: str | None) -> list[int]:
    """The document of each entity that fits best, of several the wanted locale's, then by the locale's name."""
    among = np.zeros(len(view.names.entities), dtype=np.bool_)
    among[np.array(chosen, dtype=np.int64)] = True
    own: defaultdict[int, list[int]] = defaultdict(list)
    for number in seen[among[view.entity[seen]]].tolist():
        own[int(view.entity[number])].append(number)
    said = view.names.locales.texts

    def order(number: int) -> tuple[int, bool, str, int]:
        name = said[int(view.locale[number])]
        return -int(fits[number]), name != locale, name, number

    return [min(own[entity], key=order) for entity in chosen]
