"""What a run did, or would do: counted, with every refusal, everything kept and everything that vanished."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypedDict, cast

from graph.store.batch import Change, Kept
from ingest.records import Rejected

SHOWN_CHANGES = 1000


_TYPE_AND_OP = cast("Callable[[Change], tuple[str, str]]", attrgetter("type", "op"))


class _Moved(TypedDict):
    put: Mapping[str, Mapping[str, object]]


class _Patch(TypedDict):
    """The patch of a change: what was set, and the links that were put, by field and target."""

    set: Mapping[str, str]
    links: Mapping[str, _Moved]


@dataclass(slots=True)
class RunReport:
    """The account of one import.

    `rows` were read; each became records, or is among `refused` or `skipped`. `changed` counts what was
    written by (type, "create" or "update"); `changes` holds the first of them, `shown` at most, with their patches.
    `seen` counts the new ones by (state, marking), which says who will see them. `repeated` are identical
    repetitions inside the run, `vanished` are ids that this source once told and did not tell now. `places` has
    where each was told first, by its id.
    """

    source: str
    import_id: str
    dry_run: bool
    rows: int = 0
    records: int = 0
    unchanged: int = 0
    seq: int = 0
    changed: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    links: Counter[str] = field(default_factory=Counter[str])
    seen: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    changes: list[Change] = field(default_factory=list[Change])
    refused: list[Rejected] = field(default_factory=list[Rejected])
    skipped: Counter[str] = field(default_factory=Counter[str])
    repeated: list[Rejected] = field(default_factory=list[Rejected])
    kept: list[Kept] = field(default_factory=list[Kept])
    vanished: list[str] = field(default_factory=list[str])
    forgotten: int = 0
    notes: list[str] = field(default_factory=list[str])
    places: dict[str, str] = field(default_factory=dict[str, str])
    shown: int = SHOWN_CHANGES

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """How often each reason refused something, the most frequent first."""
        return Counter(rejected.reason for rejected in self.refused).most_common()

    @property
    def refused_rows(self) -> int:
        """How many rows or lines did not enter."""
        return len({rejected.where for rejected in self.refused if rejected.scope == "record"})

    @property
    def refused_cells(self) -> int:
        """How many cells, or fields of a record, did not enter while the rest of their row did."""
        return len({(one.where, one.column) for one in self.refused if one.scope != "record"})

    def sort(self) -> None:
        """Put the refusals into the order of the files and their lines, each once."""
        self.refused = list({(one.where, one.column, one.reason): one for one in self.refused}.values())
        files = {name: order for order, name in enumerate(dict.fromkeys(map(_file, self.refused)))}
        self.refused.sort(key=lambda rejected: (files[_file(rejected)], rejected.line or 0))

    def add_changes(self, changes: Sequence[Change]) -> None:
        """Count changes and keep the first of them."""
        self.changed.update(map(_TYPE_AND_OP, changes))
        patches = [(change.op, cast("_Patch", change.patch)) for change in changes]
        self.seen.update((patch["set"]["state"], patch["set"]["marking"]) for op, patch in patches if op == "create")
        self.links.update(name for _, patch in patches for name, moved in patch["links"].items() for _ in moved["put"])
        self.changes += changes[: max(0, self.shown - len(self.changes))]


def _file(rejected: Rejected) -> str:
    """The file's name in "cc.csv:3" or "cc.json[3]"."""
    return rejected.where.removesuffix("]").rstrip("0123456789").rstrip(":[")
