"""Proposals as they are told: edits of what is published, with their difference and what was said of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from graph.asking import Of, said
from graph.model import ANY
from graph.model.enums import ProposalDecision
from graph.model.kinds import Json
from graph.review.standing import ReviewRemark

AnyId = Annotated[str, Of(ANY)]
ProposalId = Annotated[str, Of("ProposedEdit")]
MOST = 50


@dataclass(frozen=True, slots=True)
class OfProposal:
    """Which proposal."""

    id: ProposalId = said("The proposal's id.")


@dataclass(frozen=True, slots=True)
class ProposalWhere:
    """Which proposals: all that is given must hold."""

    of: AnyId | None = said("Proposals for this entity.", None)
    decision: tuple[ProposalDecision, ...] | None = said(
        "Those of which this came; those that are undecided, where it is left out.", None
    )


@dataclass(frozen=True, slots=True)
class ProposalsGiven:
    """Which proposals to tell."""

    where: ProposalWhere | None = said("Only some proposals.", None)
    first: int = said(f"How many at most, up to {MOST}; the newest first.", 20)
    after: str | None = said("Go on after this cursor.", None)


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """A property or link field that a proposal changes."""

    path: str = said("The property or link field, as title.")
    before: Json | None = said("What it was when the proposal was made; of links those that it changes, by id.")
    after: Json | None = said("What is proposed; of links those that it changes, by id.")
    now: Json | None = said("What it is now, where somebody changed it since; else null.")
    collides: bool = said("Whether somebody changed it since to something else than what is proposed.")


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """A property or link field that was changed since a proposal was made."""

    path: str = said("The property or link field, as title.")
    before: Json | None = said("What it was when the proposal was made; of links those that changed, by id.")
    after: Json | None = said("What it is now; of links those that changed, by id.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit of something published, and how it stands, for those who see drafts of the thing."""

    id: str = said("Its id.")
    entity: AnyId | None = said("What it changes, as it is now.")
    decision: ProposalDecision = said("What came of it.")
    reason: str | None = said("Why, in the words of who made it.")
    authors: tuple[str, ...] = said("Who made it, by the names of the log.")
    at: datetime = said("When it was made.")
    on_rev: int | None = said("The revision it was made on.")
    version: str | None = said("The hash of the log's entry it was made on.")
    stale: bool = said("Whether the thing was changed since it was made, so that it is to be looked at again.")
    parts: tuple[ProposedPart, ...] = said("What it changes, as far as you see it.")
    since: tuple[ChangedSince, ...] = said("What was changed since it was made, as far as you see it.")
    decided_by: str | None = said("Who decided, by the name of the log.")
    decided_at: datetime | None = said("When.")
    applicable_from: datetime | None = said("When the quiet period after its approval is over.")
    notes: tuple[ReviewRemark, ...] = said("What was said of it, the newest first. It is never public.")


@dataclass(frozen=True, slots=True)
class ProposalPageInfo:
    """Where a page of proposals stands."""

    has_next_page: bool = said("Whether there are more. What follows may be nothing that you see.")
    end_cursor: str | None = said("After this the next page begins; null where nothing was read.")


@dataclass(frozen=True, slots=True)
class ProposalConnection:
    """A page of proposals. It may hold fewer than asked for, where some are of things out of your sight."""

    nodes: tuple[Proposal, ...] = said("The proposals, the newest first.")
    page_info: ProposalPageInfo = said("Where the page stands.")


@dataclass(frozen=True, slots=True)
class ProposalsCompared:
    """Which proposals to compare."""

    a: ProposalId = said("The one.")
    b: ProposalId = said("The other, for the same thing.")


@dataclass(frozen=True, slots=True)
class ProposalCollision:
    """Something that two proposals would leave differently."""

    path: str = said("The property or link field, as title.")
    before: Json | None = said("What it was when the first was made; of links those that both change, by id.")
    a: Json | None = said("What the first proposes.")
    b: Json | None = said("What the second proposes.")


@dataclass(frozen=True, slots=True)
class ProposalComparison:
    """Two proposals for one thing, and where they meet."""

    a: Proposal = said("The first.")
    b: Proposal = said("The second.")
    collisions: tuple[ProposalCollision, ...] = said("What they would leave differently; none where both fit.")
    both: tuple[str, ...] = said("The properties and link fields that both change and in which they fit together.")
