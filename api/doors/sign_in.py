"""Signing in at the pages, with a key or at the organisation's own page, and out again.

A session opens pages; the API takes keys and tokens alone.
"""

from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.code_flow import CodeFlow
from api.doors.callers import Callers, cookie_of
from api.doors.errors import plain
from api.doors.forms import own_form
from api.doors.languages import language_of, switch, words
from api.doors.pages import HEADERS, templates
from api.doors.public import base_of
from api.keys import BadKey
from api.plan.errors import Refused
from api.published_keys import ProviderDown
from api.settings import Settings
from api.sign_on import BadToken, NoRole
from graph.errors import StoreUnavailable

_UNAUTHENTICATED, _FORBIDDEN, _SEE_OTHER, _UNAVAILABLE = 401, 403, 303, 503
_BACK = "/sign-in/done"
#: How long somebody may take at the provider's page, in seconds.
_MEANWHILE = 600
_DOWN = "Nobody can sign on just now: the organisation's page or the store does not answer. Try again in a moment."


def routes(settings: Settings, callers: Callers) -> list[BaseRoute]:
    elsewhere = callers.code_flow is not None

    async def shown(request: Request) -> Response:
        return _page(request, settings, request.query_params.get("next", ""), elsewhere=elsewhere)

    async def signed_in(request: Request) -> Response:
        try:
            given = await own_form(request)
            callers.attempted(request)
        except Refused as error:
            return plain(error)
        try:
            token = await run_in_threadpool(callers.signed_in, given.get("key", "").strip())
        except BadKey as error:
            return _page(request, settings, given.get("next", ""), str(error), elsewhere=elsewhere)
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
        *(_elsewhere(settings, callers, callers.code_flow) if callers.code_flow else ()),
    ]


def _elsewhere(settings: Settings, callers: Callers, flow: CodeFlow) -> list[BaseRoute]:
    """The way to the provider's page and the way back, which are addresses and no forms: both lead between sites."""

    async def gone(request: Request) -> Response:
        after = _local(request.query_params.get("next", ""))
        try:
            begun = await run_in_threadpool(flow.begin, f"{base_of(request, settings)}{_BACK}", after)
        except ProviderDown:
            return _page(request, settings, after, _DOWN, _UNAVAILABLE, elsewhere=True)
        response = RedirectResponse(begun.url, _SEE_OTHER, HEADERS)
        name, secure = _kept_name(request)
        response.set_cookie(name, begun.kept, _MEANWHILE, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    async def returned(request: Request) -> Response:
        name, secure = _kept_name(request)
        kept, told = request.cookies.get(name, ""), dict(request.query_params)
        try:
            callers.attempted(request)
            person, after = await run_in_threadpool(flow.finish, kept, told, f"{base_of(request, settings)}{_BACK}")
            token = await run_in_threadpool(callers.sessions.begin, person)
        except Refused as error:
            return plain(error)
        except BadToken as error:
            response = _page(request, settings, "", str(error), elsewhere=True)
        except NoRole as error:
            response = _page(request, settings, "", str(error), _FORBIDDEN, elsewhere=True)
        except (ProviderDown, StoreUnavailable):
            response = _page(request, settings, "", _DOWN, _UNAVAILABLE, elsewhere=True)
        else:
            response = RedirectResponse(_local(after), _SEE_OTHER, HEADERS)
            keep_signed_in(request, response, callers, token)
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    return [Route("/sign-in/elsewhere", gone), Route(_BACK, returned)]


def _kept_name(request: Request) -> tuple[str, bool]:
    """The name of what the browser keeps while somebody signs on, and whether it is for https alone."""
    name, secure = cookie_of(request)
    return f"{name}-sign-on", secure


def keep_signed_in(request: Request, response: Response, callers: Callers, token: str) -> None:
    """Let the browser keep the token of a session."""
    name, secure = cookie_of(request)
    longest = int(callers.sessions.lasting.longest.total_seconds())
    response.set_cookie(name, token, max_age=longest, path="/", secure=secure, httponly=True, samesite="lax")


def _page(
    request: Request,
    settings: Settings,
    after: str,
    problem: str = "",
    status: int = _UNAUTHENTICATED,
    *,
    elsewhere: bool,
) -> Response:
    lang = language_of(request, settings.locale)
    told, back = words(lang), _local(after)
    view: dict[str, Any] = {
        "words": told,
        "lang": lang,
        "languages": switch(lang, lambda one: f"/sign-in?lang={one}&next={quote(back, safe='')}"),
        "notice": "",
        "next": back,
        "problem": problem,
        "elsewhere": elsewhere,
    }
    text = templates.get_template("sign_in.html").render(view)
    return HTMLResponse(text, status if problem else 200, {**HEADERS, "Content-Language": lang})


def _local(path: str) -> str:
    """A path of ours to go on to; the start page where it could lead elsewhere."""
    sound = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if sound else "/"
