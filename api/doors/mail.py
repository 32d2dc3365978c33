"""`/mail/{token}`: the page that a mail leads to, to confirm an address or to stop; and what `/mine` says of mail."""

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers
from api.doors.desk import Seat
from api.doors.errors import plain
from api.doors.languages import language_of, words
from api.doors.pages import HEADERS, templates
from api.doors.reporting import form_text
from api.mail.rounds import PATH, Rounds
from api.mail.sending import checked_address
from api.plan.errors import Refused
from api.wiring import House
from graph.errors import InvalidValue

_GONE = 410
#: What is here is for who has the mail: no cache keeps it, no search finds it, no other page hears its address.
_KEPT = {**HEADERS, "X-Robots-Tag": "noindex, nofollow"}


def routes(house: House, callers: Callers, rounds: Rounds | None) -> list[BaseRoute]:
    """Nothing leads here where no server is named."""
    if rounds is None:
        return []

    async def shown(request: Request) -> Response:
        return await run_in_threadpool(_page, request, house, rounds, "")

    async def said(request: Request) -> Response:
        # No form of ours alone: mail programs stop mails by themselves (RFC 8058). The address is the proof.
        try:
            callers.attempted(request)
            sent = await form_text(request, "do")
        except Refused as error:
            return plain(error)
        return await run_in_threadpool(_page, request, house, rounds, "confirm" if sent == "confirm" else "stop")

    path = f"{PATH}{{token}}"
    return [Route(path, shown), Route(path, said, methods=["POST"])]


def _page(request: Request, house: House, rounds: Rounds, do: str) -> Response:
    wish = rounds.people.by_token(str(request.path_params["token"]))
    lang = wish.lang if wish else language_of(request, house.settings.locale)
    told, state = words(lang), "over"
    if wish is not None:
        state = "confirmed" if wish.confirmed else "asked"
        if do == "confirm":
            rounds.people.confirm(wish)
            state = "confirmed"
        elif do == "stop":
            rounds.people.stop(wish.id)
            state = "stopped"
    view = {"words": told, "lang": lang, "state": state, "sentence": told["mail"]["page"][state]}
    status = _GONE if wish is None else 200
    return HTMLResponse(templates.get_template("mail.html").render(view), status, {**_KEPT, "Content-Language": lang})


def view(seat: Seat, rounds: Rounds | None) -> dict[str, Any] | None:
    """What `/mine` says of mail; None where there is none, or for who is nobody."""
    if rounds is None or seat.known.is_here:
        return None
    wish = rounds.people.seen(seat.writer.name, seat.known.role)
    hook = rounds.people.hooks.named(wish.id) if wish else None
    if wish is None or hook is None:
        return {"address": seat.known.email, "state": ""}
    return {"address": wish.address, "state": "stopped" if hook.stopped else "on" if wish.confirmed else "asked"}


def wanted(seat: Seat, rounds: Rounds | None, of: str, sent: Mapping[str, str]) -> str:
    """Take down what somebody wants, or that they want nothing any more; why it is refused, else nothing."""
    if rounds is None or seat.known.is_here:
        return ""
    people, person = rounds.people, seat.writer.name
    if sent.get("do") == "NO_MAIL":
        wish = people.of(person)
        if wish is not None:
            people.stop(wish.id)
        return ""
    try:
        address = checked_address(sent.get("address", ""))
    except InvalidValue:
        return str(seat.told["mail"]["no_address"])
    verified = bool(seat.known.email) and address.lower() == seat.known.email.lower()
    hook = people.want(person, seat.known.role, address, seat.lang, of, confirmed=verified)
    wish = people.of(person)
    if wish is not None and not wish.confirmed and not rounds.confirm(wish, hook):
        return str(seat.told["mail"]["not_sent"])
    return ""
