"""Removals, and parts of the log taken back: what goes, what is in the way, and what the log says of it."""

import pytest

from graph.errors import InvalidValue, UnknownName
from graph.store.batch import ActorKind, Batch, Refused, Removal
from graph.store.select import Viewer

LIVE = Viewer(live=3, draft=-1, retired=-1, now=1_767_225_600_000)


def imported(graph, *puts, source="sheet", id="import-1"):
    report = graph.store.write(Batch(puts, "importer", ActorKind.IMPORT, "", source, id))
    assert report.refused == ()
    return report


def test_a_removal_takes_a_node_and_its_links_out_and_leaves_it_in_the_log(graph):
    graph.put("theme:t", name="T")
    graph.put("asset:a", title="A", locale="en", keywords=["x"], themes=[("theme:t", {"weight": 0.5})])

    [change] = graph.store.write(Batch(removals=(Removal("asset:a"),))).changes

    assert (change.op, change.id, change.type, change.rev) == ("delete", "asset:a", "Asset", 2)
    assert change.patch == {"delete": True}
    assert change.reverse == {
        "set": {
            "state": "DRAFT", "marking": "INTERNAL", "sample": False, "title": "A", "locale": "en", "keywords": ["x"],
        },
        "links": {"themes": {"put": {"theme:t": {"weight": 500}}, "drop": []}},
        "created_at": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip
    assert graph.ids("Entity") == ["t"]
    stats = graph.store.stats()
    assert (stats.nodes, stats.links, stats.seq) == ({"Theme": 1}, {}, 3)
    assert graph.store.verify().problems == ()


def test_what_something_links_to_is_not_removed_but_with_it(graph):
    graph.put("theme:t", name="T")
    graph.put("asset:a", themes="theme:t")
    graph.put("asset:b", themes="theme:t")

    report = graph.store.write(Batch(removals=(Removal("theme:t"), Removal("theme:nowhere"))))

    assert report.changes == ()
    assert report.refused == (
        Refused("theme:nowhere", "", "id", 'There is nothing with the id "theme:nowhere".'),
        Refused("theme:t", "", "themes", '"asset:a" links to it as themes and 1 more. Take that link away first.'),
    )
    together = Batch(removals=(Removal("theme:t"), Removal("asset:a"), Removal("asset:b")))
    assert [change.id for change in graph.store.write(together).changes] == ["theme:t", "asset:a", "asset:b"]
    assert graph.store.stats().nodes == {}


def test_a_removal_held_by_another_that_is_held_stays_too(graph):
    graph.put("theme:t", name="T")
    graph.put("theme:u", name="U", broader="theme:t")
    graph.put("asset:a", themes="theme:u")

    report = graph.store.write(Batch(removals=(Removal("theme:t"), Removal("theme:u"))))

    assert [(one.id, one.path) for one in report.refused] == [("theme:u", "themes"), ("theme:t", "broader")]
    assert report.changes == ()


def test_an_update_is_taken_back_with_its_links_and_logged_as_a_change(graph):
    graph.put("theme:t", name="T")
    graph.put("theme:u", name="U")
    graph.put("asset:a", year=1990, keywords=["x"], themes=[("theme:t", {"weight": 0.5})], part_of=[])
    before = graph.holds()
    graph.put("asset:a", year=2000, keywords=None, tone="JOY", themes=["theme:u"])

    [change] = graph.undo("4").changes

    assert graph.holds() == before
    assert (change.op, change.rev, change.seq, change.reason) == ("update", 3, 5, "Undo of 4")
    assert change.patch == {
        "set": {"year": 1990, "keywords": ["x"], "tone": None},
        "links": {"themes": {"put": {"theme:t": {"weight": 500}}, "drop": ["theme:u"]}},
    }
    assert graph.store.verify().problems == ()


def test_an_import_of_several_batches_is_taken_back_as_one(graph, made):
    graph.put("theme:t", name="T")
    before = graph.holds()
    imported(graph, made("asset:a", title="A", locale="en", themes="theme:t"), made("theme:t", same_as=["urn:t"]))
    imported(graph, made("asset:b", part_of="asset:a"), made("asset:a", tone="JOY"))

    report = graph.undo("import-1")

    assert graph.holds() == before
    assert [(one.op, one.id) for one in report.changes] == [
        ("update", "theme:t"), ("delete", "asset:a"), ("delete", "asset:b"),
    ]  # fmt: skip
    assert {one.batch for one in report.changes} == {"batch-6"}


def test_what_was_undone_can_be_imported_again(graph, made):
    puts = [made("theme:t", name="T"), made("asset:a", title="A", locale="en", themes=[("theme:t", {"weight": 0.5})])]
    imported(graph, *puts)
    before = graph.holds()
    graph.undo("import-1")
    assert list(graph.store.said_by("sheet")) == []

    again = imported(graph, *puts, id="import-2")

    assert (len(again.changes), again.kept) == (2, ())
    assert graph.holds() == before


def test_a_creation_that_was_changed_or_linked_to_since_is_a_conflict_by_name(graph, made):
    graph.write(made("theme:t", name="T"), made("theme:u", name="U"), made("theme:v", name="V"))
    graph.put("theme:t", name="Tea")
    graph.put("asset:a", themes="theme:u")
    before = graph.holds()

    refused = graph.undo("batch-1", whole=True)

    assert (refused.changes, refused.seq, graph.holds()) == ((), 5, before)
    assert refused.refused == (
        Refused(
            "theme:t",
            "",
            "name",
            "It was changed since entry 1 created it: name. Take that back first, or retire it.",
        ),
        Refused("theme:u", "", "themes", '"asset:a" links to it as themes. Take that link away first.'),
    )
    rest = graph.undo("batch-1")
    assert ([one.id for one in rest.changes], rest.refused) == (["theme:v"], refused.refused)
    assert graph.ids("Theme") == ["t", "u"]


def test_a_property_or_link_that_was_changed_since_is_a_conflict_and_the_rest_goes_back(graph):
    graph.put("theme:t", name="T")
    graph.put("asset:a", year=1990)
    graph.put("asset:a", year=2000, tone="JOY", themes=["theme:t"])
    graph.put("asset:a", year=2010, themes=[("theme:t", {"weight": 0.5})])

    report = graph.undo("3")

    assert [(one.path, one.reason, one.whole) for one in report.refused] == [
        ("year", "Year was changed since entry 3, at revision 3 now.", False),
        ("themes", 'The link to "theme:t" was changed since entry 3, at revision 3 now.', False),
    ]
    assert graph.one("asset:a", "year", "tone") == {"year": 2010, "tone": None}
    assert graph.linked("asset:a", "themes", "weight") == [("theme:t", 0.5)]


def test_an_edit_between_two_batches_of_an_import_is_not_lost(graph, made):
    graph.put("asset:a", year=1)
    imported(graph, made("asset:a", tone="JOY"))
    graph.put("asset:a", tone="CALM")
    imported(graph, made("asset:a", year=1, url="https://example.org"))

    report = graph.undo("import-1")

    assert [one.path for one in report.refused] == ["tone"]
    assert graph.one("asset:a", "tone", "url") == {"tone": "CALM", "url": None}


def test_an_undo_is_done_once_and_can_be_undone_itself(graph, made):
    graph.write(made("theme:t", name="T"), made("asset:a", title="A", locale="en", themes=[("theme:t", {"weight": 1})]))
    graph.put("theme:t", name="Tea")
    graph.undo("3")
    before = graph.holds()
    graph.undo("batch-1", whole=True)
    assert graph.store.stats().nodes == {}

    again = graph.undo("batch-1", whole=True)
    assert (again.changes, again.refused, again.unchanged) == ((), (), 2)

    report = graph.undo("batch-5")
    assert graph.holds() == before
    assert [(one.id, one.op, one.rev) for one in report.changes] == [("theme:t", "create", 5), ("asset:a", "create", 3)]
    assert graph.store.verify().problems == ()
    once_more = graph.undo("batch-5")
    assert (once_more.changes, once_more.refused, once_more.unchanged) == ((), (), 2)


def test_a_deletion_is_not_taken_back_where_there_is_another_one_since(graph):
    graph.put("theme:t", name="T")
    graph.undo("1")
    graph.put("theme:t", name="Another")

    assert [one.reason for one in graph.undo("2").refused] == ["There is another one since entry 2 deleted it."]
    assert [one.reason for one in graph.undo("1").refused] == [
        "It was changed since entry 1 created it: name. Take that back first, or retire it."
    ]


def test_an_update_of_what_is_gone_is_a_conflict(graph):
    graph.put("theme:t", name="T")
    graph.put("theme:t", name="Tea")
    graph.store.write(Batch(removals=(Removal("theme:t"),)))

    assert [one.reason for one in graph.undo("2").refused] == [
        "It is no longer there, so entry 2 cannot be taken back."
    ]


def test_what_lacks_something_after_an_undo_is_refused(graph):
    graph.put("asset:a", title="A", kind="WORK")
    graph.put("asset:a", locale="en")
    graph.put("asset:a", state="PUBLISHED")

    assert [(one.path, one.whole) for one in graph.undo("2").refused] == [("state", True)]
    assert graph.one("asset:a", "locale") == {"locale": "en"}


def test_undoing_a_publication_takes_its_translations_out_of_sight(graph):
    graph.put("asset:a", title="A", locale="en", kind="WORK", marking="PUBLIC")
    graph.put(
        "translation:asset.a.ko", locale="ko", title="가", state="PUBLISHED", marking="PUBLIC", translates="asset:a"
    )
    graph.put("asset:a", state="PUBLISHED")
    assert graph.ids("Translation", viewer=LIVE) == ["asset.a.ko"]

    graph.undo("3")

    assert graph.ids("Translation", viewer=LIVE) == []


def test_a_dry_run_tells_what_an_undo_would_do_and_writes_nothing(graph, made):
    graph.write(made("theme:t", name="T"), made("theme:u", name="U"))
    graph.put("theme:u", name="V")
    before = graph.holds()

    foreseen = graph.undo("batch-1", dry_run=True)

    assert (graph.holds(), graph.store.stats().seq) == (before, 3)
    assert graph.undo("batch-1") == foreseen


@pytest.mark.parametrize(
    ("part", "error", "says"),
    [
        ("7", UnknownName, 'There is no part of the log "7".'),
        ("batch-2", UnknownName, 'There is no part of the log "batch-2".'),
        ("import-x", UnknownName, 'There is no part of the log "import-x".'),
        ("yesterday", InvalidValue, "Name an import as import-5f0c2a, a batch as batch-7, or one entry by its number."),
        ("9" * 40, InvalidValue, "is no part of the log"),
    ],
)
def test_what_is_no_part_of_the_log_is_refused(graph, made, part, error, says):
    graph.write(made("theme:t", name="T"), made("theme:u", name="U"))

    with pytest.raises(error, match=says):
        graph.undo(part)


def test_a_whole_batch_is_written_only_where_nothing_of_it_is_refused(graph, made):
    graph.put("theme:t", name="T")
    puts = (made("asset:a", themes=["theme:t", "theme:nowhere"]), made("theme:t", name="Tea"))

    report = graph.store.write(Batch(puts, whole=True))

    assert [(one.path, one.target) for one in report.refused] == [("themes", "theme:nowhere")]
    assert (report.changes, report.seq) == ((), 1)
    assert graph.one("theme:t", "name") == {"name": "T"}
    assert graph.ids("Asset") == []
