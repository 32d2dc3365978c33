"""A real server on loopback to attack, and a ledger of how long it took and how much it said."""

import http.client
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

#: Small bounds in time, so that what waits for them is quick.
LIMITS = "head_seconds=1,body_seconds=1,stall_seconds=1"


LEDGER = pytest.StashKey[list[tuple[str, int, int, float]]]()


def pytest_terminal_summary(terminalreporter, config):
    """With -v: how long each took, the slowest first."""
    ledger = config.stash.get(LEDGER, [])
    if terminalreporter.verbosity < 1 or not ledger:
        return
    terminalreporter.write_sep("=", "attacks, the slowest first")
    terminalreporter.write_line(f"{'ms':>8} {'bytes':>9} status  attack")
    for name, status, size, seconds in sorted(ledger, key=lambda one: -one[3]):
        terminalreporter.write_line(f"{seconds * 1000:>8.1f} {size:>9} {status:>6}  {name}")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Target:
    """The server under attack. Every answer's time and size are noted; times are printed and not asserted."""

    port: int
    pid: int
    home: Path
    ledger: list[tuple[str, int, int, float]] = field(default_factory=list)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None, name: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()
        self.ledger.append((name, answer.status, len(answer.body), time.perf_counter() - began))
        return answer

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def raw(self, *pieces: bytes, name: str = "") -> bytes:
        """What is answered to these bytes, until the connection is closed."""
        began = time.perf_counter()
        with self.connect() as sock:
            found = bytearray()
            try:
                for piece in pieces:
                    sock.sendall(piece)
                while data := sock.recv(65_536):
                    found += data
            except ConnectionError:
                pass
        self.ledger.append((name, int(found[9:12] or 0), len(found), time.perf_counter() - began))
        return bytes(found)

    def memory(self) -> int:
        """Resident bytes of the server."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


@dataclass
class Provider:
    """A sign-on's provider on loopback: the key that it publishes, and the paths that it was asked for."""

    url: str
    key: RSAKey
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    key = RSAKey.generate_key(2048, {"kid": "now", "use": "sig", "alg": "RS256"})
    asked = list[str]()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps({"keys": [key.as_dict(private=False)]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Provider(f"http://127.0.0.1:{server.server_port}", key, asked)
        server.shutdown()


@pytest.fixture(scope="session")
def target(serving, provider, demonstration_home, tmp_path_factory, pytestconfig) -> Iterator[Target]:
    home = shutil.copytree(demonstration_home, tmp_path_factory.mktemp("attacked") / "home")
    signing_on = {
        "DUTA_OIDC_ISSUER": provider.url,
        "DUTA_OIDC_AUDIENCE": "duta",
        "DUTA_OIDC_JWKS_URL": f"{provider.url}/keys",
    }
    with serving(home, DUTA_LIMITS=LIMITS, **signing_on) as server:
        found = Target(server.port, server.process.pid, server.home)
        yield found
        assert server.process.poll() is None
        log = server.log.read_text()
    pytestconfig.stash[LEDGER] = found.ledger
    assert "Traceback" not in log


@pytest.fixture
def alive(target) -> Iterator[None]:
    """After the test the server answers as ever."""
    yield
    answer = target.ask("GET", "/graphql?query=%7B__typename%7D", {}, name="an honest question")
    assert (answer.status, answer.body[:31]) == (200, b'{"data":{"__typename":"Query"},')


@pytest.fixture
def post(target) -> Callable[..., Answer]:
    """POST a body to the endpoint as an honest client would declare it."""

    def send(body: bytes, name: str = "") -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
        answer: Answer = target.ask("POST", "/graphql", headers, body, name)
        return answer

    return send
