"""The undo of an import, a batch or an entry of the log as a write that is asked for: previewed, conflicts named."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar, cast

from graph.asking import REPEATED, Of, Question, said
from graph.errors import InvalidValue, UnknownName
from graph.model import ANY
from graph.model.enums import State, Told
from graph.model.kinds import STRING
from graph.model.names import camel
from graph.store.batch import ActorKind, Batch, Refused, Report, Which
from graph.store.log import part_of
from graph.store.port import GraphStore
from graph.store.select import Viewer, by_ids, shape_of
from graph.store.visibility import SYSTEM

A = TypeVar("A")
_MOST, _LONGEST_REASON, _PAGE = 200, 500, 500
#: What who does not publish may change, and so take back.
_OWN_STATES = frozenset({State.DRAFT, State.IN_REVIEW})


class UndoErrorCode(Told):
    """Why nothing was taken back."""

    FORBIDDEN = "FORBIDDEN", "Your role does not let you."
    UNKNOWN_PART = "UNKNOWN_PART", "There is no such part of the log."
    BAD_VALUE = "BAD_VALUE", "What was given names nothing that can be taken back."
    IN_THE_WAY = "IN_THE_WAY", "Something was changed or linked to since; `conflicts` names it."
    KEY_REUSED = "KEY_REUSED", "The idempotency key stood for another write."


class Author(Protocol):
    """Who writes."""

    @property
    def name(self) -> str: ...

    @property
    def publishes(self) -> bool: ...

    @property
    def viewer(self) -> Viewer: ...


class Editing(Protocol):
    """A request that may write; `statements` counts what the store was asked."""

    store: GraphStore
    statements: int

    @property
    def writer(self) -> Author: ...

    def write(self, batch: Batch, told: Callable[[Report], A], *, dry_run: bool = False) -> A:
        """Write a batch and say what came of it, which is kept where the undo was sent with a key."""
        ...


@dataclass(frozen=True, slots=True)
class UndoGiven:
    """What to take back, and how."""

    part: str = said("An import as import-5f0c2a91b3d4, a batch as batch-118, or the number of one change.")
    preview: bool = said("Take nothing back, and say what would be and what is in the way.", False)
    rest: bool = said("Take back what nothing is in the way of, where something is.", False)
    reason: str | None = said("Why, for the log.", None)


@dataclass(frozen=True, slots=True)
class UndoConflict:
    """What is in the way of an undo: it was changed or linked to since."""

    id: str = said("The id of the entity.")
    entity: Annotated[str, Of(ANY)] | None = said("It as it is now.")
    path: str = said("The property or link, as title; empty where it is about all of it.")
    message: str = said("What is in the way, and what to do.")


@dataclass(frozen=True, slots=True)
class UndoneEntity:
    """An entity of which something was taken back, or would be."""

    id: str = said("Its id.")
    entity: Annotated[str, Of(ANY)] | None = said("It as it is now; null where it is no more.")
    rev: int = said("The revision it came to, or would.")


@dataclass(frozen=True, slots=True)
class UndoError:
    """Why nothing was taken back."""

    path: str = said("The argument it is about.")
    code: UndoErrorCode = said("The same for programs.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What came of an undo. With errors nothing was taken back."""

    batch: str | None = said("The batch that took it back, which can be undone itself; null where nothing was written.")
    count: int = said("How many entities were taken back, or would be.")
    entities: tuple[UndoneEntity, ...] = said(f"The first {_MOST} of them.")
    unchanged: int = said("How many were as before already.")
    conflicts: tuple[UndoConflict, ...] = said(f"What is in the way, the first {_MOST}.")
    errors: tuple[UndoError, ...] = said("Why nothing was taken back; none where it was.")
    repeated: bool = said(REPEATED, False)


