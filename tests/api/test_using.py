"""What the panel of a story's page gives: codes, the picture for print, a report of an error; what is counted of it."""

import base64
import hashlib
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from graph.store.select import Follow, Order, Select, Shape
from graph.store.visibility import SYSTEM
from tests.api.test_embeds import BASE, LIVE, SECRET, Tags, asset, grant
from tests.media.drawing import draw, encode

CULTURE = '[{"left": "purpose", "operator": "eq", "right": "CULTURE"}]'
NO_PRINT = f'[{{"effect": "permission", "action": "use", "constraints": {CULTURE}}}]'


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    home = tmp_path_factory.mktemp("using")
    with opened(Settings(home=home, public_url=BASE, budget_per_address=0)) as house:
        puts = (
            grant("open", licence="https://creativecommons.org/licenses/by/4.0/"),
            grant("culture", rules=NO_PRINT),
            Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "kind": "EMBASSY"}),
            *(
                Put(
                    f"media:{name}",
                    "Media",
                    {"kind": "PICTURE", "sha256": "0" * 64, "width": 3000, "height": 2000, "alt": "A hill.", **LIVE},
                    {"rights": (To(f"rightsgrant:{name}"),)},
                )
                for name in ("open", "culture")
            ),
            *(
                asset(name, "A story", name, {"media": (To(f"media:{name}"),), "keeper": (To("mission:seoul"),)})
                for name in ("open", "culture")
            ),
            asset("draft", SECRET, state="DRAFT"),
        )
        assert not house.store.write(Batch(puts)).refused
        yield house


@pytest.fixture
def client(house):
    """A reader at an address of its own, for whom nobody has reported yet."""
    return TestClient(make_app(house), base_url=BASE, client=("192.0.2.9", 1))


def reports(house) -> Any:
    shape = Shape(
        tuple((one, one) for one in ("name", "template", "answered", "state", "marking")),
        tuple((one, Follow(one, Select("Entity", Shape((("id", "id"),))))) for one in ("about", "addressee")),
    )
    return house.store.ask(SYSTEM, {"all": Select("Request", shape, order=(Order("name"),))})["all"]["rows"]


def test_the_component_is_small_and_what_its_integrity_says_for_ever(client):
    page = client.get("/a/open?lang=en").text
    code = next(unescape(one) for one in page.split("<textarea") if "duta-story" in one)
    script = Tags(code.partition(">")[2]).all("script")[0]
    answer = client.get(str(script["src"]).removeprefix(BASE))
    digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()

    assert script["integrity"] == f"sha384-{digest}"
    assert len(answer.content) < 1000
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.get("/embed/duta-story-0123456789abcdef.js").status_code == 404


def test_a_picture_for_print_is_offered_where_its_rights_allow_it(client):
    offered = [
        [one["href"] for one in Tags(client.get(f"/a/{slug}?lang=en").text).all("a") if "download" in one]
        for slug in ("open", "culture")
    ]

    assert [len(one) for one in offered] == [1, 0]
    assert str(offered[0][0]).startswith("/media/open/print-")


