"""Refusals over HTTP: which status each code has, and what the world sees of an error of ours."""

from collections.abc import Mapping

from api.doors.negotiation import Media
from api.plan.errors import Code

#: The status of a refusal; what is not named is 400.
STATUS: Mapping[Code, int] = {
    Code.FORBIDDEN: 403,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.NOT_ACCEPTABLE: 406,
    Code.TOO_SLOW: 408,
    Code.BODY_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.STORE_UNAVAILABLE: 503,
    Code.SEARCH_UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}

#: Refusals of a request that was well-formed HTTP: with plain JSON their status is 200, as clients of old expect.
OF_THE_DOCUMENT = frozenset(
    {
        Code.PARSE_FAILED,
        Code.VALIDATION_FAILED,
        Code.NO_SUCH_OPERATION,
        Code.NOT_A_QUERY,
        Code.BAD_VARIABLES,
        Code.BAD_ARGUMENT,
        Code.LIMIT_EXCEEDED,
    }
)

INTERNAL = "Internal error."


def status_of(code: Code | None, media: Media, method: str) -> int:
    """The status of an answer; no code is an answer with data."""
    if code is None:
        return 200
    if code is Code.NOT_A_QUERY and method == "GET":
        return STATUS[Code.METHOD_NOT_ALLOWED]
    if media is Media.JSON and code in OF_THE_DOCUMENT:
        return 200
    return STATUS.get(code, 400)
