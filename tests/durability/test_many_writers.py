"""Sixteen writers at once, on the same and on different entities, through the store of each engine."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from api.wiring import opened
from graph.store.batch import Batch, Put, To
from graph.store.select import Shape, by_ids
from graph.store.visibility import SYSTEM

WRITERS, EACH = 16, 4
REFUSAL = re.compile(r"It was read at revision \d+ and is at \d+ now\. Read it again and repeat the edit\.")
SHARED = "theme:sample-shared"


@pytest.fixture
def store(settings):
    with opened(settings) as house:
        house.store.write(Batch((Put(SHARED, "Theme", {"name": "0"}),)))
        yield house.store


def counted(store) -> tuple[int, int]:
    """The number that the shared theme is called by, and its revision."""
    shape = Shape((("rev", "rev"), ("name", "name")))
    [row] = store.ask(SYSTEM, {"it": by_ids("Theme", (SHARED,), shape, limit=1)})["it"]["rows"]
    return int(row["name"]), row["rev"]


def test_sixteen_writers_lose_no_update_leave_no_gap_and_are_refused_in_words(store):
    def write(writer: int) -> set[str]:
        """Count up by one so often, and make a theme below the shared one each time; what was refused."""
        told: set[str] = set()
        for number in range(EACH):
            own = Put(f"theme:sample-{writer}-{number}", "Theme", {"name": f"{writer}"}, {"broader": (To(SHARED),)})
            assert store.write(Batch((own,), f"writer {writer}")).refused == ()
            while True:
                value, rev = counted(store)
                report = store.write(Batch((Put(SHARED, "Theme", {"name": str(value + 1)}, rev=rev),)))
                if report.changes:
                    break
                told |= {one.reason for one in report.refused}
        return told

    with ThreadPoolExecutor(WRITERS) as writers:
        told = set[str]().union(*writers.map(write, range(WRITERS)))

    done = WRITERS * EACH
    assert counted(store) == (done, done + 1)
    stats = store.stats()
    assert (stats.seq, stats.nodes["Theme"], stats.links["BROADER"]) == (2 * done + 1, done + 1, done)
    log = store.changes(0, 10_000)
    assert [one.seq for one in log] == list(range(1, 2 * done + 2))
    assert all(one.at <= other.at for one, other in pairwise(log))
    assert store.verify().problems == ()
    assert all(REFUSAL.fullmatch(one) for one in told), told
