"""Columns of a segment: what filters, facets and visibility need of each document, as arrays.

They follow from the segment's stored documents alone, so a file of them may be lost or torn at any time.
"""

import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from graph.search.beginnings import ARRAYS, TEXTS, Beginnings, beginnings_of
from graph.search.entries import from_bytes
from graph.search.index import FACETS, Document
from graph.search.segments import Segment

_VERSION = 2
_OWN = ("updated", "day")
_NUMBERS = ("stage", "level", "live_from", "live_until", *_OWN)


@dataclass(frozen=True, slots=True)
class Columns:
    """`numbers` by name; `ids` and `locales` as texts; `facets`: name to (document numbers, values), pair by pair.

    `beginnings` are for suggestions.
    """

    ids: Sequence[str]
    locales: Sequence[str]
    numbers: Mapping[str, npt.NDArray[np.int64]]
    facets: Mapping[str, tuple[npt.NDArray[np.int32], Sequence[str]]]
    beginnings: Beginnings


def columns_of(segment: Segment, folder: Path | None) -> Columns:
    """The columns of a segment, from their file if there is a sound one."""
    path = folder / f"columns-{segment.id}.npz" if folder else None
    saved = _read(path, segment.size) if path else None
    if saved is not None:
        return saved
    made = _make(segment)
    if path:
        _save(path, made)
    return made


def forget_others(folder: Path, segments: Iterable[Segment]) -> None:
    """Remove the columns of segments that are no more."""
    kept = {f"columns-{segment.id}.npz" for segment in segments}
    for path in folder.glob("columns-*"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _make(segment: Segment) -> Columns:
    nothing = frozenset(segment.deleted())
    documents = [None if n in nothing else from_bytes(segment.stored(n)) for n in range(segment.size)]
    return Columns(
        [d.id if d else "" for d in documents],
        [d.locale if d else "" for d in documents],
        {name: np.array([_number(d, name) for d in documents], dtype=np.int64) for name in _NUMBERS},
        {name: _pairs(documents, name) for name in FACETS},
        beginnings_of(documents),
    )


def _number(document: Document | None, name: str) -> int:
    if document is None:
        return 0
    return int(getattr(document if name in _OWN else document.visibility, name))


def _pairs(documents: Sequence[Document | None], facet: str) -> tuple[npt.NDArray[np.int32], Sequence[str]]:
    pairs = [(n, value) for n, d in enumerate(documents) if d for value in dict.fromkeys(d.facets.get(facet, ()))]
    return np.array([n for n, _ in pairs], dtype=np.int32), [value for _, value in pairs]


def _save(path: Path, columns: Columns) -> None:
    arrays: dict[str, Any] = {f"n_{name}": array for name, array in columns.numbers.items()}
    arrays |= {f"f_{name}": numbers for name, (numbers, _) in columns.facets.items()}
    begun = columns.beginnings
    arrays |= {f"b_{name}": getattr(begun, name) for name in ARRAYS}
    told = {f"b_{name}": getattr(begun, name) for name in TEXTS}
    texts = {"ids": columns.ids, "locales": columns.locales, **told} | {
        f"f_{name}": values for name, (_, values) in columns.facets.items()
    }
    arrays["texts"] = np.frombuffer(orjson.dumps(texts), dtype=np.uint8)
    arrays["version"] = np.array([_VERSION])
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".part", delete=False) as file:
            np.savez(file, **arrays)
        Path(file.name).replace(path)
    except OSError:
        # A reader may lack the right to write, or the disk be full; the columns are made anew next time.
        return


def _read(path: Path, size: int) -> Columns | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            texts = orjson.loads(arrays["texts"].tobytes())
            numbers = {name: arrays[f"n_{name}"] for name in _NUMBERS}
            facets = {name: (arrays[f"f_{name}"], texts[f"f_{name}"]) for name in FACETS}
            told = {name: texts[f"b_{name}"] for name in TEXTS} | {name: arrays[f"b_{name}"] for name in ARRAYS}
            begun = Beginnings(**told)
            sound = int(arrays["version"][0]) == _VERSION and len(texts["ids"]) == size
    except (OSError, ValueError, KeyError, EOFError, zlib.error, zipfile.BadZipFile):
        return None
    return Columns(texts["ids"], texts["locales"], numbers, facets, begun) if sound else None
