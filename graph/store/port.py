"""The port: what every engine can be asked and told."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from graph.model import Model
from graph.store.batch import EVERY, Batch, Change, Report, Stats, Verdict, Which
from graph.store.operational import Entries, Entry, Revision
from graph.store.questions import Question
from graph.store.select import Answer, Viewer
from graph.store.shapes import Shaped
from graph.store.snapshot import Snapshot
from graph.store.transaction import Head, Step


class GraphStore(Protocol):
    """A store of one model. All calls are synchronous and may come from any thread."""

    @property
    def model(self) -> Model: ...

    @property
    def engine(self) -> str:
        """What keeps the graph: "sqlite" or "neo4j"."""
        ...

    def ask(self, viewer: Viewer, questions: Mapping[str, Question]) -> dict[str, Answer]:
        """Answer all questions, of whatever kind, in one snapshot and, where each costs a round trip, in one statement.

        Kinds are Select (graph.store.select), Walk (graph.store.walks), Cells (graph.store.cells) and Paths
        (graph.store.ways), which takes a statement for each level.
        """
        ...

    def ask_json(self, viewer: Viewer, questions: Mapping[str, Question | Shaped]) -> bytes:
        """The same as one JSON object in UTF-8."""
        ...

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report:
        """Write a batch in one transaction, or only report what it would do.

        Raises StoreUnavailable, with which nothing was written, and WriteUnknown, with which that is not known.
        """
        ...

    def changes(
        self, after: int, limit: int = 500, which: Which = EVERY, *, backward: bool = False
    ) -> Sequence[Change]:
        """The log after a sequence, oldest first; `backward`, what is before it, newest first."""
        ...

    def said_by(self, source: str) -> Iterable[str]:
        """The ids an import source has spoken of."""
        ...

    def entries(self, collection: str, keys: Sequence[str]) -> Entries:
        """Those of the keys of a collection of operational data that are there."""
        ...

    def listed(self, collection: str, after: str = "", limit: int = 1000) -> list[Entry]:
        """The entries of a collection whose keys come after one, by key."""
        ...

    def revise(self, collection: str, keys: Sequence[str], revision: Revision) -> Entries:
        """Change entries in one transaction, in which nobody else changes them; what was put is answered.

        Putting, removing, adding up and comparing before setting are all this.
        """
        ...

    def head(self) -> Head:
        """The end of the log."""
        ...

    def stats(self) -> Stats:
        """What there is, counted by type, which takes as long as there are types."""
        ...

    def verify(self) -> Verdict:
        """Read the whole log and check its sequence, its hashes and that nodes and links are whole."""
        ...

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """All that is in the store at one moment, to be read once; others may write meanwhile."""
        ...

    def fill(self, steps: Iterable[Step], entries: Iterable[tuple[str, Entry]]) -> None:
        """Do the steps and put the entries of operational data where there is nothing, all or none of them.

        Raises StoreNotEmpty where there is something. Nothing else may write meanwhile.
        """
        ...

    def close(self) -> None: ...
