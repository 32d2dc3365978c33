"""`/edit/{id}` and `/edit/new/{type}`: a form of a thing. Nothing exists only here: what it does the API does."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.desk.editing import Editing, Opened
from api.desk.form import FIND, Sent, last
from api.desk.past import history
from api.desk.saving import Saved
from api.desk.thing import Thing
from api.doors.callers import Callers
from api.doors.desk import Seat, at, edit_path, go, nothing, number, seat_of, seated
from api.doors.edit_view import kept, page, past_page
from api.doors.errors import plain
from api.doors.forms import own_fields
from api.doors.languages import language_of
from api.doors.returning import returned
from api.plan import Executor
from api.plan.errors import Refused
from api.wiring import House
from graph.errors import IndexUnusable
from graph.search.index import QueryRefused

_LONGEST, _MOST = 4_000_000, 4_000
_BAD, _CONFLICT, _UNAUTHENTICATED, _MOST_TYPES = 422, 409, 401, 40
#: What the page says after it led back to itself.
TOLD = ("saved", "same", "proposed", "submitted", "uploaded")


class EditDoor:
    """Opens forms and takes them."""

    def __init__(self, house: House, executor: Executor, callers: Callers) -> None:
        self._house, self._executor, self._callers = house, executor, callers

    async def read(self, request: Request) -> Response:
        return await self._seated(request, partial(self._read, request))

    async def write(self, request: Request) -> Response:
        try:
            sent = await own_fields(request, _LONGEST, _MOST)
            seat = await seat_of(request, self._house, self._executor, self._callers)
            if isinstance(seat, Response):
                return await self._away(request, sent) if isinstance(seat, RedirectResponse) else seat
            return await run_in_threadpool(self._write, request, seat, sent)
        except Refused as error:
            return plain(error)

    async def names(self, request: Request) -> Response:
        """Things with such a name, for the script that offers them as one types."""
        types = request.query_params.get("types", "").split(",")[:_MOST_TYPES]
        return await self._seated(request, partial(self._names, request.query_params.get("q", ""), types))

    async def past(self, request: Request) -> Response:
        return await self._seated(request, partial(self._past, request))

    async def _seated(self, request: Request, answer: Callable[[Seat], Response]) -> Response:
        return await seated(request, self._house, self._executor, self._callers, answer)

    def _names(self, words: str, types: list[str], seat: Seat) -> Response:
        try:
            found = self._editing(seat).picker.find(words, types)
        except (QueryRefused, IndexUnusable):
            found = []
        told = [{"id": one.id, "label": one.text, "type": seat.told["one"][one.type]} for one in found]
        return JSONResponse(told, headers=_KEPT)

    def _read(self, request: Request, seat: Seat) -> Response:
        editing = self._editing(seat)
        thing = self._thing(request, editing)
        if thing is None:
            return nothing(seat.lang)
        seq = number(request.query_params.get("from", ""))
        laid: Sent = editing.restored(thing, seq) if thing.id and seq is not None else {}
        told = request.query_params.get("told", "")
        return self._page(request, seat, editing, editing.open(thing, laid), told if told in TOLD else "")

    def _past(self, request: Request, seat: Seat) -> Response:
        editing = self._editing(seat)
        thing = editing.thing(request.path_params["id"])
        if thing is None:
            return nothing(seat.lang)
        entries = history(self._executor, seat.caller, thing.id)
        view = past_page(seat, thing, entries, editing)
        return seat.page("edit_past.html", view, f"{edit_path(thing.id)}/history")

    def _write(self, request: Request, seat: Seat, sent: Sent) -> Response:
        editing = self._editing(seat)
        thing = self._thing(request, editing)
        if thing is None:
            return nothing(seat.lang)
        do = last(sent, "do")
        opened = editing.open(thing, sent)
        if do.startswith(FIND) or (do == "" and any(one.find for one in opened.filled.shown)) or do == "look":
            return self._page(request, seat, editing, opened)
        saved = self._kept(editing, opened, sent)
        if not opened.filled.sound or saved.errors:
            again = editing.open(self._thing(request, editing) or thing, sent, saved=saved)
            if do == "autosave":
                return JSONResponse(kept(seat, again), headers=_KEPT)
            return self._page(request, seat, editing, again, status=_CONFLICT if saved.stale else _BAD)
        return self._saved(request, seat, editing, opened, saved, do)

    def _saved(self, request: Request, seat: Seat, editing: Editing, opened: Opened, saved: Saved, do: str) -> Response:
        if do == "submit":
            return self._submitted(request, seat, editing, saved.id)
        if do == "autosave":
            written = editing.thing(saved.id)
            return JSONResponse(kept(seat, editing.open(written, {})) if written else {}, headers=_KEPT)
        told = "proposed" if saved.proposal else "saved" if opened.filled.input or opened.is_new else "same"
        return go(edit_path(saved.id), seat.lang, told=told)

    @staticmethod
    def _kept(editing: Editing, opened: Opened, sent: Sent) -> Saved:
        if not opened.filled.sound:
            return Saved()
        return editing.keep(opened, number(last(sent, "rev")) or 0, last(sent, "reason"), last(sent, "key"))

    def _submitted(self, request: Request, seat: Seat, editing: Editing, id: str) -> Response:
        written = editing.thing(id)
        if written is None:
            return nothing(seat.lang)
        if written.state != "IN_REVIEW":
            errors = editing.submit(id, written.rev)
            if errors:
                told = tuple((str(one["path"]), str(one["code"]), one["message"]) for one in errors)
                opened = editing.open(written, {}, saved=Saved(id, told))
                return self._page(request, seat, editing, opened, status=_BAD)
        return go(edit_path(id), seat.lang, told="submitted")

    async def _away(self, request: Request, sent: Sent) -> Response:
        """The session ended while the form was filled in."""
        if last(sent, "do") == "autosave":
            return JSONResponse({}, _UNAUTHENTICATED, _KEPT)

        async def back() -> Response:
            """The form as it was filled in, for who has just signed in. Nothing of it is kept yet."""
            seat = await seat_of(request, self._house, self._executor, self._callers)
            if isinstance(seat, Response):
                return seat
            return await run_in_threadpool(self._write, request, seat, {**sent, "do": ["look"]})

        lang = language_of(request, self._house.settings.locale)
        return await returned(request, self._callers, sent, at(_path(request), lang), lang, back)

    def _editing(self, seat: Seat) -> Editing:
        return Editing(self._executor, self._house, seat.caller, seat.writer)

    def _thing(self, request: Request, editing: Editing) -> Thing | None:
        given: Mapping[str, str] = request.path_params
        if "id" in given:
            return editing.thing(given["id"])
        entity = editing.type_of(given["type"])
        return editing.blank(entity, request.query_params) if entity else None

    def _page(
        self, request: Request, seat: Seat, editing: Editing, opened: Opened, told: str = "", status: int = 200
    ) -> Response:
        return seat.page("edit.html", page(seat, editing, opened, _path(request), told), _path(request), status)


_KEPT = {"Cache-Control": "no-store"}


def routes(house: House, executor: Executor, callers: Callers) -> list[BaseRoute]:
    door = EditDoor(house, executor, callers)
    taken = partial(Route, methods=["POST"])
    return [
        Route("/edit/names", door.names),
        Route("/edit/new/{type}", door.read),
        taken("/edit/new/{type}", door.write),
        Route("/edit/{id}/history", door.past),
        Route("/edit/{id}", door.read),
        taken("/edit/{id}", door.write),
    ]


def _path(request: Request) -> str:
    """The address of the form, with what a new translation is of."""
    if "id" in request.path_params:
        return edit_path(request.path_params["id"])
    given = {name: request.query_params[name] for name in ("of", "locale") if name in request.query_params}
    return f"{request.url.path}?{urlencode(given)}" if given else request.url.path
