"""Where tokens stand in texts as they were written, so that they can be shown."""

from collections.abc import Iterator
from typing import TypeAlias

from graph.search.chain import Form, Level, languages_of, tokens_of
from graph.search.words import each_stretch

Span: TypeAlias = tuple[int, int]

# A stretch without spaces that is longer is looked at only as far as is needed, and not remembered.
_LONGEST = 40

# What the pieces of texts have, by their languages. Looked at for each word that is shown, so no queue is kept of them.
_InPiece: TypeAlias = tuple[frozenset[Form], tuple[tuple[Form, Span], ...]]
_MOST_KEPT = 8192
_kept: dict[tuple[str, ...], dict[str, _InPiece]] = {}


def places_of(text: str, locale: str | None, wanted: frozenset[Form], within: int) -> list[Span]:
    """Where in a text tokens stand: the first, and those at most so many characters after it."""
    languages = languages_of(locale)
    known = _kept.setdefault(languages, {})
    bridges = {form for level, form in wanted if level is Level.BRIDGE}
    places: list[Span] = []
    end, until = 0, len(text)
    for piece in text.split():
        start = text.find(piece, end)
        if start > until:
            break
        # No token is over a space but a bridge.
        if bridges and end and text[end - 1] + text[start] in bridges:
            places.append((end - 1, start + 1))
        if len(piece) > _LONGEST:
            found = _places(piece, languages, wanted, until - start if places else within)
            places += [(start + left, start + right) for left, right in found]
        else:
            # Most words have nothing of what is wanted, so little is done for each.
            forms, tokens = known.get(piece) or _in_piece(piece, languages, known)
            if not wanted.isdisjoint(forms):
                places += [(start + left, start + right) for form, (left, right) in tokens if form in wanted]
        if places and until == len(text):
            until = places[0][0] + within
        end = start + len(piece)
    return places


def _in_piece(piece: str, languages: tuple[str, ...], known: dict[str, _InPiece]) -> _InPiece:
    """The tokens of a piece, and where each stands in it."""
    tokens = tuple((form, span) for _, form, span in _each_token(piece, languages))
    if len(known) >= _MOST_KEPT:
        known.clear()
    known[piece] = frozenset(form for form, _ in tokens), tokens
    return known[piece]


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
