"""For search engines: robots.txt, and a sitemap of the public stories in pages of fifty thousand."""

from collections.abc import Iterator
from itertools import count
from xml.etree import ElementTree as ET

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import links, public
from api.doors.caching import tagged
from api.doors.callers import Callers
from api.doors.errors import plain
from api.plan.errors import Refused
from api.stories import public_assets
from api.wiring import House

#: What the protocol of sitemaps allows in one file.
PAGE = 50_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOT_FOUND = 404
_HEADERS = {"Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
_CACHING = "public, max-age=300"


def routes(house: House, callers: Callers, page: int = PAGE) -> list[BaseRoute]:
    async def sitemap(request: Request) -> Response:
        try:
            await public.known_to(callers, request)
        except Refused as error:
            return plain(error)
        return await run_in_threadpool(_sitemap, house, callers, request, page)

    async def robots(request: Request) -> Response:
        base = public.base_of(request, house.settings)
        lines = ("User-agent: *", "Disallow: /graphql", "Disallow: /embed/", "Disallow: /explorer", "Disallow: /q/")
        text = "\n".join([*lines, "", f"Sitemap: {base}/sitemap.xml", ""])
        return tagged(PlainTextResponse(text, headers=_HEADERS), request.headers, _CACHING)

    return [
        Route("/robots.txt", robots),
        Route("/sitemap.xml", sitemap),
        Route("/sitemap-{page:int}.xml", sitemap),
    ]


def _sitemap(house: House, callers: Callers, request: Request, size: int) -> Response:
    reader = public.anybody(request, callers, house.settings)
    wanted = request.path_params.get("page")
    pages = _pages(house, reader.viewer.now, size)
    if wanted is None:
        first = next(pages, None) or list[tuple[str, str]]()
        others = sum(1 for _ in pages)
        if not others:
            return _xml(request, _urls(reader.base, first))
        index = ET.Element("sitemapindex", xmlns=_NAMESPACE)
        for number in range(1, others + 2):
            ET.SubElement(ET.SubElement(index, "sitemap"), "loc").text = f"{reader.base}/sitemap-{number}.xml"
        return _xml(request, index)
    for number, rows in zip(count(1), pages, strict=False):
        if number == wanted:
            return _xml(request, _urls(reader.base, rows))
    return PlainTextResponse("There is no such page of the sitemap. Begin at /sitemap.xml.\n", _NOT_FOUND)


def _pages(house: House, now: int, size: int) -> Iterator[list[tuple[str, str]]]:
    after = ""
    while rows := public_assets(house.store, now, after, size):
        yield rows
        if len(rows) < size:
            return
        after = rows[-1][0]


def _urls(base: str, rows: list[tuple[str, str]]) -> ET.Element:
    root = ET.Element("urlset", xmlns=_NAMESPACE)
    for id, changed in rows:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = f"{base}{links.story(id)}"
        if changed:
            ET.SubElement(url, "lastmod").text = changed
    return root


def _xml(request: Request, root: ET.Element) -> Response:
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return tagged(Response(body, 200, _HEADERS, "application/xml"), request.headers, _CACHING)
