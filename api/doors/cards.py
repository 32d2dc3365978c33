"""Question cards: each has an address, a form, an answer to look at and to take away. They work without script."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from babel.dates import format_date, get_day_names
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.cards.blocks import blocks, plain_text
from api.cards.calling import in_language
from api.cards.card import Card, card_of, shipped
from api.cards.choosing import Reader
from api.cards.export import is_calendar, to_calendar, to_csv
from api.cards.form import Filled, fill
from api.cards.reading import in_words
from api.cards.watching import Noted, Watch, Watches, news, noted
from api.cards.words import moment, worded
from api.doors import links
from api.doors.callers import Callers, Known
from api.doors.card_document import document_of
from api.doors.desk import writes
from api.doors.errors import plain
from api.doors.forms import own_form
from api.doors.languages import language_of, switch, words
from api.doors.pages import HEADERS, account, templates
from api.doors.telling import told as refusal_in_words
from api.doors.trusted import Trusted
from api.doors.viewers import Perspective
from api.labels import labels
from api.plan import Caller, Executor, Outcome
from api.plan import Request as Asked
from api.plan.errors import Refused
from api.wiring import House
from graph.asking import Asking
from graph.model import Model
from graph.sentence import parts_of

_NOT_FOUND = 404
#: What a form counts for in a budget: the things that its fields offer.
_OBJECTS = 100
_OWN = ("lang", "format")
#: The question itself, as a file that is registered for partners.
_DOCUMENT = "graphql"
#: A place of a question, of which the last part is often a variable too.
_PLACE = re.compile(r"(?:[\w\[\]]+\.)*(\w+)(?:\[\d+\])?:")
_REFUSED, _FORBIDDEN, _SEE_OTHER = 400, 403, 303


def routes(house: House, executor: Executor, callers: Callers, trusted: Trusted) -> list[BaseRoute]:
    """The list of all cards, and each at its slug."""

    async def page(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        try:
            known = await callers.reader(request)
            known.spend(_OBJECTS)
        except Refused as error:
            return plain(error)
        return await run_in_threadpool(_Door(house, executor, known, trusted, lang).answer, request)

    async def watched(request: Request) -> Response:
        try:
            given = await own_form(request)
            known = await callers.reader(request)
        except Refused as error:
            return plain(error)
        door = _Door(house, executor, known, trusted, language_of(request, house.settings.locale))
        return await run_in_threadpool(door.watched, request, given.get("do", ""))

    return [Route("/q/{slug}", page), Route("/q/{slug}", watched, methods=["POST"])]


class _Door:
    """One reader's way to a card."""

    def __init__(self, house: House, executor: Executor, known: Known, trusted: Trusted, lang: str) -> None:
        self.house, self.executor, self.known, self.trusted, self.lang = house, executor, known, trusted, lang
        self.viewer = known.viewer(Perspective.PUBLISHED)
        self.watches = Watches(house.store)

    def answer(self, request: Request) -> Response:
        card = card_of(self.house.store, self.viewer, request.path_params["slug"])
        if card is None:
            return PlainTextResponse(
                "There is no card with this name, or you may not see it. Begin at /.\n", _NOT_FOUND
            )
        given = {name: request.query_params.getlist(name) for name in request.query_params}
        told = words(self.lang)
        if request.query_params.get("format") == _DOCUMENT:
            headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{card.slug}.graphql"'}
            return Response(card.query, 200, headers, "application/graphql; charset=utf-8")
        reader = Reader(self.house.store, self.viewer, self.house, self.lang, told)
        filled = fill(self.executor.contract, card, given, reader)
        outcome = self._ask(card, filled, self.lang) if filled.sound else None
        taken = _FORMATS.get(request.query_params.get("format", ""))
        if taken is not None:
            return self._taken(card, filled, outcome, taken)
        page = templates.get_template("card.html").render(self._view(card, given, filled, outcome))
        return HTMLResponse(page, headers={**HEADERS, "Content-Language": self.lang})

    def watched(self, request: Request, what: str) -> Response:
        """Begin to watch a card, say that its news were seen, or watch it no longer; then back to it."""
        card = card_of(self.house.store, self.viewer, request.path_params["slug"])
        if card is None or not self.known.name:
            return PlainTextResponse("Sign in to watch a card that you see. Begin at /.\n", _FORBIDDEN)
        given = {name: request.query_params.getlist(name) for name in request.query_params}
        query = _kept(given)
        if what == "stop":
            self.watches.forget(self.known.name, card.slug, query)
        else:
            reader = Reader(self.house.store, self.viewer, self.house, self.lang, words(self.lang))
            filled = fill(self.executor.contract, card, given, reader)
            outcome = self._ask(card, filled, self.lang) if filled.sound else None
            if outcome is None or outcome.errors:
                return PlainTextResponse("A value of the form is refused.\n", _REFUSED)
            self.watches.look(self.known.name, card.slug, query, self._noted(outcome.data, self.lang), self.lang)
        return RedirectResponse(_url(card, given, lang=self.lang), _SEE_OTHER, HEADERS)

    def _watch(self, card: Card, given: Mapping[str, list[str]], filled: Filled, data: Any) -> dict[str, Any] | None:
        """What is new to whoever watches this card; None for those who are nobody."""
        if not self.known.name or data is None:
            return None
        watch = self.watches.of(self.known.name, card.slug, _kept(given))
        view: dict[str, Any] = {"on": watch is not None, "news": (), "action": _url(card, given, lang=self.lang)}
        if watch is not None:
            asking = Asking(self.house.store, self.viewer, self.lang)
            shown = self._noted(data, self.lang)
            found = news(watch, self._as_then(watch, card, filled, shown), asking)
            found = tuple(replace(one, title=shown[one.key].title) if one.key in shown else one for one in found)
            named = labels(self.house.store, self.viewer, (each.id for one in found for each in one.why), self.lang)
            names = {id: one.text for id, one in named.items()}
            before = [one.title for one in watch.seen.values()]
            view |= {"at": moment(watch.at, self.lang), "news": found, "names": names, "seen": before}
        return view

    def _as_then(self, watch: Watch, card: Card, filled: Filled, shown: Mapping[str, Noted]) -> Mapping[str, Noted]:
        """The answer in the language that it was watched in: in another all sentences would be others."""
        if watch.lang in ("", self.lang):
            return shown
        data = self._ask(card, filled, watch.lang).data
        return shown if data is None else self._noted(data, watch.lang)

    def _noted(self, data: Any, lang: str) -> dict[str, Noted]:
        return noted(self._called(data, lang), lang)

    def _ask(self, card: Card, filled: Filled, lang: str) -> Outcome:
        caller = Caller(self.viewer, lang, self.known.purse)
        return self.executor.execute(Asked(card.query, None, filled.variables, only_queries=True), caller)

    def _called(self, data: Any, lang: str) -> Any:
        """An answer with things by their names in a language."""
        return in_language(data, self.house.store, self.viewer, lang)

    def _taken(self, card: Card, filled: Filled, outcome: Outcome | None, taken: "_Taken") -> Response:
        if outcome is None or outcome.errors or outcome.data is None:
            problems = self._problems(outcome, filled) if outcome else [one.problem for one in filled.inputs]
            return PlainTextResponse("\n".join([*filter(None, problems), ""]), _REFUSED, HEADERS)
        media, suffix, write = taken
        if suffix == "ics" and not is_calendar(outcome.data):
            return PlainTextResponse(f"{words(self.lang)['card']['no_days']}\n", _REFUSED, HEADERS)
        address = urlsplit(self.house.settings.url).netloc
        # JSON is what the API answers; all else is for people to read.
        data = outcome.data if suffix == "json" else self._called(outcome.data, self.lang)
        body = write(data, self.lang, card.title(self.lang), address)
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{card.slug}.{suffix}"'}
        return Response(body, 200, headers, media)

    def _kept(self, card: Card) -> str:
        """Whose a card of the graph is, as far as the reader sees that, and who else sees it."""
        if not card.marking:
            return ""
        told = words(self.lang)["card"]["kept"]
        keeper = (
            labels(self.house.store, self.viewer, [card.keeper], self.lang).get(card.keeper) if card.keeper else None
        )
        whose = told["by"].format(name=keeper.text) if keeper else told["nobody"]
        return f"{whose} · {told[card.marking.lower()]}"

    def _problems(self, outcome: Outcome, filled: Filled) -> list[str]:
        """Why it is not answered, in the reader's language; a place of the question by what its field is called."""
        return [self._problem(error.message, filled) for error in outcome.errors]

    def _problem(self, message: str, filled: Filled) -> str:
        first, *rest = parts_of(message)
        place = _PLACE.fullmatch(first) if isinstance(first, str) and rest else None
        if place is None:
            return refusal_in_words(message, self.lang).text
        label = next((one.label for one in filled.inputs if one.name == place[1]), "")
        told = refusal_in_words(rest, self.lang).text
        return f"{label}: {told}" if label else told

    def _view(self, card: Card, given: Mapping[str, Any], filled: Filled, outcome: Outcome | None) -> dict[str, Any]:
        told = words(self.lang)
        data = outcome.data if outcome and not outcome.errors else None
        url = partial(_url, card, given)
        return {
            "words": told,
            "lang": self.lang,
            "languages": switch(self.lang, lambda one: url(lang=one)),
            "notice": told["notice"] if self.known.is_here else "",
            "account": account(self.known),
            "slug": card.slug,
            "title": card.title(self.lang),
            "kept": self._kept(card),
            "inputs": filled.inputs,
            "problems": self._problems(outcome, filled) if outcome else [],
            "blocks": blocks(in_words(self._called(data, self.lang), self.lang, told["one"]), self.lang)
            if data is not None
            else (),
            "watch": self._watch(card, given, filled, data),
            "weekdays": [get_day_names("abbreviated", locale=self.lang)[number] for number in range(7)],
            "month_name": partial(format_date, format="MMMM y", locale=self.lang),
            "day_name": partial(format_date, format="d MMM", locale=self.lang),
            "worded": partial(worded, lang=self.lang),
            "plain": partial(plain_text, lang=self.lang),
            "link": partial(_thing, self.house.store.model),
            "asks": partial(token_urlsafe, 16) if writes(self.known) else None,
            "today": self.viewer.today.isoformat(),
            "explorer": links.explorer(card.query, filled.variables),
            "exports": [
                {"name": name, "url": url(format=name, lang=self.lang)}
                for name in _FORMATS
                if name != "ics" or (data is not None and is_calendar(data))
            ],
            "document": document_of(card, filled.variables, self.trusted, self.house.settings.url),
            "document_file": url(format=_DOCUMENT),
            "cards": [{"title": one.title(self.lang), "url": f"/q/{one.slug}?lang={self.lang}"} for one in shipped()],
        }


