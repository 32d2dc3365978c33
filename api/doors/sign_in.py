"""Signing in at the pages with a key, and out again. A session opens pages that are read; the API takes keys alone."""

from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, cookie_of
from api.doors.errors import plain
from api.doors.forms import own_form
from api.doors.languages import language_of, switch, words
from api.doors.pages import HEADERS, templates
from api.keys import BadKey
from api.plan.errors import Refused
from api.settings import Settings

_UNAUTHENTICATED, _SEE_OTHER = 401, 303


def routes(settings: Settings, callers: Callers) -> list[BaseRoute]:
    async def shown(request: Request) -> Response:
        return _page(request, settings, request.query_params.get("next", ""))

    async def signed_in(request: Request) -> Response:
        try:
            given = await own_form(request)
            callers.attempted(request)
        except Refused as error:
            return plain(error)
        try:
            token = await run_in_threadpool(callers.signed_in, given.get("key", "").strip())
        except BadKey as error:
            return _page(request, settings, given.get("next", ""), str(error))
        response = RedirectResponse(_local(given.get("next", "")), _SEE_OTHER, HEADERS)
        keep_signed_in(request, response, callers, token)
        return response

    async def signed_out(request: Request) -> Response:
        try:
            await own_form(request)
        except Refused as error:
            return plain(error)
        name, secure = cookie_of(request)
        token = request.cookies.get(name, "")
        if token:
            await run_in_threadpool(callers.sessions.end, token)
        response = RedirectResponse("/", _SEE_OTHER, HEADERS)
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    return [
        Route("/sign-in", shown),
        Route("/sign-in", signed_in, methods=["POST"]),
        Route("/sign-out", signed_out, methods=["POST"]),
    ]


def keep_signed_in(request: Request, response: Response, callers: Callers, token: str) -> None:
    """Let the browser keep the token of a session."""
    name, secure = cookie_of(request)
    longest = int(callers.sessions.lasting.longest.total_seconds())
    response.set_cookie(name, token, max_age=longest, path="/", secure=secure, httponly=True, samesite="lax")


def _page(request: Request, settings: Settings, after: str, problem: str = "") -> Response:
    lang = language_of(request, settings.locale)
    told, back = words(lang), _local(after)
    view: dict[str, Any] = {
        "words": told,
        "lang": lang,
        "languages": switch(lang, lambda one: f"/sign-in?lang={one}&next={quote(back, safe='')}"),
        "notice": "",
        "next": back,
        "problem": problem,
    }
    text = templates.get_template("sign_in.html").render(view)
    return HTMLResponse(text, _UNAUTHENTICATED if problem else 200, {**HEADERS, "Content-Language": lang})


def _local(path: str) -> str:
    """A path of ours to go on to; the start page where it could lead elsewhere."""
    sound = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if sound else "/"
