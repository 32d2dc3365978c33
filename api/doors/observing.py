"""What is known of each request: an id in its answer, and one line, one count and one span when it is done."""

import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from logging import DEBUG, INFO, getLogger
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING, cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import REQUEST_ID

if TYPE_CHECKING:
    from api.doors.metrics import Metrics
    from api.doors.tracing import Tracing

log = getLogger("duta.request")

_KEY = "duta.observation"
_HEADER = "X-Request-Id"
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
        given = Headers(scope=scope).get(_HEADER, "")
        found = Observation(
            given if _GIVEN.fullmatch(given) else token_hex(8), _ascii(scope["method"]), _ascii(scope["path"])
        )
        scope[_KEY] = found
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
                MutableHeaders(scope=message)[_HEADER] = seen.id
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
                level = DEBUG if seen.door in _QUIET else INFO
                log.log(level, "answered", extra={"fields": seen.fields()})
        return None


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()[:_LONGEST]
