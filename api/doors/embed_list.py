"""The embed of a saved question, `/embed/q/{slug}`: the stories it answers with that may be shown whole, now.

A question is asked as everybody may ask it. Stories are the assets whose `id` it asks for, in the order of the answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.cards.card import Card, card_of
from api.cards.choosing import Reader as Filler
from api.cards.form import fill
from api.doors import public
from api.doors.caching import tagged
from api.doors.callers import Callers
from api.doors.embed_page import MOST, Profile, headers_of, nothing, profile_of, script, shown_in, style
from api.doors.errors import plain
from api.doors.languages import words
from api.doors.pages import templates
from api.doors.public import OBJECTS, Reader
from api.plan import Caller, Executor
from api.plan import Request as Asked
from api.plan.errors import Refused
from api.showing import Image, Showing
from api.stories import PREFIX, Standing, Story, read_story
from api.wiring import House
from media.formats import Format
from media.profiles import RenditionProfile

#: Stories that are shown, and those that are looked at for them.
_MOST, _LOOKED_AT = 6, 12
_WIDEST = 320

Item = tuple[Story, Showing]


def routes(house: House, executor: Executor, callers: Callers) -> list[BaseRoute]:
    async def embed(request: Request) -> Response:
        try:
            known = await public.known_to(callers, request)
            known.spend(OBJECTS * _MOST)
        except Refused as error:
            return plain(error)
        reader = public.anybody(request, callers, house.settings)
        return await run_in_threadpool(_answer, house, executor, reader, request)

    return [Route("/embed/q/{slug}", embed)]


def _answer(house: House, executor: Executor, reader: Reader, request: Request) -> Response:
    card, profile = card_of(house.store, reader.viewer, request.path_params["slug"]), profile_of(request)
    if card is None:
        return nothing(reader, Standing.UNKNOWN, profile)
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    items = list(cleared(house, reader, profile, ids_of(house, executor, reader, card, given)))
    response = HTMLResponse(page(reader, card, items, profile), headers=headers_of(reader, reader.lang))
    # With no story there is nothing that could end before the others, and nothing that others may not see.
    shown = [one for _, one in items]
    if not shown:
        response.headers["Cache-Control"] = "no-store"
        return response
    all_of_them = replace(
        shown[0], everywhere=all(one.everywhere for one in shown), until=min(one.until for one in shown)
    )
    return tagged(response, request.headers, public.caching(reader, all_of_them, house.settings))


def ids_of(
    house: House, executor: Executor, reader: Reader, card: Card, given: Mapping[str, Sequence[str]]
) -> list[str]:
    """The assets in the answer to a question, each once; none where the question cannot be asked so."""
    filler = Filler(house.store, reader.viewer, house, reader.lang, words(reader.lang))
    filled = fill(executor.contract, card, given, filler)
    if not filled.sound:
        return []
    asked = Asked(card.query, None, filled.variables, only_queries=True)
    outcome = executor.execute(asked, Caller(reader.viewer, reader.lang, None))
    return list(dict.fromkeys(_ids(outcome.data))) if not outcome.errors else []


def _ids(told: object) -> Iterator[str]:
    if isinstance(told, Mapping):
        row = cast("Mapping[str, object]", told)
        id = row.get("id")
        if isinstance(id, str) and id.startswith(PREFIX):
            yield id
        for value in row.values():
            yield from _ids(value)
    elif isinstance(told, list):
        for one in cast("list[object]", told):
            yield from _ids(one)


def cleared(house: House, reader: Reader, profile: Profile, ids: Sequence[str]) -> Iterator[Item]:
    """The first stories that may be shown whole."""
    found = 0
    for id in ids[:_LOOKED_AT]:
        story = read_story(house.store, reader.viewer, id, reader.locale)
        shown = shown_in(house, reader, story, profile) if story else None
        if story and shown and shown.whole:
            yield story, shown
            found += 1
        if found == _MOST:
            return


def page(reader: Reader, card: Card, items: Sequence[Item], profile: Profile) -> str:
    """A list of stories; where bytes are counted, one of words, with as many as there is room for."""
    told = words(reader.lang)
    full, room = profile is Profile.FULL, MOST.get(profile, 0)
    kept = list(items)
    while True:
        text = templates.get_template("embed_list.html").render(
            words=told,
            lang=reader.lang,
            title=card.title(reader.lang),
            url=f"{reader.base}/q/{card.slug}?lang={reader.lang}",
            items=[_view(reader, story, shown, full=full) for story, shown in kept],
            style=style() if full else "",
            script=script() if full else "",
        )
        if full or not kept or len(text.encode()) <= room:
            return text
        kept.pop()


def _view(reader: Reader, story: Story, shown: Showing, *, full: bool) -> dict[str, Any]:
    return {
        "title": story.title.text,
        "lang": story.title.locale or "",
        "url": reader.page(story, story.title.locale or ""),
        "credit": shown.credit,
        "image": next((_image(one, reader.base) for one in shown.images), None) if full else None,
    }


def _image(image: Image, base: str) -> dict[str, Any]:
    """One small picture of each format, as they stand side by side."""
    small = [one for one in image.profiles[RenditionProfile.RESPONSIVE] if one.width <= _WIDEST]
    found = small or list(image.jpegs(RenditionProfile.RESPONSIVE)[:1])
    jpeg = next(one for one in found if one.plan.format is Format.JPEG)
    return {
        "sources": [(one.plan.format.mime, f"{base}{one.path}") for one in found if one is not jpeg],
        "src": f"{base}{jpeg.path}",
        "width": jpeg.width,
        "height": jpeg.height,
        "alt": image.shown.alt.text or "",
        "lang": image.shown.alt.locale or "",
    }
