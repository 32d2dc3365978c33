"""Pictures by IIIF: the Image API 3.0 at `/iiif/3/{slug}`, and a manifest of the Presentation API 3.0 for each story.

A second door, for viewers and aggregators, to what everybody may have everywhere: whose rights allow to show and to cut
it. It gives no more of a picture than other doors do: the widest rendition, or for print where rights allow print.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import anyio.to_thread
import orjson
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.clearance import Clearance, clearances
from api.doors import public
from api.doors.caching import names
from api.doors.callers import Callers, Known
from api.doors.iiif_manifest import manifest
from api.doors.media import SAFE, NotGiven, refusal
from api.pictures import PREFIX, Picture, read_pictures
from api.plan.errors import Refused
from api.stories import everybody
from api.wiring import House
from graph.store.ids import type_of
from graph.store.select import Viewer
from media.errors import MediaError
from media.iiif import LARGEST, TILE, ImageRequest, NotAnImage, Offered, image_request
from media.profiles import RenditionProfile, plans
from media.studio import Studio

IMAGES, MANIFESTS = "/iiif/3/", "/iiif/presentation/3/"
_CONTEXT = "http://iiif.io/api/image/3/context.json"
_LEVEL = "http://iiif.io/api/image/3/level2.json"
_LD = "application/ld+json"
#: What an answer counts for in a budget: one that is there, and one for which the picture is decoded.
_FOUND_COSTS, _MADE_COSTS = 1, 100
_THREADS = 4
_DAY = 86_400
_NOT_MODIFIED, _SEE_OTHER, _FORBIDDEN, _NOT_FOUND, _FOR_LEGAL_REASONS = 304, 303, 403, 404, 451
_CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class Open:
    """A picture that everybody may have, as it is offered, and until which moment that is known."""

    picture: Picture
    offered: Offered
    until: int

    def caching(self, now: int) -> str:
        return f"public, max-age={max(0, min(_DAY, (self.until - now) // 1000))}"


def routes(house: House, callers: Callers, studio: Studio) -> list[BaseRoute]:
    door = ImageDoor(house, callers, studio)
    return [
        Route(f"{IMAGES}{{slug}}", door.base),
        Route(f"{IMAGES}{{slug}}/info.json", door.info),
        Route(f"{IMAGES}{{slug}}/{{region}}/{{size}}/{{rotation}}/{{file}}", door.image),
        Route(f"{MANIFESTS}{{id}}/manifest.json", door.manifest),
    ]


class ImageDoor:
    """Answers viewers; everybody sees the same, whatever key they show."""

    def __init__(self, house: House, callers: Callers, studio: Studio) -> None:
        self._house, self._callers, self._studio = house, callers, studio
        self._threads = CapacityLimiter(_THREADS)

    async def base(self, request: Request) -> Response:
        """A picture's own address leads to what is said of it."""
        return RedirectResponse(self._address(request) + "/info.json", _SEE_OTHER, _CORS)

    async def info(self, request: Request) -> Response:
        return await self._answered(request, self._info)

    async def image(self, request: Request) -> Response:
        return await self._answered(request, self._image)

    async def manifest(self, request: Request) -> Response:
        return await self._answered(request, self._manifest)

    async def _answered(self, request: Request, work: Callable[[Request, Known], Response]) -> Response:
        try:
            known = await self._callers.known(request)
            response = await anyio.to_thread.run_sync(partial(work, request, known), limiter=self._threads)
        except NotAnImage as error:
            response = refusal(NotGiven(error.status, f"{error}\n"))
        except (Refused, NotGiven, MediaError) as error:
            response = refusal(error)
        response.headers.update(_CORS)
        return response

    def _info(self, request: Request, known: Known) -> Response:
        known.spend(_FOUND_COSTS)
        viewer = everybody(_now())
        one = self._open(request, viewer)
        told: dict[str, Any] = {
            "@context": _CONTEXT,
            "id": self._address(request),
            "type": "ImageService3",
            "protocol": "http://iiif.io/api/image",
            "profile": "level2",
            "width": one.offered.width,
            "height": one.offered.height,
            "maxWidth": LARGEST,
            "maxHeight": LARGEST,
            "sizes": [{"width": width, "height": height} for width, height in one.offered.sizes],
            "tiles": [{"width": TILE, "scaleFactors": one.offered.factors}],
            "preferredFormats": ["jpg"],
            "extraFormats": ["webp"],
            "extraQualities": ["color", "gray", "bitonal"],
            "extraFeatures": ["canonicalLinkHeader", "mirroring", "profileLinkHeader"],
        }
        if one.picture.notice.licence.startswith(("https://", "http://")):
            told["rights"] = one.picture.notice.licence
        return _json(request, told, _CONTEXT, {"Cache-Control": one.caching(viewer.now), **_LINKED})

    def _image(self, request: Request, known: Known) -> Response:
        viewer = everybody(_now())
        one = self._open(request, viewer)
        given = request.path_params
        asked = image_request(one.offered, given["region"], given["size"], given["rotation"], given["file"])
        canonical = f"{self._address(request)}/{asked.canonical}"
        headers = {
            "Cache-Control": one.caching(viewer.now),
            "ETag": f'"{one.picture.recipe}-{asked.plan.name}"',
            "Link": f'<{_LEVEL}>;rel="profile", <{canonical}>;rel="canonical"',
            "Content-Disposition": "inline",
            **SAFE,
        }
        if names(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=_NOT_MODIFIED, headers=headers)
        return Response(self._bytes(one.picture, asked, known), 200, headers, asked.format.mime)

    def _bytes(self, picture: Picture, asked: ImageRequest, known: Known) -> bytes:
        """A tile or an offered size is made once; whatever else somebody thinks of is made and forgotten."""
        plan = asked.plan
        if not asked.is_kept:
            known.spend(_MADE_COSTS)
            return self._studio.cut(picture.sha256, plan, picture.notice)
        found = self._studio.kept(picture.recipe, plan)
        known.spend(_MADE_COSTS if found is None else _FOUND_COSTS)
        if found is None:
            self._studio.make(picture.sha256, picture.recipe, [plan], picture.notice)
            found = self._studio.kept(picture.recipe, plan)
        return found if found is not None else self._studio.cut(picture.sha256, plan, picture.notice)

    def _manifest(self, request: Request, known: Known) -> Response:
        known.spend(public.OBJECTS)
        reader = public.anybody(request, self._callers, self._house.settings)
        told = manifest(
            self._house.store, reader, public.id_of(request), f"{reader.base}{request.url.path}", self._services
        )
        if told is None:
            raise NotGiven(_NOT_FOUND, "There is no such story with pictures for everybody.\n")
        caching = {"Cache-Control": "public, max-age=300", "Vary": "Accept"}
        return _json(request, told, str(told["@context"]), caching)

    def _services(self, base: str, pictures: Iterable[Picture]) -> dict[str, tuple[str, Offered]]:
        """The addresses of the image services of those pictures that are open, by id."""
        opened = self._opened(pictures, everybody(_now()))
        return {
            id: (f"{base}{IMAGES}{quote(id.removeprefix(PREFIX))}", one.offered)
            for id, one in opened.items()
            if isinstance(one, Open)
        }

    def _open(self, request: Request, viewer: Viewer) -> Open:
        store, id = self._house.store, f"{PREFIX}{request.path_params['slug']}"
        pictures = read_pictures(store, [id] if type_of(store.model, id) else [])
        one = self._opened(pictures.values(), viewer).get(id) or _unknown()
        if isinstance(one, NotGiven):
            raise one
        return one

    def _opened(self, pictures: Iterable[Picture], viewer: Viewer) -> dict[str, Open | NotGiven]:
        """Each picture that the viewer sees as it is offered to everybody, or why it is not."""
        seen = {one.id: one for one in pictures if one.visibility.seen_by(viewer)}
        cut, printed = (
            clearances(self._house.store, viewer, seen, profile)
            for profile in (RenditionProfile.SQUARE, RenditionProfile.PRINT)
        )
        return {id: _offered(one, cut[id], printed[id]) for id, one in seen.items() if id in cut}

    def _address(self, request: Request) -> str:
        base = public.base_of(request, self._house.settings)
        return f"{base}{IMAGES}{quote(request.path_params['slug'], safe='')}"


