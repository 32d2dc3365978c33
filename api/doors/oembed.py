"""The oEmbed provider (oembed.com, version 1.0): from the address of a story to the code that shows it.

It tells what the public sees, whoever asks: what it answers is pasted into somebody's page.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import public
from api.doors.caching import tagged
from api.doors.callers import Callers, Known
from api.doors.crossing import allowed
from api.doors.embed_code import HEIGHT, WIDTH, embed_code
from api.doors.errors import plain
from api.doors.languages import words
from api.doors.public import Reader
from api.plan.errors import Refused
from api.showing import Showing, showing
from api.stories import PREFIX, Story, led, read_story
from api.wiring import House
from graph.model.enums import UseChannel
from media.profiles import RenditionProfile

_FORMATS = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
_BAD, _UNAUTHORISED, _NOT_FOUND, _NOT_IMPLEMENTED = 400, 401, 404, 501
#: How long consumers may keep an answer, in seconds; what it shows is decided when it is viewed.
CACHE_AGE = 3_600
#: The height of a card without a picture.
_TEXT_HEIGHT = 260
_PATH = re.compile(r"/(?:a|embed)/([^/]{1,200})")
_PIXELS = re.compile("[1-9][0-9]{0,5}")
#: What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEADERS = {
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class NotAnswered(Exception):
    """A question that has no answer of 200."""

    def __init__(self, status: int, told: str) -> None:
        self.status = status
        super().__init__(told)


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    async def oembed(request: Request) -> Response:
        try:
            known = await public.known_to(callers, request)
            response = await run_in_threadpool(_answer, house, callers, request, known)
        except Refused as error:
            response = plain(error)
        except NotAnswered as error:
            response = PlainTextResponse(f"{error}\n", error.status, {**HEADERS, "Cache-Control": "no-store"})
        # Nothing but what is public is ever told here.
        response.headers.update(allowed(None, request))
        return response

    return [Route("/oembed", oembed)]


def _answer(house: House, callers: Callers, request: Request, known: Known) -> Response:
    format = request.query_params.get("format", "json").lower()
    if format not in _FORMATS:
        raise NotAnswered(_NOT_IMPLEMENTED, f"There is no format “{format[:40]}”. Ask for json or xml.")
    reader = public.anybody(request, callers, house.settings)
    id, lang = story_asked(request.query_params.get("url", ""), reader.base)
    locale = public.locale_of_tag(request.query_params.get("locale", "") or lang) or reader.locale
    limits = [_limit(request, name) for name in ("maxwidth", "maxheight")]
    story = read_story(house.store, reader.viewer, id, locale) or led(house.store, reader.viewer, id, locale)
    if story is None:
        # Only who sees it learns that it is there.
        if not reader.is_public or read_story(house.store, known.viewer(), id, locale) is None:
            raise NotAnswered(_NOT_FOUND, "There is no such story here.")
        raise NotAnswered(_UNAUTHORISED, "This story is not public, so it cannot be embedded. Publish it first.")
    profiles = (RenditionProfile.RESPONSIVE,)
    shown = showing(house.store, reader.viewer, story, UseChannel.EMBED, profiles, reader.lang)
    told = tell(reader, story, shown, *limits)
    body = orjson.dumps(told) if format == "json" else to_xml(told)
    response = Response(body, 200, HEADERS, _FORMATS[format])
    return tagged(response, request.headers, public.caching(reader, shown, house.settings))


def story_asked(url: str, base: str) -> tuple[str, str]:
    """The id and the language that an address of ours names."""
    if not url:
        raise NotAnswered(_BAD, "Say in `url` which page is meant.")
    own = urlsplit(base)
    try:
        asked = urlsplit(url)
        place = (asked.hostname, asked.port or _PORTS.get(asked.scheme))
    except ValueError:
        raise NotAnswered(_NOT_FOUND, "`url` is no address.") from None
    ours = {(own.hostname, own.port)} if own.port else {(own.hostname, port) for port in _PORTS.values()}
    # Those who write http where https is meant, or the other way round, mean the same page.
    path = asked.path.removeprefix(own.path.rstrip("/")) if own.path else asked.path
    found = _PATH.fullmatch(path)
    if asked.scheme not in _PORTS or place not in ours or asked.username is not None or found is None:
        raise NotAnswered(_NOT_FOUND, f"`url` is no page of a story on {base}.")
    lang = parse_qs(asked.query).get("lang", [""])[0]
    return f"{PREFIX}{unquote(found[1]).removeprefix(PREFIX)}", lang


_PORTS = {"http": 80, "https": 443}


def tell(reader: Reader, story: Story, shown: Showing, widest: int | None, highest: int | None) -> Mapping[str, object]:
    """The answer; `alt` and `credit` are ours, beside those of the specification."""
    images = shown.images if shown.whole else ()
    width = min(WIDTH, widest or WIDTH)
    height = min(HEIGHT if images else _TEXT_HEIGHT, highest or HEIGHT)
    provider = words(reader.lang)["title"]
    names = [one.label for one in story.linked["makers"]] or ([story.keeper.name] if story.keeper else [])
    told: dict[str, object] = {
        "version": "1.0",
        "type": "rich",
        "title": story.title.text or "",
        "author_name": ", ".join(names) or provider,
        "author_url": story.keeper.website if story.keeper and story.keeper.website else f"{reader.base}/",
        "provider_name": provider,
        "provider_url": f"{reader.base}/",
        "cache_age": CACHE_AGE,
        "html": embed_code(reader, story, shown.credit, width, height),
        "width": width,
        "height": height,
        "credit": shown.credit,
    }
    for image in images:
        fitting = [
            one
            for one in image.jpegs(RenditionProfile.RESPONSIVE)
            if one.width <= (widest or 640) and one.height <= (highest or 2_000)
        ]
        if fitting:
            best = fitting[-1]
            told |= {
                "thumbnail_url": f"{reader.base}{best.path}",
                "thumbnail_width": best.width,
                "thumbnail_height": best.height,
                "alt": image.shown.alt.text or "",
            }
            break
    return told


def to_xml(told: Mapping[str, object]) -> bytes:
    root = ET.Element("oembed")
    for name, value in told.items():
        ET.SubElement(root, name).text = _NO_XML.sub("", str(value))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _limit(request: Request, name: str) -> int | None:
    """The most pixels that are wanted."""
    given = request.query_params.get(name, "")
    if not given:
        return None
    if not _PIXELS.fullmatch(given):
        raise NotAnswered(_BAD, f"`{name}` is no number of pixels.")
    return int(given)
