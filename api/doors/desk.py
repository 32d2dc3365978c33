"""What all pages of the desk share: who sits there, and what is answered to whom does not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_datetime
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from api.desk.picking import Picker
from api.doors.callers import Callers, Known
from api.doors.errors import plain
from api.doors.languages import Words, language_of, offered, switch, words
from api.doors.pages import CONTENT_SECURITY_POLICY, HEADERS, account, templates
from api.doors.viewers import writer_of
from api.keys import Keys
from api.labels import Label
from api.plan import Caller, Executor, Writer
from api.plan.errors import Refused
from api.wiring import House

#: What a page of the desk counts for in a budget beside what it asks.
OBJECTS = 50
_NOT_FOUND, _SEE_OTHER = 404, 303
#: A whole number of GraphQL is sure to hold one digit less.
_DIGITS = 10
#: A script of ours makes forms quicker, and asks nobody else.
DESK_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the desk, in a language."""

    house: House
    executor: Executor
    known: Known
    writer: Writer
    lang: str

    @property
    def caller(self) -> Caller:
        """Who asks: with drafts in sight, as what one writes one sees."""
        return Caller(self.writer.viewer, self.lang, self.known.purse, self.writer)

    @property
    def told(self) -> Words:
        return words(self.lang)

    @property
    def picker(self) -> Picker:
        """What things are called for who sits here."""
        return Picker(self.house.store, self.house, self.writer.viewer, self.lang)

    def people(self, actors: Iterable[str]) -> Callable[[str], str]:
        """What each of some who wrote is called: by the name on their key, else as the log names them."""
        names = Keys(self.house.store).names(actors)
        return lambda actor: names.get(actor, actor)

    def page(self, template: str, view: Mapping[str, Any], path: str, status: int = 200) -> Response:
        """A page of the desk; `path` is its address without the language."""
        told = self.told
        common = {
            "words": told,
            "lang": self.lang,
            "languages": switch(self.lang, lambda one: at(path, one)),
            "spoken": offered(self.lang),
            "notice": told["notice"] if self.known.is_here else "",
            "account": account(self.known),
            "publishes": self.writer.publishes,
        }
        text = templates.get_template(template).render({**common, **view})
        return HTMLResponse(text, status, headers={**DESK_HEADERS, "Content-Language": self.lang})


async def seat_of(request: Request, house: House, executor: Executor, callers: Callers) -> Seat | Response:
    """Who sits at the desk, or what is answered to whom does not; raises Refused."""
    lang = language_of(request, house.settings.locale)
    known = await callers.reader(request)
    writer = writer_of(known.role, known.name, known.territories)
    if writer is None:
        return nothing(lang) if known.name else to_sign_in(request, lang)
    known.spend(OBJECTS)
    return Seat(house, executor, known, writer, lang)


async def seated(
    request: Request, house: House, executor: Executor, callers: Callers, answer: Callable[[Seat], Response]
) -> Response:
    """What is answered to who sits at the desk, worked on in a thread; a refusal is told in its own words."""
    try:
        seat = await seat_of(request, house, executor, callers)
        return seat if isinstance(seat, Response) else await run_in_threadpool(answer, seat)
    except Refused as error:
        return plain(error)


def writes(known: Known) -> bool:
    """Whether somebody has a seat at the desk."""
    return writer_of(known.role, known.name) is not None


def publishes(known: Known) -> bool:
    """Whether somebody decides on what becomes public."""
    writer = writer_of(known.role, known.name)
    return writer is not None and writer.publishes


def nothing(lang: str) -> Response:
    """The answer to an address that leads nowhere, as far as its caller may know."""
    return PlainTextResponse(f"{words(lang)['desk']['nothing']}\n", _NOT_FOUND, {"Cache-Control": "no-store"})


def to_sign_in(request: Request, lang: str) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?lang={lang}&next={quote(path, safe='')}", _SEE_OTHER, HEADERS)


def at(path: str, lang: str, **more: str) -> str:
    """An address of the desk in a language."""
    query = urlencode({"lang": lang, **{name: one for name, one in more.items() if one}})
    return f"{path}{'&' if '?' in path else '?'}{query}"


def go(path: str, lang: str, **more: str) -> Response:
    return RedirectResponse(at(path, lang, **more), _SEE_OTHER, DESK_HEADERS)


def called(one: Mapping[str, Any], named: Mapping[str, Label]) -> str:
    """What something is called in the reader's language, and by its own label where that is not known."""
    return named[one["id"]].text if one["id"] in named else str(one["label"])


def moment(at: str, lang: str) -> str:
    """A moment of the log in words."""
    return format_datetime(datetime.fromisoformat(at), "medium", locale=lang)


def number(text: str) -> int | None:
    """A revision or an entry of the log as an address or a form holds it; None where it is none."""
    return int(text) if text.isdecimal() and len(text) < _DIGITS else None


def edit_path(id: str) -> str:
    return f"/edit/{quote(id, safe=':')}"
