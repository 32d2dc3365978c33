"""Whether the index says what the graph says: document by document, with the names of what differs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from hashlib import blake2b

from graph.search.entries import from_bytes, to_bytes
from graph.search.gathering import every_id, gather, touched
from graph.search.index import Document, IndexFolder
from graph.store.port import GraphStore

_PAGE = 500
_MISSING, _EXTRA = "is not in the index", "is in the index and not in the graph"


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that the index and the graph do not tell alike."""

    id: str
    locale: str
    what: str


def differences(
    store: GraphStore, index: IndexFolder, progress: Callable[[int], None] | None = None
) -> Iterator[Difference]:
    """The documents that differ, by id; what has changed since the index was written is left out.

    Raises IndexUnusable. `progress` is told of each document of the graph.
    """
    waiting = _waiting(store, index)
    kept = {(one.id, one.locale): _digest(one) for one in index.documents()}
    old: dict[tuple[str, str], Document] = {}
    for count, document in enumerate(gather(store, every_id(store)), start=1):
        if progress is not None:
            progress(count)
        key = (document.id, document.locale)
        told = kept.pop(key, None)
        if document.id in waiting or told == _digest(document):
            continue
        if told is None:
            yield Difference(*key, _MISSING)
        else:
            old[key] = document
    yield from (Difference(*key, _EXTRA) for key in sorted(kept) if key[0] not in waiting)
    for said in index.documents() if old else ():
        if found := old.get((said.id, said.locale)):
            yield Difference(said.id, said.locale, f"differs in {', '.join(_unlike(said, found))}")


def _waiting(store: GraphStore, index: IndexFolder) -> set[str]:
    """The entities whose documents the index has yet to write."""
    ids, after = set[str](), index.state().applied_seq
    while changes := store.changes(after, _PAGE):
        ids |= touched(store, changes).keys()
        after = changes[-1].seq
    return ids


def _unlike(one: Document, other: Document) -> list[str]:
    same = from_bytes(to_bytes(other))
    return [part.name for part in fields(Document) if getattr(one, part.name) != getattr(same, part.name)]


def _digest(document: Document) -> bytes:
    return blake2b(to_bytes(document), digest_size=16).digest()
