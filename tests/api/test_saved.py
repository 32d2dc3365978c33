"""Saved searches: what is new among what they find since somebody last looked, for that one and no other."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
SEARCH = "/find?q=batik&type=Asset&lang=en"
CHIP = '<a class="chip" href="/find?lang=en&amp;q=batik&amp;type=Asset"><bdi>“batik” · Assets</bdi></a>'


def asset(id: str, **more: object) -> Put:
    values = {"title": f"Batik of {id}", "kind": "WORK", "locale": "en", "text_state": "PUBLISHED", **LIVE, **more}
    return Put(f"asset:{id}", "Asset", values)


@pytest.fixture
def house(home):
    with opened(Settings(home=home)) as house:
        assert not house.store.write(Batch((asset("solo"), asset("lasem")))).refused
        house.follower.follow()
        yield house


@pytest.fixture
def app(house):
    return make_app(house)


@pytest.fixture
def person(house, app):
    """Pages as the holder of a new key sees them."""

    def person(name: str) -> TestClient:
        _, token = Keys(house.store).create(name, Role.CREATOR)
        own = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin"}
        return TestClient(app, base_url="http://localhost:8000", client=("192.0.2.7", 1), headers=own)

    return person


def test_what_is_new_is_told_with_its_reason_until_it_was_seen(house, person):
    sari = person("Sari")
    assert "Save this search" in sari.get(SEARCH).text
    assert "The answer is what it was." in sari.post(SEARCH, data={"do": "look"}).text

    house.store.write(Batch((asset("pekalongan"), asset("lasem", state="RETIRED")), actor="editor"))
    house.follower.follow()
    news = sari.get(SEARCH).text.partition('class="door news"')[2].partition("</section>")[0]
    assert "<strong>New</strong>: " in news
    assert (
        'href="/q/anything-by-its-id?id=asset:pekalongan&amp;lang=en"><bdi>Batik of pekalongan</bdi></a> (Made 20'
        in news
    )
    assert "<strong>Gone</strong>: <bdi>Batik of lasem</bdi>" in news
    assert "solo" not in news

    sari.post(SEARCH, data={"do": "look"})
    assert "The answer is what it was." in sari.get(SEARCH).text


def test_the_searches_of_somebody_are_listed_for_them_alone_and_read_in_any_language(person):
    sari, eko = person("Sari"), person("Eko")
    sari.post(SEARCH, data={"do": "look"})

    assert CHIP in sari.get("/find?lang=en").text
    assert "The answer is what it was." in sari.get(SEARCH).text
    there = sari.get("/find?lang=id&type=Asset&q=batik").text
    assert "Jawabannya masih sama." in there
    assert "batik” ·" not in eko.get("/find?lang=en").text

    sari.post(SEARCH, data={"do": "stop"})
    assert CHIP not in sari.get("/find?lang=en").text
    assert "Save this search" in sari.get(SEARCH).text


def test_the_public_is_not_asked_to_save_and_other_sites_cannot(app, person):
    with TestClient(app, base_url="http://localhost:8000", client=("192.0.2.7", 1)) as anybody:
        assert "Save this search" not in anybody.get(SEARCH).text
        refused = anybody.post(SEARCH, data={"do": "look"}, headers={"Sec-Fetch-Site": "same-origin"})
        assert (refused.status_code, "signed in" in refused.text) == (403, True)
    sari = person("Sari")
    assert sari.post(SEARCH, data={"do": "look"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert CHIP not in sari.get("/find?lang=en").text


def test_a_search_that_cannot_be_asked_is_not_saved(person):
    sari = person("Sari")
    assert sari.post("/find?q=" + "a+" * 700, data={"do": "look"}).status_code == 400
    assert "Saved searches" not in sari.get("/find?lang=en").text


def test_drafts_are_found_by_who_writes_where_that_is_wanted_and_by_nobody_else(app, house, person):
    put = Put("asset:wau", "Asset", {"title": "Wau bulan", "kind": "WORK", "locale": "en", "marking": "INTERNAL"})
    assert not house.store.write(Batch((put,))).refused
    house.follower.follow()
    sari, asked = person("Sari"), "/find?lang=en&q=wau+bulan"

    shown = sari.get(asked).text
    assert "asset:wau" not in shown
    link = re.search(r'href="(/find[^"]+)">One draft, too<', shown)
    assert link
    found = sari.get(unescape(link[1])).text
    assert '<h3><a href="/edit/asset:wau?lang=en"><bdi>Wau bulan</bdi>' in found
    assert '<span class="state">Draft</span>' in found
    assert "Without drafts" in found
    assert '<input type="hidden" name="drafts" value="true">' in found

    stranger = TestClient(app, base_url="http://localhost:8000", client=("192.0.2.8", 1))
    for address in (asked, unescape(link[1])):
        public = stranger.get(address).text
        assert "asset:wau" not in public
        assert not re.search(r"drafts, too|draft, too|Without drafts|name=\"drafts\"", public)
