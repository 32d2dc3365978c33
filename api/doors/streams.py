"""Subscriptions of one installation: how many there may be, what wakes them, and their payloads."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from logging import getLogger
from typing import Any, TypeVar

from starlette.requests import HTTPConnection

from api.doors.callers import Known, site_of
from api.plan import Caller, Executor, Outcome, Request
from api.plan.errors import Code, refused
from graph.errors import GraphError
from graph.history.questions import end_of
from graph.store.port import GraphStore

log = getLogger("duta.streams")

T = TypeVar("T")

#: Fewer than answer questions, so that who only listens cannot keep others waiting.
_THREADS = 4
_EVERY_SECONDS = 0.5


class Bell:
    """Rings when the log has grown. However many wait, the store is asked once in a while, and else not at all."""

    def __init__(self, store: GraphStore, every: float = _EVERY_SECONDS) -> None:
        self._store, self._every = store, every
        self._end = self._waiting = 0
        self._rung = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    async def beyond(self, place: int) -> None:
        """Wait until the log goes on beyond an entry."""
        self._waiting += 1
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            while self._end <= place:
                await self._rung.wait()
        finally:
            self._waiting -= 1

    async def _watch(self) -> None:
        failed = False
        while self._waiting:
            try:
                end = await asyncio.to_thread(end_of, self._store)
            except GraphError as error:
                if not failed:
                    log.warning("The log is not followed: %s", error)
                failed = True
            else:
                failed = False
                if end != self._end:
                    self._end = end
                    self._rung.set()
                    self._rung = asyncio.Event()
            await asyncio.sleep(self._every)


class Streams:
    """What the doors of subscriptions share. `callers` tells again and again who calls, as keys end."""

    def __init__(
        self,
        executor: Executor,
        known: Callable[[HTTPConnection], Awaitable[Known]],
        caller: Callable[[HTTPConnection, Known], Caller],
    ) -> None:
        self.executor, self.known, self.caller = executor, known, caller
        self._open: Counter[str] = Counter()
        self._bell = Bell(executor.store)
        self._threads = ThreadPoolExecutor(_THREADS, "streams")

    @property
    def open(self) -> int:
        """How many subscriptions are open."""
        return self._open.total()

    async def is_stream(self, request: Request) -> bool:
        """Whether a request is a subscription; raises Refused."""
        return await self._in_thread(self.executor.is_stream, request)

    async def executed(self, request: Request, caller: Caller) -> Outcome:
        """The one outcome of a query or a mutation."""
        return await self._in_thread(self.executor.execute, request, caller)

    async def followed(self, request: Request, connection: HTTPConnection) -> AsyncGenerator[Outcome]:
        """What a subscription tells, as long as somebody listens; raises Refused, at the beginning and later."""
        known = await self.known(connection)
        with self._admitted(known.name or site_of(connection)):
            caller = self.caller(connection, known)
            following = await self._in_thread(self.executor.follow, request, caller)
            while True:
                for outcome in await self._in_thread(following.step, caller):
                    yield outcome
                if not following.goes_on:
                    await self._bell.beyond(following.place)
                # The clock has gone on, and a key may have ended.
                caller = self.caller(connection, await self.known(connection))

    @contextmanager
    def _admitted(self, who: str) -> Generator[None]:
        limits = self.executor.limits
        if self._open.total() >= limits.streams:
            raise refused(Code.LIMIT_EXCEEDED, "Too many subscriptions are open here. Try again later.")
        if self._open[who] >= limits.caller_streams:
            most = limits.caller_streams
            raise refused(Code.LIMIT_EXCEEDED, f"You have {most} subscriptions open; that is the most. Close one.")
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    async def _in_thread(self, work: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *given))
