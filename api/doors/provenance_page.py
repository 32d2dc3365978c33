"""Where the pictures of a story come from, `/a/{slug}/provenance`: what their manifests say, and whether they hold."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import links, public
from api.doors.callers import Callers
from api.doors.errors import plain
from api.doors.languages import Words, words
from api.doors.media import refusal
from api.doors.pages import templates
from api.doors.public import Reader
from api.doors.story_page import HEADERS, image_view, no_story, policy
from api.plan.errors import Refused
from api.provenance import credentials_of
from api.showing import showing
from api.stories import read_story, standing
from api.wiring import House
from graph.model.enums import UseChannel
from media.errors import MediaError
from media.profiles import RenditionProfile
from media.provenance import Credentials, Provenance
from media.studio import Studio

_NARROW = 640


def routes(house: House, callers: Callers, studio: Studio) -> list[BaseRoute]:
    async def page(request: Request) -> Response:
        try:
            known = await public.known_to(callers, request)
            reader = public.reader_of(request, known, callers, house.settings)
            return await run_in_threadpool(_answer, house, studio, reader, public.id_of(request))
        except Refused as error:
            return plain(error)
        except MediaError as error:
            return refusal(error)

    return [Route("/a/{id}/provenance", page)]


def _answer(house: House, studio: Studio, reader: Reader, id: str) -> Response:
    """The page; it tells only of pictures that its reader may be shown."""
    story = read_story(house.store, reader.viewer, id, reader.locale)
    if story is None:
        return no_story(reader, standing(house.store, id, reader.viewer.now))
    responsive = RenditionProfile.RESPONSIVE
    shown = showing(house.store, reader.viewer, story, UseChannel.WEBSITE, (responsive,), reader.lang)
    images = [one for one in shown.images if one.profiles.get(responsive)]
    found = credentials_of(house.store, studio, [one.picture for one in images])
    told = words(reader.lang)
    text = templates.get_template("provenance.html").render(
        words=told,
        lang=reader.lang,
        title=story.title.text,
        title_lang=story.title.locale or "",
        story=links.story(story.id, story.title.locale or ""),
        pictures=[(image_view(one, _NARROW), _told(found[one.picture.id], told)) for one in images],
        signs=studio.signing is not None,
    )
    headers = {**HEADERS, **policy(), "Cache-Control": "private, no-cache", "Content-Language": reader.lang}
    return HTMLResponse(text, headers=headers)


def _told(one: Credentials, told: Words) -> dict[str, Any]:
    own = told["provenance"]
    rows = (
        (own["signer"], one.signer),
        (own["made_with"], one.made_with),
        (own["actions"], ", ".join(own["action"].get(name, name) for name in one.actions)),
        (own["made_from"], ", ".join(one.made_from)),
        (own["problems"], ", ".join(one.problems) if one.state is Provenance.INVALID else ""),
    )
    return {"state": one.state, "sentence": own[one.state.lower()], "rows": [row for row in rows if row[1]]}
