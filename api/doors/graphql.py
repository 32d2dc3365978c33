"""The GraphQL endpoint, by the specification of GraphQL over HTTP."""

import asyncio
import math
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from logging import getLogger
from time import time_ns
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.doors.caching import compressed, kept
from api.doors.callers import Callers, Known
from api.doors.crossing import allowed, preflight
from api.doors.errors import INTERNAL, headers_of, status_of
from api.doors.events import event_response
from api.doors.headers import KnownRequest
from api.doors.negotiation import Media, locale_of, media_of, streams
from api.doors.observing import Observation, observation_of
from api.doors.requests import read_request
from api.doors.sockets import Sockets
from api.doors.streams import Streams
from api.doors.trusted import Trusted
from api.doors.viewers import perspective_of, writer_of
from api.past import NoSearch, Pasts
from api.plan import Caller, Executor, Limits, Outcome, Request
from api.plan.errors import Code, Refused, refused
from api.roles import Role
from api.schema import build_contract
from api.wiring import House
from graph.asking import Surroundings
from graph.errors import InvalidValue, StoreUnavailable
from graph.model.kinds import locale
from graph.model.moves import Policy

log = getLogger("duta.graphql")

PATH = "/graphql"
AS_OF = "duta-as-of"
_THREADS = 8
_LONGEST_NAME = 100
_ALLOWED = "GET, POST"
_VARY = "Accept, Accept-Encoding, Accept-Language, Duta-Perspective, Duta-As-Of, Authorization, Origin"


def executor_of(house: House) -> Executor:
    """What answers the operations of an installation."""
    settings = house.settings
    review = Policy(settings.four_eyes, timedelta(hours=settings.quiet_hours), settings.reasons)
    surroundings = Surroundings(settings.country, settings.public_url, review)
    limits = Limits(**dict(settings.limits))
    contract, store = build_contract(house.store.model), house.store
    return Executor(contract, store, house, limits, surroundings, Pasts(store))


def door_of(house: House, executor: Executor, callers: Callers) -> "GraphQLDoor":
    """The endpoint of an installation."""
    settings = house.settings
    trusted = Trusted(settings.documents, only=settings.trusted_only, cache_seconds=settings.cache_seconds)
    return GraphQLDoor(executor, callers.known, trusted)


