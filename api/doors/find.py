"""`/find`: what a creator looks for, as it will look, with what may be done with it. Nothing exists only here."""

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, Known
from api.doors.countries import Countries
from api.doors.desk import writes
from api.doors.errors import STATUS, plain
from api.doors.find_view import view
from api.doors.finding import PATH, Asked, drafts_of, find
from api.doors.forms import own_form
from api.doors.languages import language_of
from api.doors.pages import HEADERS, templates
from api.doors.saved import SavedSearches
from api.doors.viewers import writer_of
from api.plan import Caller, Executor
from api.plan.errors import Code, Refused, refused
from api.wiring import House

_FOUND, _SEE_OTHER, _BAD = 200, 303, 400


def routes(house: House, executor: Executor, callers: Callers) -> list[BaseRoute]:
    countries = Countries(house.store, executor)

    async def page(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        try:
            known = await callers.reader(request)
            return await run_in_threadpool(_answer, house, executor, countries, known, _asked(request, known, lang))
        except Refused as error:
            return plain(error)

    async def kept(request: Request) -> Response:
        try:
            given = await own_form(request)
            known = await callers.reader(request)
            asked = _asked(request, known, language_of(request, house.settings.locale))
            return await run_in_threadpool(_kept, house, executor, known, asked, given.get("do", ""))
        except Refused as error:
            return plain(error)

    return [Route(PATH, page), Route(PATH, kept, methods=["POST"])]


def _asked(request: Request, known: Known, lang: str) -> Asked:
    """What the address asks; drafts are asked for by who writes alone."""
    asked = Asked.of(request.query_params, lang)
    return asked if writes(known) else replace(asked, drafts=False)


def _saved(house: House, executor: Executor, known: Known, asked: Asked) -> SavedSearches | None:
    """The searches of who is known; None for the public."""
    if not known.name:
        return None
    return SavedSearches(house.store, executor, _caller(known, asked), known.name)


def _caller(known: Known, asked: Asked) -> Caller:
    """Who asks: of what is published, and of drafts, too, where that is asked by who writes."""
    writer = writer_of(known.role, known.name, known.territories) if asked.drafts else None
    return Caller(writer.viewer if writer else known.viewer(), asked.lang, known.purse)


def _kept(house: House, executor: Executor, known: Known, asked: Asked, do: str) -> Response:
    """Save the search that the address asks, or no longer; then back to it."""
    saved = _saved(house, executor, known, asked)
    if saved is None:
        raise refused(Code.FORBIDDEN, "Searches are saved for who has signed in. Begin at /sign-in.")
    if do == "stop":
        saved.forget(asked)
    else:
        saved.look(asked)
    return RedirectResponse(asked.url(), _SEE_OTHER, HEADERS)


def _answer(house: House, executor: Executor, countries: Countries, known: Known, asked: Asked) -> Response:
    caller = _caller(known, asked)
    found = find(house.store, executor, countries.of(caller), caller, asked)
    if found.search is not None and not asked.drafts and not asked.on_map and writes(known):
        drafting = _caller(known, replace(asked, drafts=True))
        found = replace(found, drafts=drafts_of(executor, drafting, asked, found.search["totalCount"]))
    saved = None if found.refused else _saved(house, executor, known, asked)
    shown = view(asked, found, known, saved.view(asked) if saved else None)
    text = templates.get_template("find.html").render(shown)
    status = STATUS.get(found.refused.code, _BAD) if found.refused else _FOUND
    return HTMLResponse(text, status, headers={**HEADERS, "Content-Language": asked.lang})
