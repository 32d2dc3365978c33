"""Message houses and traces: strength and weakness by themselves, then over a small graph on both engines."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.story.house.house import MESSAGE_HOUSE
from graph.story.house.strength import Brick, Weakness, strength, weaknesses, worth
from graph.story.house.trace import GOAL_TRACE
from graph.story.settings import ConfidencePolicy
from graph.story.wording import templates

ON = date(2026, 6, 1)
POLICY = ConfidencePolicy()
HOUSE = {"state": "PUBLISHED", "marking": "INTERNAL", "locale": "en", "text_state": "PUBLISHED"}


def kinds(*bricks: Brick, said_by: int = 1) -> list[str]:
    return [one.kind.value for one in weaknesses(bricks, said_by, ON, POLICY)]


def test_proofs_of_one_source_count_once_and_two_sources_add_up():
    one, two = Brick("p", "B2", None, ("s",), ("a",)), Brick("q", "C3", None, ("s",), ("a",))
    assert strength([one], ON, POLICY) == strength([one, two], ON, POLICY) == 0.9
    assert strength([one, Brick("q", "C3", None, ("t",), ("a",))], ON, POLICY) == 0.975


def test_a_proof_counts_less_before_it_ends_and_nothing_after():
    assert worth(Brick("p", "A1", ON + timedelta(90)), ON, POLICY) == 1.0
    assert worth(Brick("p", "A1", ON + timedelta(89)), ON, POLICY) == 0.8
    assert worth(Brick("p", "A1", ON - timedelta(1)), ON, POLICY) == 0.0


def test_what_is_weak_is_told_the_gravest_first():
    assert kinds(said_by=0) == ["NO_PROOF", "NOT_SAID"]
    assert kinds(Brick("p", "A1", ON - timedelta(1), ("s",), ("a",))) == ["STALE_PROOF"]
    assert kinds(Brick("p", "D1", ON + timedelta(9))) == ["UNSOURCED", "NOT_SHOWN", "ENDS_SOON", "LOW_CONFIDENCE"]
    assert kinds(Brick("p", "A1", None, ("s",), ("a",))) == ["SINGLE_SOURCE"]
    assert kinds(Brick("p", "A1", None, ("s",), ("a",)), Brick("q", "A1", None, ("t",), ("a",))) == []


bricks = st.builds(
    Brick,
    st.sampled_from("pqr"),
    st.sampled_from([None, "A1", "C3", "E5"]),
    st.none() | st.integers(-200, 200).map(lambda days: ON + timedelta(days)),
    st.lists(st.sampled_from("stu"), max_size=2).map(tuple),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(bricks, max_size=4, unique_by=lambda one: one.proof), bricks)
def test_one_more_proof_never_makes_a_message_weaker(there, more):
    of = [one for one in there if one.proof != more.proof]
    assert strength([*of, more], ON, POLICY) >= strength(of, ON, POLICY)


@pytest.fixture
def house(graph):
    """A narrative with a part; a message with one proof, a locked one that contradicts it, and its variant."""
    graph.put("goal:g", title="G", **HOUSE)
    graph.put("narrative:top", title="Top", goals="goal:g", **HOUSE)
    graph.put("narrative:part", title="Part", part_of="narrative:top", **HOUSE)
    graph.put("audience:home", name="Home", kind="DOMESTIC", state="PUBLISHED")
    graph.put("audience:away", name="Away", kind="FOREIGN_PUBLIC", state="PUBLISHED")
    graph.put("source:s", title="S", locale="en", state="PUBLISHED", marking="PUBLIC")
    graph.put("source:cable", title="Cable", locale="en", state="PUBLISHED", marking="RESTRICTED")
    graph.put("asset:a", title="A", kind="WORK", messages=[], **HOUSE)
    graph.put("message:a", text="A.", narrative="narrative:top", audiences="audience:away", **HOUSE)
    graph.put("message:b", text="B.", narrative="narrative:part", locked=True, contradicts="message:a", **HOUSE)
    graph.put("message:b-home", text="B at home.", variant_of="message:b", audiences="audience:home", **HOUSE)
    graph.put(
        "proof:p", title="P", messages=[("message:a", {"confidence": "B2", "evidence": "source:cable"})],
        sources="source:s", shown_by="asset:a", **HOUSE,
    )  # fmt: skip
    return graph


def test_a_house_has_its_storeys_messages_proofs_and_debt(house, ask):
    found = ask(MESSAGE_HOUSE, narrative="narrative:top")

    assert [(one.narrative, one.part_of, one.depth) for one in found.storeys] == [
        ("narrative:top", None, 0),
        ("narrative:part", "narrative:top", 1),
    ]
    [a] = found.storeys[0].messages
    assert (a.message, a.strength, a.weakest_link.kind, a.domestic, a.foreign) == (
        "message:a", 0.9, Weakness.SINGLE_SOURCE, False, True,
    )  # fmt: skip
    assert [(one.proof, one.sources, one.assets) for one in a.proofs] == [("proof:p", ("source:s",), ("asset:a",))]
    [b] = found.storeys[1].messages
    assert (b.strength, b.weakest_link.detail, b.domestic) == (0.0, "Nothing proves it.", True)
    assert [(one.message, one.domestic, one.re_meant) for one in b.variants] == [("message:b-home", True, True)]
    debt = found.debt
    assert (debt.messages_without_proof, debt.claims_with_one_source, debt.stale_proofs, debt.re_meant) == (1, 1, 0, 1)
    assert [(one.a, one.b) for one in debt.contradictions] == [("message:a", "message:b")]
    assert found.strength == 0.0


def test_a_house_is_two_statements_however_large_and_refuses_what_is_none(house, asking):
    one = asking()
    MESSAGE_HOUSE.ask(one, MESSAGE_HOUSE.given("narrative:top"))
    assert one.statements == 2
    with pytest.raises(InvalidValue, match='There is no narrative with the id "narrative:x"'):
        MESSAGE_HOUSE.ask(asking(), MESSAGE_HOUSE.given("narrative:x"))


def steps(found: Any) -> dict[str, int]:
    return {one.step.value: one.count for one in found.steps}


def test_a_trace_tells_every_step_and_where_it_breaks(house, ask):
    found = ask(GOAL_TRACE, goal="goal:g")
    assert steps(found) == {
        "NARRATIVES": 2, "MESSAGES": 2, "CAMPAIGNS": 0, "PLACEMENTS": 0, "INDICATORS": 0, "MEASUREMENTS": 0,
    }  # fmt: skip
    assert (found.breaks_at.value, found.highest_rung) == ("CAMPAIGNS", None)
    assert found.steps[2].empty == "No campaign serves the goal or tells what it says."


def test_a_trace_reads_indicators_against_their_targets(house, ask, asking):
    house.put("indicator:i", name="I", state="PUBLISHED", marking="PUBLIC")
    measured = ("indicator:i", {"baseline": 10.0, "target": 30.0})
    house.put("campaign:c", title="C", tells="message:b", audiences="audience:away", assets="asset:a",
              indicators=[measured], **HOUSE)  # fmt: skip
    at = {"at": "2026-05-01T00:00:00Z", "status": "LIVE", "state": "PUBLISHED"}
    house.put("placement:p", campaign="campaign:c", of="asset:a", **at)
    house.put("placement:q", of="message:a", **at)
    for number, (day, value) in enumerate([("2026-05-02", 12.0), ("2026-05-20", 25.0)]):
        house.put(
            f"measurement:{number}", value=value, at=day, rung="OUTTAKES", indicator="indicator:i",
            measures="campaign:c", state="PUBLISHED",
        )  # fmt: skip

    found = ask(GOAL_TRACE, goal="goal:g")

    assert list(steps(found).values()) == [2, 2, 1, 2, 1, 2]
    assert (found.breaks_at, found.highest_rung.value) == (None, "OUTTAKES")
    [reading] = found.readings
    assert (reading.latest, reading.value, reading.reached) == ("measurement:1", 25.0, 0.75)
    asked = asking()
    GOAL_TRACE.ask(asked, GOAL_TRACE.given("goal:g"))
    assert asked.statements == 3


def test_both_languages_have_the_same_sentences_with_the_same_places():
    def places(sentence: str) -> set[str]:
        return {part.split("}")[0] for part in sentence.split("{")[1:]}

    shapes = [{key: places(one) for key, one in of.items()} for of in templates("graph.story.house").values()]
    assert all(one == other for one, other in pairwise(shapes))
