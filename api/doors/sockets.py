"""Subscriptions over WebSocket, by the protocol graphql-transport-ws.

Strawberry speaks the protocol; who calls, what is registered, what it may cost and how long a socket may idle or flood
is decided here and in the plan, as for every other request.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import orjson
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.unset import UNSET

from api.doors.callers import Known
from api.doors.requests import sent_of
from api.doors.streams import Streams
from api.doors.trusted import Trusted
from api.plan import Outcome, Request
from api.plan.errors import Refused

#: What a page cannot say by a header when it opens a socket, and says in `connection_init`.
_SAID = ("authorization", "duta-perspective", "accept-language")
_LONGEST_SAID, _LONGEST_ID = 20_000, 200
_MINUTE = 60.0
_IDLE, _BAD, _TOO_MANY, _SUBPROTOCOL, _UNACCEPTABLE = 4408, 4400, 4429, 1008, 4406


@dataclass
class Socket:
    """One connection: who calls by it, as far as it said."""

    connection: HTTPConnection
    known: Known | None = None
    connection_params: Mapping[str, object] = field(default_factory=dict[str, object])


class Sockets:
    """The endpoint; it stands where Strawberry's handler expects a view and a schema."""

    def __init__(self, streams: Streams, trusted: Trusted) -> None:
        self.streams, self.trusted = streams, trusted

    async def answer(self, websocket: WebSocket) -> None:
        """Answer one socket until it is closed."""
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in websocket.scope.get("subprotocols", ()):
            await websocket.close(_UNACCEPTABLE, f"Speak {GRAPHQL_TRANSPORT_WS_PROTOCOL}.")
            return
        await websocket.accept(GRAPHQL_TRANSPORT_WS_PROTOCOL)
        await Handler(self, websocket).handle()

    def decode_json(self, text: str | bytes) -> object:
        return orjson.loads(text)

    def encode_json(self, message: object) -> str:
        return orjson.dumps(message).decode()

    async def on_ws_connect(self, socket: Socket) -> object:
        """Who calls is asked when the socket says so, and again at each operation."""
        said = {str(name).lower(): value for name, value in socket.connection_params.items()}
        headers = [
            (name.encode(), str(said[name]).encode("ascii", "replace"))
            for name in _SAID
            if isinstance(said.get(name), str) and len(str(said[name])) <= _LONGEST_SAID
        ]
        scope = socket.connection.scope
        taken = [one for one in scope["headers"] if one[0] not in dict(headers)]
        socket.connection = HTTPConnection({**scope, "headers": [*taken, *headers]})
        try:
            socket.known = await self.streams.known(socket.connection)
            self.streams.caller(socket.connection, socket.known)
        except Refused:
            raise ConnectionRejectionError from None
        return UNSET

    async def stream(
        self,
        query: Request,
        *,
        variable_values: object = None,
        context_value: Socket,
        root_value: object = None,
        operation_name: str | None = None,
    ) -> AsyncGenerator[object]:
        """What one operation answers, for Strawberry's handler; `query` is the whole request."""
        return self._results(query, context_value)

    async def _results(self, request: Request, socket: Socket) -> AsyncGenerator[object]:
        begun = False
        try:
            if await self.streams.is_stream(request):
                async for outcome in self.streams.followed(request, socket.connection):
                    yield _result(outcome)
                    begun = True
            else:
                known = await self.streams.known(socket.connection)
                outcome = await self.streams.executed(request, self.streams.caller(socket.connection, known))
                refused = not outcome.executed
                yield PreExecutionError(data=None, errors=outcome.errors) if refused else _result(outcome)
        except Refused as error:
            # Once results were sent a refusal is the last of them.
            kind = ExecutionResult if begun else PreExecutionError
            yield kind(data=None, errors=list(error.errors))


def _result(outcome: Outcome) -> ExecutionResult:
    # JSON that the statement wrote is sent as it is.
    data = outcome.completed if outcome.written is None else orjson.Fragment(outcome.written)
    return ExecutionResult(data=cast("Any", data), errors=outcome.errors or None)


class Handler(BaseGraphQLTransportWSHandler[Any, Any]):
    """Strawberry's protocol with our bounds: on messages, on their number, on idling, and on slow readers."""

    def __init__(self, sockets: Sockets, websocket: WebSocket) -> None:
        self.limits, self.sockets = sockets.streams.executor.limits, sockets
        super().__init__(
            view=cast("Any", sockets),
            websocket=Adapter(sockets, websocket, self.limits.stall_seconds),
            context=Socket(websocket),
            root_value=None,
            schema=cast("Any", sockets),
            connection_init_wait_timeout=timedelta(seconds=self.limits.socket_seconds),
            max_subscriptions_per_connection=self.limits.socket_streams,
        )
        self._minute, self._messages, self._busy = 0.0, 0, 0.0

    async def handle(self) -> None:
        idling = asyncio.create_task(self._close_idle())
        try:
            await super().handle()
        finally:
            idling.cancel()
            with suppress(asyncio.CancelledError):
                await idling

    async def _close_idle(self) -> None:
        loop, longest = asyncio.get_running_loop(), self.limits.idle_seconds
        self._busy = loop.time()
        while True:
            await asyncio.sleep(min(1.0, longest / 4))
            if self.operations:
                self._busy = loop.time()
            elif loop.time() - self._busy > longest:
                await self.websocket.close(_IDLE, "Nothing was asked for a while.")
                return

    async def handle_message(self, message: Any) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._minute > _MINUTE:
            self._minute, self._messages = now, 0
        self._messages += 1
        if self._messages > self.limits.socket_messages:
            most = self.limits.socket_messages
            await self.websocket.close(_TOO_MANY, f"More than {most} messages came in a minute.")
        elif not isinstance(message, dict):
            await self.handle_invalid_message("A message is a JSON object.")
        else:
            await super().handle_message(cast("Any", message))

    async def handle_subscribe(self, message: Any) -> None:
        """Read what is asked as the other doors do, and hand it on whole."""
        id, payload = message["id"], message["payload"]
        if not isinstance(id, str) or not 0 < len(id) <= _LONGEST_ID:
            await self.handle_invalid_message("The id of an operation is a short text.")
            return
        try:
            sent = sent_of(payload, self.sockets.trusted)
            if self.context.known is not None:
                self.sockets.trusted.admit(self.context.known.role, registered=sent.registered)
        except Refused as error:
            if self.connection_acknowledged:
                told = [one.formatted for one in error.errors]
                await self.send_message({"id": id, "type": "error", "payload": cast("Any", told)})
                return
            sent = None
        await super().handle_subscribe(cast("Any", {**message, "payload": {"query": sent.request if sent else None}}))


class Adapter(ASGIWebSocketAdapter):
    """A socket whose reader has to take what it is sent."""

    def __init__(self, sockets: Sockets, websocket: WebSocket, stall_seconds: float) -> None:
        # Strawberry leaves open what its view is of.
        super().__init__(cast("Any", sockets), websocket, websocket)  # pyright: ignore[reportUnknownMemberType]
        self._stall_seconds = stall_seconds

    async def send_json(self, message: Mapping[str, object]) -> None:
        async with asyncio.timeout(self._stall_seconds):
            await super().send_json(message)
