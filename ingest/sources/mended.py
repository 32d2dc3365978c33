"""A source with cells that somebody put right after it was read; the file stays as it came."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.records import Rejected
from ingest.sources.rows import Row, Source

#: New cells by line and column.
Mends = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class Mended:
    """A source whose rows say what was written over them; a row that did not fit its header is taken once it is."""

    source: Source
    mends: Mends

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def columns(self) -> Sequence[str]:
        return self.source.columns

    @property
    def notes(self) -> Sequence[str]:
        return self.source.notes

    def rows(self) -> Iterator[Row | Rejected]:
        for row in self.source.rows():
            mend = self.mends.get(row.line) if row.line is not None else None
            if not mend or row.line is None:
                yield row
            elif isinstance(row, Row):
                yield row._replace(cells={**row.cells, **mend})
            else:
                yield Row(row.line, row.where, {**cells_of(row, self.columns), **mend})


def cells_of(row: Row | Rejected, columns: Sequence[str]) -> Mapping[str, object]:
    """The cells of a row; of one that does not fit the header those that stand under its columns."""
    if isinstance(row, Row):
        return row.cells
    given = row.raw if isinstance(row.raw, tuple | list) else ()
    return {column: given[place] if place < len(given) else "" for place, column in enumerate(columns)}


@dataclass(frozen=True)
class Renamed:
    """A source under other names for its columns; those without one are left out."""

    source: Source
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def columns(self) -> Sequence[str]:
        return [self.names[column] for column in self.source.columns if column in self.names]

    @property
    def notes(self) -> Sequence[str]:
        return self.source.notes

    def rows(self) -> Iterator[Row | Rejected]:
        for row in self.source.rows():
            if isinstance(row, Row):
                cells = {name: row.cells[column] for column, name in self.names.items() if column in row.cells}
                yield row._replace(cells=cells)
            else:
                yield row
