"""Clients of PyPI, as they come from there, ask a real server."""

import importlib.util
import subprocess
import sys

import pytest
from gql import Client, GraphQLRequest, gql
from gql.dsl import DSLQuery, DSLSchema, dsl_gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport, HTTPXTransport
from graphql import GraphQLError
from sgqlc.endpoint.http import HTTPEndpoint  # type: ignore[import-untyped]
from sgqlc.operation import Operation  # type: ignore[import-untyped]

PAGE = """
    query Themes($after: String) {
      themes(first: 5, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
    }
    """


@pytest.fixture(scope="module")
def url(served_demonstration) -> str:
    return f"{served_demonstration.url}/graphql"


@pytest.fixture(scope="module")
def session(url):
    with Client(transport=HTTPXTransport(url, timeout=30), fetch_schema_from_transport=True) as found:
        yield found


def test_gql_pages_through_a_list(session):
    found, after = [], None
    while True:
        page = session.execute(GraphQLRequest(PAGE, variable_values={"after": after}))["themes"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(found) == 14
    assert found == sorted(set(found))


def test_gql_finds_a_mistake_itself_by_the_contract_that_it_fetched(session):
    with pytest.raises(GraphQLError, match="Cannot query field 'titel' on type 'Asset'"):
        session.execute(gql("{ assets { nodes { titel } } }"))


def test_gql_composes_a_question_in_python(session):
    schema = DSLSchema(session.client.schema)
    theme = schema.Query.theme(id="theme:slow-food").select(
        schema.Theme.id, schema.Theme.broader.select(schema.Theme.name(locale="vi"))
    )

    assert session.execute(dsl_gql(DSLQuery(theme)))["theme"] == {
        "id": "theme:slow-food",
        "broader": {"name": "Văn hóa ẩm thực"},
    }


async def test_gql_raises_a_refusal_with_its_code(url):
    async with Client(transport=HTTPXAsyncTransport(url, timeout=30)) as asking:
        with pytest.raises(TransportQueryError) as caught:
            await asking.execute(gql("{ assets(first: 5000) { nodes { id } } }"))

    assert caught.value.errors
    assert caught.value.errors[0]["extensions"]["code"] == "LIMIT_EXCEEDED"


@pytest.fixture(scope="module")
def made(url, tmp_path_factory):
    """What sgqlc makes of the contract: it asks for it, and writes a module."""
    folder = tmp_path_factory.mktemp("sgqlc")
    told, code = folder / "told.json", folder / "duta.py"
    ask = [sys.executable, "-m", "sgqlc.introspection", url, str(told)]
    subprocess.run(ask, check=True, capture_output=True)
    write = [sys.executable, "-m", "sgqlc.codegen", "schema", str(told), str(code)]
    subprocess.run(write, check=True, capture_output=True)
    spec = importlib.util.spec_from_file_location("duta_contract", code)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sgqlc_asks_in_types_made_from_the_contract(url, made):
    operation = Operation(made.Query)
    assets = operation.assets(first=3, where={"kind": {"eq": "WORK"}}, order=[{"field": "TITLE"}])
    assets.total_count()
    assets.nodes.id()
    assets.nodes.kind()
    assets.nodes.themes(first=2).edges().node.name(locale="en")
    found = (operation + HTTPEndpoint(url, timeout=30)(operation)).assets

    assert [node.kind for node in found.nodes] == ["WORK"] * 3
    assert all(edge.node.name for node in found.nodes for edge in node.themes.edges)
    assert found.total_count > 3


def test_sgqlc_tells_a_refusal_with_its_code(url):
    told = HTTPEndpoint(url, timeout=30)("query ($n: Int) { assets(first: $n) { totalCount } }", {"n": "many"})

    assert [error["extensions"]["code"] for error in told["errors"]] == ["BAD_VARIABLES"]
