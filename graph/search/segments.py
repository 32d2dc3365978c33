"""What an engine is to us: segments that never change, from tokens to document numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Meta:
    """What a commit says of itself, in the same commit as its documents."""

    applied_seq: int
    chain: int
    schema: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A document for the engine: the key it is dropped by, its tokens, and the bytes to keep."""

    key: str
    tokens: Sequence[str]
    stored: bytes


class Segment(Protocol):
    """Documents numbered from 0. Nothing of a segment changes but that documents are deleted."""

    @property
    def id(self) -> str: ...

    @property
    def size(self) -> int:
        """How many documents, deleted ones included."""
        ...

    def deleted(self) -> Sequence[int]:
        """The numbers that are not to be shown: deleted, or not a document."""
        ...

    def postings(self, token: str) -> Numbers:
        """The numbers of the documents with a token, ascending; deleted ones may be among them."""
        ...

    def starting(self, prefix: str, limit: int) -> Sequence[str]:
        """The first tokens with a prefix."""
        ...

    def stored(self, number: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of an index."""

    generation: int
    meta: Meta
    segments: tuple[Segment, ...]


class Engine(Protocol):
    """An engine that keeps tokens and bytes; what they mean is not its business."""

    def snapshot(self) -> Snapshot:
        """The newest generation; raises IndexUnusable."""
        ...

    def commit(self, drop: Iterable[str], entries: Iterable[Entry], meta: Meta) -> None:
        """Drop all documents with these keys, add the entries and replace the meta, all or nothing."""
        ...

    def close(self) -> None: ...
