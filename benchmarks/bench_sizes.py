"""The same questions at several sizes: a page must cost what it shows, not what there is.

    python benchmarks/bench_sizes.py [2000 20000 ...]

Measured through the port, on SQLite and, where DUTA_TEST_NEO4J_URI is set, on Neo4j.
"""

import sys
import time
from contextlib import ExitStack
from functools import partial

from engines import engines
from generated import load
from measure import machine, p50, row, side_by_side
from questions import QUESTIONS, viewer

ROUNDS = 30


def main(sizes: list[int]) -> None:
    print(machine("apsw", "neo4j"))
    for name, opened in engines():
        print(f"\n## {name}")
        medians: dict[str, list[float]] = {}
        for size in sizes:
            with ExitStack() as stack:
                store = stack.enter_context(opened())
                begun = time.perf_counter()
                load(store, size)
                print(f"\n{size} assets, loaded in {time.perf_counter() - begun:.1f} s")
                who = viewer()
                tasks = {question: partial(store.ask, who, {"page": select}) for question, select in QUESTIONS.items()}
                for question, times in side_by_side(tasks, rounds=ROUNDS).items():
                    print(row(question, times))
                    medians.setdefault(question, []).append(p50(times))
        print("\nlargest against smallest")
        for question, found in medians.items():
            print(f"{question:<44} {found[-1] / found[0]:9.2f} times")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000, 20_000, 100_000])
