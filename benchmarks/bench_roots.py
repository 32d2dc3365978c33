"""An operation of several root fields asked together, against each of them asked apart.

    python benchmarks/bench_roots.py [assets]

Measured through the port, on SQLite and, where DUTA_TEST_NEO4J_URI is set, on Neo4j. Together means one statement on
Neo4j and one read transaction on SQLite; either way the root fields tell of one state of the graph.
"""

import sys
from functools import partial

from engines import engines
from generated import load
from graph.store.port import GraphStore
from graph.store.select import Select
from measure import machine, p50, row, side_by_side
from questions import DETAIL, FACETS, FILTERED, PAGE, THREE_LEVELS, viewer

ROUNDS = 60
OPERATIONS: dict[str, dict[str, Select]] = {
    "two roots: page, facets": {"a": PAGE, "b": FACETS},
    "three roots: page, filtered page, three levels": {"a": PAGE, "b": FILTERED, "c": THREE_LEVELS},
    "ten roots: one asset each": {f"r{n}": DETAIL for n in range(10)},
}


def apart(store: GraphStore, questions: dict[str, Select]) -> None:
    """Ask each question in a statement of its own."""
    who = viewer()
    for name, question in questions.items():
        store.ask(who, {name: question})


def main(assets: int) -> None:
    print(machine("apsw", "neo4j"))
    for name, opened in engines():
        with opened() as store:
            load(store, assets)
            print(f"\n## {name}, {assets} assets")
            for operation, questions in OPERATIONS.items():
                tasks = {
                    "together": partial(store.ask, viewer(), questions),
                    "apart": partial(apart, store, questions),
                }
                times = side_by_side(tasks, rounds=ROUNDS)
                print(operation)
                for task, found in times.items():
                    print("  " + row(task, found))
                together, separate = (p50(found) for found in times.values())
                print(f"  together takes {together / separate:.2f} times as long as apart")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
