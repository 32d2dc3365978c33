"""Writes of several things as one batch, after a look at what all of them change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

from api.schema.names import singular
from graph.asking import Given, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import State
from graph.model.kinds import Json

if TYPE_CHECKING:
    from api.plan.acting import Acting
    from api.plan.wanted import Write, WriteError

AnyId = Annotated[str, Of(ANY)]
#: What to do, with what of which type, the revision that was read, and what is said.
_Said: TypeAlias = tuple[str, str, str | None, int | None, Mapping[str, Any]]
_MOST, _SHOWN = 100, 500


@dataclass(frozen=True, slots=True)
class ManyEdit:
    """One edit among several."""

    id: AnyId = said("What is changed.")
    rev: int = said("The revision you read. Where there is a newer one, nothing of all is written.")
    input: Given = said("What its update would be given as input, under its type.")


@dataclass(frozen=True, slots=True)
class ManyGiven:
    """Several edits."""

    edits: tuple[ManyEdit, ...] = said(f"Up to {_MOST}, each of another thing.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Write nothing, and say what would change.", False)
    idempotency_key: str | None = said(
        "A text of your own that stands for all of it. Sent again within a day it is not written again.", None
    )


@dataclass(frozen=True, slots=True)
class ManyNew:
    """One thing among several that are made."""

    input: Given = said("What its create would be given as input, under its type.")
    id: AnyId | None = said("Its id; made from its name, where it is left out.", None)


@dataclass(frozen=True, slots=True)
class ManyNewGiven:
    """Several things to make."""

    entities: tuple[ManyNew, ...] = said(f"Up to {_MOST}.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Write nothing, and say what would be made.", False)
    idempotency_key: str | None = said(
        "A text of your own that stands for all of it. Sent again within a day it is not written again.", None
    )


@dataclass(frozen=True, slots=True)
class ManyThing:
    """One thing among several."""

    id: AnyId = said("The thing.")
    rev: int = said("The revision you read. Where there is a newer one, nothing of all is written.")


@dataclass(frozen=True, slots=True)
class ManyThingsGiven:
    """Several things."""

    things: tuple[ManyThing, ...] = said(f"Up to {_MOST}.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Write nothing, and say what would change.", False)
    idempotency_key: str | None = said(
        "A text of your own that stands for all of it. Sent again within a day it is not written again.", None
    )


@dataclass(frozen=True, slots=True)
class ManyChange:
    """A property or link field before and after."""

    id: str = said("What changes.")
    path: str = said("The property or link field, as title.")
    before: Json | None = said("What it was; of links those that change, by id.")
    after: Json | None = said("What it is; of links those that change, by id.")


@dataclass(frozen=True, slots=True)
class ManyError:
    """Why nothing was written."""

    id: str = said("What it is about; empty where it is about all, or has none yet.")
    path: str = said("The argument, as input.asset.title; of what has no id yet as entities[0].input.asset.title.")
    code: str = said("The same for programs, as for other writes.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class ManyResult:
    """What came of several writes. With errors nothing was written."""

    batch: str | None = said("The batch it was written in, which `undo` takes back; null where nothing was.")
    count: int = said("How many things changed, or would.")
    entities: tuple[AnyId, ...] = said("Those things as they are now.")
    changes: tuple[ManyChange, ...] = said(f"What changed, or would; the first {_SHOWN}.")
    errors: tuple[ManyError, ...] = said("Why nothing was written; none where it was.")
    repeated: bool = said("Whether it had been written before, by its idempotency key.")


def update_many(acting: "Acting", given: ManyGiven) -> ManyResult:
    """Make several edits, each by the rules of its own update, all or none."""
    _bounded("edits", [one.id for one in given.edits])
    edits = [("update", one.input.type, one.id, one.rev, one.input.values) for one in given.edits]
    return _write(acting, "edits", edits, given)


def create_many(acting: "Acting", given: ManyNewGiven) -> ManyResult:
    """Make several things, each by the rules of its own create, all or none."""
    _bounded("entities", [one.id for one in given.entities])
    things = [("create", one.input.type, one.id, None, one.input.values) for one in given.entities]
    return _write(acting, "entities", things, given)


def retire_many(acting: "Acting", given: ManyThingsGiven) -> ManyResult:
    """Retire several things, all or none."""
    return _moved(acting, given, "retire", State.RETIRED)


def restore_many(acting: "Acting", given: ManyThingsGiven) -> ManyResult:
    """Make several retired things drafts again, all or none."""
    return _moved(acting, given, "restore", State.DRAFT)


def _moved(acting: "Acting", given: ManyThingsGiven, verb: str, state: State) -> ManyResult:
    _bounded("things", [one.id for one in given.things])
    return _write(acting, "things", [(verb, ANY, one.id, one.rev, {"state": state}) for one in given.things], given)


def _write(
    acting: "Acting", argument: str, told: Sequence[_Said], given: ManyGiven | ManyNewGiven | ManyThingsGiven
) -> ManyResult:
    from api.plan.wanted import Write
    from api.plan.writes import Writing  # Which the contract, and so this module, comes before.

    writing = Writing(acting.store, acting.catalogue, acting.writer, acting.surroundings.review)
    preview, reason, key = given.preview, given.reason or "", given.idempotency_key
    writes = [Write(*one, preview=preview, reason=reason, key=key) for one in told]
    done = writing.many(writes)
    acting.statements += writing.statements + 1
    changes = (ManyChange(**cast("dict[str, Any]", one)) for one in done.changes[:_SHOWN])
    errors = tuple(_error(argument, writes, place, one) for place, one in done.errors)
    return ManyResult(done.batch, len(done.ids), done.ids, tuple(changes), errors, done.repeated)


def _error(argument: str, writes: "Sequence[Write]", place: int | None, error: "WriteError") -> ManyError:
    """An error with what it is about; what has no id yet is named by its place."""
    if place is None:
        return ManyError("", error.path, error.code, error.message)
    write, path = writes[place], error.path
    if path.startswith("input.") and write.entity != ANY:
        path = f"input.{singular(write.entity)}{path.removeprefix('input')}"
    return ManyError(write.id or "", path if write.id else f"{argument}[{place}].{path}", error.code, error.message)


def _bounded(argument: str, ids: Sequence[str | None]) -> None:
    if not 1 <= len(ids) <= _MOST:
        raise InvalidValue(f"{len(ids)} are given; 1 to {_MOST} are written at once.", path=argument)
    named = [id for id in ids if id is not None]
    if len(set(named)) < len(named):
        raise InvalidValue("One thing is named twice.", path=argument, cure="Put both together.")


_ALL_OR_NONE = "in one batch, all or none of them"

ACTIONS = (
    Question(
        "update_many",
        f"Change several things {_ALL_OR_NONE}, each by the rules of its own update. With `preview`, say "
        "what would change.",
        ManyGiven,
        ManyResult,
        update_many,
        lambda given: 2 * len(given.edits),
    ),
    Question(
        "create_many",
        f"Make several things {_ALL_OR_NONE}, each by the rules of its own create. Those that are given an id may be "
        "linked to by the others. With `preview`, say what would be made.",
        ManyNewGiven,
        ManyResult,
        create_many,
        lambda given: 2 * len(given.entities),
    ),
    Question(
        "retire_many",
        f"Retire several things {_ALL_OR_NONE}. With `preview`, say what would change.",
        ManyThingsGiven,
        ManyResult,
        retire_many,
        lambda given: 2 * len(given.things),
    ),
    Question(
        "restore_many",
        f"Make several retired things drafts again, {_ALL_OR_NONE}. With `preview`, say what would change.",
        ManyThingsGiven,
        ManyResult,
        restore_many,
        lambda given: 2 * len(given.things),
    ),
)
