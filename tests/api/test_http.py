"""GraphQL over HTTP: what is accepted, what is refused, and how it is answered."""

import re

import anyio
import pytest
from starlette.requests import HTTPConnection

from api.doors.callers import Known

RESPONSE = "application/graphql-response+json"
NUMBER = "{ themes { totalCount } }"
COUNTED = b'{"query": "query ($n: Int) { assets(first: $n) { totalCount } }"'
TITLED = b'{"query": "query ($t: String) { assets(where: {title: {eq: $t}}) { totalCount } }"'
NUMBERED = {"themes": {"totalCount": 3}}


def post(http, body: object = None, *, accept: str | None = RESPONSE, **more):
    headers = {"content-type": "application/json", **({"accept": accept} if accept else {}), **more.pop("headers", {})}
    if isinstance(body, bytes):
        return http.post("/", content=body, headers=headers, **more)
    return http.post("/", json=body, headers=headers, **more)


def code(response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def test_a_question_is_answered_with_its_cost_and_times(http):
    response = post(http, {"query": NUMBER})

    assert response.status_code == 200
    assert response.json() == {"data": NUMBERED, "extensions": {"cost": {"objects": 1, "limit": 25000}}}
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert response.headers["vary"] == (
        "Accept, Accept-Encoding, Accept-Language, Duta-Perspective, Duta-As-Of, Authorization, Origin"
    )
    assert re.fullmatch(
        r"parse;dur=[\d.]+, plan;dur=[\d.]+, database;dur=[\d.]+, completion;dur=[\d.]+",
        response.headers["server-timing"],
    )
    assert len(response.headers["x-request-id"]) == 16


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (RESPONSE, RESPONSE),
        (f"application/json;q=0.5, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.5, application/json", "application/json"),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE),
        (f"text/html, {RESPONSE};q=0.1", RESPONSE),
        (f"{RESPONSE};charset=utf-8, application/json;charset=utf-8", RESPONSE),
        (f"{RESPONSE}, text/event-stream, multipart/mixed, application/json", RESPONSE),
        ("application/json;q=0.1, */*", RESPONSE),
        ("application/json;q=0, */*", RESPONSE),
        (f"{RESPONSE};q=0, */*", "application/json"),
    ],
)
def test_the_kind_of_answer_is_the_one_preferred(http, accept, media):
    http.headers.pop("accept", None)
    response = post(http, {"query": NUMBER}, accept=accept)

    assert (response.status_code, response.headers["content-type"]) == (200, f"{media}; charset=utf-8")


def test_nothing_acceptable_is_refused(http):
    response = post(http, {"query": NUMBER}, accept="text/csv")

    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 400, "BAD_REQUEST"),
        (b"{", 400, "BAD_REQUEST"),
        (b"null", 400, "BAD_REQUEST"),
        (b"7", 400, "BAD_REQUEST"),
        (b'"text"', 400, "BAD_REQUEST"),
        (b"[]", 400, "BAD_REQUEST"),
        (b'[{"query": "{ __typename }"}]', 400, "BAD_REQUEST"),
        (b'{"query": "\xff\xfe"}', 400, "BAD_REQUEST"),
        (b'{"query": "\\ud800"}', 400, "BAD_REQUEST"),
        (b'{"query": NaN}', 400, "BAD_REQUEST"),
        (b"[" * 100_000, 400, "BAD_REQUEST"),
        (b'{"query": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", 400, "BAD_REQUEST"),
        (b"{}", 400, "BAD_REQUEST"),
        (b'{"query": ""}', 400, "BAD_REQUEST"),
        (b'{"query": 1}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": []}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": "x"}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "operationName": 1}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "extensions": []}', 400, "BAD_REQUEST"),
        (b'{"query": "{ nope }"}', 400, "VALIDATION_FAILED"),
        (b'{"query": "{ assets(first: 100000) { nodes { id } } }"}', 400, "LIMIT_EXCEEDED"),
        (b'{"query": "{ \\u0000 }"}', 400, "PARSE_FAILED"),
        (COUNTED + b', "variables": {"n": ' + b"9" * 300 + b"}}", 400, "BAD_VARIABLES"),
        (COUNTED + b', "variables": {"n": 1e400}}', 400, "BAD_REQUEST"),
        (COUNTED + b', "variables": {"n": 99999999999}}', 400, "BAD_VARIABLES"),
        (TITLED + b', "variables": {"t": "a\\u0000b"}}', 400, "BAD_ARGUMENT"),
        (b"x" * 1_000_001, 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_malformed_request_is_a_4xx_with_a_code_and_without_data(http, body, status, expected):
    response = post(http, body)

    assert (response.status_code, code(response)) == (status, expected)
    assert "data" not in response.json()


def test_plain_json_answers_what_is_wrong_with_a_document_with_200(http):
    response = post(http, {"query": "{ nope }"}, accept="application/json")

    assert (response.status_code, code(response), "data" in response.json()) == (200, "VALIDATION_FAILED", False)
    assert post(http, b"{", accept="application/json").status_code == 400


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/graphql",
        "",
    ],
)
def test_what_another_site_can_send_unasked_is_refused(http, kind):
    response = post(http, b'{"query": "{ __typename }"}', headers={"content-type": kind})

    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
