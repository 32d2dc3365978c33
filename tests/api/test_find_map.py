"""What is found on a map: every marker where its place is and told in words below, before a world that we serve."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.doors.find_map import drawn
from api.wiring import House
from graph.search.index import Hits, Query
from tests.api.test_pages import HERE, Page


@pytest.fixture
def page(demonstration_app):
    with TestClient(demonstration_app, base_url="http://localhost:8000", client=HERE) as here:
        yield here.get


def place(id: str, lat: float | None, lon: float | None) -> dict[str, Any]:
    return {"id": f"place:{id}", "lat": lat, "lon": lon}


def mission(id: str, at: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": f"mission:{id}", "place": at}


HANOI, JAKARTA = place("hanoi", 21.03, 105.85), place("jakarta", -6.2, 106.82)


def test_missions_stand_where_their_place_is_and_what_has_none_is_named():
    found = drawn([mission("b", HANOI), HANOI, JAKARTA, mission("a", HANOI), mission("c", None), place("x", None, 1.0)])

    assert [(one.lon, one.lat, one.places, one.things) for one in found.spots] == [
        (105.85, 21.03, ("place:hanoi",), ("mission:b", "mission:a")),
        (106.82, -6.2, ("place:jakarta",), ()),
    ]
    assert found.nowhere == ("mission:c", "place:x")


def test_the_frame_is_twice_as_wide_as_high_holds_all_and_stays_on_the_world():
    for points in (
        [HANOI],
        [HANOI, JAKARTA],
        [place("a", 89.0, 179.9), place("b", -89.0, -179.9)],
        [place("a", 90, 180)],
    ):
        found = drawn(points)
        assert found.width == pytest.approx(found.height * 2)
        assert 24 <= found.width <= 360
        assert found.left >= -180
        assert found.left + found.width <= 180.001
        assert found.top >= -90
        assert found.top + found.height <= 90.001
        for one in found.spots:
            assert found.left <= one.lon <= found.left + found.width
            assert found.top <= -one.lat <= found.top + found.height


def test_markers_that_would_cover_each_other_are_one():
    found = drawn([place("a", 10.0, 20.0), place("b", 10.1, 20.1), mission("m", place("b", 10.1, 20.1)), HANOI])

    assert [(one.places, one.things) for one in found.spots] == [
        (("place:a", "place:b"), ("mission:m",)),
        (("place:hanoi",), ()),
    ]


def test_nothing_found_is_the_world():
    found = drawn([])
    assert (found.left, found.top, found.width, found.height, found.spots) == (-180, -90, 360, 180, ())


def test_the_page_draws_the_missions_and_lists_each_by_its_number(page):
    answer = page("/find?type=Mission&view=map&lang=en")
    text = answer.text
    markers = re.findall(r'<a href="#(spot-\d+)" tabindex="-1"><circle cx="(-?[\d.]+)" cy="(-?[\d.]+)"', text)
    listed = re.findall(r'<li id="(spot-\d+)"', text)

    assert [id for id, _, _ in markers] == listed
    assert len(listed) > 8
    # The demonstration has one mission without coordinates, on purpose.
    assert "1 more that fit have no place with coordinates." in text
    shown = Page(text)
    assert shown.links["List"] == "/find?lang=en&type=Mission"
    assert "Embassy of Indonesia, Bangkok" in shown.text
    land = page(re.search(r'<image href="([^"]+)"', text)[1])  # type: ignore[index]
    assert (land.status_code, land.headers["content-type"]) == (200, "image/svg+xml")
    assert 'viewBox="-180 -90 360 180"' in land.text
    assert len(answer.content) + len(land.content) < 150_000


def test_a_search_for_words_shows_what_is_somewhere_and_says_so_where_nothing_is(page):
    assert 'href="#spot-1"' in page("/find?q=indonesia&view=map&lang=en").text
    nothing = page("/find?q=rendang&type=Theme&view=map&lang=en").text
    assert "Nothing that fits is at a place with coordinates." in nothing
    assert 'name="view" value="map"' in nothing


def test_a_map_of_one_type_asks_the_index_once(page, monkeypatch):
    asked: list[int] = []
    search = House.search

    def noted(house: House, query: Query) -> Hits:
        asked.append(query.first)
        return search(house, query)

    monkeypatch.setattr(House, "search", noted)

    assert "spot-1" in page("/find?type=Mission&view=map&lang=en").text
    assert asked == [100]
