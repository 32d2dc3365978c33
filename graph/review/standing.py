"""Where a draft stands: who wrote it, who approved it, what is missing, and what reviewers said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from graph.asking import Asking, Of, Question, said
from graph.model import ANY, LEVEL
from graph.model.enums import NoteKind, State
from graph.review.moving import MissingForPublication
from graph.review.passage import passage_of
from graph.review.readiness import lacking
from graph.store.ids import check_id
from graph.store.select import Cmp, Follow, Not, Order, Select, Shape, by_ids

AnyId = Annotated[str, Of(ANY)]
_MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class OfWhat:
    """Which draft."""

    id: AnyId = said("The id, as asset:kimjang.")


@dataclass(frozen=True, slots=True)
class ReviewRemark:
    """What a reviewer said of a draft."""

    note: str = said("The note.")
    kind: NoteKind = said("What it asks for.")
    on_rev: int | None = said("The revision it is about.")
    at: datetime = said("When it was written.")


@dataclass(frozen=True, slots=True)
class Review:
    """Where a thing stands on its way to the public, for those who see drafts of it."""

    entity: AnyId | None = said("The thing.")
    state: State = said("Where it stands.")
    version: str = said("The hash of the log's entry that left it as it is.")
    authors: tuple[str, ...] = said("Who wrote of it since it was last public, by the names of the log.")
    approved_by: str | None = said("Who approved exactly this version.")
    approved_at: datetime | None = said("When.")
    publishable_from: datetime | None = said("When the quiet period after the approval is over.")
    voided_by: str | None = said("Who edited it after an approval, which is void since.")
    missing: tuple[MissingForPublication, ...] = said("What is missing before it can be published.")
    notes: tuple[ReviewRemark, ...] = said("What reviewers said, the newest first.")


NOTES = Select(
    "ReviewNote",
    Shape((("name", "name"), ("note", "note"), ("kind", "kind"), ("on_rev", "on_rev"), ("at", "created_at"))),
    where=Not(Cmp("state", "eq", State.RETIRED.value)),
    order=(Order("created_at", descending=True), Order("id", descending=True)),
    limit=_MOST_NOTES,
)


def review(asking: Asking, given: OfWhat) -> Review | None:
    """Where a draft stands; nothing where the caller does not see it, or sees no drafts of it."""
    entity = check_id(asking.store.model, given.id)
    shape = Shape((("state", "state"), ("marking", "marking")))
    rows = cast("Any", asking.ask({"it": by_ids(ANY, (given.id,), shape, limit=1)})["it"]["rows"])
    if not rows or LEVEL[rows[0]["marking"]] > asking.viewer.draft:
        return None
    passage = passage_of(asking.store, given.id)
    asking.statements += 1
    approved = passage.approved_at if rows[0]["state"] == State.APPROVED else None
    return Review(
        given.id,
        State(rows[0]["state"]),
        passage.version,
        passage.authors,
        passage.approved_by if approved else None,
        approved,
        approved + asking.surroundings.review.quiet if approved else None,
        passage.voided_by if rows[0]["state"] == State.APPROVED else None,
        tuple(MissingForPublication(*one) for one in lacking(asking, asking.store.model, entity.name, given.id)),
        _notes(asking, given.id),
    )


def _notes(asking: Asking, id: str) -> tuple[ReviewRemark, ...]:
    """The notes on a thing, which are out of sight by themselves but for those who decide."""
    question = by_ids(ANY, (id,), Shape((), (("notes", Follow("review_notes", NOTES)),)), limit=1)
    rows = cast("Any", asking.ask({"it": question}, asking.everything)["it"]["rows"])
    return tuple(remark(row) for one in rows for row in one["notes"]["rows"])


def remark(row: Mapping[str, Any]) -> ReviewRemark:
    return ReviewRemark(
        row["note"] or row["name"],
        NoteKind(row["kind"] or NoteKind.COMMENT),
        row["on_rev"],
        datetime.fromisoformat(row["at"]),
    )


QUESTION = Question("review", "Where a draft stands, and what was said of it.", OfWhat, Review | None, review,
                    lambda _given: 5 + _MOST_NOTES)  # fmt: skip
