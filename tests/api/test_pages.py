"""The doors over HTTP: who is taken for whom, what the start page says, and what it lets through."""

import html
import re
from html.parser import HTMLParser
from itertools import pairwise
from string import Formatter
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from starlette.testclient import TestClient

from api.cards.card import shipped
from api.doors.app import make_app
from api.doors.callers import host_name
from api.doors.languages import LANGUAGES, preferred, words
from api.settings import Settings
from api.wiring import opened
from graph.model import MODEL
from graph.search.index import Match

HERE = ("127.0.0.1", 50000)
ELSEWHERE = ("192.0.2.7", 50000)


def client(app, caller=HERE, host="localhost:8000") -> TestClient:
    return TestClient(app, base_url=f"http://{host}", client=caller)


@pytest.fixture
def page(demonstration_app):
    with client(demonstration_app) as here:
        yield lambda path="/", **headers: here.get(path, headers=headers)


@pytest.fixture
def empty(home):
    with opened(Settings(home=home)) as house:
        yield house


class Page(HTMLParser):
    """What a page is made of: its tags, its visible text, its links by their text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: dict[str, str] = {}
        self.ids: list[str] = []
        self.text = ""
        self._link: str | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "a":
            self._link = values.get("href") or ""

    def handle_endtag(self, tag):
        if tag == "a":
            self._link = None

    def handle_data(self, data):
        self.text += data
        if self._link is not None and data.strip():
            self.links.setdefault(data.strip(), self._link)


def question(url: str) -> tuple[str, dict[str, object]]:
    given = parse_qs(urlsplit(url).query)
    return given["query"][0], orjson.loads(given.get("variables", ["{}"])[0])


# Who calls.


def test_a_caller_on_this_machine_is_a_planner_in_the_demonstration(demonstration_app):
    with client(demonstration_app) as here:
        assert here.post("/graphql", json={"query": "{ audiences { totalCount } }"}).json()["data"] == {
            "audiences": {"totalCount": 16}
        }
        assert words("en")["notice"] in html.unescape(here.get("/?lang=en").text)


@pytest.mark.parametrize(
    ("caller", "headers"),
    [
        (ELSEWHERE, {}),
        (HERE, {"X-Forwarded-For": "192.0.2.7"}),
        (HERE, {"Forwarded": "for=192.0.2.7"}),
        (HERE, {"Host": "duta.example.org"}),
        (("::ffff:192.0.2.7", 1), {}),
    ],
)
def test_anybody_else_is_the_public(demonstration_app, caller, headers):
    with client(demonstration_app, caller) as there:
        answer = there.post(
            "/graphql", json={"query": "{ audiences { totalCount } assets { totalCount } }"}, headers=headers
        )

        assert answer.json()["data"] == {"audiences": {"totalCount": 0}, "assets": {"totalCount": 52}}
        assert 'class="notice"' not in there.get("/", headers=headers).text


def test_a_caller_on_this_machine_is_the_public_in_any_other_home(empty):
    with client(make_app(empty)) as here:
        assert 'class="notice"' not in here.get("/").text
        refused = here.post("/graphql", json={"query": "{ __typename }"}, headers={"Duta-Perspective": "DRAFT"})
        assert refused.status_code == 403


@pytest.mark.parametrize("caller", [HERE, ("::1", 1), ("::ffff:127.0.0.1", 1)])
def test_every_form_of_loopback_is_this_machine(demonstration_app, caller):
    with client(demonstration_app, caller, "127.0.0.1:8000") as here:
        assert 'class="notice"' in here.get("/").text


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:8000", "localhost"),
        ("[::1]:8000", "::1"),
        ("[::1]", "::1"),
        ("duta.example.org.", "duta.example.org"),
        ("localhost:80a", ""),
        ("localhost:8000:1", ""),
        ("[::1]evil", ""),
        ("[::1", ""),
        ("evil@localhost", "evil@localhost"),
        ("", ""),
    ],
)
def test_the_name_in_a_host_header(header, name):
    assert host_name(header) == name


def test_a_name_that_is_not_ours_is_refused_before_anything_else(demonstration_app):
    with client(demonstration_app) as here:
        for path in ("/", "/healthz", "/explorer", "/graphql"):
            answer = here.get(path, headers={"Host": "rebound.example"})
            assert answer.status_code == 421
            assert answer.text.startswith('"rebound.example" is not a name of this server.')
        assert here.get("/", headers={"Host": "localhost:8000:1"}).status_code == 400


# The start page.


def test_the_counts_are_those_of_the_graph_and_open_a_question_that_gives_them(demonstration_app):
    with client(demonstration_app) as here:
        shown = Page(here.get("/?lang=en").text)
        totals = {
            told.strip(): int(number.replace(",", ""))
            for number, told in re.findall(
                r'<span class="number">([\d,]+)</span> <span class="name">([^<]+)', here.get("/?lang=en").text
            )
        }
        assert totals["Assets"] == 60
        assert totals["Countries"] == 22
        assert "Consents" not in totals

        for name, total in totals.items():
            query, _ = question(shown.links[name])
            (answer,) = here.post("/graphql", json={"query": query}).json()["data"].values()
            assert answer["totalCount"] == total, name


def test_the_page_speaks_the_language_of_the_reader(page):
    indonesian = page("/", **{"Accept-Language": "fr;q=0.9, id;q=0.8, en;q=0.1"})
    assert '<html lang="id">' in indonesian.text
    assert indonesian.headers["Content-Language"] == "id"
    assert "Accept-Language" in indonesian.headers["Vary"]
    assert '<html lang="en">' in page("/", **{"Accept-Language": "fr"}).text
    assert '<html lang="en">' in page("/?lang=en", **{"Accept-Language": "id"}).text
    assert '<html lang="id">' in page("/?lang=id").text


def test_an_accept_language_header_is_read_by_weight():
    assert preferred("en;q=0.2, id, ko;q=0, *;q=0.1, fr;q=x") == ["id", "en"]


def test_both_languages_have_the_same_words_and_a_name_for_every_type_and_way_of_finding():
    def keys(table):
        """Every name with the places in its words."""
        return {
            (name, *rest)
            for name, value in table.items()
            for rest in (keys(value) if isinstance(value, dict) else [tuple(sorted(places(value)))])
        }

    def places(value):
        return {name for _, name, _, _ in Formatter().parse(str(value)) if name is not None}

    assert keys(words("en")) == keys(words("id"))
    assert set(words("en")["types"]) == set(words("en")["one"]) == set(MODEL.types)
    assert set(words("en")["why"]) == {*Match, "found"}


def test_what_is_typed_on_it_is_answered_by_the_page_that_finds(page):
    start = Page(page("/?lang=en").text)
    assert ("form", {"role": "search", "action": "/find", "method": "get"}) in start.tags
    assert page(start.links["batik"]).status_code == 200
    earlier = page("/?q=batik&lang=en&type=Asset")
    assert earlier.url.raw_path == b"/find?q=batik&lang=en&type=Asset"


def test_an_empty_home_says_how_to_begin(empty):
    with client(make_app(empty)) as here:
        assert "Nothing is in here yet." in here.get("/?lang=en").text
        # Its index is made beside it.
        assert here.get("/find?q=anything&lang=en").status_code in (200, 503)


@pytest.mark.parametrize("path", ["/", "/find?q=batik&place=FR"])
def test_the_page_has_no_script_and_loads_from_here_only(page, path):
    answer = page(path)
    shown = Page(answer.text)

    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert [tag for tag, _ in shown.tags if tag in {"script", "style", "iframe"}] == []
    assert [name for _, values in shown.tags for name in values if name.startswith("on") or name == "style"] == []
    loaded = [
        values.get("src") or values.get("href")
        for tag, values in shown.tags
        if tag in {"img", "link"} and values.get("rel") != "alternate"
    ]
    assert {url for url in loaded if url and not url.startswith(("/static/", "/media/"))} == set()


@pytest.mark.parametrize("path", ["/", "/find?q=batik&place=FR"])
def test_the_page_is_built_for_readers_of_every_kind(page, path):
    shown = Page(page(path).text)
    tags = [tag for tag, _ in shown.tags]

    assert [tags.count(tag) for tag in ("main", "h1", "header", "footer")] == [1, 1, 1, 1]
    assert len(shown.ids) == len(set(shown.ids))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    labelled = {values["for"] for tag, values in shown.tags if tag == "label"}
    assert {
        values.get("id") for tag, values in shown.tags if tag == "input" and values.get("type") != "hidden"
    } <= labelled
    for name in ("aria-labelledby", "aria-describedby"):
        assert {values[name] for _, values in shown.tags if name in values} <= set(shown.ids)
    assert [values for tag, values in shown.tags if tag == "img" and "alt" not in values] == []


# The other doors.


def test_health_says_alive_and_ready(page):
    assert page("/healthz").json() == {"status": "ok"}
    ready = page("/readyz").json()
    assert (ready["status"], ready["engine"], ready["lag"]) == ("ok", "sqlite", 0)


def test_a_server_without_an_index_is_not_ready(empty):
    from api.doors.health import state

    assert state(empty)["status"] == "unavailable"
    empty.follower.follow()
    assert state(empty)["status"] == "ok"


def test_files_are_compressed_tagged_and_not_sent_twice(page):
    first = page("/static/start.css")
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Content-Type"] == "text/css; charset=utf-8"

    again = page("/static/start.css", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = page("/static/start.css", **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == first.text


@pytest.mark.parametrize(
    "path", ["/static/nothing.css", "/static/..%2fpages.py", "/static/.hidden", "/static/%00", "/nowhere"]
)
def test_what_is_not_there_is_404(page, path):
    assert page(path).status_code == 404


def test_the_explorer_is_served_whole_with_a_strict_policy(page):
    answer = page("/explorer")
    assert answer.status_code == 200
    assert "script-src 'self'; worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert '<meta name="duta-notice"' in answer.text
    for name in ("main.js", "main.css", "editor.worker.js"):
        assert page(f"/explorer/static/{name}").status_code == 200


def test_the_explorer_gets_the_examples_in_the_language_of_the_reader(page):
    told = page("/explorer/examples.json", **{"Accept-Language": "id"}).json()

    assert [set(each) for each in told] == [{"title", "query", "variables"}] * len(shipped())
    assert told[0]["title"] == "Aset suatu tema: siapa memakainya, dari mana, untuk siapa"


@pytest.mark.parametrize("name", [example.slug for example in shipped()])
def test_an_example_finds_something_in_the_demonstration(demonstration_app, name):
    example = next(each for each in shipped() if each.slug == name)
    with client(demonstration_app) as here:
        answer = here.post("/graphql", json={"query": example.query, "variables": example.variables}).json()

    assert "errors" not in answer
    assert set(example.titles) == set(LANGUAGES)
    assert leaves(answer["data"]) >= 6
    assert answer["extensions"]["cost"]["objects"] <= 2_500


def test_the_first_example_goes_from_theme_to_country_and_audience(demonstration_app):
    with client(demonstration_app) as here:
        asked = {"query": shipped()[0].query, "variables": shipped()[0].variables}
        answer = here.post("/graphql", json=asked, headers={"accept-language": "en"}).json()
    tempe = next(each for each in answer["data"]["assets"]["nodes"] if each["id"] == "asset:tempe")
    slow_table = next(each for each in tempe["campaigns"]["nodes"] if each["title"] == "The slow table")

    assert [edge["node"] for edge in slow_table["missions"]["edges"] if edge["role"] == "LEAD"] == [
        {
            "id": "mission:kbri-hanoi",
            "label": "Kedutaan Besar Republik Indonesia Hanoi",
            "hostedBy": {"name": "Vietnam"},
        }
    ]
    assert [each["name"] for each in slow_table["audiences"]["nodes"]] == ["Home cooks in Hanoi"]


def leaves(value: object) -> int:
    """How many values an answer holds that are something."""
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    if isinstance(value, list):
        return sum(map(leaves, value))
    return value not in (None, 0)
