"""Pictures over HTTP: who may have one is decided before anything is looked for in a cache or made."""

import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api.clearance import Clearance, clearance
from api.doors.caching import names
from api.doors.callers import Callers, Known
from api.doors.crossing import allowed
from api.doors.errors import plain
from api.doors.ranges import Span, span_of
from api.doors.storing import failing
from api.doors.viewers import Perspective
from api.making import rendition_bytes
from api.pictures import FOLDER, PREFIX, Picture, read_pictures
from api.plan.errors import Refused
from api.roles import Role
from api.signed import Signer, signer_of
from api.wiring import House
from graph.store.port import GraphStore
from graph.store.select import Shape, Viewer, by_ids
from graph.store.visibility import LIVE, RETIRED
from media.errors import Busy, MediaError, StorageFailed
from media.profiles import EXTENSIONS, RenditionProfile, plan_of
from media.studio import Studio

#: Bytes of pictures may do nothing, wherever they are opened.
POLICY = "default-src 'none'; sandbox"
_DAY, _QUARTER = 86_400, 900
_THREADS = 8
_PIECE = 1 << 20
_FILE = re.compile(r"([a-z0-9]{1,40})-([0-9a-f]{16})\.(jpg|webp|avif)")
_SLUG = re.compile(r"[a-z0-9._-]{1,190}")
_ORIGINAL, _SIGNED = "original", "signed"
_MIME = {extension: format.mime for format, extension in EXTENSIONS.items()}
_NOT_MODIFIED, _PARTIAL, _FORBIDDEN, _NOT_FOUND, _GONE, _FOR_LEGAL_REASONS = 304, 206, 403, 404, 410, 451
_NOT_SATISFIABLE, _UNAVAILABLE, _FOUND = 416, 503, 302
_NOTHING = "There is no such picture.\n"
_WITHDRAWN = "This picture was withdrawn.\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants what: `signed` says until when, in epoch seconds, an address that was signed holds."""

    id: str
    file: str
    viewer: Viewer
    may_original: bool
    is_public: bool
    signed: int | None


class NotGiven(Exception):
    """A picture that this caller does not get."""

    def __init__(self, status: int, told: str) -> None:
        self.status, self.told = status, told
        super().__init__(told)


def routes(house: House, callers: Callers, studio: Studio) -> list[BaseRoute]:
    door = MediaDoor(house.store, callers, studio)
    return [Route(f"{FOLDER}{{slug}}/{{file}}", door.answer, methods=["GET"])]


