"""Questions that a server takes and does not answer: after a while their connections are closed under them.

The driver waits as long as the server told it to at the start, two minutes mostly, and its own limits are kept by the
server, so neither helps where the server hangs. Closing a driver is what lets its waiting threads go.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from logging import getLogger
from time import monotonic
from typing import Any

log = getLogger("duta.store")

_LOOK_SECONDS = 0.5


class Patience:
    """The driver in use. Where a question is overdue, another one takes its place and it is closed."""

    def __init__(self, start: Callable[[], Any]) -> None:
        self._start, self.driver = start, start()
        self._lock, self._closed = threading.Lock(), threading.Event()
        self._until: dict[object, float] = {}
        self._looking = False

    @contextmanager
    def waiting(self, seconds: float) -> Generator[None]:
        """Wait no longer than so for what is done within."""
        turn = object()
        with self._lock:
            self._until[turn] = monotonic() + seconds
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._look, name="neo4j-patience", daemon=True).start()
        try:
            yield
        finally:
            self._until.pop(turn, None)

    def _look(self) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            now = monotonic()
            if any(until < now for until in [*self._until.values()]):
                self._change()

    def _change(self) -> None:
        """Close the driver, and begin anew with another; those who wait are told that their connection is gone."""
        with self._lock:
            self._until.clear()
            old, self.driver = self.driver, self._start()
        log.warning("Neo4j does not answer; its connections are closed and made anew.")
        old.close()

    def close(self) -> None:
        self._closed.set()
        self.driver.close()
