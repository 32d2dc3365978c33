"""Refusals over HTTP: which status each code has, and what the world sees of an error of ours."""

from collections.abc import Iterable, Mapping

from graphql import GraphQLError
from starlette.responses import PlainTextResponse, Response

from api.doors.negotiation import Media
from api.plan.errors import Code, Refused

#: The status of a refusal; what is not named is 400. BAD_VALUE stands beside data.
STATUS: Mapping[Code, int] = {
    Code.BAD_VALUE: 200,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.PERSISTED_QUERY_NOT_FOUND: 404,
    Code.NOT_REGISTERED: 403,
    Code.BUDGET_SPENT: 429,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.NOT_ACCEPTABLE: 406,
    Code.TOO_SLOW: 408,
    Code.BODY_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.STORE_UNAVAILABLE: 503,
    Code.WRITE_UNKNOWN: 503,
    Code.SEARCH_UNAVAILABLE: 503,
    Code.SIGN_ON_UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}

#: Refusals of a request that was well-formed HTTP: with plain JSON their status is 200, as clients of old expect.
OF_THE_DOCUMENT = frozenset(
    {
        Code.PERSISTED_QUERY_NOT_FOUND,
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

_CHALLENGE = 'Bearer realm="duta"'


def status_of(code: Code | None, media: Media, method: str) -> int:
    """The status of an answer; no code is an answer with data."""
    if code is None:
        return 200
    if code is Code.NOT_A_QUERY and method == "GET":
        return STATUS[Code.METHOD_NOT_ALLOWED]
    if media is Media.JSON and code in OF_THE_DOCUMENT:
        return 200
    return STATUS.get(code, 400)


def headers_of(code: Code | None, errors: Iterable[GraphQLError]) -> dict[str, str]:
    """The headers that a refusal brings: how to say who one is, and when to ask again."""
    if code is Code.UNAUTHENTICATED:
        return {"WWW-Authenticate": _CHALLENGE}
    for error in errors:
        told: Mapping[str, object] = error.extensions or {}
        if "retryAfter" in told:
            return {"Retry-After": str(told["retryAfter"])}
    return {}


def plain(refusal: Refused) -> Response:
    """A refusal as a page for people."""
    headers = {"Cache-Control": "no-store", **headers_of(refusal.code, refusal.errors)}
    return PlainTextResponse(f"{refusal}\n", STATUS.get(refusal.code, 400), headers)


#: What each code means, and what to do about it; docs/errors.md is printed from this.
TOLD: Mapping[Code, tuple[str, str]] = {
    Code.BAD_REQUEST: (
        "The body is no JSON object in UTF-8, has no `query`, is a list, or a header or the address is not understood.",
        'Send `{"query": "...", "variables": {...}}`, one operation at a time.',
    ),
    Code.METHOD_NOT_ALLOWED: (
        "The method is neither GET nor POST.",
        "Use POST, or GET for a query.",
    ),
    Code.NOT_ACCEPTABLE: (
        "`Accept` names nothing that can be answered.",
        "Accept `application/graphql-response+json` or `application/json`.",
    ),
    Code.BODY_TOO_LARGE: (
        "The body is larger than `body_bytes` of [the limits](limits.md).",
        "Send less at a time.",
    ),
    Code.TOO_SLOW: (
        "The body was not there in time.",
        "Send it at once.",
    ),
    Code.UNSUPPORTED_MEDIA_TYPE: (
        (
            "The body is not declared as JSON in UTF-8, or is compressed. Forms and plain text are refused, so that no "
            "other site can send them unasked."
        ),
        "Send `Content-Type: application/json`.",
    ),
    Code.UNAUTHENTICATED: (
        "The key or the token of a sign-on is unknown, cut off, expired or revoked. It is never taken for none.",
        "Send a good one as `Authorization: Bearer ...`, or none. See [keys](keys.md).",
    ),
    Code.FORBIDDEN: (
        (
            "The caller may not take the perspective that `Duta-Perspective` names, may [write](writing.md) nothing, "
            "has a key that is not for pages of this origin, or a sign-on that gives no role here."
        ),
        "See the message.",
    ),
    Code.BUDGET_SPENT: (
        "The caller has asked for more objects than its [budget](limits.md) holds at the moment.",
        "Wait for `Retry-After` seconds, or ask for shorter pages.",
    ),
    Code.PERSISTED_QUERY_NOT_FOUND: (
        "No operation is [registered](trusted-documents.md) under the id that was given.",
        "Send its text as `query`, or have it registered.",
    ),
    Code.NOT_REGISTERED: (
        "This installation answers the caller [registered](trusted-documents.md) operations only.",
        "Ask by the id of a registered operation, or have yours registered.",
    ),
    Code.PARSE_FAILED: (
        "The document is not GraphQL.",
        "See the line and column.",
    ),
    Code.VALIDATION_FAILED: (
        "The document does not fit the contract: an unknown field, a wrong type, an unused fragment.",
        "See the suggestion; `schema.graphql` and the explorer have all names.",
    ),
    Code.NO_SUCH_OPERATION: (
        "`operationName` names none of the document's operations, or is missing where there are several.",
        "Name one of those listed.",
    ),
    Code.NOT_A_QUERY: (
        (
            "The operation is a subscription and neither came by WebSocket nor accepts `text/event-stream`, or it came "
            "by GET and the document has a mutation; by GET the status is 405."
        ),
        "Send mutations by POST, and [follow](history.md) subscriptions as streams.",
    ),
    Code.BAD_VARIABLES: (
        "A variable is missing or does not fit its type.",
        "See the message; it names the variable and the value.",
    ),
    Code.BAD_ARGUMENT: (
        (
            "An argument fits its type and still makes no sense: an id that is none, "
            "a cursor of another order, `first` and `last` together."
        ),
        "See the message.",
    ),
    Code.LIMIT_EXCEEDED: (
        "The request asks for more than [the limits](limits.md) allow.",
        "Ask for less, or in several requests.",
    ),
    Code.BAD_VALUE: (
        "What is stored does not fit the contract where it was asked for; the field is null and `path` says which.",
        "Tell whoever keeps this installation.",
    ),
    Code.STORE_UNAVAILABLE: (
        "The store does not answer. Nothing was written.",
        "Try again in a moment.",
    ),
    Code.WRITE_UNKNOWN: (
        "The store went away in the middle of a mutation. All, some or nothing of it was written.",
        "Read it before you write it again, or send it again with the `idempotencyKey` that it had.",
    ),
    Code.SEARCH_UNAVAILABLE: (
        "There is no search index, or it cannot be used.",
        "Ask without `search`, or try again later.",
    ),
    Code.SIGN_ON_UNAVAILABLE: (
        "The sign-on's provider does not answer, so its token cannot be checked.",
        "Try again in a moment.",
    ),
    Code.INTERNAL: (
        "Something is wrong on our side.",
        "Tell whoever keeps this installation the request id.",
    ),
}


def errors_page() -> str:
    """docs/errors.md."""
    rows = [f"| `{code}` | {STATUS.get(code, 400)} | {what} | {cure} |" for code, (what, cure) in TOLD.items()]
    return "\n".join([_HEAD, "| Code | Status | What happened | What to do |", "|---|---|---|---|", *rows, _FOOT])


_HEAD = """# Errors

Every error has a message for people and `extensions.code` for programs. An answer without `data` was refused before
anything was executed, but for `WRITE_UNKNOWN` and `INTERNAL`. With `Accept: application/graphql-response+json` its HTTP
status is the one below; with plain `application/json` what is wrong with the document itself comes with 200, as older
clients expect, and everything else with the status below. Every answer has an `X-Request-Id`; for `INTERNAL` it also
stands in `extensions.requestId` and in the log.

This page is printed from `api/doors/errors.py` by `make schema`.
"""

_FOOT = """
What nobody may see is absent, never an error: `node(id:)` of something out of sight is null, as if there were nothing.
"""