class GraphQLDoor:
    """An ASGI application that answers GraphQL. `known` says who calls."""

    def __init__(
        self,
        executor: Executor,
        known: Callable[[HTTPConnection], Awaitable[Known]],
        trusted: Trusted | None = None,
    ) -> None:
        self.pasts = executor.pasts or Pasts(executor.store)
        self.executor, self.known, self.trusted = executor, known, trusted or Trusted()
        self.streams = Streams(executor, known, _caller)
        self.sockets = Sockets(self.streams, self.trusted)
        # Half the price of a hop by anyio, on the path that every question takes.
        self._threads = ThreadPoolExecutor(_THREADS, "graphql")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = KnownRequest(scope, receive)
        try:
            response = await self._respond(http)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _respond(self, http: HttpRequest) -> Response:
        seen = observation_of(http.scope)
        seen.door = PATH
        if _wants_page(http):
            return RedirectResponse("/explorer", 303)
        asked = preflight(http)
        if asked is not None:
            return asked
        known: Known | None = None
        media = media_of(http.headers.get("accept"))
        answer = partial(_answer, media or Media.JSON, seen, self.executor.limits)
        try:
            accepts_events = streams(http.headers.get("accept"))
            if media is None and not accepts_events:
                raise refused(
                    Code.NOT_ACCEPTABLE, f"Nothing in Accept will do. Accept {Media.RESPONSE} or {Media.JSON}."
                )
            known = await self.known(http)
            seen.role, seen.caller = known.role, known.name or None
            sent = await read_request(http, self.executor.limits, self.trusted)
            seen.document = sent.document
            caller = _caller(http, known)
            self.trusted.admit(known.role, registered=sent.registered)
            counted = _is_dry_run(http.headers.get("duta-dry-run"))
            as_of = _as_of(http.headers.get(AS_OF), known)
            if accepts_events and not counted and as_of is None:
                told = await self._told_by_events(sent.request, http, caller, alone=media is None)
                if told is not None:
                    return _crossing(told, known, http)
            if media is None:
                raise refused(
                    Code.NOT_ACCEPTABLE, f"This is answered at once. Accept {Media.RESPONSE} or {Media.JSON}."
                )
        except Refused as error:
            response = answer(Outcome(None, error.errors, error.code))
        else:
            keep = None
            if http.method == "GET" and sent.registered and not counted and as_of is None:
                public, seconds = known.role is Role.PUBLIC, self.trusted.cache_seconds
                keep = partial(kept, given=http.headers, public=public, seconds=seconds)
            execute = partial(self._execute, sent.request, caller, seen, answer, keep, counted=counted, as_of=as_of)
            squeezed = "gzip" in http.headers.get("accept-encoding", "")
            work = partial(_compressed, execute) if squeezed else execute
            loop, context = asyncio.get_running_loop(), copy_context()
            response = await loop.run_in_executor(self._threads, context.run, work)
        return _crossing(response, known, http)

    async def _told_by_events(
        self, request: Request, http: HttpRequest, caller: Caller, *, alone: bool
    ) -> Response | None:
        """The answer as server-sent events: of a subscription, and of what accepts nothing else; None otherwise.

        Some clients name events in every Accept, beside JSON; what is asked decides, not the order of kinds.
        """
        try:
            follows = await self.streams.is_stream(request)
        except Refused:
            if not alone:
                return None
            follows = False
        if follows:
            return event_response(_written(self.streams.followed(request, http)))
        return event_response(_written(_one(self.streams.executed(request, caller)))) if alone else None

    def _execute(
        self,
        request: Request,
        caller: Caller,
        seen: Observation,
        answer: Callable[[Outcome], Response],
        keep: Callable[[Response], Response] | None,
        *,
        counted: bool,
        as_of: str | None,
    ) -> Response:
        """Execute and write the answer, in one worker thread."""
        seen.began = time_ns()
        try:
            outcome = (
                self.executor.execute(request, caller, counted=counted)
                if as_of is None
                else self._as_of(as_of, request, caller, counted=counted)
            )
            if keep:
                # What a cache keeps is the same for whoever asks next.
                outcome.left = None
            response = answer(outcome)
            return keep(response) if keep and outcome.executed and not outcome.errors else response
        except Exception:
            # The answer bears the same id as this line.
            refusal = refused(Code.INTERNAL, INTERNAL)
            response = answer(Outcome(None, refusal.errors, refusal.code))
            # What was asked may hold a person's words, so only its digest is told.
            log.exception("%s failed", seen.id, extra={"fields": {"document": seen.document}})
            return response

    def _as_of(self, told: str, request: Request, caller: Caller, *, counted: bool) -> Outcome:
        """Execute a query on the graph as it was, at the clock of then."""
        try:
            moment = self.pasts.moment(told)
        except InvalidValue as error:
            refusal = refused(Code.BAD_REQUEST, f"{AS_OF.title()}: {error}")
            return Outcome(None, refusal.errors, refusal.code)
        try:
            executor = self.executor.over(self.pasts.at(moment.seq), NoSearch())
        except StoreUnavailable:
            refusal = refused(Code.STORE_UNAVAILABLE, "The store does not answer. Try again in a moment.")
            return Outcome(None, refusal.errors, refusal.code)
        then = replace(caller, viewer=replace(caller.viewer, now=moment.now), writer=None)
        return executor.execute(replace(request, only_queries=True), then, counted=counted)


def _compressed(execute: Callable[[], Response]) -> Response:
    """Compress where the answer is made, so that others are not held up by it."""
    return compressed(execute())


def _crossing(response: Response, known: Known | None, http: HttpRequest) -> Response:
    if crossing := allowed(known, http):
        response.headers.update(crossing)
    return response


async def _one(outcome: Awaitable[Outcome]) -> AsyncGenerator[Outcome]:
    yield await outcome


async def _written(outcomes: AsyncGenerator[Outcome]) -> AsyncGenerator[bytes]:
    """Each outcome as the body of an answer; a refusal is the last."""
    try:
        async for outcome in outcomes:
            yield orjson.dumps(_told(outcome))
    except Refused as error:
        yield orjson.dumps(_told(Outcome(None, error.errors, error.code)))
    except Exception:
        log.exception("A subscription failed")
        refusal = refused(Code.INTERNAL, INTERNAL)
        yield orjson.dumps(_told(Outcome(None, refusal.errors, refusal.code)))
    finally:
        await outcomes.aclose()


