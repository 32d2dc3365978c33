"""The rules of a plan by themselves: scores, gates and the choice, over plain values."""

import os
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.story.audiences import AudienceRule, breach
from graph.story.fatigue import Exposure, fatigue
from graph.story.plan.answer import Wobble
from graph.story.plan.candidates import BeatRole, Candidate, Known, candidates, roles_of, scored
from graph.story.plan.choosing import SLOTS, Chosen, choose
from graph.story.plan.gates import Caution, Clash, FixAction, Gate, Standing, Use, hindrances
from graph.story.plan.texts import Fit, TextStanding, fit
from graph.story.plan.ways import Claim, Edge, MessageFor, Reach, Way, complete
from graph.story.plan.weighing import Weighed
from graph.story.plan.wobbling import robustness
from graph.story.rights import RightsVerdict, Verdict
from graph.story.settings import AudiencePolicy, FatiguePolicy, StorySettings, StoryWeights
from graph.story.wording import templates

FEW = settings(deadline=None, max_examples=2000 if os.environ.get("DUTA_TEST_LONG") == "1" else 60)
PLAIN = StorySettings()
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 20)
USE = Use(FIRST, LAST, 30)
RESTED = fatigue((), on=FIRST, policy=FatiguePolicy())


def way(theme="t", message="m", narrative="n", *, weight=0.5, claim=Claim.EXPRESSES, asset="x", code="A1") -> Way:
    """A whole way over an interest, from the audience `a` to the goal `g`."""
    speaks = [Edge(asset, "EXPRESSES", message)]
    if claim is Claim.PROVES:
        speaks = [Edge("p", "SHOWN_BY", asset), Edge("p", "PROVES", message, None, "A1")]
    return Way(
        Reach.INTEREST,
        claim,
        (Edge("a", "INTERESTED_IN", theme, weight, code), Edge(asset, "ABOUT", theme, 1.0)),
        (*speaks, Edge(message, "PART_OF", narrative), Edge(narrative, "SERVES", "g")),
        theme,
        message,
        narrative,
        proof="p" if claim is Claim.PROVES else None,
        message_for=MessageFor.THIS_AUDIENCE,
    )


def test_a_score_is_the_product_of_its_factors_less_its_fatigue():
    found = scored(Known("x", "PHOTO", "JOY", 0.5, 0.8, 0.1), BeatRole.HOOK, way(weight=0.9, code="B2"), PLAIN)
    assert {one.name: one.value for one in found.parts} == {
        "interest": 0.9, "theme": 1.0, "confidence": 0.9, "audience": 1.0, "narrative": 1.0, "freshness": 0.5,
        "locale": 0.8, "role": 0.95,
    }  # fmt: skip
    assert (found.fatigue, found.score) == (0.05, round(0.9 * 0.9 * 0.5 * 0.8 * 0.95 - 0.05, 6))


def test_a_link_in_both_legs_counts_once():
    speaks = Edge("x", "EXPRESSES", "m", None, "C3")
    addressed = replace(way(), reach=Reach.ADDRESSED, to_asset=(Edge("m", "FOR_AUDIENCE", "a"), speaks))
    addressed = replace(addressed, to_goal=(speaks, *addressed.to_goal[1:]))
    found = scored(Known("x"), BeatRole.HOOK, addressed, PLAIN)
    assert next(one.value for one in found.parts if one.name == "confidence") == 0.75
    assert addressed.leads("a", "x", "g")


def test_a_weight_of_nothing_leaves_a_factor_out():
    none = replace(PLAIN, weights=StoryWeights(*[0.0] * 9))
    assert scored(Known("x", fatigue=1.0, freshness=0.1), BeatRole.CALL, way(), none).score == 1.0


shares = st.integers(0, 1000).map(lambda one: one / 1000)


