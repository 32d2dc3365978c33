"""`/find`: what a creator looks for, as it will look, with what may be done with it. Nothing exists only here."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, Known
from api.doors.errors import STATUS, plain
from api.doors.find_view import view
from api.doors.finding import Asked, find
from api.doors.languages import language_of
from api.doors.pages import HEADERS, templates
from api.plan import Caller, Executor
from api.plan.errors import Refused
from api.wiring import House

_FOUND, _BAD = 200, 400


def routes(house: House, executor: Executor, callers: Callers) -> list[BaseRoute]:
    async def page(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        try:
            known = await callers.reader(request)
            return await run_in_threadpool(_answer, house, executor, known, Asked.of(request, lang))
        except Refused as error:
            return plain(error)

    return [Route("/find", page)]


def _answer(house: House, executor: Executor, known: Known, asked: Asked) -> Response:
    found = find(house.store, executor, Caller(known.viewer(), asked.lang, known.purse), asked)
    text = templates.get_template("find.html").render(view(asked, found, known))
    status = STATUS.get(found.refused.code, _BAD) if found.refused else _FOUND
    return HTMLResponse(text, status, headers={**HEADERS, "Content-Language": asked.lang})
