"""Watching a card: what of its answer is new, changed or gone since somebody last looked, and why, by the log."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
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
#: Of an entry so many things are remembered and so many plain values, shorter than this.
_IDS, _VALUES, _LONGEST = 8, 12, 80
_TITLE = 120
#: What is for machines.
_SILENT = ("id", "key")
_MOST_WATCHES = 200


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry of an answer: an element of one of its outermost lists. `ids` are of what stands in it.

    `values` are the plain ones that stand in it, by their names.
    """

    key: str
    field: str
    title: str
    digest: str
    ids: tuple[str, ...]
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of an entry."""

    digest: str
    title: str
    ids: tuple[str, ...] = ()
    values: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True)
class Watch:
    """What somebody saw of a card's answer when they last looked: the log's sequence, and the entries by their keys.

    `lang` is the language it was read in, in which its sentences can be compared.
    """

    slug: str
    query: str
    seq: int
    at: datetime
    seen: Mapping[str, Seen]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A plain value of an entry before and now; None where it was not there."""

    name: str
    before: Json
    now: Json


@dataclass(frozen=True, slots=True)
class News:
    """An entry that is new, changed or gone; `why` are changes of what stands in it since then, the newest first."""

    kind: str
    key: str
    field: str
    title: str
    ids: tuple[str, ...]
    moved: tuple[Moved, ...]
    why: tuple[LoggedChange, ...]


def noted(data: Json, lang: str = "en") -> dict[str, Noted]:
    """The entries of an answer by their keys: where they stand, and the first things that stand in them."""
    found: dict[str, Noted] = {}
    for path, element in _outermost(data, ""):
        ids = tuple(dict.fromkeys(_ids(element)))
        title = headline(element, lang)
        own = _own(element) or (ids[:2] if ids else (title,))
        key = f"{path}:{'+'.join(own)}"[:200]
        raw = orjson.dumps(element, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.blake2b(raw, digest_size=_DIGEST).hexdigest()
        values = dict(islice(_values(element), _VALUES))
        found.setdefault(key, Noted(key, path.rpartition(".")[2], title, digest, ids, values))
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


def _values(element: Mapping[str, Json], within: str = "") -> Iterator[tuple[str, Json]]:
    """The plain values of an entry and of what stands right in it, but for long texts and ids."""
    for name, value in element.items():
        if is_object(value) and not within:
            yield from _values(value, f"{name}.")
        elif isinstance(value, bool | int | float) or (
            isinstance(value, str) and len(value) < _LONGEST and name not in _SILENT
        ):
            yield f"{within}{name}", value


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
    found = [
        News("changed" if key in watch.seen else "new", key, one.field, one.title, one.ids, _moved(watch, one), ())
        for key, one in now.items()
        if key not in watch.seen or watch.seen[key].digest != one.digest
    ]
    found.sort(key=lambda one: one.kind, reverse=True)
    found += [
        News("gone", key, key.partition(":")[0].rpartition(".")[2], one.title, one.ids, (), ())
        for key, one in watch.seen.items()
        if key not in now
    ]
    shown = found[:SHOWN]
    why = _why(watch.seq, {id for one in shown for id in one.ids}, asking)
    return tuple(replace(one, why=tuple(change for id in one.ids for change in why.get(id, ()))[:3]) for one in shown)


def _moved(watch: Watch, one: Noted) -> tuple[Moved, ...]:
    """The plain values of an entry that are others now."""
    before: Mapping[str, Json] = watch.seen[one.key].values if one.key in watch.seen else {}
    names: Iterable[str] = dict.fromkeys((*before, *one.values)) if before else ()
    pairs = (Moved(name, before.get(name), one.values.get(name)) for name in names)
    return tuple(each for each in pairs if each.before != each.now)


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

    def look(self, person: str, slug: str, query: str, entries: Mapping[str, Noted], lang: str = "") -> None:
        """Remember what somebody sees now, in which language where that matters."""
        key = _key(person, slug, query)
        kept: dict[str, Any] = {
            "slug": slug,
            "query": query,
            "seq": self._store.head().seq,
            "at": datetime.now(UTC).isoformat(),
            "lang": lang,
            "seen": {one.key: [one.digest, one.title[:_TITLE], one.ids[:_IDS], one.values] for one in entries.values()},
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
    seen = {str(key): _seen(*one) for key, one in value["seen"].items()}
    at = datetime.fromisoformat(value["at"])
    return Watch(value["slug"], value["query"], value["seq"], at, seen, value.get("lang", ""))


def _seen(digest: str, title: str, ids: Sequence[str] = (), values: Mapping[str, Json] | None = None) -> Seen:
    """What is remembered; earlier versions remembered less."""
    return Seen(digest, title, tuple(ids), values or {})