def undo(editing: Editing, given: UndoGiven) -> UndoResult:
    """Take a part of the log back, or say what that would do."""
    if not editing.writer.publishes and not may_take_back(editing, given.part):
        told = "An undo may touch what is public. Ask an editor."
        return _refused(UndoErrorCode.FORBIDDEN, "", told)
    reason = given.reason or ""
    if len(reason) > _LONGEST_REASON:
        told = f"It has {len(reason)} characters; {_LONGEST_REASON} are allowed."
        return _refused(UndoErrorCode.BAD_VALUE, "reason", told)
    try:
        reason = str(STRING.check(reason)) if reason else ""
    except InvalidValue as error:
        return _refused(UndoErrorCode.BAD_VALUE, "reason", str(error))
    # A preview says all that could be taken back, also beside what is in the way.
    whole = not (given.rest or given.preview)
    batch = Batch(actor=editing.writer.name, actor_kind=ActorKind.PERSON, reason=reason, undo=given.part, whole=whole)
    try:
        return editing.write(
            batch, lambda report: _result(report, preview=given.preview, whole=whole), dry_run=given.preview
        )
    except InvalidValue as error:
        return _refused(UndoErrorCode.BAD_VALUE, "part", f"{error.reason} {error.cure}".strip())
    except UnknownName as error:
        return _refused(UndoErrorCode.UNKNOWN_PART, "part", str(error))


_PROPOSED = "ProposedEdit"


def may_take_back(editing: Editing, part: str) -> bool:
    """Whether a part of the log is for one to take back who does not publish: one wrote all of it, and none is public.

    What is out of sight meanwhile, approved or retired, is nothing to be touched by them either.
    """
    try:
        named = part_of(part)
    except InvalidValue:
        return False
    ids, after = dict[str, None](), 0
    which = Which(**{named.field: named.value})  # type: ignore[arg-type]
    while page := editing.store.changes(after, _PAGE, which):
        editing.statements += 1
        if any(one.actor != editing.writer.name for one in page):
            return False
        # A proposal that one made is withdrawn by who made it, whether they see what is kept of it or not.
        ids |= dict.fromkeys(one.id for one in page if (one.type, one.op) != (_PROPOSED, "create"))
        after = page[-1].seq
    there = _states(editing, list(ids), SYSTEM)
    return after > 0 and _OWN_STATES.issuperset(_states(editing, list(there), editing.writer.viewer, there).values())


def _states(editing: Editing, ids: list[str], viewer: Viewer, otherwise: Collection[str] = ()) -> dict[str, str | None]:
    """The states of what a viewer sees; of what is named besides and out of sight, none."""
    found: dict[str, str | None] = dict.fromkeys(otherwise)
    for start in range(0, len(ids), _PAGE):
        some = tuple(ids[start : start + _PAGE])
        rows = editing.store.ask(viewer, {"it": by_ids(ANY, some, shape_of("id", "state"), limit=_PAGE)})["it"]["rows"]
        editing.statements += 1
        found |= {str(row["id"]): str(row["state"]) for row in cast("Any", rows)}
    return found


def _result(report: Report, *, preview: bool, whole: bool) -> UndoResult:
    errors: tuple[UndoError, ...] = ()
    if report.refused and whole:
        told = "Something is in the way. Clear it, or take back the rest with `rest`."
        errors = (UndoError("part", UndoErrorCode.IN_THE_WAY, told),)
    return UndoResult(
        report.changes[0].batch if report.changes and not preview else None,
        len(report.changes),
        tuple(UndoneEntity(one.id, one.id, one.rev) for one in report.changes[:_MOST]),
        report.unchanged,
        tuple(map(_conflict, report.refused[:_MOST])),
        errors,
    )


def _conflict(refused: Refused) -> UndoConflict:
    return UndoConflict(refused.id, refused.id, camel(refused.path), refused.reason)


def _refused(code: UndoErrorCode, path: str, told: str) -> UndoResult:
    return UndoResult(None, 0, (), 0, (), (UndoError(path, code, told),))


UNDO = Question(
    "undo",
    "Take back an import, a batch or one change of the log: for editors, and of drafts for who wrote all of it. "
    "Nothing is taken back where something was changed or linked to since: that is named in `conflicts`, unless `rest` "
    "leaves it and takes back the rest.",
    UndoGiven,
    UndoResult,
    undo,
    lambda _given: 2 * _MOST,
    once=True,
)
