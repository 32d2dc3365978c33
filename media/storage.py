"""Where bytes are kept: originals by their digest, renditions by their recipe, in a folder or in S3.

A key is written whole or not at all, and what failed leaves nothing behind. Renditions may be deleted at any time.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from media.errors import StorageFailed

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

_DIGEST = re.compile(r"[0-9a-f]{64}")
_RENDITION = re.compile(r"[0-9a-f]{16}/[a-z0-9-]{1,40}\.[a-z]{3,4}")
_S3 = "s3://"
#: A file longer than this goes in pieces, so that it is never in memory whole.
_WHOLE, _PIECE = 8 << 20, 8 << 20
#: How long an S3 is waited for: who uploads should hear of one that is down before giving up.
_RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
#: What systems say when there is no room: the disk, a quota, a limit on files.
_NO_ROOM = re.compile(r"os error (28|122|27)\b|No space left|QuotaExceeded|EntityTooLarge", re.IGNORECASE)


class Storage:
    """One place for bytes. Calls may come from any thread; all raise StorageFailed."""

    def __init__(self, store: "ObjectStore", shown: str) -> None:
        self._store, self.shown = store, shown

    def keep_original(self, file: IO[bytes], digest: str) -> bool:
        """Keep the bytes of an open file under their SHA-256; False where they were there."""
        key = _original(digest)
        file.seek(0, 2)
        size = file.tell()
        if self._size(key) == size:
            return False
        file.seek(0)
        with self._telling("written"):
            if size <= _WHOLE:
                obstore.put(self._store, key, file.read(), use_multipart=False)
            else:
                obstore.put(self._store, key, file, use_multipart=True, chunk_size=_PIECE, max_concurrency=2)
        return True

    def has_original(self, digest: str) -> bool:
        return self._size(_original(digest)) is not None

    def drop_original(self, digest: str) -> None:
        self._delete(_original(digest))

    def copy_original(self, digest: str, file: IO[bytes]) -> bool:
        """Write an original into an open file; False where there is none."""
        with self._telling("read"):
            try:
                for chunk in obstore.get(self._store, _original(digest)):
                    file.write(bytes(chunk))
            except FileNotFoundError:
                return False
        file.flush()
        file.seek(0)
        return True

    def original_size(self, digest: str) -> int | None:
        return self._size(_original(digest))

    def original_range(self, digest: str, start: int, length: int) -> bytes:
        """A piece of an original, to be handed on without the whole being in memory."""
        with self._telling("read"):
            return bytes(obstore.get_range(self._store, _original(digest), start=start, length=length))

    def put(self, name: str, data: bytes) -> None:
        """Keep a rendition under `recipe/name.ext`."""
        with self._telling("written"):
            obstore.put(self._store, _rendition(name), data, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        with self._telling("read"):
            try:
                return bytes(obstore.get(self._store, _rendition(name)).bytes())
            except FileNotFoundError:
                return None

    def drop(self, name: str) -> None:
        self._delete(_rendition(name))

    def originals(self) -> Iterator[str]:
        """The digests of all originals."""
        yield from (key.rpartition("/")[2] for key in self._keys("orig"))

    def renditions(self) -> Iterator[str]:
        """The names of all renditions."""
        yield from (key.removeprefix("r/") for key in self._keys("r"))

    def _keys(self, folder: str) -> list[str]:
        with self._telling("read"):
            pages: Any = cast("Any", obstore).list(self._store, prefix=folder)
            return [str(entry["path"]) for page in pages for entry in page]

    def _size(self, key: str) -> int | None:
        with self._telling("read"):
            try:
                return obstore.head(self._store, key)["size"]
            except FileNotFoundError:
                return None

    def _delete(self, key: str) -> None:
        with self._telling("written"):
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return

    @contextmanager
    def _telling(self, what: str) -> Generator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError, ValueError) as error:
            told = str(error).split("\n", 1)[0][:300]
            full = bool(_NO_ROOM.search(str(error)))
            cure = "Make room there." if full else "Look at DUTA_MEDIA_STORAGE and try again."
            raise StorageFailed(f'"{self.shown}" cannot be {what}: {told}. {cure}', full=full) from None


def open_storage(place: str) -> Storage:
    """The storage in a folder, or at `s3://bucket/path`, with credentials as AWS's own variables say them."""
    if place.startswith(_S3):
        bucket, _, path = place.removeprefix(_S3).partition("/")
        return Storage(S3Store(bucket, prefix=path or None, retry_config=_RETRIES), place)
    try:
        return Storage(LocalStore(Path(place).expanduser().absolute(), mkdir=True), place)
    except (BaseError, OSError, ValueError) as error:
        told = str(error).split("\n", 1)[0][:300]
        raise StorageFailed(f'The folder "{place}" cannot be used for pictures: {told}.') from None


def storage_in_memory() -> Storage:
    """A storage that is gone with the process."""
    return Storage(MemoryStore(), "memory")


def _original(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise StorageFailed(f'"{digest[:80]}" is no SHA-256 in lower case.')
    return f"orig/{digest[:2]}/{digest}"


def _rendition(name: str) -> str:
    if not _RENDITION.fullmatch(name):
        raise StorageFailed(f'"{name[:80]}" is no name of a rendition.')
    return f"r/{name}"
