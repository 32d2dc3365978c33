"""A store as an import of one writer has it: it shows what the writer sees, and takes what the writer may write."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from api.plan.wanted import Writer
from api.plan.writes import Writing
from api.schema.catalogue import Catalogue
from graph.model.moves import Policy
from graph.store.batch import Batch, Change, Put, Report
from graph.store.port import GraphStore
from graph.store.questions import Question
from graph.store.select import Answer, Viewer


class Screened:
    """What a run of ingest.pipeline needs of a store, for one writer.

    Changes of what is public or about to be are proposals; `proposed` has what they would change, `waiting` the ids
    of what is proposed already.
    """

    def __init__(self, store: GraphStore, catalogue: Catalogue, writer: Writer, policy: Policy) -> None:
        self._store, self._writer = store, writer
        self._writing = Writing(store, catalogue, writer, policy)
        self.proposed: list[Change] = []
        self.waiting: set[str] = set()

    def ask(self, viewer: Viewer, questions: Mapping[str, Question]) -> dict[str, Answer]:
        """What a look-up asks as if it saw everything is answered as the writer sees it."""
        return self._store.ask(self._writer.viewer, questions)

    def write(self, batch: Batch, *, dry_run: bool = False) -> Report:
        """Write what the writer may, propose what is not changed directly, and say why not the rest."""
        allowed, public, refused = self._writing.screened(batch.puts)
        trial = self._store.write(replace(batch, puts=tuple(public)), dry_run=True) if public else Report()
        lost = {one.id for one in trial.refused if one.whole}
        differ = {one.id for one in trial.changes} - lost
        found = self._writing.proposed(batch, [put for put in public if put.id in differ], preview=dry_run)
        self.proposed += found.changes
        self.waiting |= found.waiting
        refused += [*trial.refused, *found.refused]
        gone = {one.id for one in refused if one.whole}
        puts = [put for put in allowed if not _is_of(put, gone)]
        report = self._store.write(replace(batch, puts=tuple(puts)), dry_run=dry_run)
        return replace(
            report,
            refused=(*refused, *report.refused),
            kept=(*trial.kept, *report.kept),
            unchanged=report.unchanged + trial.unchanged + len(found.waiting),
        )

    def said_by(self, source: str) -> Iterable[str]:
        """A sheet need not be all that there is, so nothing of it can have vanished."""
        return ()


def _is_of(put: Put, gone: set[str]) -> bool:
    """Whether it translates what is refused; that one is told, and stands for both."""
    return any(to.id in gone for to in put.links.get("translates", ()))
