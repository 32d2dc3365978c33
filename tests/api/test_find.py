"""The page that finds: hits as they will look, why they fit, and what may be done with them."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.doors.find_view import pieces
from graph.store.select import Viewer
from tests.api.test_pages import ELSEWHERE, HERE, Page


@pytest.fixture
def page(demonstration_app):
    with TestClient(demonstration_app, base_url="http://localhost:8000", client=HERE) as here:
        yield here.get


def hits(shown: Page) -> list[str]:
    """Where the hits lead, in their order."""
    return [values["href"] or "" for (before, _), (tag, values) in pairwise(shown.tags) if (before, tag) == ("h3", "a")]


def test_it_answers_with_facets_reasons_and_where_a_thing_is_in_use(page):
    shown = Page(page("/find?q=batik&lang=en").text)

    assert "things found for “batik”." in shown.text
    assert shown.links["Hand-drawn batik, cloth that is written"] == "/a/batik?lang=en"
    assert "Found by the words themselves" in shown.text
    assert re.search(r"In use: .*\d Placements", shown.text)
    assert shown.links["Assets"] == "/find?lang=en&q=batik&type=Asset"


def test_a_facet_narrows_and_can_be_taken_away(page):
    shown = Page(page("/find?q=kimchi&lang=en&type=Asset").text)

    assert "/find?lang=en&q=kimchi" in [values.get("href") for tag, values in shown.tags if tag == "a"]
    assert {"Remove the filter Assets"} == {
        values["aria-label"] for tag, values in shown.tags if values.get("class") == "chip chosen"
    }


def test_it_says_whether_a_thing_may_be_used_there_with_duties_and_what_to_ask(page):
    shown = page("/find?q=komodo&type=Asset&lang=en&place=FR&purpose=TOURISM").text
    assert 'class="may denied"' in shown
    assert "You may not use it so." in shown
    duties = page("/find?q=kimjang&type=Asset&lang=en&place=FR&purpose=TOURISM").text
    assert 'class="may allowed_with_duties"' in duties
    assert "<li>Name the maker and the source.</li>" in duties


def test_only_what_may_be_used_is_what_the_rights_allow(page):
    everything = Page(page("/find?type=Asset&lang=en&place=FR&purpose=TOURISM&q=komodo").text)
    usable = Page(page("/find?type=Asset&lang=en&place=FR&purpose=TOURISM&q=komodo&usable=true").text)

    assert "/a/komodo?lang=en" in hits(everything)
    assert "/a/komodo?lang=en" not in hits(usable)


def test_a_partner_is_told_no_reason(demonstration_app):
    with TestClient(demonstration_app, base_url="http://localhost:8000", client=ELSEWHERE) as there:
        shown = there.get("/find?q=komodo&type=Asset&lang=en&place=FR&purpose=TOURISM").text
    assert "You may not use it so." in shown
    assert "redaksi saja" not in shown


def test_korean_finds_korean_and_a_slip_is_set_right(page):
    assert "Kimjang" in page("/find?q=김장&lang=en").text
    meant = Page(page("/find?q=batkk&lang=en").text)
    assert meant.links["batik"] == "/find?lang=en&q=batik"


def test_more_results_go_on_where_the_page_ended(page):
    first = Page(page("/find?q=indonesia&lang=en").text)
    second = Page(page(first.links["More results"]).text)

    assert len(hits(first)) == 12
    assert not set(hits(first)) & set(hits(second))


def test_nothing_typed_finds_everything_in_the_order_that_is_asked_for(page):
    used = page("/find?type=Asset&sort=USE&lang=en")
    assert "60 things found." in used.text
    assert '<option value="USE" selected>' in used.text


@pytest.mark.parametrize("after", ["x", "1.2", "99999999999999999999.0.asset:batik", "%00"])
def test_a_broken_cursor_is_refused(page, after):
    answer = page(f"/find?q=batik&after={after}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_what_is_typed_is_shown_as_text(page):
    shown = page("/find?q=<script>alert(1)</script>&lang=en").text

    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "given", ["q=zzzqqqxxx", "q=%ff%fe", "q=" + "a" * 900, "q=batik&year=soon", "year=" + "9" * 50, "type=%3Cscript%3E"]
)
def test_odd_questions_get_a_page(page, given):
    assert page(f"/find?lang=en&{given}").status_code == 200


@pytest.mark.parametrize("given", ["q=" + "a+" * 700, "place=ZZ&q=batik"])
def test_what_cannot_be_asked_says_so(page, given):
    answer = page(f"/find?lang=en&{given}")
    assert answer.status_code == 400
    assert ("p", {"class": "problem", "role": "alert"}) in Page(answer.text).tags


def test_a_snippet_is_cut_at_its_highlights():
    snippet = {"text": "hot batik wax", "highlights": [{"start": 4, "end": 9}]}
    assert pieces(snippet) == [("hot ", False), ("batik", True), (" wax", False)]


def test_twelve_hits_with_pictures_ask_the_store_no_more_than_one_hit(demonstration_app, demonstration, monkeypatch):
    asked: list[list[str]] = []
    ask = demonstration.store.ask

    def noted(viewer: Viewer, questions: Mapping[str, Any]) -> Any:
        asked.append([*questions])
        return ask(viewer, questions)

    with TestClient(demonstration_app, base_url="http://localhost:8000", client=ELSEWHERE) as there:
        there.get("/find?q=batik&type=Asset&lang=en")
        monkeypatch.setattr(demonstration.store, "ask", noted)
        one = there.get("/find?q=rendang&type=Asset&lang=en").text
        few, asked[:] = [*asked], []
        many = there.get("/find?q=indonesia&type=Asset&lang=en").text

    shown = [re.findall(r'<h3>|<img src="/media/', text) for text in (one, many)]
    assert shown[0] == ['<img src="/media/', "<h3>"]
    assert shown[1].count("<h3>") == 12
    assert shown[1].count('<img src="/media/') > 1
    # Narrower themes; the hits with what the facets are called; pictures; what clears them; labels in the language.
    assert [*asked] == few == [["theme"], ["search", "@labels:search"], ["media"], ["media"], ["labels"]]