@st.composite
def graphs(draw) -> tuple[dict[str, Known], dict[str, list[Way]]]:
    """A few assets with ways over few themes, messages and narratives."""
    told, ways = {}, {}
    for number in range(draw(st.integers(0, 5))):
        id = f"x{number}"
        told[id] = Known(
            id, draw(st.sampled_from(["WORK", "VIDEO", "TEXT"])), freshness=draw(shares), fatigue=draw(shares)
        )
        ways[id] = [
            way(
                f"t{draw(st.integers(0, 2))}",
                f"m{draw(st.integers(0, 1))}",
                f"n{draw(st.integers(0, 1))}",
                weight=draw(shares),
                claim=draw(st.sampled_from(list(Claim))),
                asset=id,
            )
            for _ in range(draw(st.integers(0, 3)))
        ]
    return told, ways


@FEW
@given(graphs(), shares, st.data())
def test_a_heavier_link_never_lowers_the_rank_of_what_it_leads_to(graph, more, data):
    told, ways = graph
    before = candidates(told, ways, PLAIN)
    if not before:
        return
    one = data.draw(st.sampled_from(before))
    heavier = Edge("a", "INTERESTED_IN", one.way.theme, max(more, one.way.to_asset[0].weight or 0), "A1")
    its_way = replace(one.way, to_asset=(heavier, *one.way.to_asset[1:]))
    ways = ways | {one.asset: [its_way if each == one.way else each for each in ways[one.asset]]}
    after = candidates(told, ways, PLAIN)

    def rank(among: list[Candidate]) -> int:
        """How many of other assets are before it."""
        key = (one.asset, one.role, one.way.narrative, one.way.theme)
        at = [(each.asset, each.role, each.way.narrative, each.way.theme) for each in among].index(key)
        return sum(each.asset != one.asset for each in among[:at])

    assert rank(after) <= rank(before)


@FEW
@given(graphs(), st.integers(1, 6))
def test_a_story_tells_one_narrative_and_repeats_no_theme_and_no_asset(graph, length):
    told, ways = graph
    story = choose(candidates(told, ways, PLAIN), SLOTS[length], PLAIN)
    beats = [one for one in story.beats if one]
    assert len(story.beats) == length
    assert len({one.asset for one in beats}) == len({one.way.theme for one in beats}) == len(beats)
    assert {one.way.narrative for one in beats} <= {story.narrative}
    assert all(one.role is slot for one, slot in zip(story.beats, SLOTS[length], strict=True) if one)
    assert all(one.way.leads("a", one.asset, "g") for one in beats)
    messages = {one.way.message for one in beats if one.role is not BeatRole.PROOF}
    assert all(one.way.message in messages for one in beats if one.role is BeatRole.PROOF and messages)


@FEW
@given(graphs())
def test_a_beam_wide_enough_finds_the_best_story(graph):
    told, ways = graph
    slots = SLOTS[3]
    found = candidates(told, ways, PLAIN)
    best = 0.0
    for narrative in ("n0", "n1"):
        telling = [one for one in found if one.score > 0 and one.way.narrative == narrative]
        of = [[None, *(one for one in telling if one.role is slot)] for slot in slots]
        for beats in product(*of):
            story, fits = Chosen(narrative, ()), True
            for one in beats:
                fits = fits and (one is None or story.takes(one))
                story = Chosen(narrative, (*story.beats, one), story.total + (one.score if one else 0.0))
            best = max(best, story.total if fits else 0.0)
    wide = replace(PLAIN, width=10_000, choices=1_000)
    assert choose(found, slots, wide).total == pytest.approx(best)


def chosen_slowly(found: list[Candidate], slots, settings: StorySettings) -> Chosen:
    """The same beam as it is told: every longer story is made and put in order, whatever becomes of it."""
    stories = []
    for narrative in sorted({one.way.narrative for one in found if one.score > 0}):
        telling = sorted(
            (one for one in found if one.score > 0 and one.way.narrative == narrative), key=lambda one: one.order
        )
        beam = [Chosen(narrative, ())]
        for slot in slots:
            longer = []
            for story in beam:
                fitting = [one for one in telling if one.role is slot and story.takes(one)][: settings.choices]
                longer += [Chosen(narrative, (*story.beats, one), story.total + one.score) for one in fitting]
                longer.append(Chosen(narrative, (*story.beats, None), story.total))
            beam = sorted(longer, key=lambda one: one.order)[: settings.width]
        stories.append(beam[0])
    return min(stories, key=lambda one: one.order, default=Chosen(None, (None,) * len(slots)))


