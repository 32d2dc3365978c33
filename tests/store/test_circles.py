"""What leads upwards never leads back to where it starts: refused by name when it is written, on both engines."""

import pytest

from graph.model import MODEL
from graph.store.batch import Batch

UPWARDS = {
    f"{link.source}.{link.name}": link
    for entity in MODEL.types.values()
    for link in (end.link for end in entity.forward.values())
    if link.acyclic
}


def test_the_links_that_lead_upwards_are_declared():
    assert sorted(UPWARDS) == [
        "Asset.derived_from",
        "Asset.part_of",
        "Campaign.adapts",
        "Commodity.broader",
        "Event.series",
        "Message.variant_of",
        "Narrative.part_of",
        "Place.part_of",
        "Placement.repost_of",
        "Theme.broader",
    ]


@pytest.fixture
def stairs(graph):
    graph.put("theme:top", name="Top")
    graph.put("theme:mid", name="Mid", broader="theme:top")
    graph.put("theme:low", name="Low", broader="theme:mid")
    return graph


def refusals(report):
    return [(one.id, one.path, one.reason) for one in report.refused]


def test_a_link_that_would_close_a_circle_is_left_out_and_named(stairs, made):
    report = stairs.told(made("theme:top", broader="theme:low"))

    reason = '"theme:low" leads back to "theme:top" by broader, so the link would close a circle.'
    assert refusals(report) == [("theme:top", "broader", reason)]
    assert stairs.linked("theme:top", "broader") == []


def test_a_thing_cannot_be_above_itself(graph, made):
    report = graph.told(made("narrative:a", title="A", locale="en", part_of="narrative:a"))

    assert refusals(report) == [("narrative:a", "part_of", "A thing cannot be above itself.")]
    assert graph.linked("narrative:a", "part_of") == []


def test_a_thing_that_has_one_above_it_keeps_that_one(stairs, made):
    assert stairs.told(made("theme:mid", broader="theme:low")).refused

    assert stairs.linked("theme:mid", "broader") == [("theme:top",)]


def test_of_a_circle_within_a_batch_the_last_link_is_left_out(graph, made):
    at = {"at": "2026-01-01T00:00:00Z", "status": "LIVE"}
    names = ("placement:a", "placement:b", "placement:c")
    puts = [made(a, repost_of=b, **at) for a, b in zip(names, (*names[1:], names[0]), strict=True)]

    assert [(one.id, one.target) for one in graph.told(*puts).refused] == [("placement:c", "placement:a")]
    assert graph.linked("placement:b", "repost_of") == [("placement:c",)]


def test_turning_a_pair_round_in_one_batch_is_no_circle(stairs, made):
    assert stairs.told(made("theme:top", broader="theme:mid"), made("theme:mid", broader=[])).refused == ()

    assert stairs.linked("theme:top", "broader") == [("theme:mid",)]


def test_a_link_that_stays_for_a_refusal_may_close_another_circle(stairs, made):
    puts = made("theme:top", broader="theme:mid"), made("theme:mid", broader="theme:low")

    assert [one.id for one in stairs.told(*puts).refused] == ["theme:mid", "theme:top"]
    assert stairs.linked("theme:mid", "broader") == [("theme:top",)]
    assert stairs.linked("theme:top", "broader") == []


def test_only_the_links_that_close_a_circle_are_left_out_of_several(graph, made):
    graph.put("asset:song", title="Song", locale="en", kind="AUDIO")
    graph.put("asset:cover", title="Cover", locale="en", kind="AUDIO", derived_from="asset:song")
    graph.put("asset:drum", title="Drum", locale="en", kind="AUDIO")

    report = graph.told(made("asset:song", derived_from=["asset:cover", "asset:drum"]))

    assert [one.target for one in report.refused] == ["asset:cover"]
    assert graph.linked("asset:song", "derived_from") == [("asset:drum",)]


def test_a_batch_that_is_to_be_written_whole_is_not_written_for_a_circle(stairs, made):
    report = stairs.store.write(Batch((made("theme:top", name="New", broader="theme:low"),), whole=True))

    assert (report.changes, len(report.refused)) == ((), 1)
    assert stairs.one("theme:top", "name") == {"name": "Top"}


def test_an_undo_that_would_close_a_circle_leaves_the_link_out(stairs):
    taken_away = stairs.put("theme:low", broader=[])
    stairs.put("theme:top", broader="theme:low")

    report = stairs.undo(str(taken_away.seq))

    assert [(one.path, one.target) for one in report.refused] == [("broader", "theme:mid")]
    assert stairs.linked("theme:low", "broader") == []
