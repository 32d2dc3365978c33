"""Reading a segment of Whoosh 2.7.4 from its mapped file: its own way takes three calls for each few bytes.

Whoosh can map files itself, but copies each into memory first.
"""

import mmap
import pickle
import zlib
from bisect import bisect_left
from functools import partial
from hashlib import md5
from itertools import accumulate, islice
from struct import Struct
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.search.segments import Numbers
from graph.search.whoosh_untyped import StoredColumn, SubFile, TermInfo

# The tag before a list of postings, and where the head of a block says its last number and whether it is compressed.
_TAG, _LAST, _COMPRESSED = 4, 1, 3
# More than the head of a block takes, and how many numbers are added up sooner than made an array.
_LONGEST_HEAD, _FEW = 128, 96
_MOST_HALVES = 4096
_INT = Struct("!i")
# A place in a hash table; the lengths before a term and what is said of it; where its postings are, after the rest.
_HASHED, _HASHED_AT = Struct("!I"), 12
_SLOT, _LENGTHS, _EXTENT = Struct("!Iq"), Struct("!ii"), Struct("!qi")
_BEFORE_EXTENT = int(TermInfo._struct.size)
_NOTHING: Numbers = np.zeros(0, dtype=np.int32)
_NUMBERS = {"B": Struct("!B"), "H": Struct("!H"), "i": Struct("!i"), "I": Struct("!I"), "q": Struct("!q")}


class _Mapped:
    """A file inside a segment's file, as Whoosh's hash tables read it."""

    def __init__(self, whole: mmap.mmap, offset: int, file: Any) -> None:
        self.whole, self.offset = whole, offset
        self.close = file.close

    def get(self, position: int, length: int) -> bytes:
        start = self.offset + position
        return self.whole[start : start + length]

    def get_uint(self, position: int) -> int:
        return self.number(_NUMBERS["I"], position)

    def number(self, kind: Struct, position: int) -> int:
        return self.numbers(kind, position)[0]

    def numbers(self, kind: Struct, position: int) -> tuple[int, ...]:
        return kind.unpack_from(self.whole, self.offset + position)


