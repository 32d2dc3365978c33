"""Reading a segment of Whoosh 2.7.4 from its mapped file: its own way takes three calls for each few bytes.

Whoosh can map files itself, but copies each into memory first.
"""

import mmap
import pickle
import zlib
from functools import partial
from io import BytesIO
from itertools import islice
from struct import Struct
from typing import Any

import numpy as np

from graph.search.segments import Numbers
from graph.search.whoosh_untyped import StoredColumn, SubFile, TermInfo

# The tag before a list of postings, an integer in it, and where the head of a block says whether it is compressed.
_TAG, _INT, _COMPRESSED = 4, 4, 3
_NOTHING: Numbers = np.zeros(0, dtype=np.int32)
_NUMBERS = {"B": Struct("!B"), "H": Struct("!H"), "i": Struct("!i"), "I": Struct("!I"), "q": Struct("!q")}


class _Mapped:
    """A file inside a segment's file, as Whoosh's hash tables read it."""

    def __init__(self, whole: mmap.mmap, offset: int, file: Any) -> None:
        self._whole, self._offset = whole, offset
        self.close = file.close

    def get(self, position: int, length: int) -> bytes:
        start = self._offset + position
        return self._whole[start : start + length]

    def get_uint(self, position: int) -> int:
        return self.number("I", position)

    def number(self, kind: str, position: int) -> int:
        """A number of one of the kinds that an array of positions has, the least that is large enough."""
        found: int = _NUMBERS[kind].unpack_from(self._whole, self._offset + position)[0]
        return found


class SegmentFiles:
    """The terms and documents of a segment's reader; from here on the reader finds them by the mapped file too."""

    def __init__(self, reader: Any) -> None:
        terms, self._stored = reader._terms, reader._perdoc._cached_reader("_stored", StoredColumn)
        self._postings, self._keys = _mapped(terms._postfile), _mapped(terms._tindex.dbfile)
        self._index, self._fields = terms._tindex, {name: terms._keycoder(name, b"") for name in terms._fieldmap}
        self._index.dbfile = self._keys
        kind = str(self._index.extras["indextype"])
        self._index._get_pos = partial(self._keys.number, kind)

        self._stored._child._dbfile = _mapped(self._stored._child._dbfile)

    def stored(self, number: int) -> bytes:
        """The bytes kept with a document."""
        return bytes(self._stored[number]["stored"])

    def starting(self, field: str, prefix: str, limit: int) -> list[str]:
        """The first terms with a prefix."""
        before = self._fields.get(field)
        begun = (before or b"") + prefix.encode("utf-8", "replace")
        first = None if before is None else self._index.closest_key_pos(begun)
        if before is None or first is None:
            return []
        found: list[str] = []
        for position, length, _, _ in islice(self._index._ranges(first), limit):
            key = self._keys.get(position, length)
            if not key.startswith(begun):
                break
            found.append(key[len(before) :].decode("utf-8"))
        return found

    def numbers(self, field: str, text: str) -> Numbers:
        """The documents with a term, ascending, deleted ones too."""
        if field in self._fields:
            key = self._fields[field] + text.encode("utf-8", "replace")
            for position, length in self._index.ranges_for_key(key):
                # The length of the postings is kept as a tuple of one.
                offset, (size,) = TermInfo.from_bytes(self._keys.get(position, length)).extent()
                return _postings(self._postings.get(offset, size))
        return _NOTHING


def _mapped(file: Any) -> _Mapped:
    """A file of a segment, which is one inside another as segments are written."""
    inner = file.file
    outer, offset = (inner._file, inner._offset) if isinstance(inner, SubFile) else (file, 0)
    return _Mapped(mmap.mmap(outer.fileno(), 0, access=mmap.ACCESS_READ), offset, file)


def _postings(kept: bytes) -> Numbers:
    """The numbers in a list of postings: blocks, the last with a negative length; in each they are told by distance."""
    file = BytesIO(kept)
    file.seek(_TAG)
    blocks: list[Numbers] = []
    last = False
    while not last:
        length = int.from_bytes(file.read(_INT), "big", signed=True)
        last, end = length < 0, file.tell() + abs(length)
        compressed = pickle.load(file)[_COMPRESSED]
        block = file.read(end - file.tell())
        numbers = pickle.loads(zlib.decompress(block) if compressed else block)[0]
        blocks.append(np.cumsum(np.array(numbers, dtype=np.int32), dtype=np.int32))
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
