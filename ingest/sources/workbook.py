"""Workbooks of Excel (XLSX): the first sheet that holds something, its cells as the text that a table would have."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from graph.sentence import sentence
from ingest.errors import SourceEmpty, SourceError, SourceMissing
from ingest.records import Rejected
from ingest.sources.rows import Row
from ingest.sources.table import Table, named_columns, open_table, ragged

SUFFIX = ".xlsx"
#: What a workbook may come to when it is unpacked, and how wide it is read.
_MOST_BYTES, _MOST_COLUMNS = 100_000_000, 200
_CURE = sentence("Save it as XLSX again, or export it as CSV.")


@dataclass(frozen=True)
class Workbook:
    """A sheet of a workbook, read: its rows with their numbers, those of the spreadsheet."""

    path: Path
    columns: tuple[str, ...]
    repeated: tuple[str, ...]
    cells: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.name

    def rows(self) -> Iterator[Row | Rejected]:
        """Every row but blank ones; what is wider than the header is refused."""
        width = len(self.columns)
        for line, cells in self.cells:
            where = f"{self.name}:{line}"
            if any(cells[width:]):
                told = ragged(len(cells), width)
                yield Rejected(where, line, None, told, sentence("Name all columns in the first row."), raw=cells)
            else:
                padded = (*cells[:width], *("",) * (width - len(cells)))
                yield Row(line, where, dict(zip(self.columns, padded, strict=True)))


def open_tabular(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, known: Iterable[str] = ()
) -> Table | Workbook:
    """Open a table or, by the file's ending, a workbook; raises SourceError."""
    if path.suffix.lower() == SUFFIX:
        return open_workbook(path)
    return open_table(path, encoding=encoding, delimiter=delimiter, known=known)


def open_workbook(path: Path, most: int | None = None) -> Workbook:
    """Open a workbook, or the first rows of it; formulas are read as what they last came to. Raises SourceError."""
    _check_size(path)
    try:
        sheet, rows = _read(path, None if most is None else most + 1)
    except Exception as error:  # noqa: BLE001 - whatever a parser trips over in somebody's file is a fault of the file
        raise SourceError(
            path.name, sentence("This workbook cannot be read: {error}.", error=type(error).__name__), _CURE
        ) from None
    if not rows:
        raise SourceEmpty(
            path.name, sentence("The workbook is empty."), sentence("Put the names of the columns into the first row.")
        )
    (_, header), *rest = rows
    columns, repeated = named_columns(list(header))
    notes = (sentence('read the sheet "{sheet}", because it is the first that holds something', sheet=sheet),)
    return Workbook(path, columns, repeated, tuple(rest), notes)


def _check_size(path: Path) -> None:
    """Refuse what is no archive, or would unpack to more than a workbook of records ever does."""
    try:
        with ZipFile(path) as archive:
            size = sum(one.file_size for one in archive.infolist())
    except FileNotFoundError:
        raise SourceMissing(
            str(path), sentence("There is no such file."), sentence("Check the name and the folder.")
        ) from None
    except (OSError, BadZipFile, NotImplementedError, ValueError):
        raise SourceError(path.name, sentence("This is no workbook, whatever its name says."), _CURE) from None
    if size > _MOST_BYTES:
        raise SourceError(
            path.name,
            sentence("Unpacked it has {size} bytes; {most} are allowed.", size=size, most=_MOST_BYTES),
            sentence("Split it."),
        )


def _read(path: Path, most: int | None) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """The first sheet that holds something: its name, and its rows but blank ones with their numbers."""
    with warnings.catch_warnings():
        # What it warns of, such as styles and validations that it leaves out, is nothing that is read.
        warnings.simplefilter("ignore")
        with closing(load_workbook(path, read_only=True, data_only=True, keep_links=False)) as book:
            for sheet in book.worksheets:
                read = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
                told = ((line, row) for line, row in enumerate(read, start=1) if any(one is not None for one in row))
                texts = ((line, _trimmed(tuple(map(_text, row)))) for line, row in told)
                if rows := list(islice(((line, cells) for line, cells in texts if cells), most)):
                    return sheet.title, rows
    return "", []


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells without blank ones at the end."""
    width = next((end for end in range(len(cells), 0, -1) if cells[end - 1].strip()), 0)
    return cells[:width]


def _text(value: object) -> str:
    """A cell as a table would have it: days as ISO, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)
