"""What is known of each request: an id in its answer, and one line, one count and one span when it is done."""

import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from logging import DEBUG, INFO, getLogger
from random import getrandbits
from time import perf_counter
from typing import TYPE_CHECKING, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.doors.headers import headers_of
from api.logs import REQUEST_ID, Line

if TYPE_CHECKING:
    from api.doors.metrics import Metrics
    from api.doors.tracing import Tracing

log = getLogger("duta.request")

_KEY = "duta.observation"
_HEADER = b"x-request-id"
#: What a caller may name its request, so that one id leads through several systems.
_GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_LONGEST = 200
#: The server answers 500 where a door fails, and nothing to a caller who has gone.
_FAILED, _GONE = 500, 499
#: Asked every few seconds by machines, so told only to who looks closely.
_QUIET = ("/healthz", "/readyz", "/metrics")


@dataclass(slots=True)
class Observation:
    """A request as its line tells of it; a door adds what it learns. Nothing of it is a secret or a caller's text."""

    id: str
    method: str = ""
    path: str = ""
    #: The path of the route that answered, without what was asked of it.
    door: str = "none"
    status: int = 0
    seconds: float = 0.0
    bytes: int = 0
    role: str | None = None
    #: Which key, by its public part, or who signed on; nothing for the public.
    caller: str | None = None
    operation: str | None = None
    document: str | None = None
    objects: int | None = None
    statements: int = 0
    code: str | None = None
    #: Seconds of each step of an operation, the first of which began at `began`, in nanoseconds since 1970.
    times: Mapping[str, float] = field(default_factory=dict[str, float])
    began: int = 0

    def fields(self) -> dict[str, object]:
        return {
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "ms": round(self.seconds * 1000, 2),
            "bytes": self.bytes,
            "role": self.role,
            "caller": self.caller,
            "operation": self.operation,
            "document": self.document,
            "objects": self.objects,
            "code": self.code,
        }


def observation_of(scope: Scope) -> Observation:
    """What is known of a request so far. Its id is the caller's where that is well-formed."""
    found = cast("Observation | None", scope.get(_KEY))
    if found is None:
        given = headers_of(scope).get("x-request-id")
        # It tells requests apart and opens nothing, so it need not be hard to guess.
        id = given if given and _GIVEN.fullmatch(given) else f"{getrandbits(64):016x}"
        found = scope[_KEY] = Observation(id, _ascii(scope["method"]), _ascii(scope["path"]))
    return found


class Observed:
    """Middleware around every door. Without `tracing` there are no spans."""

    def __init__(self, app: ASGIApp, *, metrics: "Metrics", tracing: "Tracing | None") -> None:
        self.app, self.metrics, self.tracing = app, metrics, tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        seen, started = observation_of(scope), perf_counter()
        # Each request is a task of its own, so the id ends with it.
        REQUEST_ID.set(seen.id)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                headers = message["headers"] = list(message.get("headers", ()))
                # A door that tells it itself tells the same.
                if not any(name == _HEADER for name, _ in headers):
                    headers.append((_HEADER, seen.id.encode()))
            else:
                seen.bytes += len(message.get("body", b""))
            await send(message)

        with self.tracing.request(scope, seen) if self.tracing else nullcontext():
            try:
                await self.app(scope, receive, noted)
            except Exception:
                seen.status = _FAILED
                raise
            finally:
                seen.status = seen.status or _GONE
                seen.seconds = perf_counter() - started
                seen.door = getattr(scope.get("route"), "path", seen.door)
                self.metrics.count(seen)
                _tell(seen)
        return None


def _tell(seen: Observation) -> None:
    """Write the line of a request. Where in the code that happens is nobody's question, so it is not looked for."""
    level = DEBUG if seen.door in _QUIET else INFO
    if log.isEnabledFor(level):
        log.handle(Line(log.name, level, "answered", seen.fields()))


def _ascii(text: str) -> str:
    if text.isascii() and len(text) <= _LONGEST:
        return text
    return text.encode("ascii", "backslashreplace").decode()[:_LONGEST]
