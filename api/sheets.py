"""Tables that people brought to the desk: each kept at home under who brought it, until it is done with or old."""

import os
import re
import shutil
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from threading import RLock
from typing import IO, Any

import orjson

from graph.errors import InvalidValue
from graph.sentence import sentence

#: How many tables somebody may have at once.
MOST = 20
SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")
_STATE, _CLAIM, _LOOK = "sheet.json", "claim", "look.json"
_NAME, _CHUNK, _DAY = 60, 1 << 18, 24 * 60 * 60
#: Whoever claimed a sheet so long ago was interrupted.
_STUCK_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class How:
    """How a table is to be read: by a shipped mapping, or as things of a type with our field for each column.

    `source` names who speaks; where nobody is named it is the word of who brought it, which goes before what is there.
    """

    mapping: str = ""
    type: str = ""
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    order: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with what was said and mended of it, and what came of bringing it in and of taking that back."""

    folder: Path
    name: str
    brought: float
    how: How | None = None
    mends: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    import_id: str = ""
    outcome: Mapping[str, Any] | None = None
    undone: str = ""

    @property
    def token(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        """The table as it came, under its own name."""
        return self.folder / "table" / self.name


class Sheets:
    """The tables of an installation. Calls may come from any thread."""

    def __init__(self, folder: Path, most_bytes: int, days: int) -> None:
        self._folder, self._most, self._days = folder, most_bytes, days
        self._lock = RLock()

    def take(self, owner: str, name: str, file: IO[bytes]) -> Sheet:
        """Keep a table that somebody brings; raises InvalidValue where it is none of ours to keep."""
        self.sweep()
        named = _file_name(name)
        if Path(named).suffix.lower() not in SUFFIXES:
            cure = sentence("Bring one that ends in {suffixes}.", suffixes=", ".join(SUFFIXES))
            raise InvalidValue(sentence('"{name}" is no table.', name=named), cure=cure)
        if len(self.all(owner)) >= MOST:
            cure = sentence("Throw one away first.")
            raise InvalidValue(sentence("You have {most} tables here.", most=MOST), cure=cure)
        sheet = Sheet(self._of(owner) / token_urlsafe(16), named, time.time())
        self._folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        sheet.path.parent.mkdir(parents=True)
        try:
            self._write(sheet.path, file)
            self._save(sheet)
        except BaseException:
            shutil.rmtree(sheet.folder, ignore_errors=True)
            raise
        return sheet

    def open(self, owner: str, token: str) -> Sheet | None:
        """The table with a token, where it is this person's and there still."""
        folder = self._of(owner) / token if _TOKEN.fullmatch(token) else None
        return self._read(folder) if folder is not None and not self._old(folder) else None

    def all(self, owner: str) -> list[Sheet]:
        """Somebody's tables, the newest first."""
        folder = self._of(owner)
        found = [self.open(owner, one.name) for one in folder.iterdir()] if folder.is_dir() else []
        return sorted((one for one in found if one is not None), key=lambda one: -one.brought)

    def revise(self, sheet: Sheet, **changes: Any) -> Sheet:
        """Keep what was said of a table; what others said meanwhile stays."""
        with self._lock:
            now = replace(self._read(sheet.folder) or sheet, **changes)
            self._save(now)
            return now

    def mend(self, sheet: Sheet, mends: Mapping[str, Mapping[str, str]]) -> Sheet:
        """Lay new cells over a table, by line and column."""
        with self._lock:
            there = (self._read(sheet.folder) or sheet).mends
            return self.revise(sheet, mends={**there, **{at: {**there.get(at, {}), **mends[at]} for at in mends}})

    def drop(self, sheet: Sheet) -> None:
        shutil.rmtree(sheet.folder, ignore_errors=True)

    @contextmanager
    def claimed(self, sheet: Sheet) -> Generator[bool]:
        """Whether one is the only one to bring in a table, for as long as that takes."""
        path = sheet.folder / _CLAIM
        if _age(path) > _STUCK_SECONDS:
            path.unlink(missing_ok=True)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)

    def remembered(self, sheet: Sheet, key: str) -> Mapping[str, Any] | None:
        """What was found out of a table under a key, if that was the last time."""
        try:
            kept = orjson.loads((sheet.folder / _LOOK).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        return kept["look"] if kept["key"] == key else None

    def remember(self, sheet: Sheet, key: str, look: Mapping[str, Any]) -> None:
        _put(sheet.folder / _LOOK, orjson.dumps({"key": key, "look": look}))

    def sweep(self) -> None:
        """Throw away what nobody has worked on for too long."""
        for folder in self._folder.glob("*/*"):
            if self._old(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _of(self, owner: str) -> Path:
        return self._folder / sha256(owner.encode("utf-8", "replace")).hexdigest()[:32]

    def _old(self, folder: Path) -> bool:
        return _age(folder / _STATE if (folder / _STATE).exists() else folder) > self._days * _DAY

    def _write(self, path: Path, file: IO[bytes]) -> None:
        size = 0
        with path.open("xb") as kept:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > self._most:
                    told = sentence("The table has more than {most} bytes, which are allowed.", most=self._most)
                    raise InvalidValue(told)
                kept.write(chunk)

    def _save(self, sheet: Sheet) -> None:
        told = {name: value for name, value in asdict(sheet).items() if name != "folder"}
        _put(sheet.folder / _STATE, orjson.dumps(told))

    def _read(self, folder: Path) -> Sheet | None:
        try:
            kept = orjson.loads((folder / _STATE).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        how = How(**kept.pop("how")) if kept["how"] else kept.pop("how")
        return Sheet(folder, how=how, **kept)


def _put(path: Path, text: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f"{path.name}.{token_urlsafe(4)}")
    beside.write_bytes(text)
    beside.replace(path)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _file_name(name: str) -> str:
    """The last part of a name, whatever folders stand before it, as one harmless line that leads nowhere else."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip().lstrip(".")
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:_NAME]}{dot}{suffix[:10]}" if stem else f"table.{suffix[:10]}"
