"""merge and rename as writes that are asked for: previewed, by editors, with what they change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from graph.asking import Asking, Of, Question, said
from graph.model import ANY, LINK_PROPS, Model
from graph.model.kinds import Json
from graph.model.names import camel
from graph.review.edits import KeptEdit
from graph.review.moving import Acting, ReviewError, short
from graph.store.batch import ActorKind, Batch, Change, Move, Report
from graph.store.ids import check_id
from graph.store.select import Shape, by_ids
from graph.store.snapshot import outside

AnyId = Annotated[str, Of(ANY)]
_MOST = 200


@dataclass(frozen=True, slots=True)
class ToMerge:
    """What goes over into what."""

    id: AnyId = said("The duplicate, as asset:tempeh. Its id leads to the other for ever.")
    into: AnyId = said("What it goes over into, of the same type. What that says stays; what it leaves open is filled.")
    rev: int = said("The revision of the duplicate that you read. Where there is a newer one, nothing is done.")
    into_rev: int = said("The revision of the other that you read.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Do nothing, and say what would change.", False)


@dataclass(frozen=True, slots=True)
class ToRename:
    """What gets another id."""

    id: AnyId = said("The id, as asset:tempeh. It leads to the new one for ever.")
    to: AnyId = said("The new id, of the same type.")
    rev: int = said("The revision you read. Where there is a newer one, nothing is done.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Do nothing, and say what would change.", False)


@dataclass(frozen=True, slots=True)
class MovedPart:
    """A property or link field of something that a merge or a new id changes."""

    id: str = said("What changes.")
    path: str = said("The property or link field, as title; empty where all of it goes.")
    before: Json | None = said("What it was; of links those that change, by id.")
    after: Json | None = said("What it becomes; of links those that change, by id.")


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge or a new id. With errors nothing was done."""

    entity: AnyId | None = said("What there is now.")
    batch: str | None = said("The batch it was written in, which `undo` takes back; null where nothing was.")
    count: int = said("How many entities it changes, what links to the one among them.")
    changes: tuple[MovedPart, ...] = said(f"What it changes, the first {_MOST}.")
    errors: tuple[ReviewError, ...] = said("Why it was not done; none where it was.")


def merge(acting: Any, given: ToMerge) -> Merged:
    """Let a duplicate go over into another."""
    return _move(acting, Move(given.id, given.into, given.rev, given.into_rev), given.reason, preview=given.preview)


def rename(acting: Any, given: ToRename) -> Merged:
    """Give something another id."""
    asking = cast("Asking", acting)
    there = asking.ask({"it": by_ids(ANY, (given.to,), Shape((("id", "id"),)))}, asking.everything)["it"]["rows"]
    if there:
        told = f'There is something with the id "{given.to}" already. Merge the two, or name another.'
        return _refused("to", "ID_TAKEN", told)
    return _move(acting, Move(given.id, given.to, given.rev), given.reason, preview=given.preview)


def _move(acting: Any, move: Move, reason: str | None, *, preview: bool) -> Merged:
    asking, writer = cast("Asking", acting), cast("Acting", acting).writer
    if not writer.publishes:
        return _refused("id", "FORBIDDEN", "Your role merges and renames nothing. Ask an editor.")
    for id in (move.id, move.into):
        check_id(asking.store.model, id)
    batch = Batch(actor=writer.name, actor_kind=ActorKind.PERSON, reason=short(reason), whole=True, moves=(move,))
    report = asking.store.write(batch, dry_run=preview)
    asking.statements += 1
    if report.refused:
        return Merged(None, None, 0, (), tuple(_error(one.path, one.reason) for one in report.refused))
    parts = [part for change in report.changes for part in _parts(asking.store.model, change)]
    written = report.changes[0].batch if not preview else None
    shown = move.into if not preview or _known(report, move) else move.id
    return Merged(shown, written, len(report.changes), tuple(parts[:_MOST]), ())


def _known(report: Report, move: Move) -> bool:
    """Whether what a move leads to is there without it."""
    return all(one.op != "create" for one in report.changes if one.id == move.into)


def _error(path: str, reason: str) -> ReviewError:
    codes = {"rev": "STALE", "into_rev": "STALE", "state": "NOT_READY"}
    code = "UNKNOWN_ID" if reason.startswith("There is nothing") else codes.get(path, "BAD_VALUE")
    return ReviewError(camel(path), code, reason)


def _parts(model: Model, change: Change) -> Iterator[MovedPart]:
    """What one entry of the log says of an entity, as it is told to who sees everything."""
    if change.op == "delete":
        yield MovedPart(change.id, "", None, None)
        return
    entity = model.type(change.type)
    reverse: Mapping[str, object] = {} if change.op == "create" else change.reverse
    grouped: dict[str, tuple[Any, Any]] = {}
    for (name, _), (before, after) in KeptEdit(change.patch, reverse).places(entity).items():
        if name in entity.props:
            grouped[name] = (outside(entity.props[name], before), outside(entity.props[name], after))
            continue
        props = {**LINK_PROPS, **entity.ends[name].link.props}
        sides = tuple(
            {to: {camel(key): outside(props[key], one) for key, one in carried.items()} for to, carried in side.items()}
            for side in (before, after)
        )
        old: tuple[Mapping[str, Any], Mapping[str, Any]] = grouped.get(name, ({}, {}))
        grouped[name] = ({**old[0], **sides[0]}, {**old[1], **sides[1]})
    for name, (before, after) in grouped.items():
        yield MovedPart(change.id, camel(name), before, after)


def _refused(path: str, code: str, told: str) -> Merged:
    return Merged(None, None, 0, (), (ReviewError(path, code, told),))


ACTIONS = (
    Question(
        "merge",
        "Let a duplicate go over into another of its type, for editors: all that links to it links to that one, what "
        "it says fills what that leaves open, and its id leads there for ever. `undo` takes it back.",
        ToMerge,
        Merged,
        merge,
        lambda _given: _MOST,
    ),
    Question(
        "rename",
        "Give something another id, for editors; the old one leads to it for ever.",
        ToRename,
        Merged,
        rename,
        lambda _given: _MOST,
    ),
)
