"""The embed page, `/embed/{slug}`: what stands in a partner's frame, decided anew whenever it is viewed.

What may no longer be shown becomes a card of words; what is not there, a card that says no more than that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from babel.dates import format_date
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors import public
from api.doors.caching import tagged
from api.doors.callers import Callers
from api.doors.errors import plain
from api.doors.fitting import fitting
from api.doors.languages import Words, words
from api.doors.messages import message
from api.doors.pages import templates
from api.doors.public import Reader
from api.doors.story_page import image_view
from api.keys import Key
from api.pinning import pinned
from api.plan.errors import Refused
from api.showing import Image, Showing, showing
from api.stories import Standing, Story, read_story, standing
from api.views import Views
from api.wiring import House
from graph.model.enums import UseChannel
from graph.story.rights import RightsVerdict
from media.formats import Format
from media.profiles import RenditionProfile

_NOT_FOUND, _GONE, _VIEWED = 404, 410, (200, 304)
_WIDEST = 960
#: So many related stories are tried for one that may be shown.
_MOST_TRIED = 5


class Profile(StrEnum):
    """How much an embed may weigh, its picture included; TEXT has neither a picture nor a script, SMS is a message."""

    FULL = "FULL"
    KB_20 = "KB_20"
    KB_5 = "KB_5"
    TEXT = "TEXT"
    SMS = "SMS"


#: In bytes, before anything is compressed.
MOST: Mapping[Profile, int] = {Profile.KB_20: 20_000, Profile.KB_5: 5_000, Profile.TEXT: 1_000}
_CUTS: Mapping[Profile, tuple[RenditionProfile, ...]] = {
    Profile.FULL: (RenditionProfile.RESPONSIVE,),
    Profile.KB_20: (RenditionProfile.KB_20, RenditionProfile.KB_5),
    Profile.KB_5: (RenditionProfile.KB_5,),
    Profile.TEXT: (),
    Profile.SMS: (),
}


def routes(house: House, callers: Callers, views: Views) -> list[BaseRoute]:
    async def embed(request: Request) -> Response:
        moved = public.moved(request)
        if moved is not None:
            return moved
        try:
            await public.known_to(callers, request)
        except Refused as error:
            return plain(error)
        reader = public.anybody(request, callers, house.settings)
        id, pin = public.id_of(request), request.query_params.get("pin", "")
        by = request.query_params.get("by", "")
        partner = await run_in_threadpool(views.partner, by) if by else None
        asked = (house, reader, id, profile_of(request), pin, request.headers, partner)
        response = await run_in_threadpool(answer, *asked)
        response = await public.led_on(house, reader, request, response)
        if response.status_code in _VIEWED and request.method == "GET" and not _is_preview(request):
            views.count(id, by)
        return response

    return [Route("/embed/{id}", embed)]


def _is_preview(request: Request) -> bool:
    """Whether our own page frames it, or a browser fetches it ahead."""
    return request.headers.get("sec-fetch-site") == "same-origin" or "sec-purpose" in request.headers


def profile_of(request: Request) -> Profile:
    """What `?profile=` or `?lite=1` says, else TEXT for whoever saves data; a name that is none is taken for FULL."""
    asked = request.query_params.get("profile", "").upper()
    if asked in Profile.__members__:
        return Profile(asked)
    saving = request.query_params.get("lite") == "1" or request.headers.get("save-data", "").lower() == "on"
    return Profile.TEXT if saving else Profile.FULL


def answer(
    house: House,
    reader: Reader,
    id: str,
    profile: Profile,
    pin: str = "",
    given: Mapping[str, str] | None = None,
    partner: Key | None = None,
) -> Response:
    """The page of a story, in the words of now or of a moment, or a card that says that there is none.

    A partner whose address it is may have named the sites that may frame it, and that another story may stand there.
    """
    story = read_story(house.store, reader.viewer, id, reader.locale)
    if story is None:
        return nothing(reader, standing(house.store, id, reader.viewer.now), profile)
    if pin:
        story = pinned(house.store, reader.viewer, story, pin, reader.locale)
    shown = shown_in(house, reader, story, profile)
    instead = ""
    if partner is not None and partner.replaces and not pin and not shown.whole and profile is not Profile.SMS:
        story, shown, instead = _replaced(house, reader, story, shown, profile)
    language = ", ".join(dict.fromkeys([reader.lang, story.title.locale or reader.lang]))
    headers = headers_of(reader, language, partner.origins if partner else ())
    if profile is Profile.SMS:
        told = message(f"{story.title.text}. {story.summary.text or ''}", reader.page(story))
        response: Response = PlainTextResponse(told, headers=headers)
    else:
        response = HTMLResponse(page(reader, story, shown, profile, instead)[0], headers=headers)
    return tagged(response, given or {}, public.caching(reader, shown, house.settings))


def _replaced(
    house: House, reader: Reader, story: Story, shown: Showing, profile: Profile
) -> tuple[Story, Showing, str]:
    """The first related story that may be shown whole, labelled as what it is; else the same."""
    for one in story.linked["related"][:_MOST_TRIED]:
        other = read_story(house.store, reader.viewer, one.id, reader.locale)
        found = shown_in(house, reader, other, profile) if other is not None else None
        if other is not None and found is not None and found.whole:
            label: str = words(reader.lang)["use"]["instead"].format(title=story.title.text)
            # Where the first may be shown to others, no shared cache keeps what stands in its place.
            return other, replace(found, everywhere=found.everywhere and shown.everywhere), label
    return story, shown, ""


def shown_in(house: House, reader: Reader, story: Story, profile: Profile) -> Showing:
    """What of a story may be shown in a profile."""
    return showing(house.store, reader.viewer, story, UseChannel.EMBED, _CUTS[profile], reader.lang)


def page(reader: Reader, story: Story, shown: Showing, profile: Profile, instead: str = "") -> tuple[str, int]:
    """The page, within the bytes of its profile together with its picture, and the bytes of that.

    In FULL a browser chooses among pictures, so that none is counted. Else the best one that leaves room for all words
    is taken; where none does, the smallest, and the words give way.
    """
    room, smallest = MOST.get(profile), None
    for image in _images(shown.images if shown.whole else (), profile, reader.base):
        text = _render(reader, story, shown, profile, image, instead)(*_words(story, shown))
        if room is None or len(text.encode()) + int(image["bytes"]) <= room:
            return text, int(image["bytes"])
        smallest = image
    return _cut(reader, story, shown, profile, smallest, instead), int(smallest["bytes"]) if smallest else 0


def _images(images: tuple[Image, ...], profile: Profile, base: str) -> Iterator[dict[str, Any]]:
    """The first picture, from what looks best to what weighs least."""
    for image in images[:1]:
        if profile is Profile.FULL:
            yield {**image_view(image, _WIDEST, base), "bytes": 0}
        for cut in _CUTS[profile] if profile is not Profile.FULL else ():
            made = {(one.plan.name, one.plan.format): one for one in image.profiles.get(cut, ())}
            for one in reversed(image.jpegs(cut)):
                # Whichever of the two is fetched, it weighs no more than is counted.
                webp = made[one.plan.name, Format.WEBP]
                yield {
                    "sources": [(Format.WEBP.mime, f"{base}{webp.path}")],
                    "srcset": "",
                    "src": f"{base}{one.path}",
                    "width": one.width,
                    "height": one.height,
                    "alt": image.shown.alt.text or "",
                    "lang": image.shown.alt.locale or "",
                    # The line under the words says it, once.
                    "credit": "",
                    "bytes": max(each.bytes or each.plan.budget or 0 for each in (one, webp)),
                }


def _words(story: Story, shown: Showing) -> tuple[str, str, str]:
    return story.title.text or "", story.summary.text or "", shown.credit


def _cut(
    reader: Reader, story: Story, shown: Showing, profile: Profile, image: Mapping[str, Any] | None, instead: str
) -> str:
    """The page with as much of its words as there is room for."""
    room = MOST.get(profile)
    if room is not None and image is not None:
        room -= int(image["bytes"])
    return fitting(_render(reader, story, shown, profile, image, instead), _words(story, shown), room)


def _render(
    reader: Reader, story: Story, shown: Showing, profile: Profile, image: Mapping[str, Any] | None, instead: str
) -> Callable[[str, str, str], str]:
    """Writes the page with a title, a summary and a credit line."""
    told = words(reader.lang)
    name = "embed_text.html" if profile is Profile.TEXT else "embed.html"
    values = {
        "words": told,
        "lang": reader.lang,
        "title_lang": story.title.locale or "",
        "summary_lang": story.summary.locale or "",
        "page": reader.page(story, story.title.locale or ""),
        "sample": story.sample,
        "reason": instead or reason(shown, told),
        "corrected": _corrected(story, told, reader.lang),
        "image": image,
        "style": style(),
        "script": script(),
    }

    def render(title: str, summary: str, credit: str) -> str:
        return templates.get_template(name).render(values, title=title, summary=summary, credit=credit)

    return render


def reason(shown: Showing, told: Words) -> str:
    """Why there is no more of it, without a word of what is internal; empty where it is shown whole."""
    if shown.whole:
        return ""
    if shown.verdict.allowed:
        key = "paused"
    else:
        key = "not_cleared" if shown.verdict.verdict is RightsVerdict.UNKNOWN else "not_allowed"
    sentence: str = told["use"][key]
    return sentence


def _corrected(story: Story, told: Words, lang: str) -> str:
    """That words of the past were corrected since, and when."""
    if not story.corrected:
        return ""
    day = format_date(date.fromisoformat(story.corrected), "long", locale=lang)
    sentence: str = told["use"]["corrected"].format(day=day)
    return sentence


@cache
def style() -> str:
    """The style of what stands in a frame."""
    return public.static_text("embed.css")


@cache
def script() -> str:
    """What tells the page around a frame how high it is."""
    return public.static_text("embed.js")


def headers_of(reader: Reader, language: str, sites: Sequence[str] = ()) -> Mapping[str, str]:
    """Any page may frame what everybody may see, or those of the sites named; only our own pictures are loaded."""
    ancestors = " ".join(["'self'", *sites]) if sites else "*"
    policy = (
        f"default-src 'none'; style-src {public.hash_of(style())}; script-src {public.hash_of(script())}; "
        f"img-src 'self' {reader.base}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
    return {
        "Content-Security-Policy": policy,
        "Content-Language": language,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language, Save-Data",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }


def nothing(reader: Reader, why: Standing, profile: Profile) -> Response:
    """A card that says that there is none."""
    told = words(reader.lang)
    status, key = (_GONE, "gone") if why is Standing.GONE else (_NOT_FOUND, "unknown")
    headers = {**headers_of(reader, reader.lang), "Cache-Control": "no-store"}
    if profile is Profile.SMS:
        return PlainTextResponse(told["story"][key], status, headers)
    values = {"words": told, "lang": reader.lang, "base": reader.base, "sentence": told["story"][key]}
    text = templates.get_template("embed_nothing.html").render(values)
    return HTMLResponse(text, status, headers)
