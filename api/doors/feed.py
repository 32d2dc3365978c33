"""`/feed.atom`: published stories by the log, as Atom, with corrections and with tombstones of what is shown no more.

`?q=` narrows it down to what a search finds, so that a saved search can be followed; `?before=` goes back.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import links, public
from api.doors.caching import tagged
from api.doors.callers import Callers
from api.doors.errors import plain
from api.doors.public import Reader
from api.plan.errors import Refused
from api.wiring import House
from graph.asking import Asking
from graph.errors import IndexUnusable
from graph.history.feeding import Fed, Gone, Item, fed
from graph.search.index import Query, QueryRefused
from graph.store.select import Shape, by_ids

PATH = "/feed.atom"
MEDIA_TYPE = "application/atom+xml"
_ATOM, _GONE = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
_HEADERS = {"Vary": "Accept-Encoding, Accept-Language, Authorization", "X-Content-Type-Options": "nosniff"}
_CACHING = {True: "public, max-age=300", False: "private, no-cache"}
_LONGEST = 1_000
#: What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHY: Mapping[Gone, str] = {
    Gone.DELETED: "It was deleted.",
    Gone.MOVED: "It is told under another address now.",
    Gone.RETIRED: "It was retired.",
    Gone.EXPIRED: "It was to be shown until now and no longer.",
    Gone.WITHDRAWN: "It was withdrawn.",
}
_BAD, _UNAVAILABLE = 400, 503

ET.register_namespace("", _ATOM)
ET.register_namespace("at", _GONE)


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    async def feed(request: Request) -> Response:
        try:
            known = await public.known_to(callers, request)
            reader = public.reader_of(request, known, callers, house.settings)
        except Refused as error:
            return plain(error)
        return await run_in_threadpool(_answer, house, reader, request)

    return [Route(PATH, feed)]


def address(text: str = "") -> str:
    """The feed of all stories, or of what a search finds."""
    return f"{PATH}?{urlencode({'q': text})}" if text else PATH


def _answer(house: House, reader: Reader, request: Request) -> Response:
    text, before = request.query_params.get("q", "")[:_LONGEST], request.query_params.get("before")
    if before is not None and not (before.isascii() and before.isdecimal() and len(before) < len(str(2**53))):
        return PlainTextResponse("`before` is the number of a change. Follow the feed's own links.\n", _BAD)
    try:
        body = written(house, reader, text, int(before) if before else None)
    except QueryRefused as error:
        return PlainTextResponse(f"{error}\n", _BAD)
    except IndexUnusable:
        return PlainTextResponse("The search index cannot be used at the moment. Ask without `q`.\n", _UNAVAILABLE)
    response = Response(body, 200, _HEADERS, MEDIA_TYPE)
    return tagged(response, request.headers, _CACHING[reader.is_public])


def written(house: House, reader: Reader, text: str = "", before: int | None = None) -> bytes:
    """The feed as its reader sees it; raises QueryRefused or IndexUnusable."""
    asking = Asking(house.store, reader.viewer, reader.locale)
    found = fed(asking, "Asset", before)
    if text:
        query = Query(text, reader.viewer, {"type": frozenset({"Asset"})}, first=1, snippets=False, every_id=True)
        fitting = house.search(query).every_id
        # Whether what is gone would have been found cannot be told any more, so all of it is.
        found = Fed(tuple(one for one in found.items if one.gone or one.id in fitting), found.before)
    shown = tuple(one.id for one in found.items if one.gone is None)
    told: bytes = ET.tostring(_feed(reader, text, found, _rows(asking, shown)), encoding="utf-8", xml_declaration=True)
    return told


def _rows(asking: Asking, ids: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    shape = Shape(tuple((one, one) for one in ("id", "label", "title", "summary", "locale", "created_at")))
    found: Any = asking.ask({"it": by_ids("Asset", ids, shape, limit=len(ids))})["it"]["rows"] if ids else ()
    return {row["id"]: row for row in found}


def _feed(reader: Reader, text: str, found: Fed, rows: Mapping[str, Mapping[str, Any]]) -> ET.Element:
    root = ET.Element(f"{{{_ATOM}}}feed")
    here = f"{reader.base}{address(text)}"
    _add(root, "id", here)
    _add(root, "title", f"Duta: {text}" if text else "Duta")
    _add(root, "updated", _written(found.items[0].at) if found.items else "1970-01-01T00:00:00Z")
    _add(_add(root, "author"), "name", "Duta")
    _link(root, "self", here, MEDIA_TYPE)
    _link(root, "alternate", f"{reader.base}/", "text/html")
    if found.before is not None:
        more = urlencode({**({"q": text} if text else {}), "before": found.before})
        _link(root, "next", f"{reader.base}{PATH}?{more}", MEDIA_TYPE)
    for item in found.items:
        if item.gone:
            _tombstone(root, reader, item, item.gone)
        elif item.id in rows:
            _entry(root, reader, item, rows[item.id])
    return root


def _entry(root: ET.Element, reader: Reader, item: Item, row: Mapping[str, Any]) -> None:
    entry = _add(root, "entry")
    page = f"{reader.base}{links.story(item.id)}"
    _add(entry, "id", page)
    title = _add(entry, "title", row["title"] or row["label"])
    _add(entry, "updated", _written(item.at))
    _add(entry, "published", str(row["created_at"]))
    _link(entry, "alternate", page, "text/html")
    if row["summary"]:
        _add(entry, "summary", row["summary"])
    if row["locale"]:
        title.set("{http://www.w3.org/XML/1998/namespace}lang", row["locale"])
    if item.corrected:
        _add(entry, "category", term="correction", label=f"Changed: {', '.join(item.corrected)}")
    if item.why:
        _add(entry, "category", term="reason", label=_clean(item.why))


def _tombstone(root: ET.Element, reader: Reader, item: Item, gone: Gone) -> None:
    """What is shown no more, by RFC 6721."""
    when = {"ref": f"{reader.base}{links.story(item.id)}", "when": _written(item.at)}
    entry = ET.SubElement(root, f"{{{_GONE}}}deleted-entry", when)
    ET.SubElement(entry, f"{{{_GONE}}}comment").text = _WHY[gone]
    if item.to:
        _link(entry, "related", f"{reader.base}{links.story(item.to)}", "text/html")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    one = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text is not None:
        one.text = _clean(text)
    return one


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    _add(parent, "link", rel=rel, href=href, type=kind)


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
