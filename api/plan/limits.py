"""How much one request may ask for."""

from dataclasses import dataclass, field, fields
from typing import Any


def _limit(default: int, doc: str) -> Any:
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request, each with what it counts; docs/limits.md is checked against them."""

    head_bytes: int = _limit(65_536, "Bytes of a request's head, and of what frames its body.")
    head_seconds: int = _limit(10, "Seconds until the head has to be there.")
    body_bytes: int = _limit(1_000_000, "Bytes of a request's body.")
    body_seconds: int = _limit(15, "Seconds until the body has to be there.")
    stall_seconds: int = _limit(20, "Seconds in which a reader has to take 16 kB of an answer.")
    characters: int = _limit(60_000, "Characters of a document.")
    tokens: int = _limit(8_000, "Words, names and signs of a document, as the parser counts them.")
    definitions: int = _limit(50, "Operations and fragments of a document.")
    variables: int = _limit(50, "Variables that one operation declares.")
    directives: int = _limit(100, "Directives of a document.")
    depth: int = _limit(16, "Levels of fields below each other; `edges`, `nodes` and `node` do not count.")
    fields: int = _limit(2_000, "Fields that an operation selects, fragments written out.")
    aliases: int = _limit(100, "Aliases of an operation, fragments written out.")
    alias_characters: int = _limit(100, "Characters of an alias.")
    repeats: int = _limit(50, "Fields of a document whose response key stands in the same selection already.")
    spreads: int = _limit(100, "Fragment spreads of a document.")
    introspection_aliases: int = _limit(5, "Aliases and root fields of introspection in an operation.")
    objects: int = _limit(25_000, "Objects that an operation asks for: the pages of nested lists multiplied.")
    values: int = _limit(
        250_000, "The objects that an operation asks for times the fields of its widest; an alias counts ten."
    )
    searches: int = _limit(10, "Searches of an operation, fragments written out.")
    writes: int = _limit(10, "Writes of a mutation.")
    first: int = _limit(100, "`first` and `last` of any list.")
    ids: int = _limit(100, "Ids given to `nodes`.")
    filter_depth: int = _limit(8, "Levels of a filter.")
    filter_terms: int = _limit(200, "Comparisons and list values of one filter; a distance counts ten.")
    facet_values: int = _limit(100, "Values of one facet.")
    streams: int = _limit(300, "Subscriptions that are open at once, of everybody.")
    caller_streams: int = _limit(20, "Subscriptions of one key, or without one of one address, that are open at once.")
    socket_streams: int = _limit(10, "Operations of one WebSocket that are open at once.")
    socket_bytes: int = _limit(100_000, "Bytes of a message on a WebSocket.")
    socket_messages: int = _limit(300, "Messages that a WebSocket may send in a minute.")
    socket_seconds: int = _limit(10, "Seconds until a WebSocket has to say who calls (`connection_init`).")
    idle_seconds: int = _limit(60, "Seconds that a WebSocket without an operation is kept.")
    errors: int = _limit(5, "Errors reported at once.")


def limit_names() -> list[str]:
    """Every limit, in the order of their declaration."""
    return [one.name for one in fields(Limits)]
