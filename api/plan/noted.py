"""A store through which one mutation writes, and which notes whether it has."""

from typing import Any, cast

from graph.store.batch import Batch, Report
from graph.store.port import GraphStore


class Noted:
    """Passes all on to a store; `wrote` says whether a batch was written by then."""

    def __init__(self, store: GraphStore) -> None:
        self._store, self.wrote = store, False

    @property
    def store(self) -> GraphStore:
        """This, as what it stands for."""
        return cast("GraphStore", self)

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report:
        report = self._store.write(batch, dry_run=dry_run)
        self.wrote = self.wrote or bool(report.changes and not dry_run)
        return report

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
