"""Single writes and batches through the store against the bare statements that write the same rows.

    python benchmarks/bench_writes.py [writes]

The bare side gets its rows ready made, in as many transactions. A write is one asset with one link and a log entry.
"""

import sys
import time

from bare import write_neo4j, write_sqlite
from engines import engines
from graph.store.batch import Batch, Put, To
from graph.store.port import GraphStore
from measure import machine

ROUNDS = 3
BATCH = 500


def puts(count: int) -> list[Put]:
    said = {"kind": "WORK", "locale": "en", "summary": "An invented story for a measurement."}
    links = {"themes": (To("theme:sample"),)}
    return [Put(f"asset:sample-{n}", "Asset", {**said, "title": f"Sample {n}"}, links) for n in range(count)]


def written(store: GraphStore, wanted: list[Put], size: int) -> float:
    """Seconds of writing into an empty store, so many a batch."""
    store.write(Batch((Put("theme:sample", "Theme", {"name": "Sample"}),)))
    begun = time.perf_counter()
    for at in range(0, len(wanted), size):
        report = store.write(Batch(tuple(wanted[at : at + size])))
        if report.refused:
            sys.exit(f"A write was refused: {report.refused[0]}")
    return time.perf_counter() - begun


def main(writes: int) -> None:
    print(machine("apsw", "neo4j"))
    for name, opened in engines():
        for size in (1, BATCH):
            wanted = puts(writes if size == 1 else writes * 10)
            ratios: list[float] = []
            for _ in range(ROUNDS):
                with opened() as store:
                    took = written(store, wanted, size)
                    batches = -(-len(wanted) // size)
                    bare = (write_sqlite if store.stats().engine == "sqlite" else write_neo4j)(store, batches)
                ratios.append(took / bare)
                print(f"{name}, {size} a batch: {len(wanted) / took:.0f} a second, bare {len(wanted) / bare:.0f},"
                      f" {took / bare:.2f} times")  # fmt: skip
            print(f"{name}, {size} a batch: median {sorted(ratios)[len(ratios) // 2]:.2f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
