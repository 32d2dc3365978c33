"""What the files of a tantivy index say from outside: which segments a commit has, and how long their files are."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from graph.search.segments import Snapshot

COMMIT = "meta.json"


@dataclass(frozen=True, slots=True)
class Said:
    """What `meta.json` says: a stamp of the commit, and each segment with how many documents it was written with."""

    stamp: int
    segments: tuple[tuple[str, int], ...]


def said_in(folder: Path) -> Said:
    read = orjson.loads((folder / COMMIT).read_bytes())
    segments = tuple((str(one["segment_id"]), int(one["max_doc"])) for one in read["segments"])
    return Said(int(read["opstamp"]), segments)


def sizes_of(folder: Path, snapshot: Snapshot) -> Mapping[str, int]:
    """How long the files are that the segments of a snapshot are mapped from."""
    names = {segment.id.replace("-", "") for segment in snapshot.segments}
    sizes: dict[str, int] = {}
    with os.scandir(folder) as files:
        for one in files:
            # What was merged goes meanwhile.
            with suppress(FileNotFoundError):
                if one.name.partition(".")[0] in names:
                    sizes[one.path] = one.stat().st_size
    return sizes


def cut_short(sizes: Mapping[str, int]) -> bool:
    """Whether a file is shorter than it was: to read what is gone would end the process."""
    for path, size in sizes.items():
        # Those of merged segments are deleted, and stay readable.
        with suppress(FileNotFoundError):
            if os.stat(path).st_size < size:  # noqa: PTH116 - asked before each search
                return True
    return False
