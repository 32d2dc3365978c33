"""updateMany: edits of several things as one batch, after a look at what all of them change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

from graph.asking import Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.kinds import Json

if TYPE_CHECKING:
    from api.plan.acting import Acting

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
class ManyChange:
    """A property or link field before and after."""

    id: str = said("What changes.")
    path: str = said("The property or link field, as title.")
    before: Json | None = said("What it was; of links those that change, by id.")
    after: Json | None = said("What it is; of links those that change, by id.")


@dataclass(frozen=True, slots=True)
class ManyError:
    """Why nothing was written."""

    id: str = said("What it is about; empty where it is about all.")
    path: str = said("The argument, as input.title.")
    code: str = said("The same for programs, as for other writes.")
    message: str = said("What is wrong, and what to do.")


@dataclass(frozen=True, slots=True)
class ManyResult:
    """What came of several edits. With errors nothing was written."""

    batch: str | None = said("The batch it was written in, which `undo` takes back; null where nothing was.")
    count: int = said("How many things changed, or would.")
    entities: tuple[AnyId, ...] = said("Those things as they are now.")
    changes: tuple[ManyChange, ...] = said(f"What changed, or would; the first {_SHOWN}.")
    errors: tuple[ManyError, ...] = said("Why nothing was written; none where it was.")


def update_many(acting: "Acting", given: ManyGiven) -> ManyResult:
    """Make several edits, each by the rules of its own update, all or none."""
    from api.plan.writes import Write, Writing  # Which the contract, and so this module, comes before.
    from api.schema.mutations import UPDATE

    if not 1 <= len(given.edits) <= _MOST:
        raise InvalidValue(f"{len(given.edits)} edits are given; 1 to {_MOST} are made at once.", path="edits")
    if len({one.id for one in given.edits}) < len(given.edits):
        raise InvalidValue("One thing is edited twice.", path="edits", cure="Put both edits together.")
    for place, one in enumerate(given.edits):
        if not isinstance(cast("object", one.input), dict):
            raise InvalidValue("It is no object.", path=f"edits[{place}].input", cure='Write it as {"title": "..."}.')
    writing = Writing(acting.store, acting.catalogue, acting.writer, acting.surroundings.review)
    writes = [Write(UPDATE, ANY, one.id, one.rev, cast("dict[str, Any]", one.input)) for one in given.edits]
    done = writing.many(writes, given.reason or "", preview=given.preview)
    acting.statements += writing.statements + 1
    changes = (ManyChange(**cast("dict[str, Any]", one)) for one in done.changes[:_SHOWN])
    errors = (ManyError(id, one.path, one.code, one.message) for id, one in done.errors)
    return ManyResult(done.batch, len(done.ids), done.ids, tuple(changes), tuple(errors))


UPDATE_MANY = Question(
    "update_many",
    "Change several things in one batch, all or none of them, each by the rules of its own update. With `preview`, say "
    "what would change.",
    ManyGiven,
    ManyResult,
    update_many,
    lambda given: 2 * len(given.edits),
)
