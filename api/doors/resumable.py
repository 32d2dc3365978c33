"""Uploads in pieces, by tus 1.0 (tus.io) with creation, checksum, expiration and termination.

What broke off is gone on with from the offset that HEAD tells. A file that is whole is taken as one sent at once; GET
tells what came of it.
"""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping
from email.utils import formatdate
from functools import partial
from typing import IO

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, Known
from api.doors.crossing import allowed
from api.doors.uploads import answered, failed, refusal, told_of, too_many, writer
from api.plan.errors import Code, Refused, refused
from api.plan.wanted import Writer
from api.uploading import Uploads
from graph.errors import GraphError
from media.errors import MediaError
from media.errors import Refused as NotTaken
from media.partial import Partial, Partials

PATH = "/media/uploads"
_VERSION = {"Tus-Resumable": "1.0.0"}
_KIND, _STALL_SECONDS, _DIGITS, _PIECE = "application/offset+octet-stream", 30, 15, 1 << 20
_CREATED, _NO_CONTENT, _BAD, _NOT_FOUND, _CONFLICT, _PRECONDITION = 201, 204, 400, 404, 409, 412
_WRONG_KIND, _LOCKED, _TOO_MANY, _MISMATCH = 415, 423, 429, 460
_THREADS = 4


class NotDone(Exception):
    """A request that the protocol refuses."""

    def __init__(self, status: int, code: str, told: str) -> None:
        self.status, self.code = status, code
        super().__init__(told)


def routes(callers: Callers, uploads: Uploads, partials: Partials, most: int) -> list[BaseRoute]:
    door = ResumableDoor(callers, uploads, partials, most)
    return [
        Route(PATH, door.answer, methods=["POST", "OPTIONS"]),
        Route(f"{PATH}/{{id}}", door.answer, methods=["GET", "HEAD", "PATCH", "DELETE", "OPTIONS"]),
    ]


