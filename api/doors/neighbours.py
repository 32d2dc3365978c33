"""`/graph/{id}`: the neighbourhood of a thing as a picture and in sentences, for who sees the thing."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.cards.export import to_csv
from api.cards.neighbourhood import OPENED, Neighbourhood, drawing, neighbourhood, told
from api.cards.words import worded
from api.doors import links
from api.doors.callers import Callers, Known
from api.doors.desk import at, edit_path, nothing, publishes, writes
from api.doors.errors import plain
from api.doors.languages import language_of, switch, words
from api.doors.pages import CONTENT_SECURITY_POLICY, HEADERS, account, templates
from api.doors.viewers import writer_of
from api.plan.errors import Refused
from api.wiring import House
from graph.store.select import Viewer

_OBJECTS, _LONGEST = 100, 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: A script of ours makes a PNG of the picture that is served.
_PAGE = {
    **HEADERS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' blob:")
    + "; script-src 'self'; connect-src 'self'",
}
#: A picture that stands alone brings its colours along, and nothing else.
_SVG = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "X-Content-Type-Options": "nosniff"}


class Opening(NamedTuple):
    """A sign at a thing, where it leads, and what that does."""

    sign: str
    url: str
    said: str


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    async def shown(request: Request) -> Response:
        lang = language_of(request, house.settings.locale)
        try:
            known = await callers.reader(request)
            opened = request.query_params.get("open", "").split(",")[:OPENED]
            known.spend(_OBJECTS * (1 + len(list(filter(None, opened)))))
        except Refused as error:
            return plain(error)
        return await run_in_threadpool(_shown, request, house, known, lang, opened)

    return [Route("/graph/{id}", shown)]


def _shown(request: Request, house: House, known: Known, lang: str, opened: Sequence[str]) -> Response:
    whole = neighbourhood(house.store, viewer_of_reader(known), request.path_params["id"], lang, opened)
    if whole is None:
        return nothing(lang)
    link, day = request.query_params.get("link", "")[:_LONGEST], request.query_params.get("day", "")
    around = whole.narrowed(link, day if _DAY.fullmatch(day) else "")
    taken = request.query_params.get("format", "")
    name = quote(whole.id.replace(":", "-"))
    if taken == "csv":
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(
            to_csv({"links": list(told(around, lang))}), media_type="text/csv; charset=utf-8", headers=headers
        )
    page = view(known, whole, around, lang, link, day)
    if taken == "svg":
        headers = {**HEADERS, **_SVG, "Content-Disposition": f'attachment; filename="{name}.svg"'}
        text = templates.get_template("neighbours.svg.xml").render(page)
        return Response(text, media_type="image/svg+xml", headers=headers)
    text = templates.get_template("neighbours.html").render(page)
    return HTMLResponse(text, headers={**_PAGE, "Content-Language": lang})


def viewer_of_reader(known: Known) -> Viewer:
    """What a reader sees: drafts, too, where it writes."""
    writer = writer_of(known.role, known.name, known.territories)
    return known.viewer() if writer is None else writer.viewer


def _path(id: str) -> str:
    return f"/graph/{quote(id, safe=':')}"


def _address(lang: str, id: str) -> str:
    return at(_path(id), lang)


def view(
    known: Known, whole: Neighbourhood, around: Neighbourhood, lang: str, link: str = "", day: str = ""
) -> dict[str, Any]:
    """The variables of the templates."""
    told_words, path, opened = words(lang), _path(whole.id), ",".join(whole.opened)
    label = whole.named[whole.id]
    title = told_words["graph"]["title"].format(name=label.text)
    is_story = label.type == "Asset" and label.state == "PUBLISHED"
    return {
        "words": told_words,
        "lang": lang,
        "languages": switch(lang, lambda one: at(path, one, link=link, day=day, open=opened)),
        "notice": told_words["notice"] if known.is_here else "",
        "account": account(known),
        "desk": writes(known),
        "publishes": publishes(known),
        "title": title,
        "type": told_words["one"][label.type],
        "drawing": drawing(title, around, told_words["one"]),
        "rows": list(told(around, lang)),
        "url_of": partial(_address, lang),
        "open": opened,
        "more_of": _opening(whole, lang, link, day),
        "action": path,
        "link": link,
        "day": day,
        "fields": [{"value": one, "text": worded(one, lang)} for one in whole.fields],
        "hidden": [
            told_words["graph"]["hidden"].format(name=whole.named[of].text, link=worded(one, lang))
            for of, one in sorted(whole.hidden)
            if of in whole.named and (not link or one == link)
        ],
        "edit": at(edit_path(whole.id), lang) if writes(known) else "",
        "public": links.story(whole.id, lang) if is_story else "",
        "ways": at("/q/how-two-things-are-bound", lang, **{"from": whole.id}),
        "svg": at(path, lang, link=link, day=day, open=opened, format="svg"),
        "png": f"{whole.id.replace(':', '-')}.png",
        "csv": at(path, lang, link=link, day=day, open=opened, format="csv"),
    }


def _opening(whole: Neighbourhood, lang: str, link: str, day: str) -> Callable[[str], Opening | None]:
    """What opens a thing of the picture, or closes it again; None for the one that it is about."""
    told_words = words(lang)["graph"]

    def of(id: str) -> Opening | None:
        is_open = id in whole.opened
        if id == whole.id or not (is_open or len(whole.opened) < OPENED):
            return None
        opened = [one for one in whole.opened if one != id] if is_open else [*whole.opened, id]
        url = at(_path(whole.id), lang, link=link, day=day, open=",".join(opened))
        said = told_words["close" if is_open else "expand"].format(name=whole.named[id].text)
        return Opening("−" if is_open else "+", url, said)

    return of
