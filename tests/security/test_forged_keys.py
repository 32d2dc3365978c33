"""Keys that somebody made up, changed or should no longer have: each is refused, and none is taken for the public."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

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
