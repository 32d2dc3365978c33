"""From scores of documents to a page of entities: the best document of each, in an order that stays."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graph.search.index import Query, Sort
from graph.search.view import Mask, View

# A day of epoch milliseconds, and more days than there will be.
_DAY, _DAYS = 86_400_000, 1 << 16

Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Page:
    """The documents to show with their keys, whether more follow, and as many ids as were asked for."""

    documents: tuple[tuple[int, int], ...]
    more: bool
    named: tuple[str, ...] = ()


def page_of(view: View, scores: Integers, fits: Integers, fitting: Mask, query: Query) -> Page:
    """The entities after the cursor, highest first, then by id; each by the document that fits best."""
    best = np.zeros(len(fitting), dtype=np.int64)
    seen = np.flatnonzero(view.visible(query.viewer))
    np.maximum.at(best, view.entity[seen], _keys(view, scores, query)[seen])
    entities = _after(view, best, np.flatnonzero(fitting), query)
    chosen = _highest(view, best, entities, query.first)
    documents = tuple((_document(view, fits, seen, entity, query.locale), int(best[entity])) for entity in chosen)
    named = tuple(view.names.entities.texts[n] for n in _highest(view, best, entities, query.named))
    return Page(documents, len(entities) > len(chosen), named)


def _keys(view: View, scores: Integers, query: Query) -> Integers:
    """A number for each document, higher for what comes first: what is sorted by, and below it how new it is."""
    days = np.clip(view.numbers["updated"] // _DAY, 0, _DAYS - 1)
    match query.sort:
        case Sort.RELEVANCE:
            first = scores
        case Sort.DATE:
            first = view.numbers["day"]
        case Sort.FRESHNESS:
            return view.numbers["updated"]
        case Sort.USE:
            ids = view.names.entities.texts
            first = np.fromiter((query.uses.get(id, 0) for id in ids), dtype=np.int64, count=len(ids))[view.entity]
    keys: Integers = first * _DAYS + days
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
    return sorted((int(n) for n in entities), key=lambda n: (-int(best[n]), ids[n]))[:first]


def _document(view: View, fits: Integers, seen: Integers, entity: int, locale: str | None) -> int:
    """The highest document of an entity, the wanted locale before others, then the locale's name."""
    own = (int(n) for n in seen[view.entity[seen] == entity])
    named: dict[int, str] = {n: view.names.locales.texts[view.locale[n]] for n in own}
    return min(named, key=lambda n: (-int(fits[n]), named[n] != locale, named[n], n))
