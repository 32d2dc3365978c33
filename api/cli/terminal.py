"""What the commands say: answers on standard output, everything else on standard error."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

_WIDE = 160

Step = Callable[[int], None]
"""Told how much is done."""


def out() -> Console:
    """Standard output; made anew each time, because tests and pipes change what it is."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=_WIDE)


def err() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """A line of the answer, as it is."""
    out().print(text, markup=False)


def note(text: str) -> None:
    """A line beside the answer, as it is."""
    err().print(text, markup=False)


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """A table without lines, so that it can be copied."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


@contextmanager
def progress(what: str) -> Generator[Step]:
    """A bar on a terminal, nothing elsewhere; it goes away when it is done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err(), transient=True, disable=not err().is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def step(done: int) -> None:
            bar.update(task, completed=done)

        yield step
