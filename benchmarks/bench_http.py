"""A page of 50 assets with two nested lists over HTTP: against the bare statement, and against stock Strawberry.

    python benchmarks/bench_http.py [2000 20000 ...]

The servers are `duta serve` and `uvicorn stock:app`, each a process of its own on the same engine and data. The
statement is run here by the driver, with the text and parameters that Duta sends: on a connection as the driver opens
it, and on one that is set as the store's own. All take turns: page by page, where each finds the processor's caches as
the others left them, and by some pages, as a server that is busy finds them. CPU is that of the process that answers,
which for the bare statement is this one; a Neo4j server's own is in neither and stands beside.
"""

import http.client
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bare import statement
from engines import engines
from generated import load
from measure import machine, p50, p95
from questions import SENT, public

WARMUP, PAGES, CONNECTIONS, SECONDS = 100, 600, 4, 3.0
#: Pages in a turn of each.
TURNS = (1, 20)
RATES = 3
DUTA, STOCK = 8799, 8798
SCALARS = "id title kind year summary url locale updatedAt"
QUERIES = {
    DUTA: """query Page($first: Int!) { assets(first: $first, order: [{field: TITLE}]) { nodes {
      SCALARS themes(first: 5) { nodes { id name } } campaigns(first: 5) { nodes { id title } } } } }""",
    STOCK: """query Page($first: Int!) { assets(first: $first) {
      SCALARS themes(first: 5) { id name } campaigns(first: 5) { id title } } }""",
}


@contextmanager
def serving(command: list[str], environment: Mapping[str, str], port: int) -> Iterator[tuple[int, float]]:
    """The process id of a server, and seconds from its start to its first answer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=kept | environment,
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                asking(port)()
                break
            except (ConnectionError, http.client.HTTPException):
                if process.poll() is not None:
                    sys.exit(f"{' '.join(command)} ended with {process.returncode}.")
                time.sleep(0.02)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def request(port: int) -> bytes:
    """The request for the page as it goes over the wire, in one piece as a browser sends it."""
    accept = "application/graphql-response+json" if port == DUTA else "application/json"
    body = json.dumps({"query": QUERIES[port].replace("SCALARS", SCALARS), "variables": {"first": 50}})
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", "Accept": accept, "Content-Length": len(body)}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST /graphql HTTP/1.1", *lines, "", body]).encode()


def asking(port: int) -> Callable[[], bytes]:
    """A function that asks for the page on one connection that stays open."""
    raw = request(port)
    held: list[socket.socket] = []

    def once() -> bytes:
        if not held:
            held.append(socket.create_connection(("127.0.0.1", port), timeout=60))
        held[0].sendall(raw)
        gathered = bytearray()
        while not _is_whole(gathered):
            gathered += _some(held[0])
        return bytes(gathered)

    def ask() -> bytes:
        try:
            found = once()
        except ConnectionError:
            # The others' turn took longer than a server keeps a connection that is idle.
            held.clear()
            found = once()
        head, _, answer = found.partition(b"\r\n\r\n")
        if b" 200 " not in head[:20] or b'"errors"' in answer:
            raise RuntimeError(found[:500])
        return answer

    return ask


def _some(connection: socket.socket) -> bytes:
    found = connection.recv(1 << 17)
    if not found:
        raise ConnectionError("The server closed the connection.")
    return found


def throughput(port: int) -> float:
    """Pages a second on a few connections, each with one request under way."""
    raw = request(port)
    chosen, answered = selectors.DefaultSelector(), 0
    for _ in range(CONNECTIONS):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(raw)
        chosen.register(sock, selectors.EVENT_READ, bytearray())
    begun = time.perf_counter()
    while (spent := time.perf_counter() - begun) < SECONDS:
        for key, _ in chosen.select(0.1):
            sock, gathered = key.fileobj, key.data
            assert isinstance(sock, socket.socket)
            gathered += _some(sock)
            if _is_whole(gathered):
                answered += 1
                gathered.clear()
                sock.sendall(raw)
    for key in list(chosen.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return answered / spent


def _is_whole(answer: bytearray) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = next(line for line in bytes(answer[:end]).lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(answer) - end - 4 >= int(length.partition(b":")[2])


def settle(most: float = 1800) -> None:
    """Wait until the server's index has caught up, so that only pages are measured."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", DUTA, timeout=60)
        connection.request("GET", "/readyz")
        lag = json.loads(connection.getresponse().read()).get("lag")
        if lag == 0:
            return
        print(f"\rthe index is {lag} changes behind ", end="", file=sys.stderr)
        time.sleep(1)
    sys.exit("The index did not catch up.")


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def cpu(pid: int) -> float:
    """Milliseconds of CPU that a process has used, by its own clock."""
    return time.clock_gettime((~pid << 3) | 2) * 1000