def test_the_panel_frames_its_own_embed_and_sends_its_form_here(client):
    answer = client.get("/a/open?lang=en")
    page = Tags(answer.text)

    assert [one["src"] for one in page.all("iframe")] == [f"{BASE}/embed/open?lang=en"]
    assert [one["action"] for one in page.all("form")] == ["/a/open/report"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert f"frame-src 'self' {BASE}/embed/" in answer.headers["content-security-policy"]


def test_an_error_that_is_reported_becomes_one_request_to_who_keeps_the_story(client, house):
    answers = [client.post("/a/open/report?lang=en", data={"text": " The year\u0000 is wrong. \n"}) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert "Thank you." in answers[0].text
    assert [one for one in reports(house) if "year" in str(one["name"])] == [
        {
            "name": "The year is wrong.",
            "template": "The year is wrong.",
            "answered": "OPEN",
            "state": "DRAFT",
            "marking": "INTERNAL",
            "about": {"rows": [{"id": "asset:open"}]},
            "addressee": {"rows": [{"id": "mission:seoul"}]},
        }
    ]


def test_nobody_reports_without_end_from_elsewhere_or_on_what_is_not_seen(client, house):
    before = len(reports(house))
    refused = [
        client.post("/a/draft/report", data={"text": "Hm"}),
        client.post("/a/open/report", data={"text": " "}),
        client.post("/a/open/report", data={"text": "Hm"}, headers={"origin": "https://evil.example"}),
        client.post("/a/open/report", content=b"text=Hm", headers={"content-type": "text/plain"}),
        client.post("/a/open/report", data={"text": "x" * 20_000}),
    ]
    taken = [client.post("/a/open/report", data={"text": f"Number {at}"}).status_code for at in range(7)]

    assert [one.status_code for one in refused] == [404, 400, 403, 403, 413]
    assert SECRET not in refused[0].text
    assert taken == [200] * 5 + [429] * 2
    assert len(reports(house)) == before + 5


def test_browsers_find_an_icon_where_they_look_for_one(client):
    answer = client.get("/favicon.ico")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/x-icon")
    assert answer.content[:4] == b"\0\0\1\0"
    assert encode(draw(8, 8), "PNG")[:4] in answer.content


# Words that stay.


def write(house, *puts: Put) -> None:
    assert not house.store.write(Batch(puts)).refused


@pytest.fixture(scope="module")
def worded(house):
    """A story whose English words were corrected, and whose Korean ones were withdrawn; the codes from before that."""
    about = {"translates": (To("asset:worded"),)}
    write(
        house,
        asset("worded", "Kata", "open", locale="id"),
        Put("translation:w.en", "Translation", {"locale": "en", "title": "Wrods", "state": "PUBLISHED"}, about),
        Put("translation:w.ko", "Translation", {"locale": "ko", "title": "낱말들", "state": "PUBLISHED"}, about),
    )
    with TestClient(make_app(house), base_url=BASE, client=("192.0.2.9", 1)) as reader:
        frames = {lang: _pinned_frame(reader.get(f"/a/worded?lang={lang}").text) for lang in ("en", "ko")}
        write(house, Put("translation:w.en", "Translation", {"title": "Unspoken words", "state": "DRAFT"}))
        write(house, Put("translation:w.en", "Translation", {"title": "Words", "state": "PUBLISHED"}))
        write(house, Put("translation:w.ko", "Translation", {"state": "RETIRED"}))
    return frames


def _pinned_frame(page: str) -> str:
    code = next(unescape(one) for one in page.split("<textarea") if "pin=" in one)
    return str(Tags(code.partition(">")[2]).all("iframe")[0]["src"]).removeprefix(BASE)


def test_pinned_words_stay_and_say_that_they_were_corrected(client, house, worded):
    now, then = client.get("/embed/worded?lang=en").text, client.get(worded["en"]).text
    last = house.store.stats().seq

    assert ("<h1" in then, "Wrods" in then, "Words" in then) == (True, True, False)
    assert "This text was corrected on " in then
    assert ("Words" in now, "corrected" in now) == (True, False)
    assert "Wrods" in client.get(f"{worded['en']}&lite=1").text
    assert client.get(f"/embed/worded?lang=en&pin={last}").text == now


def test_a_pin_brings_back_neither_what_was_withdrawn_nor_what_was_never_told(client, house, worded):
    every = [client.get(f"/embed/worded?lang=en&pin={seq}").text for seq in range(1, house.store.stats().seq + 1)]

    assert "낱말들" not in client.get(worded["ko"]).text
    assert ["Unspoken" in one for one in every] == [False] * len(every)
    for pin in ("0", "9" * 30, "-1", "yesterday", "%00", "2026-11-28T09:00:00"):
        assert client.get(f"/embed/worded?lang=en&pin={pin}").text == every[-1]


def test_rights_are_asked_now_whatever_the_words(client, house):
    write(house, asset("ending", "Ending", "open", summary="Words."))
    pin = house.store.stats().seq
    write(house, grant("over", valid_until="2020-01-01", licence="https://creativecommons.org/licenses/by/4.0/"))
    write(house, Put("asset:ending", "Asset", {}, {"rights": (To("rightsgrant:over"),)}))

    assert "Its rights do not allow more to be shown here." in client.get(f"/embed/ending?lang=en&pin={pin}").text


# How often.


def test_views_are_counted_by_day_story_and_partner_and_by_nothing_else(house):
    keys = Keys(house.store)
    partner, token = keys.create("A partner", Role.PARTNER)
    planner = keys.create("A planner", Role.PLANNER)[1]
    with TestClient(make_app(house), base_url=BASE, client=("192.0.2.9", 1)) as reader:
        page = reader.get("/a/culture?lang=en", headers={"authorization": f"Bearer {token}"}).text
        own = str(Tags(unescape(page.split('id="use-code"')[1].partition(">")[2])).all("iframe")[0]["src"])
        for address in (own, own, "/embed/culture", "/embed/culture?by=ffff", "/embed/culture?by=%00"):
            assert reader.get(address.removeprefix(BASE)).status_code == 200
        reader.get("/embed/culture", headers={"sec-fetch-site": "same-origin"})
        reader.get("/embed/draft")
    site = {
        "name": "A site",
        "platform": "WEBSITE",
        "state": "PUBLISHED",
        "marking": "PUBLIC",
        "partner_key": partner.id,
    }
    write(house, Put("channel:site", "Channel", site))
    question = """{ asset(id: "asset:culture") {
        embedViews(days: 2) { partner views } embeddedOn { channel { name } partner views } } }"""
    with TestClient(make_app(house), base_url=BASE, client=("192.0.2.9", 1)) as reader:
        told, outside = (
            reader.post("/graphql", json={"query": question}, headers=headers).json()["data"]["asset"]
            for headers in ({"authorization": f"Bearer {planner}"}, {})
        )

    assert f"by={partner.id}" in own
    assert told == {
        "embedViews": [{"partner": None, "views": 3}, {"partner": partner.id, "views": 2}],
        "embeddedOn": [
            {"channel": None, "partner": None, "views": 3},
            {"channel": {"name": "A site"}, "partner": partner.id, "views": 2},
        ],
    }
    assert outside == {"embedViews": [], "embeddedOn": []}


# What a partner has asked for.


def test_only_the_sites_of_a_partner_frame_what_bears_its_key(client, house):
    keys = Keys(house.store)
    site = keys.create("A site", Role.PARTNER, origins=["https://museum.example.org"])[0]
    planner = keys.create("A planner", Role.PLANNER, origins=["https://museum.example.org"])[0]
    ended = keys.create("Ended", Role.PARTNER, origins=["https://museum.example.org"])[0]
    keys.revoke(ended.id)

    def ancestors(query: str) -> str:
        policy: str = client.get(f"/embed/culture{query}").headers["content-security-policy"]
        return policy.partition("frame-ancestors ")[2].partition(";")[0]

    assert ancestors(f"?by={site.id}") == "'self' https://museum.example.org"
    assert {ancestors(f"?by={one}") for one in (planner.id, ended.id, "ffff", "%00", "")} == {"*"}


def test_another_story_stands_in_the_place_of_one_only_where_the_partner_wants_it(client, house):
    keys = Keys(house.store)
    wanted = keys.create("Wants it", Role.PARTNER, replaces=True)[0]
    other = keys.create("Does not", Role.PARTNER)[0]
    related = (To("asset:also-over"), To("asset:hidden-beside"), To("asset:beside"))
    write(
        house,
        grant("past", valid_until="2020-01-01", licence="https://creativecommons.org/licenses/by/4.0/"),
        asset("also-over", "Over as well", "past"),
        asset("hidden-beside", SECRET, "open", state="DRAFT"),
        asset("beside", "A story beside", "open", summary="Words beside."),
        asset("past", "A past story", "past", {"related": related}, summary="Words of the past."),
    )
    label = "This stands in place of “A past story”, which may not be shown here now."
    page = client.get(f"/embed/past?lang=en&by={wanted.id}").text
    lite = client.get(f"/embed/past?lang=en&lite=1&by={wanted.id}")

    assert label in page
    assert "Words beside." in page
    assert f"{BASE}/a/beside?lang=en" in page
    assert label in lite.text
    assert len(lite.content) <= 1000
    for query in ("", f"&by={other.id}", f"&by={wanted.id}&pin=2020-01-01T00:00:00Z"):
        same = client.get(f"/embed/past?lang=en{query}").text
        assert "A story beside" not in same
        assert "Its rights do not allow more to be shown here." in same
    assert SECRET not in page
    assert client.get(f"/embed/beside?lang=en&by={wanted.id}").text == client.get("/embed/beside?lang=en").text


# A saved question.


def test_the_embed_of_a_question_has_what_may_be_shown_now_and_nothing_else(client, house):
    about = {"themes": (To("theme:sample"),)}
    write(
        house,
        Put("theme:sample", "Theme", {"name": "Sample"}),
        grant("gone", valid_until="2020-01-01", licence="https://creativecommons.org/licenses/by/4.0/"),
        *(asset(f"q-{at}", f"Story {at}", "open", about) for at in range(8)),
        asset("q-framed", "A framed story", "open", {**about, "media": (To("media:open"),)}),
        asset("q-over", "An ended story", "gone", about),
        asset("q-draft", SECRET, "open", about, state="DRAFT"),
    )
    address = "/embed/q/theme-to-audience?theme=theme:sample&lang=en"
    answer, lite = client.get(address), client.get(f"{address}&lite=1")
    page = Tags(answer.text)
    links = [str(one["href"]) for one in page.all("a")]

    assert answer.status_code == 200
    assert links[0] == f"{BASE}/a/q-framed?lang=en"
    assert len([one for one in links if "/a/q-" in one]) == 6
    assert not any(word in answer.text for word in ("An ended story", SECRET))
    assert [one["alt"] for one in page.all("img")] == ["A hill."]
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    assert len(lite.content) <= 1000
    assert (len(Tags(lite.text).all("a")) > 2, Tags(lite.text).all("img"), Tags(lite.text).all("script")) == (
        True,
        [],
        [],
    )


def test_a_question_that_is_not_there_or_finds_nothing_says_so(client):
    assert client.get("/embed/q/no-such").status_code == 404
    none = client.get("/embed/q/theme-to-audience?theme=theme:nowhere&lang=en")
    assert (none.status_code, none.headers["cache-control"]) == (200, "no-store")
    assert "No story of this list may be shown here now." in none.text
