"""Mutations over HTTP: who may send them, how, and what the log says of it; the documentation's run as they stand."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import DEMO_MARKER, Settings
from api.wiring import opened
from graph.store.batch import Batch, Put

JSON = {"accept": "application/graphql-response+json"}
MAKE = 'mutation { createTheme(input: {name: "Silat"}) { entity { id state } errors { code } } }'
DOCUMENTED = re.findall(r"```graphql\n(mutation.*?)```", Path("docs/writing.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def house(tmp_path):
    with opened(Settings(home=tmp_path, allowed_hosts=("duta.example.org",))) as house:
        assert not house.store.write(Batch((Put("theme:slow-food", "Theme", {"name": "Slow food"}),))).refused
        yield house


@pytest.fixture
def http(house):
    return TestClient(make_app(house), base_url="http://duta.example.org", client=("192.0.2.7", 1))


@pytest.fixture
def send(http, house):
    keys: dict[Role, str] = {}

    def send(query: str, role: Role | None = Role.EDITOR, **headers: str):
        if role is not None:
            if role not in keys:
                keys[role] = Keys(house.store).create("a test", role)[1]
            headers["authorization"] = f"Bearer {keys[role]}"
        return http.post("/graphql", json={"query": query}, headers={**JSON, **headers})

    return send


def code(response) -> str:
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found


def test_the_key_is_the_actor_and_what_was_written_is_read_back(send, house):
    response = send(MAKE, Role.CREATOR)

    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert response.json()["data"] == {"createTheme": {"entity": {"id": "theme:silat", "state": "DRAFT"}, "errors": []}}
    assert response.json()["extensions"]["cost"]["objects"] == 11
    [change] = house.store.changes(1)
    [key] = [key for key in Keys(house.store).all() if key.role is Role.CREATOR]
    assert (change.actor, change.actor_kind) == (f"key:{key.id}", "PERSON")


@pytest.mark.parametrize("role", [None, Role.PARTNER])
def test_who_writes_nothing_is_refused_with_403(send, house, role):
    response = send(MAKE, role)

    assert (response.status_code, code(response)) == (403, "FORBIDDEN")
    assert "data" not in response.json()
    assert house.store.stats().seq == 1


def test_a_page_of_another_site_writes_nothing_but_with_a_key_for_it(send, house):
    elsewhere = {"origin": "https://elsewhere.example"}

    assert code(send(MAKE, None, **elsewhere)) == "FORBIDDEN"
    assert code(send(MAKE, None, **{**elsewhere, "content-type": "text/plain"})) == "UNSUPPORTED_MEDIA_TYPE"
    assert house.store.stats().seq == 1


def test_at_the_demonstrations_machine_a_page_of_another_site_writes_nothing(house, tmp_path):
    (tmp_path / DEMO_MARKER).touch()
    local = TestClient(make_app(house), base_url="http://localhost", client=("127.0.0.1", 1))

    refused = local.post("/graphql", json={"query": MAKE}, headers={**JSON, "origin": "https://elsewhere.example"})

    assert (refused.status_code, code(refused)) == (403, "FORBIDDEN")
    assert house.store.stats().seq == 1
    assert local.post("/graphql", json={"query": MAKE}, headers=JSON).json()["data"]["createTheme"]["errors"] == []
    assert [change.actor for change in house.store.changes(1)] == ["here"]


@pytest.mark.parametrize("query", [MAKE, f"query A {{ __typename }} {MAKE}", "mutation { drop }"])
def test_by_get_no_document_with_a_mutation_is_answered(http, house, query):
    key = Keys(house.store).create("a test", Role.ADMIN)[1]
    headers = {**JSON, "authorization": f"Bearer {key}"}

    for _ in range(2):
        response = http.get("/graphql", params={"query": query, "operationName": "A"}, headers=headers)
        assert (response.status_code, code(response)) == (405, "NOT_A_QUERY")
        # That it was sent by POST before changes nothing.
        http.post("/graphql", json={"query": query, "operationName": "A"}, headers=headers)
    assert house.store.stats().seq == 1


def test_the_price_of_a_mutation_is_told_and_nothing_is_written(send, house):
    response = send(MAKE, **{"duta-dry-run": "1"})

    assert (response.json()["data"], response.json()["extensions"]["cost"]["objects"]) == (None, 11)
    assert house.store.stats().seq == 1


def test_what_is_written_is_found_once_the_index_has_followed(send, house):
    send('mutation { createTheme(id: "theme:silat", input: {name: "Silat"}) { errors { code } } }')
    house.store.write(Batch((Put("theme:silat", "Theme", {"state": "PUBLISHED"}),)))
    house.follower.follow()

    found = send('{ search(text: "silat") { nodes { id } } }', None)
    assert [one["id"] for one in found.json()["data"]["search"]["nodes"]] == ["theme:silat"]


def documented(name: str) -> str:
    return next(str(one) for one in DOCUMENTED if f" {name}(" in one)


def test_the_documented_mutations_fit_the_contract():
    schema = build_schema(Path("schema.graphql").read_text(encoding="utf-8"))
    assert [(one, errors) for one in DOCUMENTED if (errors := validate(schema, parse(one)))] == []


def test_the_documented_mutations_run_as_they_stand(send):
    create, update, submit, publish = map(documented, ("createAsset", "updateAsset", "submitForReview", "publish"))

    assert send(create).json()["data"] == {
        "createAsset": {"entity": {"id": "asset:tempe", "rev": 1, "state": "DRAFT"}, "errors": []}
    }
    assert send(update).json()["data"] == {
        "updateAsset": {
            "entity": {"id": "asset:tempe", "rev": 1},
            "errors": [],
            "changes": [
                {"path": "summary", "before": None, "after": "Soy beans, grown together."},
                {"path": "themes", "before": {"theme:slow-food": {"weight": 0.6}}, "after": {}},
            ],
        }
    }
    assert send(submit).json()["data"] == {
        "submitForReview": {"entity": {"id": "asset:tempe", "rev": 2, "state": "IN_REVIEW"}, "errors": []}
    }
    told = "It is IN_REVIEW; only what is APPROVED can be moved so."
    assert send(publish).json()["data"] == {
        "publish": {
            "entity": {"rev": 2, "state": "IN_REVIEW"},
            "errors": [{"code": "BAD_VALUE", "message": told}],
            "missing": [],
        }
    }
