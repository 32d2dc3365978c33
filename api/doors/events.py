"""Answers as server-sent events, by graphql-sse's distinct connections: `next` for each result, then `complete`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from starlette.responses import StreamingResponse

from api.doors.negotiation import STREAM

#: A line that says nothing, so that nobody on the way takes the connection for dead.
_STILL_HERE = b":\n\n"
_STILL_SECONDS = 15.0
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language, Duta-Perspective, Authorization, Origin",
}


def event_response(payloads: AsyncGenerator[bytes]) -> StreamingResponse:
    """A response that lasts as long as there are payloads, each one line of JSON."""
    return StreamingResponse(_events(payloads), headers=_HEADERS, media_type=STREAM)


async def _events(payloads: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    coming = asyncio.ensure_future(anext(payloads, None))
    try:
        while True:
            done, _ = await asyncio.wait((coming,), timeout=_STILL_SECONDS)
            if not done:
                yield _STILL_HERE
                continue
            payload = coming.result()
            if payload is None:
                break
            yield b"event: next\ndata: " + payload + b"\n\n"
            coming = asyncio.ensure_future(anext(payloads, None))
        yield b"event: complete\ndata:\n\n"
    finally:
        coming.cancel()
        await asyncio.wait((coming,))
        await payloads.aclose()
