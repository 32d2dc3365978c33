"""The rules of coverage, over plain values: which asset passes which gate in which cell, and what would change that."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from graph.model.locales import wider
from graph.story.coverage.values import (
    CoverageAction,
    CoverageGate,
    CoveragePolicy,
    CoverageRequire,
    CoverageState,
)

_SHOWN = 10
#: In the order in which an asset passes them.
GATES = tuple(CoverageGate)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset as far as coverage asks. `locales` are those of texts that may go out; `text` is title and summary."""

    id: str
    themes: frozenset[str]
    messages: frozenset[str]
    locales: frozenset[str]
    text: str
    fresh: bool

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `assets` are the candidates it has, `proven` its messages with a proof that holds; None asks for none."""

    key: str
    label: str
    entity: str | None
    assets: tuple[str, ...]
    messages: frozenset[str] = frozenset()
    proven: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column. An audience fits by `interests` or `messages`; where both are None everything fits."""

    key: str
    label: str
    entity: str | None
    locales: tuple[str, ...]
    territory: str | None
    interests: frozenset[str] | None = None
    messages: frozenset[str] | None = None


class Cleared(Protocol):
    """Whether an asset may be published in a territory; None is anywhere."""

    def __call__(self, asset: str, territory: str | None) -> bool: ...

    def like(self, asset: str) -> str:
        """The asset that is judged in its place, which may be published wherever it may."""
        ...


@dataclass(frozen=True, slots=True)
class Fix:
    """A change by what it is about; equal ones repair several cells."""

    action: CoverageAction
    asset: str | None
    message: str | None
    target: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the assets that pass, the first gate that each other one fails, and the changes that would let one in.

    Each change stands once, however many assets it would let in.
    """

    row: Row
    column: Column
    state: CoverageState
    passing: tuple[str, ...]
    failing: Mapping[CoverageGate, int]
    first_failed: CoverageGate | None
    fixes: tuple[Fix, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        return self.passing[:_SHOWN]


def cells(
    rows: Sequence[Row],
    columns: Sequence[Column],
    candidates: Mapping[str, Candidate],
    require: CoverageRequire,
    cleared: Cleared,
    policy: CoveragePolicy,
) -> Iterator[Cell]:
    """Every cell, row by row."""
    for_whom = _Fitting.of(candidates)
    fitting = [for_whom.ids(column) if require.audience else None for column in columns]
    for row in rows:
        groups = _alike(row, candidates, cleared)
        for column, fits in zip(columns, fitting, strict=True):
            yield _cell(row, column, fits, groups, require, cleared, policy)


def _alike(row: Row, candidates: Mapping[str, Candidate], cleared: Cleared) -> Sequence[Sequence[Candidate]]:
    """The assets of a row by what all gates but that of the audience ask of them: such as pass or fail together."""
    groups: dict[object, list[Candidate]] = {}
    for id in row.assets:
        one = candidates[id]
        groups.setdefault((one.locales, cleared.like(id), one.messages, one.fresh), []).append(one)
    return tuple(groups.values())


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The assets of each theme and message, so that those for an audience are found without looking at each."""

    by_theme: Mapping[str, set[str]]
    by_message: Mapping[str, set[str]]

    @classmethod
    def of(cls, candidates: Mapping[str, Candidate]) -> "_Fitting":
        themes, messages = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for id, one in candidates.items():
            for theme in one.themes:
                themes[theme].add(id)
            for message in one.messages:
                messages[message].add(id)
        return cls(themes, messages)

    def ids(self, column: Column) -> set[str] | None:
        """What is for an audience: by a theme it is interested in, or by a message that is for it; None is all."""
        if column.interests is None and column.messages is None:
            return None
        liked = (self.by_theme.get(one, set()) for one in column.interests or ())
        told = (self.by_message.get(one, set()) for one in column.messages or ())
        return set[str]().union(*liked, *told)


