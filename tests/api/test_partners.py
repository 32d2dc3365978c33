"""The page for partners: a live embed, what it weighs, and in the demonstration a right that ends and is given back."""

import re

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.doors.embed_page import MOST
from api.settings import DEMO_MARKER, Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.api.test_embeds import LIVE, SECRET, Tags, asset, grant

HERE = "http://127.0.0.1"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("partners")
    (home / DEMO_MARKER).write_text("", encoding="utf-8")
    with opened(Settings(home=home, budget_per_address=0)) as house:
        picture = {"kind": "PICTURE", "sha256": "0" * 64, "width": 900, "height": 600, "alt": "A ship.", **LIVE}
        puts = (
            grant("open", licence=CC_BY),
            grant("drawings-2026", licence=CC_BY),
            Put("media:sails", "Media", picture, {"rights": (To("rightsgrant:drawings-2026"),)}),
            asset("pinisi", "A ship", "open", {"media": (To("media:sails"),)}, summary="It sails."),
            asset("draft", SECRET, state="DRAFT"),
        )
        assert not house.store.write(Batch(puts)).refused
        yield make_app(house)


@pytest.fixture
def here(app):
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 1))


@pytest.fixture
def elsewhere(app):
    return TestClient(app, base_url=HERE, client=("192.0.2.9", 1))


def test_a_newspaper_frames_the_embed_and_is_told_what_it_weighs(elsewhere):
    answer = elsewhere.get("/partners?lang=en")
    page = Tags(answer.text)
    rows = re.findall(r"<code>(\w+)</code></th><td>(\d+)</td><td>([\d–]+)</td>", answer.text)

    assert [one["src"] for one in page.all("iframe")] == [f"{HERE}/embed/pinisi?lang=en"]
    assert [name for name, _, _ in rows] == ["FULL", "KB_20", "KB_5", "TEXT"]
    for name, text, picture in rows[1:]:
        real = elsewhere.get(f"/embed/pinisi?lang=en&profile={name}", headers={"accept-encoding": "identity"})
        assert len(real.content) == int(text)
        assert "set-cookie" not in real.headers
        assert int(text) + int(picture.replace("–", "0")) <= next(most for one, most in MOST.items() if one == name)
    assert page.all("form") == []
    assert SECRET not in elsewhere.get("/partners?lang=en&of=draft").text


def test_in_the_demonstration_a_right_ends_and_is_given_back(here):
    def images() -> int:
        return len(Tags(here.get("/embed/pinisi?lang=en").text).all("img"))

    found = []
    for step in ("end", "give"):
        assert [one["action"] for one in Tags(here.get("/partners?lang=en").text).all("form")] == [
            f"/partners/{step}-right?lang=en"
        ]
        found.append(images())
        assert here.post(f"/partners/{step}-right?lang=en").status_code == 200
    assert [*found, images()] == [1, 0, 1]


def test_nobody_else_ends_a_right(here, elsewhere):
    assert elsewhere.post("/partners/end-right").status_code == 403
    assert here.post("/partners/end-right", headers={"origin": "https://evil.example"}).status_code == 403
    assert len(Tags(here.get("/embed/pinisi?lang=en").text).all("img")) == 1
