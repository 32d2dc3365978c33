"""Lists, links, pages, cursors, totals and facets, by exact values on a small graph."""

import pytest


def test_a_question_that_goes_asset_campaign_mission_country_and_audience(ask, counted, planner):
    data = ask(
        """
        { asset(id: "asset:batik") { title campaigns { nodes { title
            missions { edges { role node { label ... on Mission { hostedBy { name } } } } }
            audiences { nodes { name country { alpha2 } } } } } } }
        """,
        planner,
    )

    assert data == {
        "asset": {
            "title": "Batik tulis",
            "campaigns": {
                "nodes": [
                    {
                        "title": "Craft week",
                        "missions": {
                            "edges": [
                                {"role": "LEAD", "node": {"label": "Embassy in Seoul", "hostedBy": {"name": "Korea"}}}
                            ]
                        },
                        "audiences": {"nodes": [{"name": "Gourmets", "country": {"alpha2": "KR"}}]},
                    }
                ]
            },
        }
    }
    assert len(counted.statements) == 1


def test_a_page_with_two_nested_lists_and_three_roots_costs_one_statement(ask, counted):
    ask(
        """
        { assets(first: 50) { nodes { title themes { nodes { name } } campaigns { nodes { title } } } }
          countries { totalCount } node(id: "theme:craft") { label } }
        """
    )

    assert len(counted.statements) == 1


def test_only_typenames_cost_no_statement(ask, counted):
    assert ask("{ __typename a: __typename }") == {"__typename": "Query", "a": "Query"}
    assert counted.statements == []


def test_edges_carry_what_the_link_carries_and_hide_evidence_that_the_caller_may_not_see(ask, planner):
    question = """
        { asset(id: "asset:kimjang") { themes(order: [{field: LINK_WEIGHT, direction: DESC}]) {
            edges { weight since until confidence evidence node { id } } } } }
    """
    slow = {
        "weight": 0.9,
        "since": "2013",
        "until": None,
        "confidence": "A1",
        "evidence": "source:book",
        "node": {"id": "theme:slow-food"},
    }
    craft = {
        "weight": 0.3,
        "since": None,
        "until": None,
        "confidence": None,
        "evidence": None,
        "node": {"id": "theme:craft"},
    }

    assert ask(question)["asset"]["themes"]["edges"] == [slow, craft]
    assert ask(question, planner)["asset"]["themes"]["edges"] == [slow, {**craft, "evidence": "source:secret"}]


def test_pages_go_forward_to_the_end_and_backward_to_the_start(ask):
    question = """
        query ($after: String) { assets(first: 2, after: $after, order: [{field: TITLE}]) {
            nodes { title } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }
    """
    first = ask(question)["assets"]
    second = ask(question, after=first["pageInfo"]["endCursor"])["assets"]

    # The title of the wayang is a draft, so it orders as an empty one and is not shown.
    assert [node["title"] for node in (*first["nodes"], *second["nodes"])] == [
        None,
        "Batik tulis",
        "Kimjang",
        "Pencak silat",
    ]
    assert (first["totalCount"], second["totalCount"]) == (4, 4)
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)

    back = ask(
        """
        query ($before: String) { assets(last: 1, before: $before, order: [{field: TITLE}]) {
            edges { node { title } } pageInfo { hasNextPage hasPreviousPage } } }
        """,
        before=second["pageInfo"]["endCursor"],
    )["assets"]

    assert back == {
        "edges": [{"node": {"title": "Kimjang"}}],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": True},
    }


def test_the_last_ones_come_in_the_order_of_the_list(ask):
    data = ask("{ assets(last: 2, order: [{field: YEAR, direction: DESC}]) { nodes { year } } }")

    assert data == {"assets": {"nodes": [{"year": 2003}, {"year": None}]}}


def test_a_cursor_of_an_edge_goes_on_after_that_edge(ask):
    edges = ask("{ assets(order: [{field: YEAR}]) { edges { cursor node { id } } } }")["assets"]["edges"]
    rest = ask(
        "query ($c: String) { assets(after: $c, order: [{field: YEAR}]) { nodes { id } } }", c=edges[1]["cursor"]
    )

    assert [edge["node"]["id"] for edge in edges] == ["asset:wayang", "asset:batik", "asset:kimjang", "asset:pencak"]
    assert rest == {"assets": {"nodes": [{"id": "asset:kimjang"}, {"id": "asset:pencak"}]}}


def test_a_page_of_nothing_still_counts(ask):
    data = ask("{ assets(first: 0) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }")

    assert data == {"assets": {"nodes": [], "totalCount": 4, "pageInfo": {"hasNextPage": True, "endCursor": None}}}


