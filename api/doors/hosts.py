"""The Host header is checked before anything else: Duta answers under its own names only."""

from collections.abc import Collection

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.doors.callers import host_name
from api.doors.headers import headers_of

_BAD_REQUEST, _MISDIRECTED = 400, 421


class KnownHosts:
    """Middleware that refuses requests for names that are not ours."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self.app, self.hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        given = headers_of(scope).get("host", "")
        name = host_name(given)
        if name in self.hosts:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008, "reason": "Unknown host."})
        return await _refusal(given, name)(scope, receive, send)


def _refusal(given: str, name: str) -> PlainTextResponse:
    if not name:
        return PlainTextResponse("The request has no usable Host header.\n", _BAD_REQUEST)
    shown = given.encode("ascii", "backslashreplace").decode()[:100]
    return PlainTextResponse(
        f'"{shown}" is not a name of this server. Its owner can add the name to DUTA_ALLOWED_HOSTS.\n',
        _MISDIRECTED,
    )
