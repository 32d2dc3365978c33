"""What a viewer is suggested while typing."""

from collections.abc import Iterator

import numpy as np

from graph.search.beginnings import Beginnings, prefixes_of
from graph.search.index import Suggestion
from graph.search.view import Mask, View

# An entity has several names, so more rows are looked at than shown.
_ROWS_EACH = 12
# The places of a rank in one number: the way, whether the locale is another, the length.
_WAY, _LOCALE, _LENGTH = 1 << 20, 1 << 19, (1 << 19) - 1

Best = tuple[int, str, str | None]


def suggested(view: View, visible: Mask, typed: str, locale: str | None, first: int) -> list[Suggestion]:
    """The entities with a name that begins so: by name, other name, later word and sound.

    Of equal ones those named in the wanted locale come first, then shorter names.
    """
    best: dict[str, Best] = {}
    for prefix, least in prefixes_of(typed):
        for beginnings, offset in zip(view.beginnings, view.offsets, strict=True):
            for rank, row in _best_rows(beginnings, beginnings.rows(prefix), visible[offset:], locale, least, first):
                entity = view.entity[int(beginnings.documents[row]) + int(offset)]
                name = int(beginnings.names[row])
                said = beginnings.locales[int(beginnings.said[name])] or None
                found = (rank, beginnings.texts[name], said)
                id = view.names.entities.texts[int(entity)]
                if id not in best or found[:2] < best[id][:2]:
                    best[id] = found
    chosen = sorted(best.items(), key=lambda item: (item[1][:2], item[0]))[:first]
    return [Suggestion(id, name, said) for id, (_, name, said) in chosen]


def _best_rows(
    beginnings: Beginnings, rows: slice, visible: Mask, locale: str | None, least: int, first: int
) -> Iterator[tuple[int, int]]:
    """The best rows of a range that are seen, with their rank, a lower one the better."""
    seen = np.flatnonzero(visible[beginnings.documents[rows]]) + rows.start
    if not len(seen):
        return
    names = beginnings.names[seen]
    wanted = beginnings.locales.index(locale) if locale in beginnings.locales else -1
    ranks = np.maximum(beginnings.ways[seen], least) * _WAY + np.minimum(beginnings.lengths[names], _LENGTH)
    ranks += np.where(beginnings.said[names] == wanted, 0, _LOCALE)
    most = first * _ROWS_EACH
    chosen = np.argpartition(ranks, most)[:most] if len(ranks) > most else np.arange(len(ranks))
    for at in chosen:
        yield int(ranks[at]), int(seen[at])
