"""Questions of planning at several sizes: what each costs, how it grows, and what the same costs by hand.

    python benchmarks/bench_story.py [2000 20000 ...]

DUTA_BENCH_ROUNDS says how many rounds are measured, 15 where it is not set.

Measured through the port, on SQLite and, where DUTA_TEST_NEO4J_URI is set, on Neo4j; the figures go to docs/figures.
CPU is of this process: on SQLite that is all there is, on Neo4j the server's own is not in it. So what is set against
the same by hand is CPU on SQLite, and on Neo4j what the clock shows.
"""

import gc
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from by_hand import ByHand, same
from engines import engines
from generated import AUDIENCES, MISSIONS, puts
from graph.asking import Asking, Question
from graph.model.territories import world
from graph.store.batch import Batch, Put, To
from graph.store.port import GraphStore
from graph.store.select import Select, Viewer
from graph.story.agenda import AGENDA, CALENDAR, COLLISIONS, PRESENCE_GAPS
from graph.story.agenda.days import DaysGiven
from graph.story.coverage import COVERAGE
from graph.story.coverage.values import CoverageColumns, CoverageRows
from graph.story.desk import DESK
from graph.story.house.house import MESSAGE_HOUSE
from graph.story.house.trace import GOAL_TRACE
from graph.story.plan.planning import PLAN_STORY
from graph.story.plan.question import StoryQuestion, StoryWindow
from graph.story.relaying import PROPAGATION, ROUTES
from graph.story.rights.asked import RightsUse
from graph.story.rights.question import RIGHTS_CHECK
from measure import Clock, machine, p50, p95
from plot import Points, small_ones, write
from questions import PAGE, viewer
from texts import connected

ROUNDS, WARMUP, TENTH = int(os.environ.get("DUTA_BENCH_ROUNDS", "15")), 2, 10
GOALS, NARRATIVES, MESSAGES, GRANTS, CHANNELS = 5, 20, 100, 20, 120
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
#: The language in which each engine is asked by hand.
LANGUAGES = {"SQLite": "SQL", "Neo4j": "Cypher"}


def stories(assets: int) -> Iterator[Put]:
    """The generated graph with narratives, messages, rights, channels, placements and reposts."""
    dice, begun = random.Random(11), False
    codes = iter(sorted(world()))
    for put in puts(assets):
        if put.type == "Asset" and not begun:
            begun = True
            yield from _frame(dice)
        if put.type == "Country":
            yield replace(put, values={**put.values, "alpha2": next(codes)})
        elif put.type == "Asset":
            links = {
                **put.links,
                "messages": (To(f"message:m{dice.randrange(MESSAGES)}"),),
                "rights": (To(f"rightsgrant:g{dice.randrange(GRANTS)}"),),
            }
            yield replace(put, values={**put.values, "text_state": "PUBLISHED"}, links=links)
        else:
            yield put
    for n in range(assets):
        links = {"of": (To(f"asset:n{dice.randrange(assets)}"),), "channel": (To(f"channel:c{n % CHANNELS}"),)}
        if n % 5 == 4:
            links["repost_of"] = (To(f"placement:p{n - 1 - dice.randrange(3)}"),)
        at = f"2026-{1 + dice.randrange(12):02}-{1 + dice.randrange(28):02}T09:00:00Z"
        yield Put(f"placement:p{n}", "Placement", {"at": at, "status": "LIVE", "paid": n % 9 == 0, **INSIDE}, links)


