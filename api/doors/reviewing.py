"""The page of a reviewer outside, `/review/{token}`: one version of a draft, and a form for notes on it."""

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, is_own, site_of
from api.doors.languages import language_of, words
from api.doors.pages import HEADERS, templates
from api.doors.reporting import form_text
from api.plan.budgets import Budgets
from api.plan.errors import Refused
from api.wiring import House
from graph.errors import InvalidValue
from graph.review.links import PATH, leave_note, reviewed

_GONE, _BAD, _FORBIDDEN, _TOO_MANY, _SEE = 410, 400, 403, 429, 303
#: Notes in an hour, of one address: a bucket holds an hour's, and one note is sixty objects of it.
_EACH, _ONE, _MINUTES = 30, 60, 60


class ReviewDoor:
    """Shows what a link is for, and takes notes."""

    def __init__(self, house: House) -> None:
        self._house, self._budgets = house, Budgets(minutes=_MINUTES)

    async def read(self, request: Request) -> Response:
        return await run_in_threadpool(self._page, request)

    async def note(self, request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin is not None and not is_own(origin, request):
            return self._nothing(request, _FORBIDDEN)
        text = await form_text(request)
        try:
            self._budgets.spend(site_of(request), _ONE, _EACH)
            kept = await run_in_threadpool(leave_note, self._house.store, _token(request), text or "", _now())
        except Refused:
            return self._nothing(request, _TOO_MANY)
        except InvalidValue:
            return self._nothing(request, _BAD)
        return RedirectResponse(f"{request.url.path}?noted=1", _SEE, HEADERS) if kept else self._nothing(request)

    def _page(self, request: Request) -> Response:
        found = reviewed(self._house.store, _token(request), _now())
        if found is None:
            return self._nothing(request)
        lang = language_of(request, self._house.settings.locale)
        text = templates.get_template("review.html").render(
            words=words(lang), lang=lang, found=found, noted=bool(request.query_params.get("noted"))
        )
        return HTMLResponse(text, headers={**HEADERS, **_KEPT, "Content-Language": lang})

    def _nothing(self, request: Request, status: int = _GONE) -> Response:
        lang = language_of(request, self._house.settings.locale)
        told = words(lang)
        key = "over" if status == _GONE else "refused"
        text = templates.get_template("no_story.html").render(words=told, lang=lang, sentence=told["review"][key])
        return HTMLResponse(text, status, {**HEADERS, **_KEPT, "Content-Language": lang})


#: What a link shows is for who has it: no cache keeps it, no search finds it, no other page hears its address.
_KEPT = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
}


def routes(house: House, _callers: Callers) -> list[BaseRoute]:
    door = ReviewDoor(house)
    path = f"{PATH}{{token}}"
    return [Route(path, door.read), Route(path, door.note, methods=["POST"])]


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _now() -> int:
    return int(time.time() * 1000)
