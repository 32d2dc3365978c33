"""How tired an audience is of an asset, asked of both engines."""

from datetime import date

import pytest

from graph.errors import InvalidValue
from graph.store.batch import Batch, Put, To
from graph.story.fatigue import FatigueVerdict
from graph.story.tiredness import FATIGUE

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
ON = date(2026, 6, 20)


@pytest.fixture
def shown(graph):
    """An asset on two channels of two owners, and others that say the same."""
    graph.put("audience:cooks", name="Cooks", kind="FOREIGN_PUBLIC", size=5000, **INSIDE)
    graph.put("message:slow", text="Slow is shared.", locale="en", **OPEN)
    for name, owner in (("board", "organisation:board"), ("post", "mission:post")):
        graph.put(owner, name=name.title(), **({"kind": "EMBASSY"} if name == "post" else {}))
        graph.put(f"channel:{name}", name=name, platform="WEBSITE", owner=owner, reaches="audience:cooks", **OPEN)
    for name in ("pho", "com", "tired"):
        graph.put(f"asset:{name}", title=name, kind="WORK", locale="en", messages="message:slow", **OPEN)
    graph.put("asset:draft", title="Draft", kind="WORK", locale="en", messages="message:slow")

    def post(number, of, channel, at, **more):
        values = {"at": f"{at}T08:00:00Z", "status": "LIVE", "of": of, "channel": channel}
        graph.put(f"placement:{number}", **values, **INSIDE | more)

    post(1, "asset:pho", "channel:board", "2026-06-20")
    post(2, "asset:pho", "channel:board", "2026-04-21")
    post(3, "asset:pho", "channel:post", "2026-06-20", paid=True)
    post(4, "asset:pho", "channel:post", "2026-01-01")
    for number in range(5, 9):
        post(number, "asset:tired", "channel:post", "2026-06-20")
    return graph


def test_every_post_is_told_with_whose_it_was_and_what_could_be_shown_instead(shown, ask):
    told = ask(FATIGUE, asset="asset:pho", audience="audience:cooks", on=ON)

    assert [(one.channel, one.owner, one.count) for one in told.exposures] == [
        ("channel:board", "organisation:board", 2),
        ("channel:post", "mission:post", 1),
    ]
    assert [(one.placement, one.value) for one in told.fatigue.terms] == [
        ("placement:1", 1.0),
        ("placement:3", 2.0),
        ("placement:2", 0.5),
        ("placement:4", round(2 ** (-170 / 60), 3)),
    ]
    assert told.fatigue.verdict is FatigueVerdict.REST
    assert told.fatigue.next_free_date is not None
    assert [(one.asset, one.messages, one.saturation, one.locale) for one in told.substitutes] == [
        ("asset:com", ("message:slow",), 0.0, None)
    ]


def test_what_the_audience_can_read_is_the_first_to_be_shown_instead(shown, ask):
    shown.put(
        "asset:bun", title="Bun", kind="WORK", locale="en", text_state="PUBLISHED", messages="message:slow", **OPEN
    )
    told = ask(FATIGUE, asset="asset:pho", audience="audience:cooks", on=ON)

    assert [(one.asset, one.locale) for one in told.substitutes] == [("asset:bun", "en"), ("asset:com", None)]


def test_posts_beyond_counting_are_told_by_day_and_channel_and_add_up(shown, ask, asking, store):
    posts = [
        Put(
            f"placement:many{number}",
            "Placement",
            {"at": f"2026-06-{1 + number % 20:02}T{number % 24:02}:00:00Z", "status": "LIVE", **INSIDE},
            {"of": (To("asset:com"),), "channel": (To("channel:post" if number % 2 else "channel:board"),)},
        )
        for number in range(240)
    ]
    assert store.write(Batch(tuple(posts))).refused == ()
    told = ask(FATIGUE, asset="asset:com", audience="audience:cooks", on=ON)
    planner = asking()
    FATIGUE.ask(planner, FATIGUE.given("asset:com", "audience:cooks", ON))

    assert [(one.channel, one.owner, one.count) for one in told.exposures] == [
        ("channel:board", "organisation:board", 120),
        ("channel:post", "mission:post", 120),
    ]
    terms = told.fatigue.terms
    assert [(one.placement, one.count) for one in terms] == [(None, 12)] * 20
    assert {one.owner for one in terms} == {"organisation:board", "mission:post"}
    singly = sum(2 ** (-(20 - (1 + number % 20)) / 60) for number in range(240))
    assert told.fatigue.saturation == pytest.approx(singly / 3, abs=0.001)
    assert planner.statements == 3


def test_what_was_never_shown_is_fresh(shown, ask):
    told = ask(FATIGUE, asset="asset:com", audience="audience:cooks", on=ON)

    assert (told.fatigue.verdict, told.fatigue.terms, told.exposures) == (FatigueVerdict.FRESH, (), ())
    assert told.substitutes == ()


def test_of_an_audience_that_may_not_be_planned_for_nothing_is_told(shown, ask):
    shown.put("audience:cooks", size=20)

    with pytest.raises(InvalidValue, match="MINIMUM_SIZE"):
        ask(FATIGUE, asset="asset:pho", audience="audience:cooks", on=ON)
