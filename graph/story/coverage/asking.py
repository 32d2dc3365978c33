"""The question of coverage: what is read, what the rules say, and the repairs by what they gain."""

from collections.abc import Iterator

from graph.asking import Asking, Question
from graph.story.coverage.fetching import MOST_ASSETS, Table, table
from graph.story.coverage.repairing import Fixes, Rights
from graph.story.coverage.rules import GATES, Cell, Column, Row, cells
from graph.story.coverage.values import (
    Coverage,
    CoverageCell,
    CoverageGiven,
    CoverageHead,
    CoverageMissing,
    CoveragePolicy,
    CoverageState,
    CoverageTotals,
)
from graph.story.refusing import outside
from graph.story.wording import language_of, say

_MOST, _TOP = 60, 50
_PACKAGE = "graph.story.coverage"


def coverage(asking: Asking, given: CoverageGiven) -> Coverage:
    """The table; InvalidValue where it is asked for too much."""
    _check(given)
    on = given.on or asking.viewer.today
    found, policy = table(asking, given, on), CoveragePolicy()
    cleared = Rights(asking, given, on, found)
    made = list(cells(found.rows, found.columns, found.candidates, given.require, cleared, policy))
    fixes = Fixes(found.candidates, policy, made, asking, cleared, given.top)
    counts = [cell.state for cell in made]
    rows, columns = {one.key: _head(one) for one in found.rows}, {one.key: _head(one) for one in found.columns}
    return Coverage(
        tuple(rows.values()),
        tuple(columns.values()),
        tuple([_told(cell, rows[cell.row.key], columns[cell.column.key], fixes) for cell in made]),
        CoverageTotals(*(counts.count(state) for state in CoverageState)),
        fixes.best,
        tuple(_notes(found, given, language_of(asking.locale))),
        policy,
    )


def _check(given: CoverageGiven) -> None:
    if not 1 <= given.most <= _MOST:
        raise outside(given.most, 1, _MOST, "most")
    if not 0 <= given.top <= _TOP:
        raise outside(given.top, 0, _TOP, "top")


def _head(one: Row | Column) -> CoverageHead:
    return CoverageHead(one.entity, one.key, one.label)


def _told(cell: Cell, row: CoverageHead, column: CoverageHead, fixes: Fixes) -> CoverageCell:
    return CoverageCell(
        row,
        column,
        cell.state,
        len(cell.passing),
        cell.shown,
        cell.first_failed,
        tuple([CoverageMissing(gate, cell.failing[gate]) for gate in GATES if gate in cell.failing]),
        fixes.cheapest(cell),
    )


def _notes(found: Table, given: CoverageGiven, language: str) -> Iterator[str]:
    """What a reader should know before believing the table."""
    for name, most in (("rows", given.most), ("columns", given.most), ("assets", MOST_ASSETS)):
        if name in found.cut:
            yield say(_PACKAGE, language, f"cut_{name}", most=most)
    if found.left_out:
        yield say(_PACKAGE, language, "left_out", count=found.left_out)
    if not found.rows:
        yield say(_PACKAGE, language, "no_rows")
    if not found.columns:
        yield say(_PACKAGE, language, "no_columns")
    silent = [one.label for one in found.columns if one.interests == frozenset() and one.messages == frozenset()]
    if silent and given.require.audience:
        yield say(_PACKAGE, language, "silent", names=", ".join(silent[:8]), count=len(silent))


COVERAGE = Question(
    "coverage",
    "What can be said to whom: rows against columns, what each cell lacks, and the cheapest way to fill it.",
    CoverageGiven,
    Coverage,
    coverage,
    lambda given: given.most * given.most // 2,
)
