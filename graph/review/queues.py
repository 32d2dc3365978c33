"""What waits for a decision: drafts in review, what is approved and not published, and proposals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, cast

from graph.asking import Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY, LEVEL
from graph.model.enums import State, Told
from graph.model.moves import NEVER_PUBLISHED
from graph.review.waiting import UNDECIDED, standings
from graph.store.select import Cmp, Filter, Not, Order, Rel, Select, both, by_ids, shape_of
from graph.story.naming import asked_for, refuse_unknown
from graph.story.wording import language_of, say

AnyId = Annotated[str, Of(ANY)]
_PACKAGE, MOST, _YEAR = "graph.review", 200, timedelta(days=365)
_READY = ("APPROVED", "PUBLISHED")


class ReviewStep(Told):
    """What somebody has to decide."""

    REVIEW = "REVIEW", "A draft was handed in."
    PUBLISH = "PUBLISH", "What was approved is not published yet."
    PROPOSAL = "PROPOSAL", "An edit of something published was proposed."


@dataclass(frozen=True, slots=True)
class ReviewQueueGiven:
    """Whose queue."""

    keeper: AnyId | None = said("What this mission or organisation keeps; all, where it is left out.", None)
    first: int = said(f"How many at most, up to {MOST}; what waits longest first.", 50)


@dataclass(frozen=True, slots=True)
class QueuedForReview:
    """Something to decide on."""

    entity: AnyId | None = said("The thing, as it is now.")
    step: ReviewStep = said("What is to be decided.")
    proposal: str | None = said("The proposal's id, where it is about one.")
    since: datetime = said("Since when it waits.")
    reason: str = said("Why it is here, in a sentence.")
    to_do: str = said("What to do.")


def review_queue(asking: Asking, given: ReviewQueueGiven) -> tuple[QueuedForReview, ...]:
    """What waits for a decision, for those who see drafts."""
    bounded(given.first)
    if asking.viewer.draft < 0:
        return ()
    states = Cmp("state", "in", (State.IN_REVIEW.value, State.APPROVED.value))
    own = Not(Cmp("type", "in", tuple(sorted(NEVER_PUBLISHED))))
    waiting = Select(
        ANY,
        shape_of("id", "label", "state", "marking", "updated_at"),
        both(states, own, kept_by(given.keeper)),
        (Order("updated_at"),),
        limit=given.first,
    )
    named = {("keeper", ANY): (given.keeper,) if given.keeper is not None else ()}
    answers: Any = asking.ask({"it": waiting, **asked_for(named)})
    refuse_unknown(named, answers)
    rows = [row for row in answers["it"]["rows"] if LEVEL[row["marking"]] <= asking.viewer.draft]
    found = [_waits(asking, row) for row in rows]
    found += _proposed(asking, given)
    return tuple(sorted(found, key=lambda one: (one.since, one.entity or ""))[: given.first])


def _waits(asking: Asking, row: Mapping[str, Any]) -> QueuedForReview:
    step, key = (ReviewStep.PUBLISH, "publish") if row["state"] == State.APPROVED else (ReviewStep.REVIEW, "review")
    since = datetime.fromisoformat(row["updated_at"])
    words = words_of(asking)
    return QueuedForReview(
        row["id"], step, None, since, words(key, label=row["label"], since=since.date()), words(f"{key}_do")
    )


def _proposed(asking: Asking, given: ReviewQueueGiven) -> Iterator[QueuedForReview]:
    undecided = Cmp("decision", "in", tuple(one.value for one in UNDECIDED))
    mine = Rel("some", "changes", kept_by(given.keeper)) if given.keeper is not None else None
    question = Select(
        "ProposedEdit",
        shape_of("id"),
        both(undecided, Not(Cmp("state", "eq", State.RETIRED.value)), mine),
        (Order("created_at"),),
        limit=given.first,
    )
    ids = [row["id"] for row in cast("Any", asking.ask({"it": question}, asking.everything))["it"]["rows"]]
    found = standings(asking, ids) if ids else {}
    things = tuple(dict.fromkeys(str(one.thing["id"]) for one in found.values()))
    if not things:
        return
    named = cast("Any", asking.ask({"it": by_ids(ANY, things, shape_of("id", "label"), limit=len(things))}))
    labels = {row["id"]: row["label"] for row in named["it"]["rows"]}
    words = words_of(asking)
    for id, one in found.items():
        since = datetime.fromisoformat(one.row["created_at"])
        key = "stale_proposal" if one.stale else "proposal"
        thing = str(one.thing["id"])
        reason = words(key, label=labels.get(thing, thing), since=since.date())
        yield QueuedForReview(thing, ReviewStep.PROPOSAL, id, since, reason, words(f"{key}_do"))


def kept_by(keeper: str | None) -> Filter | None:
    """What a mission or an organisation keeps; everything where none is named."""
    return Rel("some", "keeper", Cmp("id", "eq", keeper)) if keeper is not None else None


def words_of(asking: Asking) -> Callable[..., str]:
    """Makes sentences in the caller's language."""
    language = language_of(asking.locale)

    def words(key: str, **values: Any) -> str:
        return say(_PACKAGE, language, key, **{name: value for name, value in values.items() if value is not None})

    return words


def bounded(first: int) -> None:
    """Refuse a page that is too long."""
    if not 1 <= first <= MOST:
        raise InvalidValue(f"{first} are asked for; 1 to {MOST} are told at once.", path="first")


QUESTIONS = (
    Question(
        "review_queue",
        "What waits for a decision: drafts in review, what is approved and not published, and proposals; what waits "
        "longest first, for those who see drafts.",
        ReviewQueueGiven,
        tuple[QueuedForReview, ...],
        review_queue,
        lambda given: given.first,
    ),
)
