"""Keys that somebody made up, changed or should no longer have: each is refused, and none is taken for the public."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened

pytestmark = pytest.mark.usefixtures("alive")

BODY = json.dumps({"query": "{ audiences { totalCount } }"}).encode()
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(BODY)
)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CLAIMS = {"sub": "somebody", "role": "ADMIN", "roles": ["ADMIN"], "exp": 4_000_000_000, "iss": "duta", "aud": "duta"}
UNSIGNED = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}."
SIGNED_BY_NOBODY = f"{part({'alg': 'RS256', 'kid': '../../etc/passwd'})}.{part(CLAIMS)}.{part('x' * 200)}"
KEY_IN_THE_HEAD = (
    f"{part({'alg': 'HS256', 'jwk': {'kty': 'oct', 'k': 'YQ'}, 'jku': 'http://127.0.0.1:1/'})}.{part(CLAIMS)}.YQ"
)


@pytest.fixture(scope="module")
def keys(target) -> dict[str, str]:
    """A key that opens, one that was revoked and one that expired, made in the home of the running server."""
    with opened(Settings(home=target.home)) as house:
        now = Keys(house.store)
        then = Keys(house.store, clock=lambda: datetime.now(UTC) - timedelta(days=2))
        good = now.create("good", Role.EDITOR)[1]
        gone, revoked = now.create("revoked", Role.ADMIN)
        now.revoke(gone.id)
        expired = then.create("expired", Role.ADMIN, expires=datetime.now(UTC) - timedelta(days=1))[1]
    return {"good": good, "revoked": revoked, "expired": expired}


@pytest.fixture
def status(target):
    def ask(*shown: str) -> int:
        lines = "".join(f"Authorization: {one}\r\n" for one in shown)
        answer = target.raw(HEAD + lines.encode() + b"\r\n" + BODY, name="a forged key")
        assert (b'"data"' in answer) == answer.startswith(b"HTTP/1.1 200")
        return int(answer[9:12])

    return ask


def test_the_key_itself_opens(status, keys):
    assert status(f"Bearer {keys['good']}") == 200


@pytest.mark.parametrize("name", ["revoked", "expired"])
def test_a_key_that_no_longer_opens_is_refused(status, keys, name):
    assert status(f"Bearer {keys[name]}") == 401


def test_a_changed_key_is_refused(status, keys):
    good = keys["good"]
    for at in range(0, len(good), 5):
        other = "0" if good[at] != "0" else "1"
        assert status(f"Bearer {good[:at]}{other}{good[at + 1 :]}") == 401, at


@pytest.mark.parametrize("kept", [0, 5, 17, 18, 40, -1])
def test_a_truncated_key_is_refused(status, keys, kept):
    assert status(f"Bearer {keys['good'][:kept]}") == 401


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer",
        "Bearer duta_",
        "Bearer duta_" + "0" * 12 + "_" + "0" * 64,
        "Bearer duta_" + "0" * 15_000,
        "Bearer null",
        "Bearer ../../etc/passwd",
        "Bearer ' OR '1'='1",
        "Basic YWRtaW46YWRtaW4=",
        "bearer\tduta_x",
        "Token x",
        f"Bearer {UNSIGNED}",
        f"Bearer {UNSIGNED}YQ",
        f"Bearer {SIGNED_BY_NOBODY}",
        f"Bearer {KEY_IN_THE_HEAD}",
        "Bearer ..",
        "Bearer " + "e30." * 3_000,
    ],
)
def test_what_is_no_key_is_refused(status, shown):
    assert status(shown) == 401


def test_the_key_in_other_letters_with_more_after_it_or_beside_another_is_refused(status, keys):
    good = keys["good"]

    assert status(f"Bearer {good.upper()}") == 401
    assert status(f"Bearer {good}0") == 401
    assert status(f"Bearer {good} {good}") == 401
    assert status(f"Bearer {good}", f"Bearer {good}") == 401
    assert status(f"Bearer {good}", "Bearer nothing") == 401


NOW = int(time.time())
GOOD = {"sub": "somebody", "aud": "duta", "exp": NOW + 3_600, "roles": ["EDITOR"]}


@pytest.fixture
def sign(provider) -> Callable[..., str]:
    """A token that the provider signs, but for what is said otherwise; a claim that is None is left out."""

    def made(key: RSAKey = provider.key, head: dict | None = None, **claims: object) -> str:
        told = {name: value for name, value in {"iss": provider.url, **GOOD, **claims}.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "now", **(head or {})}, told, key, algorithms=["RS256"])

    return made


def test_a_good_token_opens(status, sign):
    assert status(f"Bearer {sign()}") == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": ["another", "duta.example"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": NOW - 3_600},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": NOW + 3_600},
        {"sub": None},
    ],
    ids=" ".join,  # Not the time of day, by which two that collect at once would differ.
)
def test_a_token_with_another_claim_is_refused(status, sign, claims):
    assert status(f"Bearer {sign(**claims)}") == 401


@pytest.mark.parametrize("roles", [[], ["NOBODY"], "x", None, {"ADMIN": True}, [["ADMIN"]], [None, 1]], ids=str)
def test_a_token_that_gives_no_role_is_refused(status, sign, roles):
    assert status(f"Bearer {sign(roles=roles)}") == 403


def test_a_token_of_another_key_is_refused_and_no_address_in_it_is_asked(status, sign, provider):
    other = RSAKey.generate_key(2048, {"kid": "now"})
    public = provider.key.as_pem(private=False)
    heads = [
        {},
        {"kid": "before"},
        {"kid": "../../../dev/null"},
        {"kid": ""},
        {"jku": f"{provider.url}/evil"},
        {"x5u": f"{provider.url}/evil"},
        {"jwk": other.as_dict(private=False)},
    ]
    for head in heads:
        assert status(f"Bearer {sign(other, head)}") == 401, head
    # The public key taken for a shared secret.
    asked = f"{part({'alg': 'HS256', 'kid': 'now'})}.{part({**GOOD, 'iss': provider.url})}"
    for secret in (public, public.strip()):
        signature = base64.urlsafe_b64encode(hmac.digest(secret, asked.encode(), "sha256")).decode().rstrip("=")
        assert status(f"Bearer {asked}.{signature}") == 401
    assert set(provider.asked) == {"/keys"}


def test_a_changed_or_truncated_token_is_refused(status, sign):
    head, claims, signature = sign().split(".")
    admin = part({**GOOD, "iss": "x", "roles": ["ADMIN"]})
    unsigned = part({"alg": "none", "kid": "now"})
    for changed in (
        f"{head}.{admin}.{signature}",
        f"{head}.{claims}.{signature[:-8]}",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{unsigned}.{claims}.",
        f"{unsigned}.{claims}.{signature}",
        f"{part({'alg': 'NONE', 'kid': 'now'})}.{claims}.",
        f"{head}.{claims}.{signature}.{signature}",
        f"{head}..{signature}",
    ):
        assert status(f"Bearer {changed}") == 401, changed
