"""Whether the process lives, and whether it can answer."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from api.wiring import House
from graph.errors import GraphError

_UNAVAILABLE = 503
_HEADERS = {"Cache-Control": "no-store"}


def routes(house: House) -> list[BaseRoute]:
    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=_HEADERS)

    async def ready(_: Request) -> JSONResponse:
        found = await run_in_threadpool(state, house)
        return JSONResponse(found, 200 if found["status"] == "ok" else _UNAVAILABLE, headers=_HEADERS)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def state(house: House) -> dict[str, object]:
    """Whether the store answers, whether the index does, and how many changes it lags behind."""
    try:
        store = house.store.stats()
    except GraphError:
        return {"status": "unavailable", "store": "unavailable"}
    try:
        index = house.index.state()
    except GraphError:
        return {
            "status": "unavailable",
            "store": "ok",
            "engine": store.engine,
            "seq": store.seq,
            "index": "unavailable",
        }
    return {
        "status": "ok",
        "store": "ok",
        "engine": store.engine,
        "seq": store.seq,
        "index": "ok",
        "lag": store.seq - index.applied_seq,
    }