def _kept(given: Mapping[str, list[str]]) -> str:
    """The values of a form, by which a watch is told from others of the same card."""
    return urlencode(sorted((name, value) for name, values in given.items() if name not in _OWN for value in values))


def _url(card: Card, given: Mapping[str, list[str]], **more: str) -> str:
    """The address of a card with its form as it is filled in."""
    kept = [(name, value) for name, values in given.items() if name not in (*_OWN, *more) for value in values]
    return f"/q/{card.slug}?{urlencode([*kept, *more.items()])}"


def _thing(model: Model, id: str) -> str:
    """Where a thing can be looked at; empty where it is of no type of the model."""
    entity = model.by_prefix.get(id.partition(":")[0])
    return links.explorer(links.entity_question(entity), {"id": id}) if entity else ""


_Taken = tuple[str, str, Callable[[Any, str, str, str], bytes]]
_FORMATS: dict[str, _Taken] = {
    "json": (
        "application/json",
        "json",
        lambda data, _lang, _title, _address: orjson.dumps(data, option=orjson.OPT_INDENT_2),
    ),
    "csv": ("text/csv; charset=utf-8", "csv", lambda data, lang, _title, _address: to_csv(data, lang)),
    "ics": (
        "text/calendar; charset=utf-8",
        "ics",
        lambda data, _lang, title, address: to_calendar(data, title, address, datetime.now(UTC)),
    ),
}
