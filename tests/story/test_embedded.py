"""Views of embeds on partners' channels, on both engines: where an asset is seen, and how that tires."""

from datetime import date, timedelta
from typing import Any

import pytest

from graph.story.embedded import EMBEDDED_ON
from graph.story.fatigue import FatigueVerdict
from graph.story.tiredness import FATIGUE
from graph.story.viewed import add_views, read_views
from tests.story.conftest import PLANNER

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
TODAY = date(2026, 6, 1)
KEY, OTHER, STRANGE = "0123456789ab", "ba9876543210", "cccccccccccc"


def ago(days: int) -> date:
    return TODAY - timedelta(days)


@pytest.fixture
def sites(graph):
    """An asset, and two partners' sites of which one reaches the audience."""
    graph.put("audience:cooks", name="Cooks", kind="FOREIGN_PUBLIC", size=5000, **INSIDE)
    for name, key, reaches in (("kitchen", f"duta_{KEY}", ["audience:cooks"]), ("museum", OTHER, [])):
        graph.put(f"organisation:{name}", name=name.title(), **OPEN)
        graph.put(
            f"channel:{name}", name=name, platform="WEBSITE", owner=f"organisation:{name}", reaches=reaches,
            partner_key=key, **OPEN,
        )  # fmt: skip
    for name in ("pho", "com"):
        graph.put(f"asset:{name}", title=name, kind="WORK", locale="en", **OPEN)
    return graph


@pytest.fixture
def viewed(sites, store):
    counts = {
        ("asset:pho", ago(0), KEY): 20,
        ("asset:pho", ago(60), KEY): 30,
        ("asset:pho", ago(91), KEY): 500,
        ("asset:pho", ago(3), OTHER): 70,
        ("asset:pho", ago(3), STRANGE): 7,
        ("asset:pho", ago(3), ""): 900,
        ("asset:com", ago(40), OTHER): 1,
    }
    add_views(store, counts, TODAY)
    add_views(store, {("asset:pho", ago(0), KEY): 5}, TODAY)
    return store


def test_an_asset_is_used_on_the_channels_whose_partners_embed_it(viewed, asking):
    asked = asking()
    told: Any = EMBEDDED_ON.ask(asked, EMBEDDED_ON.given(), ("asset:pho", "asset:com"))

    assert [
        (one.channel, one.owner, one.partner, one.first_viewed, one.last_viewed, one.views) for one in told["asset:pho"]
    ] == [
        (None, None, None, ago(3), ago(3), 900),
        ("channel:museum", "organisation:museum", OTHER, ago(3), ago(3), 70),
        ("channel:kitchen", "organisation:kitchen", KEY, ago(60), ago(0), 55),
        (None, None, STRANGE, ago(3), ago(3), 7),
    ]
    assert [(one.channel, one.views) for one in told["asset:com"]] == [("channel:museum", 1)]
    assert asked.statements == 2


def test_views_add_up_and_are_told_by_day(viewed, store):
    told = read_views(store, ["asset:pho"], ago(60), ago(0))["asset:pho"]

    assert [(one.day, one.partner, one.views) for one in told if one.partner == KEY] == [
        (ago(0), KEY, 25),
        (ago(60), KEY, 30),
    ]
    assert read_views(store, ["asset:none"], ago(60), ago(0)) == {}


def test_an_embed_tires_the_audience_of_its_channel_by_its_views(viewed, ask):
    told = ask(FATIGUE, asset="asset:pho", audience="audience:cooks", on=TODAY)

    assert [
        (one.placement, one.channel, one.owner, one.views, one.weight, one.value) for one in told.fatigue.terms
    ] == [(None, "channel:kitchen", "organisation:kitchen", 55, 0.165, 0.165)]
    assert [(one.channel, one.count, one.views) for one in told.exposures] == [("channel:kitchen", 0, 55)]
    assert (told.fatigue.saturation, told.fatigue.verdict) == (0.055, FatigueVerdict.FRESH)
    assert (told.policy.embed_views, told.policy.embed_days) == (100, 90)


def test_an_embed_before_a_day_is_told_as_it_was_on_that_day(viewed, ask):
    told = ask(FATIGUE, asset="asset:pho", audience="audience:cooks", on=ago(60))

    assert [(one.views, one.seen_last, one.weight) for one in told.fatigue.terms] == [(530, ago(60), 0.3)]


def test_nothing_more_is_asked_where_no_channel_names_a_key(viewed, sites, asking):
    sites.put("channel:kitchen", partner_key=None)
    asked = asking()
    told: Any = FATIGUE.ask(asked, FATIGUE.given("asset:pho", "audience:cooks", TODAY))

    assert (told.fatigue.terms, asked.statements) == ((), 2)


def test_who_does_not_work_here_is_told_of_no_views(viewed, asking):
    asked = asking(viewer=type(PLANNER)(live=1, draft=-1, retired=-1, now=PLANNER.now))

    assert EMBEDDED_ON.ask(asked, EMBEDDED_ON.given(), ("asset:pho",)) == {}
    assert asked.statements == 0
