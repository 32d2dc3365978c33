"""The page on asking: each of its examples runs on the demonstration, and its table says what the filters offer."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType
from starlette.testclient import TestClient

PAGE = (Path(__file__).parents[2] / "docs" / "graphql.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```graphql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FILTERS = {
    "Names, titles, texts": ("StringFilter",),
    "Codes, ids, locales, addresses, EDTF dates": ("CodeFilter", "IdFilter", "LocaleFilter", "UrlFilter", "EdtfFilter"),
    "Numbers, shares, coordinates": ("IntFilter", "FloatFilter", "BigIntFilter"),
    "Days and moments": ("DateFilter", "DateTimeFilter"),
    "`since` and `until` of a link: days, months or years": ("PartialDateFilter",),
    "Words of a vocabulary": ("AssetKindFilter", "StateFilter"),
    "True or false": ("BooleanFilter",),
    "Lists": ("StringListFilter", "UrlListFilter"),
}


@pytest.fixture(scope="module")
def here(demonstration_app):
    with TestClient(demonstration_app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as client:
        yield client


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_of_the_page_finds_something(here, query):
    answer = here.post("/graphql", json={"query": query}).json()

    assert "errors" not in answer
    for value in answer["data"].values():
        assert value.get("totalCount", 1) > 0
        assert value.get("nodes", True) != []
        assert value.get("usedIn", True) != []


@pytest.mark.parametrize("what", FILTERS)
def test_the_table_names_the_operators_that_there_are(contract, what):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {what} |"))
    told = set(re.findall(r"`([a-zA-Z ]+)`", row.split("|")[2])[0].split())

    for name in FILTERS[what]:
        found = contract.core.type_map[name]
        assert isinstance(found, GraphQLInputObjectType)
        assert set(found.fields) == told
