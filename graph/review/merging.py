"""merge and rename as writes that are asked for: previewed, by editors, with what they change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from graph.asking import REPEATED, Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY, LINK_PROPS, Model
from graph.model.kinds import Json
from graph.model.names import camel
from graph.review.edits import KeptEdit
from graph.review.moving import A, Acting, ReviewError, short
from graph.store.batch import ActorKind, Batch, Change, Move, Refused, Report
from graph.store.ids import check_id
from graph.store.select import Shape, by_ids
from graph.store.snapshot import outside

AnyId = Annotated[str, Of(ANY)]
_MOST, _MOST_AT_ONCE = 200, 100


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
class OneMerge:
    """One duplicate among several, and what it goes over into."""

    id: AnyId = said("The duplicate, as asset:tempeh. Its id leads to the other for ever.")
    into: AnyId = said("What it goes over into, of the same type; several may go over into one.")
    rev: int = said("The revision of the duplicate that you read. Where there is a newer one, nothing of all is done.")
    into_rev: int = said("The revision of the other that you read.")


@dataclass(frozen=True, slots=True)
class ToMergeMany:
    """Several duplicates."""

    merges: tuple[OneMerge, ...] = said(f"Up to {_MOST_AT_ONCE}, done in their order.")
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
    repeated: bool = said(REPEATED, False)


@dataclass(frozen=True, slots=True)
class ManyMerged:
    """What came of several merges. With errors none was done."""

    entities: tuple[AnyId, ...] = said("What there is now, each once.")
    batch: str | None = said("The batch they were written in, which `undo` takes back; null where nothing was.")
    count: int = said("How many entities they change, what links to the duplicates among them.")
    changes: tuple[MovedPart, ...] = said(f"What they change, the first {_MOST}.")
    errors: tuple[ReviewError, ...] = said("Why none was done, as merges[0].rev; none where all were.")
    repeated: bool = said(REPEATED, False)


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


def merge_many(acting: Any, given: ToMergeMany) -> ManyMerged:
    """Let several duplicates go over, all or none."""
    places = {one.id: place for place, one in enumerate(given.merges)}
    if not 1 <= len(given.merges) <= _MOST_AT_ONCE:
        raise InvalidValue(f"{len(given.merges)} are given; 1 to {_MOST_AT_ONCE} are merged at once.", path="merges")
    if len(places) < len(given.merges):
        raise InvalidValue("One duplicate is named twice.", path="merges", cure="Say what it goes over into once.")
    moves = [Move(one.id, one.into, one.rev, one.into_rev) for one in given.merges]

    def told(report: Report) -> ManyMerged:
        if report.refused:
            errors = (_error(f"merges[{places.get(one.id, 0)}].{camel(one.path)}", one) for one in report.refused)
            return ManyMerged((), None, 0, (), tuple(errors))
        shown = tuple(dict.fromkeys(one.into for one in given.merges))
        return ManyMerged(shown, *_told(acting, report, preview=given.preview), ())

    done = _done(acting, moves, given.reason, told, preview=given.preview)
    return ManyMerged((), None, 0, (), (done,)) if isinstance(done, ReviewError) else done


def _move(acting: Any, move: Move, reason: str | None, *, preview: bool) -> Merged:
    def told(report: Report) -> Merged:
        if report.refused:
            return Merged(None, None, 0, (), tuple(_error(camel(one.path), one) for one in report.refused))
        shown = move.into if not preview or _known(report, move) else move.id
        return Merged(shown, *_told(acting, report, preview=preview), ())

    done = _done(acting, [move], reason, told, preview=preview)
    return Merged(None, None, 0, (), (done,)) if isinstance(done, ReviewError) else done


def _told(acting: Any, report: Report, *, preview: bool) -> tuple[str | None, int, tuple[MovedPart, ...]]:
    """The batch of moves that were done, how many entities they change, and what."""
    parts = [part for change in report.changes for part in _parts(cast("Asking", acting).store.model, change)]
    return None if preview else report.changes[0].batch, len(report.changes), tuple(parts[:_MOST])


def _done(
    acting: Any, moves: Sequence[Move], reason: str | None, told: Callable[[Report], A], *, preview: bool
) -> A | ReviewError:
    """Moves in one batch, all or none; by editors."""
    asking, writing = cast("Asking", acting), cast("Acting", acting)
    writer = writing.writer
    if not writer.publishes:
        return ReviewError("id", "FORBIDDEN", "Your role merges and renames nothing. Ask an editor.")
    for one in moves:
        for id in (one.id, one.into):
            check_id(asking.store.model, id)
    batch = Batch(actor=writer.name, actor_kind=ActorKind.PERSON, reason=short(reason), whole=True, moves=tuple(moves))
    return writing.write(batch, told, dry_run=preview)


def _known(report: Report, move: Move) -> bool:
    """Whether what a move leads to is there without it."""
    return all(one.op != "create" for one in report.changes if one.id == move.into)


def _error(path: str, refused: Refused) -> ReviewError:
    codes = {"rev": "STALE", "into_rev": "STALE", "state": "NOT_READY"}
    unknown = refused.reason.startswith("There is nothing")
    return ReviewError(path, "UNKNOWN_ID" if unknown else codes.get(refused.path, "BAD_VALUE"), refused.reason)


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
        once=True,
    ),
    Question(
        "merge_many",
        "Let several duplicates go over in one batch, all or none of them, each as by `merge`. With `preview`, say "
        "what would change.",
        ToMergeMany,
        ManyMerged,
        merge_many,
        lambda given: _MOST + len(given.merges),
        once=True,
    ),
    Question(
        "rename",
        "Give something another id, for editors; the old one leads to it for ever.",
        ToRename,
        Merged,
        rename,
        lambda _given: _MOST,
        once=True,
    ),
)
