"""JSON Lines and JSON arrays of objects: one object a line or item, a broken line refused with its column."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graph.sentence import sentence
from ingest.errors import BrokenJson
from ingest.records import Rejected
from ingest.sources.json_text import is_cut_off, parse_file, parse_line
from ingest.sources.rows import Row
from ingest.text import Encoding, find_encoding, lines

_LINES = frozenset({".jsonl", ".ndjson"})


@dataclass(frozen=True)
class JsonLines:
    """A file with one JSON object a line."""

    path: Path
    encoding: Encoding
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def notes(self) -> tuple[str, ...]:
        return (self.encoding.note, sentence("one JSON object a line"))

    def rows(self) -> Iterator[Row | Rejected]:
        """Every object, or what is wrong with its line."""
        for line, text in enumerate(lines(self.path, self.encoding), start=1):
            if not text.isspace():
                yield _row(text, line, f"{self.name}:{line}")


@dataclass(frozen=True)
class JsonItems:
    """A JSON file whose objects stand in one list, or that is one object."""

    path: Path
    encoding: Encoding
    items: tuple[object, ...]
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def notes(self) -> tuple[str, ...]:
        return (self.encoding.note, sentence("a JSON list of {count}", count=len(self.items)))

    def rows(self) -> Iterator[Row | Rejected]:
        """Every object of the list, with its position from 1 as its line."""
        for position, item in enumerate(self.items, start=1):
            where = f"{self.name}[{position}]"
            if isinstance(item, dict):
                yield Row(position, where, cast("Mapping[str, object]", item))
            else:
                yield Rejected(
                    where,
                    position,
                    None,
                    sentence("This item is no object."),
                    sentence('Write it as {{"type": ..., ...}}.'),
                    raw=repr(item),
                )


def open_json(path: Path, *, encoding: str | None = None) -> JsonLines | JsonItems:
    """Open JSON of either form: the first line tells them apart, and where it is broken the file's ending does."""
    found = find_encoding(path, encoding)
    first = next((line for line in lines(path, found) if not line.isspace()), "").strip()
    if first.startswith("{") and _is_json(first):
        return JsonLines(path, found)
    try:
        value = parse_file(path, found)
    except BrokenJson:
        if first.startswith("{") and (path.suffix.lower() in _LINES or first.endswith("}")):
            return JsonLines(path, found)
        raise
    return JsonItems(path, found, tuple(cast("list[object]", value)) if isinstance(value, list) else (value,))


def _row(text: str, line: int, where: str) -> Row | Rejected:
    try:
        value = parse_line(text)
    except json.JSONDecodeError as error:
        if not text.endswith(("\n", "\r")) and is_cut_off(text, error):
            return Rejected(
                where,
                line,
                None,
                sentence("The line is cut off, and the file with it."),
                sentence("Export or download it again."),
                raw=text,
            )
        return Rejected(
            where,
            line,
            None,
            sentence("This is not JSON: {error} (column {column}).", error=error.msg.lower(), column=error.colno),
            sentence("Correct the line."),
            raw=text,
        )
    if not isinstance(value, dict):
        return Rejected(
            where,
            line,
            None,
            sentence("This line is no JSON object."),
            sentence('Write it as {{"type": ..., ...}}.'),
            raw=text,
        )
    return Row(line, where, cast("Mapping[str, object]", value))


def _is_json(text: str) -> bool:
    try:
        parse_line(text)
    except ValueError:
        return False
    return True
