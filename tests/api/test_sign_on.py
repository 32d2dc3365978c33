"""The organisation's sign-on: tokens of a real provider on loopback, good ones, forged ones, and its outages."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.published_keys import ProviderDown, PublishedKeys
from api.roles import Role
from api.settings import Settings
from api.sign_on import BadToken, NoRole, SignOn, names_in
from api.wiring import opened
from tests.api.provider import EC, ED, RSA, Provider

NOW = 1_800_000_000
AUDIENCE = "duta"

OLD = RSAKey.generate_key(2048, {"kid": "old"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def keys(provider, seconds) -> PublishedKeys:
    return PublishedKeys(provider.issuer, clock=seconds)


@pytest.fixture
def sign_on(provider, keys) -> SignOn:
    return SignOn(keys, provider.issuer, AUDIENCE, clock=lambda: NOW)


@pytest.fixture
def signed(provider):
    """Makes a token that is good but for what is said."""

    def make(key: Any = RSA, alg: str = "RS256", header: Any = None, **claims: object) -> str:
        told = {"iss": provider.issuer, "aud": AUDIENCE, "sub": "u-1", "exp": NOW + 300, "roles": ["EDITOR"], **claims}
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": key.kid, **(header or {})}, told, key, algorithms=[alg])

    return make


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def by_secret(text: str, secret: bytes) -> str:
    """The signature of HS256."""
    return urlsafe_b64encode(hmac.digest(secret, text.encode(), "sha256")).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (RSA, "RS512"), (EC, "ES256"), (ED, "Ed25519"), (ED, "EdDSA")]
)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_token_of_the_provider_says_who_it_is_of_and_as_what(sign_on, signed, key, alg):
    person = sign_on.person(signed(key, alg))

    assert (person.subject, person.role) == ("u-1", Role.EDITOR)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"iss": "https://login.example.org"}, 'The claim "iss" of this token is not one for this installation.'),
        ({"iss": None}, 'The claim "iss"'),
        ({"aud": "other"}, 'The claim "aud"'),
        ({"aud": ["other", "another"]}, 'The claim "aud"'),
        ({"aud": None}, 'The claim "aud"'),
        ({"aud": {"duta": 1}}, 'The claim "aud"'),
        ({"exp": NOW - 31}, "This token has expired. Sign on again."),
        ({"exp": None}, 'The claim "exp"'),
        ({"exp": "tomorrow"}, 'The claim "exp"'),
        ({"nbf": NOW + 31}, 'The claim "nbf"'),
        ({"iat": NOW + 31}, 'The claim "iat"'),
        ({"sub": None}, 'The claim "sub"'),
        ({"sub": ["u-1"]}, 'The claim "sub"'),
    ],
)
def test_a_token_whose_claims_are_not_for_us_now_is_refused(sign_on, signed, claims, sentence):
    with pytest.raises(BadToken) as refused:
        sign_on.person(signed(**claims))

    assert str(refused.value).startswith(sentence)


def test_a_token_for_several_audiences_and_a_clock_that_is_seconds_off_are_let_in(sign_on, signed):
    token = signed(aud=["other", AUDIENCE], exp=NOW - 29, nbf=NOW + 29, iat=NOW + 29)

    assert sign_on.person(token).role is Role.EDITOR


def attacks(provider: Provider, signed: Any) -> dict[str, str]:
    """Tokens that somebody made who has no key of the provider's."""
    good = signed()
    header, claims, signature = good.split(".")
    admin = part({"iss": provider.issuer, "aud": AUDIENCE, "sub": "u-1", "exp": NOW + 300, "roles": ["ADMIN"]})
    shared = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{admin}"
    own = STRANGER.as_dict(private=False)
    return {
        "none": f"{part({'alg': 'none', 'kid': 'rsa'})}.{admin}.",
        "None": f"{part({'alg': 'None', 'kid': 'rsa'})}.{admin}.",
        "none with a signature": f"{part({'alg': 'none', 'kid': 'rsa'})}.{admin}.{signature}",
        "HS256 with the public key as the secret": f"{shared}.{by_secret(shared, RSA.as_pem(private=False))}",
        "other claims": f"{header}.{admin}.{signature}",
        "no signature": f"{header}.{claims}.",
        "signed by a stranger": signed(STRANGER),
        "a stranger's key in the header": signed(STRANGER, header={"jwk": own}),
        "a stranger's address of keys": signed(STRANGER, header={"jku": f"{provider.issuer}/evil"}),
        "another algorithm": f"{part({'alg': 'ES256', 'kid': 'rsa'})}.{claims}.{signature}",
        "a critical extension": f"{part({'alg': 'RS256', 'kid': 'rsa', 'crit': ['x'], 'x': 1})}.{claims}.{signature}",
        "a number for a key id": f"{part({'alg': 'RS256', 'kid': 1})}.{claims}.{signature}",
        "a list for an algorithm": f"{part({'alg': ['RS256'], 'kid': 'rsa'})}.{claims}.{signature}",
        "no key id among several": f"{part({'alg': 'RS256'})}.{claims}.{signature}",
        "for logging out": signed(header={"typ": "logout+jwt"}),
        "encrypted": jwe.encrypt_compact({"alg": "RSA-OAEP", "enc": "A128GCM", "kid": "rsa"}, b"{}", RSA),
        "a list of claims": f"{header}.{part([1])}.{signature}",
        "cut off": good[:-2],
        "cut short": good[: len(good) // 2],
        "without dots": good.replace(".", ""),
        "dots": "..",
        "deep": f"{header}.{urlsafe_b64encode(b'[' * 9000).decode()}.{signature}",
        "strange": f"{header}.\x00.{signature}",
    }


KINDS = sorted(
    """none|None|none with a signature|HS256 with the public key as the secret|other claims|no signature
    |signed by a stranger|a stranger's key in the header|a stranger's address of keys|another algorithm
    |a critical extension|a number for a key id|a list for an algorithm|no key id among several|for logging out
    |encrypted|a list of claims|cut off|cut short|without dots|dots|deep|strange""".replace("\n    ", "").split("|")
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_forged_token_is_refused(sign_on, provider, signed, kind):
    found = attacks(provider, signed)
    assert sorted(found) == KINDS

    with pytest.raises(BadToken):
        sign_on.person(found[kind])
    assert "/evil" not in provider.asked


def test_a_key_that_the_provider_has_withdrawn_is_refused_once_its_keys_are_fetched_again(
    sign_on, provider, signed, seconds
):
    provider.keys.append(OLD.as_dict(private=False))
    assert sign_on.person(signed(OLD)).role is Role.EDITOR

    provider.keys.pop()
    seconds.now += 600
    with pytest.raises(BadToken, match="signed by a key that the sign-on's provider does not publish"):
        sign_on.person(signed(OLD))


def test_a_new_key_is_fetched_once_when_it_is_first_seen(sign_on, provider, signed, seconds):
    sign_on.person(signed())
    new = RSAKey.generate_key(2048, {"kid": "new"})
    provider.keys.append(new.as_dict(private=False))
    seconds.now += 10

    assert sign_on.person(signed(new)).role is Role.EDITOR
    assert provider.fetched == 2


def test_unknown_keys_do_not_make_the_provider_be_asked_more_often_than_every_ten_seconds(
    sign_on, provider, signed, seconds
):
    for n in range(20):
        with pytest.raises(BadToken):
            sign_on.person(signed(header={"kid": f"made-up-{n}"}))
        seconds.now += 1
    assert provider.fetched == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_good_tokens_need_no_fetch_but_every_ten_minutes(sign_on, provider, signed, seconds):
    for _ in range(5):
        sign_on.person(signed())
    assert provider.fetched == 1
    seconds.now += 600
    sign_on.person(signed())
    assert provider.fetched == 2


def test_a_provider_that_was_never_reached_is_down_and_nobody_is_refused_for_it(seconds, signed, provider, sign_on):
    provider.answers["/keys"] = (500, b"")
    with pytest.raises(ProviderDown):
        sign_on.person(signed())

    del provider.answers["/keys"]
    seconds.now += 10
    assert sign_on.person(signed()).role is Role.EDITOR


def test_known_keys_outlive_an_outage_for_an_hour(sign_on, provider, signed, seconds):
    sign_on.person(signed())
    provider.answers["/keys"] = (503, b"")
    seconds.now += 3599
    assert sign_on.person(signed()).role is Role.EDITOR
    with pytest.raises(ProviderDown):
        sign_on.person(signed(STRANGER, header={"kid": "new"}))

    seconds.now += 10
    with pytest.raises(ProviderDown):
        sign_on.person(signed())


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/keys", 200, b"<html>"),
        ("/keys", 200, b"[]"),
        ("/keys", 200, b"{}"),
        ("/keys", 200, b'{"keys": {}}'),
        ("/keys", 200, b'{"keys": []' + b" " * 300_000 + b"}"),
        ("/keys", 200, b"\xff"),
        ("/keys", 302, b""),
        ("/.well-known/openid-configuration", 404, b""),
        ("/.well-known/openid-configuration", 200, b"{}"),
        ("/.well-known/openid-configuration", 200, b'{"issuer": "https://other.example", "jwks_uri": "https://x.example"}'),
    ],
)  # fmt: skip
def test_what_a_broken_provider_answers_is_an_outage(sign_on, provider, signed, path, status, body):
    provider.answers[path] = (status, body)

    with pytest.raises(ProviderDown):
        sign_on.person(signed())


