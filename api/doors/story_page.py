"""The page of a story, `/a/{slug}`: in the reader's language, without script, with what a partner needs to use it."""

import re
from collections.abc import Mapping
from typing import Any

from babel.dates import format_date
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import links, public
from api.doors.caching import tagged
from api.doors.callers import Callers
from api.doors.errors import plain
from api.doors.languages import LANGUAGES, Words, words
from api.doors.linked_data import json_ld, preview
from api.doors.pages import templates
from api.doors.public import Reader
from api.doors.using import use_view
from api.pictures import srcset
from api.plan.errors import Refused
from api.showing import Image, Showing, showing
from api.stories import Standing, Story, read_story, standing
from api.wiring import House
from graph.model.enums import UseChannel
from graph.story.rights import RightsVerdict
from graph.story.wording import language_name
from media.formats import Format
from media.profiles import RenditionProfile

_NOT_FOUND, _GONE = 404, 410
_PROFILES = (RenditionProfile.RESPONSIVE, RenditionProfile.SOCIAL, RenditionProfile.PRINT)
HEADERS = {
    "Vary": "Accept-Language, Authorization",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes(house: House, callers: Callers) -> list[BaseRoute]:
    async def page(request: Request) -> Response:
        moved = public.moved(request)
        if moved is not None:
            return moved
        try:
            known = await public.known_to(callers, request)
            reader = public.reader_of(request, known, callers, house.settings)
        except Refused as error:
            return plain(error)
        response = await run_in_threadpool(answer, house, reader, public.id_of(request), request.headers)
        return await public.led_on(house, reader, request, response)

    return [Route("/a/{id}", page)]


def answer(house: House, reader: Reader, id: str, given: Mapping[str, str]) -> Response:
    """The page of a story as its reader sees it, or one that says that there is none."""
    story = read_story(house.store, reader.viewer, id, reader.locale)
    if story is None:
        return no_story(reader, standing(house.store, id, reader.viewer.now))
    shown = showing(house.store, reader.viewer, story, UseChannel.WEBSITE, _PROFILES, reader.lang)
    told = words(reader.lang)
    data = json_ld(story, shown, reader, told["title"])
    text = templates.get_template("story.html").render(_view(reader, story, shown, told, data))
    language = ", ".join(dict.fromkeys([reader.lang, story.title.locale or reader.lang]))
    response = HTMLResponse(text, headers={**HEADERS, "Content-Language": language, **policy(data, reader.base)})
    return tagged(response, given, public.caching(reader, shown, house.settings))


def policy(data: str = "", base: str = "") -> Mapping[str, str]:
    """No script runs; a story's page frames its own embed, and its form goes here."""
    scripts, forms = "", "form-action 'none'"
    if data:
        scripts, forms = f" script-src {public.hash_of(data)};", f"form-action 'self'; frame-src 'self' {base}/embed/"
    policy = f"default-src 'none';{scripts} style-src 'self'; img-src 'self' data:; base-uri 'none'; {forms}"
    return {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"}


def no_story(reader: Reader, why: Standing) -> Response:
    told = words(reader.lang)
    status, key = (_GONE, "gone") if why is Standing.GONE else (_NOT_FOUND, "unknown")
    text = templates.get_template("no_story.html").render(words=told, lang=reader.lang, sentence=told["story"][key])
    headers = {**HEADERS, **policy(), "Cache-Control": "no-store", "Content-Language": reader.lang}
    return HTMLResponse(text, status, headers)


def _view(reader: Reader, story: Story, shown: Showing, told: Words, data: str) -> dict[str, Any]:
    own = story.title.locale or ""
    everyone = story.is_public(reader.viewer.now)
    return {
        "words": told,
        "lang": reader.lang,
        "story": story,
        "one": told["one"]["Asset"],
        "paragraphs": [one for one in re.split(r"\n\s*\n", story.body.text or "") if one.strip()],
        "languages": [
            {
                "code": code,
                "name": language_name(code, code),
                "url": links.story(story.id, code),
                "current": code == own,
            }
            for code in dict.fromkeys([*story.languages, *LANGUAGES])
        ],
        "notice": told["notice"] if reader.is_here else "",
        "unshared": "" if everyone else told["story"]["unshared"],
        "canonical": reader.page(story, own),
        "standard": reader.page(story),
        "alternates": [(code, reader.page(story, code)) for code in story.languages],
        "oembed": f"{reader.base}/oembed",
        "picture": preview(shown.images, reader.base),
        "images": [image_view(one) for one in shown.images if one.profiles.get(RenditionProfile.RESPONSIVE)],
        "about": _about(story, told),
        "rights": rights_told(shown, told, reader.lang),
        "sources": story.sources,
        "related": [
            {"label": one.label, "url": links.story(one.id, reader.locale)}
            for one in (*story.linked["derived_from"], *story.linked["part_of"], *story.linked["related"])
        ],
        "use": use_view(reader, story, shown) if everyone else None,
        "provenance": f"{links.story(story.id)}/provenance?lang={reader.lang}" if shown.images else "",
        "code": everyone,
        "credit": shown.credit,
        "data": data,
    }


def image_view(image: Image, widest: int = 1920, base: str = "") -> dict[str, Any]:
    """A picture for the templates: each format with its widths, and what everything reads."""
    found = [one for one in image.profiles[RenditionProfile.RESPONSIVE] if one.width <= widest]
    jpegs = [one for one in found if one.plan.format is Format.JPEG] or image.jpegs(RenditionProfile.RESPONSIVE)[:1]
    formats = {
        format.mime: srcset((f"{base}{one.path}", one.width) for one in found if one.plan.format is format)
        for format in (Format.AVIF, Format.WEBP)
    }
    return {
        "sources": [(mime, one) for mime, one in formats.items() if one],
        "srcset": srcset((f"{base}{one.path}", one.width) for one in jpegs),
        "src": f"{base}{jpegs[-1].path}",
        "width": jpegs[-1].width,
        "height": jpegs[-1].height,
        "alt": image.shown.alt.text or "",
        "lang": image.shown.alt.locale or "",
        "caption": image.shown.caption.text or "",
        "credit": image.shown.credit,
        "notice": image.picture.notice,
    }


def rights_told(shown: Showing, told: Words, lang: str) -> dict[str, Any]:
    """The verdict in plain words, with what has to be done and the last day."""
    verdict = shown.verdict
    last = verdict.valid_until if verdict.allowed else None
    return {
        "sentence": told["use"][verdict.verdict.lower()],
        "until": told["use"]["until"].format(day=format_date(last, "long", locale=lang)) if last else "",
        "allowed": verdict.allowed,
        "duties": [one.text for one in verdict.duties],
        "unknown": verdict.verdict is RightsVerdict.UNKNOWN,
    }


def _about(story: Story, told: Words) -> list[tuple[str, list[str]]]:
    """What is said of it in pairs, those that say something."""
    names = told["story"]
    pairs = [
        (names["makers"], [one.label for one in story.linked["makers"]]),
        (names["countries"], [one.label for one in story.linked["countries"]]),
        (names["themes"], [one.label for one in story.linked["themes"]]),
        (names["date"], [story.date] if story.date else []),
        (names["keeper"], [story.keeper.name] if story.keeper else []),
    ]
    return [(name, values) for name, values in pairs if values]
