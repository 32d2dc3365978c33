"""Figures for Prometheus: what was asked of this process, and how it stands."""

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.doors.callers import Callers, is_local
from api.doors.errors import plain
from api.doors.health import state
from api.doors.observing import Observation
from api.plan.document import Documents
from api.plan.errors import Refused
from api.roles import Role
from api.wiring import House

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_FORBIDDEN = 403
_NO_STORE = {"Cache-Control": "no-store"}


class Metrics:
    """The figures of one application. Labels are routes, statuses, steps and codes, so their number is bounded."""

    def __init__(self, house: House, documents: Documents) -> None:
        # Its own registry: what libraries register for themselves stays out.
        self.registry = own = CollectorRegistry()
        self._requests = Counter("duta_http_requests", "Requests answered.", ("door", "status"), registry=own)
        self._seconds = Histogram(
            "duta_http_request_seconds", "Seconds until an answer was sent.", ("door",), buckets=_BUCKETS, registry=own
        )
        self._bytes = Counter("duta_http_sent_bytes", "Bytes of answers' bodies.", ("door",), registry=own)
        self._steps = Counter("duta_graphql_step_seconds", "Seconds of operations by step.", ("step",), registry=own)
        self._statements = Counter("duta_graphql_statements", "Statements that operations made.", registry=own)
        self._objects = Counter("duta_graphql_objects", "Objects that operations asked for.", registry=own)
        self._refusals = Counter("duta_graphql_refusals", "Requests refused, by code.", ("code",), registry=own)
        own.register(_State(house, documents))
        # Finding a label's figure takes longer than adding to it.
        self._doors: dict[tuple[str, int], tuple[Counter, Histogram, Counter]] = {}
        self._spent: dict[str, Counter] = {}

    def count(self, seen: Observation) -> None:
        """Add a request that is done."""
        requests, seconds, sent = self._doors.get((seen.door, seen.status)) or self._first(seen.door, seen.status)
        requests.inc()
        seconds.observe(seen.seconds)
        sent.inc(seen.bytes)
        for step, spent in seen.times.items():
            (self._spent.get(step) or self._step(step)).inc(spent)
        self._statements.inc(seen.statements)
        self._objects.inc(seen.objects or 0)
        if seen.code:
            self._refusals.labels(seen.code).inc()

    def _first(self, door: str, status: int) -> tuple[Counter, Histogram, Counter]:
        found = self._requests.labels(door, str(status)), self._seconds.labels(door), self._bytes.labels(door)
        self._doors[door, status] = found
        return found

    def _step(self, step: str) -> Counter:
        found = self._spent[step] = self._steps.labels(step)
        return found


class _State(Collector):
    """Figures that are read when they are asked for."""

    def __init__(self, house: House, documents: Documents) -> None:
        self._house, self._documents = house, documents

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks nothing."""
        return ()

    def collect(self) -> Iterable[Metric]:
        found = state(self._house)
        yield GaugeMetricFamily("duta_ready", "1 where store and index answer.", value=found["status"] == "ok")
        if isinstance(seq := found.get("seq"), int):
            yield GaugeMetricFamily("duta_log_seq", "The last change of the log.", value=seq)
        if isinstance(lag := found.get("lag"), int):
            yield GaugeMetricFamily("duta_index_lag", "Changes that the search index is behind the log.", value=lag)
        kept = self._documents.kept
        yield CounterMetricFamily("duta_plan_cache_hits", "Operations whose plan was kept.", value=kept.hits)
        yield CounterMetricFamily("duta_plan_cache_misses", "Operations that had to be planned.", value=kept.misses)


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
