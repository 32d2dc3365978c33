"""Telling webhooks: what changed is read from the log, signed as Standard Webhooks are, and sent where it may be."""

import base64
import hashlib
import hmac
import socket
import ssl
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from logging import getLogger
from typing import Any

import httpcore
import orjson

from api.doors.viewers import viewer_of
from api.settings import Settings
from api.webhooks import Hook, Webhooks, is_open
from api.wiring import House, now_and_then
from graph.asking import Asking
from graph.history.changes import told
from graph.history.questions import end_of
from graph.model.names import camel
from graph.store.batch import Change, Which
from graph.store.port import GraphStore
from graph.store.select import Viewer

log = getLogger("duta.webhooks")

_PAGE = 100
_EVERY_SECONDS = 1.0
_SECONDS = 15.0
_GONE = 410
_TIMEOUT = {"connect": _SECONDS, "read": _SECONDS, "write": _SECONDS, "pool": _SECONDS}


class PrivateAddressError(Exception):
    """An address on a private network, where nothing is sent to unless settings allow it."""


FAILURES = (
    PrivateAddressError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,
)


class Outward(httpcore.NetworkBackend):
    """Connects to addresses of the open internet. What a name leads to is looked at where it is connected to."""

    def __init__(self, *, private: bool) -> None:
        self._private, self._sockets = private, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not found") from error
        address = str(found[0][4][0])
        if not self._private and not all(is_open(str(one[4][0])) for one in found):
            raise PrivateAddressError(f"{host} is on a private network")
        return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)


def delivering(house: House, every: float = _EVERY_SECONDS) -> AbstractContextManager[None]:
    """Tell webhooks of changes in a thread of its own."""
    delivery = Delivery(house)

    def work(stopped: threading.Event) -> None:
        while delivery.step() and not stopped.is_set():
            pass

    return now_and_then("webhooks", every, work, log, "Webhooks are not told")


class Delivery:
    """Sends what hooks are to be told. One thread at a time."""

    def __init__(self, house: House) -> None:
        self.hooks = Webhooks(house.store)
        self._store, self._settings = house.store, house.settings
        self._pool = pool_of(house.settings)

    def step(self) -> bool:
        """Try to tell each hook that is due one message; whether any was told, so that there may be more."""
        hooks, now = self.hooks.all(), self.hooks.now
        due = [one for one in hooks if not one.stopped and one.due <= now]
        end = end_of(self._store) if due else 0
        # All of them, whatever becomes of the first.
        told = [self._tell(one, end) for one in due if one.place < end]
        return any(told)

    def _tell(self, hook: Hook, end: int) -> bool:
        which = Which(type=hook.type or None, until=hook.until or end)
        page = self._store.changes(hook.place, _PAGE, which)
        until = page[-1].seq if len(page) == _PAGE else hook.until or end
        changes = said_of(self._store, viewer_of(hook.role), page)
        if not changes:
            self.hooks.skip(hook, until)
            return True
        mine = self.hooks.claim(hook, until)
        if mine is None:
            return False
        data = {"changes": changes, "after": mine.place, "until": mine.until}
        body = orjson.dumps({"type": "changes", "timestamp": page[-1].at, "data": data})
        return self._sent(mine, body)

    def _sent(self, hook: Hook, body: bytes) -> bool:
        # The same again where it is sent again, for the receiver to know.
        id = f"msg_{hook.id}_{hook.place}_{hook.until}"
        headers = {
            "content-type": "application/json",
            "user-agent": "Duta",
            **signed(hook.secret, id, self.hooks.now, body),
        }
        try:
            # A redirect is no success, and is not followed: it may lead anywhere.
            with self._pool.stream(
                "POST", hook.url, headers=list(headers.items()), content=body, extensions={"timeout": _TIMEOUT}
            ) as answer:
                status = answer.status
        except FAILURES as error:
            reason = str(error) or type(error).__name__
        else:
            if 200 <= status < 300:  # noqa: PLR2004 - the statuses of success
                self.hooks.told(hook)
                return True
            reason = f"It answered {status}."
            if status == _GONE:
                self.hooks.failed(hook, reason, for_good=True)
                return False
        log.info("Webhook %s was not told: %s", hook.id, reason)
        self.hooks.failed(hook, reason)
        return False


def said_of(store: GraphStore, viewer: Viewer, page: Sequence[Change]) -> list[dict[str, Any]]:
    """What a message says of some entries of the log, as `changes` names it and as far as the viewer sees it."""
    return [{camel(name): value for name, value in asdict(one).items()} for one in told(Asking(store, viewer), page)]


def pool_of(settings: Settings) -> httpcore.ConnectionPool:
    """Connections that reach nothing they should not."""
    return httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_keepalive_connections=0,
        network_backend=Outward(private=settings.webhook_private),
    )


def signed(secret: str, id: str, now: int, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks: an id, the seconds, and an HMAC of both and the body."""
    at = str(now // 1000)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}
