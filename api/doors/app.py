"""The application: every door behind the check of the Host header."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.doors import explorer, graphql, health, pages
from api.doors.hosts import KnownHosts
from api.wiring import House, following

_NOT_FOUND = 404


def make_app(house: House) -> Starlette:
    """The doors of an installation; while they are open, its index is kept up to date."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        with following(house):
            yield

    return Starlette(
        routes=[*pages.routes(house), *graphql.routes(house), *explorer.routes(house), *health.routes(house)],
        middleware=[Middleware(KnownHosts, hosts=house.settings.hosts)],
        exception_handlers={_NOT_FOUND: _nothing_here},
        lifespan=lifespan,
    )


async def _nothing_here(_: Request, __: Exception) -> Response:
    return PlainTextResponse("There is nothing here. Begin at /.\n", _NOT_FOUND)
