"""Kits: what may be shown offline is packed and signed, what was changed is told, and the page refuses what ran out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from selenium import webdriver
from starlette.testclient import TestClient

from api.cli.main import cli
from api.doors.app import make_app
from api.keys import Keys
from api.kits import faults, key_of, kit_of
from api.packing import pack, unpacked
from api.roles import Role
from api.settings import Settings
from api.stories import everybody
from api.studios import studio_of
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.api.test_embeds import BASE, CC_BY, LIVE, SECRET, asset, grant, only
from tests.api.test_embeds_browser import FLAGS
from tests.media.drawing import draw, encode

#: Of one moment, as midnight may pass between two tests.
NOW = datetime.now(UTC)
SOON, FAR = ((NOW.date() + timedelta(days)).isoformat() for days in (5, 90))
STORIES = ("open", "soon", "ended", "website", "internal", "picture")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with opened(Settings(home=tmp_path_factory.mktemp("kits"), public_url=BASE, budget_per_address=0)) as house:
        with TestClient(make_app(house), base_url=BASE) as client:
            token = Keys(house.store).create("editor", Role.EDITOR)[1]
            headers = {"authorization": f"Bearer {token}", "content-type": "image/jpeg"}
            sent = client.post("/media?alt=A%20hill&credit=Contoh&locale=en", content=encode(draw()), headers=headers)
        puts = (
            grant("open", licence=CC_BY),
            grant("soon", licence=CC_BY, valid_until=SOON),
            grant("ended", licence=CC_BY, valid_until="2024-12-31"),
            grant("website", rules=only("", "WEBSITE")),
            Put(sent.json()["id"], "Media", LIVE, {"rights": (To("rightsgrant:open"),)}),
            *(asset(name, f"On {name}", name, summary="A story.") for name in STORIES[:4]),
            asset("internal", SECRET, "open", marking="INTERNAL"),
            asset("picture", "<b>A hill</b>", "open", {"media": (To(sent.json()["id"]),)}, body="One.\n\nTwo."),
            Put(
                "campaign:week",
                "Campaign",
                {"title": "A week", "marking": "INTERNAL", "locale": "en"},
                {"assets": tuple(To(f"asset:{one}") for one in STORIES)},
            ),
        )
        assert not house.store.write(Batch(puts)).refused
        yield house


def viewer(days: int = 0):
    """Who works here, so many days from now."""
    now = int((NOW + timedelta(days)).timestamp() * 1000)
    return replace(everybody(now), live=2, draft=2)


@pytest.fixture(scope="module")
def files(house):
    kit = kit_of(house.store, viewer(), "campaign:week", "en")
    assert kit is not None
    return unpacked(pack(house.store, studio_of(house.settings), kit, "en"))


def test_a_kit_has_what_everybody_may_be_shown_at_events_each_with_its_last_day(files):
    told = json.loads(files["kit.json"])

    assert [(one["id"], one["until"]) for one in told["items"]] == [
        ("asset:open", FAR),
        ("asset:picture", FAR),
        ("asset:soon", SOON),
    ]
    assert told["items"][1]["credit"] == "Contoh"
    assert [name for name in files if name.startswith("pictures/")] == ["pictures/002-picture.jpg"]
    assert files["texts/002-picture.txt"].decode().startswith("<b>A hill</b>\n\nOne.\n\nTwo.\n\nContoh")
    assert "<b>A hill" not in files["index.html"].decode()
    assert not any(SECRET.encode() in data for data in files.values())


def test_what_was_changed_in_a_kit_is_told(house, files):
    key = key_of(house.store)
    other = {**files, "index.html": b"", "evil.html": b""}
    other.pop("texts/001-open.txt")

    assert faults(files, key) == []
    assert faults(other, key) == ["evil.html was added.", "index.html was changed.", "texts/001-open.txt is missing."]
    assert faults({**files, "kit.json": files["kit.json"] + b" "}, key) == ["kit.json is not what was signed."]
    for signature in (b"", b"a.b.c", files["kit.jws"][:-4] + b"AAAA"):
        assert faults({**files, "kit.jws": signature}, key) == ["The signature is not of this key."]


def test_a_kit_is_given_to_those_with_a_key_and_told_in_the_graph(house):
    token = Keys(house.store).create("planner", Role.PLANNER)[1]
    headers = {"authorization": f"Bearer {token}"}
    question = '{ kit(id: "campaign:week") { items { asset { id } until } leftOut { id } url } }'
    perspective = {**headers, "duta-perspective": "DRAFT"}
    with TestClient(make_app(house), base_url=BASE, client=("192.0.2.9", 1)) as client:
        told = client.post("/graphql", json={"query": question}, headers=perspective).json()["data"]["kit"]
        nothing = client.post("/graphql", json={"query": question}).json()["data"]["kit"]
        answers = [client.get("/kits/week.zip"), client.get("/kits/no-such.zip", headers=headers)]

    assert [one["asset"]["id"] for one in told["items"]] == ["asset:open", "asset:picture", "asset:soon"]
    assert [one["id"] for one in told["leftOut"]] == ["asset:ended", "asset:internal", "asset:website"]
    assert told["url"] == f"{BASE}/kits/week.zip"
    assert nothing is None
    assert [one.status_code for one in answers] == [401, 404]


def test_the_command_writes_a_kit_and_says_whether_one_is_as_it_was_signed(house, home, tmp_path, monkeypatch):
    monkeypatch.setenv("DUTA_HOME", str(house.settings.home))
    file = tmp_path / "week.zip"
    made = CliRunner().invoke(cli, ["kit", "export", "campaign:week", str(file)])
    good = CliRunner().invoke(cli, ["kit", "verify", str(file)])
    (tmp_path / "no.zip").write_bytes(b"PK")
    bad = CliRunner().invoke(cli, ["kit", "verify", str(tmp_path / "no.zip")])

    assert made.stdout.startswith(f"3 stories are in {file}, ")
    assert "asset:website is left out" in made.stderr
    assert (good.exit_code, good.stdout.endswith("3 stories, 0 have run out.\n")) == (0, True)
    assert (bad.exit_code, CliRunner().invoke(cli, ["kit", "export", "campaign:none", str(file)]).exit_code) == (1, 1)


@pytest.mark.browser
def test_the_page_of_a_kit_shows_what_holds_and_refuses_what_ran_out(house, files, tmp_path):
    old = kit_of(house.store, viewer(-100), "campaign:week", "en")
    assert old is not None
    for name, found in (("new", files), ("old", unpacked(pack(house.store, studio_of(house.settings), old, "en")))):
        for path, data in found.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        driver.get((tmp_path / "new" / "index.html").as_uri())
        shown = driver.execute_script("return [...document.querySelectorAll('h2')].map((one) => one.textContent)")
        wide = driver.execute_script("return document.querySelector('img').naturalWidth")
        driver.get((tmp_path / "old" / "index.html").as_uri())
        refused = driver.execute_script("return [document.body.innerText, document.images.length]")
    finally:
        driver.quit()

    assert (shown, wide) == (["On open", "<b>A hill</b>", "On soon"], 240)
    assert refused[0].count("This story may no longer be shown from this kit.") == len(old.items)
    assert ("On open" in refused[0], refused[1]) == (False, 0)
