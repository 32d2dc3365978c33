"""HTTP/1.1 with bounds that uvicorn leaves open: on a request's head, on late bytes and on slow readers."""

import asyncio
from collections import deque
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.plan import Limits

#: In the scope of a request whose body has come: nobody has to be waited for.
WHOLE = "duta.whole"
#: What a piece of a chunked body may spend on its frame.
_FRAME_BYTES = 32
#: A reader who takes less in `stall_seconds` is given up.
_STALL_BYTES = 16_384
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: 31\r\n\r\n"
    b"The request's head is too long."
)


def bounded(limits: Limits) -> type[asyncio.Protocol]:
    """The protocol with an installation's limits, for uvicorn to make one of for each connection."""
    return type("Bounded", (BoundedProtocol,), {"limits": limits})


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    Between requests and while a head comes, a deadline runs, unless the head came at once. `_spent` counts bytes that
    are no body: the head, trailers and the frames of chunks, which the parser would collect without end. Who goes on
    sending a body after its answer is given the time of a head and as many bytes as a body.
    """

    limits: Limits
    _deadline: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _reading_head = False
    _reading_body = False
    _upgraded = False
    _spent = 0
    _late = 0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._unanswered: deque[RequestResponseCycle] = deque()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waited()
        self._unwatch()
        # Of several requests sent at once uvicorn tells only the last that nobody listens any more.
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._spent += len(data)
        super().data_received(data)
        if self._upgraded or self.transport.is_closing():
            return
        if self._spent > self.limits.head_bytes:
            if not self._reading_body:
                self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._late > self.limits.body_bytes:
            self.transport.abort()
        elif self._deadline is None and (self._reading_head or not (self._reading_body or self._unanswered)):
            # A head has begun and not ended; or an empty line, which begins no request, has ended the wait for one.
            self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._late = 0
        self._reading_head = True
        self._waited()

    def on_headers_complete(self) -> None:
        self._waited()
        self._reading_head, self._reading_body = False, True
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self._unanswered.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        self._spent = max(0, self._spent - len(body) - _FRAME_BYTES)
        if self.cycle.response_complete:
            self._late += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._waited()
        self._reading_body = False
        self._spent = 0
        self.scope[WHOLE] = True  # type: ignore[literal-required]
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on another protocol has the connection, with bounds of its own."""
        self._waited()
        self._upgraded = True
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._unanswered.popleft()
        if self._reading_body:
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unwatch()

    def _wait(self) -> None:
        self._waited()
        self._deadline = self.loop.call_later(self.limits.head_seconds, self.transport.close)

    def _waited(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _unwatch(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _watch(self, before: int) -> None:
        self._stalled = self.loop.call_later(self.limits.stall_seconds, self._check, before)

    def _check(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left > before - _STALL_BYTES:
            self.transport.abort()
        else:
            self._watch(left)
