"""Reading a GraphQL request out of HTTP; whatever is wrong with it is refused with what to do."""

from collections.abc import Mapping
from typing import Any, cast

import anyio
import orjson
from starlette.requests import Request as HttpRequest

from api.plan import Limits, Request
from api.plan.errors import Code, Refused, refused

_METHODS = ("GET", "POST")
_BOUNDS = "Send less, or put values into variables of several requests."


async def read_request(http: HttpRequest, limits: Limits) -> Request:
    """The GraphQL request; raises Refused."""
    if http.method not in _METHODS:
        raise refused(Code.METHOD_NOT_ALLOWED, f"{http.method[:20]} is not answered here. Send GET or POST.")
    if http.method == "GET":
        return _request(_from_query(http.query_params))
    kind = http.headers.get("content-type", "")
    name, _, parameters = kind.partition(";")
    charset = parameters.replace(" ", "").lower()
    # What a form of another site can send without being asked first is refused by this too.
    if name.strip().lower() != "application/json" or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        shown = kind.encode("ascii", "backslashreplace").decode()[:100] or "nothing"
        raise refused(Code.UNSUPPORTED_MEDIA_TYPE, f"The content type is {shown}. Send application/json in UTF-8.")
    return _request(_parsed(await _body(http, limits), "The body"))


async def _body(http: HttpRequest, limits: Limits) -> bytes:
    announced = http.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > limits.body_bytes:  # noqa: PLR2004 - digits
        raise _too_large(limits)
    found = bytearray()
    try:
        with anyio.fail_after(limits.body_seconds):
            async for chunk in http.stream():
                found += chunk
                if len(found) > limits.body_bytes:
                    raise _too_large(limits)
    except TimeoutError:
        raise refused(Code.TOO_SLOW, f"The body was not there after {limits.body_seconds} seconds.") from None
    return bytes(found)


def _too_large(limits: Limits) -> Refused:
    return refused(Code.BODY_TOO_LARGE, f"The body has more than {limits.body_bytes} bytes. {_BOUNDS}")


def _from_query(parameters: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {key: parameters[key] for key in ("query", "operationName") if key in parameters}
    for key in ("variables", "extensions"):
        if parameters.get(key):
            found[key] = _parsed(parameters[key].encode("utf-8", "replace"), f"The parameter {key}")
    return found


def _parsed(raw: bytes, what: str) -> object:
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        raise refused(Code.BAD_REQUEST, f"{what} is not JSON in UTF-8.") from None


def _request(given: object) -> Request:
    if isinstance(given, list):
        raise refused(Code.BAD_REQUEST, "The body is a list. Send one operation at a time.")
    if not isinstance(given, dict):
        raise refused(Code.BAD_REQUEST, 'The body is no JSON object. Send {"query": "..."}.')
    fields = cast("dict[str, Any]", given)
    text, name = fields.get("query"), fields.get("operationName")
    variables, extensions = fields.get("variables"), fields.get("extensions")
    if text is None or text == "":
        raise refused(Code.BAD_REQUEST, 'There is no query. Send {"query": "..."}.')
    for key, value, kind, called in (
        ("query", text, str, "a text"),
        ("operationName", name, str, "a text"),
        ("variables", variables, dict, "an object"),
        ("extensions", extensions, dict, "an object"),
    ):
        if value is not None and not isinstance(value, kind):
            raise refused(Code.BAD_REQUEST, f'"{key}" is not {called}.')
    return Request(text, name or None, variables or {})
