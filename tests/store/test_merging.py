"""A re-import changes what its source changed, and never what a person changed since."""

import pytest

from graph.store.batch import Kept


@pytest.fixture
def imported(graph):
    for name in "abcd":
        graph.put(f"theme:{name}", name=name.upper())
    about = [("theme:a", {"weight": 0.5}), "theme:b"]
    graph.put("asset:x", source="sheet", title="One", locale="en", year=1990, themes=about)
    return graph


def state(graph):
    asset = graph.one("asset:x", "title", "year", "kind")
    return asset["title"], asset["year"], asset["kind"]


def test_what_nobody_touched_follows_the_source(imported):
    report = imported.put("asset:x", source="sheet", title="Two", year=1991)

    assert state(imported) == ("Two", 1991, None)
    assert report.kept == ()


def test_a_persons_change_stays_and_is_reported(imported):
    imported.put("asset:x", title="Ours")

    report = imported.put("asset:x", source="sheet", title="Two", year=1991)

    assert state(imported) == ("Ours", 1991, None)
    assert report.kept == (Kept("asset:x", "", "title", "Ours", "Two"),)


def test_a_source_that_repeats_itself_does_not_undo_a_person(imported):
    imported.put("asset:x", title="Ours")

    report = imported.put("asset:x", source="sheet", title="One", year=1990)

    assert state(imported) == ("Ours", 1990, None)
    assert report.changes == ()


def test_a_source_fills_what_is_missing_and_does_not_take_what_is_there(imported):
    imported.put("asset:x", source="other", title="Theirs", kind="WORK")

    assert state(imported) == ("One", 1990, "WORK")


def test_a_property_that_a_person_took_away_does_not_come_back(imported):
    imported.put("asset:x", year=None)

    imported.put("asset:x", source="sheet", year=1990)
    assert state(imported)[1] is None


def test_a_sources_links_move_and_a_persons_stay(imported):
    imported.put("asset:x", themes=[("theme:a", {"weight": 0.5}), "theme:b", "theme:c"])

    imported.put("asset:x", source="sheet", themes=[("theme:a", {"weight": 0.7}), "theme:d"])

    assert imported.linked("asset:x", "themes", "weight") == [("theme:a", 0.7), ("theme:c", None), ("theme:d", None)]


def test_a_link_that_a_person_removed_does_not_come_back(imported):
    imported.put("asset:x", themes=["theme:b"])

    report = imported.put("asset:x", source="sheet", themes=[("theme:a", {"weight": 0.5}), "theme:b"])

    assert imported.linked("asset:x", "themes") == [("theme:b",)]
    assert [kept.path for kept in report.kept] == ["themes.theme:a"]


def test_a_link_whose_properties_a_person_changed_stays_when_the_source_drops_it(imported):
    imported.put("asset:x", themes=[("theme:a", {"weight": 0.9}), "theme:b"])

    imported.put("asset:x", source="sheet", themes=["theme:b"])

    assert imported.linked("asset:x", "themes", "weight") == [("theme:a", 0.9), ("theme:b", None)]


def test_a_link_to_one_that_a_person_set_is_not_doubled(graph):
    graph.put("asset:p", year=1)
    graph.put("asset:q", year=1)
    graph.put("asset:x", source="sheet", part_of="asset:p")
    graph.put("asset:x", part_of="asset:q")

    report = graph.put("asset:x", source="sheet", part_of="asset:p", year=5)

    assert graph.linked("asset:x", "part_of") == [("asset:q",)]
    assert [kept.path for kept in report.kept] == ["part_of.asset:p"]


def test_two_sources_do_not_take_each_others_links(graph):
    for name in "abc":
        graph.put(f"theme:{name}", name=name)
    graph.put("asset:x", source="one", themes=["theme:a", "theme:b"])
    graph.put("asset:x", source="two", themes=["theme:c"])

    graph.put("asset:x", source="one", themes=["theme:b"])

    assert graph.linked("asset:x", "themes") == [("theme:b",), ("theme:c",)]
