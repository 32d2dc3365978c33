"""What a client accepts: the kind of answer and the language of texts."""

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from graph.errors import InvalidValue
from graph.model.kinds import locale

_LONGEST = 1_000
STREAM = "text/event-stream"


class Media(StrEnum):
    """The two kinds of answer of GraphQL over HTTP."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"


def media_of(header: str | None) -> Media | None:
    """The kind of answer that an Accept header prefers; None where neither will do.

    What the header says of a kind itself goes before what a wildcard says of all.
    """
    return _media_of(header[:_LONGEST] if header else "*/*")


@lru_cache(maxsize=256)
def _media_of(header: str) -> Media | None:
    """Remembered, since each client sends the same again and again."""
    said = dict(_weighted(header))
    best: tuple[float, Media] | None = None
    for media in _PREFERRED if _PREFERRED[0] in said else reversed(_PREFERRED):
        quality = next((said[name] for name in (media, "application/*", "*/*") if name in said), 0.0)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, media)
    return best[1] if best else None


#: Who names neither kind is given plain JSON.
_PREFERRED = (Media.RESPONSE, Media.JSON)


def streams(header: str | None) -> bool:
    """Whether an Accept header names server-sent events, at whatever place."""
    return dict(_weighted(header or "")).get(STREAM, 0.0) > 0


def locale_of(header: str | None) -> str | None:
    """The first language of an Accept-Language header, in canonical form; None where it names none."""
    return _locale_of(header[:_LONGEST]) if header else None


@lru_cache(maxsize=256)
def _locale_of(header: str) -> str | None:
    ranked = sorted(_weighted(header), key=lambda one: -one[1])
    for tag, quality in ranked:
        if quality > 0 and tag and tag != "*":
            try:
                return locale(tag)
            except InvalidValue:
                continue
    return None


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = _quality(value)
        yield name.lower(), quality


def _quality(value: str) -> float:
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
