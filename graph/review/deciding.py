"""What becomes of proposals, as writes: applied by other eyes, rejected with a note, withdrawn, discussed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from graph.asking import REPEATED, Asking, Question, said
from graph.errors import GraphError
from graph.model.enums import NoteKind, ProposalDecision
from graph.review.moving import Acting, MissingForPublication, ReviewError, Writer, noted, short
from graph.review.proposal import AnyId, Proposal, ProposalId
from graph.review.proposals import told
from graph.review.readiness import lacking_with
from graph.review.waiting import UNDECIDED, Standing, standings
from graph.sentence import sentence
from graph.store.batch import ActorKind, Batch, Put, Report

_PUBLIC = "PUBLISHED"


@dataclass(frozen=True, slots=True)
class ToApply:
    """Which proposal to apply."""

    id: ProposalId = said("The proposal's id.")
    onto: int | None = said(
        "The revision of the thing that you read, where it was changed since the proposal was made and is to be "
        "changed nevertheless. Left out, the proposal is applied only to the version that it was made on.",
        None,
    )
    reason: str | None = said("Why, for the log.", None)
    preview: bool = said("Apply nothing, and say what stands in the way.", False)


@dataclass(frozen=True, slots=True)
class ToReject:
    """Which proposal to decline, and why."""

    id: ProposalId = said("The proposal's id.")
    note: str = said("Why, and what to do. It is kept as a review note and is never public.")


@dataclass(frozen=True, slots=True)
class ToWithdraw:
    """Which proposal to take back."""

    id: ProposalId = said("The proposal's id.")
    reason: str | None = said("Why, for the log.", None)


@dataclass(frozen=True, slots=True)
class ToDiscuss:
    """What to say of a proposal."""

    id: ProposalId = said("The proposal's id.")
    note: str = said("What is to be said. It is kept as a review note and is never public.")


@dataclass(frozen=True, slots=True)
class ProposalDecided:
    """What came of it. With errors nothing was done."""

    proposal: Proposal | None = said("The proposal as it is now, if you may see it.")
    entity: AnyId | None = said("What it is for, as it is now.")
    errors: tuple[ReviewError, ...] = said("Why it was not done; none where it was.")
    missing: tuple[MissingForPublication, ...] = said("What would be missing of what is published.")
    repeated: bool = said(REPEATED, False)


def apply(acting: Any, given: ToApply) -> ProposalDecided:
    """Approve a proposal and apply it, in one batch with its decision."""
    asking, writing, one = _read(acting, given.id)
    if one is None:
        return _unknown(given.id)
    errors = _in_the_way(asking, writing.writer, one, given)
    if errors:
        return _done(one, errors)
    waits = asking.surroundings.review.quiet and one.row["decision"] == ProposalDecision.OPEN
    if waits:
        return _decide(writing, one, ProposalDecision.APPROVED, short(given.reason), preview=given.preview)
    try:
        put = one.edit.put(one.entity, one.thing["id"], one.thing["rev"])
    except GraphError as error:
        return _done(one, [ReviewError("id", "BAD_VALUE", str(error))])
    missing: Sequence[MissingForPublication] = ()
    if one.thing["state"] == _PUBLIC:
        found = lacking_with(asking, asking.store.model, one.entity.name, one.thing["id"], put)
        missing = [MissingForPublication(*each) for each in found]
    if missing:
        names = ", ".join(dict.fromkeys(each.check for each in missing))
        refused = ReviewError(
            "id",
            "NOT_READY",
            sentence("It would be public without {names}; `missing` says what of which.", names=names),
        )
        return _done(one, [refused], missing)
    of = f"Proposal {given.id} of {', '.join(one.authors)}"
    reason = ": ".join(part for part in (of, short(given.reason)) if part)[:500]
    return _decide(writing, one, ProposalDecision.APPLIED, reason, put, preview=given.preview)


def reject(acting: Any, given: ToReject) -> ProposalDecided:
    """Decline a proposal, and keep why."""
    _, writing, one = _read(acting, given.id)
    if one is None:
        return _unknown(given.id)
    note, line = noted(given.note, given.id, NoteKind.CHANGE)
    if not writing.writer.publishes:
        told = sentence("Your role does not decide on proposals. Ask an editor.")
        return _done(one, [ReviewError("id", "FORBIDDEN", told)])
    return _decide(writing, one, ProposalDecision.REJECTED, line, note)


def withdraw(acting: Any, given: ToWithdraw) -> ProposalDecided:
    """Take one's own proposal back."""
    _, writing, one = _read(acting, given.id)
    if one is None:
        return _unknown(given.id)
    if writing.writer.name not in one.authors:
        told = sentence("Only who made it takes it back. An editor can reject it.")
        return _done(one, [ReviewError("id", "FORBIDDEN", told)])
    return _decide(writing, one, ProposalDecision.WITHDRAWN, short(given.reason))


def discuss(acting: Any, given: ToDiscuss) -> ProposalDecided:
    """Say something of a proposal, to those who see it."""
    _, writing, one = _read(acting, given.id)
    if one is None:
        return _unknown(given.id)
    note, line = noted(given.note, given.id, NoteKind.COMMENT)

    def told(report: Report) -> ProposalDecided:
        return _done(one, [ReviewError("note", "BAD_VALUE", refused.reason) for refused in report.refused])

    return writing.write(Batch((note,), writing.writer.name, ActorKind.PERSON, line, whole=True), told)


