"""Timing things side by side in one run, so that their ratio holds while the machine's speed drifts."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock on the wall, and of this process's CPU, its own threads' and the system's for it."""

    wall: float
    cpu: float


class Clock:
    """Both clocks, from now on."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    @property
    def spent(self) -> Spent:
        return Spent(time.perf_counter() - self._wall, time.process_time() - self._cpu)


def by_turns(tasks: Mapping[str, Callable[[], object]], *, rounds: int, warmup: int = 3) -> dict[str, list[Spent]]:
    """What each task took in each round; the tasks take turns."""
    for _ in range(warmup):
        for task in tasks.values():
            task()
    took: dict[str, list[Spent]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            clock = Clock()
            task()
            took[name].append(clock.spent)
    return took


def side_by_side(tasks: Mapping[str, Callable[[], object]], *, rounds: int, warmup: int = 3) -> dict[str, list[float]]:
    """Milliseconds by the wall of each task in each round; the tasks take turns."""
    took = by_turns(tasks, rounds=rounds, warmup=warmup)
    return {name: [each.wall * 1000 for each in spent] for name, spent in took.items()}


def p50(times: list[float]) -> float:
    return statistics.median(times)


def p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def row(name: str, times: list[float]) -> str:
    return f"{name:<44} p50 {p50(times):9.2f} ms   p95 {p95(times):9.2f} ms"


def both(name: str, took: list[Spent]) -> str:
    """A row by both clocks: what a busy machine does to one it hardly does to the other."""
    cpu, wall = ([1000 * each for each in times] for times in ([t.cpu for t in took], [t.wall for t in took]))
    return (
        f"{name:<44} CPU p50 {p50(cpu):8.3f} p95 {p95(cpu):8.3f} ms   wall p50 {p50(wall):8.3f} p95 {p95(wall):8.3f} ms"
    )


def machine(*packages: str) -> str:
    """What a figure was measured on."""
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    system = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"{system}, Python {platform.python_version()}, {versions}"
