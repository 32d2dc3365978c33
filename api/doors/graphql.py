"""The GraphQL endpoint, by the specification of GraphQL over HTTP."""

from collections.abc import Callable
from functools import partial
from logging import getLogger
from time import time_ns
from typing import Any

import anyio.to_thread
import orjson
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from api.doors.caching import kept
from api.doors.callers import Role, role_of
from api.doors.errors import INTERNAL, status_of
from api.doors.negotiation import Media, locale_of, media_of
from api.doors.observing import Observation, observation_of
from api.doors.requests import read_request
from api.doors.trusted import Trusted
from api.doors.viewers import perspective_of, viewer_of
from api.plan import Caller, Executor, Limits, Outcome, Request
from api.plan.errors import Code, Refused, refused
from api.schema import build_contract
from api.wiring import House

log = getLogger("duta.graphql")

PATH = "/graphql"
_THREADS = 8
_LONGEST_NAME = 100
_ALLOWED = "GET, POST"
_VARY = "Accept, Accept-Language, Duta-Perspective, Authorization"


def executor_of(house: House) -> Executor:
    """What answers the operations of an installation."""
    return Executor(build_contract(house.store.model), house.store, house, Limits(**dict(house.settings.limits)))


def routes(house: House, executor: Executor) -> list[BaseRoute]:
    """The endpoint of an installation."""
    settings = house.settings
    trusted = Trusted(settings.documents, only=settings.trusted_only, cache_seconds=settings.cache_seconds)
    return [Route(PATH, GraphQLDoor(executor, partial(role_of, demonstration=settings.is_demonstration), trusted))]


class GraphQLDoor:
    """An ASGI application that answers GraphQL. `role_of` says what a caller is."""

    def __init__(
        self, executor: Executor, role_of: Callable[[HTTPConnection], str], trusted: Trusted | None = None
    ) -> None:
        self.executor, self.role_of, self.trusted = executor, role_of, trusted or Trusted()
        self._threads = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = HttpRequest(scope, receive)
        try:
            response = await self._respond(http)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _respond(self, http: HttpRequest) -> Response:
        if _wants_page(http):
            return RedirectResponse("/explorer", 303)
        seen, media = observation_of(http.scope), media_of(http.headers.get("accept"))
        answer = partial(_answer, media or Media.JSON, seen, self.executor.limits)
        try:
            if media is None:
                raise refused(
                    Code.NOT_ACCEPTABLE, f"Nothing in Accept will do. Accept {Media.RESPONSE} or {Media.JSON}."
                )
            sent = await read_request(http, self.executor.limits, self.trusted)
            seen.document = sent.document
            caller = self._caller(http)
            self.trusted.admit(seen.role, registered=sent.registered)
            counted = http.headers.get("duta-dry-run") is not None
        except Refused as error:
            return answer(Outcome(None, error.errors, error.code))
        keep = None
        if http.method == "GET" and sent.registered and not counted:
            public, seconds = seen.role == Role.PUBLIC, self.trusted.cache_seconds
            keep = partial(kept, given=http.headers, public=public, seconds=seconds)
        execute = partial(self._execute, sent.request, caller, seen, answer, keep, counted=counted)
        return await anyio.to_thread.run_sync(execute, limiter=self._threads)

    def _execute(
        self,
        request: Request,
        caller: Caller,
        seen: Observation,
        answer: Callable[[Outcome], Response],
        keep: Callable[[Response], Response] | None,
        *,
        counted: bool,
    ) -> Response:
        """Execute and write the answer, in one worker thread."""
        seen.began = time_ns()
        try:
            outcome = self.executor.execute(request, caller, counted=counted)
            response = answer(outcome)
            return keep(response) if keep and outcome.executed and not outcome.errors else response
        except Exception:
            # The answer bears the same id as this line.
            refusal = refused(Code.INTERNAL, INTERNAL)
            response = answer(Outcome(None, refusal.errors, refusal.code))
            # What was asked may hold a person's words, so only its digest is told.
            log.exception("%s failed", seen.id, extra={"fields": {"document": seen.document}})
            return response

    def _caller(self, http: HttpRequest) -> Caller:
        perspective = perspective_of(http.headers.get("duta-perspective"))
        role = observation_of(http.scope).role = self.role_of(http)
        viewer = viewer_of(role, perspective)
        return Caller(viewer, locale_of(http.headers.get("accept-language")))


def _wants_page(http: HttpRequest) -> bool:
    """Whether a person has come by with a browser."""
    asked = {"query", "documentId", "extensions"} & http.query_params.keys()
    return http.method == "GET" and not asked and "text/html" in http.headers.get("accept", "")


def _answer(media: Media, seen: Observation, limits: Limits, outcome: Outcome) -> Response:
    seen.operation, seen.code, seen.objects = (
        (outcome.name or "")[:_LONGEST_NAME] or None,
        outcome.code,
        outcome.objects,
    )
    seen.statements, seen.times = outcome.statements, outcome.times
    body: dict[str, Any] = {}
    if outcome.errors:
        body["errors"] = [_error(error, seen.id) for error in outcome.formatted_errors()]
    if outcome.executed:
        body["data"] = outcome.data
    if outcome.objects is not None:
        body["extensions"] = {"cost": {"objects": outcome.objects, "limit": limits.objects}}
    headers = {"X-Request-Id": seen.id, "Vary": _VARY, "Cache-Control": "no-store"}
    if outcome.times:
        headers["Server-Timing"] = ", ".join(f"{step};dur={spent * 1000:.2f}" for step, spent in outcome.times.items())
    status = status_of(outcome.code, media, seen.method)
    if status == 405:  # noqa: PLR2004 - the status that needs the header
        headers["Allow"] = _ALLOWED
    return Response(orjson.dumps(body), status, headers, f"{media}; charset=utf-8")


def _error(error: Any, request_id: str) -> dict[str, Any]:
    """An error as it is sent; one of ours carries the id by which it stands in the log."""
    extensions = error.get("extensions", {})
    if extensions.get("code") == Code.INTERNAL:
        return {**error, "extensions": {**extensions, "requestId": request_id}}
    return dict(error)