def _cell(
    row: Row,
    column: Column,
    fitting: set[str] | None,
    groups: Sequence[Sequence[Candidate]],
    require: CoverageRequire,
    cleared: Cleared,
    policy: CoveragePolicy,
) -> Cell:
    passing: set[str] = set()
    failing: Counter[CoverageGate] = Counter()
    #: What alone stands in the way of some asset; a missing proof does so for all that tell the same.
    alone: list[tuple[CoverageGate, Sequence[Candidate]]] = []
    for alike in groups:
        # What is for other people is not looked at further, which most of a row is in most columns.
        open_to = alike if fitting is None else [one for one in alike if one.id in fitting]
        if others := len(alike) - len(open_to):
            failing[CoverageGate.AUDIENCE] += others
        failed = _failed(open_to[0], row, column, require, cleared) if open_to else []
        if not failed:
            passing.update([one.id for one in open_to])
            continue
        failing[failed[0]] += len(open_to)
        # No one change mends two.
        if len(failed) == 1:
            alone.append((failed[0], open_to[:1] if failed[0] is CoverageGate.PROOF else open_to))
    state = _state(len(passing), policy)
    fixes: dict[Fix, None] = {}
    if state is not CoverageState.COVERED:
        fixes = dict.fromkeys(fix for gate, of in alone for one in of for fix in _fixes(gate, one, row, column))
        fixes = fixes or {Fix(CoverageAction.CREATE, None, None, f"{row.key}|{column.key}"): None}
    # Each asset passes up to its own gate, so the last gate that one fails is where nothing is left.
    last = max(failing, key=GATES.index, default=CoverageGate.ASSET)
    ordered = tuple([id for id in row.assets if id in passing]) if passing else ()
    return Cell(row, column, state, ordered, failing, None if passing else last, tuple(fixes))


def _failed(one: Candidate, row: Row, column: Column, require: CoverageRequire, cleared: Cleared) -> list[CoverageGate]:
    """The gates but that of the audience that an asset fails, in their order."""
    failed: list[CoverageGate] = []
    if require.locale and not spoken(one.locales, column.locales):
        failed.append(CoverageGate.LOCALE)
    if require.rights and not cleared(one.id, column.territory):
        failed.append(CoverageGate.RIGHTS)
    if require.proof and row.proven is not None and row.proven.isdisjoint(one.messages):
        failed.append(CoverageGate.PROOF)
    if require.fresh and not one.fresh:
        failed.append(CoverageGate.FRESH)
    return failed


@lru_cache(maxsize=4096)
def spoken(texts: frozenset[str], wanted: tuple[str, ...]) -> str | None:
    """The first of the languages wanted in which there is a text, itself or a wider one: pt for pt-BR."""
    if not wanted:
        return min(texts, default=None)
    return next((each for locale in wanted for each in wider(locale) if each in texts), None)


def _fixes(gate: CoverageGate, one: Candidate, row: Row, column: Column) -> list[Fix]:
    """The changes that let an asset in which fails nothing else."""
    match gate:
        case CoverageGate.LOCALE:
            return [Fix(CoverageAction.TRANSLATE, one.id, None, column.locales[0])] if column.locales else []
        case CoverageGate.RIGHTS:
            return [Fix(CoverageAction.EXTEND_RIGHTS, one.id, None, column.territory or "")]
        case CoverageGate.FRESH:
            return [Fix(CoverageAction.REFRESH, one.id, None, "")]
        case CoverageGate.PROOF:
            return [Fix(CoverageAction.FIND_PROOF, None, each, "") for each in sorted(one.messages & row.messages)]
        case _:
            return []


def _state(depth: int, policy: CoveragePolicy) -> CoverageState:
    if depth >= policy.covered_from:
        return CoverageState.COVERED
    return CoverageState.THIN if depth else CoverageState.EMPTY


def effort(fix: Fix, candidates: Mapping[str, Candidate], policy: CoveragePolicy) -> float:
    """What a change costs."""
    match fix.action:
        case CoverageAction.TRANSLATE:
            words = candidates[fix.asset or ""].words
            return max(policy.translate_least, round(words / policy.words_a_unit, 2))
        case CoverageAction.EXTEND_RIGHTS:
            return policy.extend_rights
        case CoverageAction.REFRESH:
            return policy.refresh
        case CoverageAction.FIND_PROOF:
            return policy.find_proof
        case CoverageAction.CREATE:
            return policy.create
