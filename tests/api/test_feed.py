"""The Atom feed: what is published, what was corrected, and what is shown no more and why, as each reader sees it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, Removal

NAMES = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
BASE = "http://localhost:8000/a/"


def asset(id: str, **values) -> Put:
    return Put(f"asset:{id}", "Asset", values)


def story(id: str, title: str, **values) -> Put:
    return asset(id, kind="WORK", title=title, locale="en", **{**LIVE, **values})


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def house(home):
    with opened(Settings(home=home)) as house:
        yield house


@pytest.fixture
def feed(house):
    client = TestClient(make_app(house), base_url="http://localhost:8000")

    def get(path: str = "/feed.atom", **headers: str):
        house.follower.follow()
        return client.get(path, headers=headers)

    return get


def write(house, *puts: Put, reason: str = "", removals: tuple[Removal, ...] = ()) -> None:
    assert house.store.write(Batch(puts, reason=reason, removals=removals)).refused == ()


def entries(answer) -> dict[str, list[str]]:
    """Slugs of what is shown, in order, with the labels of its categories."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    return {
        one.findtext("a:id", "", NAMES).removeprefix(BASE): [
            term.get("label", "") for term in one.findall("a:category", NAMES)
        ]
        for one in ET.fromstring(answer.content).findall("a:entry", NAMES)
    }


def tombstones(answer) -> dict[str, str]:
    found = ET.fromstring(answer.content).findall("at:deleted-entry", NAMES)
    return {one.get("ref", "").removeprefix(BASE): one.findtext("at:comment", "", NAMES) for one in found}


def test_what_is_published_is_told_newest_first_with_corrections_and_without_drafts(house, feed):
    write(house, story("one", "One & <b>", summary="Told."), story("draft", "Draft", state="DRAFT"))
    time.sleep(0.002)
    write(house, story("two", "Two"), story("inside", "Inside", marking="INTERNAL"))
    time.sleep(0.002)
    write(house, asset("one", title="One, corrected", summary=None), reason="A wrong name")

    answer = feed()

    assert entries(answer) == {"one": ["Changed: title, summary"], "two": []}
    assert list(entries(answer)) == ["one", "two"]
    assert tombstones(answer) == {}
    first: Any = ET.fromstring(answer.content).find("a:entry", NAMES)
    assert first.findtext("a:title", None, NAMES) == "One, corrected"
    assert first.find("a:link", NAMES).get("href") == f"{BASE}one"


def test_who_works_here_is_told_the_reason(house, feed):
    _, token = Keys(house.store).create("planner", Role.PLANNER)
    write(house, story("one", "One"), reason="For the fair")

    assert entries(feed()) == {"one": []}
    assert entries(feed(authorization=f"Bearer {token}")) == {"one": ["For the fair"]}
    assert feed(authorization="Bearer duta_nothing").status_code == 401


def test_what_is_shown_no_more_is_a_tombstone_with_its_reason_and_what_never_was_is_nothing(house, feed):
    names = ("retired", "withdrawn", "deleted", "expired", "embargoed")
    write(house, *(story(name, name) for name in names), story("secret", "Secret", marking="INTERNAL"))
    write(house, asset("expired", expires_at=soon(0.3)))
    write(house, asset("retired", state="RETIRED"), asset("withdrawn", marking="INTERNAL"))
    write(house, asset("embargoed", embargo_until=soon(900)), asset("secret", state="RETIRED"))
    write(house, removals=(Removal("asset:deleted"),))
    time.sleep(0.35)

    answer = feed()

    assert entries(answer) == {}
    assert tombstones(answer) == {
        "retired": "It was retired.",
        "withdrawn": "It was withdrawn.",
        "deleted": "It was deleted.",
        "expired": "It was to be shown until now and no longer.",
        "embargoed": "It was withdrawn.",
    }


def test_what_an_embargo_let_go_comes_at_that_moment(house, feed):
    write(house, story("held", "Held", embargo_until=soon(3)))
    write(house, story("other", "Other"))
    assert list(entries(feed())) == ["other"]
    time.sleep(3.1)

    assert list(entries(feed())) == ["held", "other"]


def test_the_moment_of_a_tombstone_is_when_it_went_and_not_a_later_edit_behind_the_scenes(house, feed):
    write(house, story("one", "One"))
    write(house, asset("one", marking="INTERNAL"))
    gone = house.store.changes(1, 1)[0].at
    time.sleep(0.01)
    write(house, asset("one", title="Later"))

    [tombstone] = ET.fromstring(feed().content).findall("at:deleted-entry", NAMES)
    assert tombstone.get("when") == gone


def test_a_search_is_followed_by_its_words(house, feed):
    write(house, story("batik", "Batik from Solo"), story("kimchi", "Kimchi in Seoul"), story("old", "Old batik"))
    write(house, asset("old", state="RETIRED"))

    answer = feed("/feed.atom?q=batik")

    assert (entries(answer), list(tombstones(answer))) == ({"batik": []}, ["old"])
    assert "/feed.atom?q=batik" in answer.text


def test_pages_go_back_and_what_is_unchanged_is_not_sent_again(house, feed):
    for number in range(60):
        write(house, story(f"n{number}", f"N {number}"))
    first = feed()
    again = feed(**{"if-none-match": first.headers["etag"]})
    more = next(one for one in ET.fromstring(first.content).findall("a:link", NAMES) if one.get("rel") == "next")
    second = feed(more.get("href", "").removeprefix("http://localhost:8000"))

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "public, max-age=300"
    assert sorted([*entries(first), *entries(second)]) == sorted(f"n{number}" for number in range(60))
    assert feed("/feed.atom?before=x").status_code == 400


def test_the_pages_name_the_feed(house, feed):
    write(house, story("one", "One"))

    assert 'type="application/atom+xml" title="Duta" href="/feed.atom"' in feed("/").text
    assert 'href="/feed.atom?q=batik+solo"' in feed("/find?q=batik+solo").text
    assert 'href="/feed.atom"' in feed("/a/one").text
