"""The question of coverage: what is read, what the rules say, and the repairs by what they gain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from graph.asking import Asking, Question
from graph.errors import InvalidValue
from graph.story.coverage.fetching import MOST_ASSETS, Table, names_of, table
from graph.story.coverage.rules import Candidate, Cell, Cleared, Column, Fix, Row, cells, effort
from graph.story.coverage.values import (
    Coverage,
    CoverageAction,
    CoverageCell,
    CoverageFix,
    CoverageGate,
    CoverageGiven,
    CoverageHead,
    CoverageMissing,
    CoveragePolicy,
    CoverageState,
    CoverageTotals,
)
from graph.story.rights.asking import own_use
from graph.story.rights.check import Checking
from graph.story.rights.fetching import materials
from graph.story.rights.use import Use
from graph.story.wording import language_of, say

_MOST, _TOP = 60, 50
_PACKAGE = "graph.story.coverage"


def coverage(asking: Asking, given: CoverageGiven) -> Coverage:
    """The table; InvalidValue where it is asked for too much."""
    _check(given)
    on = given.on or asking.viewer.today
    found, policy = table(asking, given, on), CoveragePolicy()
    cleared = _Rights(asking, given, on, found)
    made = list(cells(found.rows, found.columns, found.candidates, given.require, cleared, policy))
    fixes = _Fixes(found.candidates, policy, made, asking, given.top)
    counts = [cell.state for cell in made]
    return Coverage(
        tuple(_head(one) for one in found.rows),
        tuple(_head(one) for one in found.columns),
        tuple(_told(cell, fixes) for cell in made),
        CoverageTotals(*(counts.count(state) for state in CoverageState)),
        fixes.best,
        tuple(_notes(found, given, language_of(asking.locale))),
        policy,
    )


def _check(given: CoverageGiven) -> None:
    if not 1 <= given.most <= _MOST:
        raise InvalidValue(f"{given.most} is not between 1 and {_MOST}.", path="most")
    if not 0 <= given.top <= _TOP:
        raise InvalidValue(f"{given.top} is not between 0 and {_TOP}.", path="top")


class _Rights(Cleared):
    """Whether assets may be published in territories: read once for all, judged where a cell asks."""

    def __init__(self, asking: Asking, given: CoverageGiven, on: date, found: Table) -> None:
        wanted = sorted({id for row in found.rows for id in row.assets}) if given.require.rights else ()
        self._materials = materials(asking.store, asking.viewer, wanted)
        asking.statements += bool(wanted)
        self._purposes = frozenset([given.purpose]) if given.purpose else frozenset[str]()
        self._viewer, self._on = asking.viewer, on
        self._checking: dict[str | None, Checking] = {}
        self._known: dict[tuple[str, str | None], bool] = {}

    def __call__(self, asset: str, territory: str | None) -> bool:
        key = (asset, territory)
        if key not in self._known:
            material = self._materials.get(asset)
            self._known[key] = material is not None and self._for(territory).allowed(material)
        return self._known[key]

    def _for(self, territory: str | None) -> Checking:
        if territory not in self._checking:
            places = frozenset([territory]) if territory else frozenset[str]()
            self._checking[territory] = Checking(own_use(self._viewer, Use(places, purposes=self._purposes)), self._on)
        return self._checking[territory]


class _Fixes:
    """All repairs of a table, with what each costs and how many cells it gains."""

    def __init__(
        self,
        candidates: Mapping[str, Candidate],
        policy: CoveragePolicy,
        made: Sequence[Cell],
        asking: Asking,
        top: int,
    ) -> None:
        self._language = language_of(asking.locale)
        gained: defaultdict[Fix, int] = defaultdict(int)
        for cell in made:
            for fix in cell.fixes:
                gained[fix] += 1
        self._gained = dict(gained)
        self._effort = {fix: effort(fix, candidates, policy) for fix in gained}
        self._heads = {f"{cell.row.key}|{cell.column.key}": cell for cell in made}
        self._cheapest = {id(cell): least for cell in made if (least := self._least(cell))}
        best = self._most()[:top]
        self._names = names_of(asking, sorted({fix.asset for fix in (*self._cheapest.values(), *best) if fix.asset}))
        self.best = tuple(map(self._told, best))

    def cheapest(self, cell: Cell) -> CoverageFix | None:
        found = self._cheapest.get(id(cell))
        return self._told(found) if found else None

    def _least(self, cell: Cell) -> Fix | None:
        """The least effort; of equal ones what gains most, then by what it is about."""
        return min(cell.fixes, key=lambda fix: (self._effort[fix], -self._gained[fix], _key(fix)), default=None)

    def _most(self) -> list[Fix]:
        """What gains most cells for its effort, first."""
        return sorted(self._gained, key=lambda fix: (-self._gained[fix] / self._effort[fix], _key(fix)))

    def _told(self, fix: Fix) -> CoverageFix:
        target = "" if fix.action is CoverageAction.CREATE else fix.target
        return CoverageFix(
            fix.action, fix.asset, fix.message, target, self._effort[fix], self._gained[fix], self._sentence(fix)
        )

    def _sentence(self, fix: Fix) -> str:
        cell = self._heads.get(fix.target)
        row, column = (cell.row.label, cell.column.label) if cell else ("", "")
        asset = self._names.get(fix.asset, fix.asset) if fix.asset else ""
        values = {"asset": asset, "row": row, "column": column, "message": self._message(fix)}
        target = fix.target or say(_PACKAGE, self._language, "anywhere")
        return say(_PACKAGE, self._language, fix.action, target=target, **values)

    def _message(self, fix: Fix) -> str:
        """The row that a message stands in, by its label."""
        named = (cell.row.label for cell in self._heads.values() if fix.message == cell.row.key)
        return next(named, fix.message or "")


def _key(fix: Fix) -> tuple[str, str, str, str]:
    return (fix.action.value, fix.asset or "", fix.message or "", fix.target)


def _head(one: Row | Column) -> CoverageHead:
    return CoverageHead(one.entity, one.key, one.label)


def _told(cell: Cell, fixes: _Fixes) -> CoverageCell:
    return CoverageCell(
        _head(cell.row),
        _head(cell.column),
        cell.state,
        len(cell.passing),
        cell.shown,
        cell.first_failed,
        tuple(CoverageMissing(gate, cell.failing[gate]) for gate in CoverageGate if gate in cell.failing),
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
