"""Proposals as they are kept: each with the thing it is for and what the log says of both, for who may read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.history.versions import Versions, milliseconds_of
from graph.model import ANY, LEVEL, EntityType
from graph.model.enums import ProposalDecision
from graph.review.edits import KeptEdit, Moved, Place, kept_edit, moved_since
from graph.review.logged import logged, set_by
from graph.review.standing import NOTES
from graph.store.batch import Change
from graph.store.select import Follow, Select, Shape, by_ids
from graph.store.visibility import RESTRICTED

UNDECIDED = (ProposalDecision.OPEN, ProposalDecision.APPROVED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal as it is kept, with the thing it is for and what the log says of both."""

    row: Mapping[str, Any]
    entity: EntityType
    thing: Mapping[str, Any]
    edit: KeptEdit
    entries: tuple[Change, ...]
    since: Mapping[Place, Moved] | None
    stale: bool

    @property
    def authors(self) -> tuple[str, ...]:
        """Who wrote of it, not counting who decided."""
        return tuple(dict.fromkeys(one.actor for one in self.entries if one.op == "create" or "patch" in set_by(one)))

    @property
    def decided(self) -> Change | None:
        """The newest entry that decided on it."""
        return next((one for one in reversed(self.entries) if one.op == "update" and "decision" in set_by(one)), None)


def standings(asking: Asking, ids: Sequence[str]) -> dict[str, Standing]:
    """Those of some proposals that the caller may read: it sees drafts of the thing, and saw the version."""
    rows = {row["id"]: row for row in cast("Any", asking.ask({"it": _kept(ids)}, asking.everything))["it"]["rows"]}
    of = {id: str(row["changes"]["rows"][0]["id"]) for id, row in rows.items() if row["changes"]["rows"]}
    if not of:
        return {}
    shape = Shape((("id", "id"), ("rev", "rev"), ("state", "state"), ("marking", "marking")))
    things = tuple(dict.fromkeys(of.values()))
    found = cast("Any", asking.ask({"it": by_ids(ANY, things, shape, limit=len(things))}))["it"]["rows"]
    seen = {row["id"]: row for row in found if LEVEL[row["marking"]] <= asking.viewer.draft}
    versions = Versions(asking.store, seen)
    asking.statements += versions.statements
    own = logged(asking, tuple(id for id in of if of[id] in seen), 0)
    later = logged(asking, tuple(seen), min((int(rows[id]["on_seq"] or 0) for id in of if of[id] in seen), default=0))
    told: dict[str, Standing] = {}
    for id, thing in of.items():
        if thing not in seen or not _saw(asking, versions, thing, rows[id]):
            continue
        told[id] = _standing(asking, rows[id], seen[thing], own.get(id, []), later.get(thing, []))
    return told


def _standing(
    asking: Asking, row: Mapping[str, Any], thing: Mapping[str, Any], own: Sequence[Change], later: Sequence[Change]
) -> Standing:
    entity = asking.store.model.by_prefix[str(thing["id"]).split(":", 1)[0]]
    try:
        edit = kept_edit(row["patch"], row["reverse"])
    except InvalidValue:
        edit = KeptEdit({}, {})
    bare = Standing(row, entity, thing, edit, tuple(own), {}, stale=False)
    decided = bare.decided if row["decision"] not in UNDECIDED else None
    entries = [one for one in later if one.seq > (row["on_seq"] or 0)]
    if decided is not None:
        entries = [one for one in entries if one.seq < decided.seq and one.batch != decided.batch]
    return Standing(row, entity, thing, edit, tuple(own), moved_since(entity, entries), stale=bool(entries))


def _saw(asking: Asking, versions: Versions, thing: str, row: Mapping[str, Any]) -> bool:
    """Whether the caller could see the version that a proposal was made on, until it was made.

    A translation stays the same version where what it translates becomes visible to more afterwards.
    """
    if asking.viewer.draft >= RESTRICTED:
        return True
    version, _ = versions.at(thing, int(row["on_seq"] or 0))
    if version is not None:
        version = replace(version, ends=min(version.ends, milliseconds_of(row["created_at"]) + 1))
    return versions.seen(asking.viewer, version)


def _kept(ids: Sequence[str]) -> Select:
    names = ("id", "patch", "reverse", "on_rev", "on_seq", "on_version", "decision", "state", "rev", "created_at")
    links = (
        ("changes", Follow("changes", Select(ANY, Shape((("id", "id"),)), limit=1))),
        ("notes", Follow("review_notes", NOTES)),
    )
    return by_ids("ProposedEdit", tuple(ids), Shape(tuple((name, name) for name in names), links), limit=len(ids))
