"""Files that come in pieces: kept until they are whole, and for a day at most."""

import fcntl
import json
import re
import secrets
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from media.errors import StorageFailed
from media.jail import NO_ROOM

KEPT_SECONDS = 86_400
_ID = re.compile("[0-9a-f]{32}")
_MOST_OF_ONE = 20


@dataclass(frozen=True, slots=True)
class Partial:
    """A file of which `offset` of `length` bytes are there. `result` is what came of it once it was whole."""

    id: str
    owner: str
    length: int
    offset: int
    told: Mapping[str, str]
    result: Mapping[str, object] | None
    until: int


class Partials:
    """The pieces of one installation, in a folder that several processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, owner: str, length: int, told: Mapping[str, str]) -> Partial | None:
        """A file of which nothing is there yet; None where its owner has too many that are not whole."""
        with self._failing():
            self._folder.mkdir(parents=True, exist_ok=True)
            self.sweep()
            if sum(one.owner == owner and one.result is None for one in self._all()) >= _MOST_OF_ONE:
                return None
            id = secrets.token_hex(16)
            (self._folder / f"{id}.part").touch()
            self._note(id, {"owner": owner, "length": length, "told": dict(told), "result": None})
        return self.find(id, owner)

    def find(self, id: str, owner: str) -> Partial | None:
        """The file with this id, where it is this owner's."""
        found = self._read(id) if _ID.fullmatch(id) else None
        return found if found is not None and found.owner == owner else None

    @contextmanager
    def writing(self, id: str) -> Generator[IO[bytes] | None]:
        """The open file, at its end; None where somebody else is writing it at this moment."""
        with self._failing(), (self._folder / f"{id}.part").open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            file.seek(0, 2)
            yield file

    def finish(self, one: Partial, result: Mapping[str, object]) -> None:
        """Keep what came of it, and its bytes no longer."""
        with self._failing():
            (self._folder / f"{one.id}.part").unlink(missing_ok=True)
            told = {"owner": one.owner, "length": one.length, "told": dict(one.told), "result": dict(result)}
            self._note(one.id, told)

    def drop(self, id: str) -> None:
        with self._failing():
            for suffix in ("part", "json"):
                (self._folder / f"{id}.{suffix}").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what nobody went on with for a day."""
        over = time.time() - KEPT_SECONDS
        for path in self._folder.glob("*.json"):
            part = path.with_suffix(".part")
            try:
                last = max(one.stat().st_mtime for one in (path, part) if one.exists())
            except (FileNotFoundError, ValueError):
                continue
            if last < over:
                self.drop(path.stem)

    def _all(self) -> Generator[Partial]:
        for path in self._folder.glob("*.json"):
            found = self._read(path.stem)
            if found is not None:
                yield found

    def _read(self, id: str) -> Partial | None:
        path, part = self._folder / f"{id}.json", self._folder / f"{id}.part"
        try:
            told = json.loads(path.read_text("utf-8"))
            offset = part.stat().st_size if told["result"] is None else told["length"]
            until = int(path.stat().st_mtime) + KEPT_SECONDS
        except FileNotFoundError:
            return None
        return Partial(id, told["owner"], told["length"], offset, told["told"], told["result"], until)

    def _note(self, id: str, told: Mapping[str, object]) -> None:
        fresh = self._folder / f"{id}.new"
        fresh.write_text(json.dumps(told), "utf-8")
        fresh.replace(self._folder / f"{id}.json")

    @contextmanager
    def _failing(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            told = f'"{self._folder}" cannot be written: {error.strerror}. Make room there.'
            raise StorageFailed(told, full=error.errno in NO_ROOM) from None
