"""`/mine`: what one has at hand: drafts, what came back with notes, requests to answer, what ends soon."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from secrets import token_urlsafe
from typing import Any

from babel.dates import format_date
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.cards.words import worded
from api.desk.mine import ANSWERS, Mine, answer, ask_fix, ask_for, mine
from api.doors import mail
from api.doors.callers import Callers
from api.doors.countries import Countries
from api.doors.desk import Seat, at, called, edit_path, go, moment, number, seat_of
from api.doors.errors import plain
from api.doors.forms import own_form
from api.doors.telling import told as in_words
from api.labels import Label
from api.mail.rounds import Rounds
from api.plan import Executor
from api.plan.errors import Code, Refused
from api.wiring import House
from graph.model.enums import UsePurpose
from graph.review.maintenance import MaintenanceKind
from graph.story.wording import language_name

PATH = "/mine"
_BAD, _LONGEST = 422, 300
_MAIL = ("MAIL", "NO_MAIL")
_ASK, _FIX, _YEAR = "ASK", "FIX", timedelta(days=365)
#: What is told after something was done, by the number in the address.
_TOLD = {"1": "told", "2": "asked_for", "3": "asked_already"}


def routes(house: House, executor: Executor, callers: Callers, rounds: Rounds | None) -> list[BaseRoute]:
    async def answered(request: Request) -> Response:
        try:
            sent = await own_form(request) if request.method == "POST" else None
            seat = await seat_of(request, house, executor, callers)
            return (
                seat if isinstance(seat, Response) else await run_in_threadpool(_answered, request, seat, sent, rounds)
            )
        except Refused as error:
            return plain(error)

    return [Route(PATH, answered, methods=["GET", "HEAD", "POST"])]


def _answered(request: Request, seat: Seat, sent: Mapping[str, str] | None, rounds: Rounds | None) -> Response:
    of = request.query_params.get("of", "")[:_LONGEST]
    if sent is None:
        return _page(seat, rounds, of, told=request.query_params.get("told", ""))
    rev, do = number(sent.get("rev", "")), sent.get("do", "")
    if do in (_ASK, _FIX):
        return (_asked if do == _ASK else _fix_asked)(seat, rounds, of, sent)
    if do in _MAIL:
        problem = mail.wanted(seat, rounds, of, sent)
        return _page(seat, rounds, of, problems=[problem], status=_BAD) if problem else go(PATH, seat.lang, of=of)
    if do not in ANSWERS or rev is None:
        return go(PATH, seat.lang, of=of)
    saved = answer(seat.executor, seat.caller, sent.get("id", ""), rev, do, sent.get("reason", ""))
    if saved.errors:
        return _page(seat, rounds, of, problems=[told for _, _, told in saved.errors], status=_BAD)
    return go(PATH, seat.lang, of=of, told="1")


def _asked(seat: Seat, rounds: Rounds | None, of: str, sent: Mapping[str, str]) -> Response:
    """Ask those who can allow a use for it."""
    use = {
        "territories": [one.upper() for one in sent.get("place", "").replace(",", " ").split()],
        "purposes": [sent["purpose"]] if sent.get("purpose") in set(UsePurpose) else [],
        "ends": sent.get("until") or None,
    }
    try:
        saved = ask_for(seat.executor, seat.caller, sent.get("id", ""), use, sent.get("key", ""))
        problems = [told for _, _, told in saved.errors]
    except Refused as error:
        if error.code not in (Code.BAD_ARGUMENT, Code.BAD_VARIABLES):
            raise
        problems = [str(error)]
    if problems:
        return _page(seat, rounds, of, problems=problems, status=_BAD)
    return go(PATH, seat.lang, of=of, told="2")


def _fix_asked(seat: Seat, rounds: Rounds | None, of: str, sent: Mapping[str, str]) -> Response:
    """Ask for a repair that the page of a card names."""
    try:
        opened, problems = ask_fix(
            seat.executor, seat.caller, sent.get("fix", ""), sent.get("due", ""), sent.get("key", "")
        )
    except Refused as error:
        if error.code not in (Code.BAD_ARGUMENT, Code.BAD_VARIABLES):
            raise
        opened, problems = 0, [str(error)]
    if problems:
        return _page(seat, rounds, of, problems=problems, status=_BAD)
    return go(PATH, seat.lang, of=of, told="2" if opened else "3")


def _page(
    seat: Seat, rounds: Rounds | None, of: str, *, told: str = "", problems: Sequence[str] = (), status: int = 200
) -> Response:
    try:
        found = mine(seat.executor, seat.caller, seat.writer, of)
    except Refused as error:
        if not of or error.code is not Code.BAD_ARGUMENT:
            raise
        return go(PATH, seat.lang)
    shown = view(seat, found, of, told=told, problems=problems) | {"mail": mail.view(seat, rounds)}
    return seat.page("mine.html", shown, PATH, status)


def view(seat: Seat, found: Mine, of: str, *, told: str = "", problems: Sequence[str] = ()) -> dict[str, Any]:
    """The variables of the template."""
    named = seat.picker.named([one["id"] for one in _things(found)])
    return {
        "title": seat.told["desk"]["mine"],
        "told": seat.told["mine"][_TOLD[told]] if told in _TOLD else "",
        "problems": [in_words(one, seat.lang) for one in problems],
        "action": at(PATH, seat.lang, of=of),
        "of": of,
        "keepers": [{"id": one["id"], "label": called(one, named), "chosen": one["id"] == of} for one in found.keepers],
        "back": [
            {**_thing(seat, one, named), "notes": [_note(seat, each) for each in found.back[one["id"]]]}
            for one in found.drafts
            if one["id"] in found.back
        ],
        "drafts": [
            {**_thing(seat, one, named), "state": worded(one["state"], seat.lang), "at": moment(one["at"], seat.lang)}
            for one in found.drafts
            if one["id"] not in found.back
        ],
        "more": at("/find", seat.lang, drafts="true") if found.more else "",
        "proposals": [
            {
                **_thing(seat, one["entity"], named),
                "at": moment(one["at"], seat.lang),
                "reason": one["reason"] or "",
                "stale": one["stale"],
                "notes": [_note(seat, each) for each in one["notes"]],
            }
            for one in found.proposals
        ],
        "requests": [_request(seat, one, named) for one in found.requests],
        "ends": [_end(seat, one, named) for one in found.ends],
        "purposes": [{"value": one, "text": seat.told["purposes"][one.lower()]} for one in map(str, UsePurpose)],
        "places": _places(seat) if any(one["kind"] == MaintenanceKind.RIGHTS_END for one in found.ends) else [],
    }


def _things(found: Mine) -> Iterator[Mapping[str, Any]]:
    """Whatever the page names."""
    yield from (*found.drafts, *found.keepers)
    yield from (one["entity"] for one in (*found.proposals, *found.ends))
    for one in found.requests:
        yield from (*([one["addressee"]] if one["addressee"] else ()), *one["about"]["nodes"])


def _thing(seat: Seat, one: Mapping[str, Any], named: Mapping[str, Label]) -> dict[str, Any]:
    return {
        "label": called(one, named),
        "url": at(edit_path(one["id"]), seat.lang),
        "type": seat.told["one"][one["type"]],
        "language": language_name(one["locale"], seat.lang) if one.get("locale") else "",
    }


def _end(seat: Seat, one: Mapping[str, Any], named: Mapping[str, Label]) -> dict[str, Any]:
    """What ends soon; where rights do, with what a request for more of them begins with."""
    asks = one["kind"] == MaintenanceKind.RIGHTS_END
    until = date.fromisoformat(one["due"]) + _YEAR if asks else None
    return {
        **_thing(seat, one["entity"], named),
        "reason": one["reason"],
        "to_do": one["toDo"],
        "id": one["entity"]["id"] if asks else "",
        "until": until.isoformat() if until else "",
        "key": token_urlsafe(16) if asks else "",
    }


def _places(seat: Seat) -> list[dict[str, str]]:
    """The countries that a use may be in."""
    found = Countries(seat.house.store, seat.executor).of(seat.caller)
    return [{"value": code, "text": name} for code, name in found]


def _request(seat: Seat, one: Mapping[str, Any], named: Mapping[str, Label]) -> dict[str, Any]:
    day = format_date(date.fromisoformat(one["due"]), "long", locale=seat.lang) if one["due"] else ""
    return {
        "id": one["id"],
        "rev": one["rev"],
        "name": one["name"] or one["id"],
        "url": at(edit_path(one["id"]), seat.lang),
        "due": day,
        "text": one["template"] or "",
        "of": called(one["addressee"], named) if one["addressee"] else "",
        "about": [
            {"label": called(each, named), "url": at(edit_path(each["id"]), seat.lang)}
            for each in one["about"]["nodes"]
        ],
        "answerable": one["state"] in ("DRAFT", "IN_REVIEW") or seat.writer.administers,
    }


def _note(seat: Seat, one: Mapping[str, Any]) -> dict[str, str]:
    return {"note": one["note"], "at": moment(one["at"], seat.lang)}
