"""What caches may keep of an answer, and for whom; and answers made smaller for their way."""

from collections.abc import Mapping
from gzip import compress
from hashlib import sha256

from starlette.responses import Response

_NOT_MODIFIED = 304
_OF_THE_BODY = ("content-length", "content-type")
#: From how many bytes on an answer is compressed; a higher level gains little and takes longer.
WORTH_IT, LEVEL = 1_000, 4


def kept(response: Response, given: Mapping[str, str], *, public: bool, seconds: int) -> Response:
    """The answer with its entity tag and how long it may be kept, or 304 where the caller's request names that tag.

    What the public sees may stand in shared caches; anybody else's answer is asked for again each time. `Vary` names
    every header that an answer depends on, and a cache keeps one for each.
    """
    response.headers["Vary"] += ", Duta-Dry-Run"
    return tagged(response, given, f"public, max-age={seconds}" if public else "private, no-cache")


def tagged(response: Response, given: Mapping[str, str], caching: str) -> Response:
    """An answer with its entity tag and what caches may do with it, or 304 where the caller names that tag."""
    # Weak, as the answer may be compressed on its way.
    tag = f'W/"{sha256(response.headers["content-type"].encode() + bytes(response.body)).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = caching
    if not names(given.get("if-none-match", ""), tag):
        return response
    headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_BODY}
    # A cache takes these headers over for what it keeps, which may be compressed.
    if "accept-encoding" not in headers["vary"].lower():
        headers["vary"] += ", Accept-Encoding"
    return Response(None, _NOT_MODIFIED, headers)


def names(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names a tag, weakly compared."""
    told = (one.strip().removeprefix("W/") for one in header.split(","))
    return any(one in (tag.removeprefix("W/"), "*") for one in told)


def compressed(response: Response) -> Response:
    """The answer in gzip where it is long enough to gain by it."""
    if len(response.body) >= WORTH_IT:
        response.body = compress(bytes(response.body), LEVEL)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response
