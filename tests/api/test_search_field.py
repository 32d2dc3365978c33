"""The search field, on a real index of the small graph."""

from collections.abc import Iterator

import pytest

from api.plan import Caller, Executor, Request
from api.settings import Settings
from api.wiring import House, opened
from graph.store.batch import Batch


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    """The small graph with its index."""
    with opened(Settings(home=tmp_path_factory.mktemp("searched") / "home")) as house:
        yield house


@pytest.fixture
def search(house, contract, counted, small_puts):
    """The data of a question on the indexed graph, with the statements it cost."""
    if house.store.stats().seq == 0:
        assert not house.store.write(Batch(small_puts)).refused
        house.follower.follow()
    counted.store = house.store
    executor = Executor(contract, counted, house)

    def ask(text: str, viewer, **variables: object):
        found = executor.execute(Request(text, None, variables), Caller(viewer))
        assert [error.message for error in found.errors] == []
        return found.data

    return ask


def test_hits_come_with_reasons_and_what_is_asked_of_them_in_one_statement(search, counted, public):
    data = search(
        """
        { search(text: "batik") { totalCount nodes { __typename id ... on Asset { title(locale: "en") kind } }
            edges { node { label } why { match field words } } pageInfo { hasNextPage hasPreviousPage } } }
        """,
        public,
    )["search"]

    assert data["nodes"][0] == {"__typename": "Asset", "id": "asset:batik", "title": "Hand-drawn batik", "kind": "TEXT"}
    assert data["edges"][0]["node"] == {"label": "Batik tulis"}
    assert "batik" in data["edges"][0]["why"][0]["words"]
    assert len(counted.statements) == 1


def test_what_is_out_of_sight_is_no_hit(search, public, planner):
    question = '{ search(text: "tempe") { totalCount nodes { id } } }'

    assert search(question, public)["search"] == {"totalCount": 0, "nodes": []}
    assert search(question, planner)["search"] == {"totalCount": 1, "nodes": [{"id": "asset:tempe"}]}


def test_filters_facets_and_pages_of_a_search(search, public):
    question = """
        query ($after: String) { search(text: "", where: {type: [Asset]}, first: 1, after: $after) {
            nodes { id } pageInfo { hasNextPage endCursor }
            facets(by: [COUNTRY, KIND]) { field values { value label count } } } }
    """
    first = search(question, public)["search"]
    second = search(question, public, after=first["pageInfo"]["endCursor"])["search"]

    assert first["pageInfo"]["hasNextPage"] is True
    assert first["nodes"] != second["nodes"]
    assert first["facets"][0] == {
        "field": "country",
        "values": [
            {"value": "country:id", "label": "Indonesia", "count": 1},
            {"value": "country:kr", "label": "Korea", "count": 1},
        ],
    }
    assert {one["value"]: one["count"] for one in first["facets"][1]["values"]} == {"WORK": 2, "TEXT": 1, "VIDEO": 1}


def test_a_facet_of_a_search_has_as_many_values_as_are_asked_for_and_only_those_are_named(search, counted, public):
    question = """query Q($limit: Int) { search(text: "") { facets(by: [COUNTRY, THEME, KIND], limit: $limit) {
        values { label count } } } }"""
    whole, cut = (search(question, public, limit=limit)["search"]["facets"] for limit in (None, 1))

    assert [one["values"][:1] for one in whole] == [one["values"] for one in cut]
    assert [len(one["values"]) > 1 for one in whole] == [True, True, True]
    named = counted.statements[-1]["@labels:search"]
    assert len(named.where.value) == 2


def test_facets_of_a_search_name_campaigns_and_pictures_where_they_are_asked_for(search, public, planner):
    question = """{ search(text: "", where: {type: [Asset]}) { totalCount
        facets(by: [CAMPAIGN, PICTURE, MISSION]) { field values { value label count } } named: facets { field } } }"""
    found = search(question, planner)["search"]
    counted = {one["field"]: one["values"] for one in found["facets"]}

    assert counted["picture"] == [{"value": "false", "label": "false", "count": found["totalCount"]}]
    assert [one["field"] for one in found["named"]] == ["type", "kind", "country", "theme", "locale", "year"]
    assert [one["value"] for one in counted["campaign"]] == ["campaign:craft-week"]
    for one in counted["campaign"]:
        narrowed = search(question.replace("type: [Asset]", f'type: [Asset], campaign: ["{one["value"]}"]'), planner)
        assert narrowed["search"]["totalCount"] == one["count"]


def test_without_an_index_search_says_what_to_do(outcome):
    found = outcome('{ search(text: "x") { totalCount } }')

    assert found.code == "SEARCH_UNAVAILABLE"
    assert found.errors[0].message == "There is no search index here. Build one with `duta index rebuild`."


def test_a_query_that_is_too_long_is_refused(search, house, contract, public):
    executor = Executor(contract, house.store, house)
    found = executor.execute(
        Request("query ($t: String!) { search(text: $t) { totalCount } }", None, {"t": "x" * 2000}), Caller(public)
    )

    assert found.code == "BAD_ARGUMENT"


def test_names_are_suggested_while_one_types_and_no_statement_is_spent_on_them(search, counted, public, planner):
    question = 'query ($typed: String!) { suggest(text: $typed, first: 3, locale: "en") { text id type locale } }'

    assert search(question, public, typed="tem")["suggest"] == []
    assert {one["id"] for one in search(question, planner, typed="tem")["suggest"]} == {"asset:tempe"}
    found = search(question, public, typed="bat")["suggest"][0]
    assert (found["id"], found["type"], found["text"].lower()[:3]) == ("asset:batik", "Asset", "bat")
    assert counted.statements == []


def test_a_mistyped_word_says_what_it_may_mean_and_how_far_it_is(search, public):
    data = search('{ search(text: "batkk") { didYouMean edges { why { match distance path } } } }', public)["search"]

    assert data["didYouMean"] == "batik"
    assert data["edges"][0]["why"][0] == {"match": "TYPO", "distance": 1, "path": []}


@pytest.mark.parametrize("name", ["country", "theme", "mission", "campaign"])
def test_more_ids_than_are_allowed_are_refused(house, contract, public, name):
    question = f'query ($ids: [ID!]) {{ search(text: "", where: {{{name}: $ids}}) {{ totalCount }} }}'
    ids = [f"{name}:{n}" for n in range(101)]

    found = Executor(contract, house.store, house).execute(Request(question, None, {"ids": ids}), Caller(public))

    assert found.code == "LIMIT_EXCEEDED"
