"""The start page: what is in here, and the doors to it. It works without script, in each of the languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, cast
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.cards.card import shipped
from api.doors import links
from api.doors.callers import Callers, Known
from api.doors.errors import plain
from api.doors.files import Folder
from api.doors.languages import LANGUAGES, Words, language_of, words
from api.labels import Label, labels
from api.plan.errors import Refused
from api.wiring import House
from graph.errors import IndexUnusable
from graph.model import Model
from graph.search.index import After, Hit, Hits, Query, QueryRefused, Snippet, Why
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
FACETS = ("type", "country", "theme", "locale", "year")
TRIES = ("kimchi", "batik", "한식", "slow food", "cà phê")
_PAGE, _VALUES = 10, 8
#: What the page counts for in a budget: its hits, the values of its facets, and a count of each type.
_OBJECTS = 100

templates = Environment(
    loader=PackageLoader("api.doors"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked the search box: words, one value of each facet at most, and where the last page ended."""

    text: str
    chosen: Mapping[str, str]
    after: After | None
    lang: str

    @staticmethod
    def of(request: Request, lang: str) -> "Asked":
        given = request.query_params
        chosen = {facet: given[facet] for facet in FACETS if given.get(facet)}
        return Asked(given.get("q", "").strip(), chosen, _after(given.get("after", "")), lang)

    def url(self, chosen: Mapping[str, str] | None = None, **more: str) -> str:
        """The same question with other facets, from its first page."""
        facets = self.chosen if chosen is None else chosen
        return f"/?{urlencode({'lang': self.lang, 'q': self.text, **facets, **more})}#find"


@dataclass(frozen=True, slots=True)
class Found:
    """What the graph and the index said, before it is put into words."""

    counts: Mapping[str, int]
    hits: Hits | None = None
    labels: Mapping[str, Label] | None = None
    problem: str = ""


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    folder = Folder("static")

    async def start(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        asked = Asked.of(request, lang)
        try:
            known = await callers.known(request)
            if known.purse is not None:
                known.purse.spend(_OBJECTS)
        except Refused as error:
            return plain(error)
        found = await run_in_threadpool(find, house, known.viewer(), asked)
        page = templates.get_template("start.html").render(view(house, known, asked, found))
        return HTMLResponse(page, headers={**HEADERS, "Content-Language": lang})

    async def static(request: Request) -> Response:
        return folder.answer(request, request.path_params["name"])

    return [Route("/", start), Route("/static/{name}", static)]


def find(house: House, viewer: Viewer, asked: Asked) -> Found:
    """Ask the store and the index what the page needs."""
    counts = count(house, viewer)
    if not asked.text and not asked.chosen:
        return Found(counts)
    filters = {facet: frozenset([value]) for facet, value in asked.chosen.items()}
    query = Query(asked.text, viewer, filters, locale=asked.lang, first=_PAGE, after=asked.after, facets=FACETS)
    try:
        hits = house.search(query)
    except QueryRefused as refused:
        return Found(counts, problem=str(refused))
    except IndexUnusable:
        return Found(counts, problem=words(asked.lang)["find"]["unready"])
    return Found(counts, hits, labels(house.store, viewer, _named(hits, asked), asked.lang))


def count(house: House, viewer: Viewer) -> dict[str, int]:
    """How many of each type the viewer sees, asked at once; types of which there are none are left out."""
    types = house.store.model.types
    answers = house.store.ask(viewer, {name: Select(name, rows=False, total=True) for name in types})
    totals = {name: cast("int", answers[name]["total"]) for name in types}
    return {name: total for name, total in totals.items() if total}


def _named(hits: Hits, asked: Asked) -> Iterator[str]:
    """Every id whose label the page shows."""
    yield from (hit.id for hit in hits.hits)
    yield from (why.via for hit in hits.hits for why in hit.why if why.via)
    for facet in ("country", "theme"):
        yield from (value for value, _ in hits.facets.get(facet, ())[:_VALUES])
        if facet in asked.chosen:
            yield asked.chosen[facet]


def view(house: House, known: Known, asked: Asked, found: Found) -> dict[str, Any]:
    """The variables of the template."""
    told, lang = words(asked.lang), asked.lang
    model = house.store.model
    return {
        "words": told,
        "lang": lang,
        "languages": [
            {
                "code": code,
                "name": words(code)["language"],
                "url": f"/?{urlencode({'lang': code, 'q': asked.text} if asked.text else {'lang': code})}",
                "current": code == lang,
            }
            for code in LANGUAGES
        ],
        "notice": told["notice"] if known.is_here else "",
        "text": asked.text,
        "tries": [{"text": text, "url": Asked(text, {}, None, lang).url()} for text in TRIES] if found.counts else [],
        "problem": found.problem,
        "answer": _answer(model, told, asked, found),
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
                "count": format_decimal(number, locale=lang),
                "url": links.explorer(links.list_question(model.types[name])),
            }
            for name, number in found.counts.items()
        ],
        "version": version("duta"),
    }


