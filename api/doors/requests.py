"""Reading a GraphQL request out of HTTP; whatever is wrong with it is refused with what to do."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from api.doors.manifests import digest_of, id_of
from api.doors.protocol import WHOLE
from api.doors.trusted import Trusted
from api.plan import Limits, Request
from api.plan.errors import Code, Refused, refused

_METHODS = ("GET", "POST")
_JSON = "application/json"
_BOUNDS = "Send less, or put values into variables of several requests."


@dataclass(frozen=True, slots=True)
class Sent:
    """A request with the SHA-256 of its text, and whether an operation with that text is registered."""

    request: Request
    document: str
    registered: bool


async def read_request(http: HttpRequest, limits: Limits, trusted: Trusted) -> Sent:
    """The GraphQL request; raises Refused."""
    if http.method not in _METHODS:
        raise refused(Code.METHOD_NOT_ALLOWED, f"{http.method[:20]} is not answered here. Send GET or POST.")
    if http.method == "GET":
        return sent_of(_from_query(http.query_params), trusted, only_queries=True)
    kind = http.headers.get("content-type", "")
    if kind != _JSON:
        _check_kind(kind)
    coding = http.headers.get("content-encoding", "identity")
    if coding != "identity":
        # A body that grows when it is unpacked is refused with all others.
        raise refused(Code.UNSUPPORTED_MEDIA_TYPE, f"The body is encoded as {_shown(coding)}. Send it as it is.")
    return sent_of(_parsed(await _body(http, limits), "The body"), trusted)


def _check_kind(kind: str) -> None:
    """Refuse what is not declared as JSON in UTF-8."""
    name, _, parameters = kind.partition(";")
    charset = parameters.replace(" ", "").lower()
    # What a form of another site can send without being asked first is refused by this too.
    if name.strip().lower() != _JSON or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        shown = _shown(kind) or "nothing"
        raise refused(Code.UNSUPPORTED_MEDIA_TYPE, f"The content type is {shown}. Send application/json in UTF-8.")


def _shown(header: str) -> str:
    return header.encode("ascii", "backslashreplace").decode()[:100]


async def _body(http: HttpRequest, limits: Limits) -> bytes:
    announced = http.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > limits.body_bytes:  # noqa: PLR2004 - digits
        raise _too_large(limits)
    if http.scope.get(WHOLE):
        return await _read(http, limits)
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(http, limits)
    except TimeoutError:
        raise refused(Code.TOO_SLOW, f"The body was not there after {limits.body_seconds} seconds.") from None


async def _read(http: HttpRequest, limits: Limits) -> bytes:
    found, more = bytearray(), True
    while more:
        message = await http.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        found += message.get("body", b"")
        if len(found) > limits.body_bytes:
            raise _too_large(limits)
        more = message.get("more_body", False)
    return bytes(found)


def _too_large(limits: Limits) -> Refused:
    return refused(Code.BODY_TOO_LARGE, f"The body has more than {limits.body_bytes} bytes. {_BOUNDS}")


def _from_query(parameters: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {
        key: parameters[key] for key in ("query", "documentId", "operationName") if key in parameters
    }
    for key in ("variables", "extensions"):
        if parameters.get(key):
            found[key] = _parsed(parameters[key].encode("utf-8", "replace"), f"The parameter {key}")
    return found


def _parsed(raw: bytes, what: str) -> object:
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        raise refused(Code.BAD_REQUEST, f"{what} is not JSON in UTF-8.") from None


def sent_of(given: object, trusted: Trusted, *, only_queries: bool = False) -> Sent:
    """The request in a JSON object; raises Refused."""
    if isinstance(given, list):
        raise refused(Code.BAD_REQUEST, "The body is a list. Send one operation at a time.")
    if not isinstance(given, dict):
        raise refused(Code.BAD_REQUEST, 'The body is no JSON object. Send {"query": "..."}.')
    fields = cast("dict[str, Any]", given)
    text, name = fields.get("query"), fields.get("operationName")
    variables, extensions = fields.get("variables"), fields.get("extensions")
    for key, value, kind, called in (
        ("query", text, str, "a text"),
        ("documentId", fields.get("documentId"), str, "a text"),
        ("operationName", name, str, "a text"),
        ("variables", variables, dict, "an object"),
        ("extensions", extensions, dict, "an object"),
    ):
        if value is not None and not isinstance(value, kind):
            raise refused(Code.BAD_REQUEST, f'"{key}" is not {called}.')
    asked: str | None = fields.get("documentId") or _hash(extensions or {})
    if not text:
        if not asked:
            raise refused(Code.BAD_REQUEST, 'There is no query. Send {"query": "..."}, or the documentId of one.')
        text = _registered(asked, trusted, hashed=not fields.get("documentId"))
    document = digest_of(text)
    if asked and id_of(asked) != document:
        raise refused(Code.BAD_REQUEST, "The query is not the one that its id names. Send the SHA-256 of its text.")
    return Sent(
        Request(text, name or None, variables or {}, only_queries), document, trusted.text(document) is not None
    )


def _registered(asked: str, trusted: Trusted, *, hashed: bool) -> str:
    """The text that an id names."""
    id = id_of(asked)
    text = trusted.text(id) if id else None
    if text is None:
        # Clients that go by a hash look for this message, and send the text as well.
        told = "No operation is registered under this documentId. Send its text as query, or have it registered."
        raise refused(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound" if hashed else told)
    return text


def _hash(extensions: Mapping[str, Any]) -> str | None:
    """The hash in `extensions.persistedQuery`."""
    given = extensions.get("persistedQuery")
    if given is None:
        return None
    found = cast("Mapping[str, Any]", given).get("sha256Hash") if isinstance(given, dict) else None
    if not isinstance(found, str) or not found:
        raise refused(
            Code.BAD_REQUEST, '"extensions.persistedQuery" has no "sha256Hash". Send the SHA-256 of the text.'
        )
    return found
