"""What may be asked of the log: its changes page by page, and the history of an entity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from graph.asking import Asking, Computed, Of, Question, Step, Stream, said
from graph.errors import InvalidValue
from graph.history.changes import LoggedChange, told, works_here
from graph.model import ANY
from graph.store.batch import Change, Which
from graph.store.port import GraphStore

_MOST, _PAGE = 100, 200
#: So many entries are read for one page at most; who sees little of the log goes on from where that ended.
_READ = 2_000
#: What a stream reads at once.
_STEP = 100
_BEYOND = 2**53


@dataclass(frozen=True, slots=True)
class ChangeWhere:
    """Which changes: all that is given must hold."""

    id: Annotated[str, Of(ANY)] | None = said("Of this entity.", None)
    type: str | None = said("Of entities of this type, as Asset.", None)
    actor: str | None = said("Made by this actor, as the log names it. For who works here.", None)
    batch: str | None = said("Written in this batch, as batch-118.", None)
    import_id: str | None = said("Part of this import, as import-5f0c2a91b3d4. For who works here.", None)


@dataclass(frozen=True, slots=True)
class ChangesGiven:
    """Which changes to tell."""

    after: str | None = said("The cursor after which to go on: the number of a change. Left out, the first.", None)
    before: str | None = said("Go back from this cursor, the newest first. An empty one begins at the newest.", None)
    where: ChangeWhere | None = said("Only some changes.", None)
    first: int = said(f"How many at most, up to {_MOST}.", 50)


@dataclass(frozen=True, slots=True)
class FollowedGiven:
    """From where on to follow the log, and which of its changes."""

    after: str | None = said("The cursor after which to go on: the number of a change. Left out, from now on.", None)
    where: ChangeWhere | None = said("Only some changes.", None)


@dataclass(frozen=True, slots=True)
class ChangeEdge:
    """A change with its cursor."""

    cursor: str = said("Its number, to go on after it.")
    node: LoggedChange = said("The change.")


@dataclass(frozen=True, slots=True)
class ChangePageInfo:
    """Where a page of changes stands in the log."""

    has_next_page: bool = said("Whether the log goes on. What follows may be nothing that you see.")
    end_cursor: str | None = said("After this the next page begins; null where nothing was read.")


@dataclass(frozen=True, slots=True)
class ChangeConnection:
    """A page of the log. It may hold fewer than asked for and go on, where much of the log is out of your sight."""

    edges: tuple[ChangeEdge, ...] = said("The changes with their cursors.")
    nodes: tuple[LoggedChange, ...] = said("The changes.")
    page_info: ChangePageInfo = said("Where the page stands.")


@dataclass(frozen=True, slots=True)
class HistoryGiven:
    """How much of a history."""

    first: int = said(f"How many changes at most, up to {_MOST}; the newest first.", 20)
    before: str | None = said("Go back from this change, by its number.", None)


def changes(asking: Asking, given: ChangesGiven) -> ChangeConnection:
    """A page of the log, as far as the caller may read it."""
    first, which = _bounded(given.first), _which(asking, given.where)
    backward = given.before is not None
    if backward and given.after is not None:
        raise InvalidValue("after and before are given.", path="before", cure="Give one of them.")
    place = (_place("before", given.before) or _BEYOND) if backward else _place("after", given.after)
    shown: list[LoggedChange] = []
    end: int | None = None
    goes_on, read = True, 0
    while goes_on and len(shown) < first and read < _READ:
        page = asking.store.changes(place, _PAGE, which, backward=backward)
        asking.statements += 1
        goes_on, read = len(page) == _PAGE, read + len(page)
        if page:
            shown += told(asking, page)
            place = end = page[-1].seq
    if len(shown) > first:
        shown, goes_on = shown[:first], True
        end = shown[-1].seq
    info = ChangePageInfo(goes_on, None if end is None else str(end))
    return ChangeConnection(tuple(ChangeEdge(str(one.seq), one) for one in shown), tuple(shown), info)


def history(asking: Asking, given: HistoryGiven, ids: Sequence[str]) -> Mapping[str, object]:
    """The changes of some entities, for each the newest first."""
    first, place = _bounded(given.first), _place("before", given.before) or _BEYOND
    which = Which(tuple(ids), until=place - 1)
    entries: list[Change] = []
    while page := asking.store.changes(entries[-1].seq if entries else 0, _READ, which):
        asking.statements += 1
        entries += page
        if len(page) < _READ:
            break
    shown: dict[str, list[LoggedChange]] = {id: [] for id in ids}
    for one in told(asking, entries):
        shown[one.id].append(one)
    return {id: tuple(own[::-1][:first]) for id, own in shown.items()}


def followed_from(asking: Asking, given: FollowedGiven) -> int:
    """After which entry a stream begins."""
    _which(asking, given.where)
    end = end_of(asking.store)
    asking.statements += 1
    if given.after is None:
        return end
    place = _place("after", given.after)
    if place > end:
        told = f"The log ends at {end}, before {place}."
        raise InvalidValue(told, path="after", cure="It was restored, or you read another; begin anew.")
    return place


def followed(asking: Asking, given: FollowedGiven, place: int) -> Step:
    """What is told of the next entries; the place goes on over what is told to nobody."""
    end = end_of(asking.store)
    page = asking.store.changes(place, _STEP, replace(_which(asking, given.where), until=end))
    asking.statements += 2
    goes_on = len(page) == _STEP
    events = tuple(ChangeEdge(str(one.seq), one) for one in told(asking, page))
    return Step(events, page[-1].seq if goes_on else max(end, place), goes_on)


def end_of(store: GraphStore) -> int:
    """The number of the last entry of the log; 0 where there is none."""
    last = store.changes(_BEYOND, 1, backward=True)
    return last[0].seq if last else 0


def _which(asking: Asking, where: ChangeWhere | None) -> Which:
    if where is None:
        return Which()
    for name, value in (("actor", where.actor), ("importId", where.import_id)):
        if value is not None and not works_here(asking):
            raise InvalidValue("Who wrote what is told to who works here.", path=f"where.{name}", cure="Leave it out.")
    if where.type is not None:
        asking.store.model.type(where.type)
    ids = None if where.id is None else (where.id,)
    return Which(ids, where.type, where.actor, where.batch, where.import_id)


def _bounded(first: int) -> int:
    if not 1 <= first <= _MOST:
        raise InvalidValue(f"{first} changes are asked for; 1 to {_MOST} are told at once.", path="first")
    return first


def _place(name: str, cursor: str | None) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= len(str(_BEYOND))):
        raise InvalidValue(f'"{cursor[:40]}" is no number of a change.', path=name, cure="Give an `endCursor`.")
    return min(int(cursor), _BEYOND)


CHANGES = Question(
    "changes",
    "The log: what changed, who changed it and why, as far as you could see it then and see it now. Go on from the "
    "last `endCursor` to read what is new.",
    ChangesGiven,
    ChangeConnection,
    changes,
    lambda given: 2 * given.first,
)

FOLLOWED = Stream(
    "changes",
    "What changes, one event for each entry of the log that you may read, as it is written. Keep the last cursor and "
    "begin `after` it when the connection broke, and nothing is lost.",
    FollowedGiven,
    ChangeEdge,
    followed_from,
    followed,
    lambda _given: 1,
)

HISTORY = Computed(
    ANY,
    "history",
    "What became of it, the newest first, as far as you could see it then.",
    HistoryGiven,
    tuple[LoggedChange, ...],
    history,
    lambda given: given.first,
)
