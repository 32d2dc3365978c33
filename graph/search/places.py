"""Where tokens stand in texts as they were written, so that they can be shown."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import compress
from operator import not_
from typing import TypeAlias

from graph.search.chain import Form, Level, languages_of, tokens_of
from graph.search.folding import normalise
from graph.search.words import each_stretch

Span: TypeAlias = tuple[int, int]
_SYLLABLES = re.compile("[가-힣]+")

# A stretch without spaces that is longer is looked at only as far as is needed, and not remembered.
_LONGEST = 40
_TOO_LONG = frozenset({hash((Level.GRAM, ""))})
_MOST_KEPT = 16384
# What stands around words and is no part of them.
_AROUND = ".,;:!?…()[]{}\"'«»“”‘’-–—/。、，！？「」『』（）"


class _Pieces(dict[str, frozenset[int]]):
    """The tokens of what stands between the spaces of texts in some languages; most pieces come again.

    As hashes, which are compared sooner; where two tokens have the same one, the piece is looked at in vain.
    """

    def __init__(self, languages: tuple[str, ...]) -> None:
        super().__init__()
        self._languages = languages

    def __missing__(self, piece: str) -> frozenset[int]:
        if len(piece) > _LONGEST:
            return _TOO_LONG
        found = self[piece] = frozenset(map(hash, _forms(piece, self._languages)))
        return found


_kept: dict[tuple[str, ...], _Pieces] = {}


def places_of(text: str, locale: str | None, wanted: frozenset[Form], within: int) -> list[Span]:
    """Where in a text tokens stand: the first, and those at most so many characters after it."""
    languages = languages_of(locale)
    known, pieces = _known(languages), text.split()
    # Most words have nothing of what is wanted, so little is done for each.
    apart = map(_hashes(wanted).isdisjoint, map(known.__getitem__, pieces))
    places = list(_over_spaces(text, wanted))
    end, until = 0, min(places)[0] + within if places else len(text)
    for piece in compress(pieces, map(not_, apart)):
        start = _place(text, piece, end)
        if start > until:
            break
        spans = _places(piece, languages, wanted, within) if len(piece) > _LONGEST else _in(piece, languages, wanted)
        places += [(start + left, start + right) for left, right in spans]
        if places:
            until = min(places)[0] + within
        end = start + len(piece)
    return [place for place in places if place[0] <= until]


@lru_cache(maxsize=256)
def _hashes(wanted: frozenset[Form]) -> frozenset[int]:
    return _TOO_LONG.union(map(hash, wanted))


def _known(languages: tuple[str, ...]) -> _Pieces:
    """What is remembered; others who look up what was before may go on to."""
    known = _kept.get(languages)
    if known is None or len(known) >= _MOST_KEPT:
        known = _kept[languages] = _Pieces(languages)
    return known


def _over_spaces(text: str, wanted: frozenset[Form]) -> Iterator[Span]:
    """Where the only tokens stand that have a space in them."""
    bridges = [word for level, word in wanted if level is Level.BRIDGE]
    if bridges:
        asked = "|".join(rf"{re.escape(word[0])}\s+{re.escape(word[1])}" for word in bridges)
        # Two of them may share a syllable.
        yield from (match.span(1) for match in re.finditer(f"(?=({asked}))", text))


def _place(text: str, piece: str, after: int) -> int:
    """Where what stands between two spaces begins."""
    start = text.find(piece, after)
    while not (text[start - 1 : start].isspace() or not start) or not (
        (end := start + len(piece)) == len(text) or text[end].isspace()
    ):
        start = text.find(piece, start + 1)
    return start


def _forms(piece: str, languages: tuple[str, ...]) -> tuple[Form, ...]:
    """The tokens of a piece without their places, which for a mere word are at hand."""
    word = piece.strip(_AROUND)
    if word.isalnum() and (word.isascii() or _SYLLABLES.fullmatch(word) or normalise(word).text == word):
        return tokens_of(word, languages)[1]
    return tuple(form for _, form, _ in _each_token(piece, languages))


def _in(piece: str, languages: tuple[str, ...], wanted: frozenset[Form]) -> list[Span]:
    return [span for form, span in _placed(piece, languages) if form in wanted]


@lru_cache(maxsize=4096)
def _placed(piece: str, languages: tuple[str, ...]) -> tuple[tuple[Form, Span], ...]:
    """The tokens of a piece, and where each stands in it."""
    return tuple((form, span) for _, form, span in _each_token(piece, languages))


def _places(piece: str, languages: tuple[str, ...], wanted: frozenset[Form], within: int) -> Iterator[Span]:
    until = len(piece)
    for start, form, span in _each_token(piece, languages):
        if start > until:
            return
        if form in wanted:
            yield span
            until = min(until, start + within)


def _each_token(piece: str, languages: tuple[str, ...]) -> Iterator[tuple[int, Form, Span]]:
    """Where the stretch of each token begins, the token, and where it stands as it was written."""
    folded, found = each_stretch(piece)
    for match in found:
        start, end = match.span()
        for token in tokens_of(folded.text[start:end], languages)[0]:
            yield folded.offsets[start], token.form, folded.source(start + token.start, start + token.end)
