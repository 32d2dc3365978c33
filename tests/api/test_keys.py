"""Keys at the doors: who is let in as what, who is refused, and that nothing tells more than it should."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import anyio
import pytest
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.doors.callers import Callers
from api.keys import FRESH_SECONDS, UNKNOWN, BadKey, Keys, origin, territory
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.errors import InvalidValue, StoreUnavailable, UnknownName
from graph.model import MODEL
from graph.store.batch import Batch, Put
from graph.store.port import GraphStore
from graph.store.sqlite import open_sqlite

ACCEPT = {"accept": "application/graphql-response+json"}
SEEN = "{ themes { nodes { id } } }"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


class Counted:
    """A store that notes what it is called for."""

    def __init__(self, store: GraphStore) -> None:
        self.store, self.calls = store, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.store, name)


@pytest.fixture
def store(tmp_path):
    store = open_sqlite(tmp_path / "keys.sqlite", MODEL)
    yield Counted(store)
    store.close()


@pytest.fixture
def keys(store, clock):
    return Keys(store, clock=clock)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with opened(Settings(home=tmp_path_factory.mktemp("keys"), allowed_hosts=("duta.example.org",))) as house:
        themes = [
            Put(
                f"theme:{state[0].lower()}-{marking.lower()}",
                "Theme",
                {"name": "T", "state": state, "marking": marking},
            )
            for state in ("PUBLISHED", "DRAFT", "RETIRED")
            for marking in ("PUBLIC", "PARTNER", "INTERNAL", "RESTRICTED")
        ]
        assert not house.store.write(Batch(tuple(themes))).refused
        yield house


@pytest.fixture(scope="module")
def app(house):
    return make_app(house)


@pytest.fixture
def http(app):
    return TestClient(app, base_url="http://duta.example.org", client=("192.0.2.7", 1))


@pytest.fixture
def key(house):
    """Makes a key and gives its token."""

    def make(role: str = "PARTNER", **more) -> str:
        token: str = Keys(house.store).create("a test", Role(role), **more)[1]
        return token

    return make


def ask(http, token: str | None = None, query: str = SEEN, **headers: str):
    shown = {"authorization": f"Bearer {token}"} if token is not None else {}
    return http.post("/graphql", json={"query": query}, headers={**ACCEPT, **shown, **headers})


def seen(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [node["id"].removeprefix("theme:") for node in response.json()["data"]["themes"]["nodes"]]


def refusal(response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


LIVE = ["p-public", "p-partner", "p-internal", "p-restricted"]
DRAFTS = ["d-public", "d-partner", "d-internal", "d-restricted"]
#: What a partner sees, by id.
SHOWN = ["p-partner", "p-public"]
RETIRED = ["r-public", "r-partner", "r-internal", "r-restricted"]


@pytest.mark.parametrize(
    ("role", "published", "draft"),
    [
        (None, LIVE[:1], None),
        ("PARTNER", LIVE[:2], None),
        ("CREATOR", LIVE[:3], LIVE[:3] + DRAFTS[:3]),
        ("PLANNER", LIVE[:3], LIVE[:3] + DRAFTS[:3]),
        ("EDITOR", LIVE, LIVE + DRAFTS + RETIRED),
        ("ADMIN", LIVE, LIVE + DRAFTS + RETIRED),
    ],
)
def test_a_key_lets_see_what_its_role_may_in_each_perspective(http, key, role, published, draft):
    token = key(role) if role else None

    assert sorted(seen(ask(http, token))) == sorted(published)
    drafts = ask(http, token, **{"duta-perspective": "DRAFT"})
    if draft is None:
        assert refusal(drafts) == (403, "FORBIDDEN")
    else:
        assert sorted(seen(drafts)) == sorted(draft)


def broken(token: str) -> dict[str, str]:
    """Tokens that look like a good one and are none."""
    id, secret = token.split("_")[1:]
    return {
        "of nobody": f"duta_{'0' * 12}_{secret}",
        "with another secret": f"duta_{id}_{'0' * 64}",
        "with one other character": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "cut off": token[:-1],
        "cut short": token[:20],
        "longer": token + "0",
        "twice": f"{token} {token}",
        "upper case": token.upper(),
        "empty": "",
        "its secret": secret,
        "its hash in the store": f"duta_{id}_{sha256(secret.encode()).hexdigest()}",
        "strange": "duta_\x00\x01",
        "endless": "duta_" + "0" * 20_000,
        "not ours": "eyJhbGciOiJub25lIn0.eyJyb2xlcyI6IkFETUlOIn0.",
    }


BROKEN = sorted(broken(f"duta_{'a' * 12}_{'b' * 64}"))


@pytest.mark.parametrize("kind", BROKEN)
def test_a_token_that_is_no_good_key_is_refused_and_never_taken_for_the_public(http, key, kind):
    response = ask(http, broken(key("EDITOR"))[kind])

    assert refusal(response) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == 'Bearer realm="duta"'
    assert "data" not in response.json()
    assert http.get("/", headers={"authorization": f"Bearer {broken(key('EDITOR'))[kind]}"}).status_code == 401
    assert http.get("/explorer", headers={"authorization": f"Bearer {broken(key('EDITOR'))[kind]}"}).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "duta_", "Bearer  ", "Bearer\tx", "Token x"])
def test_an_authorization_that_is_no_bearer_token_is_refused(http, header):
    response = http.post("/graphql", json={"query": SEEN}, headers={**ACCEPT, "authorization": header})

    assert refusal(response) == (401, "UNAUTHENTICATED")


def test_two_authorizations_are_refused_although_one_is_good(http, key):
    headers = [*ACCEPT.items(), ("authorization", f"Bearer {key()}"), ("authorization", "Bearer other")]

    assert refusal(http.post("/graphql", json={"query": SEEN}, headers=headers)) == (401, "UNAUTHENTICATED")


def test_a_key_in_the_address_opens_nothing(http, key):
    response = http.get("/graphql", params={"query": SEEN, "key": key("EDITOR"), "access_token": key("EDITOR")})

    assert seen(response) == LIVE[:1]


def test_an_unknown_key_and_a_wrong_secret_are_told_the_same_and_cost_the_same_look_at_the_store(store, keys):
    _, token = keys.create("n", Role.PARTNER)
    id = token.split("_")[1]
    keys.key_of(token)
    store.calls.clear()

    for wrong in (f"duta_{'0' * 12}_{'0' * 64}", f"duta_{id}_{'0' * 64}"):
        with pytest.raises(BadKey) as refused:
            keys.key_of(wrong)
        assert str(refused.value) == UNKNOWN
    assert store.calls == ["entries", "entries"]


def test_only_a_hash_of_the_secret_is_kept_and_a_listed_key_shows_neither(store, keys):
    made, token = keys.create("n", Role.PARTNER)
    secret = token.split("_")[2]
    kept = store.entries("keys", [made.id])[made.id].value

    assert secret not in str(kept)
    assert secret not in repr(keys.all())
    assert kept["hash"] not in repr(keys.all())
    assert len({keys.create("n", Role.PARTNER)[1] for _ in range(50)}) == 50


def test_a_key_expires_at_its_moment_and_says_so_to_who_holds_it(keys, clock):
    made, token = keys.create("n", Role.PARTNER, expires=clock.now + timedelta(days=1))
    clock.pass_(days=1, seconds=-1)
    assert keys.key_of(token).id == made.id

    clock.pass_(seconds=1)
    with pytest.raises(BadKey, match=f"The key duta_{made.id} expired at 2026-11-02T12:00:00Z. Ask for a new one."):
        keys.key_of(token)
    with pytest.raises(InvalidValue, match="It would have expired"):
        keys.create("n", Role.PARTNER, expires=clock.now)


def test_a_revoked_key_is_refused_at_once_here_and_elsewhere_within_seconds(store, keys, clock):
    made, token = keys.create("n", Role.EDITOR)
    elsewhere = Keys(store, clock=clock)
    assert elsewhere.key_of(token).role is Role.EDITOR

    assert keys.revoke(f"duta_{made.id}").revoked == clock.now
    with pytest.raises(BadKey, match="was revoked on 2026-11-01"):
        keys.key_of(token)
    clock.pass_(seconds=FRESH_SECONDS)
    with pytest.raises(BadKey, match="was revoked on 2026-11-01"):
        elsewhere.key_of(token)

    clock.pass_(days=1)
    assert keys.revoke(made.id).revoked == datetime(2026, 11, 1, 12, tzinfo=UTC)
    with pytest.raises(UnknownName, match="There is no key"):
        keys.revoke("duta_ffffffffffff")


def test_a_good_key_is_looked_up_once_in_a_while_only(store, keys, clock):
    _, token = keys.create("n", Role.PARTNER)
    store.calls.clear()

    for _ in range(5):
        keys.key_of(token)
    assert store.calls == ["entries"]
    clock.pass_(seconds=FRESH_SECONDS)
    keys.key_of(token)
    assert store.calls == ["entries", "entries"]


def test_the_last_use_is_written_when_it_is_noted_and_not_with_each_request(store, keys, clock):
    made, token = keys.create("n", Role.PARTNER)
    other, _ = keys.create("other", Role.PARTNER)
    store.calls.clear()

    for _ in range(3):
        clock.pass_(seconds=1)
        keys.key_of(token)
    assert store.calls == ["entries"]
    keys.note_used()
    keys.note_used()
    assert store.calls == ["entries", "revise"]
    assert {key.id: key.used for key in keys.all()} == {made.id: clock.now, other.id: None}


def test_a_use_that_could_not_be_noted_is_noted_the_next_time(store, keys, clock, monkeypatch):
    _, token = keys.create("n", Role.PARTNER)
    keys.key_of(token)

    def locked(*_):
        raise StoreUnavailable("locked by another process")

    with monkeypatch.context() as broken:
        broken.setattr(store.store, "revise", locked)
        with pytest.raises(StoreUnavailable):
            keys.note_used()
    keys.note_used()
    assert [key.used for key in keys.all()] == [clock.now]


def test_noting_the_last_use_does_not_bring_a_revoked_key_back(store, keys, clock):
    made, token = keys.create("n", Role.PARTNER)
    keys.key_of(token)
    Keys(store, clock=clock).revoke(made.id)
    keys.note_used()

    (kept,) = keys.all()
    assert (kept.used, kept.revoked) == (clock.now, clock.now)


def test_a_server_notes_the_last_use_when_it_stops(house, http, key):
    token = key()
    with http:
        ask(http, token)

    assert [one.used is None for one in Keys(house.store).all() if one.id in token] == [False]


def test_a_key_is_in_no_answer_export_or_log(house, http, key):
    token = key("ADMIN")
    id = token.split("_")[1]
    everything = ask(http, token, '{ entities: search(text: "test") { totalCount } }', **{"duta-perspective": "DRAFT"})

    assert everything.status_code == 200
    assert id not in everything.text
    assert house.store.stats().nodes == {"Theme": 12}
    assert [change for change in house.store.changes(0) if id in str(change)] == []


def test_a_store_that_does_not_answer_is_503_and_not_the_public(http, key, house, monkeypatch):
    token = key()

    def gone(*_):
        raise StoreUnavailable("bolt://10.0.0.1 does not answer")

    monkeypatch.setattr(house.store, "entries", gone)
    response = ask(http, token)
    assert refusal(response) == (503, "STORE_UNAVAILABLE")
    assert "10.0.0.1" not in response.text


OURS, THEIRS = "https://museum.example.org", "https://other.example.org"


def test_a_key_with_origins_is_refused_to_pages_of_others_and_read_by_its_own(http, key):
    token = key(origins=[OURS, "http://localhost:3000"])

    own = ask(http, token, origin=OURS)
    assert seen(own) == SHOWN
    assert own.headers["access-control-allow-origin"] == OURS
    assert "Origin" in own.headers["vary"]
    for other in (THEIRS, "null", f"{OURS}.evil.example", OURS.upper(), f"{OURS}:8443"):
        refused = ask(http, token, origin=other)
        assert refusal(refused) == (403, "FORBIDDEN")
        assert refused.headers["access-control-allow-origin"] == "*"
    assert seen(ask(http, token)) == SHOWN
    assert seen(ask(http, token, origin="http://duta.example.org")) == SHOWN


def test_a_key_without_origins_is_for_servers_so_no_page_elsewhere_may_read_what_it_shows(http, key):
    response = ask(http, key("EDITOR"), origin=THEIRS)

    assert len(seen(response)) == 4
    assert "access-control-allow-origin" not in response.headers


def test_what_the_public_sees_may_be_read_by_every_page_and_never_with_cookies(http):
    response = ask(http, origin=THEIRS)

    assert seen(response) == LIVE[:1]
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers


def test_a_browser_that_asks_before_it_sends_is_told_what_it_may(http):
    asks = {
        "origin": THEIRS,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    response = http.options("/graphql", headers=asks)

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == "GET, POST"
    assert response.headers["access-control-allow-headers"] == "Authorization, *"
    assert http.options("/graphql", headers=ACCEPT).status_code == 405


def test_in_the_demonstration_a_page_of_another_site_is_the_public(demonstration_app):
    here = TestClient(demonstration_app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1))
    query = "{ goals { totalCount } }"

    own = ask(here, query=query, origin="http://127.0.0.1:8000").json()["data"]["goals"]["totalCount"]
    assert own > 0
    for origin_ in (THEIRS, "null", "http://127.0.0.1:9000"):
        elsewhere = ask(here, query=query, origin=origin_)
        assert elsewhere.json()["data"]["goals"]["totalCount"] == 0
        assert elsewhere.headers["access-control-allow-origin"] == "*"


def test_territories_are_carried_to_where_rights_are_decided(house, key):
    token = key(territories=["vn", "ID", "VN"])

    async def known():
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"duta.example.org")]
        return await Callers(house.settings, Keys(house.store)).known(
            HTTPConnection({"type": "http", "headers": headers, "client": ("192.0.2.7", 1)})
        )

    assert anyio.run(known).viewer().territories == {"VN", "ID"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("https://museum.example.org", "https://museum.example.org"),
        ("HTTPS://Museum.Example.org:443/", "https://museum.example.org"),
        ("https://museum.example.org:8443", "https://museum.example.org:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(given, found):
    assert origin(given) == found


@pytest.mark.parametrize(
    "given",
    ["", "*", "museum.example.org", "ftp://a.example", "https://", "https://*.example.org", "https://a.example/path",
     "https://u:p@a.example", "http://a.example", "https://a.example:x", "https://müseum.example", "null"],
)  # fmt: skip
def test_what_is_no_origin_is_refused_with_the_cure(given):
    with pytest.raises(InvalidValue, match=r"is no web origin: .* Write it as https://www.example.org."):
        origin(given)


def test_territories_are_codes_of_iso_3166():
    assert [territory(code) for code in ("vn", " ID ", "KR")] == ["VN", "ID", "KR"]
    for code in ("", "XX", "EU", "UK", "VNM", "001"):
        with pytest.raises(InvalidValue, match="is no code of ISO 3166-1"):
            territory(code)
    with pytest.raises(InvalidValue, match="VN is Vietnam"):
        territory("Vietnam")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\x1b[31mb"])
def test_a_key_has_a_name_that_a_terminal_can_show(keys, name):
    with pytest.raises(InvalidValue):
        keys.create(name, Role.PARTNER)


def test_the_public_gets_no_key(keys):
    with pytest.raises(InvalidValue, match="The public needs no key"):
        keys.create("n", Role.PUBLIC)
