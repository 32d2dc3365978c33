"""What is told of each request: its id, its line in the log, its figures and its spans."""

import io
import logging
import re
import threading

import orjson
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from api import logs
from api.doors import app as application
from api.doors.app import make_app
from api.doors.metrics import Metrics
from api.doors.observing import Observed
from api.doors.tracing import Tracing
from api.keys import Keys
from api.plan import Limits
from api.plan.document import Documents
from api.roles import Role
from api.settings import LogFormat, LogLevel, Settings
from api.wiring import opened
from graph.errors import StoreUnavailable
from graph.store.sqlite import SqliteStore

SECRET = "a-word-nobody-may-read"
QUESTION = {
    "query": "query Named($t: String) { assets(first: 3, where: {title: {eq: $t}}) { nodes { id } } } # " + SECRET,
    "variables": {"t": SECRET},
}


@pytest.fixture
def app(demonstration_app):
    return demonstration_app


def caller(app, where: str = "127.0.0.1") -> TestClient:
    return TestClient(app, base_url="http://localhost", client=(where, 1), raise_server_exceptions=False)


@pytest.fixture
def here(app) -> TestClient:
    return caller(app)


@pytest.fixture
def lines():
    """The log as a server writes it; as before when the test is over."""
    root, own = logging.getLogger(), logging.getLogger("duta")
    before = root.handlers[:], root.level, own.level
    stream = io.StringIO()

    def begin(form: LogFormat, level: LogLevel = LogLevel.INFO):
        logs.set_up(form, level, stream)
        return stream

    yield begin
    root.handlers[:], root.level, own.level = before


@pytest.fixture
def documents(contract):
    return Documents(contract, Limits())


def figures(here) -> dict[str, float]:
    text = here.get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^(duta_\S+) (\S+)$", text, re.MULTILINE)}


def test_every_answer_bears_an_id(here):
    found = {path: here.get(path).headers["x-request-id"] for path in ("/", "/healthz", "/nowhere", "/graphql")}

    assert [path for path, id in found.items() if not re.fullmatch("[0-9a-f]{16}", id)] == []
    assert len(set(found.values())) == 4


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("3f1c0a9e-77b2-4c55-9d0e-1b2c3d4e5f60", True),
        ("order_2026.7-ab", True),
        ("short", False),
        ("x" * 65, False),
        ("two words", False),
        ("id=1 level=ERROR", False),
        ('"}{"level":"ERROR"', False),
    ],
)
def test_the_id_is_the_callers_where_it_is_well_formed(here, given, taken):
    for path in ("/healthz", "/graphql"):
        answered = here.get(path, headers={"x-request-id": given}).headers.get_list("x-request-id")

        assert len(answered) == 1
        assert (answered[0] == given) is taken


def test_a_request_is_one_line_of_json_without_what_was_asked(here, lines):
    stream = lines(LogFormat.JSON)
    response = here.post(f"/graphql?token={SECRET}", json=QUESTION, headers={"cookie": f"session={SECRET}"})
    here.get("/healthz")

    (line,) = stream.getvalue().splitlines()
    told = orjson.loads(line)
    assert SECRET not in line
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("at"))
    assert re.fullmatch("[0-9a-f]{64}", told.pop("document"))
    assert told.pop("ms") > 0
    assert told == {
        "level": "INFO",
        "logger": "duta.request",
        "message": "answered",
        "id": response.headers["x-request-id"],
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "bytes": len(response.content),
        "role": "PLANNER",
        "caller": "here",
        "operation": "Named",
        "objects": 4,
    }


def test_a_line_of_text_keeps_to_its_line_whatever_the_path(here, lines):
    stream = lines(LogFormat.TEXT)
    here.get("/nowhere%0AERROR%20status=200%20%22é")

    (line,) = stream.getvalue().splitlines()
    assert " INFO duta.request answered id=" in line
    assert r' method=GET path="/nowhere\nERROR status=200 \"\\xe9" status=404 ' in line


def test_machines_that_ask_for_health_are_told_of_only_to_who_looks_closely(here, lines):
    stream = lines(LogFormat.JSON, LogLevel.DEBUG)
    here.get("/healthz")

    assert [orjson.loads(line)["path"] for line in stream.getvalue().splitlines() if "duta.request" in line] == [
        "/healthz"
    ]