def _read(acting: Any, id: str) -> tuple[Asking, Acting, Standing | None]:
    asking = cast("Asking", acting)
    return asking, cast("Acting", acting), standings(asking, (id,)).get(id)


def _in_the_way(asking: Asking, writer: Writer, one: Standing, given: ToApply) -> list[ReviewError]:
    """Why a proposal is not applied, the first thing that one would ask."""
    if not writer.publishes:
        return [ReviewError("id", "FORBIDDEN", sentence("Your role does not decide on proposals. Ask an editor."))]
    if one.row["decision"] not in UNDECIDED:
        return [_settled(one)]
    if one.thing["state"] == "RETIRED":
        told = sentence("What it is for was retired. Restore that first, or reject the proposal.")
        return [ReviewError("id", "BAD_VALUE", told)]
    if asking.surroundings.review.four_eyes and writer.name in one.authors:
        return [ReviewError("id", "OWN_WORK", sentence("You made it yourself. Somebody else has to approve it."))]
    return _outdated(one, given.onto) or _too_early(asking, one)


def _outdated(one: Standing, onto: int | None) -> list[ReviewError]:
    """Whether it was made on another version than is there, or read on one."""
    now = one.thing["rev"]
    if onto is not None and onto != now:
        told = sentence(
            "It was read at revision {read} and is at {now} now. Read it again, and decide again.", read=onto, now=now
        )
        return [ReviewError("onto", "STALE", told)]
    if one.stale and onto is None:
        told = sentence(
            "It was made on revision {made} and the thing is at {now} now; `since` says what changed. "
            "Look at both, and apply it with `onto: {now}`, or have it made anew.",
            made=one.row["on_rev"],
            now=now,
        )
        return [ReviewError("onto", "STALE", told)]
    return []


def _too_early(asking: Asking, one: Standing) -> list[ReviewError]:
    decided = one.decided
    if one.row["decision"] != ProposalDecision.APPROVED or decided is None:
        return []
    until = datetime.fromisoformat(decided.at) + asking.surroundings.review.quiet
    if asking.viewer.moment >= until:
        return []
    at = until.isoformat(timespec="seconds").replace("+00:00", "Z")
    return [
        ReviewError(
            "id", "TOO_EARLY", sentence("It was just approved and can be rejected until {at}. Apply it then.", at=at)
        )
    ]


def _settled(one: Standing) -> ReviewError:
    return ReviewError(
        "id",
        "BAD_VALUE",
        sentence("It is {decision:word} already. Make another proposal.", decision=one.row["decision"]),
    )


def _decide(
    writing: Acting,
    one: Standing,
    decision: ProposalDecision,
    reason: str,
    *more: Put,
    preview: bool = False,
) -> ProposalDecided:
    """Write a decision down, with all that follows from it."""
    id = str(one.row["id"])
    if one.row["decision"] not in UNDECIDED:
        return _done(one, [_settled(one)])
    own = Put(id, "ProposedEdit", {"decision": decision.value}, rev=one.row["rev"])
    batch = Batch((*more, own), writing.writer.name, ActorKind.PERSON, reason, whole=True)
    codes = {"rev": "STALE", "state": "NOT_READY"}

    def told(report: Report) -> ProposalDecided:
        return _done(
            one, [ReviewError(each.path, codes.get(each.path, "BAD_VALUE"), each.reason) for each in report.refused]
        )

    return writing.write(batch, told, dry_run=preview)


def _done(
    one: Standing, errors: Sequence[ReviewError], missing: Sequence[MissingForPublication] = ()
) -> ProposalDecided:
    """What came of it, but for the proposal, which is read when all is done."""
    return ProposalDecided(None, one.thing["id"], tuple(errors), tuple(missing))


def _shown(acting: Any, given: Any, answer: ProposalDecided) -> ProposalDecided:
    """With the proposal as it is now, for who sees what it is for."""
    if answer.entity is None:
        return answer
    return replace(answer, proposal=told(cast("Asking", acting), (given.id,)).get(given.id))


def _unknown(id: str) -> ProposalDecided:
    told = sentence('There is nothing with the id "{id}".', id=id)
    return ProposalDecided(None, None, (ReviewError("id", "UNKNOWN_ID", told),), ())


ACTIONS = (
    Question(
        "apply_proposal",
        "Approve a proposal and apply it, for editors who did not make it. Where the installation has a quiet period, "
        "this approves it, and once more after that applies it.",
        ToApply,
        ProposalDecided,
        apply,
        lambda _given: 60,
        once=True,
        finish=_shown,
    ),
    Question("reject_proposal", "Decline a proposal, with a note.", ToReject, ProposalDecided, reject,
             lambda _given: 60, once=True, finish=_shown),
    Question("withdraw_proposal", "Take back a proposal of your own.", ToWithdraw, ProposalDecided, withdraw,
             lambda _given: 60, once=True, finish=_shown),
    Question("discuss_proposal", "Say something of a proposal, to those who see it.", ToDiscuss, ProposalDecided,
             discuss, lambda _given: 60, once=True, finish=_shown),
)  # fmt: skip