def test_json_in_utf_8_is_taken(http, kind):
    assert post(http, b'{"query": "{ __typename }"}', headers={"content-type": kind}).json()["data"] == {
        "__typename": "Query"
    }


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate, gzip"])
def test_a_compressed_body_is_refused_and_told_why(http, coding):
    response = post(http, b"\x1f\x8b", headers={"content-encoding": coding})

    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.json()["errors"][0]["message"] == f"The body is encoded as {coding}. Send it as it is."
    assert post(http, {"query": NUMBER}, headers={"content-encoding": "identity"}).status_code == 200


def test_get_answers_queries_with_variables_and_names(http):
    parameters = {
        "query": "query A($n: Int) { themes(first: $n) { nodes { id } } } query B { __typename }",
        "operationName": "A",
        "variables": '{"n": 1}',
        "extensions": "{}",
    }
    response = http.get("/", params=parameters, headers={"accept": RESPONSE})

    assert response.json()["data"] == {"themes": {"nodes": [{"id": "theme:craft"}]}}


@pytest.mark.parametrize(
    ("parameters", "status", "expected"),
    [
        ({"query": "mutation { drop }"}, 405, "NOT_A_QUERY"),
        ({"query": "subscription { changes { cursor } }"}, 405, "NOT_A_QUERY"),
        ({"query": "{ __typename }", "variables": "{"}, 400, "BAD_REQUEST"),
        ({"query": "{ __typename }", "variables": "[]"}, 400, "BAD_REQUEST"),
        ({"query": "{ nope }"}, 400, "VALIDATION_FAILED"),
        ({}, 400, "BAD_REQUEST"),
    ],
)
def test_get_refuses(http, parameters, status, expected):
    response = http.get("/", params=parameters, headers={"accept": RESPONSE})

    assert (response.status_code, code(response)) == (status, expected)
    assert response.headers.get("allow") == ("GET, POST" if status == 405 else None)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_other_methods_are_not_allowed(http, method):
    response = http.request(method, "/", headers={"accept": RESPONSE})

    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


def test_a_browser_without_a_question_is_sent_to_the_explorer(http):
    response = http.get("/", headers={"accept": "text/html,*/*;q=0.8"}, follow_redirects=False)

    assert (response.status_code, response.headers["location"]) == (303, "/explorer")


def test_the_language_of_texts_follows_accept_language(http):
    question = {"query": '{ asset(id: "asset:batik") { title } }'}

    def title(language: str) -> str:
        return str(post(http, question, headers={"accept-language": language}).json()["data"]["asset"]["title"])

    assert title("en-GB,en;q=0.9,id;q=0.8") == "Hand-drawn batik"
    assert title("id") == "Batik tulis"
    assert title("fr;q=0, pt-br;q=0.4, *;q=0.1") == "Batique"
    assert title("*") == "Batik tulis"
    assert title("not a language") == "Batik tulis"


@pytest.mark.parametrize(
    ("who", "perspective", "expected"),
    [
        ("PUBLIC", None, ["asset:batik", "asset:kimjang", "asset:pencak", "asset:wayang"]),
        ("PARTNER", None, ["asset:batik", "asset:kimjang", "asset:pencak", "asset:wayang"]),
        ("PLANNER", None, ["asset:batik", "asset:kimjang", "asset:pencak", "asset:tempe", "asset:wayang"]),
        (
            "PLANNER",
            "draft",
            ["asset:angklung", "asset:batik", "asset:kimjang", "asset:pencak", "asset:tempe", "asset:wayang"],
        ),
        ("EDITOR", "PUBLISHED", ["asset:batik", "asset:kimjang", "asset:pencak", "asset:tempe", "asset:wayang"]),
    ],
)
def test_a_role_in_a_perspective_sees(http, role, who, perspective, expected):
    role["is"] = who
    headers = {"duta-perspective": perspective} if perspective else {}
    response = post(http, {"query": "{ assets { nodes { id } } }"}, headers=headers)

    assert [node["id"] for node in response.json()["data"]["assets"]["nodes"]] == expected


