"""How soon after its commit an edit is found, under twenty edits a second, and what that costs.

    python benchmarks/bench_follow.py [assets] [seconds]

A server's own parts in one process: the store on SQLite, the index on each engine, and the thread that follows the
log. Edits rename assets, one a commit; a search for the new name is made until it finds it. Delays hold the wait of
the thread, the reading of what the edit touches, the commit of the index, and the first search after it.
"""

import sys
import threading
import time
from collections import deque
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from api.settings import SearchEngine, Settings
from api.wiring import House, following
from graph.model import MODEL
from graph.search.engines import open_index
from graph.search.follower import Follower
from graph.search.index import Query
from graph.store.batch import Batch, Put
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from measure import Clock, machine, p50, p95

A_SECOND = 20
OPEN = {"kind": "TEXT", "locale": "en", "text_state": "PUBLISHED", "state": "PUBLISHED", "marking": "PUBLIC"}
ANYONE = Viewer(0, -1, -1, 1)
# As often as a person presses a key while looking for it.
LOOK_EVERY = 0.05


def asset(n: int, title: str) -> Put:
    return Put(f"asset:sample-{n}", "Asset", {**OPEN, "title": title, "summary": f"An invented story, told {n} times."})


class Edits:
    """Renames at an even pace, in a thread of their own; each with the moment of its commit."""

    def __init__(self, house: House, assets: int, seconds: int) -> None:
        self.made: deque[tuple[float, str]] = deque()
        self._house, self._assets, self._count = house, assets, seconds * A_SECOND
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        begun = time.perf_counter()
        for n in range(self._count):
            time.sleep(max(0.0, begun + n / A_SECOND - time.perf_counter()))
            name = f"renamed{n}x"
            self._house.store.write(Batch((asset(n % self._assets, f"Sample {name}"),)))
            self.made.append((time.perf_counter(), name))


def delays(house: House, edits: Edits) -> list[float]:
    """Seconds from each commit until the new name is found."""
    found: list[float] = []
    while edits.thread.is_alive() or edits.made:
        while edits.made and house.search(Query(edits.made[0][1], ANYONE)).total:
            found.append(time.perf_counter() - edits.made.popleft()[0])
        time.sleep(LOOK_EVERY)
    return found


def measured(engine: SearchEngine, assets: int, seconds: int) -> str:
    with TemporaryDirectory() as home:
        settings = Settings(home=Path(home), neo4j_uri="", search_engine=engine)
        with (
            closing(open_sqlite(settings.database, MODEL)) as store,
            closing(open_index(settings.index, engine)) as index,
        ):
            house = House(settings, store, index, Follower(store, index))
            for at in range(0, assets, 500):
                store.write(Batch(tuple(asset(n, f"Sample {n}") for n in range(at, min(assets, at + 500)))))
            house.follower.follow()
            house.search(Query("sample", ANYONE))
            edits, clock = Edits(house, assets, seconds), Clock()
            with following(house):
                edits.thread.start()
                found = delays(house, edits)
            spent = clock.spent
    return (
        f"{engine:<8} {assets:>7} assets, {len(found)} edits in {spent.wall:.0f} s: "
        f"found after p50 {p50(found):.2f} s, p95 {p95(found):.2f} s, at most {max(found):.2f} s; "
        f"{spent.cpu / len(found) * 1000:.0f} ms of CPU an edit"
    )


def main(assets: int, seconds: int) -> None:
    print(machine("whoosh", "tantivy"))
    for engine in SearchEngine:
        print(measured(engine, assets, seconds), flush=True)


if __name__ == "__main__":
    main(*(int(said) for said in sys.argv[1:] or ("2000", "30")))