def test_what_is_no_key_for_signatures_is_left_out(sign_on, provider, signed):
    secret = OctKey.generate_key(256, {"kid": "oct"})
    provider.keys[:0] = [
        None,
        {},
        {"kty": "AKP", "kid": "later"},
        {"kty": "RSA", "kid": "rsa", "n": 1},
        {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"},
        secret.as_dict(private=True),
        {**STRANGER.as_dict(private=False), "use": "enc"},
    ]

    assert sign_on.person(signed()).role is Role.EDITOR
    for token in (signed(secret, "HS256"), signed(STRANGER)):
        with pytest.raises(BadToken):
            sign_on.person(token)


def test_a_provider_that_does_not_listen_is_an_outage(signed, seconds):
    nobody = PublishedKeys("http://127.0.0.1:9", clock=seconds)

    with pytest.raises(ProviderDown):
        SignOn(nobody, "http://127.0.0.1:9", AUDIENCE, clock=lambda: NOW).person(signed())


def test_the_address_of_the_keys_may_be_given(provider, signed, seconds):
    keys = PublishedKeys(provider.issuer, f"{provider.issuer}/keys", clock=seconds)

    assert SignOn(keys, provider.issuer, AUDIENCE, clock=lambda: NOW).person(signed()).subject == "u-1"
    assert provider.asked == ["/keys"]


@pytest.mark.parametrize(
    ("claims", "claim", "roles", "role"),
    [
        ({"roles": ["PLANNER", "ADMIN", "PARTNER"]}, "roles", {}, Role.ADMIN),
        ({"roles": "PARTNER CREATOR"}, "roles", {}, Role.CREATOR),
        ({"roles": ["guest", "PLANNER", 7, None]}, "roles", {}, Role.PLANNER),
        ({"realm_access": {"roles": ["EDITOR"]}}, "realm_access.roles", {}, Role.EDITOR),
        ({"https://duta.example/roles": ["EDITOR"]}, "https://duta.example/roles", {}, Role.EDITOR),
        ({"groups": ["/culture/editors"]}, "groups", {"/culture/editors": Role.EDITOR}, Role.EDITOR),
        ({"roles": ["ADMIN"]}, "roles", {"admins": Role.ADMIN}, None),
        ({"roles": ["PUBLIC", "editor", "GOD"]}, "roles", {}, None),
        ({"roles": {"EDITOR": True}}, "roles", {}, None),
        ({"roles": None}, "roles", {}, None),
        ({"roles": [["ADMIN"]]}, "roles", {}, None),
        ({"realm_access": "roles"}, "realm_access.roles", {}, None),
    ],
)
def test_the_highest_role_that_the_claim_names_is_given_and_without_one_nobody_is_let_in(
    provider, keys, signed, claims, claim, roles, role
):
    sign_on = SignOn(keys, provider.issuer, AUDIENCE, claim=claim, roles=roles, clock=lambda: NOW)
    token = signed(**{"roles": None, **claims})

    if role is None:
        with pytest.raises(NoRole, match="The sign-on gives no role here"):
            sign_on.person(token)
    else:
        assert sign_on.person(token).role is role


def test_a_claim_is_a_list_or_words():
    assert names_in({"a": {"b": ["x", "y"]}}, "a.b") == ["x", "y"]
    assert names_in({"a.b": "x y", "a": {"b": "z"}}, "a.b") == ["x", "y"]
    assert names_in({}, "a.b.c") == []


@pytest.fixture
def http(home, provider):
    settings = Settings(
        home=home, oidc_audience=AUDIENCE, oidc_issuer=provider.issuer, oidc_roles=(("boss", Role.ADMIN),)
    )
    with opened(settings) as house:
        yield TestClient(make_app(house), base_url="http://127.0.0.1", client=("192.0.2.7", 1))


def ask(http, token: str, **headers: str) -> tuple[int, Any]:
    shown = {"authorization": f"Bearer {token}", "accept": "application/graphql-response+json", **headers}
    response = http.post("/graphql", json={"query": "{ themes { totalCount } }"}, headers=shown)
    return response.status_code, response.json()


def test_who_signs_on_is_let_in_at_the_doors_and_who_cannot_be_checked_is_not_the_public(http, provider, signed):
    soon = int(time.time()) + 300

    status, answer = ask(http, signed(exp=soon, roles=["boss"]), **{"duta-perspective": "DRAFT"})
    assert (status, answer["data"]) == (200, {"themes": {"totalCount": 0}})
    assert answer["extensions"]["cost"]["budget"]["perMinute"] == 6_000_000

    for token, refused in [
        (signed(exp=soon, roles=["clerk"]), (403, "FORBIDDEN")),
        (signed(roles=["boss"], exp=soon - 1000), (401, "UNAUTHENTICATED")),
        (signed(STRANGER, exp=soon, roles=["boss"]), (401, "UNAUTHENTICATED")),
        ("duta_" + "0" * 12 + "_" + "0" * 64, (401, "UNAUTHENTICATED")),
    ]:
        status, answer = ask(http, token)
        assert (status, answer["errors"][0]["extensions"]["code"]) == refused
        assert "data" not in answer


def test_an_outage_of_the_provider_is_503_for_who_signs_on_and_nothing_to_others(http, provider, signed):
    provider.answers["/keys"] = (500, b"")

    status, answer = ask(http, signed(exp=int(time.time()) + 300))
    assert (status, answer["errors"][0]["extensions"]["code"]) == (503, "SIGN_ON_UNAVAILABLE")
    assert "127.0.0.1" not in answer["errors"][0]["message"]
    assert http.get("/").status_code == 200
    assert http.get("/", headers={"authorization": f"Bearer {signed()}"}).status_code == 503


def test_a_provider_that_answers_drop_by_drop_is_given_up(provider, signed, sign_on, monkeypatch):
    monkeypatch.setattr("api.published_keys._SECONDS", 0.3)
    sent: list[int] = []

    def drip(handler: BaseHTTPRequestHandler) -> None:
        for n in range(100):
            handler.wfile.write(b" ")
            sent.append(n)
            time.sleep(0.05)

    provider.drips = drip
    with pytest.raises(ProviderDown):
        sign_on.person(signed())
    assert 0 < len(sent) < 100
