"""Trusted documents: how they are asked, registered, refused and kept by caches."""

import os
from hashlib import sha256

import orjson
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api.cli.main import cli
from api.doors.graphql import GraphQLDoor
from api.doors.manifests import Document, read
from api.doors.trusted import Trusted, shipped
from api.settings import TrustedOnly

RESPONSE = "application/graphql-response+json"
TITLE = 'query Title($id: ID!) { asset(id: $id) { title(locale: "en") } }\n'
ID = sha256(TITLE.encode()).hexdigest()
COUNT = "{ assets { totalCount } }"
BATIK = {"id": "asset:batik"}
ANSWER = {"asset": {"title": "Hand-drawn batik"}}


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "title.graphql").write_text(TITLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def door(executor, known, folder):
    """The endpoint with one registered operation."""

    def open_(**policy: object) -> TestClient:
        trusted = Trusted(folder, **policy)  # type: ignore[arg-type]
        return TestClient(
            GraphQLDoor(executor, known, trusted),
            raise_server_exceptions=False,
            headers={"accept": RESPONSE},
        )

    return open_


def get(client, id: str = f"sha256:{ID}", variables: object = BATIK, **headers: str):
    parameters = {"documentId": id, "variables": orjson.dumps(variables).decode()}
    return client.get("/", params=parameters, headers={name.replace("_", "-"): v for name, v in headers.items()})


def code(response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def test_a_registered_operation_is_asked_by_its_id(door):
    client = door()

    assert get(client).json()["data"] == ANSWER
    assert get(client, ID).json()["data"] == ANSWER
    for body in (
        {"documentId": f"sha256:{ID}", "variables": BATIK},
        {"documentId": f"sha256:{ID}", "query": TITLE, "variables": BATIK},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ID}}, "variables": BATIK},
    ):
        assert client.post("/", json=body).json()["data"] == ANSWER
    hashed = {"extensions": f'{{"persistedQuery": {{"sha256Hash": "{ID}"}}}}', "variables": '{"id": "asset:batik"}'}
    assert client.get("/", params=hashed).json()["data"] == ANSWER


def test_a_client_that_goes_by_a_hash_sends_the_text_when_told_and_registers_nothing(door):
    client, extensions = door(), {"persistedQuery": {"version": 1, "sha256Hash": digest(COUNT)}}
    for _ in range(2):
        missed = client.post("/", json={"extensions": extensions})
        assert (missed.status_code, code(missed)) == (404, "PERSISTED_QUERY_NOT_FOUND")
        assert missed.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        assert missed.headers["cache-control"] == "no-store"

        sent = client.post("/", json={"query": COUNT, "extensions": extensions})
        assert sent.json()["data"] == {"assets": {"totalCount": 4}}


def test_with_plain_json_an_unknown_hash_is_told_with_200(door):
    missed = door().post(
        "/",
        json={"extensions": {"persistedQuery": {"sha256Hash": "0" * 64}}},
        headers={"accept": "application/json"},
    )

    assert (missed.status_code, code(missed)) == (200, "PERSISTED_QUERY_NOT_FOUND")


@pytest.mark.parametrize("id", [f"sha256:{'0' * 64}", f"sha256:{ID.upper()}", f"md5:{ID}", "title", "x" * 9_000])
def test_an_id_that_is_not_registered_is_not_found(door, id):
    response = get(door(), id)

    assert (response.status_code, code(response)) == (404, "PERSISTED_QUERY_NOT_FOUND")
    assert len(response.content) < 400


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": 7},
        {"documentId": f"sha256:{ID}", "query": COUNT},
        {"documentId": f"sha256:{ID}", "variables": []},
        {"query": COUNT, "extensions": {"persistedQuery": {"sha256Hash": ID}}},
        {"extensions": {"persistedQuery": {"sha256Hash": 7}}},
        {"extensions": {"persistedQuery": []}},
        {"documentId": ""},
    ],
)
def test_a_request_whose_id_makes_no_sense_is_refused(door, body):
    response = door().post("/", json=body)

    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


def test_a_long_answer_is_compressed_under_the_same_tag(demonstration_app):
    id = next(one.id for one in shipped() if one.where == "asset-page.graphql")
    client = TestClient(demonstration_app, base_url="http://localhost")
    asked = {"documentId": f"sha256:{id}", "variables": '{"id": "asset:tempe"}'}
    plain, squeezed = (
        client.get("/graphql", params=asked, headers={"accept": RESPONSE, "accept-encoding": coding})
        for coding in ("identity", "gzip")
    )

    assert (plain.headers.get("content-encoding"), squeezed.headers["content-encoding"]) == (None, "gzip")
    assert plain.headers["etag"] == squeezed.headers["etag"]
    assert "Accept-Encoding" in squeezed.headers["vary"]
    assert plain.json() == squeezed.json()


