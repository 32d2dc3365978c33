"""Signing in at the pages: by a key, until one leaves, stays away or the key ends; never for another site's page."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.sessions import Lasting, Sessions
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put

LIVE = {"state": "PUBLISHED", "marking": "INTERNAL"}
ELSEWHERE = ("192.0.2.7", 50000)
SAME = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def house(home):
    with opened(Settings(home=home, public_url="https://duta.example")) as opened_house:
        internal = {"title": "Batik for colleagues", "kind": "TEXT", "locale": "en", **LIVE}
        report = opened_house.store.write(Batch((Put("asset:inside", "Asset", internal),), "the test"))
        assert not report.refused
        opened_house.follower.follow()
        yield opened_house


@pytest.fixture
def keys(house):
    return Keys(house.store)


@pytest.fixture
def browser(house):
    with TestClient(make_app(house), base_url="https://duta.example", client=ELSEWHERE) as there:
        yield there


def sign_in(browser, token, headers=SAME, **more):
    return browser.post("/sign-in", data={"key": token, **more}, headers=headers, follow_redirects=False)


def finds(browser) -> bool:
    return "Batik for colleagues" in browser.get("/find?q=batik&lang=en").text


def test_who_signs_in_sees_what_the_key_shows_until_they_leave(browser, keys):
    key, token = keys.create("Rina's desk", Role.CREATOR)
    assert not finds(browser)
    assert 'href="/sign-in?lang=en"' in browser.get("/?lang=en").text

    answer = sign_in(browser, token, next="/find?q=batik")
    assert (answer.status_code, answer.headers["location"]) == (303, "/find?q=batik")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-duta=")
    assert all(told in cookie for told in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=43200"))
    assert token not in cookie
    assert key.id not in cookie
    assert finds(browser)
    assert "Rina&#39;s desk" in browser.get("/?lang=en").text

    kept = browser.cookies["__Host-duta"]
    browser.post("/sign-out", headers=SAME)
    assert not finds(browser)
    browser.cookies.set("__Host-duta", kept)
    assert not finds(browser)


def test_the_api_and_what_partners_embed_know_no_session(browser, keys):
    sign_in(browser, keys.create("n", Role.CREATOR)[1])
    asked = browser.post("/graphql", json={"query": "{ assets { totalCount } }"}).json()
    assert asked["data"] == {"assets": {"totalCount": 0}}
    assert browser.get("/embed/inside").status_code == 404


def test_a_revoked_key_ends_its_sessions(browser, keys):
    key, token = keys.create("n", Role.CREATOR)
    sign_in(browser, token)
    assert finds(browser)
    keys.revoke(key.id)
    assert not finds(browser)


@pytest.mark.parametrize("token", ["", "duta_no", "duta_0123456789ab_" + "0" * 64])
def test_what_is_no_key_is_refused_on_the_page(browser, token):
    answer = sign_in(browser, token)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        ({"origin": "https://duta.example"}, 303),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
    ],
)
def test_only_a_form_of_ours_signs_in_or_out(browser, keys, headers, status):
    token = keys.create("n", Role.CREATOR)[1]
    assert sign_in(browser, token, headers).status_code == status
    assert browser.post("/sign-out", headers=headers, follow_redirects=False).status_code == status


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/ü\r\nx: y"]
)
def test_signing_in_leads_nowhere_else(browser, keys, path):
    token = keys.create("n", Role.CREATOR)[1]
    assert sign_in(browser, token, next=path).headers["location"] == "/"


def test_who_tries_too_often_has_to_wait(browser):
    statuses = [sign_in(browser, "duta_no").status_code for _ in range(25)]
    assert statuses[:3] == [401, 401, 401]
    assert statuses[-1] == 429


def test_a_form_that_is_too_long_or_has_too_many_fields_is_refused(browser):
    assert sign_in(browser, "x" * 10_000).status_code == 413
    assert sign_in(browser, "x", **{f"field{n}": "x" for n in range(20)}).status_code == 400


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_session_ends_when_it_is_not_used_and_at_last(house, keys):
    clock = Clock()
    lasting = Lasting(longest=timedelta(hours=3), idle=timedelta(hours=1))
    # What the store forgets by itself is by the clock of the machine, so this one runs ahead of it.
    clock.now = datetime.now(UTC)
    sessions = Sessions(house.store, keys, lasting, clock=clock)
    key = keys.create("n", Role.CREATOR)[0]
    used, left = sessions.begin(key), sessions.begin(key)

    for _ in range(3):
        clock.now += timedelta(minutes=50)
        assert sessions.holder(used) == key
    assert sessions.holder(left) is None
    clock.now += timedelta(minutes=31)
    assert sessions.holder(used) is None
    assert sessions.holder("nothing") is None
