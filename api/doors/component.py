"""The web component `duta-story`: a frame that is as high as its story, around a quotation that stays without script.

Its address holds a digest of it, so that what a page names with an integrity hash never changes.
"""

import base64
import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.files import Content
from api.doors.public import static_text

_FOLDER = "/embed/duta-story-"
_LETTERS, _NOT_FOUND = 16, 404
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # What a page checks by its hash it has to be allowed to read.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def routes() -> list[BaseRoute]:
    async def script(request: Request) -> Response:
        if request.url.path != path():
            told = f"There is no such script. The current one is {path()}.\n"
            return PlainTextResponse(told, _NOT_FOUND, {"Cache-Control": "no-store"})
        return _content().answer(request, _HEADERS)

    return [Route(f"{_FOLDER}{{digest}}.js", script)]


def path() -> str:
    """Where it is on this installation."""
    return f"{_FOLDER}{_content().tag[:_LETTERS]}.js"


def integrity() -> str:
    """What the `integrity` of a script element has to say."""
    return f"sha384-{base64.b64encode(hashlib.sha384(_content().body).digest()).decode()}"


@cache
def _content() -> Content:
    return Content.of(static_text("duta-story.js").encode(), "text/javascript; charset=utf-8")
