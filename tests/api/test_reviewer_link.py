"""A link for a reviewer outside: one version of a draft and notes on it, until it ends or the draft is changed."""

import base64
import time
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.settings import Settings
from api.wiring import opened
from graph.review.links import leave_note, reviewed
from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import Desk, codes

PUTS = (
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("asset:tempe", "Asset", {"title": "Tempe \u202b\u0641\u202c 🌱", "summary": "<b>Soy</b>", "locale": "en"},
        {"themes": (To("theme:food"),)}),
    Put("asset:secret", "Asset", {"title": "Cable", "locale": "en", "marking": "RESTRICTED"}),
)  # fmt: skip
LINK = "mutation($id: ID!, $days: Int) { it: reviewerLink(id: $id, days: $days) { url until errors { code } } }"


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract)


def token_of(desk: Desk, **more):
    return desk.ask(LINK, "EDITOR", "eko", id="asset:tempe", **more)["it"]["url"].removeprefix("/review/")


def now(_desk: Desk, **later: int) -> int:
    return int((time.time() + timedelta(**later).total_seconds()) * 1000)


def test_a_link_shows_one_version_until_it_ends_or_is_overtaken(desk):
    token = token_of(desk, days=2)

    found = reviewed(desk.store, token, now(desk))
    assert found is not None
    assert (found.id, found.texts["summary"], "themes" in found.texts) == ("asset:tempe", "<b>Soy</b>", False)
    assert leave_note(desk.store, token, "Say how it is made.", now(desk))
    [note] = desk.standing("asset:tempe")["notes"]
    assert note == {"note": "Say how it is made.", "kind": "COMMENT", "onRev": 1}
    assert desk.store.changes(len(PUTS))[0].actor == "a reviewer outside, by a link of eko"

    assert reviewed(desk.store, token, now(desk, days=2, minutes=1)) is None
    assert desk.edit("asset:tempe", 1, "Soy beans")["errors"] == []
    assert reviewed(desk.store, token, now(desk)) is None
    assert not leave_note(desk.store, token, "Too late.", now(desk))


def test_a_link_that_is_not_ours_shows_nothing(desk):
    body, _, signature = token_of(desk).partition(".")
    told = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).replace(b"asset:tempe", b"asset:secret")
    forged = base64.urlsafe_b64encode(told).decode().rstrip("=")

    for token in (
        f"{forged}.{signature}",
        f"{body}.{signature[:-1]}",
        body,
        "",
        ".",
        "ü",
        f"{body}.{signature}" + "x" * 3000,
    ):
        assert reviewed(desk.store, token, now(desk)) is None


def test_editors_make_links_and_none_to_what_is_restricted(desk):
    assert codes(desk.ask(LINK, "CREATOR", "sari", id="asset:tempe")["it"]) == ["FORBIDDEN"]
    assert codes(desk.ask(LINK, "EDITOR", "eko", id="asset:secret")["it"]) == ["FORBIDDEN"]
    assert codes(desk.ask(LINK, "EDITOR", "eko", id="asset:nowhere")["it"]) == ["UNKNOWN_ID"]
    [error] = desk.outcome(LINK, "EDITOR", "eko", id="asset:tempe", days=31).errors
    assert error.message == "days: 31 days are asked for; a link holds 1 to 30."


def test_the_page_shows_the_draft_and_takes_notes(home, contract):
    with opened(Settings(home=home, budget_per_address=0)) as house:
        assert house.store.write(Batch(PUTS)).refused == ()
        path = f"/review/{token_of(Desk(house.store, contract))}"
        app = make_app(house)
        client = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 1), follow_redirects=False)

        page = client.get(path)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "&lt;b&gt;Soy&lt;/b&gt;" in page.text
        assert client.post(path, data={"text": "Good."}).headers["location"] == f"{path}?noted=1"
        assert client.post(path, data={"text": " "}).status_code == 400
        assert client.post(path, data={"text": "x"}, headers={"origin": "https://elsewhere.example"}).status_code == 403
        assert [one.op for one in house.store.changes(len(PUTS))] == ["create"]
        assert house.store.write(Batch((Put("asset:tempe", "Asset", {"year": 1990}),))).refused == ()
        assert client.get(path).status_code == 410
        assert client.get("/review/none").status_code == 410