@pytest.mark.parametrize(("who", "status", "expected"), [("PUBLIC", 403, "FORBIDDEN"), ("PARTNER", 403, "FORBIDDEN")])
def test_drafts_are_refused_to_those_who_may_not_see_them(http, role, who, status, expected):
    role["is"] = who
    response = post(http, {"query": NUMBER}, headers={"duta-perspective": "DRAFT"})

    assert (response.status_code, code(response)) == (status, expected)


def test_an_unknown_perspective_is_refused(http):
    response = post(http, {"query": NUMBER}, headers={"duta-perspective": "YESTERDAY"})

    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


def test_a_dry_run_says_the_cost_and_asks_nothing(http, counted):
    response = post(http, {"query": "{ assets(first: 5) { nodes { id } } }"}, headers={"duta-dry-run": "1"})

    assert response.json() == {"data": None, "extensions": {"cost": {"objects": 6, "limit": 25000}}}
    assert counted.statements == []


def test_a_dry_run_can_be_declined_and_a_word_that_is_neither_is_refused(http):
    declined = post(http, {"query": "{ __typename }"}, headers={"duta-dry-run": "0"})
    refused = post(http, {"query": "{ __typename }"}, headers={"duta-dry-run": "maybe"})

    assert declined.json()["data"] == {"__typename": "Query"}
    assert (refused.status_code, code(refused)) == (400, "BAD_REQUEST")


def test_an_error_of_ours_is_masked_and_logged_under_its_id(http, counted, monkeypatch, caplog):
    def ask(*_: object) -> object:
        raise RuntimeError("password=secret")

    monkeypatch.setattr(type(counted), "ask_json", ask)
    response = post(http, {"query": NUMBER})
    request_id = response.headers["x-request-id"]

    assert response.status_code == 500
    assert response.json() == {
        "errors": [{"message": "Internal error.", "extensions": {"code": "INTERNAL", "requestId": request_id}}]
    }
    assert request_id in caplog.text
    assert "password=secret" in caplog.text


async def test_a_body_that_does_not_come_is_given_up(executor, monkeypatch):
    from api.doors.graphql import GraphQLDoor
    from api.plan import Executor, Limits

    async def known(_: HTTPConnection) -> Known:
        return Known()

    door = GraphQLDoor(Executor(executor.contract, executor.store, None, Limits(body_seconds=0)), known)
    sent: list[dict] = []

    async def receive() -> dict:
        await anyio.sleep_forever()
        return {}

    async def send(message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"accept", RESPONSE.encode())]
    await door({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}, receive, send)

    assert sent[0]["status"] == 408


def test_numbers_beyond_32_bits_are_asked_and_shown(contract, tmp_path):
    from api.plan import Caller, Executor, Request
    from graph.model import MODEL
    from graph.store.batch import Batch, Put
    from graph.store.select import Viewer
    from graph.store.sqlite import open_sqlite

    store = open_sqlite(tmp_path / "graph.sqlite", MODEL)
    store.write(Batch((Put("country:all", "Country", {"name": "All", "alpha2": "ZZ", "population": 8_000_000_000}),)))
    found = Executor(contract, store).execute(
        Request("{ countries(where: {population: {gt: 7999999999}}) { nodes { name population } } }"),
        Caller(Viewer(0, -1, -1, 0)),
    )

    assert found.data == {"countries": {"nodes": [{"name": "All", "population": 8_000_000_000}]}}
    assert not found.errors


def test_a_value_that_somebody_wrote_past_duta_is_null_and_named(contract, tmp_path):
    import apsw

    from api.plan import Caller, Executor, Request
    from graph.model import MODEL
    from graph.store.batch import Batch, Put
    from graph.store.select import Viewer
    from graph.store.sqlite import open_sqlite

    store = open_sqlite(tmp_path / "graph.sqlite", MODEL)
    store.write(Batch((Put("place:a", "Place", {"name": "A", "kind": "CITY"}),)))
    apsw.Connection(str(store.path)).execute("UPDATE n_place SET kind = 'HAMLET'")
    found = Executor(contract, store).execute(
        Request("{ places { nodes { name kind } pageInfo { hasNextPage } } }"), Caller(Viewer(0, -1, -1, 0))
    )

    assert found.data == {"places": {"nodes": [{"name": "A", "kind": None}], "pageInfo": {"hasNextPage": False}}}
    assert [(error["path"], error["extensions"]) for error in found.formatted_errors()] == [
        (["places", "nodes", 0, "kind"], {"code": "BAD_VALUE"})
    ]
