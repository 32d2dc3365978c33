"""An import of 10,000 mapped rows against the bare statements that write the same nodes, links and log.

    python benchmarks/bench_import.py [rows]

The bare side gets its rows ready made, in as many transactions, and comes after the import in each round. CPU is that
of this process: the disk is in neither, nor is a Neo4j server's own.
"""

import csv
import random
import sys
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
from measure import Clock, Spent, machine, p50

COLUMNS = ["source_no", "category", "name_ko", "romanization", "desc_ko", "name_en", "desc_en"]
ROUNDS = {"SQLite": 7, "Neo4j": 3}


def table(path: Path, rows: int) -> None:
    """A table of dishes: one asset and one translation a row."""
    dice = random.Random(3)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(rows):
            words = [" ".join(dice.choices(WORDS, k=k)) for k in (2, 3, 20, 4, 25)]
            writer.writerow([n + 1, "밥 [Bap]", f"요리 {words[0]} {n}", words[1], words[2], words[3], words[4]])


def imported(store: GraphStore, path: Path) -> Spent:
    """What one import into an empty store takes."""
    store.write(Batch((Put("country:kr", "Country", {"name": "Republic of Korea", "alpha2": "KR"}),)))
    clock = Clock()
    report = run(open_mapped([path], load_shipped("hansik")), store, Options(source="hansik"))
    took = clock.spent
    if report.refused:
        sys.exit(f"{len(report.refused)} rows were refused: {report.refused[0]}")
    return took


def main(rows: int) -> None:
    print(machine("apsw", "neo4j"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dishes.csv"
        table(path, rows)
        for name, opened in engines():
            turns: list[tuple[Spent, Spent]] = []
            for _ in range(ROUNDS[name]):
                with opened() as store:
                    took = imported(store, path)
                    stats = store.stats()
                    bare = (write_sqlite if stats.engine == "sqlite" else write_neo4j)(store, batches=2 * rows // 500)
                turns.append((took, bare))
                nodes, links = sum(stats.nodes.values()), sum(stats.links.values())
                print(f"{name}: {rows} rows, {nodes} nodes, {links} links, {stats.seq} log entries:"
                      f" import {took.wall:.2f} s, bare {bare.wall:.2f} s, {took.wall / bare.wall:.2f} times;"
                      f" CPU {took.cpu:.2f} s and {bare.cpu:.2f} s, {took.cpu / bare.cpu:.2f} times")  # fmt: skip
            print(f"{name}: medians {p50([took.wall for took, _ in turns]):.2f} s and"
                  f" {p50([bare.wall for _, bare in turns]):.2f} s;"
                  f" {p50([took.wall / bare.wall for took, bare in turns]):.2f} times its time,"
                  f" {p50([took.cpu / bare.cpu for took, bare in turns]):.2f} times its CPU")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
