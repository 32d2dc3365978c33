"""Uploads over HTTP: one request with the bytes as its body, bounded and checked while they come."""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import IO

import anyio.to_thread
import orjson
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, Known
from api.doors.crossing import allowed, preflight
from api.doors.errors import headers_of, status_of
from api.doors.negotiation import Media as Answering
from api.doors.storing import failing
from api.doors.viewers import writer_of
from api.plan.errors import PUBLIC, Code, Refused, refused
from api.plan.wanted import Writer
from api.uploading import Told, Uploads
from graph.errors import GraphError, StoreUnavailable, WriteUnknown
from media.errors import Busy, MediaError, Reason, StorageFailed
from media.errors import Refused as NotTaken
from media.studio import Studio

PATH = "/media"
_THREADS = 4
_STALL_SECONDS = 30
UNAVAILABLE = 503
_CREATED, _OK, _GONE_AWAY = 201, 200, 400
_UNKNOWN = "The store went away in the middle. Send the file again: the same bytes are kept once."
_KINDS = ("image/", "application/octet-stream")
_DIGESTS = ("content-digest", "repr-digest")
_SHA256, _DIGITS = "sha-256", 15

#: The status of a file that is refused; what is not named is 422.
STATUS: Mapping[Reason, int] = {
    Reason.EMPTY: 400,
    Reason.INCOMPLETE: 400,
    Reason.WRONG_CHECKSUM: 400,
    Reason.TOO_MANY_BYTES: 413,
    Reason.NOT_A_PICTURE: 415,
    Reason.FORMAT_REFUSED: 415,
    Reason.POLYGLOT: 415,
}
_UNPROCESSABLE = 422


def routes(callers: Callers, studio: Studio, uploads: Uploads, most: int) -> list[BaseRoute]:
    door = UploadDoor(callers, studio, uploads, most)
    return [Route(PATH, door.answer, methods=["POST", "OPTIONS"])]


class UploadDoor:
    """Takes a picture from those who write. `most` is how many bytes it may have."""

    def __init__(self, callers: Callers, studio: Studio, uploads: Uploads, most: int) -> None:
        self._callers, self._studio, self._uploads, self._most = callers, studio, uploads, most
        self._threads = CapacityLimiter(_THREADS)

    async def answer(self, request: Request) -> Response:
        asked = preflight(request)
        if asked is not None:
            return asked
        known: Known | None = None
        try:
            known = await self._callers.known(request)
            response = await self._take(request, writer(known))
        except Refused as error:
            response = refusal(error)
        except ClientDisconnect:
            response = answered({"code": Reason.INCOMPLETE, "message": "The upload broke off."}, _GONE_AWAY)
        except (MediaError, GraphError) as error:
            response = failed(error)
        response.headers.update(allowed(known, request))
        return response

    async def _take(self, request: Request, by: Writer) -> Response:
        check_kind(request)
        announced = _announced(request)
        if announced is not None and announced > self._most:
            raise too_many(self._most)
        expected = _digest(request)
        with self._studio.file() as file:
            size, digest = await self._receive(request, file)
            if announced is not None and size != announced:
                raise NotTaken(
                    Reason.INCOMPLETE,
                    "{size} of {announced} bytes have come. Send the file anew.",
                    size=size,
                    announced=announced,
                )
            if expected is not None and expected != digest:
                raise NotTaken(
                    Reason.WRONG_CHECKSUM,
                    "The bytes have the SHA-256 {digest} and not the one announced. Send the file anew.",
                    digest=digest,
                )
            work = partial(self._uploads.take, file, digest, size, told_of(request.query_params), by)
            uploaded = await anyio.to_thread.run_sync(work, limiter=self._threads)
        return answered(uploaded.json(), _CREATED if uploaded.new else _OK)

    async def _receive(self, request: Request, file: IO[bytes]) -> tuple[int, str]:
        """Write the body into a file; how long it is, and its digest."""
        size, digest = 0, hashlib.sha256()
        chunks = request.stream()
        while True:
            try:
                async with asyncio.timeout(_STALL_SECONDS):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise refused(Code.TOO_SLOW, f"Nothing has come for {_STALL_SECONDS} seconds.") from None
            if chunk is None:
                break
            size += len(chunk)
            if size > self._most:
                raise too_many(self._most)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        return size, digest.hexdigest()


