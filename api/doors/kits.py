"""Kits over HTTP, `/kits/{campaign}.zip`: for those who have a key."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import public
from api.doors.callers import Callers, Known
from api.doors.errors import plain
from api.doors.languages import language_of
from api.doors.storing import failing
from api.kits import kit_of
from api.packing import pack
from api.plan.errors import Refused
from api.roles import Role
from api.wiring import House
from media.errors import MediaError, StorageFailed
from media.studio import Studio

_UNAUTHORISED, _NOT_FOUND, _UNAVAILABLE = 401, 404, 503
_OBJECTS = 1_000
_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def routes(house: House, callers: Callers, studio: Studio) -> list[BaseRoute]:
    async def kit(request: Request) -> Response:
        try:
            known = await callers.known(request)
            known.spend(_OBJECTS)
        except Refused as error:
            return plain(error)
        if known.role is Role.PUBLIC:
            return PlainTextResponse("Kits are for those who have a key.\n", _UNAUTHORISED, _HEADERS)
        lang = language_of(request, house.settings.locale)
        locale = public.locale_asked(request, house.settings.locale)
        return await run_in_threadpool(
            partial(_answer, house, studio, known, request.path_params["slug"], lang, locale)
        )

    return [Route("/kits/{slug}.zip", kit)]


def _answer(house: House, studio: Studio, known: Known, slug: str, lang: str, locale: str) -> Response:
    found = kit_of(house.store, known.viewer(), f"campaign:{slug[:200]}", locale)
    if found is None:
        return PlainTextResponse("There is no such campaign.\n", _NOT_FOUND, _HEADERS)
    try:
        data = pack(house.store, studio, found, lang)
    except StorageFailed as error:
        _, status, told = failing(error)
        return PlainTextResponse(f"{told}\n", status, _HEADERS)
    except MediaError as error:
        return PlainTextResponse(f"{error}\n", _UNAVAILABLE, _HEADERS)
    name = f'attachment; filename="{found.campaign.partition(":")[2]}.zip"'
    return Response(data, 200, {**_HEADERS, "Content-Disposition": name}, "application/zip")
