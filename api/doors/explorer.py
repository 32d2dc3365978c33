"""The explorer: GraphiQL from our own files, with the example questions."""

from importlib.resources import files

import orjson
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.cards.card import shipped
from api.doors.callers import Callers
from api.doors.errors import plain
from api.doors.files import Content, Folder
from api.doors.languages import language_of, words
from api.plan.errors import Refused
from api.wiring import House

#: Monaco sets styles of its own, so inline styles are let through; scripts are not.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Referrer-Policy": "no-referrer"}
_NOT_BUILT = 503


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    folder = Folder("explorer", "static")
    page = Environment(autoescape=True).from_string(
        files("api.doors").joinpath("explorer", "index.html").read_text("utf-8")
    )

    async def explorer(request: Request) -> Response:
        if "main.js" not in folder:
            return Response(
                "The explorer has not been built. Build it with `make explorer`.\n", _NOT_BUILT, media_type="text/plain"
            )
        lang = language_of(request, house.settings.locale)
        try:
            known = await callers.known(request)
        except Refused as error:
            return plain(error)
        notice = words(lang)["notice"] if known.is_here else ""
        content = Content.of(page.render(notice=notice).encode(), "text/html; charset=utf-8")
        return content.answer(request, {**_HEADERS, "Vary": "Accept-Encoding, Accept-Language"})

    async def static(request: Request) -> Response:
        return folder.answer(request, request.path_params["name"], _HEADERS)

    async def questions(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        told = [{"title": each.title(lang), "query": each.query, "variables": each.variables} for each in shipped()]
        return Content.of(orjson.dumps(told), "application/json").answer(
            request, {"Vary": "Accept-Encoding, Accept-Language"}
        )

    return [
        Route("/explorer", explorer),
        Route("/explorer/static/{name}", static),
        Route("/explorer/examples.json", questions),
    ]


__all__ = ["CONTENT_SECURITY_POLICY", "routes"]
