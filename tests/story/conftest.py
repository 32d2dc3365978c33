"""Both engines of the store, and questions of planning asked of them as some caller."""

from collections.abc import Callable
from typing import Any

import pytest

from graph.asking import Asking
from graph.store.select import Viewer
from tests.store.conftest import clock, graph, neo, server, sqlite, store

__all__ = ["clock", "graph", "neo", "server", "sqlite", "store"]

#: 1 June 2026.
NOW = 1_780_272_000_000
PLANNER = Viewer(live=2, draft=-1, retired=-1, now=NOW)


@pytest.fixture
def asking(store) -> Callable[..., Asking]:
    """One caller's request, a planner's unless said otherwise."""

    def asking(viewer: Viewer = PLANNER, locale: str = "en") -> Asking:
        return Asking(store, viewer, locale)

    return asking


@pytest.fixture
def ask(asking) -> Callable[..., Any]:
    """The answer of a question of planning."""

    def ask(question: Any, viewer: Viewer = PLANNER, locale: str = "en", **given: Any) -> Any:
        return question.ask(asking(viewer, locale), question.given(**given))

    return ask
