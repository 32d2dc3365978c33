"""Whether the index says what the graph says: document by document, with the names of what differs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from hashlib import blake2b

from graph.search.entries import from_bytes, to_bytes
from graph.search.gathering import every_id, gather, touched
from graph.search.index import Document, IndexFolder
from graph.store.port import GraphStore

_PAGE = 500
_Key = tuple[str, str]
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

    An entity has a document for each of its texts, so there may be several in one language. Raises IndexUnusable.
    `progress` is told of each document of the graph.
    """
    waiting = _waiting(store, index)
    kept: dict[_Key, list[bytes]] = {}
    for said in index.documents():
        kept.setdefault(_key(said), []).append(_digest(said))
    unlike: dict[_Key, list[Document]] = {}
    for count, document in enumerate(gather(store, every_id(store)), start=1):
        if progress is not None:
            progress(count)
        there, digest = kept.get(_key(document), []), _digest(document)
        if digest in there:
            there.remove(digest)
        elif document.id not in waiting:
            unlike.setdefault(_key(document), []).append(document)
    left = {key: digests for key, digests in kept.items() if digests and key[0] not in waiting}
    found: list[Difference] = []
    for said in index.documents() if left else ():
        key, digest = _key(said), _digest(said)
        if digest in left.get(key, ()):
            left[key].remove(digest)
            others = unlike.get(key)
            what = f"differs in {', '.join(_unlike(said, others.pop(0)))}" if others else _EXTRA
            found.append(Difference(*key, what))
    found += (Difference(*key, _MISSING) for key, documents in unlike.items() for _ in documents)
    yield from sorted(found, key=lambda one: (one.id, one.locale, one.what))


def _key(document: Document) -> _Key:
    return document.id, document.locale


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
