"""How tired an audience is: the sum, its terms and the day on which it has rested."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.story.fatigue import Exposure, FatigueVerdict, fatigue
from graph.story.settings import ConfidencePolicy, FatiguePolicy, table

ON = date(2026, 12, 1)
FEW = 1000 if os.environ.get("DUTA_TEST_LONG") == "1" else 30
PLAIN = FatiguePolicy(half_lives=(), weights=(), ceiling=4.0, rest_from=0.5, warm_from=0.25)


def ago(days: int, name: str = "", **more) -> Exposure:
    return Exposure(f"placement:{name or days}", ON - timedelta(days), **more)


def test_an_exposure_counts_half_after_its_half_life_and_each_term_is_told():
    found = fatigue([ago(30), ago(0, paid=True), ago(60, platform="EMBED")], on=ON, policy=FatiguePolicy(ceiling=4.0))
    assert [(one.placement, one.age_days, one.weight, one.half_life_days, one.value) for one in found.terms] == [
        ("placement:0", 0, 2.0, 30, 2.0),
        ("placement:30", 30, 1.0, 30, 0.5),
        ("placement:60", 60, 0.3, 60, 0.15),
    ]
    assert found.saturation == 0.662, "2.65 of 4"


def test_what_nobody_saw_is_fresh_and_free_at_once():
    found = fatigue([], on=ON, policy=PLAIN)
    assert (found.saturation, found.verdict, found.next_free_date, found.terms) == (0, FatigueVerdict.FRESH, ON, ())


def test_a_run_tires_to_its_last_day():
    running = ago(20, last=ON + timedelta(5))
    assert fatigue([running], on=ON, policy=PLAIN).terms[0].age_days == 0
    assert fatigue([running], on=ON + timedelta(35), policy=PLAIN).terms[0].value == 0.5


def test_what_is_planned_later_counts_for_the_next_free_day_only():
    policy = FatiguePolicy(half_lives=(), ceiling=2.0, rest_from=0.75)
    tired = [ago(0, "a"), ago(0, "b")]
    soon = Exposure("placement:soon", ON + timedelta(10), paid=True)
    alone, followed = (fatigue(shown, on=ON, policy=policy) for shown in (tired, [*tired, soon]))
    assert alone.saturation == followed.saturation == 1.0
    assert alone.next_free_date == ON + timedelta(13)
    assert followed.next_free_date is not None
    assert followed.next_free_date > ON + timedelta(40)


def test_where_no_free_day_is_in_sight_none_is_named():
    forever = Exposure("placement:forever", ON, last=ON + timedelta(9999), paid=True)
    assert fatigue([forever], on=ON, policy=PLAIN).next_free_date is None


exposures = st.lists(
    st.builds(
        lambda number, days, run, platform, paid: ago(
            days, str(number), platform=platform, paid=paid, last=ON - timedelta(days) + timedelta(run)
        ),
        st.integers(0, 999),
        st.integers(-60, 200),
        st.integers(0, 30),
        st.sampled_from(["", "X", "EMBED", "NEWSLETTER"]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=FEW)
@given(exposures)
def test_the_next_free_day_is_the_first_on_which_it_need_not_rest(shown):
    policy = FatiguePolicy(ceiling=2.0, horizon_days=150)
    verdicts = (fatigue(shown, on=ON + timedelta(day), policy=policy).verdict for day in range(150))
    slowly = next((day for day, verdict in enumerate(verdicts) if verdict is not FatigueVerdict.REST), None)
    assert fatigue(shown, on=ON, policy=policy).next_free_date == (None if slowly is None else ON + timedelta(slowly))


@settings(deadline=None, max_examples=FEW)
@given(exposures, st.integers(0, 100))
def test_one_more_exposure_never_makes_fresher(shown, days):
    more = [*shown, ago(days, "more")]
    assert fatigue(more, on=ON, policy=PLAIN).saturation >= fatigue(shown, on=ON, policy=PLAIN).saturation


@settings(deadline=None, max_examples=FEW)
@given(exposures, st.integers(1, 9))
def test_posts_that_differ_in_nothing_may_be_added_up(shown, times):
    each = fatigue([one for one in shown for _ in range(times)], on=ON, policy=PLAIN)
    added = fatigue([replace(one, count=times) for one in shown], on=ON, policy=PLAIN)
    assert added.saturation == pytest.approx(each.saturation, abs=0.001)
    assert added.next_free_date == each.next_free_date


@pytest.mark.parametrize(
    ("code", "link", "factor"),
    [("A1", "ABOUT", 1.0), ("B1", "ABOUT", 0.9), ("A3", "PROVES", 0.75), ("F6", "PROVES", 0.6), (None, "ABOUT", 1.0),
     (None, "INTERESTED_IN", 0.6)],
)  # fmt: skip
def test_a_code_is_worth_the_lower_of_source_and_content_and_silence_about_the_world_cannot_be_judged(
    code, link, factor
):
    assert ConfidencePolicy().factor(code, link) == factor


def test_the_whole_table_is_told_for_walks():
    codes = dict(ConfidencePolicy(reliability=table(A=1, B=0.5, C=0, D=0, E=0, F=0)).codes())
    assert len(codes) == 36
    assert codes["B2"] == 0.5


def test_an_embed_counts_by_its_views_until_it_is_a_whole_exposure():
    def embed(channel, views, share):
        return Exposure(None, ON, channel, "EMBED", last=ON, share=share, views=views)

    shown = [embed("channel:few", 25, 0.25), embed("channel:many", 500, 1.0), ago(0)]
    found = fatigue(shown, on=ON, policy=FatiguePolicy())

    assert [(one.channel, one.views, one.weight, one.value) for one in found.terms] == [
        ("channel:few", 25, 0.075, 0.075),
        ("channel:many", 500, 0.3, 0.3),
        (None, None, 1.0, 1.0),
    ]
    assert found.saturation == round(1.375 / 3, 3)
