"""An import of 10,000 mapped rows against the bare statements that write the same nodes, links and log.

    python benchmarks/bench_import.py [rows]

The bare side gets its rows ready made, in batches of the same number of transactions.
"""

import csv
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bare import write_neo4j, write_sqlite
from engines import engines
from generated import WORDS
from graph.store.batch import Batch, Put
from graph.store.port import GraphStore
from ingest.mapping import load_shipped
from ingest.opening import open_mapped
from ingest.pipeline import Options, run
from measure import machine

COLUMNS = ["source_no", "category", "name_ko", "romanization", "desc_ko", "name_en", "desc_en"]
ROUNDS = 3


def table(path: Path, rows: int) -> None:
    """A table of dishes: one asset and one translation a row."""
    dice = random.Random(3)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(rows):
            words = [" ".join(dice.choices(WORDS, k=k)) for k in (2, 3, 20, 4, 25)]
            writer.writerow([n + 1, "밥 [Bap]", f"요리 {words[0]} {n}", words[1], words[2], words[3], words[4]])


def imported(store: GraphStore, path: Path) -> float:
    """Seconds of one import into an empty store."""
    store.write(Batch((Put("country:kr", "Country", {"name": "Republic of Korea", "alpha2": "KR"}),)))
    begun = time.perf_counter()
    report = run(open_mapped([path], load_shipped("hansik")), store, Options(source="hansik"))
    took = time.perf_counter() - begun
    if report.refused:
        sys.exit(f"{len(report.refused)} rows were refused: {report.refused[0]}")
    return took


def main(rows: int) -> None:
    print(machine("apsw", "neo4j"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dishes.csv"
        table(path, rows)
        for name, opened in engines():
            ratios: list[float] = []
            for _ in range(ROUNDS):
                with opened() as store:
                    took = imported(store, path)
                    stats = store.stats()
                    bare = (write_sqlite if stats.engine == "sqlite" else write_neo4j)(store, batches=2 * rows // 500)
                ratios.append(took / bare)
                nodes, links = sum(stats.nodes.values()), sum(stats.links.values())
                print(f"{name}: {rows} rows, {nodes} nodes, {links} links, {stats.seq} log entries:"
                      f" import {took:.2f} s, bare {bare:.2f} s, {took / bare:.2f} times")  # fmt: skip
            print(f"{name}: median {sorted(ratios)[len(ratios) // 2]:.2f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
