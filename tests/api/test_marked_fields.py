"""Over GraphQL, on both engines: whoever may not see a property learns nothing of it by asking around it."""

import orjson
import pytest

from api.doors.viewers import viewer_of
from api.plan import Caller, Executor, Request
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.neo4j_server import empty, settings_on_neo4j

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}


def batch(*, small: str | None, large: str | None, contact: str | None, draft: str, evidence: str) -> Batch:
    """A graph whose answers to the public must not depend on the arguments."""
    return Batch((
        Put("source:open", "Source", {"title": "Book", "locale": "en", **LIVE}),
        Put("source:secret", "Source", {"title": "Cable", "locale": "en", "state": "PUBLISHED", "marking": "INTERNAL"}),
        Put("source:other", "Source", {"title": "Cable", "locale": "en", "state": "PUBLISHED", "marking": "INTERNAL"}),
        Put("theme:t", "Theme", {"name": "Craft"}),
        Put("person:p", "Person", {"name": "Sari", "contact": contact, **LIVE}),
        Put("asset:a", "Asset", {"kind": "WORK", "title": draft, "locale": "en", "text_state": "DRAFT", **LIVE},
            {"themes": (To("theme:t", {"evidence": evidence}),), "makers": (To("person:p"),)}),
        Put("asset:b", "Asset", {"kind": "WORK", "title": "Batik", "locale": "en", **LIVE}),
        Put("audience:x", "Audience", {"name": "Gourmets", "kind": "DIASPORA", "state": "PUBLISHED"}),
        *(Put(f"campaign:{name}", "Campaign", {"title": name, "locale": "en", "budget_band": band, **LIVE},
              {"assets": (To("asset:a"), To("asset:b")), "audiences": (To("audience:x"),)})
          for name, band in (("one", small), ("two", large))),
    ))  # fmt: skip


VARIANTS = (
    {"small": "SMALL", "large": "LARGE", "contact": "sari@example.org", "draft": "Aaa", "evidence": "source:secret"},
    {"small": "LARGE", "large": "SMALL", "contact": "+62 21 555", "draft": "Zzz", "evidence": "source:other"},
    {"small": None, "large": None, "contact": None, "draft": "Batik", "evidence": "source:secret"},
)

CONDITIONS = (
    "{eq: SMALL}", "{in: [SMALL, MEDIUM]}", "{not: SMALL}", "{isNull: true}", "{isNull: false}",
)  # fmt: skip
QUESTIONS = [
    "{ campaigns { nodes { id budgetBand } } }",
    '{ node(id: "campaign:one") { id ... on Campaign { budgetBand } } }',
    '{ campaign(id: "campaign:one") { budgetBand } people { nodes { contact } } }',
    '{ asset(id: "asset:a") { title label titleText { text chain { locale state } } campaigns { totalCount } } }',
    "{ assets { nodes { themes { edges { evidence node { id } } } } } }",
    *(f"{{ campaigns(where: {{budgetBand: {one}}}) {{ totalCount nodes {{ id }} }} }}" for one in CONDITIONS),
    *(f"{{ campaigns(where: {{not: {{budgetBand: {one}}}}}) {{ totalCount }} }}" for one in CONDITIONS),
    *(
        f"{{ assets(where: {{campaigns: {{{quantifier}: {{budgetBand: {one}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
        for one in CONDITIONS
        for quantifier in ("some", "none", "every")
    ),
    '{ campaigns(where: {or: [{budgetBand: {eq: LARGE}}, {title: {eq: "two"}}]}) { nodes { id } } }',
    '{ asset(id: "asset:a") { campaigns(where: {budgetBand: {eq: SMALL}}) { totalCount nodes { id } } } }',
    '{ assets(where: {title: {startsWith: "a"}}) { totalCount } }',
    '{ assets(where: {not: {title: {contains: "z"}}}) { totalCount nodes { id } } }',
    "{ assets(order: [{field: TITLE, direction: ASC}]) { nodes { id } pageInfo { startCursor endCursor } } }",
    "{ assets(order: [{field: TITLE, direction: DESC}], first: 1) { nodes { id } pageInfo { endCursor } } }",
    "{ assets(order: [{field: LABEL, direction: ASC}]) { nodes { id label } pageInfo { endCursor } } }",
    '{ theme(id: "theme:t") { assets(order: [{field: TITLE, direction: ASC}]) { nodes { id } } } }',
    *(f'{{ search(text: "{word}") {{ totalCount nodes {{ id }} }} }}' for word in
      ("SMALL", "LARGE", "sari@example.org", "555", "Aaa", "Zzz", "cable")),
]  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def house(request, home):
    settings = Settings(home=home)
    if request.param == "neo4j":
        settings = settings_on_neo4j(home)
        empty()
    with opened(settings) as house:
        yield house


def test_no_answer_to_the_public_or_a_partner_depends_on_what_they_may_not_see(house, contract):
    executor = Executor(contract, house.store, house)

    def answers(role: str) -> dict[str, bytes]:
        found = {}
        for text in QUESTIONS:
            outcome = executor.execute(Request(text), Caller(viewer_of(role)))
            assert [error.message for error in outcome.errors] == [], text
            found[text] = orjson.dumps(outcome.data)
        return found

    told: dict[str, list[dict[str, bytes]]] = {"PUBLIC": [], "PARTNER": [], "PLANNER": [], "EDITOR": []}
    for variant in VARIANTS:
        report = house.store.write(batch(**variant))
        assert report.refused == ()
        house.follower.follow()
        for role, kept in told.items():
            kept.append(answers(role))

    for role in ("PUBLIC", "PARTNER"):
        first, *others = told[role]
        for other in others:
            assert {text for text in QUESTIONS if other[text] != first[text]} == set()
    planner = {text for text in QUESTIONS if len({one[text] for one in told["PLANNER"]}) > 1}
    assert {text for text in QUESTIONS if "budgetBand: {eq: SMALL}" in text and "every" not in text} <= planner
    assert orjson.loads(told["PLANNER"][0][QUESTIONS[0]])["campaigns"]["nodes"][0]["budgetBand"] == "SMALL"
    assert b"sari@example.org" not in told["PLANNER"][0][QUESTIONS[2]]
    assert b"sari@example.org" in told["EDITOR"][0][QUESTIONS[2]]
