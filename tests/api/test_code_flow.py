"""Signing on at the organisation's own page and back: a real provider on loopback, and every way to come back wrong."""

import json
import time
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.settings import BrokenSettings, Settings, read_settings
from api.wiring import opened
from graph.store.batch import Batch, Put
from tests.api.provider import RSA, Provider

CLIENT, SECRET = "duta-pages", "s3/cret="
OURS = "https://duta.example"


@pytest.fixture
def settings(home, provider) -> Settings:
    return Settings(
        home=home,
        public_url=OURS,
        oidc_audience="duta",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )


@pytest.fixture
def house(settings):
    with opened(settings) as house:
        inside = {"title": "Batik for colleagues", "kind": "TEXT", "locale": "en"}
        report = house.store.write(
            Batch((Put("asset:inside", "Asset", {**inside, "state": "PUBLISHED", "marking": "INTERNAL"}),), "the test")
        )
        assert not report.refused
        house.follower.follow()
        yield house


@pytest.fixture
def browser(house):
    with TestClient(make_app(house), base_url=OURS, client=("192.0.2.7", 5000), follow_redirects=False) as there:
        yield there


def gone(browser, after: str = "/mine") -> dict[str, str]:
    """What the provider's page is asked when somebody goes there."""
    answer = browser.get("/sign-in/elsewhere", params={"next": after})
    assert answer.status_code == 303
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def token(provider: Provider, asked: dict[str, str], **claims: Any) -> str:
    told = {
        "iss": provider.issuer, "aud": CLIENT, "sub": "u-1", "exp": int(time.time()) + 300, "nonce": asked["nonce"],
        "roles": ["EDITOR"], "name": "Sari <b>W.</b>", **claims,
    }  # fmt: skip
    return jwt.encode({"alg": "RS256", "kid": "rsa"}, {k: v for k, v in told.items() if v is not None}, RSA)


def exchange(provider: Provider, status: int = 200, **told: object) -> None:
    provider.answers["/token"] = (status, json.dumps(told).encode())


def back(browser, **told: str):
    return browser.get("/sign-in/done", params=told)


def finds(browser) -> bool:
    return "Batik for colleagues" in browser.get("/find?q=batik&lang=en").text


def test_who_signs_on_elsewhere_comes_back_as_who_they_are_there(browser, provider):
    page = browser.get("/sign-in?lang=en&next=/find?q=batik").text
    assert 'href="/sign-in/elsewhere?next=/find%3Fq%3Dbatik"' in page

    asked = gone(browser, "/find?q=batik")
    kept = browser.cookies["__Host-duta-sign-on"]
    assert (asked["tenant"], asked["response_type"], asked["client_id"]) == ("culture", "code", CLIENT)
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid profile email", "S256")
    assert asked["redirect_uri"] == f"{OURS}/sign-in/done"

    exchange(provider, id_token=token(provider, asked))
    answer = back(browser, code="c-1", state=asked["state"])

    assert (answer.status_code, answer.headers["location"]) == (303, "/find?q=batik")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-duta="))
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=lax"))
    assert "__Host-duta-sign-on" not in browser.cookies
    [(proof, form)] = provider.forms
    assert proof == "Basic " + b64encode(b"duta-pages:s3%2Fcret%3D").decode()
    assert (form["grant_type"], form["code"], form["redirect_uri"]) == (
        "authorization_code", "c-1", f"{OURS}/sign-in/done",
    )  # fmt: skip
    hashed = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert hashed == asked["code_challenge"]
    assert finds(browser)
    assert "Sari &lt;b&gt;W.&lt;/b&gt;" in browser.get("/?lang=en").text

    browser.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert not finds(browser)
    # The same way back leads nowhere once it was taken.
    assert back(browser, code="c-1", state=asked["state"]).status_code == 401
    browser.cookies.set("__Host-duta-sign-on", kept)
    assert back(browser, code="c-1", state="other").status_code == 401


def test_what_they_write_at_the_desk_is_theirs_by_the_providers_id(browser, house, provider):
    asked = gone(browser)
    exchange(provider, id_token=token(provider, asked))
    back(browser, code="c", state=asked["state"])

    form = {"title": "Songket", "kind": "TEXT", "locale": "en", "do": "save"}
    answer = browser.post("/edit/new/Asset", data=form, headers={"sec-fetch-site": "same-origin"})

    assert answer.status_code == 303, answer.text
    assert house.store.changes(0, 10)[-1].actor == "sign-on:u-1"


@pytest.mark.parametrize(
    ("claims", "status", "sentence"),
    [
        ({"aud": "duta"}, 401, "The claim &#34;aud&#34;"),
        ({"iss": "https://login.example.org"}, 401, "The claim &#34;iss&#34;"),
        ({"exp": 1_700_000_000}, 401, "This token has expired."),
        ({"nonce": "another"}, 401, "This token was made for another sign-on."),
        ({"nonce": None}, 401, "This token was made for another sign-on."),
        ({"roles": ["guest"]}, 403, "The sign-on gives no role here"),
    ],
)
def test_a_token_that_is_not_for_this_sign_on_opens_nothing(browser, provider, claims, status, sentence):
    asked = gone(browser)
    exchange(provider, id_token=token(provider, asked, **claims))

    answer = back(browser, code="c", state=asked["state"])

    assert answer.status_code == status
    assert sentence in answer.text
    assert "__Host-duta" not in browser.cookies
    assert not finds(browser)