@FEW
@given(graphs(), st.integers(1, 6), st.integers(1, 3), st.integers(1, 3))
def test_a_story_is_chosen_as_if_every_longer_one_were_looked_at(graph, length, width, choices):
    told, ways = graph
    narrow = replace(PLAIN, width=width, choices=choices)
    found = candidates(told, ways, narrow)
    assert choose(found, SLOTS[length], narrow) == chosen_slowly(found, SLOTS[length], narrow)


def wobbled_slowly(before: Chosen, told, ways, slots):
    """After which changes something else stands, and what: everything is weighed and chosen anew for each."""
    found = []
    for name in [one.name for one in fields(StoryWeights)]:
        for by in (0.8, 1.2):
            weights = replace(PLAIN.weights, **{name: getattr(PLAIN.weights, name) * by})
            set_so = replace(PLAIN, weights=weights)
            found.append((name, None, by, chosen_slowly(candidates(told, ways, set_so), slots, set_so)))
    for theme in sorted({one.theme for of in ways.values() for one in of}):
        for by in (0.8, 1.2):
            moved = {id: [heavier(one, theme, by) for one in of] for id, of in ways.items()}
            found.append(("interest", theme, by, chosen_slowly(candidates(told, moved, PLAIN), slots, PLAIN)))
    was = [one and one.asset for one in before.beats]
    stories = [(name, theme, by, [one and one.asset for one in story.beats]) for name, theme, by, story in found]
    return [one for one in stories if one[3] != was]


def changed(before: Chosen, wobble: Wobble) -> list[str | None]:
    """The assets of the story after a change."""
    now = {one.position: one.after for one in wobble.changes}
    was = {place: one.asset if one else None for place, one in enumerate(before.beats, 1)}
    return [*{**was, **now}.values()]


def heavier(one: Way, theme: str, by: float) -> Way:
    if one.theme != theme:
        return one
    interest = replace(one.to_asset[0], weight=min(1.0, (one.to_asset[0].weight or 0.0) * by))
    return replace(one, to_asset=(interest, *one.to_asset[1:]))


@FEW
@given(graphs(), st.integers(1, 6))
def test_what_a_story_hangs_on_is_what_choosing_it_anew_finds(graph, length):
    told, ways = graph
    slots = SLOTS[length]
    before = choose(candidates(told, ways, PLAIN), slots, PLAIN)
    free = {id: Weighed(tuple(of), told[id], GOOD, ()) for id, of in ways.items()}
    hold = robustness(before, free, slots, PLAIN)
    slow = wobbled_slowly(before, told, ways, slots) if before.narrative else []
    assert [(one.weight, one.theme, one.by, changed(before, one)) for one in hold.wobbles] == slow


@FEW
@given(graphs(), st.randoms())
def test_the_order_in_which_things_are_found_changes_nothing(graph, random):
    told, ways = graph
    found = candidates(told, ways, PLAIN)
    mixed = [*found]
    random.shuffle(mixed)
    shuffled = {id: random.sample(ways[id], len(ways[id])) for id in random.sample(sorted(ways), len(ways))}
    assert candidates(told, shuffled, PLAIN) == found
    assert choose(mixed, SLOTS[4], PLAIN) == choose(found, SLOTS[4], PLAIN)


@FEW
@given(graphs(), st.data())
def test_a_way_with_a_gap_is_no_way(graph, data):
    _, ways = graph
    for asset, its_ways in ways.items():
        for one in its_ways:
            legs = [*one.to_asset, *one.to_goal]
            gone = data.draw(st.integers(0, len(legs) - 1))
            left = [edge for number, edge in enumerate(legs) if number != gone]
            cut = len(one.to_asset) - (gone < len(one.to_asset))
            broken = replace(one, to_asset=tuple(left[:cut]), to_goal=tuple(left[cut:]))
            assert complete([one, broken], "a", asset, "g") == [one]


