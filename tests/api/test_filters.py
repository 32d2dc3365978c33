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
        ({"hasTranslation": {"locale": "en"}}, ["asset:batik", "asset:kimjang"]),
        ({"hasTranslation": {"locale": "vi"}}, []),
        ({"hasTranslation": {"locale": "id"}}, ["asset:batik", "asset:pencak"]),
        ({"hasTranslation": {"locale": "PT", "state": "PUBLISHED"}}, ["asset:batik"]),
        ({"hasTranslation": {"locale": "id", "state": "PUBLISHED"}}, ["asset:batik", "asset:pencak"]),
        ({"hasTranslation": {"locale": "id", "state": "DRAFT"}}, []),
        ({"hasTranslation": {"locale": "id", "state": "RETIRED"}}, []),
        ({"not": {"hasTranslation": {"locale": "en"}}}, ["asset:pencak", "asset:wayang"]),
        ({"usedIn": {"some": {}}}, ["asset:batik", "asset:kimjang"]),
        ({"usedIn": {"none": {}}}, ["asset:pencak", "asset:wayang"]),
        ({"usedIn": {"some": {"type": {"eq": "Campaign"}}}}, ["asset:batik", "asset:kimjang"]),
        ({"usedIn": {"none": {"type": {"eq": "Placement"}}}}, ALL),
        ({"usedIn": {"every": {"label": {"contains": "week"}}}}, ALL),
        ({"usedIn": {"some": {}, "every": {"type": {"eq": "Proof"}}}}, []),
        ({"locale": {"startsWith": "i"}}, ["asset:batik", "asset:pencak", "asset:wayang"]),
        ({"id": {"startsWith": "asset:k"}}, ["asset:kimjang"]),
        ({"themes": {"link": {"since": {"lt": "2013-02"}}}}, ["asset:kimjang"]),
        ({"themes": {"link": {"since": {"gte": "2013-01"}}}}, []),
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
        ({"hasTranslation": {"locale": "x"}}, '"x" is not a language tag.'),
        ({"hasTranslation": {}}, "required field 'locale'"),
        ({"themes": {"link": {"since": {"gt": "May 2013"}}}}, "Write it as 2026-08-17, 2026-08 or 2026."),
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


def test_a_draft_counts_as_a_text_for_those_who_see_it(ask, planner):
    question = """
        query ($w: AssetWhere) { assets(where: $w) { nodes { id } } }
    """

    def ids(**wanted: str) -> list[str]:
        found = ask(question, planner, w={"hasTranslation": wanted})["assets"]["nodes"]
        return [node["id"].removeprefix("asset:") for node in found]

    assert ids(locale="vi") == ["batik"]
    assert ids(locale="vi", state="PUBLISHED") == []
    assert ids(locale="id") == ["angklung", "batik", "pencak", "tempe", "wayang"]
    assert ids(locale="id", state="DRAFT") == ["angklung", "wayang"]


@pytest.mark.parametrize(
    ("near", "message"),
    [
        ("{lat: 126.9, lon: 37.5, km: 5}", "near.lat: 126.9 is outside -90 to 90. Give degrees of WGS 84."),
        ("{lat: 37.5, lon: 226.9, km: 5}", "near.lon: 226.9 is outside -180 to 180. Give degrees of WGS 84."),
        (
            "{lat: 37.5, lon: 126.9, km: 0}",
            "near.km: 0.0 is no distance in kilometres. Give more than 0 and at most 20038.",
        ),
        (
            "{lat: 1, lon: 1, km: 1e300}",
            "near.km: 1e+300 is no distance in kilometres. Give more than 0 and at most 20038.",
        ),
    ],
)
def test_a_circle_that_is_none_is_refused_with_the_cure(outcome, near, message):
    found = outcome(f"{{ missions(where: {{place: {{some: {{near: {near}}}}}}}) {{ totalCount }} }}")

    assert (found.code, found.errors[0].message) == ("BAD_ARGUMENT", message)
    assert [(place.line, place.column) for place in found.errors[0].locations] == [(1, 3)]


def test_where_a_thing_is_used_is_told_by_kind_the_largest_first(ask, counted):
    data = ask(
        """
        { theme(id: "theme:craft") { usedIn(first: 1) { kind count nodes { id ... on Asset { title } } } }
          node(id: "asset:batik") { usedIn { kind count nodes { label } } }
          source(id: "source:book") { usedIn { kind count } }
          campaign(id: "campaign:craft-week") { usedIn { kind } } }
        """
    )

    assert data == {
        "theme": {"usedIn": [{"kind": "Asset", "count": 2, "nodes": [{"id": "asset:batik", "title": "Batik tulis"}]}]},
        "node": {"usedIn": [{"kind": "Campaign", "count": 1, "nodes": [{"label": "Craft week"}]}]},
        "source": {"usedIn": [{"kind": "Asset", "count": 1}]},
        "campaign": {"usedIn": []},
    }
    assert len(counted.statements) == 1


def test_a_use_counts_where_its_kind_was_asked_for_and_it_is_seen(ask, planner):
    question = '{ country(id: "country:kr") { usedIn(kinds: [Mission, Audience, Theme]) { kind nodes { id } } } }'
    mission = {"kind": "Mission", "nodes": [{"id": "mission:seoul"}]}

    assert ask(question)["country"]["usedIn"] == [mission]
    assert ask(question, planner)["country"]["usedIn"] == [
        {"kind": "Audience", "nodes": [{"id": "audience:gourmets"}]},
        mission,
    ]


def test_the_price_of_uses_counts_the_kinds_there_can_be(outcome):
    def price(question: str) -> int | None:
        objects: int | None = outcome(f'{{ asset(id: "asset:batik") {{ {question} }} }}').objects
        return objects

    assert price("usedIn { count }") == 1 + 5
    assert price("usedIn(first: 3) { nodes { id } }") == 1 + 5 * (1 + 3)
    assert price("usedIn(first: 3, kinds: [Campaign, Theme]) { nodes { id } }") == 1 + 1 + 3


def test_lists_along_links_and_of_any_type_are_counted_too(ask):
    data = ask(
        """
        { theme(id: "theme:craft") { assets(first: 0) {
            facets(by: [KIND, COUNTRIES]) { field values { value count } } } }
          entities(where: {usedIn: {some: {type: {in: [Asset]}}}}) {
            totalCount facets(by: [TYPE]) { values { value count } } } }
        """
    )

    assert data["theme"]["assets"]["facets"] == [
        {"field": "kind", "values": [{"value": "TEXT", "count": 1}, {"value": "WORK", "count": 1}]},
        {"field": "countries", "values": [{"value": "country:id", "count": 1}, {"value": "country:kr", "count": 1}]},
    ]
    assert data["entities"] == {
        "totalCount": 5,
        "facets": [
            {
                "values": [
                    {"value": "Country", "count": 2},
                    {"value": "Theme", "count": 2},
                    {"value": "Source", "count": 1},
                ]
            }
        ],
    }
