"""The public faces of a story: its page, oEmbed, the embed page, the sitemap; what is secret is in none of them."""

import html
import re
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import orjson
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.crediting import credit_line
from api.doors import sitemap
from api.doors.app import make_app
from api.doors.callers import Callers
from api.doors.embed_page import MOST
from api.doors.fitting import fitting
from api.doors.messages import message
from api.doors.public import hash_of, static_text
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.media.drawing import draw, encode

BASE = "http://duta.example.org"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC", "text_state": "PUBLISHED", "locale": "en"}
WILD = "</script><script>alert(1)</script><!-- --> & \"q\" 'a' ]]> \u2028\u202eabc\u202c 🥬"
SECRET = "unspoken"


def grant(name: str, **values: Any) -> Put:
    return Put(f"rightsgrant:{name}", "RightsGrant", {"title": SECRET, "state": "APPROVED", "locale": "en", **values})


def asset(
    slug: str, title: str, rights: str | None = "open", links: dict[str, Any] | None = None, **values: Any
) -> Put:
    cleared = {"rights": (To(f"rightsgrant:{rights}"),)} if rights else {}
    return Put(
        f"asset:{slug}", "Asset", {"kind": "TEXT", "title": title, **LIVE, **values}, {**cleared, **(links or {})}
    )


def only(territory: str, *channels: str) -> list[dict[str, Any]]:
    constraints: list[dict[str, Any]] = [{"left": "spatial", "operator": "eq", "right": territory}] if territory else []
    constraints += [{"left": "deliveryChannel", "operator": "eq", "right": one} for one in channels]
    return [{"effect": "permission", "action": ["display", "distribute"], "constraints": constraints}]


PUTS = (
    grant("open", licence=CC_BY),
    grant("korea", rules=only("KR")),
    grant("website", rules=only("", "WEBSITE")),
    grant("ended", licence=CC_BY, valid_until="2024-12-31"),
    Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR"}),
    Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
    Put("country:fr", "Country", {"name": "France", "alpha2": "FR"}),
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "kind": "EMBASSY", "email": "seoul@example.org"}),
    Put("person:sample-secret", "Person", {"name": f"{SECRET} maker", "state": "PUBLISHED", "marking": "INTERNAL"}),
    Put("source:book", "Source", {"title": "A book", "url": "https://example.org/book", **LIVE}),
    Put("source:secret", "Source", {"title": SECRET, **LIVE, "marking": "INTERNAL"}),
    asset(
        "batik",
        "Batik tulis",
        links={
            "sources": (To("source:book"), To("source:secret")),
            "related": (To("asset:wild"), To("asset:draft"), To("asset:internal")),
            "makers": (To("person:sample-secret"),),
            "keeper": (To("mission:seoul"),),
            "countries": (To("country:id"),),
        },
        locale="id",
        summary="Malam di atas kain.",
        body="Satu.\n\nDua.",
    ),
    *(
        Put(
            f"translation:batik.{code}",
            "Translation",
            {"locale": code, "title": title, "state": state},
            {"translates": (To("asset:batik"),)},
        )
        for code, title, state in (
            ("en", "Hand-drawn batik", "PUBLISHED"),
            ("ar", "باتيك مرسوم باليد", "PUBLISHED"),
            ("ko", SECRET, "DRAFT"),
        )
    ),
    asset("wild", WILD, summary=WILD * 5, body=WILD),
    asset("long", "Ω" * 300, summary="कहानी & <b> " * 150),
    asset("korea", "Only in Korea", "korea", body="The whole text."),
    asset("website", "On websites", "website"),
    asset("ended", "Ended rights", "ended", body="The whole text."),
    asset("unclear", "Unclear", None, body="The whole text."),
    asset("mourning", "In mourning", links={"countries": (To("country:fr"),)}),
    asset("textless", SECRET, text_state="DRAFT"),
    asset("draft", SECRET, state="DRAFT"),
    asset("internal", SECRET, marking="INTERNAL"),
    asset("embargoed", SECRET, embargo_until="2090-01-01T00:00:00Z"),
    asset("once", "Once told"),
    asset("expired", "Expired", expires_at="2090-01-01T00:00:00Z"),
    asset("never", SECRET, state="DRAFT"),
    Put(
        "advisory:fr",
        "Advisory",
        {"title": SECRET, "severity": "SEVERE", **LIVE, "marking": "INTERNAL"},
        {"countries": (To("country:fr"),)},
    ),
)
LATER = (
    Put("asset:once", "Asset", {"state": "RETIRED"}),
    Put("asset:expired", "Asset", {"expires_at": "2024-01-01T00:00:00Z"}),
    Put("asset:never", "Asset", {"state": "RETIRED"}),
)
UNSEEN = ("draft", "internal", "embargoed", "never", "textless", "no-such")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    settings = Settings(
        home=tmp_path_factory.mktemp("embeds"), public_url=BASE, territory_header="CF-IPCountry", budget_per_address=0
    )
    with opened(settings) as house:
        for puts in (PUTS, LATER):
            report = house.store.write(Batch(puts))
            assert not report.refused
        yield house


