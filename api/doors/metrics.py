"""Figures for Prometheus: what was asked of this process, and how it stands."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, is_local
from api.doors.errors import plain
from api.doors.health import state
from api.doors.observing import Observation
from api.doors.streams import Streams
from api.plan.document import Documents
from api.plan.errors import Refused
from api.roles import Role
from api.wiring import House

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUNDS = (*(str(bound) for bound in _BUCKETS), "+Inf")
_DOOR = ("door",)
_FORBIDDEN = 403
_NO_STORE = {"Cache-Control": "no-store"}


class Metrics(Collector):
    """The figures of one application. Labels are routes, statuses, steps and codes, so their number is bounded.

    Requests are counted where they are answered, in one thread, so plain numbers do; they become the library's
    families when they are asked for.
    """

    def __init__(self, house: House, documents: Documents, streams: Streams | None = None) -> None:
        self._house, self._documents, self._streams = house, documents, streams
        self._requests: dict[tuple[str, int], int] = {}
        self._doors: dict[str, _Door] = {}
        self._steps: dict[str, float] = {}
        self._refusals: dict[str, int] = {}
        self._statements = self._objects = 0
        # Its own registry: what libraries register for themselves stays out.
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def count(self, seen: Observation) -> None:
        """Add a request that is done."""
        request = seen.door, seen.status
        self._requests[request] = self._requests.get(request, 0) + 1
        door = self._doors.get(seen.door)
        if door is None:
            door = self._doors[seen.door] = _Door()
        door.add(seen.seconds, seen.bytes)
        for step, spent in seen.times.items():
            self._steps[step] = self._steps.get(step, 0.0) + spent
        self._statements += seen.statements
        self._objects += seen.objects or 0
        if seen.code:
            self._refusals[seen.code] = self._refusals.get(seen.code, 0) + 1

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks nothing."""
        return ()

    def collect(self) -> Iterable[Metric]:
        counted = CounterMetricFamily("duta_http_requests", "Requests answered.", labels=("door", "status"))
        for (door, status), number in [*self._requests.items()]:
            counted.add_metric((door, str(status)), number)
        seconds = HistogramMetricFamily("duta_http_request_seconds", "Seconds until an answer was sent.", labels=_DOOR)
        sent = CounterMetricFamily("duta_http_sent_bytes", "Bytes of answers' bodies.", labels=_DOOR)
        for door, own in [*self._doors.items()]:
            seconds.add_metric((door,), own.buckets(), own.seconds)
            sent.add_metric((door,), own.bytes)
        steps = CounterMetricFamily("duta_graphql_step_seconds", "Seconds of operations by step.", labels=("step",))
        for step, spent in [*self._steps.items()]:
            steps.add_metric((step,), spent)
        refusals = CounterMetricFamily("duta_graphql_refusals", "Requests refused, by code.", labels=("code",))
        for code, number in [*self._refusals.items()]:
            refusals.add_metric((code,), number)
        yield from (counted, seconds, sent, steps, refusals)
        yield CounterMetricFamily("duta_graphql_statements", "Statements that operations made.", value=self._statements)
        yield CounterMetricFamily("duta_graphql_objects", "Objects that operations asked for.", value=self._objects)
        yield from self._state()

    def _state(self) -> Iterable[Metric]:
        """How the process stands at this moment."""
        found = state(self._house)
        yield GaugeMetricFamily("duta_ready", "1 where store and index answer.", value=found["status"] == "ok")
        if isinstance(seq := found.get("seq"), int):
            yield GaugeMetricFamily("duta_log_seq", "The last change of the log.", value=seq)
        if isinstance(lag := found.get("lag"), int):
            yield GaugeMetricFamily("duta_index_lag", "Changes that the search index is behind the log.", value=lag)
        if self._streams is not None:
            yield GaugeMetricFamily("duta_graphql_streams", "Subscriptions that are open.", value=self._streams.open)
        kept = self._documents.kept
        yield CounterMetricFamily("duta_plan_cache_hits", "Operations whose plan was kept.", value=kept.hits)
        yield CounterMetricFamily("duta_plan_cache_misses", "Operations that had to be planned.", value=kept.misses)


class _Door:
    """What was answered at one door: seconds, and how many answers took how long, and bytes."""

    def __init__(self) -> None:
        self.seconds, self.bytes = 0.0, 0
        self._took = [0] * (len(_BUCKETS) + 1)

    def add(self, seconds: float, sent: int) -> None:
        self.seconds += seconds
        self.bytes += sent
        self._took[bisect_left(_BUCKETS, seconds)] += 1

    def buckets(self) -> list[tuple[str, float]]:
        """How many took at most so long, by the bound."""
        return list(zip(_BOUNDS, accumulate(self._took), strict=True))


def routes(metrics: Metrics, callers: Callers) -> list[BaseRoute]:
    async def told(request: Request) -> Response:
        if not is_local(request):
            try:
                known = await callers.known(request)
            except Refused as refusal:
                return plain(refusal)
            if known.role is not Role.ADMIN:
                told = "The figures are read on this machine, or with the key of an ADMIN.\n"
                return PlainTextResponse(told, _FORBIDDEN, _NO_STORE)
        text = await run_in_threadpool(generate_latest, metrics.registry)
        return Response(text, headers=_NO_STORE, media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", told)]
