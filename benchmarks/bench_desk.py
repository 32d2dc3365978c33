"""A mission's desk as it is served, against ten pages of assets as they are served.

    python benchmarks/bench_desk.py [2000 20000 ...]

`duta serve` is a process of its own, on SQLite and, where DUTA_TEST_NEO4J_URI is set, on Neo4j, and is asked as a
planner: for the desk by the document of its card, and for ten pages of 50 assets with two nested lists, one after the
other. Both take turns: a desk and a page, where each finds the processor's caches as the other left them, and some
desks and ten times as many pages. CPU is the server's.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench_http import DUTA, SCALARS, environment
from bench_story import FIRST, load
from engines import engines
from measure import machine, p50, p95
from wire import Turns, asking, posted, serving, settle

TENTH, WARMUP, ROUNDS = 10, 20, int(os.environ.get("DUTA_BENCH_ROUNDS", "200"))
#: Desks in a turn; of pages there are so many, and ten times as many.
TURNS = ((1, 1), (5, 50))
PAGE = f"""query Page($first: Int!, $after: String) {{
  assets(first: $first, after: $after, order: [{{field: TITLE}}]) {{ pageInfo {{ endCursor }} nodes {{
    {SCALARS} themes(first: 5) {{ nodes {{ id name }} }} campaigns(first: 5) {{ nodes {{ id title }} }} }} }} }}"""
DESK = Path("api/cards/questions/20-missions-desk.graphql")


def main(sizes: list[int]) -> None:
    print(machine("apsw", "neo4j", "strawberry-graphql", "starlette", "uvicorn", "orjson"))
    for name, opened in engines():
        for size in sizes:
            with TemporaryDirectory() as folder, opened(Path(folder)) as store:
                load(store, size)
                told = environment(Path(folder), name) | {"DUTA_BUDGET_PER_KEY": str(10**9)}
                ask = partial(_asking, _key(told))
                desk = ask(DESK.read_text(), {"mission": "mission:m3", "from": FIRST.isoformat(), "days": 31})
                with serving(["api.cli", "serve"], told, desk) as (pid, _):
                    settle(DUTA)
                    page = _in_turn(list(_pages(ask)))
                    print(f"\n{name}, {size} assets, load {os.getloadavg()[0]:.1f}; {len(desk())} bytes a desk")
                    for turns in TURNS:
                        _measured(Turns(desk, pid), Turns(page, pid), *turns)


def _key(told: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "api.cli", "key", "create", "bench", "--role", "planner"]
    return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=True).stdout.strip()


def _asking(key: str, text: str, variables: Mapping[str, Any]) -> Any:
    headers = {"Accept": "application/graphql-response+json", "Authorization": f"Bearer {key}"}
    return asking(DUTA, posted("/graphql", {"query": text, "variables": variables}, headers))


def _pages(ask: Callable[..., Callable[[], bytes]]) -> Iterator[Callable[[], bytes]]:
    """Ways to ask for ten pages, each after the one before."""
    cursor: str | None = None
    for _ in range(TENTH):
        page = ask(PAGE, {"first": 50, "after": cursor})
        yield page
        cursor = json.loads(page())["data"]["assets"]["pageInfo"]["endCursor"]


def _in_turn(ways: list[Callable[[], bytes]]) -> Callable[[], bytes]:
    around = cycle(ways)

    def ask() -> bytes:
        return next(around)()

    return ask


def _measured(desk: Turns, page: Turns, desks: int, pages: int) -> None:
    for number in range((WARMUP + ROUNDS) // desks):
        if number == WARMUP // desks:
            desk.clear()
            page.clear()
        desk.turn(desks)
        page.turn(pages)
    ten = [TENTH * each for each in page.worked]
    print(
        f"in turns of {desks} and {pages}: CPU of a desk p50 {p50(desk.worked):.2f} p95 {p95(desk.worked):.2f} ms,"
        f" of ten pages {p50(ten):.2f} and {p95(ten):.2f} ms: {p50(desk.worked) / p50(ten):.2f} times;"
        f" by the clock {p50(desk.wall):.2f} against {TENTH * p50(page.wall):.2f} ms"
    )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000, 20_000])
