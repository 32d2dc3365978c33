"""Whether the process lives, and whether it can answer."""

from anyio import move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from api.wiring import House
from graph.errors import GraphError

_UNAVAILABLE = 503
_PATIENCE_SECONDS = 10.0
_SILENT: dict[str, object] = {"status": "unavailable", "store": "unavailable"}
_HEADERS = {"Cache-Control": "no-store"}


def routes(house: House) -> list[BaseRoute]:
    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=_HEADERS)

    async def ready(_: Request) -> JSONResponse:
        found = _SILENT
        # Whoever asks this wants an answer, also where the store takes a question and says nothing.
        with move_on_after(_PATIENCE_SECONDS):
            found = await to_thread.run_sync(state, house, abandon_on_cancel=True)
        return JSONResponse(found, 200 if found["status"] == "ok" else _UNAVAILABLE, headers=_HEADERS)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def state(house: House) -> dict[str, object]:
    """Whether the store answers, whether the index does, and how many changes it lags behind."""
    try:
        seq = house.store.head().seq
    except GraphError:
        return _SILENT
    try:
        index = house.index.state()
    except GraphError:
        return {
            "status": "unavailable",
            "store": "ok",
            "engine": house.store.engine,
            "seq": seq,
            "index": "unavailable",
        }
    return {
        "status": "ok",
        "store": "ok",
        "engine": house.store.engine,
        "seq": seq,
        "index": "ok",
        "lag": seq - index.applied_seq,
    }