def _told(outcome: Outcome) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if outcome.errors:
        body["errors"] = [error.formatted for error in outcome.errors]
    if outcome.executed:
        body["data"] = outcome.completed if outcome.written is None else orjson.Fragment(outcome.written)
    return body


def _as_of(header: str | None, known: Known) -> str | None:
    """The moment of the past that is asked for. Replaying the log is work, so strangers may not ask for it."""
    if header is not None and known.role is Role.PUBLIC:
        raise refused(Code.FORBIDDEN, f"The past is shown to who has a key. Leave out {AS_OF.title()}.")
    return None if header is None else header.strip()


def _caller(http: HTTPConnection, known: Known) -> Caller:
    viewer = known.viewer(perspective_of(http.headers.get("duta-perspective")))
    return Caller(viewer, _locale(http), known.purse, writer_of(known.role, known.name, known.territories))


def _locale(http: HTTPConnection) -> str | None:
    """The language of the address, which caches tell apart; else of the header, whose malformed parts are left out."""
    asked = http.query_params.get("locale") if http.scope["query_string"] else None
    if asked is None:
        return locale_of(http.headers.get("accept-language"))
    try:
        return locale(asked)
    except InvalidValue as error:
        raise refused(Code.BAD_REQUEST, f"locale: {error}") from None


def _is_dry_run(header: str | None) -> bool:
    match (header or "0").strip().lower():
        case "1" | "true":
            return True
        case "0" | "false":
            return False
        case _:
            raise refused(Code.BAD_REQUEST, "Duta-Dry-Run is neither 1 nor 0.")


def _wants_page(http: HttpRequest) -> bool:
    """Whether a person has come by with a browser."""
    if http.method != "GET" or "text/html" not in http.headers.get("accept", ""):
        return False
    return not {"query", "documentId", "extensions"} & http.query_params.keys()


def _answer(media: Media, seen: Observation, limits: Limits, outcome: Outcome) -> Response:
    seen.operation = outcome.name[:_LONGEST_NAME] if outcome.name else None
    seen.code, seen.objects, seen.statements, seen.times = (
        outcome.code, outcome.objects, outcome.statements, outcome.times,
    )  # fmt: skip
    headers = {"X-Request-Id": seen.id, "Vary": _VARY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if outcome.times:
        headers["Server-Timing"] = ", ".join(f"{step};dur={spent * 1000:.2f}" for step, spent in outcome.times.items())
    headers |= headers_of(outcome.code, outcome.errors)
    status = status_of(outcome.code, media, seen.method)
    if status == 405:  # noqa: PLR2004 - the status that needs the header
        headers["Allow"] = _ALLOWED
    return Response(_body(outcome, seen, limits), status, headers, f"{media}; charset=utf-8")


def _body(outcome: Outcome, seen: Observation, limits: Limits) -> bytes:
    """The answer as JSON; what a statement has written is put into it as it is."""
    extensions = {} if outcome.objects is None else {"cost": _cost(outcome, limits)}
    if outcome.written is not None:
        return b'{"data":%b,"extensions":%b}' % (outcome.written, orjson.dumps(extensions))
    body: dict[str, Any] = {}
    if outcome.errors:
        body["errors"] = [_error(error, seen.id) for error in outcome.formatted_errors()]
    if outcome.executed:
        body["data"] = outcome.data
    if extensions:
        body["extensions"] = extensions
    return orjson.dumps(body)


def _cost(outcome: Outcome, limits: Limits) -> dict[str, Any]:
    """What was asked for, what one operation may, and what is left of the budget where there is one."""
    cost: dict[str, Any] = {"objects": outcome.objects, "limit": limits.objects}
    if outcome.left is not None:
        full = datetime.now(UTC) + timedelta(seconds=math.ceil(outcome.left.full_in))
        cost["budget"] = {
            "perMinute": outcome.left.per_minute,
            "remaining": outcome.left.objects,
            "resetAt": full.isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
    return cost


def _error(error: Any, request_id: str) -> dict[str, Any]:
    """An error as it is sent; one of ours carries the id by which it stands in the log."""
    extensions = error.get("extensions", {})
    if extensions.get("code") == Code.INTERNAL:
        return {**error, "extensions": {**extensions, "requestId": request_id}}
    return dict(error)
