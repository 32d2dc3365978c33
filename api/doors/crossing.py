"""Cross-origin requests: whose pages may read an answer, by the headers of CORS.

No answer of the API depends on a cookie, so what the public sees may be read by every page. What a key shows may be
read by pages of the origins that the key names, and by no others. A caller who is somebody for the address it has, as
in the demonstration, is the public where a page of another site asks.
"""

from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.doors.callers import Known
from api.roles import Role

_TOLD = "Retry-After, X-Request-Id, Server-Timing, ETag"
_NO_CONTENT = 204
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    # The star does not cover this one.
    "Access-Control-Allow-Headers": "Authorization, *",
    "Access-Control-Max-Age": "600",
    "Vary": "Origin",
}


def allowed(known: Known | None, connection: HTTPConnection) -> Mapping[str, str]:
    """The headers for an answer; `known` is None where the caller was refused, and then there is nothing to hide."""
    origin = connection.headers.get("origin")
    if origin is None:
        return {}
    if known is None or known.role is Role.PUBLIC:
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _TOLD}
    if origin in known.origins:
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _TOLD}
    return {}


def preflight(connection: HTTPConnection) -> Response | None:
    """The answer to a browser that asks whether a page elsewhere may send a request; None where it does not ask."""
    asks = connection.scope["method"] == "OPTIONS" and "access-control-request-method" in connection.headers
    return Response(status_code=_NO_CONTENT, headers=_PREFLIGHT) if asks and "origin" in connection.headers else None
