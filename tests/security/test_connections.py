"""Connections of somebody who means harm: slow, endless, or no HTTP at all. The server's limits here are a second."""

import json
import socket
import time
from contextlib import suppress

import pytest
from graphql import get_introspection_query

pytestmark = pytest.mark.usefixtures("alive")

POST = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
ASKED = b'{"query": "{ __typename }"}'
#: What a limit of one second may take on a machine that does other things as well.
SOON = 30


def dripped(sock: socket.socket, first: bytes, piece: bytes) -> bytes:
    """What is answered to somebody who sends a piece every tenth of a second, and may be cut off after it."""
    sock.settimeout(0.1)
    sock.sendall(first)
    found, until = b"", time.monotonic() + SOON
    while time.monotonic() < until:
        try:
            data = sock.recv(65_536)
        except TimeoutError:
            # Who is cut off while sending still finds what was answered before.
            with suppress(ConnectionError):
                sock.sendall(piece)
            continue
        except ConnectionError:
            return found
        found += data
        if not data:
            return found
    raise AssertionError(f"{found!r} and still open")


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"", b""),
        (b"GET /graphql?", b"x"),
        (b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nX: ", b"y"),
        (b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n", b"a: b\r\n"),
        (b"", b"\r\n"),
    ],
    ids=["nothing", "an address", "a header", "headers", "empty lines"],
)
def test_a_head_that_does_not_end_is_given_up(target, first, piece):
    with target.connect() as sock:
        assert dripped(sock, first, piece) == b""


def test_a_head_that_does_not_end_is_given_up_on_a_connection_that_was_honest_before(target):
    with target.connect() as sock:
        sock.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(ASKED) + ASKED)
        found = b""
        while not found.endswith(b"}}}"):
            found += sock.recv(65_536)
        assert found.startswith(b"HTTP/1.1 200")
        assert dripped(sock, POST, b"a: b\r\n") == b""


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"Content-Length: 1000\r\n\r\n{", b" "),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n"),
    ],
    ids=["announced", "chunked", "trailers"],
)
def test_a_body_that_does_not_end_is_given_up(target, first, piece):
    with target.connect() as sock:
        found = dripped(sock, POST + first, piece)

    assert found.startswith(b"HTTP/1.1 408")
    assert b'"code":"TOO_SLOW"' in found


def _closed(receive) -> bytes:
    """What came until the connection was closed, or cut off."""
    try:
        found: bytes = receive()
    except ConnectionError:
        return b""
    return found


FLOOD = b"x" * 65_536


@pytest.mark.parametrize(
    "first",
    [
        b"GET /graphql?",
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nX: ",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1;",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\na: ",
    ],
    ids=["an address", "a header", "a chunk's extension", "a trailer"],
)
def test_what_is_no_body_has_an_end(target, first):
    before = target.memory()
    found = target.raw(first, *[FLOOD] * 500, name="32 MB of no body")

    assert found[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 431")
    assert target.memory() - before < 16_000_000


def test_many_small_headers_have_an_end(target):
    found = target.raw(
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n", *[b"a: b\r\n" * 10_000] * 50, name="500,000 headers"
    )

    assert found[:12] in (b"", b"HTTP/1.1 431")


def test_a_chunked_body_larger_than_may_be_is_refused(target):
    piece = b"10000\r\n" + FLOOD + b"\r\n"
    found = target.raw(
        POST + b"Transfer-Encoding: chunked\r\n\r\n", *[piece] * 17, b"0\r\n\r\n", name="1.1 MB in chunks"
    )

    assert found.startswith(b"HTTP/1.1 413")


def test_somebody_who_goes_on_sending_after_the_refusal_is_cut_off(target):
    before = target.memory()
    head = POST + b"Content-Length: 1000000000\r\n\r\n"
    found = target.raw(head, *[FLOOD] * 1_000, name="65 MB after a refusal")

    assert found[:12] in (b"", b"HTTP/1.1 413")
    assert target.memory() - before < 16_000_000


def test_a_body_in_pieces_of_one_byte_is_taken(target):
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in ASKED)
    found = target.raw(POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n")

    assert found.startswith(b"HTTP/1.1 200")


def test_somebody_who_does_not_read_is_given_up(target):
    asked = json.dumps({"query": get_introspection_query()}).encode()
    begun = time.monotonic()
    target.raw(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(asked) + asked)
    took = time.monotonic() - begun
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.settimeout(SOON)
        sock.connect(("127.0.0.1", target.port))
        sock.sendall((POST + b"Content-Length: %d\r\n\r\n" % len(asked) + asked) * 20)
        # As long as it may take to make all answers, and to wait for who does not read them.
        time.sleep(3 + 20 * took)
        found = _closed(lambda: b"".join(iter(lambda: sock.recv(1 << 20), b"")))

    assert found == b"" or found.count(b"HTTP/1.1 200") < 20


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET /graphql HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /graphql HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /graphql HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET\r\n\r\n",
        b"\0" * 1_000,
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_no_proper_request_is_a_4xx(target, sent):
    found = target.raw(sent, name=f"{sent[:40]!r}")

    assert found[:10] == b"HTTP/1.1 4"


@pytest.mark.parametrize("path", [b"/graphql", b"/", b"/explorer"])
def test_a_websocket_is_turned_away(target, path):
    found = target.raw(
        b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        name="a websocket",
    )

    assert found.startswith(b"HTTP/1.1 403")


def test_requests_sent_at_once_are_answered_in_turn(target):
    one = POST + b"Content-Length: %d\r\n\r\n" % len(ASKED) + ASKED
    last = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(ASKED) + ASKED
    found = target.raw(one * 200, last, name="201 requests in one go")

    assert found.count(b"HTTP/1.1 200 OK") == 201


def test_two_hundred_idle_connections_keep_nobody_out(target):
    idle = [target.connect() for _ in range(200)]
    try:
        answer = target.ask("GET", "/healthz", {}, name="beside 200 idle connections")
    finally:
        for sock in idle:
            sock.close()

    assert answer.status == 200


def test_more_connections_than_are_served_are_told_so(target):
    idle = [target.connect() for _ in range(520)]
    try:
        answer = target.ask("GET", "/healthz", {}, name="beside 520 idle connections")
    finally:
        for sock in idle:
            sock.close()

    assert answer.status == 503
    _settled(target)


def _settled(target) -> None:
    until = time.monotonic() + SOON
    while time.monotonic() < until and target.ask("GET", "/healthz", {}).status != 200:
        time.sleep(0.1)
