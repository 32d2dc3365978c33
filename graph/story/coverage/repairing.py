"""The repairs of a table: which are cheapest, which gain most, and what has to be asked for each, of whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from graph.asking import Asking
from graph.model.kinds import Locale
from graph.story.coverage.fetching import Table
from graph.story.coverage.rules import Candidate, Cell, Cleared, Fix, effort
from graph.story.coverage.values import CoverageAction, CoverageFix, CoverageGiven, CoveragePolicy
from graph.story.plan.texts import in_language
from graph.story.repairs.asks import ask, lasting, request, rights_asks, unlocks_cells
from graph.story.repairs.reading import about, questions, read
from graph.story.repairs.values import AskedFix, AskedFixKind, FixAsk, FixRequest
from graph.story.rights.asked import RightsUse
from graph.story.rights.asking import is_outside, own_use
from graph.story.rights.check import Checking, alike
from graph.story.rights.fetching import grouped
from graph.story.rights.use import Use
from graph.story.rows import one_of
from graph.story.wording import Languages, Places, language_of, say

_PACKAGE = "graph.story.coverage"
_KINDS = {
    CoverageAction.TRANSLATE: AskedFixKind.TRANSLATE,
    CoverageAction.EXTEND_RIGHTS: AskedFixKind.RIGHTS,
    CoverageAction.REFRESH: AskedFixKind.REFRESH,
    CoverageAction.FIND_PROOF: AskedFixKind.FIND_PROOF,
}


class Rights(Cleared):
    """Whether assets may be published in territories: read once for all, judged where a cell asks."""

    def __init__(self, asking: Asking, given: CoverageGiven, on: date, found: Table) -> None:
        wanted = sorted({id for row in found.rows for id in row.assets}) if given.require.rights else ()
        self._grouped = grouped(asking.store, asking.viewer, wanted)
        saying = alike({one.id: one for one in self._grouped.values()}.values())
        #: What is judged in place of each asset: the first that stands under what says the same.
        self._judged = {id: saying[one.id] for id, one in self._grouped.items()}
        asking.statements += bool(wanted)
        self.purposes = (given.purpose,)
        self._asking, self.on = asking, on
        self._checking: dict[str | None, Checking] = {}
        self._known: dict[tuple[str, str | None], bool] = {}
        self._asked: dict[str, Checking] = {}

    def __call__(self, asset: str, territory: str | None) -> bool:
        material = self._judged.get(asset)
        if material is None:
            return False
        key = (material.id, territory)
        if key not in self._known:
            self._known[key] = self._for(territory).allowed(material)
        return self._known[key]

    def like(self, asset: str) -> str:
        material = self._judged.get(asset)
        return material.id if material else ""

    def asks(self, asset: Mapping[str, Any], territory: str, policy: CoveragePolicy) -> tuple[FixAsk, ...]:
        """Whom to ask for the right to publish an asset in a territory, anywhere where it is empty.

        The row tells what it is called and who keeps it.
        """
        id, keeper = str(asset["id"]), one_of(asset["keeper"])
        if id not in self._grouped:
            return ()
        material = self._grouped.named(id, str(asset["label"]), str(keeper["id"]) if keeper else "")
        if territory not in self._asked:
            use = lasting(self._use(territory), self._asking.viewer.today, policy.requests)
            self._asked[territory] = Checking(use, self.on, self._asking.locale or "en")
        return rights_asks(id, material, self._asked[territory])

    def _for(self, territory: str | None) -> Checking:
        if territory not in self._checking:
            self._checking[territory] = Checking(self._use(territory), self.on)
        return self._checking[territory]

    def _use(self, territory: str | None) -> Use:
        places = frozenset([territory]) if territory else frozenset[str]()
        return own_use(self._asking.viewer, Use(places, purposes=frozenset(self.purposes)))


class Fixes:
    """All repairs of a table, with what each costs and how many cells it gains."""

    def __init__(
        self,
        candidates: Mapping[str, Candidate],
        policy: CoveragePolicy,
        made: Sequence[Cell],
        asking: Asking,
        rights: Rights,
        top: int,
    ) -> None:
        self._asking, self._policy, self._rights = asking, policy, rights
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
        wanted = dict.fromkeys((*self._cheapest.values(), *best))
        asked = questions(named for fix in wanted if (named := self._named(fix)))
        self._rows = read(asking.ask(asked)) if asked else {}
        self._made = {fix: self._told(fix) for fix in wanted}
        self.best = tuple(self._made[fix] for fix in best)

    def cheapest(self, cell: Cell) -> CoverageFix | None:
        found = self._cheapest.get(id(cell))
        return self._made[found] if found else None

    def _least(self, cell: Cell) -> Fix | None:
        """The least effort; of equal ones what gains most, then by what it is about."""
        return min(cell.fixes, key=lambda fix: (self._effort[fix], -self._gained[fix], _key(fix)), default=None)

    def _most(self) -> list[Fix]:
        """What gains most cells for its effort, first."""
        return sorted(self._gained, key=lambda fix: (-self._gained[fix] / self._effort[fix], _key(fix)))

    def _told(self, fix: Fix) -> CoverageFix:
        target = "" if fix.action is CoverageAction.CREATE else fix.target
        return CoverageFix(
            fix.action,
            fix.asset,
            fix.message,
            target,
            self._effort[fix],
            self._gained[fix],
            self._sentence(fix),
            self._request(fix),
        )

    def _sentence(self, fix: Fix) -> str:
        cell = self._heads.get(fix.target)
        row, column = (cell.row.label, cell.column.label) if cell else ("", "")
        values = {"asset": self._label(fix.asset), "row": row, "column": column, "message": self._label(fix.message)}
        return say(_PACKAGE, self._language, fix.action, target=self._target(fix), **values)

    def _target(self, fix: Fix) -> object:
        """The language or the place that a repair is for, as a sentence tells it."""
        if not fix.target:
            return say(_PACKAGE, self._language, "anywhere")
        return Languages([fix.target]) if fix.action is CoverageAction.TRANSLATE else Places([fix.target])

    def _label(self, id: str | None) -> str:
        """What something is called in the language of the answer."""
        row = self._rows.get(id or "")
        return in_language(row, self._language) if row else id or ""

    def _named(self, fix: Fix) -> AskedFix | None:
        """What names a repair; None where nobody can be asked for it."""
        kind = _KINDS.get(fix.action)
        if kind is None:
            return None
        named = AskedFix(kind, fix.asset, fix.message)
        if kind is AskedFixKind.TRANSLATE:
            return replace(named, locale=Locale(fix.target))
        if kind is AskedFixKind.RIGHTS:
            places = (fix.target,) if fix.target else ()
            return replace(named, use=RightsUse(places, purposes=self._rights.purposes))
        return named

    def _request(self, fix: Fix) -> FixRequest | None:
        named, today = self._named(fix), self._asking.viewer.today
        if named is None or is_outside(self._asking.viewer):
            return None
        if named.kind is AskedFixKind.RIGHTS:
            row = self._rows.get(fix.asset or "")
            asks = self._rights.asks(row, fix.target, self._policy) if row else ()
        else:
            it = about(named, self._rows, self._rights.on, self._language)
            asks = (ask(named, it, self._language),) if it else ()
        unlocks = unlocks_cells(self._gained[fix], self._language)
        return request(named, asks, unlocks, self._policy.requests, today)


def _key(fix: Fix) -> tuple[str, str, str, str]:
    return (fix.action.value, fix.asset or "", fix.message or "", fix.target)