def test_what_shows_a_proof_proves_and_what_says_a_message_does_all_else():
    assert roles_of(way(claim=Claim.PROVES)) == (BeatRole.PROOF,)
    assert roles_of(way()) == (BeatRole.HOOK, BeatRole.CONTEXT, BeatRole.CALL)


def test_a_proof_is_of_a_message_that_the_story_tells():
    told = {"x": Known("x"), "y": Known("y")}
    ways = {"x": [way("t", "m", weight=0.9)], "y": [way("u", "other", claim=Claim.PROVES, asset="y")]}
    story = choose(candidates(told, ways, PLAIN), SLOTS[3], PLAIN)
    assert [one and one.asset for one in story.beats] == ["x", None, None]
    alone = choose(candidates(told, {"y": ways["y"]}, PLAIN), SLOTS[3], PLAIN)
    assert [one and one.asset for one in alone.beats] == [None, "y", None]


GOOD = Standing(
    "x", "PUBLISHED", "PUBLIC", None, None, Fit("vi", "vi", TextStanding.CURRENT, 1.0), 30,
    Verdict(RightsVerdict.ALLOWED), RESTED,
)  # fmt: skip
TIRED = tuple(Exposure(f"p{number}", FIRST - timedelta(60), paid=True) for number in range(20))
CLOSED: dict[Gate, dict[str, Any]] = {
    Gate.STATE: {"state": "APPROVED"},
    Gate.MARKING: {"marking": "INTERNAL"},
    Gate.EMBARGO: {"embargo_until": date(2026, 6, 2)},
    Gate.EXPIRED: {"expires_at": LAST},
    Gate.LOCALE: {"text": Fit("vi", None, TextStanding.MISSING, 0.0)},
    Gate.RIGHTS: {"rights": Verdict(RightsVerdict.UNKNOWN)},
    Gate.SENSITIVITY: {"cautions": (Caution("n", "N", "SEVERE", touches=True, stops=True),)},
    Gate.CLASH: {"clashes": (Clash("c", "C", None, LAST),)},
    Gate.REPEAT: {"shown": (Exposure("p", FIRST - timedelta(30)),)},
    Gate.FATIGUE: {"fatigue": fatigue(TIRED, on=FIRST, policy=FatiguePolicy())},
}


def test_every_gate_can_close_and_what_is_good_passes_all():
    assert set(CLOSED) == set(Gate)
    assert hindrances(GOOD, USE) == ()


def test_an_embed_that_stays_on_a_site_is_no_repeat():
    embed = Exposure(None, FIRST - timedelta(3), "channel:site", "EMBED", last=FIRST, views=90)
    assert hindrances(replace(GOOD, shown=(embed,)), USE) == ()


@FEW
@given(st.sets(st.sampled_from(list(Gate)), min_size=1))
def test_a_gate_that_is_closed_always_stops_and_the_first_is_named_first(closed):
    standing = replace(GOOD, **{name: value for gate in closed for name, value in CLOSED[gate].items()})
    found = [one.gate for one in hindrances(standing, USE)]
    assert found == [gate for gate in Gate if gate in closed]


@pytest.mark.parametrize(
    ("change", "fix"),
    [
        ({"text": Fit("vi", None, TextStanding.MISSING, 0.0)}, (FixAction.TRANSLATE, 30, None)),
        ({"text": Fit("vi", None, TextStanding.MISSING, 0.0, "vi")}, (FixAction.PUBLISH_TEXT, 1, None)),
        (CLOSED[Gate.EMBARGO], (FixAction.WAIT, 1, date(2026, 6, 2))),
        (CLOSED[Gate.CLASH], (FixAction.COORDINATE, 1, LAST + timedelta(1))),
        (CLOSED[Gate.REPEAT], (FixAction.WAIT, 1, date(2026, 6, 2))),
    ],
)
def test_a_fix_is_the_smallest_cure(change, fix):
    [found] = hindrances(replace(GOOD, **change), USE)
    assert (found.fix.action, found.fix.effort, found.fix.until) == fix


