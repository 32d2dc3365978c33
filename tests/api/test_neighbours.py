"""The neighbourhood of a thing as a picture, as rows and to take away: for everybody, of what they see."""

import csv
import io
from xml.etree.ElementTree import fromstring

import pytest
from starlette.testclient import TestClient

from api.cards.neighbourhood import Bond
from api.doors.app import make_app
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.api.test_pages import ELSEWHERE, HERE, Page

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
NASTY = "</title><script>alert(1)</script>"


@pytest.fixture(scope="module")
def public(demonstration_app):
    with TestClient(demonstration_app, base_url="http://localhost:8000", client=ELSEWHERE) as there:
        yield there.get


def test_what_a_thing_belongs_with_is_drawn_and_told_in_rows(public):
    shown = public("/graph/asset:kimjang?lang=en")
    page = Page(shown.text)
    assert shown.status_code == 200
    assert page.links["Slow food"] == "/graph/theme:slow-food?lang=en"
    assert page.links["Its public page"] == "/a/kimjang?lang=en"
    assert ("svg", "group") in [(tag, values.get("role")) for tag, values in page.tags]
    assert "Weight: 0.6" in page.text
    assert "Edit" not in page.links


def test_it_is_narrowed_by_link_and_taken_away_as_a_table_and_a_picture(public):
    table = public("/graph/asset:kimjang?lang=en&link=themes&format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["from"], row["link"], row["to_id"], row["more"]) for row in rows] == [
        ("Kimjang", "Themes", "theme:living-craft", "Weight: 0.6"),
        ("Kimjang", "Themes", "theme:slow-food", ""),
    ]
    picture = public("/graph/asset:kimjang?lang=en&link=themes&format=svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["content-disposition"] == 'attachment; filename="asset-kimjang.svg"'
    drawn = fromstring(picture.text)
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(drawn.findall(".//{*}rect")) == 3


def test_a_thing_of_the_picture_is_opened_in_it_and_closed_again(public):
    shown = Page(public("/graph/asset:kimjang?lang=en&link=themes").text)
    opening = shown.links["Show what is around Slow food"]
    assert opening == "/graph/asset:kimjang?lang=en&link=themes&open=theme%3Aslow-food"

    path = "/graph/asset:kimjang?lang=en&open=theme:slow-food,theme:none,theme:slow-food,asset:kimjang"
    further = Page(public(path).text)
    assert further.links["Hide what is around Slow food"] == "/graph/asset:kimjang?lang=en"
    assert further.links["Food culture"] == "/graph/theme:food-culture?lang=en"
    rows = list(csv.DictReader(io.StringIO(public(f"{path}&format=csv").content.decode("utf-8-sig"))))
    bound = [(row["from_id"], row["to_id"]) for row in rows if {row["from_id"], row["to_id"]} >= {"theme:slow-food"}]
    assert ("theme:slow-food", "theme:food-culture") in bound
    # The link between the two is told from one side.
    assert bound.count(("asset:kimjang", "theme:slow-food")) == 1
    drawn = fromstring(public(f"{path}&format=svg").text)
    columns = {one.get("transform", "").split(" ")[0] for one in drawn.findall("{*}g")}
    assert len(columns) == 4
    assert drawn.findall("{*}a") == []


def test_no_more_is_opened_than_is_drawn_well(public):
    names = [f"theme:{one}" for one in ("slow-food", "living-craft", "food-culture", "heritage", "none")]
    path = f"/graph/asset:kimjang?lang=en&open={','.join([*names, 'a' * 5_000, 'x', *names])}"
    assert public(path).status_code == 200


@pytest.mark.parametrize(
    ("since", "until", "day", "holds"),
    [
        ("", "", "2026-05-01", True),
        ("2026", "", "2026-05-01", True),
        ("2026-06", "", "2026-05-31", False),
        ("2020", "2026-05", "2026-05-31", True),
        ("2020", "2026-05", "2026-06-01", False),
    ],
)
def test_a_link_holds_from_the_first_to_the_last_day_that_it_names(since, until, day, holds):
    assert Bond("themes", True, "theme:x", {}, since, until).holds(day) is holds


@pytest.mark.parametrize(
    "path", ["/graph/asset:none", "/graph/audience:vn-home-cooks", "/graph/x", "/graph/asset:", "/graph/asset:%00"]
)
def test_what_is_out_of_sight_answers_like_what_is_not_there(public, path):
    answer = public(f"{path}?lang=en")
    assert (answer.status_code, answer.text) == (404, public("/graph/theme:none?lang=en").text)


def test_scripts_in_names_are_shown_as_text_and_formulas_are_none(home):
    puts = (
        Put("theme:nasty", "Theme", {"name": NASTY}),
        Put("asset:one", "Asset", {"title": "=1+1", "kind": "TEXT", "locale": "en", **LIVE},
            {"themes": (To("theme:nasty", {"since": "2026"}),)}),
    )  # fmt: skip
    with opened(Settings(home=home)) as house:
        assert not house.store.write(Batch(puts, "the test")).refused
        with TestClient(make_app(house), base_url="http://localhost:8000", client=HERE) as here:
            for more in ("", "&format=svg"):
                shown = here.get(f"/graph/asset:one?lang=en{more}").text
                assert "<script>alert" not in shown
                assert "&lt;script&gt;" in shown
            assert "'=1+1" in here.get("/graph/asset:one?lang=en&format=csv").text
            assert here.get("/graph/asset:one?lang=en&day=2025-01-01").text.count("theme:nasty") == 0
