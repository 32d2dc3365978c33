"""Budgets: what a caller may ask for in a while, by key and by address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.doors.callers import site_of
from api.doors.trusted import shipped
from api.keys import Keys
from api.plan.budgets import Budgets, Left
from api.plan.errors import Code, Refused
from api.roles import Role
from api.settings import Settings
from api.wiring import opened

ACCEPT = {"accept": "application/graphql-response+json"}
PAGE = "{ themes(first: 99) { nodes { id } } }"


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def budgets(seconds):
    return Budgets(minutes=2, most=3, clock=seconds)


def test_a_bucket_is_spent_fills_up_evenly_and_holds_no_more_than_its_minutes(budgets, seconds):
    purse = budgets.purse("key:a", 60)

    assert purse.spend(100) == Left(20, 60, 100.0)
    seconds.now = 30
    assert purse.spend(0) == Left(50, 60, 70.0)
    seconds.now = 10_000
    assert purse.spend(0) == Left(120, 60, 0.0)


def test_a_refusal_takes_nothing_and_says_what_was_asked_what_is_left_and_when(budgets, seconds):
    purse = budgets.purse("key:a", 60)
    purse.spend(100)
    with pytest.raises(Refused) as refused:
        purse.spend(50)

    assert refused.value.code is Code.BUDGET_SPENT
    assert refused.value.errors[0].formatted == {
        "message": "It asks for 50 objects; 20 are left, and 60 come back each minute. "
        "Ask again in 30 seconds, or for shorter pages.",
        "extensions": {"code": "BUDGET_SPENT", "asked": 50, "remaining": 20, "retryAfter": 30},
    }
    seconds.now = 30
    assert purse.spend(50).objects == 0


def test_what_no_waiting_would_make_possible_is_too_much_and_not_too_early(budgets):
    with pytest.raises(
        Refused, match="It asks for 121 objects, more than the 120 that this budget ever holds"
    ) as refused:
        budgets.purse("key:a", 60).spend(121)

    assert refused.value.code is Code.LIMIT_EXCEEDED


def test_each_caller_has_a_bucket_of_its_own_and_only_so_many_are_kept(budgets):
    for who in "abcabcdd":
        budgets.purse(who, 60).spend(10)

    assert len(budgets) == 3
    assert budgets.purse("d", 60).spend(0).objects == 100
    assert budgets.purse("b", 60).spend(0).objects == 100
    assert budgets.purse("a", 60).spend(0).objects == 120


def test_many_threads_together_spend_no_more_than_there_is(seconds):
    purse = Budgets(minutes=1, clock=seconds).purse("a", 1000)

    def spend(_) -> int:
        try:
            purse.spend(3)
        except Refused:
            return 0
        return 3

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(800))) == 999


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_budget_belongs_to_an_address_or_to_the_site_of_one(host, site):
    scope = {"type": "http", "headers": [(b"x-forwarded-for", b"203.0.113.9")], "client": (host, 1) if host else None}

    assert site_of(HTTPConnection(scope)) == site


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings(
        home=tmp_path_factory.mktemp("budgets"),
        allowed_hosts=("duta.example.org",),
        budget_per_address=150,
        budget_per_key=300,
    )
    with opened(settings) as house:
        app = make_app(house)
        app.state.keys = Keys(house.store)
        yield app


@pytest.fixture
def client(app, request):
    """Clients at addresses that no other test has, by a number."""
    site = sha256(request.node.name.encode()).hexdigest()[:4]

    def at(number: int = 1) -> TestClient:
        return TestClient(app, base_url="http://duta.example.org", client=(f"2001:db8:{site}:{number}::1", 1))

    return at


def ask(http, query: str = PAGE, token: str | None = None, **headers: str):
    shown = {"authorization": f"Bearer {token}"} if token else {}
    return http.post("/graphql", json={"query": query}, headers={**ACCEPT, **shown, **headers})


def test_every_answer_says_what_is_left_until_there_is_too_little(client):
    http = client()
    answers = [ask(http) for _ in range(4)]

    costs = [one.json()["extensions"]["cost"] for one in answers[:3]]
    assert [cost["objects"] for cost in costs] == [100, 100, 100]
    assert [cost["budget"]["perMinute"] for cost in costs] == [150, 150, 150]
    assert [cost["budget"]["remaining"] // 10 for cost in costs] == [20, 10, 0]
    assert datetime.fromisoformat(costs[2]["budget"]["resetAt"]) > datetime.now(UTC)

    refused = answers[3]
    assert refused.status_code == 429
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "BUDGET_SPENT"
    assert int(refused.headers["retry-after"]) == error["extensions"]["retryAfter"] > 30
    assert "data" not in refused.json()
    assert ask(client(2)).status_code == 200


def test_plain_json_gets_429_as_well(client):
    http = client()
    for _ in range(3):
        ask(http)

    assert ask(http, accept="application/json").status_code == 429


def test_a_question_of_the_price_and_a_refused_one_cost_nothing_and_introspection_a_little(client):
    http = client()
    priced = ask(http, **{"duta-dry-run": "1"})
    assert priced.json()["extensions"]["cost"]["budget"]["remaining"] == 300
    ask(http, "{ nothing }")
    ask(http, "{ themes(first: 100000) { nodes { id } } }")
    assert ask(http, "{ __typename }").json()["extensions"]["cost"]["budget"]["remaining"] == 299


def test_a_key_has_its_own_budget_wherever_it_is_used_from(client, app):
    _, token = app.state.keys.create("n", Role.PARTNER)
    _, small = app.state.keys.create("n", Role.PARTNER, budget=60)
    for _ in range(3):
        ask(client())

    assert ask(client(), token=token).json()["extensions"]["cost"]["budget"]["remaining"] == 500
    assert ask(client(3), token=token).json()["extensions"]["cost"]["budget"]["remaining"] // 10 == 40
    assert ask(client(), token=small).json()["extensions"]["cost"]["budget"]["perMinute"] == 60
    assert ask(client(), token=small).status_code == 429


def test_the_pages_are_paid_from_the_same_budget(client):
    http = client()

    assert [http.get("/").status_code for _ in range(7)] == [200] * 6 + [429]
    assert http.get("/find?q=a").status_code == 429
    assert "Ask again in" in http.get("/").text
    assert http.get("/").headers["retry-after"].isdigit()
    assert ask(http).status_code == 429


def test_without_a_budget_nothing_is_counted(home):
    with opened(Settings(home=home, budget_per_address=0)) as house:
        http = TestClient(make_app(house), base_url="http://127.0.0.1", client=("192.0.2.7", 1))
        assert ask(http).json()["extensions"]["cost"] == {"objects": 100, "limit": 25000}


def test_an_address_that_a_caller_claims_to_be_forwarded_from_is_not_believed(client):
    statuses = [ask(client(), **{"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in range(4)]

    assert statuses == [200, 200, 200, 429]


def test_an_answer_that_caches_may_keep_says_nothing_of_one_callers_budget(client):
    (card,) = [one for one in shipped() if one.where == "asset-card.graphql"]
    http, asked = client(), {"documentId": f"sha256:{card.id}", "variables": '{"id": "asset:a"}'}

    assert "budget" in ask(http, "{ __typename }").text
    kept = http.get("/graphql", params=asked, headers=ACCEPT)
    assert kept.status_code == 200, kept.text
    assert kept.headers["cache-control"].startswith("public")
    assert list(kept.json()["extensions"]["cost"]) == ["objects", "limit"]