def writer(known: Known) -> Writer:
    """Who uploads; refused where the caller writes nothing."""
    found = writer_of(known.role, known.name, known.territories)
    if found is None:
        told = f"{known.role} uploads nothing. Send a key of a creator, planner, editor or administrator."
        raise refused(Code.FORBIDDEN if known.name else Code.UNAUTHENTICATED, told)
    return found


def check_kind(request: Request) -> None:
    """What a form of another site can send without being asked first is refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith(_KINDS):
        shown = kind.encode("ascii", "backslashreplace").decode()[:60] or "nothing"
        raise refused(
            Code.UNSUPPORTED_MEDIA_TYPE,
            f"The content type is {shown}. Send the file's bytes as image/jpeg, its own type, or "
            "application/octet-stream; forms are not taken.",
        )
    if request.headers.get("content-encoding", "identity") != "identity":
        raise refused(Code.UNSUPPORTED_MEDIA_TYPE, "The body is compressed. Send it as it is.")


def told_of(parameters: Mapping[str, str]) -> Told:
    """What the address says of the picture."""
    return Told(*(parameters.get(name, "").strip()[:2_000] for name in ("name", "alt", "credit", "caption", "locale")))


def too_many(most: int) -> NotTaken:
    return NotTaken(
        Reason.TOO_MANY_BYTES, "The file has more than {most} bytes, which are allowed. Send a smaller one.", most=most
    )


def _announced(request: Request) -> int | None:
    length = request.headers.get("content-length")
    if length is None:
        return None
    if not length.isdecimal() or len(length) > _DIGITS:
        raise refused(Code.BAD_REQUEST, "Content-Length is no number.")
    return int(length)


def _digest(request: Request) -> str | None:
    """The SHA-256 that the request announces by RFC 9530, in hexadecimal digits."""
    for name in _DIGESTS:
        for part in request.headers.get(name, "").split(","):
            algorithm, _, value = part.strip().partition("=")
            if algorithm.lower() != _SHA256:
                continue
            try:
                return base64.b64decode(value.strip(":"), validate=True).hex()
            except (binascii.Error, ValueError):
                raise refused(Code.BAD_REQUEST, f"{name} is no digest. Send it as sha-256=:...:.") from None
    return None


def answered(body: Mapping[str, object], status: int, more: Mapping[str, str] | None = None) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(more or {})}
    return Response(orjson.dumps(body), status, headers, "application/json")


def refusal(error: Refused) -> Response:
    """A refusal of the request, whatever the file is."""
    status = status_of(error.code, Answering.RESPONSE, "POST")
    return answered({"code": error.code, "message": str(error)}, status, headers_of(error.code, error.errors))


def failed(error: MediaError | GraphError) -> Response:
    """A file that is refused, or a place that cannot keep it."""
    match error:
        case NotTaken():
            return answered({"code": error.reason, "message": str(error)}, STATUS.get(error.reason, _UNPROCESSABLE))
        case StorageFailed():
            code, status, told = failing(error)
            return answered({"code": code, "message": told}, status)
        case Busy():
            return answered({"code": "BUSY", "message": str(error)}, UNAVAILABLE, {"Retry-After": "5"})
        case WriteUnknown():
            return answered({"code": Code.WRITE_UNKNOWN, "message": _UNKNOWN}, UNAVAILABLE)
        case StoreUnavailable():
            # The graph's own sentence names hosts and paths.
            code = Code.STORE_UNAVAILABLE
            return answered({"code": code, "message": PUBLIC[code]}, UNAVAILABLE)
        case _:
            return answered({"code": Code.BAD_VALUE, "message": str(error)}, _UNPROCESSABLE)