@dataclass
class Turns:
    """What one way of asking took: milliseconds of each page and of each turn's CPU, a page."""

    ask: Callable[[], object]
    pid: int = field(default_factory=os.getpid)
    wall: list[float] = field(default_factory=list[float])
    worked: list[float] = field(default_factory=list[float])

    def turn(self, pages: int) -> None:
        before = cpu(self.pid)
        for _ in range(pages):
            begun = time.perf_counter()
            self.ask()
            self.wall.append((time.perf_counter() - begun) * 1000)
        self.worked.append((cpu(self.pid) - before) / pages)

    @property
    def busy(self) -> float:
        """CPU of a page, in the middle turn: others on the machine may spoil some."""
        return p50(self.worked)

    def clear(self) -> None:
        self.wall.clear()
        self.worked.clear()


def measured(tasks: Mapping[str, Turns], pages: int) -> None:
    """Let all take turns of so many pages."""
    for round_ in range((WARMUP + PAGES) // pages):
        for turns in tasks.values():
            if round_ == WARMUP // pages:
                turns.clear()
            turns.turn(pages)
    for name, turns in tasks.items():
        print(f"{name:<20} p50 {p50(turns.wall):7.2f} ms   p95 {p95(turns.wall):7.2f} ms   CPU {turns.busy:6.2f} ms")


def main(sizes: list[int]) -> None:
    print(machine("apsw", "neo4j", "strawberry-graphql", "starlette", "uvicorn", "orjson"))
    for name, opened in engines():
        medians: list[float] = []
        for size in sizes:
            with TemporaryDirectory() as folder, opened(Path(folder)) as store:
                load(store, size)
                duta, stock = _environments(Path(folder), name)
                with (
                    serving(["api.cli", "serve"], duta, DUTA) as (pid, started),
                    serving(["uvicorn", "stock:app", "--port", str(STOCK), "--no-access-log"], stock, STOCK) as other,
                ):
                    settle()
                    resting = memory(pid)
                    pages = asking(DUTA), asking(STOCK)
                    print(
                        f"\n{name}, {size} assets: first answer after {started:.2f} s; {len(pages[0]())} bytes a page"
                    )
                    found = {
                        "bare statement": Turns(statement(store, public(), {"assets": SENT})),
                        "as the store is set": Turns(statement(store, public(), {"assets": SENT}, settings=True)),
                        "Duta": Turns(pages[0], pid),
                        "stock Strawberry": Turns(pages[1], other[0]),
                    }
                    for turn in TURNS:
                        print(f"in turns of {turn}:")
                        measured(found, turn)
                        _told(found)
                    medians.append(p50(found["Duta"].wall))
                    _told_rates([(throughput(DUTA), throughput(STOCK)) for _ in range(RATES)])
                    print(f"memory {resting:.0f} MB at rest, {memory(pid):.0f} MB afterwards")
        print(f"\n{name}: {sizes[-1]} against {sizes[0]} assets {medians[-1] / medians[0]:.2f} times")


def _environments(home: Path, engine: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the two servers are told of their data."""
    duta = {"DUTA_HOME": str(home), "DUTA_PORT": str(DUTA), "DUTA_BUDGET_PER_ADDRESS": "0"}
    if engine == "SQLite":
        return duta, {"STOCK_SQLITE": str(home / "duta.sqlite3")}
    told = {name: os.environ[f"DUTA_TEST_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD")}
    return (
        duta | {f"DUTA_NEO4J_{name}": value for name, value in told.items()},
        {f"DUTA_TEST_NEO4J_{name}": value for name, value in told.items()},
    )


def _told(found: Mapping[str, Turns]) -> None:
    duta, stock = found["Duta"], found["stock Strawberry"]
    for name, said in (("bare statement", ""), ("as the store is set", ", as the store is set")):
        bare = found[name]
        print(f"against the bare statement{said}: {duta.busy / bare.busy:.2f} times its CPU,"
              f" {p50(duta.wall) / p50(bare.wall):.2f} times its time")  # fmt: skip
    print(f"against stock Strawberry: {stock.busy / duta.busy:.1f} times less CPU")


def _told_rates(rates: list[tuple[float, float]]) -> None:
    """The middle of some turns, each on as many connections."""
    duta, stock = (p50(list(side)) for side in zip(*rates, strict=True))
    print(f"{CONNECTIONS} connections: {duta:.0f} against {stock:.0f} pages a second of stock Strawberry,"
          f" {p50([one / other for one, other in rates]):.1f} times")  # fmt: skip


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000, 20_000])