class MediaDoor:
    """Answers with the bytes of renditions, and of originals to those who work with them."""

    def __init__(self, store: GraphStore, callers: Callers, studio: Studio) -> None:
        self._store, self._callers, self._studio = store, callers, studio
        self._threads = CapacityLimiter(_THREADS)

    @cached_property
    def _signer(self) -> Signer:
        return signer_of(self._store)

    async def answer(self, request: Request) -> Response:
        known: Known | None = None
        try:
            known = await self._callers.known(request)
            # Whoever waits for a rendition holds up no other page.
            response = await anyio.to_thread.run_sync(partial(self._given, request, known), limiter=self._threads)
        except (Refused, NotGiven, MediaError) as error:
            response = refusal(error)
        response.headers.update(allowed(known, request))
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def _given(self, request: Request, known: Known) -> Response:
        return self._response(self._wanted(request, known), request.headers)

    def _wanted(self, request: Request, known: Known) -> Wanted:
        slug, file = request.path_params["slug"], request.path_params["file"]
        if not _SLUG.fullmatch(slug):
            raise NotGiven(_NOT_FOUND, _NOTHING)
        id = f"{PREFIX}{slug}"
        if "sig" in request.query_params:
            now = int(time.time() * 1000)
            signed = self._signer.check(request.url.path, request.query_params, now)
            if signed is None:
                raise NotGiven(_FORBIDDEN, "This address has run out or was changed. Fetch the page anew.\n")
            return Wanted(id, file, signed.viewer, False, False, signed.until)
        works = known.role not in (Role.PUBLIC, Role.PARTNER)
        viewer = known.viewer(Perspective.DRAFT if works else Perspective.PUBLISHED)
        if known.role is Role.PUBLIC:
            viewer = replace(viewer, territories=self._callers.territories(request))
        return Wanted(id, file, viewer, works, known.role is Role.PUBLIC, None)

    def _response(self, wanted: Wanted, headers: Mapping[str, str]) -> Response:
        picture = self._seen(wanted)
        if wanted.file == _ORIGINAL:
            return self._original(wanted, picture, headers)
        if wanted.file == _SIGNED:
            return self._signed(wanted, picture)
        parts = _FILE.fullmatch(wanted.file)
        found = plan_of(picture.source, f"{parts[1]}.{parts[3]}") if parts else None
        if parts is None or found is None:
            raise NotGiven(_NOT_FOUND, _NOTHING)
        profile, plan = found
        cleared = self._cleared(wanted, profile)
        if parts[2] != picture.recipe:
            # Its credit, focal point or texts have changed, and with them its bytes.
            return RedirectResponse(picture.path(plan), _FOUND, {"Cache-Control": "no-store"})
        common = {
            "ETag": f'"{picture.recipe}-{parts[1]}-{parts[3]}"',
            "Cache-Control": _caching(wanted, picture, cleared),
            "Content-Disposition": f'inline; filename="{wanted.id.removeprefix(PREFIX)}-{plan.file}"',
            "Accept-Ranges": "bytes",
            **SAFE,
        }
        if names(headers.get("if-none-match", ""), common["ETag"]):
            return Response(status_code=_NOT_MODIFIED, headers=common)
        return _piece(
            rendition_bytes(self._store, self._studio, picture, profile, plan), _MIME[parts[3]], headers, common
        )

    def _seen(self, wanted: Wanted) -> Picture:
        """The picture, where the caller sees it; gone where the address is one that was good once."""
        question = by_ids("Media", (wanted.id,), Shape((("id", "id"),)), limit=1)
        seen = self._store.ask(wanted.viewer, {"seen": question})["seen"]["rows"]
        picture = read_pictures(self._store, [wanted.id]).get(wanted.id)
        if seen and picture is not None:
            return picture
        if picture is not None and _was_given(picture, wanted):
            raise NotGiven(_GONE, _WITHDRAWN)
        raise NotGiven(_NOT_FOUND, _NOTHING)

    def _cleared(self, wanted: Wanted, profile: RenditionProfile) -> Clearance:
        found = clearance(self._store, wanted.viewer, wanted.id, profile)
        if found.allowed:
            return found
        if found.known:
            raise NotGiven(_FOR_LEGAL_REASONS, "The rights in this picture do not allow it here.\n")
        raise NotGiven(_FORBIDDEN, "The rights in this picture are not cleared.\n")

    def _original(self, wanted: Wanted, picture: Picture, headers: Mapping[str, str]) -> Response:
        if not wanted.may_original:
            raise NotGiven(_FORBIDDEN, "Originals are for those who work on them. Ask for a rendition.\n")
        size = self._studio.storage.original_size(picture.sha256)
        if size is None:
            raise NotGiven(_NOT_FOUND, "The original's bytes are not in the storage.\n")
        span = span_of(headers, size, f'"{picture.sha256}"')
        told = {
            "ETag": f'"{picture.sha256}"',
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{wanted.id.removeprefix(PREFIX)}.{picture.format.lower()}"',
            "Accept-Ranges": "bytes",
            **SAFE,
        }
        if span is None:
            return _unsatisfiable(size)
        told |= {"Content-Length": str(span.length), **span.headers(size)}
        stream = self._pieces(picture.sha256, span)
        status = _PARTIAL if span.partial else 200
        return StreamingResponse(stream, status, told, "application/octet-stream")

    def _signed(self, wanted: Wanted, picture: Picture) -> Response:
        """A copy of the original with our signature; the original itself stays as it came."""
        if not wanted.may_original or self._studio.signing is None:
            raise NotGiven(_FORBIDDEN if self._studio.signing else _NOT_FOUND, _NOTHING)
        data = self._studio.signed_original(picture.sha256, picture.id)
        name = f"{wanted.id.removeprefix(PREFIX)}-signed.{picture.format.lower()}"
        told = {"Cache-Control": "private, no-store", "Content-Disposition": f'attachment; filename="{name}"', **SAFE}
        return Response(data, 200, told, "application/octet-stream")

    async def _pieces(self, digest: str, span: Span) -> AsyncIterator[bytes]:
        at, end = span.start, span.start + span.length
        while at < end:
            work = partial(self._studio.storage.original_range, digest, at, min(_PIECE, end - at))
            yield await anyio.to_thread.run_sync(work, limiter=self._threads)
            at += _PIECE


def refusal(error: Refused | NotGiven | MediaError) -> Response:
    """The answer to who gets no picture, or none now."""
    match error:
        case Refused():
            return plain(error)
        case NotGiven():
            return _told(error.told, error.status)
        case Busy():
            return _told(f"{error}\n", _UNAVAILABLE, {"Retry-After": "5"})
        case StorageFailed():
            _, status, told = failing(error)
            return _told(f"{told}\n", status)
        case _:
            return _told(f"{error}\n", _UNAVAILABLE)


#: Of every answer with bytes.
SAFE = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}


def _was_given(picture: Picture, wanted: Wanted) -> bool:
    """Whether an address was good for this caller until the picture was retired or ran out.

    Its recipe is known only to whoever was told the address, so that nobody learns of what was never shown.
    """
    one = picture.visibility
    over = one.stage == RETIRED or (one.stage == LIVE and one.live_until <= wanted.viewer.now)
    return over and one.level <= wanted.viewer.live and f"-{picture.recipe}." in wanted.file


def _caching(wanted: Wanted, picture: Picture, cleared: Clearance) -> str:
    """A day where everybody may have it, so that what is withdrawn does not stay in caches for long."""
    until = min(picture.visibility.live_until, cleared.until or picture.visibility.live_until)
    left = (until - wanted.viewer.now) // 1000
    if wanted.signed is not None:
        left = min(left, wanted.signed - wanted.viewer.now // 1000)
        return f"private, max-age={max(0, min(_QUARTER, left))}"
    if not wanted.is_public or not cleared.everywhere:
        return "private, no-cache"
    return f"public, max-age={max(0, min(_DAY, left))}, immutable"


def _piece(data: bytes, mime: str, headers: Mapping[str, str], common: Mapping[str, str]) -> Response:
    span = span_of(headers, len(data), common["ETag"])
    if span is None:
        return _unsatisfiable(len(data))
    part = data[span.start : span.start + span.length]
    return Response(part, _PARTIAL if span.partial else 200, {**common, **span.headers(len(data))}, mime)


def _unsatisfiable(size: int) -> Response:
    return _told("There is nothing in that range.\n", _NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"})


def _told(text: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(text, status, {"Cache-Control": "no-store", **SAFE, **(more or {})})
