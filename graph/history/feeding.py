"""What a feed tells of one type, by the log: what is seen with what was corrected, and what is seen no more and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from graph.asking import Asking
from graph.history.changes import ChangeKind, LoggedChange, told
from graph.history.versions import Versions, milliseconds_of
from graph.store.batch import Change, Which
from graph.store.moved import moved_to
from graph.store.select import And, Cmp, Or, Select, Shape, Viewer, by_ids
from graph.store.visibility import LIVE, RETIRED, SYSTEM, visibility_of

_PAGE, _READ = 500, 5_000
#: For so long a feed tells what the clock showed or hid without an entry of the log.
_BY_THE_CLOCK = timedelta(days=30)
_STANDING = ("state", "marking", "embargo_until", "expires_at")


class Gone(StrEnum):
    """Why something is seen no more."""

    DELETED = "DELETED"
    MOVED = "MOVED"
    RETIRED = "RETIRED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a feed, at the moment it came into sight, changed or went.

    `corrected` are the properties and links that its newest change changed, where it was seen before; `to` is where an
    id leads that something else bears now. `why` is the writer's, for who works here.
    """

    id: str
    at: datetime
    gone: Gone | None = None
    corrected: tuple[str, ...] = ()
    to: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fed:
    """Some items, the newest first, and before which entry of the log the older ones are; None where there are none."""

    items: tuple[Item, ...]
    before: int | None


def fed(asking: Asking, type_name: str, before: int | None = None, first: int = 50) -> Fed:
    """What a feed of a type tells its reader."""
    newest, older = _newest(asking, type_name, before, first)
    ids = set(newest)
    if before is None:
        ids |= _by_the_clock(asking, type_name, first)
    return Fed(tuple(sorted(_items(asking, newest, ids), key=lambda one: (one.at, one.id), reverse=True)), older)


def _newest(asking: Asking, type_name: str, before: int | None, first: int) -> tuple[dict[str, Change], int | None]:
    """The newest entry of each of so many things, going back."""
    found: dict[str, Change] = {}
    place, read = 2**53 if before is None else before, 0
    while read < _READ:
        page = asking.store.changes(place, _PAGE, Which(type=type_name), backward=True)
        asking.statements += 1
        for change in page:
            if change.id not in found and len(found) == first:
                return found, place
            found.setdefault(change.id, change)
            place = change.seq
        read += len(page)
        if len(page) < _PAGE:
            return found, None
    return found, place


def _by_the_clock(asking: Asking, type_name: str, first: int) -> set[str]:
    now = asking.viewer.moment
    since, until = (one.isoformat(timespec="milliseconds").replace("+00:00", "Z") for one in (now - _BY_THE_CLOCK, now))
    moved = Or(tuple(And((Cmp(name, "gt", since), Cmp(name, "lte", until))) for name in _STANDING[2:]))
    select = Select(type_name, Shape((("id", "id"),)), moved, limit=first)
    return {str(row["id"]) for row in cast("Any", asking.ask({"it": select}, SYSTEM)["it"]["rows"])}


def _items(asking: Asking, newest: Mapping[str, Change], ids: set[str]) -> list[Item]:
    wanted = tuple(sorted(ids))
    if not wanted:
        return []
    shape = Shape(tuple((one, one) for one in ("id", "updated_at", *_STANDING)))
    question = {"it": by_ids("Entity", wanted, shape, limit=len(wanted))}
    seen, there = (_by_id(asking.ask(question, viewer)) for viewer in (asking.viewer, asking.everything))
    changes = {one.id: one for one in told(asking, [newest[id] for id in seen if id in newest])}
    items = [_shown(row, changes.get(id)) for id, row in seen.items()]
    hidden = [id for id in wanted if id not in seen]
    versions = Versions(asking.store, hidden)
    asking.statements += versions.statements
    # What somebody sees of drafts comes and goes all the time; a feed tells of what was published and is not.
    viewer = replace(asking.viewer, draft=-1, retired=-1)
    moved = _moved(asking, [id for id in hidden if id not in there])
    for id in hidden:
        if (until := versions.last_seen(viewer, id)) is not None:
            gone = _why(there.get(id), viewer, moved=id in moved)
            items.append(Item(id, _moment(until), gone, to=moved.get(id, "")))
    return items


def _moved(asking: Asking, ids: Sequence[str]) -> Mapping[str, str]:
    """Where ids lead that nothing bears any more, of those whose new bearer is seen."""
    moved = moved_to(asking.store, ids) if ids else {}
    if not moved:
        return {}
    targets = tuple(sorted(set(moved.values())))
    seen = _by_id(asking.ask({"it": by_ids("Entity", targets, Shape((("id", "id"),)), limit=len(targets))}))
    return {id: to for id, to in moved.items() if to in seen}


def _by_id(answers: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row for row in answers["it"]["rows"]}


def _shown(row: Mapping[str, Any], change: LoggedChange | None) -> Item:
    began = visibility_of(row).live_from
    at = _moment(max(milliseconds_of(str(row["updated_at"])), began))
    if change is None or change.kind is not ChangeKind.UPDATE:
        return Item(str(row["id"]), at, why=(change.reason or "") if change else "")
    corrected = tuple(part.path for part in change.parts if part.path not in ("state", "embargoUntil"))
    return Item(str(row["id"]), at, corrected=corrected, why=change.reason or "")


def _why(row: Mapping[str, Any] | None, viewer: Viewer, *, moved: bool) -> Gone:
    if row is None:
        return Gone.MOVED if moved else Gone.DELETED
    now = visibility_of(row)
    if now.stage == RETIRED:
        return Gone.RETIRED
    return Gone.EXPIRED if now.stage == LIVE and now.live_until <= viewer.now else Gone.WITHDRAWN


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
