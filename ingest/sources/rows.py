"""What every foreign format yields: rows of named cells, each with its place in the file."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from ingest.records import Rejected

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u2060"))
_JOINERS = dict.fromkeys(map(ord, " _-./\u00a0"))


class Row(NamedTuple):
    """One row: its line or position, counted from 1, the place as text, and its cells as they were."""

    line: int
    where: str
    cells: Mapping[str, object]


class Source(Protocol):
    """A file that yields rows, more than once if asked again."""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """The names of the cells, or nothing where they differ from row to row."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """How the file was read, with the evidence, one sentence each."""
        ...

    def rows(self) -> Iterator[Row | Rejected]: ...


def column_name(cell: str) -> str:
    """A header cell without padding and invisible marks, in NFC."""
    return unicodedata.normalize("NFC", cell.translate(_INVISIBLE)).strip()


def column_key(name: str) -> str:
    """What two spellings of a column's name have in common: no case, spaces, hyphens, underscores, dots."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_JOINERS)
