"""`changes` as a subscription, by WebSocket and by server-sent events, on a real server with narrow limits."""

import os
import time
from contextlib import contextmanager, suppress
from itertools import count, islice
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from api.keys import FRESH_SECONDS, Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put

LIMITS = {
    "socket_seconds": 2, "idle_seconds": 2, "caller_streams": 3, "socket_streams": 2, "socket_messages": 40,
    "socket_bytes": 5_000,
}  # fmt: skip
FOLLOW = """subscription($after: String, $where: ChangeWhereInput) {
  changes(after: $after, where: $where) { cursor node { kind id reason entity { label } } } }"""
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("theme:open", "Theme", {"name": "Open", **LIVE}),
    Put("asset:hidden", "Asset", {"kind": "WORK", "title": "Hidden", "locale": "en"}),
    Put("theme:last", "Theme", {"name": "Last", **LIVE}),
)


class Duta:
    """A server, its store behind it, and ways to follow its log."""

    def __init__(self, server, house) -> None:
        self.url, self.house, self.numbers = server.url, house, count()
        self.keys = Keys(house.store)
        self.token = self.keys.create("editor", Role.EDITOR)[1]

    def write(self, *puts: Put) -> int:
        return int(self.house.store.write(Batch(puts or self.some(), reason="because")).seq)

    def some(self) -> tuple[Put, ...]:
        return (Put(f"theme:new-{next(self.numbers)}", "Theme", {"name": "New", **LIVE}),)

    @contextmanager
    def socket(self, init: dict | None = None, **headers: str):
        address = f"{self.url.replace('http', 'ws')}/graphql"
        with connect(
            address, subprotocols=[Subprotocol("graphql-transport-ws")], additional_headers=headers, open_timeout=60
        ) as socket:
            if init is not None:
                send(socket, type="connection_init", payload=init)
                assert receive(socket) == {"type": "connection_ack"}
            yield socket

    @contextmanager
    def events(self, query: str = FOLLOW, token: str | None = None, accept: str = "text/event-stream", **variables):
        headers = {"accept": accept, **({"authorization": f"Bearer {token}"} if token else {})}
        body = {"query": query, "variables": variables}
        with httpx.stream("POST", f"{self.url}/graphql", json=body, headers=headers, timeout=60) as answer:
            yield answer


def send(socket, **message) -> None:
    socket.send(orjson.dumps(message).decode())


def receive(socket):
    return orjson.loads(socket.recv(timeout=60))


def subscribe(socket, id: str = "1", query: str = FOLLOW, **variables) -> None:
    send(socket, type="subscribe", id=id, payload={"query": query, "variables": variables})


def told(socket, count: int) -> list[tuple[int, str]]:
    """Cursor and id of the next events."""
    found = [receive(socket) for _ in range(count)]
    assert [one["type"] for one in found] == ["next"] * count, found
    changes = [one["payload"]["data"]["changes"] for one in found]
    return [(int(one["cursor"]), one["node"]["id"]) for one in changes]


def payloads_of(answer):
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield orjson.loads(line.removeprefix("data: "))


def streamed(answer, count: int) -> list[dict]:
    """The payloads of the first events of a stream."""
    return list(islice(payloads_of(answer), count))


def closed(socket) -> int:
    """The code by which the server closes."""
    try:
        while True:
            socket.recv(timeout=60)
    except ConnectionClosed as gone:
        return gone.rcvd.code if gone.rcvd else 0


@pytest.fixture(scope="module")
def duta(serving, tmp_path_factory):
    home = tmp_path_factory.mktemp("streams") / "home"
    before = {name: os.environ.pop(name) for name in list(os.environ) if name == "DUTA_LIMITS"}
    with opened(Settings(home=home)) as house:
        house.store.write(Batch(PUTS))
        limits = ",".join(f"{name}={value}" for name, value in LIMITS.items())
        with serving(home, DUTA_LIMITS=limits) as server:
            yield Duta(server, house)
    os.environ.update(before)


def test_a_socket_is_told_what_it_missed_and_what_comes_and_goes_on_after_its_cursor(duta):
    with duta.socket({"Authorization": f"Bearer {duta.token}", "Duta-Perspective": "DRAFT"}) as socket:
        subscribe(socket, after="0")
        assert told(socket, 3) == [(1, "theme:open"), (2, "asset:hidden"), (3, "theme:last")]
        seq = duta.write()
        [(cursor, _)] = told(socket, 1)
        assert cursor == seq

    missed = [duta.write() for _ in range(3)]
    with duta.socket({"authorization": f"Bearer {duta.token}"}) as socket:
        subscribe(socket, after=str(cursor))
        assert [one for one, _ in told(socket, 3)] == missed
        send(socket, type="complete", id="1")
        subscribe(socket, id="2", after=str(missed[0]), where={"type": "Theme"})
        assert [one for one, _ in told(socket, 2)] == missed[1:]


def test_without_a_place_a_stream_begins_now_and_the_public_is_told_of_what_is_public(duta):
    with duta.socket({}) as socket:
        subscribe(socket)
        subscribe(socket, id="2", query="subscription { changes { node { id actor reason } } }")
        ping = {"type": "pong"}
        send(socket, type="ping")
        assert receive(socket) == ping
        found: dict[str, Any] = {}
        while len(found) < 2:
            # Nothing says when a stream without a place has begun, so this goes on until both have.
            duta.write(
                Put("asset:secret", "Asset", {"kind": "WORK", "title": f"S {next(duta.numbers)}", "locale": "en"})
            )
            duta.write()
            with suppress(TimeoutError):
                one = orjson.loads(socket.recv(timeout=1))
                found[one["id"]] = one["payload"]["data"]["changes"]

    assert found["1"]["node"]["id"].startswith("theme:new-")
    assert found["1"]["node"]["reason"] is None
    assert found["1"]["node"]["entity"] == {"label": "New"}
    assert found["2"]["node"]["actor"] is None