def test_what_the_public_sees_may_be_kept_by_shared_caches(door):
    client = door(cache_seconds=90)
    first = get(client)

    assert first.headers["cache-control"] == "public, max-age=90"
    assert (
        first.headers["vary"]
        == "Accept, Accept-Encoding, Accept-Language, Duta-Perspective, Duta-As-Of, Authorization, Origin, Duta-Dry-Run"
    )
    for named in (first.headers["etag"], f'"other", {first.headers["etag"].removeprefix("W/")}', "*"):
        again = get(client, if_none_match=named)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "public, max-age=90"
        assert again.headers["vary"] == first.headers["vary"]
        assert "content-type" not in again.headers
    assert get(client, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("who", ["PARTNER", "PLANNER", "ADMIN"])
def test_what_others_see_is_asked_for_again(door, role, who):
    role["is"] = who
    client = door()
    first = get(client)

    assert first.headers["cache-control"] == "private, no-cache"
    assert get(client, if_none_match=first.headers["etag"]).status_code == 304


def test_the_tag_is_of_the_bytes_and_their_kind(door):
    client = door()
    tags = {
        get(client).headers["etag"],
        get(client, accept="application/json").headers["etag"],
        get(client, variables={"id": "asset:kimjang"}).headers["etag"],
    }

    assert len(tags) == 3
    assert get(client).headers["etag"] == get(client).headers["etag"]


def test_nothing_else_is_kept(door):
    client = door()
    unkept = [
        client.post("/", json={"documentId": ID, "variables": BATIK}),
        client.get("/", params={"query": COUNT}),
        get(client, duta_dry_run="1"),
        get(client, variables={"id": "batik"}),
        get(client, "0" * 64),
    ]

    assert [response.headers["cache-control"] for response in unkept] == ["no-store"] * 5
    assert [response.headers.get("etag") for response in unkept] == [None] * 5


def test_the_text_of_a_registered_operation_is_kept_like_its_id(door):
    response = door().get("/", params={"query": TITLE, "variables": '{"id": "asset:batik"}'})

    assert response.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("only", "who", "status"),
    [("nobody", "PUBLIC", 200), ("public", "PUBLIC", 403), ("public", "PLANNER", 200), ("everyone", "PLANNER", 403)],
)
def test_an_installation_may_answer_registered_operations_only(door, role, only, who, status):
    role["is"] = who
    client = door(only=TrustedOnly(only))

    assert client.post("/", json={"query": COUNT}).status_code == status
    assert client.post("/", json={"query": "{ __schema { queryType { name } } }"}).status_code == status
    assert get(client).status_code == 200
    assert client.post("/", json={"query": TITLE, "variables": BATIK}).status_code == 200
    if status == 403:
        assert code(client.post("/", json={"query": COUNT})) == "NOT_REGISTERED"


def test_a_get_of_a_registered_operation_in_a_browser_is_no_page(door):
    assert get(door(), accept="text/html,*/*;q=0.8").json()["data"] == ANSWER


def test_files_that_are_new_changed_or_gone_are_noticed(folder, monkeypatch, caplog):
    monkeypatch.setattr("api.doors.trusted._LOOK_EVERY_SECONDS", 0)
    trusted = Trusted(folder)
    assert (trusted.text(ID), trusted.text(digest(COUNT))) == (TITLE, None)

    (folder / "partner.json").write_text(orjson.dumps({digest(COUNT): COUNT}).decode())
    assert trusted.text(digest(COUNT)) == COUNT

    (folder / "partner.json").write_text("{")
    os.utime(folder / "partner.json", ns=(1, 1))
    assert trusted.text(digest(COUNT)) is None
    assert "partner.json: This is no manifest that is known" in caplog.text

    (folder / "title.graphql").unlink()
    assert trusted.text(ID) is None


def test_the_folder_is_looked_at_once_a_second_and_not_for_each_request(folder, monkeypatch):
    looked: list[object] = []
    monkeypatch.setattr("api.doors.trusted._signature", looked.append)
    trusted = Trusted(folder)
    for _ in range(50):
        trusted.text(ID)

    assert len(looked) == 1


@pytest.mark.parametrize(
    "manifest",
    [
        {ID: TITLE},
        {f"sha256:{ID}": TITLE},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [{"id": ID, "name": "Title", "type": "query", "body": TITLE}],
        },
    ],
    ids=["relay-compiler", "graphql-codegen", "apollo"],
)
def test_the_manifests_of_three_tools_are_read(manifest):
    assert list(read("partner.json", orjson.dumps(manifest))) == [Document(ID, TITLE, "partner.json")]


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.graphql", b"\xff", "a.graphql: The file is not UTF-8."),
        ("a.json", b"[]", "a.json: This is no manifest that is known"),
        ("a.json", b'{"a": 7}', "a.json: This is no manifest that is known"),
        ("a.json", b'{"format": "apollo-persisted-query-manifest"}', "a.json: This is no manifest that is known"),
        ("a.json", b'{"0123456789abcdef0123456789abcdef": "{ a }"}', "The id is no SHA-256 in lower-case hexadecimal."),
        ("a.json", b'{"' + b"0" * 64 + b'": "{ a }"}', "The id is not the SHA-256 of the text."),
    ],
)
def test_what_cannot_be_registered_says_why(name, raw, told):
    (found,) = read(name, raw)

    assert told in str(found)


def test_duta_documents_lists_and_checks(home, folder, monkeypatch):
    monkeypatch.setenv("DUTA_TRUSTED_DOCUMENTS", str(folder))

    def duta(*arguments: str):
        return CliRunner().invoke(cli, ["documents", *arguments], prog_name="duta")

    assert f"sha256:{ID}  title.graphql" in duta("list").stdout
    assert "asset-page.graphql" in duta("list").stdout
    assert duta("check").stdout == "9 operations are sound.\n"

    (folder / "odd.json").write_text(orjson.dumps({digest("{ nope }"): "{ nope }", "7": COUNT}).decode())
    told = duta("check", str(folder / "odd.json"))
    assert told.exit_code == 1
    assert f"odd.json: sha256:{digest('{ nope }')}: Cannot query field 'nope' on type 'Query'." in told.stdout
    assert "odd.json: 7: The id is no SHA-256" in told.stdout
    assert told.stderr == "duta: 2 of 2 operations cannot be answered.\n"
    assert duta("check").exit_code == 1
