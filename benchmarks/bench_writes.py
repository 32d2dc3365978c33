"""Single writes and batches through the store against the bare statements that write the same rows.

    python benchmarks/bench_writes.py [writes] [rounds]

The bare side gets its rows ready made, in as many transactions. A write is one asset with one link and a log entry.
CPU is of this process: Neo4j's own is in neither figure.
"""

import os
import sys

from bare import write_neo4j, write_sqlite
from engines import engines
from graph.store.batch import Batch, Put, To
from graph.store.port import GraphStore
from measure import Clock, Spent, machine, p50

ROUNDS = 3
BATCH = 500


def puts(count: int) -> list[Put]:
    said = {"kind": "WORK", "locale": "en", "summary": "An invented story for a measurement."}
    links = {"themes": (To("theme:sample"),)}
    return [Put(f"asset:sample-{n}", "Asset", {**said, "title": f"Sample {n}"}, links) for n in range(count)]


def written(store: GraphStore, wanted: list[Put], size: int) -> Spent:
    """What it takes to write into an empty store, so many a batch."""
    store.write(Batch((Put("theme:sample", "Theme", {"name": "Sample"}),)))
    clock = Clock()
    for at in range(0, len(wanted), size):
        report = store.write(Batch(tuple(wanted[at : at + size])))
        if report.refused:
            sys.exit(f"A write was refused: {report.refused[0]}")
    return clock.spent


def main(writes: int, rounds: int) -> None:
    print(f"{machine('apsw', 'neo4j')}, load {os.getloadavg()[0]:.1f}")
    for name, opened in engines():
        for size in (1, BATCH):
            wanted = puts(writes if size == 1 else writes * 10)
            clocks: list[float] = []
            cpus: list[float] = []
            for _ in range(rounds):
                with opened() as store:
                    took = written(store, wanted, size)
                    batches = -(-len(wanted) // size)
                    if store.stats().engine == "sqlite":
                        bare = write_sqlite(store, batches)
                    else:
                        bare = write_neo4j(store, batches, at_once=True)
                clocks.append(took.wall / bare.wall)
                cpus.append(took.cpu / bare.cpu)
                print(
                    f"{name}, {size} a batch: {len(wanted) / took.wall:.0f} a second, bare "
                    f"{len(wanted) / bare.wall:.0f}, {clocks[-1]:.2f} times by the clock; CPU "
                    f"{_each(took, wanted):.3f} and {_each(bare, wanted):.3f} ms a write, {cpus[-1]:.2f} times"
                )
            print(f"{name}, {size} a batch: median {p50(clocks):.2f} times by the clock, {p50(cpus):.2f} by CPU")
    print(f"load {os.getloadavg()[0]:.1f} at the end")


def _each(spent: Spent, wanted: list[Put]) -> float:
    return 1000 * spent.cpu / len(wanted)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given + [1_000, ROUNDS][len(given) :]))
