"""States and the moves between them, as data: who may make a move, from where, and what it demands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from graph.model.enums import State


@dataclass(frozen=True, slots=True)
class Move:
    """A move from one of some states to another.

    `publishers` says that only who may publish makes it. It demands as it says: a `note`, eyes that did not write it
    (`others`), an approval of exactly what is there (`approved`), and everything that publishing needs (`ready`).
    """

    sources: frozenset[State]
    target: State
    publishers: bool = True
    note: bool = False
    others: bool = False
    approved: bool = False
    ready: bool = False


SUBMIT, APPROVE, RETURN, PUBLISH, PULL_BACK = "submit", "approve", "return", "publish", "pull back"

MOVES: Mapping[str, Move] = {
    SUBMIT: Move(frozenset({State.DRAFT}), State.IN_REVIEW, publishers=False),
    APPROVE: Move(frozenset({State.IN_REVIEW}), State.APPROVED, others=True),
    RETURN: Move(frozenset({State.IN_REVIEW, State.APPROVED}), State.DRAFT, note=True),
    PUBLISH: Move(frozenset({State.APPROVED}), State.PUBLISHED, approved=True, ready=True),
    PULL_BACK: Move(frozenset({State.APPROVED}), State.IN_REVIEW),
}

#: What is never published, in whatever state: it is about drafts.
NEVER_PUBLISHED = frozenset({"ReviewNote", "ProposedEdit"})

#: What is written by actions that mean more than its words, and never by an edit.
WRITTEN_BY_ACTIONS = frozenset({"ProposedEdit"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What an installation demands: whether approver and author are two, how long an approval waits, and reasons."""

    four_eyes: bool = True
    quiet: timedelta = timedelta()
    reasons: bool = False


DEFAULT_POLICY = Policy()
