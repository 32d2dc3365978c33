"""Errors that readers report: each becomes a Request to who keeps the story. It is all that the public may write."""

import hashlib
from datetime import timedelta
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import links, public
from api.doors.callers import Callers, is_own, site_of
from api.doors.errors import plain
from api.doors.languages import words
from api.doors.pages import HEADERS, templates
from api.doors.public import Reader
from api.plan.budgets import Budgets
from api.plan.errors import Refused
from api.stories import Story, read_story
from api.wiring import House
from graph.store.batch import ActorKind, Batch, Put, To
from graph.store.port import GraphStore

_MOST_BYTES, _LONGEST, _LONGEST_NAME = 16_000, 2_000, 300
#: Reports in an hour, of one address and of all: a bucket holds an hour's, and one report is sixty objects of it.
_EACH, _ALL, _ONE, _MINUTES = 5, 200, 60, 60
_DAYS, _LETTERS = 14, 16
_OK, _BAD, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE, _TOO_MANY = 200, 400, 403, 404, 413, 429
_FORM = "application/x-www-form-urlencoded"
_KEEPERS = ("mission:", "organisation:", "person:")


class ReportDoor:
    """Takes a report of a story that the caller sees."""

    def __init__(self, house: House, callers: Callers) -> None:
        self._house, self._callers = house, callers
        self._budgets = Budgets(minutes=_MINUTES)

    async def answer(self, request: Request) -> Response:
        origin = request.headers.get("origin")
        if (origin is not None and not is_own(origin, request)) or _kind(request) != _FORM:
            return _told(public.anybody(request, self._callers, self._house.settings), "", _FORBIDDEN)
        try:
            known = await public.known_to(self._callers, request)
        except Refused as error:
            return plain(error)
        reader = public.reader_of(request, known, self._callers, self._house.settings)
        text = await form_text(request)
        status, key = await run_in_threadpool(self._taken, reader, public.id_of(request), text, site_of(request))
        return _told(reader, key, status)

    def _taken(self, reader: Reader, id: str, text: str | None, site: str) -> tuple[int, str]:
        """The status, and which sentence tells it."""
        if not text:
            return (_TOO_LARGE, "report_full") if text is None else (_BAD, "report_empty")
        story = read_story(self._house.store, reader.viewer, id, reader.locale)
        if story is None:
            return _NOT_FOUND, ""
        try:
            self._budgets.spend(site, _ONE, _EACH)
            self._budgets.spend("all", _ONE, _ALL)
        except Refused:
            return _TOO_MANY, "report_full"
        report(self._house.store, reader, story, text)
        return _OK, "reported"


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    return [Route("/a/{id}/report", ReportDoor(house, callers).answer, methods=["POST"])]


def report(store: GraphStore, reader: Reader, story: Story, text: str) -> None:
    """Write the request; the same report of the same story on one day is one."""
    today = reader.viewer.today
    digest = hashlib.sha256(f"{today}|{story.id}|{text}".encode()).hexdigest()[:_LETTERS]
    line = " ".join(text.split())
    values = {
        "name": line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…",
        "template": text,
        "due": (today + timedelta(_DAYS)).isoformat(),
        "answered": "OPEN",
        "state": "DRAFT",
        "marking": "INTERNAL",
    }
    to = {"addressee": (To(story.keeper.id),)} if story.keeper and story.keeper.id.startswith(_KEEPERS) else {}
    # Only ever made: what was done about the first is not undone by a second.
    put = Put(f"request:report-{digest}", "Request", values, {"about": (To(story.id),), **to}, rev=0)
    store.write(Batch((put,), "reader", ActorKind.SYSTEM, f"Reported on {links.story(story.id)}."))


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def form_text(request: Request, field: str = "text") -> str | None:
    """What the form says; None where there is more than it can hold."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return None
    try:
        said = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10).get(field, [""])[0]
    except ValueError:
        return None
    return "".join(one for one in said if one.isprintable() or one == "\n").strip()[:_LONGEST]


def _told(reader: Reader, key: str, status: int) -> Response:
    told = words(reader.lang)
    sentence = told["use"][key] if key else told["story"]["unknown"]
    text = templates.get_template("no_story.html").render(words=told, lang=reader.lang, sentence=sentence)
    return HTMLResponse(text, status, {**HEADERS, "Content-Language": reader.lang})
