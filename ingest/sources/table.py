"""Tables: CSV, TSV and their kin, with the delimiter decided over quoted cells and ragged rows refused one by one."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graph.sentence import sentence, together
from ingest.errors import NoDelimiter, SourceEmpty, SourceError
from ingest.records import Rejected
from ingest.sources.rows import Row, column_key, column_name
from ingest.text import Encoding, find_encoding, lines

_NONE = "\x1f"
_DELIMITERS = {
    ",": sentence("delimiter: comma, because"),
    ";": sentence("delimiter: semicolon, because"),
    "\t": sentence("delimiter: tab, because"),
    "|": sentence("delimiter: bar, because"),
}
_SAMPLE_LINES = 400
_LONGEST_RECORD = 2000
_LEAST_AGREEMENT = 0.5
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)

csv.field_size_limit(1 << 22)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table's cells are told apart, and why; `skip` lines stand before the header."""

    delimiter: str
    because: str
    padded: bool = False
    skip: int = 0

    @property
    def note(self) -> str:
        """Which delimiter it is, and why, for who looks at what came of the table."""
        if self.delimiter == _NONE:
            return together(sentence("delimiter: one column, because"), self.because)
        other = sentence('delimiter: "{delimiter}", because', delimiter=self.delimiter)
        return together(_DELIMITERS.get(self.delimiter, other), self.because)


@dataclass(frozen=True)
class Table:
    """A table on disk, opened: its columns are known, its rows are read when asked for."""

    path: Path
    encoding: Encoding
    dialect: Dialect
    columns: tuple[str, ...]
    repeated: tuple[str, ...]
    first_line: int
    notes: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.path.name

    def rows(self) -> Iterator[Row | Rejected]:
        """Every row but blank ones; what does not fit the header is refused with its line."""
        width = len(self.columns)
        for line, cells in _records(lines(self.path, self.encoding), self.dialect):
            if line < self.first_line or (isinstance(cells, list) and not any(cells)):
                continue
            where = f"{self.name}:{line}"
            if isinstance(cells, str):
                yield Rejected(
                    where,
                    line,
                    None,
                    sentence("a quote opens and does not close as it should."),
                    _QUOTE_CURE,
                    raw=cells,
                )
            elif len(cells) == width or (len(cells) > width and not any(cells[width:])):
                yield Row(line, where, dict(zip(self.columns, cells, strict=False)))
            else:
                yield Rejected(where, line, None, ragged(len(cells), width), _RAGGED_CURE, raw=tuple(cells))


_QUOTE_CURE = sentence("Double every quote inside a quoted cell.")
_RAGGED_CURE = sentence("Quote the cells that hold a delimiter or a line break.")


def open_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, known: Iterable[str] = ()
) -> Table:
    """Open a table. `known` are column names to expect: a delimiter that finds them in the header wins."""
    found = find_encoding(path, encoding)
    sample = list(islice(lines(path, found), _SAMPLE_LINES))
    dialect = sniff(path.name, sample, frozenset(map(column_key, known)), delimiter)
    found_header = next(((line, cells) for line, cells in _records(sample, dialect) if _has_names(cells)), None)
    if found_header is None:
        raise SourceEmpty(
            path.name,
            sentence("The table has no header."),
            sentence("Put the names of the columns into the first line."),
        )
    header_line, header = found_header
    if isinstance(header, str):
        raise SourceError(
            path.name, sentence("A quote opens in the header and does not close as it should."), _QUOTE_CURE
        )
    columns, repeated = named_columns(header)
    return Table(path, found, dialect, columns, repeated, header_line + 1, (found.note, dialect.note))


