"""Plans on both engines: a small graph whose answer can be told by hand, secrets in it, and what is refused."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import orjson
import pytest

from graph.errors import InvalidValue
from graph.model.enums import Platform
from graph.story.plan.gates import Gate
from graph.story.plan.planning import PLAN_STORY, plan_story
from graph.story.plan.question import StoryQuestion, StoryWindow
from graph.story.settings import StoryWeights

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
HOUSE = {"state": "PUBLISHED", "marking": "INTERNAL"}
SECRET = {"state": "PUBLISHED", "marking": "RESTRICTED"}
WINDOW = StoryWindow(date(2026, 6, 8), date(2026, 6, 20))
ASKED = StoryQuestion("goal:known", "audience:cooks", WINDOW)


def asset(graph, name, theme, *, message="message:slow", **more):
    more = {
        "kind": "WORK",
        "tone": "JOY",
        "locale": "vi",
        "text_state": "PUBLISHED",
        "rights": "rightsgrant:free",
    } | more
    graph.put(f"asset:{name}", title=name.title(), themes=theme, messages=message, **OPEN | more)


@pytest.fixture
def kitchen(graph):
    """An audience that cares for soup and rice, three assets on a way to the goal, and a proof."""
    graph.put("country:vn", name="Vietnam", alpha2="VN")
    graph.put("theme:food", name="Food")
    graph.put("theme:soup", name="Soup", broader="theme:food")
    graph.put("theme:rice", name="Rice")
    graph.put("source:survey", title="A survey", locale="en", **OPEN)
    graph.put(
        "audience:cooks",
        name="Cooks",
        kind="FOREIGN_PUBLIC",
        size=5000,
        locales=["vi"],
        country="country:vn",
        interests=[
            ("theme:food", {"weight": 0.9, "confidence": "B2", "evidence": "source:survey"}),
            ("theme:rice", {"weight": 0.5}),
        ],
        **HOUSE,
    )
    graph.put("goal:known", title="Be known", locale="en", text_state="PUBLISHED", **HOUSE)
    graph.put("narrative:table", title="One table", locale="en", text_state="PUBLISHED", goals="goal:known", **HOUSE)
    graph.put(
        "message:slow", text="Slow is shared.", locale="en", text_state="PUBLISHED", intent="VALUE",
        narrative="narrative:table", audiences="audience:cooks", **OPEN,
    )  # fmt: skip
    graph.put(
        "rightsgrant:free", title="Free", locale="en", licence="https://creativecommons.org/publicdomain/zero/1.0/",
        **HOUSE,
    )  # fmt: skip
    asset(graph, "pho", "theme:soup")
    asset(graph, "com", "theme:rice", tone="CALM")
    asset(graph, "pot", "theme:food", message=[])
    graph.put(
        "proof:count", title="Nine of ten", locale="en", text_state="PUBLISHED", kind="STATISTIC",
        messages=[("message:slow", {"confidence": "A1"})], shown_by="asset:pot", **OPEN,
    )  # fmt: skip
    return graph


def plan(ask, viewer=None, locale="en", **changes) -> Any:
    who = {} if viewer is None else {"viewer": viewer}
    return ask(PLAN_STORY, locale=locale, input=replace(ASKED, **changes), **who)


def test_a_story_has_its_beats_its_reasons_and_its_ways(kitchen, ask):
    story = plan(ask, max_beats=3)

    assert [(one.role, one.asset, one.score) for one in story.beats] == [
        ("HOOK", "asset:pho", 0.5832),
        ("PROOF", "asset:pot", 0.81),
        ("CALL", "asset:com", 0.3825),
    ]
    assert story.score == round((0.5832 + 0.81 + 0.3825) / 3, 3)
    assert (story.narrative, story.rejected, story.missing[1:]) == ("narrative:table", (), ())
    hook = story.beats[0]
    assert hook.because.sentence == (
        "Opens the story: “Cooks” care about Food (weight 0.9, confidence B2, with a source), and “Pho” is about "
        "Soup, which is part of it; it says “Slow is shared.”, in the narrative “One table” for the goal “Be known”."
    )
    assert [(one.from_, one.type, one.to, one.source) for one in hook.because.path] == [
        ("audience:cooks", "INTERESTED_IN", "theme:food", "source:survey"),
        ("theme:soup", "BROADER", "theme:food", None),
        ("asset:pho", "ABOUT", "theme:soup", None),
        ("asset:pho", "EXPRESSES", "message:slow", None),
        ("message:slow", "PART_OF", "narrative:table", None),
        ("narrative:table", "SERVES", "goal:known", None),
    ]
    assert {one.name: one.value for one in hook.factors} == {
        "interest": 0.72, "theme": 1.0, "confidence": 0.9, "audience": 1.0, "narrative": 1.0, "freshness": 1.0,
        "locale": 1.0, "role": 0.9, "fatigue": 0.0,
    }  # fmt: skip
    assert asdict(story.evidence) == {"sourced": 1, "assumed": 10, "sample": 0}


def test_the_same_graph_and_moment_give_the_same_bytes(kitchen, asking):
    given = PLAN_STORY.given(ASKED)
    first, second = (orjson.dumps(asdict(plan_story(asking(), given))) for _ in range(2))

    assert first == second


def test_statements_do_not_grow_with_the_candidates(kitchen, asking):
    few = asking()
    PLAN_STORY.ask(few, PLAN_STORY.given(ASKED))
    for number in range(12):
        asset(kitchen, f"more-{number}", "theme:soup")
    many = asking()
    story = plan_story(many, PLAN_STORY.given(ASKED))

    assert story.looked_at == 15
    assert few.statements == many.statements == 4


def test_reasons_are_given_in_indonesian_too(kitchen, ask):
    sentence = plan(ask, locale="id", max_beats=1).beats[0].because.sentence

    assert sentence.startswith("Membuka cerita: “Cooks” peduli pada Food (bobot 0,9, keyakinan B2, bersumber)")


def test_what_may_not_be_used_is_told_with_its_cure(kitchen, ask):
    asset(kitchen, "draft-text", "theme:soup", locale="en")
    asset(kitchen, "unclear", "theme:soup", rights=[])
    asset(kitchen, "house", "theme:soup", marking="INTERNAL")
    asset(kitchen, "soon-gone", "theme:soup", expires_at="2026-06-15T00:00:00Z")

    found = {one.asset: (one.gate, one.fix.action, one.fix.cost) for one in plan(ask).rejected}

    assert found == {
        "asset:draft-text": (Gate.LOCALE, "translate it into Vietnamese", "1 word"),
        "asset:unclear": (Gate.RIGHTS, "ask for the right", "1 request"),
        "asset:house": (Gate.MARKING, "publish it", "1 review"),
        "asset:soon-gone": (Gate.EXPIRED, "extend it beyond the window", "1 review"),
    }


@pytest.fixture
def page(kitchen):
    """A channel that reaches the cooks."""
    kitchen.put("channel:page", name="Page", platform="FACEBOOK", reaches=[("audience:cooks", {"share": 0.2})], **OPEN)
    return kitchen


def shown(graph, name, at, of="asset:pho", status="LIVE", **more):
    graph.put(f"placement:{name}", at=at, status=status, of=of, channel="channel:page", **HOUSE | more)


def test_what_the_audience_saw_lately_is_not_repeated_and_tells_when_it_is_free(page, ask):
    shown(page, "one", "2026-05-20T08:00:00Z")

    [found] = plan(ask).rejected

    assert (found.asset, found.gate, found.fix.until) == ("asset:pho", Gate.REPEAT, date(2026, 6, 20))
    assert found.reason == "The audience is shown it on 20 May 2026, within 30 days of the story."
    tired = next(one for one in plan(ask, avoid_repeats_days=0).beats if one.asset == "asset:pho")
    assert tired.checks.fatigue.terms.terms[0].placement == "placement:one"
    assert tired.checks.fatigue.saturation == round(2 ** (-19 / 21) / 3, 3)


def test_a_campaign_for_the_same_audience_is_a_clash_but_for_its_own_story(page, ask):
    page.put("mission:hanoi", name="Embassy in Hanoi", kind="EMBASSY")
    page.put(
        "campaign:week", title="Soup week", locale="en", text_state="PUBLISHED", starts="2026-06-20", ends="2026-06-30",
        assets="asset:pho", audiences="audience:cooks", missions="mission:hanoi", **OPEN,
    )  # fmt: skip
    shown(page, "own", "2026-06-21T08:00:00Z", status="PLANNED", campaign="campaign:week")

    [found] = plan(ask).rejected
    assert (found.gate, found.reason) == (
        Gate.CLASH,
        "“Soup week” shows it to the same audience until 30 June 2026 (run by Embassy in Hanoi).",
    )
    assert found.fix.action == "agree with them, plan for their campaign, or start on 1 July 2026 or later"
    assert plan(ask, campaign="campaign:week").rejected == ()
    assert plan(ask, window=StoryWindow(date(2026, 7, 1), date(2026, 7, 2)), avoid_repeats_days=0).rejected == ()


def test_a_note_that_touches_something_stops_it_where_it_is_severe_and_stands_in_the_checks_else(page, ask):
    note = {"locale": "en", "text_state": "PUBLISHED", "countries": "country:vn"} | HOUSE
    page.put("sensitivitynote:a", title="Soup", severity="SEVERE", touches="theme:soup", **note)
    page.put("sensitivitynote:b", title="Rice", severity="MODERATE", touches="theme:rice", **note)
    page.put("sensitivitynote:c", title="All", severity="SEVERE", ends="2026-06-30", **note)
    page.put("sensitivitynote:d", title="Over", severity="EXTREME", ends="2026-06-07", **note)

    story = plan(ask)

    assert [(one.asset, one.gate) for one in story.rejected] == [("asset:pho", Gate.SENSITIVITY)]
    assert story.rejected[0].reason == "The note “Soup” (severe) is open in the country and touches it."
    [indonesian] = plan(ask, locale="id").rejected
    assert indonesian.reason == "Catatan “Soup” (berat) berlaku di negara itu dan menyangkutnya."
    rice = next(one for one in story.beats if one.asset == "asset:com").checks.sensitivity
    assert (rice.touching, rice.open) == (1, ("sensitivitynote:b", "sensitivitynote:c"))


def secrets(graph):
    """Things that a planner does not see, each where it would stand in an answer."""
    graph.put("source:cable", title="A cable", locale="en", **SECRET)
    graph.put("theme:cipher", name="Cipher", **SECRET)
    graph.put(
        "message:cipher", text="Cipher.", locale="en", text_state="PUBLISHED", narrative="narrative:table", **SECRET
    )
    graph.put("narrative:cipher", title="Cipher", locale="en", part_of="narrative:table", goals="goal:known", **SECRET)
    asset(graph, "cipher", "theme:soup", marking="RESTRICTED")
    asset(graph, "lead", [("theme:soup", {"evidence": "source:cable"}), "theme:cipher"])
    graph.put("audience:cooks", interests=[("theme:food", {"weight": 0.9, "evidence": "source:cable"}), "theme:cipher"])
    graph.put(
        "campaign:cipher", title="Cipher", locale="en", starts="2026-06-10", ends="2026-06-12", assets="asset:lead",
        audiences="audience:cooks", **SECRET,
    )  # fmt: skip
    graph.put(
        "sensitivitynote:cipher", title="Cipher", locale="en", severity="EXTREME", countries="country:vn", **SECRET
    )
    graph.put("channel:page", name="Page", platform="FACEBOOK", reaches="audience:cooks", **OPEN)
    shown(graph, "cipher", "2026-06-01T00:00:00Z", of="asset:lead", marking="RESTRICTED")


def test_nothing_that_the_caller_does_not_see_stands_in_an_answer_or_changes_it(kitchen, ask):
    secrets(kitchen)

    told = orjson.dumps(asdict(plan(ask))).decode()

    assert "cipher" not in told.lower()
    assert "cable" not in told
    assert "asset:lead" in told


def test_what_is_not_there_is_refused_by_its_kind(kitchen, ask):
    for kind, id in (
        ("goal", "goal:x"),
        ("audience", "audience:x"),
        ("country", "country:x"),
        ("campaign", "campaign:x"),
    ):
        with pytest.raises(InvalidValue) as refused:
            plan(ask, **{kind: id})
        assert (refused.value.path, refused.value.reason) == (
            f"input.{kind}",
            f'There is no {kind} with the id "{id}".',
        )


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"window": StoryWindow(date(2026, 6, 8), date(2026, 6, 7))}, "input.window.to", "before it starts"),
        ({"max_beats": 0}, "input.maxBeats", "0 is not from 1 to 6."),
        ({"avoid_repeats_days": 731}, "input.avoidRepeatsDays", "731 is not from 0 to 730."),
        ({"weights": StoryWeights(fatigue=2.5)}, "input.weights.fatigue", "2.5 is not from 0 to 2."),
        ({"weights": StoryWeights(role=float("nan"))}, "input.weights.role", "nan is not from 0 to 2."),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_place(asking, changes, path, reason):
    with pytest.raises(InvalidValue) as refused:
        PLAN_STORY.ask(asking(), PLAN_STORY.given(replace(ASKED, **changes)))
    assert refused.value.path == path
    assert reason in refused.value.reason


def test_an_audience_that_may_not_be_planned_for_is_refused_with_the_rule(kitchen, ask):
    kitchen.put("audience:cooks", names={"id": "Pemasak Muslim"})
    with pytest.raises(InvalidValue, match="NOT_BY_RELIGION"):
        plan(ask)
    kitchen.put("audience:cooks", names={}, size=999)
    with pytest.raises(InvalidValue, match="MINIMUM_SIZE"):
        plan(ask)


def test_where_nothing_is_known_the_answer_is_empty_and_says_what_is_missing(kitchen, ask):
    kitchen.put("audience:new", name="New", kind="FOREIGN_PUBLIC", country="country:vn", **HOUSE)
    kitchen.put("goal:new", title="New goal", locale="en", text_state="PUBLISHED", **HOUSE)

    story = plan(ask, audience="audience:new")
    assert (story.score, story.beats, story.narrative) == (0.0, (), None)
    assert story.missing[0].why == "Nothing is known of what “New” are interested in."
    assert [(one.field, one.to) for one in story.to_fill.rows] == [
        ("interests", "theme:rice"), ("interests", "theme:soup"), ("size", None),
    ]  # fmt: skip
    told, line = story.to_fill.csv.splitlines()[1:3]
    assert line.startswith("Audience,audience:new,theme:rice|weight=;theme:soup|weight=,")
    assert told.startswith("# New · Its assets speak for the goal: would the audience care? (Rice; Soup) Whether")

    nowhere = plan(ask, goal="goal:new")
    assert (nowhere.beats, nowhere.missing[0].why) == ((), "No narrative serves the goal “New goal”.")


def test_a_platform_that_reaches_nobody_is_told_with_the_nearest_channel(page, ask):
    story = plan(ask, channels=(Platform.TIKTOK,))

    assert (story.missing[0].why, story.missing[0].nearest) == ("No channel on TikTok reaches “Cooks”.", "channel:page")
    assert story.channels == ()


def test_what_changes_by_a_fifth_of_a_weight_is_told(kitchen, ask):
    asset(kitchen, "bun", "theme:rice", kind="VIDEO", tone="SERIOUS")

    hold = plan(ask, max_beats=1).robustness

    assert hold.tried == hold.held + len(hold.wobbles)
    assert all(one.by in (0.8, 1.2) and one.changes for one in hold.wobbles)
