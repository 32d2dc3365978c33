"""A lock on a file, held by one process until it ends, however it ends."""

import os
import sys
import threading
from pathlib import Path
from typing import IO


class FileLock:
    """Whether this process is the one; the operating system frees the lock when a process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._guard = threading.Lock()
        #: Why the file could not be opened when the lock was last wanted; empty where another process holds it.
        self.problem = ""

    def acquire(self) -> bool:
        """True where the lock is this process's, now or since before; never waits."""
        with self._guard:
            if self._file is not None and not self._is_there(self._file):
                # Where the folder was deleted, another process makes and locks a file of this name.
                self._file.close()
                self._file = None
            if self._file is None:
                self._file = self._locked()
            return self._file is not None

    def release(self) -> None:
        with self._guard:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _is_there(self, file: IO[bytes]) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(file.fileno()))
        except OSError:
            return False

    def _locked(self) -> IO[bytes] | None:
        self.problem = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("ab")
        except OSError as error:
            # A folder that may not be written to is read from.
            self.problem = error.strerror or str(error)
            return None
        try:
            _take(file)
        except OSError:
            file.close()
            return None
        return file


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