def sniff(name: str, sample: list[str], known: frozenset[str] = frozenset(), stated: str | None = None) -> Dialect:
    """Decide a table's delimiter from its first lines; raises NoDelimiter where none splits them alike."""
    said = _SEPARATOR_LINE.fullmatch(sample[0]) if sample else None
    skip = 1 if said else 0
    body = sample[skip:]
    if stated is not None:
        return Dialect(stated, sentence("it was stated"), _is_padded(body, stated), skip)
    if said:
        return Dialect(said.group(1), sentence("its first line says so"), _is_padded(body, said.group(1)), skip)
    complete = len(sample) < _SAMPLE_LINES
    trials = [trial for delimiter in _DELIMITERS if (trial := _try(body, delimiter, known, complete=complete))]
    best = max(trials, key=lambda trial: (trial.known, round(trial.agreement, 2), trial.width), default=None)
    if best is not None and (best.agreement >= _LEAST_AGREEMENT or best.known > 1):
        return Dialect(best.delimiter, best.because(complete=complete), _is_padded(body, best.delimiter), skip)
    if body and (not known or column_key(column_name(body[0].strip().strip('"'))) in known):
        return Dialect(_NONE, sentence("no delimiter stands in its header"), skip=skip)
    raise NoDelimiter(
        name,
        sentence("No comma, semicolon, tab or bar splits its lines alike."),
        sentence("Name the delimiter with --delimiter."),
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    delimiter: str
    width: int
    agree: int
    rows: int
    known: int

    @property
    def agreement(self) -> float:
        return self.agree / self.rows if self.rows else 1.0

    def because(self, *, complete: bool) -> str:
        if complete:
            return sentence(
                "{agree} of {rows} rows have the {width} cells of the header",
                agree=self.agree,
                rows=self.rows,
                width=self.width,
            )
        return sentence(
            "{agree} of the first {rows} rows have the {width} cells of the header",
            agree=self.agree,
            rows=self.rows,
            width=self.width,
        )


def _try(body: list[str], delimiter: str, known: frozenset[str], *, complete: bool) -> _Trial | None:
    """How alike a delimiter splits the rows, or None if it does not stand in the header."""
    rows = [cells for cells in csv.reader(body, delimiter=delimiter, skipinitialspace=True) if any(cells)]
    if not complete:
        rows = rows[:-1]
    if not rows:
        return None
    columns, _ = named_columns(rows[0])
    width = len(columns)
    if width < 2:  # noqa: PLR2004 - one cell was not split
        return None
    agree = sum(len(cells) == width or (len(cells) > width and not any(cells[width:])) for cells in rows[1:])
    return _Trial(delimiter, width, agree, len(rows) - 1, sum(column_key(column) in known for column in columns))


def _is_padded(body: list[str], delimiter: str) -> bool:
    """Whether quoted cells stand behind spaces, which the quote must not be literal for."""
    return any(f'{delimiter} "' in line for line in body)


def _has_names(cells: list[str] | str) -> bool:
    return isinstance(cells, str) or any(column_name(cell) for cell in cells)


def named_columns(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns and those that stand twice, whose later ones get .1, .2 and so on."""
    names = [column_name(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    seen = dict[str, int]()
    columns = list[str]()
    for position, name in enumerate(names, start=1):
        named = name or f"column {position}"
        count = seen.get(named, 0)
        seen[named] = count + 1
        columns.append(f"{named}.{count}" if count else named)
    return tuple(columns), tuple(name for name, count in seen.items() if count > 1)


class _Feed:
    """Lines for the csv module, which remembers those of the record under way, so that they can be put back."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self._back = deque[str]()
        self.taken = list[str]()

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _LONGEST_RECORD:
            raise csv.Error
        line = self._back.popleft() if self._back else next(self._source)
        self.taken.append(line)
        return line

    def keep_first(self) -> str:
        """Put back all lines of the record but the first, which is returned."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        self.taken = [first]
        return first


def _records(source: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the line they begin at: their cells, or the text of a line whose quotes are broken."""
    feed = _Feed(source)
    reader = _reader(feed, dialect)
    line = 1
    while True:
        feed.taken.clear()
        try:
            cells: list[str] | str = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _padded_cells("".join(feed.taken), dialect.delimiter) or feed.keep_first()
            reader = _reader(feed, dialect)
        if line > dialect.skip:
            yield line, cells
        line += len(feed.taken)


def _reader(feed: _Feed, dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(feed, delimiter=dialect.delimiter, strict=True, skipinitialspace=dialect.padded)


def _padded_cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a record whose quoted cells have spaces behind the closing quote, or None if that is not all."""
    mark = re.escape(delimiter)
    cell = re.compile(rf'[ \t]*"((?:[^"]|"")*)"[ \t]*(?={mark}|\r?\n?\Z)|((?!["])[^{mark}\r\n]*)(?={mark}|\r?\n?\Z)')
    cells, at, text = list[str](), 0, text.rstrip("\r\n")
    while found := cell.match(text, at):
        quoted, plain = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if found.end() == len(text):
            return cells
        at = found.end() + len(delimiter)
    return None


def ragged(cells: int, width: int) -> str:
    """Why a row of so many cells is none of this table."""
    if cells == 1:
        return sentence("1 cell where the header names {width} columns.", width=width)
    return sentence("{cells} cells where the header names {width} columns.", cells=cells, width=width)