def test_what_was_shown_before_the_days_without_repeats_or_is_planned_after_the_window_repeats_nothing():
    shown = (Exposure("p", FIRST - timedelta(31)), Exposure("q", LAST + timedelta(1)))
    assert hindrances(replace(GOOD, shown=shown), USE) == ()
    assert hindrances(replace(GOOD, shown=CLOSED[Gate.REPEAT]["shown"]), replace(USE, avoid_repeats_days=0)) == ()


ROW = {"title": "Rendang", "summary": None, "body": None, "locale": "id", "text_state": "PUBLISHED"}


def text(locale, state="PUBLISHED", origin="TRANSLATED", basis=None):
    return {"locale": locale, "state": state, "origin": origin, "basis": basis, "title": "R"}


@pytest.mark.parametrize(
    ("translations", "chain", "found"),
    [
        ([], ["id"], ("id", TextStanding.CURRENT, 1.0, None)),
        ([text("vi")], ["vi", "en"], ("vi", TextStanding.CURRENT, 1.0, None)),
        ([text("pt")], ["pt-BR"], ("pt", TextStanding.WIDER, 0.95, None)),
        ([text("en")], ["vi", "en"], ("en", TextStanding.READ, 0.85, None)),
        ([text("vi", basis="0" * 16)], ["vi"], ("vi", TextStanding.STALE, 0.8, None)),
        ([text("vi", origin="MACHINE")], ["vi"], ("vi", TextStanding.MACHINE, 0.8, None)),
        ([text("vi", state="DRAFT")], ["vi"], (None, TextStanding.MISSING, 0.0, "vi")),
        ([text("vi", origin="MACHINE"), text("vi")], ["vi"], ("vi", TextStanding.CURRENT, 1.0, None)),
        ([text("ko")], ["vi"], (None, TextStanding.MISSING, 0.0, None)),
    ],
)
def test_a_text_is_taken_from_the_languages_that_the_audience_reads(translations, chain, found):
    one = fit(ROW, translations, chain, PLAIN)
    assert (one.locale, one.standing, one.factor, one.pending) == found


@pytest.mark.parametrize(
    ("name", "size", "rule"),
    [
        ("Home cooks in Hanoi", 420_000, None),
        ("Readers in Islamabad", None, None),
        ("Young Muslims in Hanoi", 420_000, AudienceRule.NOT_BY_RELIGION),
        ("Pemilih muda", 420_000, AudienceRule.NOT_BY_POLITICAL_OPINION),
        ("People with diabetes", 420_000, AudienceRule.NOT_BY_HEALTH),
        ("Cancer survivors", 420_000, AudienceRule.NOT_BY_HEALTH),
        ("Tunanetra di Jakarta", 420_000, AudienceRule.NOT_BY_HEALTH),
        ("Jemaat gereja", 420_000, AudienceRule.NOT_BY_RELIGION),
        ("Mus\u00adlim travellers", 420_000, AudienceRule.NOT_BY_RELIGION),
        ("Indigenous weavers", 420_000, AudienceRule.NOT_BY_ETHNICITY),
        ("Transport enthusiasts", 420_000, None),
        ("Suku pedalaman", 420_000, AudienceRule.NOT_BY_ETHNICITY),
        ("LGBT travellers", 420_000, AudienceRule.NOT_BY_SEXUAL_LIFE),
        ("Home cooks in Hanoi", 999, AudienceRule.MINIMUM_SIZE),
    ],
)
def test_no_story_is_planned_for_few_or_by_what_is_nobodys_business(name, size, rule):
    found = breach([name], size, AudiencePolicy())
    assert (found and found.rule) == rule


@pytest.mark.parametrize("package", ["graph.story.plan", "graph.story.coverage", "graph.story.repairs"])
def test_both_languages_have_the_same_sentences_with_the_same_places(package):
    def places(sentence: str) -> set[str]:
        return {part.split("}")[0] for part in sentence.split("{")[1:]}

    shapes = [{key: places(one) for key, one in of.items()} for of in templates(package).values()]
    assert len(shapes) == 2
    assert all(one == other for one, other in pairwise(shapes))
