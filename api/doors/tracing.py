"""Spans for OpenTelemetry, where the extra `otel` is installed; who collects them is up to whoever runs Duta."""

from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.datastructures import Headers
from starlette.types import Scope

from api.doors.observing import Observation

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_FAILED = 500


def is_collected() -> bool:
    """Whether there is a provider of tracers, which has to be there before the application is made."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


class Tracing:
    """A span for each request, and one below it for each step of its operation."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer("duta", version("duta"))

    @contextmanager
    def request(self, scope: Scope, seen: Observation) -> Generator[None]:
        """The span of a request, below the one that its `traceparent` names."""
        method = seen.method if seen.method in _METHODS else "HTTP"
        above = propagate.extract(dict(Headers(scope=scope)))
        # The message of an exception may hold what a caller sent, so it stays in the log.
        with self._tracer.start_as_current_span(
            method, above, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            finally:
                if span.is_recording():
                    span.update_name(f"{method} {seen.door}")
                    self._tell(span, seen)

    def _tell(self, span: Span, seen: Observation) -> None:
        told: dict[str, str | int | None] = {
            "http.request.method": seen.method,
            "http.route": seen.door,
            "http.response.status_code": seen.status,
            "http.response.body.size": seen.bytes,
            "graphql.operation.name": seen.operation,
            "duta.document": seen.document,
            "duta.request_id": seen.id,
            "duta.role": seen.role,
            "duta.objects": seen.objects,
            "duta.code": seen.code,
        }
        span.set_attributes({name: value for name, value in told.items() if value is not None})
        if seen.status >= _FAILED:
            span.set_status(StatusCode.ERROR)
        moment = seen.began
        for step, seconds in seen.times.items():
            begun, moment = moment, moment + int(seconds * 1e9)
            self._tracer.start_span(step, start_time=begun).end(moment)