@pytest.fixture(scope="module")
def app(house):
    return make_app(house)


@pytest.fixture(scope="module")
def keys(house):
    made = Keys(house.store)
    return {role: made.create(role, role)[1] for role in (Role.EDITOR, Role.PLANNER)}


@pytest.fixture
def get(app):
    client = TestClient(app, base_url=BASE, client=("192.0.2.7", 1))
    return lambda path, method="GET", **headers: client.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}, follow_redirects=False
    )


@pytest.fixture(scope="module")
def picture(app, house, keys):
    """asset:picture with a published picture whose bytes are kept."""
    client = TestClient(app, base_url=BASE, client=("192.0.2.7", 1))
    sent = client.post(
        "/media?alt=Salt%20%3Cb%3Ecabbage&credit=Contoh&locale=en&name=sample",
        content=encode(draw(1400, 900)),
        headers={"authorization": f"Bearer {keys[Role.EDITOR]}", "content-type": "image/jpeg"},
    )
    id = sent.json()["id"]
    puts = (
        Put(id, "Media", LIVE, {"rights": (To("rightsgrant:open"),)}),
        asset(
            "picture", "Kimjang", links={"media": (To(id, {"role": "MAIN", "position": 1}),)}, summary="Salt. " * 300
        ),
    )
    assert not house.store.write(Batch(puts)).refused
    return id


