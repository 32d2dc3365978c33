"""What the public faces of a story share: who reads it, in which language, under which address, and what caches may do.

A face is at the slug of its asset: `/a/kimjang` is the page of asset:kimjang.
"""

import base64
import hashlib
import time
from dataclasses import dataclass, replace
from importlib.resources import files
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.doors import links
from api.doors.callers import Callers, Known
from api.doors.languages import language_of
from api.doors.negotiation import locale_of
from api.roles import Role
from api.settings import Settings
from api.showing import Showing
from api.stories import PREFIX, Story, everybody, led
from api.wiring import House
from graph.errors import InvalidValue
from graph.model.kinds import locale
from graph.store.select import Viewer

#: What a face counts for in a budget: its story, what that is linked to, its pictures and rights.
OBJECTS = 50
_LONGEST_ID, _LONGEST_TAG = 200, 60
_KEPT = 300
_MOVED, _NOTHING = 301, (404, 410)
_KEY = "key:"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: with which sight, in which language of the pages and of stories, under which address of ours.

    `partner` is the id of a partner's key.
    """

    viewer: Viewer
    lang: str
    locale: str
    base: str
    is_public: bool
    is_here: bool = False
    partner: str = ""

    def page(self, story: Story, lang: str = "") -> str:
        """The address of a story's page, in one language or in the reader's own."""
        return f"{self.base}{links.story(story.id, lang)}"

    def embed(self, story: Story, **more: str) -> str:
        query = f"?{urlencode(more)}" if more else ""
        return f"{self.base}/embed/{quote(story.slug)}{query}"


async def known_to(callers: Callers, request: Request) -> Known:
    """Who calls, with what a face costs taken from the budget; raises Refused."""
    known = await callers.reader(request)
    known.spend(OBJECTS)
    return known


def reader_of(request: Request, known: Known, callers: Callers, settings: Settings) -> Reader:
    """A reader with the sight of the caller."""
    public = known.role is Role.PUBLIC
    viewer = known.viewer()
    if public:
        viewer = replace(viewer, territories=callers.territories(request))
    return Reader(
        viewer,
        language_of(request, settings.locale),
        locale_asked(request, settings.locale),
        base_of(request, settings),
        public,
        known.is_here,
        known.name.removeprefix(_KEY) if known.role is Role.PARTNER else "",
    )


def anybody(request: Request, callers: Callers, settings: Settings) -> Reader:
    """A reader with the sight of the public, whoever calls: what stands in a partner's page is for everybody."""
    viewer = everybody(int(time.time() * 1000), callers.territories(request))
    asked = locale_asked(request, settings.locale)
    return Reader(viewer, language_of(request, settings.locale), asked, base_of(request, settings), True)


def locale_asked(request: Request, otherwise: str) -> str:
    """The language that `?lang=` names, else what the browser prefers, else the installation's."""
    asked = locale_of_tag(request.query_params.get("lang", ""))
    return asked or locale_of(request.headers.get("accept-language")) or otherwise


def locale_of_tag(text: str) -> str | None:
    """A language tag in canonical form, also as WordPress writes it (id_ID); None where it is none."""
    try:
        return locale(text[:_LONGEST_TAG].replace("_", "-")) if text else None
    except InvalidValue:
        return None


def base_of(request: Request, settings: Settings) -> str:
    """Our address: the one that is told, else the one that was asked, whose name was checked."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return f"{request.url.scheme}://{request.url.netloc}"


def id_of(request: Request) -> str:
    return f"{PREFIX}{request.path_params['id'][:_LONGEST_ID]}"


def moved(request: Request) -> Response | None:
    """Where an address has the whole id, that with the slug; None where it is right as it is."""
    given = request.path_params["id"]
    if not given.startswith(PREFIX):
        return None
    folder = request.url.path.partition("/")[2].partition("/")[0]
    query = f"?{request.url.query}" if request.url.query else ""
    slug = quote(given.removeprefix(PREFIX), safe="")
    return RedirectResponse(f"/{folder}/{slug}{query}", _MOVED, {"Cache-Control": "public, max-age=3600"})


async def led_on(house: House, reader: Reader, request: Request, response: Response) -> Response:
    """Where there is no story at an id, and it leads to one that the reader sees, that one's address."""
    if response.status_code not in _NOTHING:
        return response
    story = await run_in_threadpool(led, house.store, reader.viewer, id_of(request), reader.locale)
    if story is None:
        return response
    folder = request.url.path.partition("/")[2].partition("/")[0]
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{folder}/{quote(story.slug)}{query}", _MOVED, {"Cache-Control": "no-cache"})


def caching(reader: Reader, shown: Showing, settings: Settings) -> str:
    """A few minutes where everybody gets the same, and never beyond the moment to which it is known to hold."""
    if not reader.is_public or (settings.territory_header and not shown.everywhere):
        return "private, no-cache"
    left = max(0, (shown.until - reader.viewer.now) // 1000)
    return f"public, max-age={min(_KEPT, left)}"


def hash_of(text: str) -> str:
    """A source for a Content-Security-Policy that lets in this text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def static_text(name: str) -> str:
    return files("api.doors").joinpath("static", name).read_text("utf-8").strip()
