"""The application: every door behind the check of the Host header."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.delivering import delivering
from api.doors import (
    cards,
    component,
    deciding,
    edit,
    embed_list,
    embed_page,
    explorer,
    feed,
    find,
    graphql,
    health,
    iiif,
    kits,
    mail,
    media,
    metrics,
    mine,
    neighbours,
    oembed,
    pages,
    partners,
    picture,
    provenance_page,
    reporting,
    resumable,
    reviewing,
    sheet,
    sign_in,
    sitemap,
    story_page,
    uploads,
)
from api.doors.caching import LEVEL, WORTH_IT
from api.doors.callers import Callers
from api.doors.errors import INTERNAL
from api.doors.forms import FormRefused
from api.doors.hosts import KnownHosts
from api.doors.observing import Observed, observation_of
from api.doors.refusing import refusing
from api.keys import Keys
from api.mail.rounds import mailing, rounds_of
from api.studios import making_ahead, studio_of, uploads_of
from api.views import Views
from api.wiring import House, counting, following, noting
from graph.errors import StoreUnavailable, WriteUnknown
from media.partial import Partials

if TYPE_CHECKING:
    from api.doors.tracing import Tracing

_NOT_FOUND, _FAILED, _UNAVAILABLE = 404, 500, 503


def make_app(house: House) -> "Doors":
    """The doors of an installation; while they are open, its index is kept up to date."""
    keys = Keys(house.store)
    callers = Callers(house.settings, keys)

    views = Views(house.store, keys)
    executor, studio = graphql.executor_of(house), studio_of(house.settings)

    rounds = rounds_of(house, executor, keys)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        with (
            following(house),
            noting(keys),
            making_ahead(house, studio),
            counting(views),
            delivering(house),
            mailing(rounds),
        ):
            yield

    taking = uploads_of(house, studio)
    door = graphql.door_of(house, executor, callers)
    figures = metrics.Metrics(house, executor.documents, door.streams)
    hosts, tracing = house.settings.hosts, tracing_of()
    app = Doors(
        routes=[
            Route(graphql.PATH, door),
            WebSocketRoute(graphql.PATH, door.sockets.answer),
            *pages.routes(house, callers),
            *sign_in.routes(house.settings, callers),
            *find.routes(house, executor, callers),
            *edit.routes(house, executor, callers),
            *picture.routes(house, executor, callers, studio, taking),
            *sheet.routes(house, executor, callers),
            *deciding.routes(house, executor, callers),
            *mine.routes(house, executor, callers, rounds),
            *mail.routes(house, callers, rounds),
            *neighbours.routes(house, callers),
            *cards.routes(house, executor, callers, door.trusted),
            *story_page.routes(house, callers),
            *provenance_page.routes(house, callers, studio),
            *oembed.routes(house, callers),
            *component.routes(),
            *embed_page.routes(house, callers, views),
            *embed_list.routes(house, executor, callers),
            *partners.routes(house, callers),
            *reporting.routes(house, callers),
            *reviewing.routes(house, callers),
            *feed.routes(house, callers),
            *sitemap.routes(house, callers),
            *explorer.routes(house, callers),
            *kits.routes(house, callers, studio),
            *resumable.routes(callers, taking, Partials(house.settings.incoming / "parts"), house.settings.media_bytes),
            *media.routes(house, callers, studio),
            *iiif.routes(house, callers, studio),
            *uploads.routes(callers, studio, taking, house.settings.media_bytes),
            *health.routes(house),
            *metrics.routes(figures, callers),
        ],
        middleware=[
            Middleware(Observed, metrics=figures, tracing=tracing),
            Middleware(KnownHosts, hosts=hosts),
            Middleware(GZipMiddleware, minimum_size=WORTH_IT, compresslevel=LEVEL),
        ],
        exception_handlers={
            _NOT_FOUND: _nothing_here,
            FormRefused: refusing(house.settings.locale),
            StoreUnavailable: _silent,
            Exception: _failed,
        },
        lifespan=lifespan,
    )
    observed = Observed(KnownHosts(door, hosts=hosts), metrics=figures, tracing=tracing)
    app.straight = ServerErrorMiddleware(observed, _failed)
    return app


class Doors(Starlette):
    """The application. GraphQL is answered past the router and past what only the other doors need.

    That way took a fifth of what a question costs beside its statement.
    """

    straight: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == graphql.PATH:
            scope["app"] = self
            await self.straight(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def tracing_of() -> "Tracing | None":
    """Spans where the API of OpenTelemetry is installed, and somebody has said who collects them."""
    if find_spec("opentelemetry") is None:
        return None
    from api.doors.tracing import Tracing, is_collected

    return Tracing() if is_collected() else None


async def _nothing_here(_: Request, __: Exception) -> Response:
    return PlainTextResponse("There is nothing here. Begin at /.\n", _NOT_FOUND)


async def _silent(_: Request, error: Exception) -> Response:
    text = "The store does not answer. Try again in a moment.\n"
    if isinstance(error, WriteUnknown):
        text = "The store went away in the middle. Look whether this is there before you send it again.\n"
    return PlainTextResponse(text, _UNAVAILABLE, {"Cache-Control": "no-store"})


async def _failed(request: Request, _: Exception) -> Response:
    """What the world sees of a failure; the server's log has the rest under the same id."""
    id = observation_of(request.scope).id
    return PlainTextResponse(f"{INTERNAL} {id}\n", _FAILED, {"X-Request-Id": id, "Cache-Control": "no-store"})
