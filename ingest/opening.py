"""From paths to what reads them: own records by the file's ending, or foreign files through a mapping."""

from collections.abc import Sequence
from pathlib import Path

from ingest.columns import find_columns
from ingest.errors import MissingColumn
from ingest.mapping import Mapping, load_shipped, shipped
from ingest.own import JSON_SUFFIXES, Own, open_own
from ingest.plan import Plan, compile_plan
from ingest.sheet import open_said
from ingest.sources.json_table import open_json_table
from ingest.sources.jsonl import open_json
from ingest.sources.rows import Source
from ingest.sources.several import together
from ingest.sources.workbook import SUFFIX, open_tabular, open_workbook


def open_records(
    paths: Sequence[Path], *, type: str | None = None, encoding: str | None = None, delimiter: str | None = None
) -> list[Own]:
    """Open files of records in our own shape; raises SourceError."""
    return [open_own(path, type=type, encoding=encoding, delimiter=delimiter) for path in paths]


def open_mapped(
    paths: Sequence[Path], mapping: Mapping, *, encoding: str | None = None, delimiter: str | None = None
) -> list[Plan] | list[Own]:
    """Open files that someone else made through a mapping; what is stated here goes before what the mapping says."""
    encoding, delimiter = encoding or mapping.encoding, delimiter or mapping.delimiter
    if mapping.sheet is not None:
        tables = [_open_sheet(path, encoding, delimiter) for path in paths]
        return [open_said(table, mapping.sheet) for table in tables]
    sources = [_open(path, mapping, encoding, delimiter) for path in paths]
    return [compile_plan(mapping, source) for source in together(sources)]


def _open_sheet(path: Path, encoding: str | None, delimiter: str | None) -> Source:
    return (
        open_json(path)
        if path.suffix.lower() in JSON_SUFFIXES
        else open_tabular(path, encoding=encoding, delimiter=delimiter)
    )


def _open(path: Path, mapping: Mapping, encoding: str | None, delimiter: str | None) -> Source:
    if mapping.format == "json":
        return open_json_table(path, rows=mapping.rows, encoding=encoding)
    known = {name for column in mapping.columns.values() for name in column.any}
    return open_tabular(path, encoding=encoding, delimiter=delimiter, known=known)


def open_source(path: Path, most: int | None = None) -> Source:
    """A file of rows as it is, before anybody has said what its columns mean; raises SourceError.

    Of a workbook, which is read at once, no more than `most` rows are read.
    """
    if path.suffix.lower() == SUFFIX:
        return open_workbook(path, most)
    return open_json(path) if path.suffix.lower() in JSON_SUFFIXES else open_tabular(path)


def fitting(source: Source) -> dict[str, Mapping]:
    """The shipped mappings whose columns a file has."""
    found = dict[str, Mapping]()
    for name in shipped() if source.columns else ():
        mapping = load_shipped(name)
        try:
            find_columns(mapping, source)
        except MissingColumn:
            continue
        found[name] = mapping
    return found
