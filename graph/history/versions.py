"""What an entity was between two entries of the log, as far as it says who could see it then."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from graph.model import Model
from graph.model.model import TRANSLATION
from graph.store.batch import Change, Which
from graph.store.layout import text_open
from graph.store.port import GraphStore
from graph.store.select import Viewer
from graph.store.visibility import LIVE, NEVER, RETIRED, Visibility, visibility_of

_PAGE = 2_000
_TOLD = ("state", "marking", "embargo_until", "expires_at", "text_state")


@dataclass(frozen=True, slots=True)
class Version:
    """An entity from one entry on until the next, in epoch milliseconds.

    It was not there, or nobody can tell, where there is no `visibility`. `parents` are what a translation translates.
    """

    seq: int
    starts: int
    ends: int
    visibility: Visibility | None
    is_open: bool = True
    parents: tuple[str, ...] = ()


class Versions:
    """The versions of some entities and of what they translate, and whether a viewer could see them."""

    def __init__(self, store: GraphStore, ids: Iterable[str]) -> None:
        self.statements = 0
        self._model = store.model
        self._found: dict[str, list[Version]] = {}
        self._read(store, set(ids))
        self._read(store, {parent for one in self._found.values() for version in one for parent in version.parents})

    def at(self, id: str, seq: int) -> tuple[Version | None, Version | None]:
        """What an entry left, and what was there before it."""
        versions = self._found.get(id, ())
        for place, version in enumerate(versions):
            if version.seq == seq:
                return version, versions[place - 1] if place else None
        return None, None

    def seen(self, viewer: Viewer, version: Version | None) -> bool:
        """Whether a viewer could see a version at some time while it was there, the present included."""
        if version is None or version.visibility is None:
            return False
        if not version.parents:
            return _seen(viewer, version.visibility, version.starts, version.ends)
        return any(
            _seen(viewer, seen, starts, ends)
            for parent in version.parents
            for seen, starts, ends in self._under(version, version.visibility, parent)
        )

    def ever_seen(self, viewer: Viewer, id: str, during: Version) -> bool:
        """Whether a viewer could see an entity at some time while a version of another was there."""
        for version in self._found.get(id, ()):
            starts, ends = max(version.starts, during.starts), min(version.ends, during.ends)
            if version.visibility and starts < ends and _seen(viewer, version.visibility, starts, ends):
                return True
        return False

    def last_seen(self, viewer: Viewer, id: str) -> int | None:
        """Until when a viewer could see an entity last, in epoch milliseconds; None where it never could."""
        for version in reversed(self._found.get(id, ())):
            if self.seen(viewer, version) and version.visibility:
                return min(version.ends, version.visibility.live_until, viewer.now)
        return None

    def _under(self, version: Version, own: Visibility, parent: str) -> Iterator[tuple[Visibility, int, int]]:
        """The stricter of a translation's own and its parent's visibility, while each version of that was there."""
        for above in self._found.get(parent, ()):
            starts, ends = max(above.starts, version.starts), min(above.ends, version.ends)
            if above.visibility and starts < ends:
                yield own.with_parent(above.visibility), starts, ends

    def _read(self, store: GraphStore, ids: set[str]) -> None:
        wanted = tuple(sorted(ids - self._found.keys()))
        entries: dict[str, list[Change]] = {id: [] for id in wanted}
        after = 0
        while wanted:
            page = store.changes(after, _PAGE, Which(ids=wanted))
            self.statements += 1
            for change in page:
                entries[change.id].append(change)
            if len(page) < _PAGE:
                break
            after = page[-1].seq
        self._found |= {id: list(versions_of(self._model, own)) for id, own in entries.items()}


def versions_of(model: Model, entries: Sequence[Change]) -> Iterator[Version]:
    """The versions of one entity from all its entries, oldest first."""
    values: dict[str, object] | None = None
    parents: tuple[str, ...] = ()
    for place, entry in enumerate(entries):
        patch: Mapping[str, Any] = entry.patch
        if not patch or patch.get("delete"):
            # Where a patch was erased, nobody can tell who saw what it left.
            values = None
        elif entry.op == "create":
            blank = model.type(entry.type).blank
            values = {name: patch["set"].get(name, blank.get(name)) for name in _TOLD}
            parents = _parents(entry)
        elif values is not None:
            values = values | {name: value for name, value in patch["set"].items() if name in _TOLD}
        starts = milliseconds_of(entry.at)
        ends = milliseconds_of(entries[place + 1].at) if place + 1 < len(entries) else NEVER
        if values is None:
            yield Version(entry.seq, starts, ends, None)
        else:
            yield Version(entry.seq, starts, ends, visibility_of(values), text_open(values), parents)


def milliseconds_of(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp() * 1000)


def _parents(entry: Change) -> tuple[str, ...]:
    if entry.type != TRANSLATION:
        return ()
    links = cast("Mapping[str, Any]", entry.patch.get("links") or {})
    return tuple(links.get("translates", {}).get("put", ()))


def _seen(viewer: Viewer, visibility: Visibility, starts: int, ends: int) -> bool:
    """Whether a viewer could see what is so visible at some time from a moment on until another or now."""
    ends = min(ends, viewer.now + 1)
    level = visibility.level
    if visibility.stage == RETIRED:
        return level <= viewer.retired
    begins, leaves = max(starts, visibility.live_from), min(ends, visibility.live_until)
    is_live = visibility.stage == LIVE and begins < leaves
    if is_live and level <= viewer.live:
        return True
    always_live = is_live and (begins, leaves) == (starts, ends)
    return level <= viewer.draft and not always_live
