"""An edit that is tried on what is there, and kept as a proposal in place of being made.

Of an import it is part of that, and taken back with it.
"""

from dataclasses import dataclass
from secrets import token_hex

from graph.model.enums import ProposalDecision
from graph.review.edits import KeptEdit
from graph.store.batch import ActorKind, Batch, Change, Once, Put, Refused, To, Which
from graph.store.operational import ONCE
from graph.store.port import GraphStore

_LINE, _END = 120, 2**53


@dataclass(frozen=True, slots=True)
class Kept:
    """The proposal an edit was kept as, and what it would change; or why it was not kept."""

    id: str | None = None
    changes: tuple[Change, ...] = ()
    refused: tuple[Refused, ...] = ()
    repeated: bool = False
    statements: int = 0


def keep(store: GraphStore, edit: Batch, once: Once | None, *, preview: bool = False) -> Kept:
    """Try an edit of one thing and keep what it would change; with `preview`, only try it."""
    if once is not None and store.entries(ONCE, [once.key]):
        report = store.write(Batch(once=once))
        id = report.changes[0].id if report.changes else None
        return Kept(id, (), report.refused, report.repeated, statements=2)
    [put] = edit.puts
    report = store.write(edit, dry_run=True)
    if report.refused:
        return Kept(refused=report.refused, statements=1)
    kept = KeptEdit.of(report.changes[0]) if report.changes else KeptEdit({}, {})
    if kept.empty:
        return Kept(refused=(Refused(put.id, "", "", "It says what is there already. Change something."),))
    if preview:
        return Kept(None, report.changes, statements=1)
    [stands] = store.changes(_END, 1, Which(ids=(put.id,)), backward=True)
    if stands.rev != put.rev:
        told = f"It was read at revision {put.rev} and is at {stands.rev} now. Read it again and repeat the edit."
        return Kept(refused=(Refused(put.id, "", "rev", told),), statements=2)
    line = " ".join(edit.reason.split()) or f"Edit of {put.id}"
    values = {
        "name": line if len(line) <= _LINE else f"{line[: _LINE - 1]}…",
        "patch": kept.patch,
        "reverse": kept.reverse,
        "on_rev": stands.rev,
        "on_seq": stands.seq,
        "on_version": stands.hash,
        "decision": ProposalDecision.OPEN.value,
    }
    own = Put(f"proposededit:{token_hex(6)}", "ProposedEdit", values, {"changes": (To(put.id),)}, rev=0)
    done = store.write(
        Batch((own,), edit.actor, ActorKind.PERSON, edit.reason, import_id=edit.import_id, whole=True, once=once)
    )
    id = done.changes[0].id if done.changes else None
    return Kept(id, report.changes, done.refused, done.repeated, statements=3)
