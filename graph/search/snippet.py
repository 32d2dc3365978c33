"""A piece of a field around what matched, with the places to highlight as offsets in that piece."""

from collections.abc import Sequence

from graph.search.folding import continues
from graph.search.index import Snippet

#: How many characters a snippet has, if no match in it is longer.
WIDTH = 160
_LEAD = 40
_GAP = "…"


def snippet_of(text: str, spans: Sequence[tuple[int, int]]) -> Snippet:
    """The stretch of a text with the first match, cut at spaces where there are any near.

    `spans` are offsets in `text`, in any order, and may overlap; those of the answer are sorted and apart.
    """
    merged = _merged(spans)
    start, end = _window(text, merged[0] if merged else (0, 0))
    before, after = (_GAP if start else ""), (_GAP if end < len(text) else "")
    shift = len(before) - start
    inside = tuple((left + shift, right + shift) for left, right in merged if start <= left and right <= end)
    return Snippet(before + text[start:end] + after, inside)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _window(text: str, match: tuple[int, int]) -> tuple[int, int]:
    if len(text) <= WIDTH:
        return 0, len(text)
    start = max(0, min(match[0] - _LEAD, len(text) - WIDTH))
    end = max(min(len(text), start + WIDTH), match[1])
    return _cut_left(text, start, match[0]), _cut_right(text, end, match[1])


def _cut_left(text: str, start: int, match: int) -> int:
    space = text.find(" ", start, min(match, start + _LEAD // 2)) if start else -1
    return space + 1 if space >= 0 else _whole(text, start)


def _cut_right(text: str, end: int, match: int) -> int:
    space = text.rfind(" ", max(match, end - _LEAD // 2), end) if end < len(text) else -1
    return space if space >= 0 else _whole(text, end)


def _whole(text: str, at: int) -> int:
    """Not between a letter and the marks on it."""
    while 0 < at < len(text) and continues(text[at]):
        at -= 1
    return at