_LINKED = {"Link": f'<{_LEVEL}>;rel="profile"', "Vary": "Accept"}


def _offered(picture: Picture, cut: Clearance, printed: Clearance) -> Open | NotGiven:
    if not cut.allowed:
        told = "The rights in this picture do not let everybody show and cut it.\n"
        return NotGiven(_FOR_LEGAL_REASONS if cut.known else _FORBIDDEN, told)
    most = RenditionProfile.PRINT if printed.allowed else RenditionProfile.RESPONSIVE
    largest = max(plans(picture.source, most), key=lambda plan: plan.width)
    ends = [picture.visibility.live_until, *(one.until for one in (cut, printed) if one.until)]
    return Open(picture, Offered(picture.source, largest.width, largest.height), min(ends))


def _unknown() -> NotGiven:
    return NotGiven(_NOT_FOUND, "There is no such picture.\n")


def _json(request: Request, told: Mapping[str, Any], context: str, headers: Mapping[str, str]) -> Response:
    """JSON-LD to who asks for it, and to others JSON, which is the same."""
    linked = _LD in request.headers.get("accept", "")
    media_type = f'{_LD};profile="{context}"' if linked else "application/json"
    return Response(orjson.dumps(told), 200, {**headers, "X-Content-Type-Options": "nosniff"}, media_type)


def _now() -> int:
    return int(time.time() * 1000)
