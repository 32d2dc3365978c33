"""What a run made, or would make, of each row of a table, with every reason beside the cell that it is about."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, cast

import orjson

from graph.sentence import Part, parts_of, together
from graph.store.batch import Change, Kept
from ingest.records import Rejected
from ingest.report import RunReport
from ingest.sources.mended import cells_of
from ingest.sources.rows import Row

_STEP = re.compile(r"[.\[]")


Told: TypeAlias = Sequence[Part]


class Status(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    PROPOSED = "proposed"
    WAITS = "waits"
    SAME = "same"
    REFUSED = "refused"
    LEFT = "left"


@dataclass(slots=True)
class Cell:
    """What stands in a cell, what is wrong with it, and what a person wrote there since and stays.

    What is wrong is told by what its sentences are made of, for a page in any language.
    """

    text: str
    told: list[Told] = field(default_factory=list[Told])
    kept: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Seen:
    """A row: what becomes of it and of which things, what is wrong with all of it, and what changes of what is there.

    Each of `parts` has a thing's id, a path, and its value before and after.
    """

    line: int
    status: str
    cells: list[Cell]
    told: list[Told] = field(default_factory=list[Told])
    things: list[str] = field(default_factory=list[str])
    parts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @staticmethod
    def of(told: Mapping[str, Any]) -> "Seen":
        given: dict[str, Any] = {**told, "cells": [Cell(**cell) for cell in told["cells"]]}
        return Seen(**given)

    @property
    def to_mend(self) -> bool:
        return self.status == Status.REFUSED or any(cell.told for cell in self.cells)


@dataclass(slots=True)
class Look:
    """A whole table: the columns that are shown, its rows, who sees what is new, and what is told of all of it.

    `places` are those of the columns in the file. `seen` has state, marking and how many. `besides` are things that no
    row tells alone.
    """

    columns: list[str]
    places: list[int]
    rows: list[Seen]
    seen: list[tuple[str, str, int]]
    notes: Sequence[Sequence[Part]]
    skipped: Sequence[tuple[Sequence[Part], int]]
    besides: list[str]

    @property
    def counts(self) -> Counter[str]:
        return Counter(str(row.status) for row in self.rows)

    def told(self) -> dict[str, Any]:
        """As JSON, which `of` reads."""
        return asdict(self)

    @staticmethod
    def of(told: Mapping[str, Any]) -> "Look":
        given: dict[str, Any] = {**told, "rows": [Seen.of(row) for row in told["rows"]]}
        return Look(**given)


class Table(Protocol):
    """A table that was read, with all of its columns."""

    @property
    def keys(self) -> Sequence[str]: ...

    @property
    def found(self) -> Sequence[Row | Rejected]: ...


def looked(
    table: Table,
    columns: Sequence[str],
    fields: Mapping[str, str],
    report: RunReport,
    parts: Iterable[Mapping[str, Any]],
    proposed: AbstractSet[str] = frozenset(),
    waiting: AbstractSet[str] = frozenset(),
) -> Look:
    """The account of a run, row by row. `parts` are the changes of what is there, as the writer sees them.

    Those of the things `proposed` are kept for somebody to decide on; of those `waiting` the same is kept already.
    """
    things, of = defaultdict[str, list[Change]](list), report.places
    for change in report.changes:
        things[of.get(change.id, "")].append(change)
    told = defaultdict[str, list[dict[str, Any]]](list)
    for part in parts:
        told[of.get(str(part["id"]), "")].append(dict(part))
    by_place = defaultdict[str, list[str]](list)
    for id, where in of.items():
        by_place[where].append(id)
    rows: dict[str, Seen] = {}
    for row in table.found:
        cells = cells_of(row, columns)
        seen = [Cell(_text(cells.get(column))) for column in columns]
        status = _status(things[row.where], by_place[row.where], proposed, waiting)
        rows[row.where] = Seen(row.line or 0, status, seen, [], by_place[row.where], told[row.where])
    placed = _Places(columns, fields)
    for one in report.refused:
        _refuse(rows, placed, one)
    for one in report.repeated:
        if one.where in rows:
            rows[one.where].told.append(parts_of(one.reason))
    for kept in report.kept:
        _keep(rows, placed, kept)
    besides = [change.id for where, changes in things.items() if where not in rows for change in changes]
    elsewhere = (one for one in report.refused if one.where not in rows)
    lost = [parts_of(together(f"{one.where}:", one.reason, one.cure)) for one in elsewhere]
    counted = [(state, marking, count) for (state, marking), count in report.seen.most_common()]
    notes = [*map(parts_of, dict.fromkeys(report.notes)), *lost]
    shown = _without_blank(list(rows.values()), len(columns))
    names = [columns[place] for place in shown]
    places = {key: place for place, key in enumerate(table.keys)}
    skipped = [(parts_of(reason), count) for reason, count in report.skipped.most_common()]
    return Look(names, [places[name] for name in names], list(rows.values()), counted, notes, skipped, besides)


def _without_blank(rows: Sequence[Seen], width: int) -> list[int]:
    """Take out the columns in which no row says anything; answers those that stay."""
    used = [any(row.cells[at].text or row.cells[at].told or row.cells[at].kept for row in rows) for at in range(width)]
    kept = [at for at in range(width) if used[at]]
    for row in rows:
        row.cells = [row.cells[at] for at in kept]
    return kept


class _Places:
    """At which cell of a row something stands that is told by a column of the file or a field of ours."""

    def __init__(self, columns: Sequence[str], fields: Mapping[str, str]) -> None:
        self._at = {column: place for place, column in enumerate(columns)}
        self._ours = {name: self._at[column] for column, name in fields.items() if column in self._at}

    def of(self, path: str | None, id: str | None = None) -> int | None:
        if not path:
            return None
        base = _STEP.split(path)[0]
        names = [path, f"{base}@{_locale(id)}", base] if id and id.startswith("translation:") else [path, base]
        for name in names:
            for known in (self._ours, self._at):
                if name in known:
                    return known[name]
        return next((self._at[one] for one in path.split(" + ") if one in self._at), None)


def _locale(id: str) -> str:
    """The language in the id of a translation."""
    return id.rpartition(".")[2]


def _refuse(rows: Mapping[str, Seen], placed: _Places, one: Rejected) -> None:
    row = rows.get(one.where)
    if row is None:
        return
    at = placed.of(one.column, one.id)
    if at is None:
        named = f"{one.column}:" if one.column else ""
        row.told.append(parts_of(together(named, one.reason, one.cure)))
    else:
        row.cells[at].told.append(parts_of(together(one.reason, one.cure)))
    if one.scope == "record":
        row.status = Status.REFUSED


def _keep(rows: Mapping[str, Seen], placed: _Places, kept: Kept) -> None:
    row, at = rows.get(kept.where), placed.of(kept.path, kept.id)
    if row is None:
        return
    if at is None:
        row.told.append(parts_of(_text(kept.ours)))
    else:
        row.cells[at].kept.append(_text(kept.ours))


def _status(
    changes: Sequence[Change], ids: Sequence[str], proposed: AbstractSet[str], waiting: AbstractSet[str]
) -> Status:
    kinds = {change.op for change in changes}
    if "create" in kinds:
        return Status.NEW
    if kinds:
        return Status.CHANGED
    if not proposed.isdisjoint(ids):
        return Status.PROPOSED
    if not waiting.isdisjoint(ids):
        return Status.WAITS
    return Status.SAME if ids else Status.LEFT


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return orjson.dumps(cast("Any", value)).decode()
