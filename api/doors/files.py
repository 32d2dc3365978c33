"""Files served as they are: with an entity tag, and compressed once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
}
_WORTH_IT = 1000
_NOT_FOUND, _NOT_MODIFIED = 404, 304


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes with their type, and compressed where that makes them smaller."""

    body: bytes
    media_type: str
    tag: str
    squeezed: bytes | None

    @staticmethod
    def of(body: bytes, media_type: str) -> "Content":
        smaller = gzip.compress(body, 6, mtime=0) if len(body) > _WORTH_IT else None
        tag = hashlib.sha256(body).hexdigest()[:24]
        return Content(body, media_type, tag, smaller if smaller and len(smaller) < len(body) else None)

    def answer(self, request: Request, headers: dict[str, str] | None = None) -> Response:
        """The whole content, or 304 where the caller has it."""
        squeezed = self.squeezed if "gzip" in request.headers.get("accept-encoding", "") else None
        tag = f'"{self.tag}{"-gzip" if squeezed else ""}"'
        common = {
            "Cache-Control": "no-cache",
            "ETag": tag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        }
        if tag in request.headers.get("if-none-match", "").split(", "):
            return Response(status_code=_NOT_MODIFIED, headers=common)
        if squeezed:
            return Response(squeezed, media_type=self.media_type, headers={**common, "Content-Encoding": "gzip"})
        return Response(self.body, media_type=self.media_type, headers=common)


class Folder:
    """The files of one folder of the package, none of its folders."""

    def __init__(self, *path: str) -> None:
        self._folder = files("api.doors").joinpath(*path)
        self._read = lru_cache(maxsize=64)(self._load)

    def answer(self, request: Request, name: str, headers: dict[str, str] | None = None) -> Response:
        content = self._read(name) if name == PurePosixPath(name).name and not name.startswith(".") else None
        if content is None:
            return Response("There is no such file.\n", _NOT_FOUND, media_type="text/plain")
        return content.answer(request, headers)

    def __contains__(self, name: str) -> bool:
        return self._folder.joinpath(name).is_file()

    def _load(self, name: str) -> Content | None:
        found: Traversable = self._folder.joinpath(name)
        media_type = TYPES.get(PurePosixPath(name).suffix)
        return Content.of(found.read_bytes(), media_type) if media_type and found.is_file() else None
