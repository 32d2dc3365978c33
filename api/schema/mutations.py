"""What can be written: a result for each type, made from the model, and the fields that take its input."""

from collections.abc import Iterable
from typing import Any, Optional

import strawberry

from api.schema.book import Argument, Book, Member, many
from api.schema.catalogue import Catalogue
from api.schema.entity_inputs import input_of
from api.schema.names import words
from api.schema.objects import Objects
from api.schema.told import KEY, Shown
from graph.asking import Question
from graph.model import ANY
from graph.model.kinds import Json
from graph.model.moves import WRITTEN_BY_ACTIONS

MUTATION = "Mutation"
CREATE, UPDATE, RETIRE, RESTORE = "create", "update", "retire", "restore"

_ID = Argument("id", strawberry.ID, "The id, as asset:kimjang.")
_REV = Argument("rev", int, "The revision you read, from `rev`. Where there is a newer one, nothing is written.")
_PROPOSE = Argument(
    "propose",
    Optional[bool],
    "Keep the edit as a proposal, on which an editor decides; for what is published or approved.",
)
_HOW = (
    Argument("preview", Optional[bool], "Write nothing, and say what would change."),
    Argument("reason", Optional[str], "Why, for the log."),
    KEY,
)


def mutation(book: Book, catalogue: Catalogue, objects: Objects, actions: Iterable[Question[Any]]) -> type:
    """The mutation type."""

    def members() -> Iterable[Member]:
        for name in catalogue.model.types:
            if name in WRITTEN_BY_ACTIONS:
                continue
            given = Argument("input", input_of(book, catalogue, name), "What it says. What is left out stays as it is.")
            own = Argument("id", Optional[strawberry.ID], "An id for it; made from its name where it is left out.")
            answer: Any = _result(book, objects, name)
            yield Member(f"{CREATE}{name}", answer, f"Create the {words(name)}, as a draft.", (given, own, *_HOW))
            yield Member(f"{UPDATE}{name}", answer, f"Change the {words(name)}.", (_ID, _REV, given, _PROPOSE, *_HOW))
        anything: Any = _result(book, objects, ANY)
        yield Member(RETIRE, anything, "Take it out of use; it stays, for editors.", (_ID, _REV, *_HOW))
        yield Member(RESTORE, anything, "Make a draft again of what was retired.", (_ID, _REV, *_HOW))
        for action in actions:
            yield Shown(book, objects).member(action)

    return book.object(MUTATION, "Everything that can be written. Fields are done one after the other.", members)


def _result(book: Book, objects: Objects, name: str) -> Any:
    error: Any = _error(book)
    change: Any = _change(book)
    doc = "What came of a write. With errors nothing of it was written."
    return book.object(
        f"{name}Result",
        doc,
        lambda: (
            Member("entity", Optional[objects.type(name)], "It as it is now, if you may see it."),
            Member("errors", many(error), "Why it was not written; none where it was."),
            Member("changes", many(change), "What changed, or with `preview` would change."),
            Member("proposal", Optional[strawberry.ID], "The proposal that it was kept as; read it with `proposal`."),
            Member("repeated", bool, "Whether it had been written before, by its idempotency key."),
        ),
    )


def _error(book: Book) -> Any:
    code: Any = book.enum("WriteErrorCode", "Why something was not written.", lambda: ERROR_CODES)
    return book.object(
        "WriteError",
        "Why something was not written.",
        lambda: (
            Member("path", str, "The argument it is about, as input.title; empty where it is about all."),
            Member("code", code, "The same for programs."),
            Member("message", str, "What is wrong, and what to do."),
        ),
    )


def _change(book: Book) -> Any:
    return book.object(
        "WrittenChange",
        "A property or link field before and after a write.",
        lambda: (
            Member("id", strawberry.ID, "What changed."),
            Member("path", str, "The property or link, as title."),
            Member("before", Optional[Json], "What it was; of links those that changed, by id."),
            Member("after", Optional[Json], "What it is; of links those that changed, by id."),
        ),
    )


ERROR_CODES: dict[str, str | None] = {
    "BAD_VALUE": "A value cannot be.",
    "UNKNOWN_ID": "There is nothing with this id, as far as you may see.",
    "ID_TAKEN": "Something has this id already.",
    "STALE": "Somebody changed it since you read it. `entity` is as it is now.",
    "NOT_READY": "It lacks what its state demands.",
    "FORBIDDEN": "Your role does not let you.",
    "KEY_REUSED": "The idempotency key stood for another write.",
}
