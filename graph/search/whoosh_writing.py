"""Writing a segment of Whoosh 2.7.4: its own way makes a tuple of each posting, sorts all of them, and looks at each.

What it writes is the same, byte for byte; a property of ours is that a document has a token once, without a weight.
"""

import marshal
import pickle
from array import array
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import sub
from pathlib import Path
from struct import Struct
from tempfile import TemporaryFile
from typing import IO, Any, TypeAlias

from graph.search.segments import Entry
from graph.search.whoosh_untyped import HEADER, TermInfo

Run: TypeAlias = Iterator[tuple[str, bytes, int, bytes]]

# What a number and a term hold of memory, and how much of it postings may hold before they go to a file.
_NUMBER, _TERM, _MOST_BYTES = 8, 200, 128_000_000
#: Whoosh packs postings by 128, each block compressed, which makes reading them most of what a search costs.
BLOCK = 1024
_FIELD, _LENGTH, _PLACE = Struct("!H"), Struct("!i"), Struct("!qi")
# A weight for each document, and no lengths, as Whoosh's own way says it of fields without.
_WEIGHT, _NO_LENGTH = 1.0, 0


class Postings:
    """Postings of a segment that is written, in the place of Whoosh's pool: documents in the order they are added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, dict[bytes, list[int]]] = {}
        self._bytes, self._runs = 0, list[IO[bytes]]()

    def put(self, field: str, texts: Iterable[bytes], number: int) -> None:
        """Add a document to terms of a field."""
        held = self._held.setdefault(field, {})
        terms, count = len(held), 0
        for text in texts:
            held.setdefault(text, []).append(number)
            count += 1
        self._bytes += count * _NUMBER + (len(held) - terms) * _TERM
        if self._bytes > _MOST_BYTES:
            self._save()

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Add a posting of a segment that is merged into this one, as Whoosh tells it."""
        self.put(item[0], (item[1],), item[2])

    def iter_postings(self) -> Iterator[tuple[str, bytes, Sequence[int]]]:
        """The documents of each term, in the order of fields and terms."""
        if not self._runs:
            yield from ((field, text, numbers) for field, text, numbers in self._sorted())
            return
        self._save()
        every = merge(*(_read(file, at) for at, file in enumerate(self._runs)))
        for (field, text), parts in groupby(every, key=lambda told: told[:2]):
            numbers = array("I")
            for _, _, _, some in parts:
                numbers.frombytes(some)
            yield field, text, numbers

    def cleanup(self) -> None:
        for file in self._runs:
            file.close()
        self._runs = []

    def _sorted(self) -> Iterator[tuple[str, bytes, list[int]]]:
        return ((field, *term) for field in sorted(self._held) for term in sorted(self._held[field].items()))

    def _save(self) -> None:
        # Without a name, so that nothing of it is left where the process is killed.
        file: IO[bytes] = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by cleanup
        self._runs.append(file)
        for field, text, numbers in self._sorted():
            marshal.dump((field, text, array("I", numbers).tobytes()), file)
        self._held, self._bytes = {}, 0


def _read(file: IO[bytes], at: int) -> Run:
    file.seek(0)
    while True:
        try:
            field, text, numbers = marshal.load(file)  # noqa: S302 - what this process wrote
        except EOFError:
            return
        yield field, text, at, numbers


def prepared(writer: Any, folder: Path) -> Any:
    """A writer of Whoosh that keeps and writes postings so."""
    writer.pool = Postings(folder)
    fields: Any = writer.fieldwriter

    def write(_schema: Any, _lengths: Any, terms: Iterable[tuple[str, bytes, Sequence[int]]]) -> None:
        _write(fields, terms)

    fields.add_postings = write
    return writer


def add_entry(writer: Any, entry: Entry) -> None:
    """Add a document as `writer.add_document` would, but for splitting its tokens again."""
    number, kept = writer.docnum, writer.perdocwriter
    writer.pool.put("key", (entry.key.encode(),), number)
    writer.pool.put("tokens", [token.encode("utf-8", "replace") for token in entry.tokens], number)
    kept.start_doc(number)
    kept.add_field("stored", writer.schema["stored"], entry.stored, None)
    kept.finish_doc()
    writer._added = True
    writer.docnum += 1


def _write(fields: Any, terms: Iterable[tuple[str, bytes, Sequence[int]]]) -> None:
    """The terms into the files that a field writer has opened."""
    file, index, known = fields._postfile, fields._tindex, fields._fieldmap
    at = file.tell()
    for field, text, numbers in terms:
        number, count = known.setdefault(field, len(known)), len(numbers)
        kept = _blocks(numbers)
        file.write(kept)
        said = TermInfo._struct.pack(0, count, count, _NO_LENGTH, _NO_LENGTH, _WEIGHT, numbers[0], numbers[-1])
        index.add(_FIELD.pack(number) + text, said + _PLACE.pack(at, len(kept)))
        at += len(kept)


def _blocks(numbers: Sequence[int]) -> bytes:
    """A list of postings: blocks of numbers, each told by its distance to the one before, the last block's first."""
    out = [HEADER]
    for begun in range(0, len(numbers), BLOCK):
        some = numbers[begun : begun + BLOCK]
        head = pickle.dumps((len(some), some[-1], _WEIGHT, 0, _NO_LENGTH, _NO_LENGTH), 2)
        data = pickle.dumps(((some[0], *map(sub, some[1:], some)), None, None), 2)
        last = begun + BLOCK >= len(numbers)
        length = len(head) + len(data)
        out += (_LENGTH.pack(-length if last else length), head, data)
    return b"".join(out)