def test_events_are_streamed_by_http_and_resumed(duta):
    with duta.events(after="0") as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert [one["data"]["changes"]["node"]["id"] for one in streamed(answer, 2)] == ["theme:open", "theme:last"]
    with duta.events(after="3") as answer:
        seq = duta.write()
        cursors = (int(one["data"]["changes"]["cursor"]) for one in payloads_of(answer))
        assert next(at for at in cursors if at >= seq) == seq


def test_what_is_asked_decides_whether_it_is_a_stream_and_not_the_order_of_kinds(duta):
    with duta.events('{ theme(id: "theme:open") { name } }', accept=URQL) as answer:
        assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
        assert orjson.loads(answer.read())["data"] == {"theme": {"name": "Open"}}
    with duta.events(after="0", accept=URQL) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert streamed(answer, 1)[0]["data"]["changes"]["cursor"] == "1"
    with duta.events("{ nothing }", accept=URQL) as answer:
        assert orjson.loads(answer.read())["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    with duta.events('{ theme(id: "theme:open") { name } }') as answer:
        told = answer.read().decode()
        assert told == 'event: next\ndata: {"data":{"theme":{"name":"Open"}}}\n\nevent: complete\ndata:\n\n'


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription { nothing }", {}, "VALIDATION_FAILED"),
        ("subscription { changes { cursor } __typename }", {}, "VALIDATION_FAILED"),
        ("subscription { changes @skip(if: true) { cursor } }", {}, "VALIDATION_FAILED"),
        (FOLLOW, {"after": "99999"}, "BAD_ARGUMENT"),
        (FOLLOW, {"where": {"actor": "an editor"}}, "BAD_ARGUMENT"),
        (f"subscription {{ changes {{ {' '.join(f'a{n}: cursor' for n in range(200))} }} }}", {}, "LIMIT_EXCEEDED"),
        (
            """subscription { changes { node { entity { ... on Theme { assets(first: 100) { nodes { themes(first: 100) {
              nodes { assets(first: 100) { nodes { id } } } } } } } } } } }""",
            {},
            "LIMIT_EXCEEDED",
        ),
    ],
)
def test_a_subscription_is_guarded_as_every_operation_by_both_ways(duta, query, variables, code):
    with duta.events(query, **variables) as answer:
        [payload] = streamed(answer, 1)
        assert payload["errors"][0]["extensions"]["code"] == code
    with duta.socket({}) as socket:
        subscribe(socket, query=query, **variables)
        refused = receive(socket)
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", code)


def test_a_key_that_is_revoked_ends_its_stream(duta):
    key, token = duta.keys.create("a partner", Role.PARTNER)
    with duta.events(token=token, after="0") as answer:
        payloads = payloads_of(answer)
        assert next(payloads)["data"]["changes"]["cursor"] == "1"
        duta.keys.revoke(key.id)
        # A server remembers a key for a moment.
        time.sleep(FRESH_SECONDS + 0.5)
        duta.write()
        last = next(one for one in payloads if "errors" in one)
    assert last["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_socket_answers_queries_and_refuses_a_bad_key(duta):
    with duta.socket({}) as socket:
        subscribe(socket, query='{ theme(id: "theme:open") { name } }')
        assert receive(socket)["payload"] == {"data": {"theme": {"name": "Open"}}}
        assert receive(socket) == {"type": "complete", "id": "1"}
    with duta.socket() as socket:
        send(socket, type="connection_init", payload={"authorization": "Bearer duta_nobody_nothing"})
        assert closed(socket) == 4403


def test_sockets_that_flood_idle_or_say_too_much_are_closed(duta):
    with duta.socket() as socket:
        assert closed(socket) == 4408
    with duta.socket({}) as socket:
        assert closed(socket) == 4408
    with duta.socket() as socket:
        subscribe(socket)
        assert closed(socket) == 4401
    with duta.socket({}) as socket:
        for _ in range(LIMITS["socket_messages"]):
            send(socket, type="ping")
        assert closed(socket) == 4429
    for message in ("[]", "nothing", '{"type": "subscribe", "id": [], "payload": {}}', '{"type": "hello"}'):
        with duta.socket({}) as socket:
            socket.send(message)
            assert closed(socket) == 4400
    with duta.socket({}) as socket:
        socket.send(" " * (LIMITS["socket_bytes"] + 1))
        assert closed(socket) == 1009


def test_one_caller_has_so_many_streams_and_a_socket_fewer(duta):
    with duta.socket({}) as socket, duta.socket({}) as other:
        for id in ("1", "2", "3"):
            subscribe(socket, id=id)
        assert receive(socket)["payload"][0]["message"] == "Subscription limit reached"
        subscribe(other, id="1")
        subscribe(other, id="2")
        refused = receive(other)
        assert refused["payload"][0]["message"] == "You have 3 subscriptions open; that is the most. Close one."
        with duta.socket({"authorization": f"Bearer {duta.token}"}) as editor:
            subscribe(editor, after="0")
            assert told(editor, 1) == [(1, "theme:open")]
            assert "\nduta_graphql_streams 4.0\n" in httpx.get(f"{duta.url}/metrics").text
        send(socket, type="complete", id="1")
        subscribe(other, id="4", after="0")
        assert told(other, 1) == [(1, "theme:open")]
