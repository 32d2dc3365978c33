"""`/review`: what waits for a decision, with differences, and the decisions of editors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel.numbers import format_decimal
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.cards.words import worded
from api.desk.deciding import DECISIONS, Deciding, Decision, Waits
from api.desk.differences import pieces
from api.doors.callers import Callers
from api.doors.desk import Seat, at, called, edit_path, go, moment, nothing, number, seat_of
from api.doors.edit_view import ids_of, told_of
from api.doors.errors import plain
from api.doors.forms import own_fields
from api.doors.telling import told as in_words
from api.labels import Label
from api.plan import Executor
from api.plan.errors import Refused
from api.wiring import House
from graph.story.wording import language_name

PATH = "/review"
_LONGEST, _MOST, _BAD, _LOCALE = 200_000, 20, 422, 35


def routes(house: House, executor: Executor, callers: Callers) -> list[BaseRoute]:
    async def answered(request: Request) -> Response:
        try:
            sent = await own_fields(request, _LONGEST, _MOST) if request.method == "POST" else None
            seat = await seat_of(request, house, executor, callers)
            if isinstance(seat, Response):
                return seat
            if not seat.writer.publishes:
                return nothing(seat.lang)
            return await run_in_threadpool(_answered, request, seat, sent)
        except Refused as error:
            return plain(error)

    return [Route(PATH, answered, methods=["GET", "HEAD", "POST"])]


def _answered(request: Request, seat: Seat, sent: Mapping[str, Sequence[str]] | None) -> Response:
    deciding = Deciding(seat.executor, seat.caller, seat.writer)
    locale = request.query_params.get("locale", "")[:_LOCALE]
    if sent is None:
        did = request.query_params.get("did", "")
        return seat.page("decide.html", view(seat, deciding, locale, did=did if did in DECISIONS else ""), PATH)
    given = {name: values[-1].strip() for name, values in sent.items()}
    if given.get("do") not in DECISIONS:
        return go(PATH, seat.lang, locale=locale)
    decision = Decision(given["do"], given.get("id", ""), number(given.get("rev", "")) or 0, given.get("note", ""))
    decided = deciding.decide(decision)
    if not decided.problems:
        return go(PATH, seat.lang, locale=locale, did=decision.do)
    page = view(seat, deciding, locale, refused=decision, problems=decided.problems)
    return seat.page("decide.html", page, PATH, _BAD)


def view(
    seat: Seat,
    deciding: Deciding,
    locale: str,
    *,
    did: str = "",
    refused: Decision | None = None,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    """The variables of the template."""
    queue = deciding.queue(locale)
    shown = queue.waits
    inside = {id for one in shown for part in one.parts for id in ids_of(part)}
    named = seat.picker.named(sorted(inside | {one.row["entity"]["id"] for one in shown}))
    person = seat.people(name for one in shown for name in _people(one))
    told = seat.told["decide"]
    return {
        "title": told["title"],
        "waits": [_waits(seat, one, named, person, refused, problems) for one in shown],
        "did": told["did"][did] if did else "",
        # What was decided on meanwhile is no longer in the queue, and its problem is still to be read.
        "problems": [in_words(one, seat.lang) for one in problems]
        if refused and all(refused.id != _target(one) for one in shown)
        else (),
        "locales": [
            {"name": language_name(one, seat.lang), "url": at(PATH, seat.lang, locale=one), "chosen": one == locale}
            for one in queue.locales
        ],
        "more": told["more"].format(count=format_decimal(queue.more, locale=seat.lang)) if queue.more else "",
        "every": at(PATH, seat.lang) if locale else "",
        "action": at(PATH, seat.lang, locale=locale),
    }


def _people(one: Waits) -> Sequence[str]:
    return [*one.standing["authors"], one.standing.get("approvedBy") or ""]


def _target(one: Waits) -> str:
    return str(one.row["proposal"] or one.row["entity"]["id"])


def _waits(
    seat: Seat,
    one: Waits,
    named: Mapping[str, Label],
    person: Callable[[str], str],
    refused: Decision | None,
    problems: Sequence[str],
) -> dict[str, Any]:
    entity, row, standing = one.row["entity"], one.row, one.standing
    mine = refused is not None and refused.id == _target(one)
    source = entity.get("translates")
    return {
        "id": _target(one),
        "label": called(entity, named),
        "url": at(edit_path(entity["id"]), seat.lang),
        "type": seat.told["one"][entity["type"]],
        "language": language_name(entity["locale"], seat.lang) if entity.get("locale") else "",
        "source": {"label": source["label"], "url": at(edit_path(source["id"]), seat.lang)} if source else None,
        "step": seat.told["decide"]["steps"][str(row["step"]).lower()],
        "since": moment(row["since"], seat.lang),
        "reason": standing.get("reason") or "",
        "to_do": row["toDo"],
        "authors": ", ".join(map(person, standing["authors"])),
        "own": one.own,
        "approved": person(standing.get("approvedBy") or ""),
        "stale": bool(standing.get("stale")),
        "rev": entity["rev"] if not row["proposal"] or standing.get("stale") else 0,
        "parts": [_part(seat, part, named) for part in one.parts],
        "missing": [in_words(each["message"], seat.lang) for each in standing.get("missing", ())],
        "notes": [{"note": each["note"], "at": moment(each["at"], seat.lang)} for each in standing["notes"]],
        "decisions": one.decisions,
        "problems": [in_words(each, seat.lang) for each in problems] if mine else (),
        "note": refused.note if mine and refused else "",
    }


def _part(seat: Seat, part: Mapping[str, Any], named: Mapping[str, Label]) -> dict[str, Any]:
    before, after = told_of(part, named, seat.lang)
    return {
        "name": worded(part["path"], seat.lang),
        "pieces": pieces(before, after),
        "now": told_of({"before": part.get("now"), "after": None}, named, seat.lang)[0] if part.get("collides") else "",
    }
