"""Where pictures are worked on: originals taken in, renditions made once however many ask at the same time."""

import tempfile
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import IO

from media import jail
from media.errors import Busy, StorageFailed
from media.examined import Examined
from media.limits import RENDERING, Limits
from media.metadata.notice import Notice
from media.profiles import Plan
from media.storage import Storage

_WORKERS = 2
_WAIT_SECONDS, _NICE = 60, 15


@dataclass(frozen=True, slots=True)
class Made:
    """A rendition that is there."""

    file: str
    width: int
    height: int
    bytes: int


class Studio:
    """Works on pictures, a few at a time. Calls may come from any thread."""

    def __init__(self, storage: Storage, scratch: Path, limits: Limits | None = None) -> None:
        self.storage, self.limits, self._scratch = storage, limits or Limits(), scratch
        self._places = BoundedSemaphore(_WORKERS)
        self._flights: dict[str, Future[list[Made]]] = {}
        self._lock = Lock()

    @contextmanager
    def file(self) -> Generator[IO[bytes]]:
        """An open file without a name, which is gone when it is closed or the process ends."""
        try:
            self._scratch.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._scratch) as file:
                yield file
        except OSError as error:
            full = error.errno in jail.NO_ROOM
            told = f'"{self._scratch}" cannot be written: {error.strerror}. Make room there.'
            raise StorageFailed(told, full=full) from None

    def examine(self, file: IO[bytes]) -> Examined:
        """What a picture is; raises Refused."""
        with self._place():
            return jail.examine(file, self.limits)

    def make(
        self, digest: str, recipe: str, plans: Sequence[Plan], notice: Notice, *, ahead: bool = False
    ) -> list[Made]:
        """Make renditions of an original and keep them under their recipe; one call works, others wait for it.

        What is made `ahead` of asking gives way to everything else on the machine.

        Raises Refused, StorageFailed or Busy.
        """
        flight = f"{recipe}/{plans[0].file}"
        own = Future[list[Made]]()
        with self._lock:
            flying = self._flights.setdefault(flight, own)
        if flying is not own:
            return flying.result()
        return self._fly(flight, own, lambda: self._made(digest, recipe, plans, notice, ahead=ahead))

    def _fly(self, flight: str, own: "Future[list[Made]]", work: Callable[[], list[Made]]) -> list[Made]:
        try:
            made = work()
        except BaseException as error:
            own.set_exception(error)
            # It is raised here; who waits for it, if anybody, is told as well.
            own.exception()
            raise
        else:
            own.set_result(made)
            return made
        finally:
            with self._lock:
                del self._flights[flight]

    def _made(self, digest: str, recipe: str, plans: Sequence[Plan], notice: Notice, *, ahead: bool) -> list[Made]:
        parts = self._rendered(digest, plans, notice, nice=_NICE if ahead else 0)
        made: list[Made] = []
        try:
            for plan, (size, data) in zip(plans, parts, strict=True):
                self.storage.put(f"{recipe}/{plan.file}", data)
                made.append(Made(plan.file, *size, len(data)))
        except StorageFailed:
            self._drop(recipe, made)
            raise
        return made

    def cut(self, digest: str, plan: Plan, notice: Notice) -> bytes:
        """The bytes of a rendition that is not worth keeping; raises Refused, StorageFailed or Busy."""
        [(_, data)] = self._rendered(digest, [plan], notice)
        return data

    def _rendered(
        self, digest: str, plans: Sequence[Plan], notice: Notice, nice: int = 0
    ) -> list[tuple[tuple[int, int], bytes]]:
        with self.file() as original, self._place():
            if not self.storage.copy_original(digest, original):
                raise StorageFailed(f"The original {digest[:12]} is not in {self.storage.shown}. Upload it anew.")
            return jail.render(original, plans, notice, RENDERING, nice=nice)

    def _drop(self, recipe: str, made: Sequence[Made]) -> None:
        """Take back what was kept, as nobody will be told of it."""
        for one in made:
            try:
                self.storage.drop(f"{recipe}/{one.file}")
            except StorageFailed:
                return

    @contextmanager
    def _place(self) -> Generator[None]:
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise Busy("Too many pictures are being worked on. Try again in a moment.")
        try:
            yield
        finally:
            self._places.release()