def test_another_browser_cannot_come_back_for_this_one(browser, provider):
    """A link with somebody else's code signs nobody on as them."""
    asked = gone(browser)
    exchange(provider, id_token=token(provider, asked))
    for kept in ("", "nonsense", urlsafe_b64encode(b"[]").decode(), urlsafe_b64encode(b'{"state": 1}').decode()):
        browser.cookies.clear()
        browser.cookies.set("__Host-duta-sign-on", kept)
        answer = back(browser, code="c", state=asked["state"])
        assert answer.status_code == 401
        assert "Begin it again" in answer.text
    assert provider.forms == []


def test_who_says_no_there_is_told_here_and_the_words_of_the_address_are_text(browser):
    asked = gone(browser)
    answer = back(browser, error="<script>access_denied", state=asked["state"])

    assert answer.status_code == 401
    assert "&lt;script&gt;access_denied" in answer.text


@pytest.mark.parametrize(
    ("answered", "status"),
    [
        ((400, b'{"error": "invalid_grant"}'), 401),
        ((200, b"no json"), 401),
        ((200, b'{"access_token": "x"}'), 401),
        ((200, b'{"id_token": "a.b.c"}'), 401),
        ((302, b""), 401),
    ],
)
def test_a_provider_that_does_not_confirm_signs_nobody_on(browser, provider, answered, status):
    asked = gone(browser)
    provider.answers["/token"] = answered

    assert back(browser, code="c", state=asked["state"]).status_code == status
    assert not finds(browser)


def test_an_outage_is_told_and_a_key_still_opens_the_pages(browser, provider):
    provider.answers["/.well-known/openid-configuration"] = (500, b"")
    answer = browser.get("/sign-in/elsewhere")

    assert answer.status_code == 503
    assert "Nobody can sign on just now" in answer.text
    assert 'name="key"' in answer.text
    del provider.answers["/.well-known/openid-configuration"]
    asked = gone(browser)
    provider.server.shutdown()
    provider.server.server_close()
    assert back(browser, code="c", state=asked["state"]).status_code == 503


def test_one_goes_on_to_pages_of_ours_alone(browser, provider):
    for after in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        asked = gone(browser, after)
        exchange(provider, id_token=token(provider, asked))
        assert back(browser, code="c", state=asked["state"]).headers["location"] == "/"


@pytest.mark.parametrize(
    ("secret", "tells", "sent"),
    [
        ("", {}, {"client_id": CLIENT}),
        (SECRET, {"token_endpoint_auth_methods_supported": ["client_secret_post"]},
         {"client_id": CLIENT, "client_secret": SECRET}),
    ],
)  # fmt: skip
def test_the_client_proves_itself_as_the_provider_wants(home, settings, provider, secret, tells, sent):
    provider.tells = tells
    chosen = Settings(**{**settings.model_dump(), "oidc_client_secret": secret, "home": home})
    with opened(chosen) as house, TestClient(make_app(house), base_url=OURS, follow_redirects=False) as browser:
        asked = gone(browser)
        exchange(provider, id_token=token(provider, asked))
        assert back(browser, code="c", state=asked["state"]).status_code == 303

    [(proof, form)] = provider.forms
    assert proof is None
    assert sent.items() <= form.items()


def test_without_a_client_there_is_no_way_there_and_who_came_by_it_is_nobody(home, settings, provider, browser, house):
    asked = gone(browser)
    exchange(provider, id_token=token(provider, asked))
    back(browser, code="c", state=asked["state"])
    cookie = browser.cookies["__Host-duta"]
    chosen = Settings(**{**settings.model_dump(), "oidc_client_id": None, "home": home})

    with opened(chosen) as other, TestClient(make_app(other), base_url=OURS, follow_redirects=False) as later:
        later.cookies.set("__Host-duta", cookie)
        assert not finds(later)
        assert "/sign-in/elsewhere" not in later.get("/sign-in").text
        assert later.get("/sign-in/elsewhere").status_code == 404


def test_a_client_of_no_issuer_is_refused_by_the_settings(monkeypatch):
    monkeypatch.setenv("DUTA_OIDC_CLIENT_ID", CLIENT)
    with pytest.raises(BrokenSettings, match="without an issuer there is no page to sign on at"):
        read_settings()


@pytest.mark.parametrize(("verified", "told"), [(True, "Mails go to this address."), (False, "did not take a mail")])
def test_an_address_that_the_provider_has_verified_gets_mail_at_once_and_another_has_to_be_confirmed(
    settings, provider, verified, told
):
    # Nothing listens there: who has to confirm is sent a mail first, and is told that it did not go.
    mailing = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "duta@example.org"}
    given = settings.model_dump(exclude_unset=True) | mailing
    with (
        opened(Settings(**given)) as house,
        TestClient(make_app(house), base_url=OURS, follow_redirects=False) as there,
    ):
        asked = gone(there)
        exchange(provider, id_token=token(provider, asked, email="sari@example.org", email_verified=verified))
        back(there, code="c", state=asked["state"])
        assert ('value="sari@example.org"' in there.get("/mine?lang=en").text) is verified

        form = {"do": "MAIL", "address": "sari@example.org"}
        answer = there.post("/mine?lang=en", data=form, headers={"sec-fetch-site": "same-origin"})

        page = answer if answer.status_code != 303 else there.get(answer.headers["location"])
        assert told in page.text
