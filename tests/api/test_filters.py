"""What filters let through, by the ids that come out."""

import pytest

from api.plan import Limits

ALL = ["asset:batik", "asset:kimjang", "asset:pencak", "asset:wayang"]


@pytest.fixture
def ids(ask):
    """The ids that a filter lets through."""

    def find(where: object) -> list[str]:
        data = ask("query ($w: AssetWhere) { assets(where: $w) { nodes { id } } }", w=where)
        return [node["id"] for node in data["assets"]["nodes"]]

    return find


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (None, ALL),
        ({}, ALL),
        ({"kind": {"in": ["TEXT", "VIDEO"]}}, ["asset:batik", "asset:pencak"]),
        ({"kind": {"not": "WORK"}}, ["asset:batik", "asset:pencak"]),
        ({"kind": None}, ALL),
        ({"kind": {"eq": None}}, ALL),
        ({"kind": {"in": []}}, []),
        ({"title": {"contains": "IMJ"}}, ["asset:kimjang"]),
        ({"title": {"startsWith": "bátik"}}, ["asset:batik"]),
        ({"title": {"contains": "wayang"}}, []),
        ({"year": {"gte": 2009, "lt": 2013}}, ["asset:batik"]),
        ({"year": {"isNull": True}}, ["asset:pencak"]),
        ({"keywords": {"has": "kimchi"}}, ["asset:kimjang"]),
        ({"keywords": {"hasAny": ["winter", "summer"]}}, ["asset:kimjang"]),
        ({"keywords": {"hasAll": ["winter", "summer"]}}, []),
        ({"keywords": {"isEmpty": True}}, ["asset:batik", "asset:pencak", "asset:wayang"]),
        ({"or": [{"year": {"eq": 2003}}, {"kind": {"eq": "TEXT"}}]}, ["asset:batik", "asset:wayang"]),
        ({"or": []}, []),
        ({"and": []}, ALL),
        ({"not": {"or": [{"year": {"eq": 2003}}, {"kind": {"eq": "TEXT"}}]}}, ["asset:kimjang", "asset:pencak"]),
        ({"themes": {"some": {"name": {"eq": "Slow food"}}}}, ["asset:kimjang"]),
        ({"themes": {"some": {"broader": {"some": {"id": {"eq": "theme:food"}}}}}}, ["asset:kimjang"]),
        ({"themes": {"none": {}}}, ["asset:pencak", "asset:wayang"]),
        ({"themes": {"every": {"id": {"eq": "theme:craft"}}}}, ["asset:batik", "asset:pencak", "asset:wayang"]),
        ({"themes": {"link": {"weight": {"lt": 0.5}}}}, ["asset:kimjang"]),
        ({"themes": {"some": {"id": {"eq": "theme:craft"}}, "link": {"weight": {"gt": 0.5}}}}, ["asset:batik"]),
        ({"themes": {"none": {}, "link": {"weight": {"lt": 0.5}}}}, ["asset:batik", "asset:pencak", "asset:wayang"]),
        (
            {"themes": {"every": {"id": {"eq": "theme:slow-food"}}, "link": {"weight": {"gt": 0.85}}}},
            ["asset:batik", "asset:kimjang", "asset:pencak", "asset:wayang"],
        ),
        ({"countries": {"link": {"role": {"eq": "ORIGIN"}}, "some": {"alpha2": {"eq": "KR"}}}}, ["asset:kimjang"]),
        ({"sources": {"some": {"title": {"contains": "book"}}}}, ["asset:kimjang"]),
        ({"campaigns": {"some": {"starts": {"gt": "2026-09-30"}}}}, ["asset:batik", "asset:kimjang"]),
        ({"campaigns": {"some": {"budgetBand": {"eq": "SMALL"}}}}, []),
    ],
)
def test_a_filter_lets_through(ids, where, expected):
    assert ids(where) == expected


def test_a_nested_list_is_filtered_by_its_nodes_and_by_its_links(ask):
    data = ask(
        """
        { theme(id: "theme:craft") { assets(where: {kind: {in: [WORK, TEXT]}}, link: {weight: {gte: 0.5}}) {
            totalCount nodes { id } } } }
        """
    )

    assert data["theme"]["assets"] == {"totalCount": 1, "nodes": [{"id": "asset:batik"}]}


def test_several_target_types_are_filtered_by_type_and_kernel(ask):
    data = ask(
        """
        { campaigns(where: {missions: {some: {type: {eq: Mission}, label: {contains: "seoul"}}}}) { totalCount }
          none: campaigns(where: {missions: {some: {type: {not: Mission}}}}) { totalCount } }
        """
    )

    assert data == {"campaigns": {"totalCount": 1}, "none": {"totalCount": 0}}


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"created": 1}, "unknown field 'created'. Did you mean 'createdAt'"),
        ({"year": {"eq": "x"}}, "Int cannot represent non-integer value: 'x'"),
        ({"kind": {"eq": "WORKS"}}, "Did you mean the enum value 'WORK'"),
        ({"createdAt": {"gt": "yesterday"}}, '"yesterday" is not a moment. Write it as 2026-08-17T09:00:00Z.'),
        ({"locale": {"eq": "klingonisch"}}, '"klingonisch" is not a language tag.'),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_with_the_cure(outcome, where, message):
    found = outcome("query ($w: AssetWhere) { assets(where: $w) { nodes { id } } }", w=where)

    assert found.code == "BAD_VARIABLES"
    assert message in found.errors[0].message


def test_a_value_out_of_range_is_refused(outcome):
    found = outcome("{ assets(where: {themes: {link: {weight: {gt: 2}}}}) { totalCount } }")

    assert (found.code, found.errors[0].message) == ("BAD_ARGUMENT", "weight: 2.0 is outside 0 to 1.")


def test_deep_and_long_filters_are_refused(outcome):
    deep: dict[str, object] = {"year": {"eq": 1}}
    for _ in range(Limits().filter_depth):
        deep = {"not": deep}
    question = "query ($w: AssetWhere) { assets(where: $w) { totalCount } }"

    assert outcome(question, w=deep).errors[0].message == "The filter is more than 8 levels deep. Write it flatter."
    assert (
        outcome(question, w={"year": {"in": list(range(201))}}).errors[0].message
        == "The filter has more than 200 comparisons and list values. Send several."
    )