class SegmentFiles:
    """The terms and documents of a segment's reader; from here on the reader finds them by the mapped file too."""

    def __init__(self, reader: Any) -> None:
        self.close = reader.close
        terms, stored = reader._terms, reader._perdoc._cached_reader("_stored", StoredColumn)
        self._postings, self._keys = _mapped(terms._postfile), _mapped(terms._tindex.dbfile)
        self._index, self._fields = terms._tindex, {name: terms._keycoder(name, b"") for name in terms._fieldmap}
        self._index.dbfile = self._keys
        # The least kind of number that the places of terms fit into.
        self._kind = _NUMBERS[str(self._index.extras["indextype"])]
        # Each search by halving begins with the same terms.
        self._halves: dict[int, bytes] = {}
        self._first = self._keys.offset + int(self._index.indexbase)
        self._index._get_pos = partial(self._keys.number, self._kind)
        # The column of what is kept: pickled, then compressed, one after the other.
        self._column = stored._child
        self._column._dbfile = _mapped(self._column._dbfile)

    @property
    def whole(self) -> bool:
        """Whether no file was cut short since it was mapped: to read what is gone would end the process."""
        return all(one.whole.size() >= len(one.whole) for one in (self._postings, self._keys, self._column._dbfile))

    def stored(self, number: int) -> bytes:
        """The bytes kept with a document."""
        column = self._column
        kept = column._dbfile.get(column._basepos + column._offsets[number], column._lengths[number])
        return bytes(pickle.loads(zlib.decompress(kept))["stored"])

    def starting(self, field: str, prefix: str, limit: int) -> list[str]:
        """The first terms with a prefix."""
        before = self._fields.get(field)
        begun = (before or b"") + prefix.encode("utf-8", "replace")
        first = bisect_left(self, begun) if before is not None else len(self)
        if before is None or first == len(self):
            return []
        found: list[str] = []
        for position, length, _, _ in islice(self._index._ranges(self._place(first)), limit):
            key = self._keys.get(position, length)
            if not key.startswith(begun):
                break
            found.append(key[len(before) :].decode("utf-8"))
        return found

    def __len__(self) -> int:
        """How many terms there are in all fields."""
        return int(self._index.indexlen)

    def __getitem__(self, number: int) -> bytes:
        """The n-th term of all in order, with its field before it."""
        if (known := self._halves.get(number)) is not None:
            return known
        # Without the calls that would say it shorter, as it is asked for at each halving.
        whole, offset = self._keys.whole, self._keys.offset
        item = offset + self._kind.unpack_from(whole, self._first + number * self._kind.size)[0]
        start = item + _LENGTHS.size
        term = whole[start : start + _LENGTHS.unpack_from(whole, item)[0]]
        if len(self._halves) < _MOST_HALVES:
            self._halves[number] = term
        return term

    def _place(self, number: int) -> int:
        return int(self._kind.unpack_from(self._keys.whole, self._first + number * self._kind.size)[0])

    def numbers(self, field: str, text: str) -> Numbers:
        """The documents with a term, ascending, deleted ones too.

        Most terms that are asked for are not there, so this is asked more often than anything is read: it looks into
        Whoosh's hash table without the calls that would say it shorter.
        """
        if (before := self._fields.get(field)) is None:
            return _NOTHING
        key = before + text.encode("utf-8", "replace")
        (hashed,) = _HASHED.unpack_from(md5(key, usedforsecurity=False).digest(), _HASHED_AT)
        table, slots = self._index.tables[hashed & 255]
        whole, begun = self._keys.whole, self._keys.offset + table
        for n in range(slots):
            told, item = _SLOT.unpack_from(whole, begun + ((hashed >> 8) + n) % slots * _SLOT.size)
            if not item:
                break
            if told == hashed and self._keys.numbers(_LENGTHS, item)[0] == len(key):
                start = int(item) + _LENGTHS.size
                if self._keys.get(start, len(key)) == key:
                    place = self._keys.numbers(_EXTENT, start + len(key) + _BEFORE_EXTENT)
                    return _postings(self._postings.get(*place))
        return _NOTHING


def newest(index: Any) -> Any:
    """What the newest commit of an index says: its generation and its segments."""
    return index._read_toc()


def _mapped(file: Any) -> _Mapped:
    """A file of a segment, which is one inside another as segments are written."""
    inner = file.file
    outer, offset = (inner._file, inner._offset) if isinstance(inner, SubFile) else (file, 0)
    return _Mapped(mmap.mmap(outer.fileno(), 0, access=mmap.ACCESS_READ), offset, file)


def _postings(kept: bytes) -> Numbers:
    """The numbers in a list of postings: blocks, the last with a negative length; in each they are told by distance."""
    distances: list[int] = []
    at, before, length = _TAG, 0, 0
    while length >= 0:
        (length,) = _INT.unpack_from(kept, at)
        at += _INT.size
        end = at + abs(length)
        head = pickle.loads(kept[at : at + _LONGEST_HEAD])
        # What is read of a pickle does not say where it ended; the same written again is as long.
        block = kept[at + len(pickle.dumps(head, 2)) : end]
        told = pickle.loads(zlib.decompress(block) if head[_COMPRESSED] else block)[0]
        distances.append(told[0] - before)
        distances += told[1:]
        before, at = head[_LAST], end
    if len(distances) < _FEW:
        return np.array([*accumulate(distances)], dtype=np.int32)
    begun, distances[0] = distances[0], 0
    numbers = _array(distances).cumsum(dtype=np.int32)
    numbers += np.int32(begun)
    return numbers


def _array(numbers: list[int]) -> npt.NDArray[np.integer]:
    """Small numbers, as these mostly are, become an array six times as fast by way of bytes."""
    try:
        return np.frombuffer(bytes(numbers), dtype=np.uint8)
    except ValueError:
        return np.array(numbers, dtype=np.int32)
