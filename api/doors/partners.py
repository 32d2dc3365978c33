"""The page for partners, `/partners`: a sample newspaper with a live embed, what it weighs, and a right that ends.

A right is let end only in the demonstration, and only by who sits at its machine.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import links, public
from api.doors.callers import Callers, is_own
from api.doors.embed_code import HEIGHT, embed_code
from api.doors.embed_page import MOST, Profile, page, shown_in
from api.doors.errors import plain
from api.doors.languages import switch, words
from api.doors.pages import HEADERS, templates
from api.doors.public import Reader
from api.plan.errors import Refused
from api.stories import PREFIX, Story, public_assets, read_story
from api.wiring import House
from graph.store.batch import ActorKind, Batch, Put
from graph.store.port import GraphStore

PATH = "/partners"
#: What the demonstration shows: a picture of its own under a right of its own.
_STORY, _GRANT = "pinisi", "rightsgrant:drawings-2026"
_GIVEN_DAYS, _SEE_OTHER, _FORBIDDEN = 30, 303, 403
_WEIGHED = (Profile.FULL, Profile.KB_20, Profile.KB_5, Profile.TEXT)


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    demonstration = house.settings.is_demonstration

    async def look(request: Request) -> Response:
        try:
            known = await public.known_to(callers, request)
        except Refused as error:
            return plain(error)
        reader = public.anybody(request, callers, house.settings)
        slug = request.query_params.get("of", "")[:200] or (_STORY if demonstration else "")
        may_end = demonstration and known.is_here
        return await run_in_threadpool(answer, house, reader, slug, may_end=may_end)

    async def end(request: Request) -> Response:
        origin = request.headers.get("origin")
        known = await callers.known(request)
        if not (demonstration and known.is_here) or (origin is not None and not is_own(origin, request)):
            return PlainTextResponse("Rights end here only in the demonstration, at its own machine.\n", _FORBIDDEN)
        await run_in_threadpool(_end, house.store, ended=request.path_params["what"] == "end")
        lang = public.anybody(request, callers, house.settings).lang
        return RedirectResponse(f"{PATH}?lang={lang}", _SEE_OTHER, {"Cache-Control": "no-store"})

    return [Route(PATH, look), Route(f"{PATH}/{{what}}-right", end, methods=["POST"])]


def answer(house: House, reader: Reader, slug: str, *, may_end: bool = False) -> Response:
    """The page with the embed of a story, or of the first one that is public."""
    told = words(reader.lang)
    story = read_story(house.store, reader.viewer, f"{PREFIX}{slug}", reader.locale) or _first(house, reader)
    view: dict[str, Any] = {
        "words": told,
        "lang": reader.lang,
        "languages": switch(reader.lang, lambda one: f"{PATH}?lang={one}"),
        "notice": "",
        "story": story,
        "may_end": may_end,
    }
    if story is not None:
        full = shown_in(house, reader, story, Profile.FULL)
        view |= {
            "embed": reader.embed(story, lang=story.title.locale or reader.lang),
            "height": HEIGHT,
            "page": links.story(story.id, reader.lang),
            "code": embed_code(reader, story, full.credit),
            "weights": [_weight(house, reader, story, one) for one in _WEIGHED],
            "whole": full.whole,
        }
    text = templates.get_template("partners.html").render(view)
    policy = f"{HEADERS['Content-Security-Policy']}; frame-src 'self' {reader.base}/embed/"
    return HTMLResponse(text, headers={**HEADERS, "Content-Security-Policy": policy, "Content-Language": reader.lang})


def _first(house: House, reader: Reader) -> Story | None:
    found = public_assets(house.store, reader.viewer.now, limit=1)
    return read_story(house.store, reader.viewer, found[0][0], reader.locale) if found else None


def _weight(house: House, reader: Reader, story: Story, profile: Profile) -> dict[str, Any]:
    """What an embed weighs in a profile, before anything is compressed."""
    text, picture = page(reader, story, shown_in(house, reader, story, profile), profile)
    return {"profile": profile, "page": len(text.encode()), "picture": picture, "most": MOST.get(profile)}


def _end(store: GraphStore, *, ended: bool) -> None:
    """Let the right of the sample end with yesterday, or give it back for a month."""
    day = datetime.now(UTC).date() + timedelta(-1 if ended else _GIVEN_DAYS)
    put = Put(_GRANT, "RightsGrant", {"valid_until": day.isoformat()})
    store.write(Batch((put,), "duta demo", ActorKind.SYSTEM, "A right ends" if ended else "A right is given back"))