async def test_a_caller_who_goes_before_the_answer_is_no_failure_of_ours(app, lines):
    async def gone():
        return {"type": "http.disconnect"}

    stream = lines(LogFormat.JSON)
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await app(scope, gone, None)

    assert orjson.loads(stream.getvalue())["status"] == 499


def test_a_failure_is_masked_and_told_with_its_traceback_under_the_id_of_its_answer(here, lines, monkeypatch):
    def fail(*_: object, **__: object) -> object:
        raise RuntimeError("the roof")

    monkeypatch.setattr("api.plan.executor.Executor.execute", fail)
    stream = lines(LogFormat.JSON)
    response = here.post("/graphql", json=QUESTION)

    failed, answered = map(orjson.loads, stream.getvalue().splitlines())
    assert "RuntimeError: the roof" in failed["traceback"]
    assert SECRET not in stream.getvalue()
    assert [failed["id"], answered["id"]] == [response.headers["x-request-id"]] * 2
    assert (answered["status"], answered["code"]) == (500, "INTERNAL")


def test_a_failure_outside_graphql_is_masked_too(app, monkeypatch):
    def fail(*_: object, **__: object) -> object:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("api.doors.health.state", fail)
    response = caller(app).get("/readyz", headers={"x-request-id": "roof-0001"})

    assert (response.status_code, response.text) == (500, "Internal error. roof-0001\n")
    assert response.headers["x-request-id"] == "roof-0001"


def test_a_page_whose_store_does_not_answer_is_503(app, monkeypatch):
    def fail(*_: object, **__: object) -> object:
        raise StoreUnavailable(SECRET)

    monkeypatch.setattr(SqliteStore, "ask_json", fail)
    response = caller(app).get("/")

    assert (response.status_code, response.text) == (503, "The store does not answer. Try again in a moment.\n")


def test_a_store_that_says_nothing_is_not_waited_for(app, monkeypatch):
    said = threading.Event()
    monkeypatch.setattr("api.doors.health._PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("api.doors.health.state", lambda _: said.wait(30))
    try:
        response = caller(app).get("/readyz")
    finally:
        said.set()

    assert (response.status_code, response.json()) == (503, {"status": "unavailable", "store": "unavailable"})


def test_the_figures_count_requests_statements_plans_and_refusals(here):
    before = figures(here)
    for _ in range(3):
        here.post("/graphql", json={"query": "{ figures: assets(first: 3) { nodes { id } } }"})
    here.post("/graphql", json={"query": "{ nope }"}, headers={"accept": "application/graphql-response+json"})
    here.get("/nowhere/one")
    here.get("/nowhere/two")
    after = figures(here)

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more('duta_http_requests_total{door="/graphql",status="200"}') == 3
    assert more('duta_http_requests_total{door="/graphql",status="400"}') == 1
    assert more('duta_http_requests_total{door="none",status="404"}') == 2
    assert more('duta_http_request_seconds_count{door="/graphql"}') == 4
    assert more("duta_graphql_statements_total") == 3
    assert more("duta_graphql_objects_total") == 12
    assert more('duta_graphql_refusals_total{code="VALIDATION_FAILED"}') == 1
    assert (more("duta_plan_cache_hits_total"), more("duta_plan_cache_misses_total")) == (2, 2)
    for step in ("parse", "plan", "database", "completion"):
        assert more(f'duta_graphql_step_seconds_total{{step="{step}"}}') > 0
    assert (after["duta_ready"], after["duta_index_lag"]) == (1, 0)
    assert after["duta_log_seq"] > 400


def test_the_figures_say_so_where_the_store_is_down(demonstration, documents, monkeypatch):
    def head(_: object) -> object:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(type(demonstration.store), "head", head)
    told = Metrics(demonstration, documents).registry

    assert told.get_sample_value("duta_ready") == 0
    assert told.get_sample_value("duta_log_seq") is None


@pytest.mark.parametrize(
    ("where", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"host": "duta.example.org"}),
        ("127.0.0.1", {"origin": "https://elsewhere.example"}),
    ],
)
def test_the_figures_are_for_this_machine(app, where, headers):
    response = caller(app, where).get("/metrics", headers=headers)

    assert (response.status_code, "duta_" in response.text) == (403, False)


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.EDITOR, 403)])
def test_elsewhere_the_figures_are_for_who_keeps_the_installation(home, role, status):
    with opened(Settings(home=home)) as house:
        _, token = Keys(house.store).create("collector", role)
        there = caller(make_app(house), "192.0.2.7")

        assert there.get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == status
        assert there.get("/metrics", headers={"authorization": "Bearer duta_none"}).status_code == 401