def test_facets_count_properties_and_links_behind_the_filter(ask):
    data = ask(
        """
        { assets(where: {themes: {some: {}}}, first: 1) {
            facets(by: [KIND, THEMES, COUNTRIES]) { field values { value label count } } } }
        """
    )

    assert data["assets"]["facets"] == [
        {
            "field": "kind",
            "values": [{"value": "TEXT", "label": "TEXT", "count": 1}, {"value": "WORK", "label": "WORK", "count": 1}],
        },
        {
            "field": "themes",
            "values": [
                {"value": "theme:craft", "label": "Living craft", "count": 2},
                {"value": "theme:slow-food", "label": "Slow food", "count": 1},
            ],
        },
        {
            "field": "countries",
            "values": [
                {"value": "country:id", "label": "Indonesia", "count": 1},
                {"value": "country:kr", "label": "Korea", "count": 1},
            ],
        },
    ]


def test_two_aliases_of_facets_are_counted_apart(ask):
    data = ask(
        "{ assets { a: facets(by: [YEAR], limit: 1) { values { value } } b: facets(by: [YEAR]) { values { value } } } }"
    )

    assert data["assets"] == {
        "a": [{"values": [{"value": "2003"}]}],
        "b": [{"values": [{"value": "2003"}, {"value": "2009"}, {"value": "2013"}]}],
    }


def test_anything_by_its_id_and_several_in_their_order(ask):
    data = ask(
        """
        { node(id: "theme:craft") { __typename type id ... on Theme { brandDimensions } ... on Asset { title } }
          nodes(ids: ["asset:batik", "asset:tempe", "country:kr", "asset:batik"]) {
            __typename label ... on Asset { kind } ... on Country { languages { locale share } } }
          none: asset(id: "asset:nowhere") { id } }
        """
    )

    assert data == {
        "node": {
            "__typename": "Theme",
            "type": "Theme",
            "id": "theme:craft",
            "brandDimensions": ["CULTURE_HERITAGE", "EXPORTS"],
        },
        "nodes": [
            {"__typename": "Asset", "label": "Batik tulis", "kind": "TEXT"},
            None,
            {
                "__typename": "Country",
                "label": "Korea",
                "languages": [{"locale": "en", "share": 0.125}, {"locale": "ko", "share": 0.99}],
            },
            {"__typename": "Asset", "label": "Batik tulis", "kind": "TEXT"},
        ],
        "none": None,
    }


def test_entities_of_any_type_are_one_list(ask):
    data = ask(
        """
        { entities(where: {type: {in: [Theme, Country]}}, order: [{field: LABEL}], first: 3) {
            totalCount nodes { type label } } }
        """
    )

    assert data["entities"] == {
        "totalCount": 5,
        "nodes": [
            {"type": "Theme", "label": "Food"},
            {"type": "Country", "label": "Indonesia"},
            {"type": "Country", "label": "Korea"},
        ],
    }


def test_a_link_of_the_interface_may_be_asked_differently_of_each_type(ask):
    data = ask(
        """
        { nodes(ids: ["asset:kimjang", "theme:craft"]) { id sources { totalCount }
            ... on Asset { sources { nodes { label } } x: themes(first: 1) { nodes { id } } }
            ... on Theme { x: assets(first: 1) { nodes { id } } } } }
        """
    )

    assert data["nodes"] == [
        {
            "id": "asset:kimjang",
            "sources": {"totalCount": 1, "nodes": [{"label": "A book"}]},
            "x": {"nodes": [{"id": "theme:craft"}]},
        },
        {"id": "theme:craft", "sources": {"totalCount": 0}, "x": {"nodes": [{"id": "asset:batik"}]}},
    ]


def test_the_same_link_under_two_names_keeps_its_arguments_apart(ask):
    data = ask(
        """
        { asset(id: "asset:kimjang") {
            one: themes(first: 1) { nodes { id } } all: themes { nodes { id } edges { weight } } } }
        """
    )

    assert data["asset"] == {
        "one": {"nodes": [{"id": "theme:craft"}]},
        "all": {
            "nodes": [{"id": "theme:craft"}, {"id": "theme:slow-food"}],
            "edges": [{"weight": 0.3}, {"weight": 0.9}],
        },
    }


@pytest.mark.parametrize(
    ("rich", "expected"), [(True, {"id": "asset:kimjang", "year": 2013}), (False, {"id": "asset:kimjang"})]
)
def test_conditions_leave_out_what_they_exclude(ask, rich, expected):
    question = (
        'query ($rich: Boolean!) { asset(id: "asset:kimjang") { id year @include(if: $rich) kind @skip(if: true) } }'
    )

    assert ask(question, rich=rich) == {"asset": expected}


def test_a_property_with_a_marking_of_its_own_is_hidden_from_those_below_it(ask, planner):
    question = '{ campaign(id: "campaign:craft-week") { starts budgetBand } }'

    assert ask(question) == {"campaign": {"starts": "2026-10-01", "budgetBand": None}}
    assert ask(question, planner) == {"campaign": {"starts": "2026-10-01", "budgetBand": "SMALL"}}


def test_a_connection_of_which_nothing_is_left_is_empty(ask):
    assert ask("query ($no: Boolean = false) { themes { totalCount @include(if: $no) } }") == {"themes": {}}