class Tags(HTMLParser):
    """The tags of a page with their attributes, its text, and the scripts in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self._script = True
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._script = self._script and tag != "script"

    def handle_data(self, data):
        if self._script:
            self.scripts[-1] += data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def oembed(url: str, **more: str) -> str:
    return f"/oembed?url={quote(url, safe='')}" + "".join(f"&{name}={quote(value)}" for name, value in more.items())


# The page.


def test_a_page_tells_the_story_in_the_readers_language_and_what_machines_want(get):
    answer = get("/a/batik?lang=id")
    page = Tags(answer.text)
    metas = {one.get("property") or one.get("name"): one.get("content") for one in page.all("meta")}
    data = orjson.loads(page.scripts[0])

    assert answer.status_code == 200
    assert page.all("h1") == [{"id": "title", "lang": "id", "dir": "auto"}]
    assert {one["href"] for one in page.all("link") if one.get("hreflang")} == {
        f"{BASE}/a/batik",
        *(f"{BASE}/a/batik?lang={code}" for code in ("id", "en", "ar")),
    }
    assert [one["href"] for one in page.all("link") if one["rel"] == "canonical"] == [f"{BASE}/a/batik?lang=id"]
    assert (metas["og:title"], metas["og:description"], metas["twitter:card"]) == (
        "Batik tulis",
        "Malam di atas kain.",
        "summary",
    )
    assert (data["@type"], data["name"], data["inLanguage"]) == ("CreativeWork", "Batik tulis", "id")
    assert data["citation"] == [{"@type": "CreativeWork", "name": "A book", "url": "https://example.org/book"}]
    assert data["publisher"]["logo"]["url"] == f"{BASE}/static/duta.svg"
    assert "Anda boleh menampilkan cerita ini" in page.text
    assert "seoul@example.org" in page.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("query", "accept", "title", "lang"),
    [
        ("?lang=ar", "en", "باتيك مرسوم باليد", "ar"),
        ("", "en-GB,id;q=0.5", "Hand-drawn batik", "en"),
        ("", "id", "Batik tulis", "id"),
        ("?lang=ko", "id", "Hand-drawn batik", "en"),
        ("?lang=%00!", "id", "Batik tulis", "id"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_nearest_there_is(get, query, accept, title, lang):
    page = Tags(get(f"/a/batik{query}", accept_language=accept).text)

    assert page.all("h1") == [{"id": "title", "lang": lang, "dir": "auto"}]
    assert title in page.text


@pytest.mark.parametrize("path", ["/a/wild", "/embed/wild", "/embed/wild?profile=KB_5", "/embed/wild?lite=1"])
def test_no_title_leaves_its_place_in_a_page(get, path):
    answer = get(path)
    page = Tags(answer.text)
    scripts = [one.get("type") for one in page.all("script")]

    assert scripts == ([] if "lite" in path else ["application/ld+json"] if "/a/" in path else [None])
    assert "alert(1)" in page.text
    for script in page.scripts:
        assert hash_of(script) in answer.headers["content-security-policy"]
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    if path == "/a/wild":
        assert orjson.loads(page.scripts[0])["name"] == WILD


def test_a_page_and_an_embed_are_kept_by_their_tag(get):
    kept, asked_again = "public", "private, no-cache"
    now = datetime.now(UTC)
    # The next day something else may be shown, so at its end an answer is kept for what is left of it.
    least = min(300, (timedelta(days=1) - (now - datetime.combine(now, time.min, UTC))).total_seconds() - 60)
    for path, caching in (
        ("/a/batik", kept),
        # Of the story in France something else is shown, and who reads it in France no cache knows.
        ("/embed/batik", asked_again),
        (oembed(f"{BASE}/a/batik"), asked_again),
        ("/embed/mourning", kept),
        ("/sitemap.xml", kept),
        ("/robots.txt", kept),
    ):
        first = get(path)
        again = get(path, if_none_match=first.headers["etag"])
        head = get(path, "HEAD")

        assert (first.status_code, again.status_code, head.status_code) == (200, 304, 200)
        assert again.content == b""
        told, _, age = first.headers["cache-control"].partition(", max-age=")
        assert told == caching
        assert least <= int(age or 300) <= 300
        assert head.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("slug", UNSEEN)
def test_what_is_not_seen_is_not_there(get, slug):
    answers = [get(f"/a/{slug}"), get(f"/embed/{slug}"), get(oembed(f"{BASE}/a/{slug}"))]
    nothing = [get("/a/zzz"), get("/embed/zzz"), get(oembed(f"{BASE}/a/zzz"))]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert [one.text for one in answers] == [one.text for one in nothing]


@pytest.mark.parametrize(
    "slug", ["%00", "%ff%fe", "%ED%A0%80", "%F0%9F%A5%AC", "asset:", "a" * 500, "Batik", "batik%0a"]
)
def test_an_address_that_is_no_slug_is_not_there(get, slug):
    answers = [get(f"/embed/{slug}"), get(f"/a/{slug}"), get(oembed(f"{BASE}/a/{slug}"))]

    assert [one.status_code for one in answers] == ([301, 301, 404] if slug == "asset:" else [404, 404, 404])


@pytest.mark.parametrize("slug", ["once", "expired"])
def test_what_everybody_saw_once_is_gone(get, slug):
    answers = [get(f"/a/{slug}"), get(f"/embed/{slug}"), get(oembed(f"{BASE}/a/{slug}"))]

    assert [one.status_code for one in answers] == [410, 410, 404]
    assert "This story was withdrawn." in answers[1].text
    assert not any(title in one.text for one in answers for title in ("Once told", "Expired"))


def test_nothing_secret_is_in_any_face(get):
    slugs = [put.id.partition(":")[2] for put in PUTS if put.type == "Asset"]
    paths = [
        *(f"/{door}/{slug}?lang={lang}" for slug in slugs for door in ("a", "embed") for lang in ("en", "ko")),
        *(oembed(f"{BASE}/a/{slug}", format=format) for slug in slugs for format in ("json", "xml")),
        "/sitemap.xml",
        "/robots.txt",
    ]

    assert [path for path in paths if SECRET in get(path).text] == []


def test_who_works_here_sees_more_and_is_told_that_others_do_not(get, keys):
    bearer = f"Bearer {keys[Role.PLANNER]}"
    answer = get("/a/internal", authorization=bearer)

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-cache")
    assert "Only you and your colleagues see this story" in answer.text
    assert "use-code" not in answer.text
    assert get("/embed/internal", authorization=bearer).status_code == 404
    assert get(oembed(f"{BASE}/a/internal"), authorization=bearer).status_code == 401
    assert get("/a/batik", authorization="Bearer duta_nothing").status_code == 401


def test_an_address_with_the_whole_id_leads_to_the_one_with_the_slug(get):
    for door in ("a", "embed"):
        answer = get(f"/{door}/asset:batik?lang=id")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/{door}/batik?lang=id")


def test_the_sitemap_has_what_is_public_and_has_pages(get, house, monkeypatch):
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [one.text for one in ET.fromstring(get("/sitemap.xml").content).findall(".//s:loc", names)]
    small = Starlette(routes=sitemap.routes(house, Callers(house.settings, Keys(house.store)), page=4))
    client = TestClient(small, base_url=BASE, client=("192.0.2.7", 1))
    index = [one.text or "" for one in ET.fromstring(client.get("/sitemap.xml").content).findall(".//s:loc", names)]
    paged = [
        one.text
        for address in index
        for one in ET.fromstring(client.get(urlsplit(address).path).content).findall(".//s:loc", names)
    ]

    assert f"{BASE}/a/batik" in found
    assert {f"{BASE}/a/{slug}" for slug in (*UNSEEN, "once", "expired")} & set(found) == set()
    assert paged == found
    assert len(index) >= 2
    assert client.get("/sitemap-99.xml").status_code == 404
    assert get("/robots.txt").text.endswith(f"\nSitemap: {BASE}/sitemap.xml\n")


def test_what_a_right_asks_to_be_written_is_the_credit_wherever_one_stands(get, house, picture):
    asked = '{"effect": "permission", "action": "use"}, {"effect": "duty", "action": "attribute", "credit": "© Contoh"}'
    put = Put(picture, "Media", {}, {"rights": (To("rightsgrant:asks"),)})
    assert not house.store.write(Batch((grant("asks", rules=f"[{asked}]"), put))).refused
    page = Tags(get("/a/picture?lang=en").text)
    data = orjson.loads(page.scripts[0])
    source = str(page.all("img")[-1]["src"]).removeprefix(BASE)
    told = get(oembed(f"{BASE}/a/picture", lang="en")).json()
    faces = [page.text, get("/embed/picture").text, get("/embed/picture?lite=1").text, told["html"]]

    assert all("© Contoh" in one for one in faces)
    assert (data["creditText"], data["image"][0]["creditText"], told["credit"]) == ("© Contoh",) * 3
    assert "<photoshop:Credit>© Contoh</photoshop:Credit>".encode() in get(source).content
    assert not house.store.write(Batch((Put(picture, "Media", {}, {"rights": (To("rightsgrant:open"),)}),))).refused


def test_who_made_what_a_story_was_made_from_is_credited_wherever_a_credit_stands(get, house, picture):
    asked = '{"effect": "permission", "action": "use"}, {"effect": "duty", "action": "attribute", "credit": "© A film"}'
    puts = (
        Put("person:sample-singer", "Person", {"name": "Sample Singer", "state": "PUBLISHED", "marking": "PUBLIC"}),
        grant("film", rules=f"[{asked}]"),
        asset("song", "A song", links={"makers": (To("person:sample-singer"),), "media": (To(picture),)}),
        asset("film", "A film", "film", {"derived_from": (To("asset:song"),)}),
        asset("hidden-film", SECRET, "open", {"makers": (To("person:sample-hidden"),)}, state="DRAFT"),
        Put("person:sample-hidden", "Person", {"name": "Sample Hidden", "state": "PUBLISHED", "marking": "PUBLIC"}),
        asset("clip", "A clip", links={"derived_from": (To("asset:film"), To("asset:hidden-film"))}),
    )
    assert not house.store.write(Batch(puts)).refused
    page, told = get("/a/clip?lang=en").text, get(oembed(f"{BASE}/a/clip", lang="en")).json()
    data = orjson.loads(Tags(page).scripts[0])
    faces = [page, get("/embed/clip").text, get("/embed/clip?lite=1").text, told["html"]]

    assert told["credit"] == data["creditText"] == "© A film · Contoh · Sample Singer"
    assert all("© A film · Contoh · Sample Singer" in one for one in faces)
    assert [one["name"] for one in data["isBasedOn"]] == ["A film"]
    assert not any("Sample Hidden" in one or SECRET in one for one in faces)


def test_a_credit_line_says_no_name_twice():
    assert credit_line(["© Meja Duta"], ["Meja Duta", "Ana", "Diana"], "Kemlu") == "© Meja Duta · Ana · Diana"
    assert credit_line([], ["Meja Duta", "Meja Duta"], "Kemlu") == "Meja Duta · Kemlu"
    assert credit_line([], [" "], "") == ""


# oEmbed.


def test_oembed_answers_as_the_specification_says_in_both_formats(get):
    told = get(oembed(f"{BASE}/a/batik", locale="id_ID")).json()
    root = ET.fromstring(get(oembed(f"{BASE}/a/batik", locale="id_ID", format="xml")).content)

    assert {name: told[name] for name in ("version", "type", "title", "provider_name", "provider_url")} == {
        "version": "1.0",
        "type": "rich",
        "title": "Batik tulis",
        "provider_name": "Duta",
        "provider_url": f"{BASE}/",
    }
    assert isinstance(told["cache_age"], int)
    assert {one.tag: one.text for one in root} == {name: str(value) for name, value in told.items()}


def test_discovery_leads_to_the_answer_and_every_address_in_it_is_there(get, picture):
    for lang in ("en", "ar"):
        page = Tags(get(f"/a/batik?lang={lang}").text)
        found = {str(one["type"]): str(one["href"]) for one in page.all("link") if "oembed" in (one.get("type") or "")}
        assert sorted(found) == ["application/json+oembed", "text/xml+oembed"]
        for address in found.values():
            assert address.startswith(BASE)
            assert get(address.removeprefix(BASE)).status_code == 200
    told = get(oembed(f"{BASE}/a/picture")).json()
    code = Tags(told["html"])
    addresses = [code.all("a")[0]["href"], code.all("iframe")[0]["src"], told["thumbnail_url"], told["provider_url"]]

    assert [get(str(one).removeprefix(BASE)).status_code for one in addresses] == [200, 200, 200, 200]
    assert told["alt"] == "Salt <b>cabbage"


@pytest.mark.parametrize("slug", ["batik", "wild"])
def test_what_wordpress_keeps_of_the_code_is_a_quotation_and_a_frame(get, slug):
    """The rules of wp_filter_oembed_result, of WordPress 6: what wp_kses leaves, and what has to be in it."""
    told = get(oembed(f"{BASE}/a/{slug}")).json()
    code = told["html"]
    kept = {"a": {"href"}, "blockquote": set[str](), "iframe": {"src", "width", "height", "title", "frameborder"}}
    tags = Tags(code)
    left = re.sub(r"<(\w+)[^>]*>", lambda tag: f"<{tag[1]}>", code)

    assert [tag for tag, _ in tags.tags] == ["blockquote", "a", "iframe"]
    assert all(attrs.keys() >= kept[tag] for tag, attrs in tags.tags)
    assert re.fullmatch(r"(<blockquote>.*?</blockquote>)?(<iframe></iframe>)", left, re.DOTALL)
    assert tags.all("iframe")[0]["title"] == told["title"]
    assert tags.text.startswith(told["title"])


@pytest.mark.parametrize(
    ("limits", "size"),
    [({}, (560, 260)), ({"maxwidth": "320"}, (320, 260)), ({"maxwidth": "2000", "maxheight": "90"}, (560, 90))],
)
def test_a_frame_is_no_larger_than_asked(get, limits, size):
    told = get(oembed(f"{BASE}/a/batik", dnt="1", **limits)).json()
    frame = Tags(told["html"]).all("iframe")[0]

    assert (told["width"], told["height"]) == size
    assert (frame["width"], frame["height"]) == tuple(str(one) for one in size)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/oembed", 400),
        (oembed(f"{BASE}/a/batik", format="yaml"), 501),
        (oembed(f"{BASE}/a/batik", maxwidth="-1"), 400),
        (oembed(f"{BASE}/a/batik", maxheight="1e3"), 400),
        (oembed("http://evil.example/a/batik"), 404),
        (oembed("http://duta.example.org.evil.example/a/batik"), 404),
        (oembed("http://duta.example.org:8080/a/batik"), 404),
        (oembed("http://duta.example.org@evil.example/a/batik"), 404),
        (oembed("http://evil.example@duta.example.org/a/batik"), 404),
        (oembed("javascript://duta.example.org/a/batik"), 404),
        (oembed("http://[/a/batik"), 404),
        (oembed(f"{BASE}/"), 404),
        (oembed(f"{BASE}/a/batik/x"), 404),
        (oembed("https://duta.example.org/a/batik"), 200),
        (oembed(f"{BASE}/embed/batik"), 200),
    ],
)
def test_oembed_answers_for_pages_of_stories_here_and_for_nothing_else(get, path, status):
    assert get(path).status_code == status


# The embed page.


@pytest.mark.parametrize(
    ("slug", "territory", "whole", "reason"),
    [
        ("batik", "", True, ""),
        ("korea", "KR", True, ""),
        ("korea", "FR", False, "Its rights do not allow more to be shown here."),
        ("korea", "", False, "Its rights do not allow more to be shown here."),
        ("website", "", False, "Its rights do not allow more to be shown here."),
        ("ended", "", False, "Its rights do not allow more to be shown here."),
        ("unclear", "", False, "Its rights are not cleared for showing more here."),
        ("mourning", "", False, "More of this story is not shown for the time being."),
        ("batik", "FR", False, "More of this story is not shown for the time being."),
    ],
)
def test_what_may_not_be_shown_is_a_card_of_words_with_the_reason(get, slug, territory, whole, reason):
    answer = get(f"/embed/{slug}?lang=en", **({"cf_ipcountry": territory} if territory else {}))
    title = {"batik": "Hand-drawn batik"}.get(slug) or next(
        put.values["title"] for put in PUTS if put.id == f"asset:{slug}"
    )

    assert answer.status_code == 200
    assert title in answer.text
    assert f'href="{BASE}/a/{slug}?lang=en"' in answer.text
    assert (reason in answer.text) if reason else not whole or "<small>Its rights" not in answer.text
    assert "The whole text." not in answer.text
    if territory:
        assert answer.headers["cache-control"] == "private, no-cache"


def test_an_embed_sets_nothing_loads_nothing_from_elsewhere_and_may_be_framed(get, picture):
    answer = get("/embed/picture")
    page, policy = Tags(answer.text), answer.headers["content-security-policy"]

    assert "set-cookie" not in answer.headers
    assert "x-frame-options" not in answer.headers
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert hash_of(static_text("embed.css")) in policy
    assert [one["alt"] for one in page.all("img")] == ["Salt <b>cabbage"]
    assert re.findall(r'(?:src|srcset)="(?!http://duta\.example\.org/)[^"]*"', answer.text) == []
    assert "Contoh" in page.text


@pytest.mark.parametrize("profile", ["KB_20", "KB_5", "TEXT"])
@pytest.mark.parametrize("slug", ["picture", "long", "wild", "batik", "unclear", "ended"])
def test_a_profile_weighs_no_more_than_it_says_picture_included(get, picture, slug, profile):
    answer = get(f"/embed/{slug}?profile={profile}&lang=en", accept_encoding="identity")
    images = [str(one["src"]).removeprefix(BASE) for one in Tags(answer.text).all("img")]
    webps = [str(one["srcset"]).removeprefix(BASE) for one in Tags(answer.text).all("source")]
    weights = [len(get(one).content) for one in (*images, *webps)]

    assert len(answer.content) + max(weights, default=0) <= MOST[profile]
    assert [len(images), len(webps)] == [slug == "picture" and profile != "TEXT"] * 2


def test_what_is_made_of_a_picture_gives_its_place_to_no_word_where_both_have_room(get, picture):
    """Before a picture was made its whole budget is counted, afterwards its bytes."""
    for _ in range(2):
        answer = get("/embed/picture?profile=KB_20&lang=en", accept_encoding="identity")
        page = Tags(answer.text)
        assert page.text.count("Salt. ") >= 290
        for one in page.all("img"):
            assert get(str(one["src"]).removeprefix(BASE)).status_code == 200


def test_a_message_has_one_link_and_as_many_words_as_it_holds(get):
    told = get("/embed/batik?profile=sms&lang=en")
    wide = get("/embed/batik?profile=SMS&lang=ar").text
    long = get("/embed/long?profile=SMS").text

    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    assert told.text == f"Hand-drawn batik. Malam di atas kain. {BASE}/a/batik"
    assert (wide.endswith(f" {BASE}/a/batik"), len(wide.encode("utf-16-le")) // 2 <= 70) == (True, True)
    assert (long.startswith("ΩΩ"), long.endswith(f" {BASE}/a/long"), len(long) <= 160) == (True, True, True)
    assert get("/embed/once?profile=SMS").text == "This story was withdrawn."
    assert message("[" * 200, BASE).count("[") < 70
    assert message("words", BASE * 9) == BASE * 9


def test_whoever_saves_data_gets_less_than_a_kilobyte_without_script(get, picture):
    full, lite, saving = get("/embed/picture"), get("/embed/picture?lite=1"), get("/embed/picture", save_data="on")

    assert lite.content == saving.content
    assert len(lite.content) < 1000 < len(full.content)
    assert Tags(lite.text).all("script") == []
    assert "Save-Data" in full.headers["vary"]


def test_an_embed_whose_rights_end_loses_its_picture_at_once(get, house, picture):
    assert Tags(get("/embed/picture").text).all("img")
    for rights, shown in (("ended", 0), ("open", 1)):
        put = Put(picture, "Media", {}, {"rights": (To(f"rightsgrant:{rights}"),)})
        assert not house.store.write(Batch((put,))).refused
        assert len(Tags(get("/embed/picture").text).all("img")) == shown


def test_words_give_way_until_a_page_fits():
    def render(title: str, summary: str, credit: str) -> str:
        return f"{html.escape(title)}|{html.escape(summary)}|{html.escape(credit)}"

    assert fitting(render, ("Title", "one two three", "Credit"), None) == "Title|one two three|Credit"
    assert fitting(render, ("Title", "word " * 40, "Credit"), 60).startswith("Title|word word")
    assert len(fitting(render, ("&" * 300, "&" * 300, "&" * 300), 50).encode()) <= 50