def test_a_line_names_the_key_by_its_public_part(home, lines):
    with opened(Settings(home=home)) as house:
        key, token = Keys(house.store).create("museum", Role.PARTNER)
        stream = lines(LogFormat.JSON)
        caller(make_app(house), "192.0.2.7").post(
            "/graphql", json={"query": "{ __typename }"}, headers={"authorization": f"Bearer {token}"}
        )

    (line,) = stream.getvalue().splitlines()
    told = orjson.loads(line)
    assert (told["role"], told["caller"]) == ("PARTNER", f"key:{key.id}")
    assert token.removeprefix(key.id) not in line


@pytest.fixture(scope="session")
def exporter() -> InMemorySpanExporter:
    """Spans of this process; a provider can be set only once."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    return kept


@pytest.fixture
def spans(exporter):
    exporter.clear()
    return lambda: {span.name: span for span in exporter.get_finished_spans()}


def test_a_request_is_a_span_below_the_callers_with_one_for_each_step(demonstration, spans):
    # The provider is there before the application is made.
    here = caller(make_app(demonstration), "127.0.0.1")
    above = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    response = here.post("/graphql", json=QUESTION, headers={"traceparent": above})

    found = spans()
    assert set(found) == {"POST /graphql", "parse", "plan", "database", "completion"}
    whole = found["POST /graphql"]
    assert f"{whole.context.trace_id:032x}" == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert f"{whole.parent.span_id:016x}" == "00f067aa0ba902b7"
    assert whole.attributes["duta.request_id"] == response.headers["x-request-id"]
    assert whole.attributes["http.response.status_code"] == 200
    assert whole.attributes["graphql.operation.name"] == "Named"
    assert SECRET not in str([span.to_json() for span in found.values()])
    steps = [found[name] for name in ("parse", "plan", "database", "completion")]
    assert [step.parent.span_id for step in steps] == [whole.context.span_id] * 4
    edges = [moment for step in steps for moment in (step.start_time, step.end_time)]
    assert edges == sorted(edges)
    assert whole.start_time <= edges[0]


def test_a_failure_is_a_span_with_an_error_and_without_its_text(demonstration, documents, spans):
    def fail(_):
        raise RuntimeError(SECRET)

    metrics = Metrics(demonstration, documents)
    around = Middleware(Observed, metrics=metrics, tracing=Tracing())
    caller(Starlette(routes=[Route("/fail", fail)], middleware=[around])).get("/fail")

    (span,) = spans().values()
    assert (span.name, span.status.status_code) == ("GET /fail", StatusCode.ERROR)
    assert SECRET not in span.to_json()


def test_without_the_library_nothing_is_traced(demonstration, spans, monkeypatch):
    monkeypatch.setattr(application, "find_spec", lambda _: None)

    assert application.tracing_of() is None
    assert caller(make_app(demonstration)).get("/healthz").status_code == 200
    assert spans() == {}


async def test_what_is_no_request_passes():
    seen: list[object] = []

    async def told(scope, receive, send) -> None:
        seen.append(scope["type"])

    await Observed(told, metrics=None, tracing=None)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_a_line_can_be_told_by_any_formatter_of_logging():
    line = logs.Line("duta.request", logging.INFO, "answered", {"path": "/"})
    every = "%(asctime)s %(levelname)s %(name)s %(filename)s %(lineno)d %(process)d %(threadName)s %(message)s"
    assert logging.Formatter(every).format(line).endswith("INFO duta.request duta 0 0  answered")
