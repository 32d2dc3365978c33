"""Watching a card: what of its answer is new, changed or gone since somebody last looked, and why, by the log."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from api.cards.blocks import headline
from api.cards.shapes import Json, is_connection, is_list, is_object, items
from graph.asking import Asking
from graph.history.changes import LoggedChange, told
from graph.store.batch import Which
from graph.store.operational import Entry
from graph.store.port import GraphStore

_COLLECTION = "watches"
#: So many entries of an answer are remembered; so many are shown, and so many changes of the log are read.
MOST, SHOWN, READ = 1_000, 50, 500
_DIGEST = 8
_MOST_WATCHES = 200


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry of an answer: an element of one of its outermost lists. `ids` are of what stands in it."""

    key: str
    field: str
    title: str
    digest: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """What somebody saw of a card's answer when they last looked: the log's sequence, and the entries by their keys."""

    slug: str
    query: str
    seq: int
    at: datetime
    seen: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class News:
    """An entry that is new, changed or gone; `why` are changes of what stands in it since then, the newest first."""

    kind: str
    field: str
    title: str
    ids: tuple[str, ...]
    why: tuple[LoggedChange, ...]


def noted(data: Json) -> dict[str, Noted]:
    """The entries of an answer by their keys: where they stand, and the first things that stand in them."""
    found: dict[str, Noted] = {}
    for path, element in _outermost(data, ""):
        ids = tuple(dict.fromkeys(_ids(element)))
        own = _own(element) or (ids[:2] if ids else (headline(element),))
        key = f"{path}:{'+'.join(own)}"[:200]
        raw = orjson.dumps(element, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.blake2b(raw, digest_size=_DIGEST).hexdigest()
        found.setdefault(key, Noted(key, path.rpartition(".")[2], headline(element), digest, ids))
        if len(found) == MOST:
            break
    return found


def _outermost(value: Json, path: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    if is_connection(value):
        value = items(value)
    if is_list(value):
        yield from ((path, one) for one in value if is_object(one))
    elif is_object(value):
        for key, one in value.items():
            yield from _outermost(one, f"{path}.{key}" if path else key)


def _own(element: Mapping[str, Json]) -> tuple[str, ...]:
    """What tells an element from its neighbours by itself: its id, or those of the things right in it."""
    if isinstance(element.get("id"), str):
        return (str(element["id"]),)
    near = [element.get(name) for name in ("row", "column")]
    sides = tuple(str(one.get("key") or one.get("label")) for one in near if is_object(one))
    if sides:
        return sides
    return tuple(str(one["id"]) for one in element.values() if is_object(one) and isinstance(one.get("id"), str))[:2]


def _ids(value: Json) -> Iterator[str]:
    if is_object(value):
        if isinstance(value.get("id"), str):
            yield str(value["id"])
        for one in value.values():
            yield from _ids(one)
    elif is_list(value):
        for one in value:
            yield from _ids(one)


def news(watch: Watch, now: Mapping[str, Noted], asking: Asking) -> tuple[News, ...]:
    """What is new, what changed and what is gone, each with the changes of the log that the viewer may read."""
    fresh = [("new", one) for key, one in now.items() if key not in watch.seen]
    fresh += [("changed", one) for key, one in now.items() if key in watch.seen and watch.seen[key][0] != one.digest]
    gone = [
        News("gone", key.partition(":")[0].rpartition(".")[2], title, (), ())
        for key, (_, title) in watch.seen.items()
        if key not in now
    ]
    shown = fresh[:SHOWN]
    why = _why(watch.seq, {id for _, one in shown for id in one.ids}, asking)
    told_of = [
        News(kind, one.field, one.title, one.ids, tuple(change for id in one.ids for change in why.get(id, ()))[:3])
        for kind, one in shown
    ]
    return (*told_of, *gone[: SHOWN - len(told_of)])


def _why(seq: int, ids: Iterable[str], asking: Asking) -> Mapping[str, Sequence[LoggedChange]]:
    """The changes of some things since a sequence, the newest first."""
    wanted = tuple(sorted(ids))
    found: dict[str, list[LoggedChange]] = {}
    if wanted:
        changes = asking.store.changes(seq, READ, Which(ids=wanted))
        for one in reversed(told(asking, changes)):
            found.setdefault(one.id, []).append(one)
    return found


class Watches:
    """The watches of people, in a collection of the store's operational data; of cards where it is not said."""

    def __init__(self, store: GraphStore, collection: str = _COLLECTION) -> None:
        self._store, self._collection = store, collection

    def of(self, person: str, slug: str, query: str) -> Watch | None:
        """Somebody's watch of a card with these values."""
        key = _key(person, slug, query)
        entry = self._store.entries(self._collection, [key]).get(key)
        return _read(entry.value) if entry else None

    def all(self, person: str) -> list[Watch]:
        """Somebody's watches."""
        start = _person(person)
        listed = self._store.listed(self._collection, f"{start}/", _MOST_WATCHES)
        return [_read(one.value) for one in listed if one.key.startswith(f"{start}/")]

    def look(self, person: str, slug: str, query: str, entries: Mapping[str, Noted]) -> None:
        """Remember what somebody sees now."""
        key = _key(person, slug, query)
        kept: dict[str, Any] = {
            "slug": slug,
            "query": query,
            "seq": self._store.head().seq,
            "at": datetime.now(UTC).isoformat(),
            "seen": {one.key: [one.digest, one.title[:120]] for one in entries.values()},
        }
        self._store.revise(self._collection, [key], lambda _there: [Entry(key, kept)])

    def forget(self, person: str, slug: str, query: str) -> None:
        """Watch it no longer."""
        self._store.revise(self._collection, [_key(person, slug, query)], lambda there: [*there])


def _person(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()[:32]


def _key(person: str, slug: str, query: str) -> str:
    return f"{_person(person)}/{hashlib.sha256(f'{slug}?{query}'.encode()).hexdigest()[:32]}"


def _read(value: Mapping[str, Any]) -> Watch:
    seen = {str(key): (str(one[0]), str(one[1])) for key, one in value["seen"].items()}
    return Watch(value["slug"], value["query"], value["seq"], datetime.fromisoformat(value["at"]), seen)
