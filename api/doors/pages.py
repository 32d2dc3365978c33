"""The start page: what is in here, and the doors to it. It works without script, in each of the languages."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, cast
from urllib.parse import urlencode

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.cards.card import shipped
from api.doors import links
from api.doors.callers import Callers, Known
from api.doors.errors import plain
from api.doors.files import Folder
from api.doors.languages import language_of, switch, words
from api.doors.viewers import writer_of
from api.plan.errors import Refused
from api.wiring import House
from graph.store.select import Select, Viewer

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Vary": "Accept-Language",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TRIES = ("kimchi", "batik", "한식", "slow food", "cà phê")
#: What the page counts for in a budget: a count of each type.
_OBJECTS = 50
_SEE_OTHER = 303


class Templates(Environment):
    """Values of a page are looked up where they are: what tries for an attribute first pays for it with an error."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict) and attribute in obj:
            return cast("dict[str, Any]", obj)[attribute]
        return super().getattr(obj, attribute)


templates = Templates(
    loader=PackageLoader("api.doors"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
)
cast("dict[str, Any]", templates.globals)["version"] = version("duta")


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    folder = Folder("static")

    async def start(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        if request.query_params.get("q", "").strip():
            # Where the box once answered.
            return RedirectResponse(f"/find?{request.url.query}", _SEE_OTHER, HEADERS)
        try:
            known = await callers.reader(request)
            known.spend(_OBJECTS)
        except Refused as error:
            return plain(error)
        counts = await run_in_threadpool(count, house, known.viewer())
        page = templates.get_template("start.html").render(view(house, known, lang, counts))
        return HTMLResponse(page, headers={**HEADERS, "Content-Language": lang})

    async def static(request: Request) -> Response:
        return folder.answer(request, request.path_params["name"])

    async def icon(request: Request) -> Response:
        return folder.answer(request, "favicon.ico")

    return [Route("/", start), Route("/static/{name}", static), Route("/favicon.ico", icon)]


def count(house: House, viewer: Viewer) -> dict[str, int]:
    """How many of each type the viewer sees, asked at once; types of which there are none are left out."""
    types = house.store.model.types
    answers = house.store.ask(viewer, {name: Select(name, rows=False, total=True) for name in types})
    totals = {name: cast("int", answers[name]["total"]) for name in types}
    return {name: total for name, total in totals.items() if total}


def view(house: House, known: Known, lang: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """The variables of the template."""
    told = words(lang)
    model = house.store.model
    writer = writer_of(known.role, known.name)
    return {
        "words": told,
        "lang": lang,
        "languages": switch(lang, lambda one: f"/?lang={one}"),
        "notice": told["notice"] if known.is_here else "",
        "account": account(known),
        "desk": writer is not None,
        "publishes": writer is not None and writer.publishes,
        "tries": [{"text": text, "url": f"/find?{urlencode({'lang': lang, 'q': text})}"} for text in TRIES]
        if counts
        else [],
        "examples": [
            {
                "title": each.title(lang),
                "url": f"/q/{each.slug}?lang={lang}",
                "explorer": links.explorer(each.query, each.variables),
            }
            for each in shipped()
        ],
        "endpoint": f"{house.settings.url}/graphql",
        "oembed": f"{house.settings.url}/oembed",
        "counts": [
            {
                "name": told["types"][name],
                "count": number_text(number, lang),
                "url": links.explorer(links.list_question(model.types[name])),
            }
            for name, number in counts.items()
        ],
    }


def account(known: Known) -> dict[str, str]:
    """Who is signed in, for the bar of a page; nobody has to where a caller is known for being here."""
    return {"name": known.signed_in, "url": "" if known.signed_in or known.is_here else "/sign-in"}


@lru_cache(maxsize=4096)
def number_text(number: int, lang: str) -> str:
    """A whole number as it is written in a language; a page has many, and they are the same ones."""
    return format_decimal(number, locale=lang)
