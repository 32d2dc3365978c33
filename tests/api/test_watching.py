"""Watching a card: what is new since somebody last looked, and why, for that one and no other."""

import pytest
from starlette.testclient import TestClient

from api.cards.watching import noted
from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
CARD = "/q/theme-to-audience?theme=theme%3Aa&lang=en"


def asset(id, **more) -> Put:
    values = {"title": f"Work {id}", "kind": "WORK", "locale": "en", "text_state": "PUBLISHED", **LIVE, **more}
    return Put(f"asset:{id}", "Asset", values, {"themes": (To("theme:a"),)})


@pytest.fixture
def house(home):
    with opened(Settings(home=home)) as house:
        house.store.write(Batch((Put("theme:a", "Theme", {"name": "A"}), asset("one"), asset("two"))))
        yield house


@pytest.fixture
def person(house):
    """Pages as the holder of a new key sees them."""
    app = make_app(house)

    def person(name):
        _, token = Keys(house.store).create(name, Role.PLANNER)
        own = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin"}
        return TestClient(app, base_url="http://localhost:8000", client=("192.0.2.7", 1), headers=own)

    return person


def test_news_are_told_with_their_reason_until_they_are_seen(house, person):
    planner = person("a planner")
    assert "Watch this question" in planner.get(CARD).text
    begun = planner.post(CARD, data={"do": "look"})
    assert "The answer is what it was." in begun.text

    house.store.write(Batch((asset("three"), asset("one", summary="More.")), actor="editor", reason="a test"))
    page = planner.get(CARD).text
    news = page[page.index('<ul class="news">') :]
    assert "<strong>New</strong> · Assets: <bdi>Work three</bdi>" in news
    assert "<bdi>Work three</bdi></a>" in news
    assert "Made" in news
    was = page[page.index("<summary>The answer as it was: 2</summary>") :].partition("</details>")[0]
    assert was.count("<li>") == 2
    assert "Work one" in was
    assert "Work two" not in news.partition("<details>")[0]

    planner.post(CARD, data={"do": "look"})
    assert "The answer is what it was." in planner.get(CARD).text


def test_what_is_gone_is_told_and_a_change_that_the_answer_does_not_show_is_none(house, person):
    planner = person("a planner")
    planner.post(CARD, data={"do": "look"})
    house.store.write(Batch((asset("one", year=1999), asset("two", marking="RESTRICTED"))))
    news = planner.get(CARD).text.partition('<ul class="news">')[2].partition("<details>")[0]
    assert "<strong>Gone</strong> · Assets: <bdi>Work two</bdi>" in news
    assert "Work one" not in news


def test_what_left_the_answer_says_by_which_change_as_far_as_the_reader_may_know(house, person):
    planner = person("a planner")
    planner.post(CARD, data={"do": "look"})
    two = asset("two")
    house.store.write(Batch((asset("one", marking="RESTRICTED"), Put(two.id, two.type, two.values, {"themes": ()}))))
    one, other = planner.get(CARD).text.partition('<ul class="news">')[2].partition("<details>")[0].split("Gone")[1:]
    assert "Work one" in one
    assert "or because you may not see it any more" in one
    assert "Work two" in other
    assert "Changed" in other
    assert "(Themes)" in other


def test_what_changed_is_told_with_what_it_was_before(house, person):
    planner = person("a planner")
    planner.post(CARD, data={"do": "look"})
    house.store.write(Batch((asset("one", title="Work one, anew", kind="PHOTO"),)))
    news = planner.get(CARD).text.partition('<ul class="news">')[2].partition("<details>")[0]
    assert "<strong>Changed</strong> · Assets: <bdi>Work one, anew</bdi>" in news
    assert "<li>Title: Work one → Work one, anew</li>" in news
    assert "<li>Kind: Work → Photo</li>" in news
    assert "Work two" not in news


def test_the_same_answer_in_another_language_is_no_news(house, person):
    planner = person("a planner")
    vn = Put("translation:one-id", "Translation", {"locale": "id", "title": "Karya satu", "state": "PUBLISHED"},
             {"translates": (To("asset:one"),)})  # fmt: skip
    house.store.write(Batch((vn,)))
    planner.post(CARD, data={"do": "look"})
    page = planner.get(CARD.replace("lang=en", "lang=id")).text
    assert "Karya satu" in page
    assert "Jawabannya masih sama." in page


def test_a_watch_is_of_one_person_and_one_form_and_ends_when_told(house, person):
    planner, other = person("a planner"), person("another")
    planner.post(CARD, data={"do": "look"})
    assert "Watch it no longer" in planner.get(CARD).text
    assert "Watch it no longer" not in other.get(CARD).text
    assert "Watch it no longer" not in planner.get(CARD.replace("theme%3Aa", "theme%3Ab")).text
    planner.post(CARD, data={"do": "stop"})
    assert "Watch it no longer" not in planner.get(CARD).text


def test_nobody_and_pages_of_other_sites_watch_nothing(house, person):
    with TestClient(make_app(house), base_url="http://localhost:8000", client=("192.0.2.8", 1)) as public:
        assert "Watch this question" not in public.get(CARD).text
        assert public.post(CARD, data={"do": "look"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403
    planner = person("a planner")
    assert planner.post(CARD, data={"do": "look"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "Watch it no longer" not in planner.get(CARD).text


def test_the_entries_of_an_answer_are_the_elements_of_its_outermost_lists():
    cell = {"row": {"key": "r"}, "column": {"key": "c"}, "state": "THIN", "assets": [{"id": "asset:a"}]}
    beat = {"asset": {"id": "asset:b"}, "score": 1.0}
    data = {"coverage": {"cells": [cell]}, "plan": {"beats": [beat], "notes": ["x"]}}
    found = noted(data)
    assert [(one.key, one.field, one.ids) for one in found.values()] == [
        ("coverage.cells:r+c", "cells", ("asset:a",)),
        ("plan.beats:asset:b", "beats", ("asset:b",)),
    ]
    beat["score"] = 0.5
    again = noted(data)
    assert again["plan.beats:asset:b"].digest != found["plan.beats:asset:b"].digest
    assert again["coverage.cells:r+c"] == found["coverage.cells:r+c"]
