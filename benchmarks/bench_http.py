"""A page of 50 assets with two nested lists over HTTP: against the bare statement, and against stock Strawberry.

    python benchmarks/bench_http.py [2000 20000 ...]

The servers are `duta serve` and `uvicorn stock:app`, each a process of its own on the same engine and data. The
statement is run here by the driver, with the text and parameters that Duta sends: on a connection as the driver opens
it, and on one that is set as the store's own. All take turns: page by page, where each finds the processor's caches as
the others left them, and by some pages, as a server that is busy finds them. CPU is that of the process that answers,
which for the bare statement is this one; a Neo4j server's own is in neither and stands beside.
"""

import os
import selectors
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bare import statement
from engines import engines
from generated import load
from measure import machine, p50, p95
from questions import SENT, public
from wire import Turns, asking, is_whole, memory, posted, serving, settle, some

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


def request(port: int) -> bytes:
    """The request for the page as it goes over the wire."""
    accept = "application/graphql-response+json" if port == DUTA else "application/json"
    body = {"query": QUERIES[port].replace("SCALARS", SCALARS), "variables": {"first": 50}}
    return posted("/graphql", body, {"Accept": accept})


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
            gathered += some(sock)
            if is_whole(gathered):
                answered += 1
                gathered.clear()
                sock.sendall(raw)
    for key in list(chosen.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return answered / spent


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
                pages = asking(DUTA, request(DUTA)), asking(STOCK, request(STOCK))
                started_by = ["uvicorn", "stock:app", "--port", str(STOCK), "--no-access-log"]
                with (
                    serving(["api.cli", "serve"], environment(Path(folder), name), pages[0]) as (pid, started),
                    serving(started_by, _stock(Path(folder), name), pages[1]) as other,
                ):
                    settle(DUTA)
                    resting = memory(pid)
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


def environment(home: Path, engine: str) -> dict[str, str]:
    """What `duta serve` is told of its data."""
    duta = {"DUTA_HOME": str(home), "DUTA_PORT": str(DUTA), "DUTA_BUDGET_PER_ADDRESS": "0"}
    return duta if engine == "SQLite" else duta | {f"DUTA_NEO4J_{name}": value for name, value in _neo4j().items()}


def _stock(home: Path, engine: str) -> dict[str, str]:
    if engine == "SQLite":
        return {"STOCK_SQLITE": str(home / "duta.sqlite3")}
    return {f"DUTA_TEST_NEO4J_{name}": value for name, value in _neo4j().items()}


def _neo4j() -> dict[str, str]:
    return {name: os.environ[f"DUTA_TEST_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD")}


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