def _frame(dice: random.Random) -> Iterator[Put]:
    text = {"locale": "en", "text_state": "PUBLISHED"}
    for n in range(GOALS):
        yield Put(f"goal:g{n}", "Goal", {"title": f"Goal {n}", **text, **INSIDE})
    for n in range(NARRATIVES):
        links = {"goals": (To(f"goal:g{n % GOALS}"),)}
        yield Put(f"narrative:n{n}", "Narrative", {"title": f"Narrative {n}", **text, **INSIDE}, links)
        values = {"title": f"Priority {n}", "rank": n + 1, "planned_share": 0.05, **text, **INSIDE}
        yield Put(f"priority:p{n}", "Priority", values, {"narrative": (To(f"narrative:n{n}"),)})
    for n in range(MESSAGES):
        links = {
            "narrative": (To(f"narrative:n{n % NARRATIVES}"),),
            "audiences": (To(f"audience:a{dice.randrange(AUDIENCES)}"),),
        }
        yield Put(f"message:m{n}", "Message", {"text": f"Message {n}", **text, **OPEN}, links)
    for n in range(GRANTS):
        rules = [{"effect": "permission", "action": ["use"]}]
        yield Put(f"rightsgrant:g{n}", "RightsGrant", {"title": f"Grant {n}", "rules": rules, **text, **INSIDE})
    for n in range(CHANNELS):
        signed = {"agreement": "Letter"}
        links = {
            "owner": (To(f"mission:m{n % MISSIONS}"),),
            "reaches": (To(f"audience:a{n % AUDIENCES}", {"share": 0.1}),),
            "amplifies": tuple(To(f"channel:c{other}", signed) for other in {(n - 1) % n, n // 2} if n)
            if n > 1
            else (),
        }
        yield Put(
            f"channel:c{n}", "Channel", {"name": f"Channel {n}", "platform": "WEBSITE", "locale": "en", **OPEN}, links
        )


def load(store: GraphStore, assets: int) -> None:
    batch: list[Put] = []
    for put in stories(assets):
        batch.append(put)
        if len(batch) == 1000:
            _written(store, batch)
            batch = []
    _written(store, batch)


def _written(store: GraphStore, batch: list[Put]) -> None:
    refused = store.write(Batch(tuple(batch))).refused
    if refused:
        raise SystemExit(f"{refused[0]}")


def asked(assets: int) -> Mapping[str, tuple[Question[Any], Any]]:
    """The questions with what they are given; all of them speak of the same place in the graph at every size."""
    days = DaysGiven("country:c3", FIRST, LAST)
    plan = StoryQuestion("goal:g1", "audience:a3", StoryWindow(FIRST, LAST))
    some = tuple(f"asset:n{n}" for n in range(0, assets, assets // 50))[:50]
    return {
        "planStory": (PLAN_STORY, PLAN_STORY.given(plan)),
        "desk": (DESK, DESK.given("mission:m3", FIRST, 31)),
        "coverage, 12 by 12": (COVERAGE, _coverage()),
        "rightsCheck of 50": (RIGHTS_CHECK, RIGHTS_CHECK.given(some, RightsUse(("ID",)))),
        "messageHouse": (MESSAGE_HOUSE, MESSAGE_HOUSE.given("narrative:n1")),
        "goalTrace": (GOAL_TRACE, GOAL_TRACE.given("goal:g1")),
        "collisions": (COLLISIONS, days),
        "calendar": (CALENDAR, days),
        "presenceGaps": (PRESENCE_GAPS, PRESENCE_GAPS.given("country:c3")),
        "agenda of a month": (AGENDA, AGENDA.given(FIRST, LAST)),
        "propagation": (PROPAGATION, PROPAGATION.given("placement:p3")),
        "routes": (ROUTES, ROUTES.given("mission:m3", "audience:a9")),
    }


def _coverage() -> Any:
    return COVERAGE.given(CoverageRows.MESSAGE, CoverageColumns.AUDIENCE, most=12)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a question took in each round, in milliseconds, and how often it asked the store."""

    wall: list[float]
    cpu: list[float]
    statements: int | None


def main(sizes: list[int]) -> None:
    print(machine("apsw", "neo4j"))
    for name, opened in engines():
        print(f"\n## {name}")
        found: dict[int, Mapping[str, Cost]] = {}
        for size in sizes:
            with ExitStack() as stack:
                store = stack.enter_context(opened())
                begun = time.perf_counter()
                load(store, size)
                took, links = time.perf_counter() - begun, sum(store.stats().links.values())
                print(
                    f"\n{size} assets, {links} links, loaded in {took:.1f} s; load {os.getloadavg()[0]:.1f}", flush=True
                )
                # In a thread, as a server answers: the allocator gives the main thread's memory back after each answer.
                with ThreadPoolExecutor(1) as thread:
                    found[size] = thread.submit(_costs, name, store, size).result()
                _told(name, found[size])
        if len(sizes) > 1:
            _grown(name, found)


def _told(engine: str, costs: Mapping[str, Cost]) -> None:
    pages = p50(costs[PAGES].cpu)
    print(f"{'milliseconds':<38} {'CPU p50':>9} {'p95':>9} {'wall p50':>9} {'p95':>9} {'of ten pages':>13} questions")
    for name, cost in costs.items():
        spent = " ".join(f"{one:9.2f}" for of in (cost.cpu, cost.wall) for one in (p50(of), p95(of)))
        asked_store = "" if cost.statements is None else cost.statements
        print(f"{name:<38} {spent} {p50(cost.cpu) / pages:13.2f} {asked_store:>9}")
    print(f"\nmilliseconds {_clock(engine)}, median, against those by hand")
    for name, cost in costs.items():
        if hand := costs.get(_by_hand(engine, name)):
            print(f"{name:<38} {_median(engine, cost) / _median(engine, hand):9.2f} times")


def _by_hand(engine: str, name: str) -> str:
    return f"{name} by hand, in {LANGUAGES[engine]}"


def _clock(engine: str) -> str:
    """What tells how long an engine takes: this process's CPU, and where a server does the work the clock."""
    return "of CPU" if engine == "SQLite" else "by the clock"


def _median(engine: str, cost: Cost) -> float:
    return p50(cost.cpu if engine == "SQLite" else cost.wall)


def _grown(engine: str, found: Mapping[int, Mapping[str, Cost]]) -> None:
    """How much more the largest size takes than the smallest; and the figure."""
    told = f"milliseconds {_clock(engine)}, median"
    times = {size: {name: _median(engine, cost) for name, cost in costs.items()} for size, costs in found.items()}
    first, last = times[min(times)], times[max(times)]
    print(f"\n{told}, of {max(times)} assets against that of {min(times)}")
    for name in first:
        print(f"{name:<38} {last[name] / first[name]:9.2f} times")
    write(Path("docs/figures") / f"story-{engine.lower()}.svg", _figure(engine, told, times))


def _figure(engine: str, told: str, times: Mapping[int, Mapping[str, float]]) -> str:
    """Each question beside the same by hand, and the desk beside ten pages."""
    lines: dict[str, Points] = {
        name: [(size, times[size][name]) for size in sorted(times)] for name in times[min(times)]
    }
    panels: dict[str, dict[str, Points]] = {name: {"as asked": lines[name]} for name in asked(min(times))}
    for name, panel in panels.items():
        if hand := lines.get(_by_hand(engine, name)):
            panel[f"by hand, in {LANGUAGES[engine]}"] = hand
    panels["desk"][PAGES] = lines[PAGES]
    return small_ones(f"Planning on {engine}", "assets", told, panels)


PAGES = "ten pages of 50 assets"


def _costs(engine: str, store: GraphStore, size: int) -> Mapping[str, Cost]:
    """What every task takes, those by hand on a connection of their own."""
    who = viewer()
    with connected(store) as rows:
        tasks, statements = _tasks(store, who, size)
        by_hand = ByHand(rows, who.now, asked(size)["rightsCheck of 50"][1].assets).tasks()
        tasks |= {_by_hand(engine, name): by_hand[name] for name in by_hand if _same(name, tasks[name], by_hand[name])}
        return _measured(tasks, statements)


def _measured(tasks: Mapping[str, Callable[[], object]], statements: Mapping[str, int]) -> Mapping[str, Cost]:
    """Every task in turn, round after round."""
    # As `duta serve` does once it is open; else what loading left is gone over again in the middle of some question.
    gc.collect()
    gc.freeze()
    costs = {name: Cost([], [], statements.get(name)) for name in tasks}
    for number in range(WARMUP + ROUNDS):
        print(f"round {number + 1} of {WARMUP + ROUNDS}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        for name, task in tasks.items():
            clock = Clock()
            task()
            spent = clock.spent
            if number >= WARMUP:
                costs[name].wall.append(spent.wall * 1000)
                costs[name].cpu.append(spent.cpu * 1000)
    return costs


def _tasks(store: GraphStore, who: Viewer, size: int) -> tuple[dict[str, Callable[[], object]], dict[str, int]]:
    tasks: dict[str, Callable[[], object]] = {}
    statements: dict[str, int] = {}
    for name, (question, given) in asked(size).items():
        asking = Asking(store, who)
        question.ask(asking, given)
        statements[name] = asking.statements
        tasks[name] = partial(_ask, store, who, question, given)

    ten = list(_pages(store, who))

    def pages() -> None:
        for page in ten:
            store.ask(who, {"page": page})

    tasks[PAGES] = pages
    return tasks, statements


def _same(name: str, task: Callable[[], object], by_hand: Callable[[], object]) -> bool:
    """Whether a question has its yardstick here, which may refuse the graph; ends where that answers something else."""
    try:
        told = by_hand()
    except NotImplementedError as refused:
        print(f"{name} is not compared. {refused}")
        return False
    if not same(name, task(), told):
        raise SystemExit(f"{name} by hand answers something else.")
    return True


def _pages(store: GraphStore, who: Viewer) -> Iterator[Select]:
    """Ten pages, each after the one before."""
    page = PAGE
    for _ in range(TENTH):
        yield page
        rows: Any = store.ask(who, {"page": page})["page"]["rows"]
        page = replace(PAGE, after=tuple(rows[-1]["@key"]))


def _ask(store: GraphStore, who: Viewer, question: Question[Any], given: Any) -> object:
    return question.ask(Asking(store, who), given)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000, 20_000])
