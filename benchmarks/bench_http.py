"""A page of 50 assets with two nested lists over HTTP against the bare statement, start-up time and memory.

    python benchmarks/bench_http.py [2000 20000 ...]

The server is `duta serve` in a process of its own; the statement is run here, on the same engine and data,
with the text and parameters that the server would send. Both take turns.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bare import statement
from engines import engines
from generated import load
from measure import machine, p50, row, side_by_side
from questions import PAGE, public

ROUNDS = 200
PORT = 8799
QUERY = """query Page($first: Int!) {
  assets(first: $first, order: [{field: TITLE}]) {
    nodes {
      id title kind year summary url locale updatedAt
      themes(first: 5) { nodes { id name } }
      campaigns(first: 5) { nodes { id title } }
    }
  }
}"""


@contextmanager
def serving(home: Path, engine: str) -> Iterator[tuple[int, float]]:
    """The process id of a server, and seconds from its start to its first answer."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    environment |= {"DUTA_HOME": str(home), "DUTA_PORT": str(PORT)}
    if engine == "Neo4j":
        environment |= {
            f"DUTA_NEO4J_{name}": os.environ[f"DUTA_TEST_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD")
        }
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                asked = asking()
                asked()
                break
            except (ConnectionError, http.client.HTTPException):
                time.sleep(0.02)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def asking() -> Callable[[], bytes]:
    """A function that asks for the page on one connection that stays open."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    body = json.dumps({"query": QUERY, "variables": {"first": 50}})
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}

    def ask() -> bytes:
        connection.request("POST", "/graphql", body, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != http.client.OK or b'"errors"' in answer:
            raise RuntimeError(answer[:500])
        return answer

    return ask


def settle() -> None:
    """Wait until the server's index has caught up, so that only pages are measured."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.request("GET", "/readyz")
        if json.loads(connection.getresponse().read()).get("lag") == 0:
            return
        time.sleep(0.5)


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main(sizes: list[int]) -> None:
    print(machine("apsw", "neo4j", "strawberry-graphql", "starlette", "uvicorn", "orjson"))
    for name, opened in engines():
        medians: list[float] = []
        for size in sizes:
            with TemporaryDirectory() as folder, opened(Path(folder)) as store:
                load(store, size)
                with serving(Path(folder), name) as (pid, started):
                    settle()
                    resting = memory(pid)
                    bare, ask = statement(store, public(), {"assets": PAGE}), asking()
                    print(f"\n{name}, {size} assets: first answer after {started:.2f} s; {len(ask())} bytes a page")
                    times = side_by_side({"bare statement": bare, "page over HTTP": ask}, rounds=ROUNDS, warmup=20)
                    for task, found in times.items():
                        print(row(task, found))
                    medians.append(p50(times["page over HTTP"]))
                    print(f"ratio {medians[-1] / p50(times['bare statement']):.2f} times the bare statement")
                    print(f"memory {resting:.0f} MB at rest, {memory(pid):.0f} MB after {ROUNDS} pages")
        print(f"\n{name}: {sizes[-1]} against {sizes[0]} assets {medians[-1] / medians[0]:.2f} times")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000, 20_000])