def _answer(model: Model, told: Words, asked: Asked, found: Found) -> dict[str, Any] | None:
    hits = found.hits
    if hits is None:
        return None
    named = found.labels or {}
    last = hits.hits[-1] if hits.hits else None
    return {
        "text": asked.text,
        "told": _told(told, asked, hits.total),
        "chosen": [_chosen(told, asked, facet, value, named) for facet, value in asked.chosen.items()],
        "facets": [
            facet for name in FACETS if name not in asked.chosen and (facet := _facet(told, asked, name, hits, named))
        ],
        "hits": [_hit(model, told, hit, named) for hit in hits.hits if hit.id in named],
        "more": asked.url(after=f"{last.key}.{hits.generation}.{last.id}") if hits.more and last else "",
    }


def _told(told: Words, asked: Asked, total: int) -> str:
    form = "found_none" if total == 0 else "found_one" if total == 1 else "found_many"
    sentence: str = told["find"][form]
    return sentence.format(text=asked.text or "*", count=format_decimal(total, locale=asked.lang))


def _chosen(told: Words, asked: Asked, facet: str, value: str, named: Mapping[str, Label]) -> dict[str, str]:
    text = _value(told, asked.lang, facet, value, named)
    rest = {name: other for name, other in asked.chosen.items() if name != facet}
    return {"text": text, "url": asked.url(rest), "remove": told["find"]["remove"].format(value=text)}


def _facet(told: Words, asked: Asked, name: str, hits: Hits, named: Mapping[str, Label]) -> dict[str, Any] | None:
    values = [
        {
            "text": _value(told, asked.lang, name, value, named),
            "count": count,
            "url": asked.url({**asked.chosen, name: value}),
        }
        for value, count in hits.facets.get(name, ())[:_VALUES]
    ]
    return {"title": told["facets"][name], "choices": values} if len(values) > 1 else None


def _value(told: Words, lang: str, facet: str, value: str, named: Mapping[str, Label]) -> str:
    """A facet's value in words."""
    if facet == "type":
        return str(told["types"].get(value, value))
    if facet == "locale":
        return language_name(value, lang)
    return named[value].text if value in named else value


def language_name(tag: str, lang: str) -> str:
    """A language's name in another."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(lang) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _hit(model: Model, told: Words, hit: Hit, named: Mapping[str, Label]) -> dict[str, Any]:
    label = named[hit.id]
    return {
        "label": label.text,
        "url": links.explorer(links.entity_question(model.types[hit.type]), {"id": hit.id}),
        "open": told["find"]["open"].format(label=label.text),
        "page": links.story(hit.id) if hit.type == "Asset" and label.state == "PUBLISHED" else "",
        "type": told["one"][hit.type],
        "state": "" if label.state == "PUBLISHED" else label.state,
        "sample": label.sample,
        "snippet": list(pieces(hit.snippet)) if hit.snippet and hit.snippet.text != label.text else [],
        "lang": hit.locale,
        "why": _why(told, hit, named),
    }


def _why(told: Words, hit: Hit, named: Mapping[str, Label]) -> str:
    ways = dict.fromkeys(told["why"][why.match].format(via=_via(why, named)) for why in hit.why)
    return told["why"]["found"].format(ways=", ".join(ways)) if ways else ""


def _via(why: Why, named: Mapping[str, Label]) -> str:
    label = named.get(why.via or "")
    return f"“{label.text}”" if label else "…"


def pieces(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """The text of a snippet in pieces, each with whether it matched."""
    at = 0
    for start, end in snippet.highlights:
        yield snippet.text[at:start], False
        yield snippet.text[start:end], True
        at = end
    yield snippet.text[at:], False


def _after(cursor: str) -> After | None:
    """The place that `after` names; a broken one begins again."""
    key, _, rest = cursor.partition(".")
    generation, _, id = rest.partition(".")
    return After(int(key), id, int(generation)) if key.isdecimal() and generation.isdecimal() and id else None
