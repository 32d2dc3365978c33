"""Where pictures are worked on: originals taken in, renditions made once however many ask at the same time."""

import tempfile
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import IO

from media import jail
from media.errors import Busy, StorageFailed
from media.examined import Examined
from media.formats import Format, format_of
from media.limits import RENDERING, Limits
from media.metadata.notice import Notice
from media.profiles import Plan
from media.provenance import Credentials, Provenance, is_installed
from media.signing import LARGE, Signing
from media.storage import Storage

log = getLogger("duta.media")

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

    def __init__(
        self,
        storage: Storage,
        scratch: Path,
        limits: Limits | None = None,
        *,
        signing: Signing | None = None,
        anchors: str = "",
    ) -> None:
        self.storage, self.limits, self._scratch = storage, limits or Limits(), scratch
        self.signing, self.anchors = signing, anchors
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

    def provenance(self, file: IO[bytes], format: str) -> Credentials:
        """What the C2PA manifest of an original says; raises Refused."""
        if not is_installed():
            return Credentials(Provenance.UNREAD)
        with self._place():
            return jail.provenance(file, Format(format).mime, self.anchors, self.limits)

    def name(self, recipe: str, plan: Plan) -> str:
        """Where a rendition is kept: large ones that are signed stand apart by their key."""
        stem, _, extension = plan.file.rpartition(".")
        mark = f"-{self.signing.mark}" if self.signing and _is_large(plan) else ""
        return f"{recipe}/{stem}{mark}.{extension}"

    def kept(self, recipe: str, plan: Plan) -> bytes | None:
        """The bytes of a rendition that was made; raises StorageFailed."""
        return self.storage.get(self.name(recipe, plan))

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
        kept: list[str] = []
        try:
            for plan, (size, data) in zip(plans, self._signed(digest, plans, parts, notice), strict=True):
                kept.append(self.name(recipe, plan))
                self.storage.put(kept[-1], data)
                made.append(Made(plan.file, *size, len(data)))
        except StorageFailed:
            self._drop(kept)
            raise
        return made

    def _signed(
        self, digest: str, plans: Sequence[Plan], parts: Sequence[tuple[tuple[int, int], bytes]], notice: Notice
    ) -> list[tuple[tuple[int, int], bytes]]:
        """The same, the large ones signed; what cannot be signed is given without, and logged."""
        large = [at for at, plan in enumerate(plans) if _is_large(plan)]
        found = list(parts)
        if self.signing is None or not large:
            return found
        mimes = [plans[at].format.mime for at in large]
        signed = self._sign(digest, [(mime, parts[at][1]) for mime, at in zip(mimes, large, strict=True)], notice.id)
        for at, data in zip(large, signed, strict=True):
            found[at] = found[at][0], data
        return found

    def signed_original(self, digest: str, title: str) -> bytes:
        """An original's bytes with our signature, which names them as what it was made from; raises StorageFailed."""
        [data] = self._sign(digest, [], title)
        return data

    def _sign(self, digest: str, parts: Sequence[tuple[str, bytes]], title: str) -> list[bytes]:
        """Parts signed as made from an original; without any, the original itself."""
        if self.signing is None:
            raise StorageFailed("Nothing is signed here. Set DUTA_C2PA_KEY and DUTA_C2PA_CERTIFICATE.")
        with self.file() as joined, self._place():
            if not self.storage.copy_original(digest, joined):
                raise StorageFailed(f"The original {digest[:12]} is not in {self.storage.shown}. Upload it anew.")
            original = joined.read()
            mime = format_of(original).mime
            given = parts or [(mime, original)]
            for _, data in given:
                joined.write(data)
            joined.flush()
            job = {
                "title": title,
                "mime": mime,
                "mimes": [one for one, _ in given],
                "sizes": [len(original), *(len(data) for _, data in given)],
                "action": "c2pa.resized" if parts else "c2pa.published",
                "key": self.signing.key,
                "certificate": self.signing.certificate,
                "algorithm": self.signing.algorithm,
            }
            problem, found = jail.sign(joined, job, RENDERING)
        if problem:
            log.warning("%s is not signed: %s", title, problem)
        return found

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

    def _drop(self, names: Sequence[str]) -> None:
        """Take back what was kept, as nobody will be told of it."""
        for one in names:
            try:
                self.storage.drop(one)
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


def _is_large(plan: Plan) -> bool:
    return plan.width >= LARGE and not plan.budget
