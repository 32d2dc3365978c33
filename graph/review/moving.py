"""The moves of the review as writes: who makes them, what stands in the way, and what they leave in the log."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Annotated, Any, Protocol, TypeVar, cast

from graph.asking import REPEATED, Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY, EntityType
from graph.model.enums import NoteKind, State
from graph.model.moves import APPROVE, MOVES, NEVER_PUBLISHED, PUBLISH, PULL_BACK, RETURN, SUBMIT, Move
from graph.review.passage import Passage, passage_of
from graph.review.readiness import Check, lacking
from graph.sentence import sentence, together
from graph.store.batch import ActorKind, Batch, Put, Refused, Report, To
from graph.store.ids import check_id
from graph.store.select import Shape, Viewer, by_ids

A = TypeVar("A")
AnyId = Annotated[str, Of(ANY)]
_LONGEST_REASON, _LONGEST_NOTE, _LINE = 500, 10_000, 120


class Writer(Protocol):
    """Who moves."""

    @property
    def name(self) -> str: ...

    @property
    def viewer(self) -> Viewer: ...

    @property
    def publishes(self) -> bool: ...


class Acting(Protocol):
    """What a move needs of a request that may write."""

    @property
    def writer(self) -> Writer: ...

    def write(self, batch: Batch, told: Callable[[Report], A], *, dry_run: bool = False) -> A:
        """Write a batch and say what came of it, which is kept where the action was sent with a key."""
        ...


@dataclass(frozen=True, slots=True)
class ToMove:
    """What to move."""

    id: AnyId = said("The id, as asset:kimjang.")
    rev: int = said("The revision you read. Where there is a newer one, nothing is moved.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Move nothing, and say what stands in the way.", False)


@dataclass(frozen=True, slots=True)
class ToReturn:
    """What to give back, and what is to be done."""

    id: AnyId = said("The id, as asset:kimjang.")
    rev: int = said("The revision you read. Where there is a newer one, nothing is moved.")
    note: str = said("What is to be done. It is kept as a review note and is never public.")


@dataclass(frozen=True, slots=True)
class ReviewError:
    """Why something was not moved."""

    path: str = said("The argument it is about; empty where it is about all.")
    code: str = said(
        "For programs: FORBIDDEN, NOT_READY, NOT_APPROVED, OWN_WORK, TOO_EARLY, STALE, KEY_REUSED or BAD_VALUE."
    )
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class MissingForPublication:
    """Something without which it cannot be published."""

    check: str = said("What is missing, for programs: REQUIRED, RIGHTS, ALT_TEXT or CREDIT.")
    of: AnyId | None = said("What lacks it: the thing itself or one of its media.")
    message: str = said("The same in a sentence.")


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a move. With errors nothing was moved."""

    entity: AnyId | None = said("It as it is now, if you may see it.")
    errors: tuple[ReviewError, ...] = said("Why it was not moved; none where it was.")
    missing: tuple[MissingForPublication, ...] = said("What is missing before it can be published.")
    repeated: bool = said(REPEATED, False)


@dataclass(slots=True)
class _Found:
    """What stands in the way."""

    errors: list[ReviewError] = field(default_factory=list[ReviewError])
    missing: list[MissingForPublication] = field(default_factory=list[MissingForPublication])

    def refuse(self, path: str, code: str, message: str) -> None:
        self.errors.append(ReviewError(path, code, message))


def _move(acting: Any, name: str, given: ToMove) -> Moved:
    return _make(acting, name, given, Batch(reason=short(given.reason)))


def _give_back(acting: Any, given: ToReturn) -> Moved:
    told, line = noted(given.note, given.id, NoteKind.CHANGE, given.rev)
    return _make(acting, RETURN, ToMove(given.id, given.rev), Batch((told,), reason=line))


def _make(acting: Any, name: str, given: ToMove, batch: Batch) -> Moved:
    """Make a move where nothing is in its way."""
    asking, writing, move = cast("Asking", acting), cast("Acting", acting), MOVES[name]
    writer = writing.writer
    entity = check_id(asking.store.model, given.id)
    row = _seen(asking, writer.viewer, given.id)
    if row is None:
        return Moved(None, (ReviewError("id", "UNKNOWN_ID", f'There is nothing with the id "{given.id}".'),), ())
    found = _Found()
    _check(found, asking, writer, entity, row, name, given)
    if found.errors:
        return Moved(given.id, tuple(found.errors), tuple(found.missing))
    put = Put(given.id, entity.name, {"state": move.target.value}, rev=given.rev)
    whole = Batch((put, *batch.puts), writer.name, ActorKind.PERSON, batch.reason, whole=True)
    return writing.write(
        whole, lambda report: Moved(given.id, tuple(map(_error, report.refused)), ()), dry_run=given.preview
    )


def _seen(asking: Asking, viewer: Viewer, id: str) -> Mapping[str, Any] | None:
    shape = Shape((("rev", "rev"), ("state", "state")))
    rows = cast("Any", asking.ask({"it": by_ids(ANY, (id,), shape, limit=1)}, viewer)["it"]["rows"])
    return rows[0] if rows else None