class ResumableDoor:
    """Takes pictures in pieces from those who write. `most` is how many bytes one may have."""

    def __init__(self, callers: Callers, uploads: Uploads, partials: Partials, most: int) -> None:
        self._callers, self._uploads, self._partials, self._most = callers, uploads, partials, most
        self._threads = CapacityLimiter(_THREADS)

    async def answer(self, request: Request) -> Response:
        known: Known | None = None
        try:
            if request.method == "OPTIONS":
                response = self._options()
            else:
                known = await self._callers.known(request)
                response = await self._asked(request, known.name, writer(known))
        except Refused as error:
            response = refusal(error)
        except NotDone as error:
            response = answered({"code": error.code, "message": str(error)}, error.status)
        except ClientDisconnect:
            # What has come is kept; nobody is there to be told.
            response = Response(status_code=_BAD)
        except (MediaError, GraphError) as error:
            response = failed(error)
        response.headers.update({**_VERSION, **allowed(known, request)})
        return response

    def _options(self) -> Response:
        told = {
            "Tus-Version": "1.0.0",
            "Tus-Extension": "creation,checksum,expiration,termination",
            "Tus-Checksum-Algorithm": "sha256",
            "Tus-Max-Size": str(self._most),
        }
        return Response(status_code=_NO_CONTENT, headers=told)

    async def _asked(self, request: Request, owner: str, by: Writer) -> Response:
        if request.method != "GET" and request.headers.get("tus-resumable") != "1.0.0":
            raise NotDone(_PRECONDITION, "BAD_REQUEST", "Say Tus-Resumable: 1.0.0.")
        if request.method == "POST":
            return self._begin(request, owner)
        one = self._partials.find(request.path_params["id"], owner)
        if one is None:
            raise NotDone(_NOT_FOUND, "UNKNOWN_ID", "There is no such upload, or it has run out. Begin anew.")
        match request.method:
            case "PATCH":
                return await self._append(request, one, by)
            case "DELETE":
                self._partials.drop(one.id)
                return Response(status_code=_NO_CONTENT)
            case "GET":
                told = one.result or {"offset": one.offset, "length": one.length}
                return answered(told, 200)
            case _:
                more = {"Upload-Length": str(one.length), "Cache-Control": "no-store"}
                return Response(headers={**_offset(one.offset, one.until), **more})

    def _begin(self, request: Request, owner: str) -> Response:
        length = _number(request, "upload-length")
        if length > self._most:
            raise too_many(self._most)
        one = self._partials.begin(owner, length, {**request.query_params, **_metadata(request)})
        if one is None:
            raise NotDone(_TOO_MANY, "BUSY", "Twenty uploads of yours are not whole. Finish or DELETE some.")
        return Response(status_code=_CREATED, headers={"Location": f"{PATH}/{one.id}", **_offset(0, one.until)})

    async def _append(self, request: Request, one: Partial, by: Writer) -> Response:
        if request.headers.get("content-type", "").lower() != _KIND:
            raise NotDone(_WRONG_KIND, "UNSUPPORTED_MEDIA_TYPE", f"The content type has to be {_KIND}.")
        if one.result is not None:
            raise NotDone(_CONFLICT, "STALE", "It is whole already. GET tells what came of it.")
        at, expected = _number(request, "upload-offset"), _checksum(request)
        with self._partials.writing(one.id) as file:
            if file is None:
                raise NotDone(_LOCKED, "BUSY", "Another request is sending this file. Wait for it to end.")
            if file.tell() != at:
                raise NotDone(_CONFLICT, "STALE", f"{file.tell()} bytes have come, not {at}. Go on from there.")
            await self._receive(request, file, one.length - at, expected)
            offset = file.tell()
            if offset < one.length:
                return Response(status_code=_NO_CONTENT, headers=_offset(offset, one.until))
            work = partial(self._take, one, file, by)
            id = await anyio.to_thread.run_sync(work, limiter=self._threads)
        return Response(status_code=_NO_CONTENT, headers={**_offset(offset, one.until), "Duta-Media": id})

    async def _receive(self, request: Request, file: IO[bytes], room: int, expected: bytes | None) -> None:
        """Write the body at the end of a file; a piece with another checksum is taken back."""
        start, size, digest, chunks = file.tell(), 0, hashlib.sha256(), request.stream()
        try:
            while True:
                async with asyncio.timeout(_STALL_SECONDS):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                size += len(chunk)
                _check_room(size, room)
                digest.update(chunk)
                file.write(chunk)
        except TimeoutError:
            raise refused(Code.TOO_SLOW, f"Nothing has come for {_STALL_SECONDS} seconds.") from None
        except NotDone:
            file.truncate(start)
            raise
        except ClientDisconnect:
            if expected is not None:
                file.truncate(start)
            raise
        finally:
            file.seek(0, 2)
            file.flush()
        if expected is not None and digest.digest() != expected:
            file.truncate(start)
            raise NotDone(_MISMATCH, "WRONG_CHECKSUM", "The piece has another SHA-256. Send it anew.")

    def _take(self, one: Partial, file: IO[bytes], by: Writer) -> str:
        """Take the whole file; one that is refused is not kept."""
        file.seek(0)
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
        try:
            uploaded = self._uploads.take(file, digest.hexdigest(), one.length, told_of(one.told), by)
        except NotTaken:
            self._partials.drop(one.id)
            raise
        self._partials.finish(one, uploaded.json())
        return uploaded.id


def _check_room(size: int, room: int) -> None:
    if size > room:
        raise NotDone(_CONFLICT, "TOO_MANY_BYTES", "More has come than was announced.")


def _offset(offset: int, until: int) -> Mapping[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Expires": formatdate(until, usegmt=True)}


def _number(request: Request, name: str) -> int:
    given = request.headers.get(name, "")
    if not given.isascii() or not given.isdecimal() or len(given) > _DIGITS:
        raise NotDone(_BAD, "BAD_REQUEST", f"{name.title()} is no number of bytes.")
    return int(given)


def _checksum(request: Request) -> bytes | None:
    given = request.headers.get("upload-checksum")
    if given is None:
        return None
    algorithm, _, value = given.partition(" ")
    try:
        if algorithm == "sha256":
            return base64.b64decode(value, validate=True)
    except binascii.Error:
        pass
    raise NotDone(_BAD, "BAD_REQUEST", "Upload-Checksum is sha256 and its digest in Base64.")


def _metadata(request: Request) -> Mapping[str, str]:
    """What Upload-Metadata says: names, each with a value in Base64; `filename` is the name."""
    found: dict[str, str] = {}
    for part in request.headers.get("upload-metadata", "").split(","):
        name, _, value = part.strip().partition(" ")
        if not name:
            continue
        try:
            found[{"filename": "name"}.get(name, name)] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise NotDone(_BAD, "BAD_REQUEST", f"The value of {name[:40]} in Upload-Metadata is no Base64.") from None
    return found
