"""Writes of several things as one batch, after a look at what all of them change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

from graph.asking import Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import State
from graph.model.kinds import Json

if TYPE_CHECKING:
    from api.plan.acting import Acting
    from api.plan.writes import WriteError

AnyId = Annotated[str, Of(ANY)]
_MOST, _SHOWN = 100, 500


@dataclass(frozen=True, slots=True)
class ManyEdit:
    """One edit among several."""

    id: AnyId = said("What is changed.")
    rev: int = said("The revision you read. Where there is a newer one, nothing of all is written.")
    input: Json = said("What its update would be given as input, by the same names.")


@dataclass(frozen=True, slots=True)
class ManyGiven:
    """Several edits."""

    edits: tuple[ManyEdit, ...] = said(f"Up to {_MOST}, each of another thing.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Write nothing, and say what would change.", False)


@dataclass(frozen=True, slots=True)
class ManyNew:
    """One thing among several that are made."""

    type: str = said("Its type, as Asset.")
    input: Json = said("What its create would be given as input, by the same names.")
    id: AnyId | None = said("Its id; made from its name, where it is left out.", None)


@dataclass(frozen=True, slots=True)
class ManyNewGiven:
    """Several things to make."""

    entities: tuple[ManyNew, ...] = said(f"Up to {_MOST}.")
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Write nothing, and say what would be made.", False)


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
    path: str = said("The argument, as input.title; of what has no id yet as entities[0].input.title.")
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


def update_many(acting: "Acting", given: ManyGiven) -> ManyResult:
    """Make several edits, each by the rules of its own update, all or none."""
    ids = [one.id for one in given.edits]
    _bounded("edits", ids)
    inputs = [_object(f"edits[{place}].input", one.input) for place, one in enumerate(given.edits)]
    writes = [("update", ANY, one.id, one.rev, input) for one, input in zip(given.edits, inputs, strict=True)]
    return _write(acting, "edits", writes, given)


def create_many(acting: "Acting", given: ManyNewGiven) -> ManyResult:
    """Make several things, each by the rules of its own create, all or none."""
    _bounded("entities", [one.id for one in given.entities])
    inputs = [_object(f"entities[{place}].input", one.input) for place, one in enumerate(given.entities)]
    for one in given.entities:
        acting.store.model.type(one.type)
    writes = [("create", one.type, one.id, None, input) for one, input in zip(given.entities, inputs, strict=True)]
    return _write(acting, "entities", writes, given)


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
    acting: "Acting",
    argument: str,
    writes: Sequence[tuple[str, str, str | None, int | None, Mapping[str, Any]]],
    given: ManyGiven | ManyNewGiven | ManyThingsGiven,
) -> ManyResult:
    from api.plan.writes import Write, Writing  # Which the contract, and so this module, comes before.

    writing = Writing(acting.store, acting.catalogue, acting.writer, acting.surroundings.review)
    done = writing.many([Write(*one) for one in writes], given.reason or "", preview=given.preview)
    acting.statements += writing.statements + 1
    changes = (ManyChange(**cast("dict[str, Any]", one)) for one in done.changes[:_SHOWN])
    errors = tuple(_error(argument, writes, place, one) for place, one in done.errors)
    return ManyResult(done.batch, len(done.ids), done.ids, tuple(changes), errors)


def _error(argument: str, writes: Sequence[tuple[Any, ...]], place: int | None, error: "WriteError") -> ManyError:
    """An error with what it is about; what has no id yet is named by its place."""
    id = writes[place][2] if place is not None else None
    path = error.path if id is not None or place is None else f"{argument}[{place}].{error.path}"
    return ManyError(id or "", path, error.code, error.message)


def _bounded(argument: str, ids: Sequence[str | None]) -> None:
    if not 1 <= len(ids) <= _MOST:
        raise InvalidValue(f"{len(ids)} are given; 1 to {_MOST} are written at once.", path=argument)
    named = [id for id in ids if id is not None]
    if len(set(named)) < len(named):
        raise InvalidValue("One thing is named twice.", path=argument, cure="Put both together.")


def _object(path: str, given: object) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise InvalidValue("It is no object.", path=path, cure='Write it as {"title": "..."}.')
    return cast("dict[str, Any]", given)


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