def _check(
    found: _Found,
    asking: Asking,
    writer: Writer,
    entity: EntityType,
    row: Mapping[str, Any],
    name: str,
    given: ToMove,
) -> None:
    """Everything that stands in the way of a move, in the order in which one would ask."""
    move = MOVES[name]
    if move.publishers and not writer.publishes:
        return found.refuse("id", "FORBIDDEN", sentence("Your role does not decide on drafts. Ask an editor."))
    if row["rev"] != given.rev:
        told = sentence(
            "It was read at revision {read} and is at {now} now. Read it again, and decide again.",
            read=given.rev,
            now=row["rev"],
        )
        return found.refuse("rev", "STALE", told)
    if State(row["state"]) not in move.sources:
        where = sorted(move.sources)
        return found.refuse(
            "id",
            "BAD_VALUE",
            sentence("It is {state:word}; only what is {where:or} can be moved so.", state=row["state"], where=where),
        )
    if move.target in (State.APPROVED, State.PUBLISHED) and entity.name in NEVER_PUBLISHED:
        return found.refuse("id", "FORBIDDEN", sentence("A review note is about a draft and is never published."))
    if move.others or move.approved:
        _check_passage(found, asking, writer, move, passage_of(asking.store, given.id))
    if move.ready:
        _check_ready(found, asking, entity, given)
    return None


def _check_passage(found: _Found, asking: Asking, writer: Writer, move: Move, passage: Passage) -> None:
    policy = asking.surroundings.review
    asking.statements += 1
    if move.others and policy.four_eyes and writer.name in passage.authors:
        told = sentence("You wrote some of it since it was last public. Somebody else has to approve it.")
        found.refuse("id", "OWN_WORK", told)
    if not move.approved:
        return
    if passage.approved_at is None:
        since = (
            sentence("It was edited by {name} after it was approved.", name=passage.voided_by)
            if passage.voided_by
            else sentence("This version was not approved.")
        )
        told = together(since, sentence("Pull it back into review and approve what is there now."))
        found.refuse("id", "NOT_APPROVED", told)
    elif policy.four_eyes and passage.approved_by in passage.authors:
        told = sentence(
            "{name} approved what it wrote itself. Pull it back, and let somebody else approve it.",
            name=passage.approved_by,
        )
        found.refuse("id", "OWN_WORK", told)
    elif asking.viewer.moment < passage.approved_at + policy.quiet:
        until = (passage.approved_at + policy.quiet).isoformat(timespec="seconds").replace("+00:00", "Z")
        found.refuse(
            "id",
            "TOO_EARLY",
            sentence("It was just approved and can be pulled back until {until}. Publish it then.", until=until),
        )


def _check_ready(found: _Found, asking: Asking, entity: EntityType, given: ToMove) -> None:
    put = Put(given.id, entity.name, {"state": State.PUBLISHED.value}, rev=given.rev)
    refused = asking.store.write(Batch((put,), whole=True), dry_run=True).refused
    asking.statements += 1
    told = [(Check.REQUIRED, given.id, one.reason) for one in refused if one.path == "state"]
    told += lacking(asking, asking.store.model, entity.name, given.id)
    found.missing += [MissingForPublication(*one) for one in told]
    if told:
        names = ", ".join(dict.fromkeys(check for check, _, _ in told))
        found.refuse(
            "id",
            "NOT_READY",
            sentence("It cannot be published without {names}; `missing` says what of which.", names=names),
        )


def _error(refused: Refused) -> ReviewError:
    code = {"rev": "STALE", "state": "NOT_READY"}.get(refused.path, "BAD_VALUE")
    return ReviewError(refused.path, code, refused.reason)


def short(reason: str | None) -> str:
    found = " ".join((reason or "").split())
    if len(found) > _LONGEST_REASON:
        raise InvalidValue(
            sentence("It has {count} characters; {most} are allowed.", count=len(found), most=_LONGEST_REASON),
            path="reason",
        )
    return found


def noted(note: str, about: str, kind: NoteKind, on_rev: int | None = None) -> tuple[Put, str]:
    """A reviewer's note as it is written, and its line for the log; raises InvalidValue."""
    note = note.strip()
    if not note or len(note) > _LONGEST_NOTE:
        raise InvalidValue(sentence("It needs 1 to {most} characters.", most=_LONGEST_NOTE), path="note")
    first = " ".join(note.split())
    line = first if len(first) <= _LINE else f"{first[: _LINE - 1]}…"
    values = {"name": line, "note": first, "kind": kind.value, "on_rev": on_rev}
    return Put(f"reviewnote:{token_hex(6)}", "ReviewNote", values, {"about": (To(about),)}, rev=0), line


def _actions() -> Iterator[Question[Any]]:
    for name, field_name, doc in (
        (SUBMIT, "submit_for_review", "Hand a draft to review."),
        (APPROVE, "approve", "Approve exactly this revision; who wrote it cannot, unless the installation says so."),
        (PUBLISH, "publish", "Publish what was approved, once nothing is missing and the quiet period is over."),
        (PULL_BACK, "pull_back", "Take an approval back, so that it is reviewed again."),
    ):
        yield Question(field_name, doc, ToMove, Moved, _moving(name), lambda _given: 3, once=True)
    doc = "Give back what is in review or approved, with a note on what is to be done."
    yield Question("return_with_note", doc, ToReturn, Moved, _give_back, lambda _given: 3, once=True)


def _moving(name: str) -> Callable[[Any, ToMove], Moved]:
    def moved(acting: Any, given: ToMove) -> Moved:
        return _move(acting, name, given)

    return moved


ACTIONS = tuple(_actions())
