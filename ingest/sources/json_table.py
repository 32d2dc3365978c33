"""JSON that someone else made, as rows: a list of objects, or objects under keys; nested cells by dotted path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graph.sentence import sentence
from ingest.errors import SourceError
from ingest.records import Rejected
from ingest.sources.json_text import parse_file
from ingest.sources.jsonl import JsonLines, open_json
from ingest.sources.rows import Row
from ingest.text import Encoding, find_encoding

KEY = "@key"
VALUE = "@value"


@dataclass(frozen=True)
class JsonTable:
    """Rows out of one JSON value; where objects stand under keys, the key is the cell `@key`."""

    path: Path
    encoding: Encoding
    items: tuple[tuple[str, object], ...]
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def notes(self) -> tuple[str, ...]:
        return (self.encoding.note, sentence("{count} rows of JSON", count=len(self.items)))

    def rows(self) -> Iterator[Row | Rejected]:
        for position, (key, item) in enumerate(self.items, start=1):
            where = f"{self.name}[{key or position}]"
            if isinstance(item, dict):
                cells = cast("Mapping[str, object]", item)
                yield Row(position, where, {KEY: key, **cells} if key else cells)
            elif key:
                yield Row(position, where, {KEY: key, VALUE: item})
            else:
                yield Rejected(
                    where,
                    position,
                    None,
                    sentence("This item is no object."),
                    sentence("Name the list of objects with rows = in the mapping."),
                    raw=repr(item),
                )


def open_json_table(path: Path, *, rows: str = "", encoding: str | None = None) -> JsonTable | JsonLines:
    """Open JSON for a mapping. `rows` is the dotted path of the list or object whose members are the rows."""
    if not rows and isinstance(found := open_json(path, encoding=encoding), JsonLines):
        return found
    read = find_encoding(path, encoding)
    value = parse_file(path, read)
    for step in filter(None, rows.split(".")):
        if not isinstance(value, dict) or step not in value:
            keys = cast("dict[str, object]", value) if isinstance(value, dict) else {}
            known = sentence("It has {columns}.", columns=", ".join(keys)) if keys else ""
            raise SourceError(path.name, sentence('There is nothing at "{rows}".', rows=rows), known)
        value = cast("dict[str, object]", value)[step]
    return JsonTable(path, read, _items(value, named=bool(rows)))


def _items(value: object, *, named: bool) -> tuple[tuple[str, object], ...]:
    if isinstance(value, list):
        return tuple(("", item) for item in cast("list[object]", value))
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        if members and (named or all(isinstance(item, dict) for item in members.values())):
            return tuple(members.items())
        return (("", members),)
    return (("", value),)


def reach(path: str) -> Callable[[Mapping[str, object]], object]:
    """A reader of one cell by dotted path; a step into a list goes into each of its items, a number into that one."""
    steps = path.split(".")

    def read(cells: Mapping[str, object]) -> object:
        if path in cells:
            return cells[path]
        return _walk(cells, steps)

    return read


def _walk(value: object, steps: list[str]) -> object:
    for position, step in enumerate(steps):
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(step)
        elif isinstance(value, list):
            items = cast("list[object]", value)
            if step.isdigit():
                value = items[int(step)] if int(step) < len(items) else None
            else:
                return [found for item in items if (found := _walk(item, steps[position:])) is not None]
        else:
            return None
    return value
