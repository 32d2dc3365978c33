"""What the log says of a draft on its way: who wrote it since it was public, and which version was approved by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.review.logged import set_by
from graph.store.batch import Change, Which
from graph.store.port import GraphStore

_PAGE = 200
#: What says where a thing stands and nothing of what it says.
_STANDING = frozenset({"state"})


@dataclass(frozen=True, slots=True)
class Passage:
    """Who wrote what is there, newest first, and its approval; `version` is the hash of the log's entry it stands at.

    `approved_by` and `approved_at` are of an approval of exactly this version. `voided_by` edited it after one.
    """

    version: str
    authors: tuple[str, ...]
    approved_by: str | None = None
    approved_at: datetime | None = None
    voided_by: str | None = None


def passage_of(store: GraphStore, id: str) -> Passage:
    """The passage of one entity since it was last public."""
    return read(_newest_first(store, id))


def read(changes: Iterable[Change]) -> Passage:
    """The passage that entries of one entity tell, the newest first."""
    version, authors = "", dict[str, None]()
    approval: Change | None = None
    voided: str | None = None
    for change in changes:
        version = version or change.hash
        state = set_by(change).get("state")
        if state == "PUBLISHED" and change.op == "update" and not _says(change):
            break
        if state == "APPROVED" and approval is None and not _says(change) and change.op == "update":
            approval, voided = change, next(iter(authors), None)
        if _says(change):
            authors[change.actor] = None
    if approval is not None and approval.hash == version:
        return Passage(version, tuple(authors), approval.actor, datetime.fromisoformat(approval.at))
    return Passage(version, tuple(authors), voided_by=voided)


def _says(change: Change) -> bool:
    """Whether a change touched more than where the thing stands; of an erased one nobody can tell."""
    if change.op != "update" or not change.patch:
        return True
    return not set_by(change).keys() <= _STANDING or bool(change.patch.get("links"))


def _newest_first(store: GraphStore, id: str) -> Iterable[Change]:
    before = store.head().seq + 1
    while changes := _page(store, id, before):
        yield from changes
        before = changes[-1].seq


def _page(store: GraphStore, id: str, before: int) -> Sequence[Change]:
    return store.changes(before, _PAGE, Which(ids=(id,)), backward=True)
