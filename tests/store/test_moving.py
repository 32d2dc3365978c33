"""Merging and renaming: what links to the one links to the other, its id leads there, and all of it is taken back."""

import pytest

from graph.model import ANY
from graph.store.batch import Batch, Move, Put, To
from graph.store.moved import moved_to
from graph.store.select import Follow, Select, Shape, by_ids
from graph.store.visibility import SYSTEM

OUT = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("source:a", "Source", {"title": "A", "locale": "en"}),
    Put("source:b", "Source", {"title": "B", "locale": "en"}),
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("theme:fare", "Theme", {"name": "Fare", "names": {"id": "Makanan", "ko": "음식"}, "aliases": ["eats"]}),
    Put("theme:slow", "Theme", {"name": "Slow"}, {"broader": (To("theme:fare"),)}),
    Put("asset:tempe", "Asset", {"kind": "WORK", "title": "Tempe", "locale": "en", **OUT},
        {"themes": (To("theme:fare", {"weight": 0.5, "evidence": "source:b"}),)}),
    Put("asset:both", "Asset", {"title": "Both", "locale": "en"},
        {"themes": (To("theme:food", {"weight": 0.1}), To("theme:fare", {"weight": 0.9}))}),
    Put("asset:tempeh", "Asset", {"title": "Tempeh", "summary": "A draft.", "locale": "en"},
        {"related": (To("asset:tempe"),)}),
    Put("translation:a", "Translation", {"locale": "ko", "title": "템페"}, {"translates": (To("asset:tempe"),)}),
    Put("translation:b", "Translation", {"locale": "ko", "title": "템페", "summary": "콩"},
        {"translates": (To("asset:tempeh"),)}),
    Put("translation:c", "Translation", {"locale": "vi", "title": "Tempeh"}, {"translates": (To("asset:tempeh"),)}),
)  # fmt: skip


@pytest.fixture
def filled(store, clock):
    assert store.write(Batch(PUTS)).refused == ()
    clock.pass_(days=1)
    return store


def whole(store):
    """All that is there but for revisions and when it was changed."""
    with store.snapshot() as snapshot:
        left_out = {"rev", "updated_at", "label"}
        return {
            id: (
                {
                    name: value
                    for name, value in node.values.items()
                    if name not in left_out and value not in (None, [])
                },
                {name: targets for name, targets in node.links.items() if targets},
            )
            for id, node in snapshot.nodes()
        }


def test_a_merge_leads_all_links_over_and_is_taken_back_whole(filled):
    before = whole(filled)
    report = filled.write(Batch(moves=(Move("theme:fare", "theme:food", 1, 1),), whole=True))

    assert report.refused == ()
    now = whole(filled)
    values, _ = now["theme:food"]
    assert values["name"] == "Food"
    assert values["names"] == '{"id":"Makanan","ko":"음식"}'
    assert values["aliases"] == ["eats", "Fare"]
    assert values["former_ids"] == ["theme:fare"]
    assert "theme:fare" not in now
    assert now["asset:tempe"][1]["themes"] == {"theme:food": {"weight": 500, "evidence": "source:b"}}
    assert now["asset:both"][1]["themes"] == {"theme:food": {"weight": 100}}
    assert now["theme:slow"][1]["broader"] == {"theme:food": {}}
    assert moved_to(filled, ["theme:fare", "theme:food"]) == {"theme:fare": "theme:food"}

    assert filled.write(Batch(undo=report.changes[0].batch, whole=True)).refused == ()
    assert whole(filled) == before
    assert moved_to(filled, ["theme:fare"]) == {}
    assert filled.verify().problems == ()


def test_a_draft_says_nothing_in_what_is_public_and_translations_come_together(filled):
    assert filled.write(Batch(moves=(Move("asset:tempeh", "asset:tempe"),), whole=True)).refused == ()

    now = whole(filled)
    assert "summary" not in now["asset:tempe"][0]
    assert "aliases" not in now["asset:tempe"][0]
    assert now["asset:tempe"][1].get("related") is None
    assert now["translation:a"][0]["summary"] == "콩"
    assert now["translation:a"][0]["former_ids"] == ["translation:b"]
    assert now["translation:c"][1]["translates"] == {"asset:tempe": {}}
    assert moved_to(filled, ["asset:tempeh", "translation:b"]) == {
        "asset:tempeh": "asset:tempe",
        "translation:b": "translation:a",
    }


def test_a_renamed_one_keeps_its_revision_its_links_and_its_former_ids(filled):
    before = whole(filled)
    first = filled.write(Batch(moves=(Move("theme:fare", "theme:eating"),), whole=True))
    second = filled.write(Batch(moves=(Move("theme:eating", "theme:meals"),), whole=True))

    assert (first.refused, second.refused) == ((), ())
    assert moved_to(filled, ["theme:fare", "theme:eating"]) == dict.fromkeys(
        ("theme:fare", "theme:eating"), "theme:meals"
    )
    shape = Shape(
        (("rev", "rev"), ("name", "name"), ("born", "created_at")),
        (("assets", Follow("assets", Select("Asset", Shape((("id", "id"),))))),),
    )
    [row] = filled.ask(SYSTEM, {"it": by_ids("Theme", ("theme:meals",), shape)})["it"]["rows"]
    assert (row["rev"], row["name"], row["born"]) == (3, "Fare", "2026-01-01T00:00:00.000Z")
    assert {one["id"] for one in row["assets"]["rows"]} == {"asset:tempe", "asset:both"}

    for report in (second, first):
        assert filled.write(Batch(undo=report.changes[0].batch, whole=True)).refused == ()
    assert whole(filled) == before
    assert filled.verify().problems == ()


def test_a_source_goes_over_with_what_rests_on_it(filled):
    assert filled.write(Batch(moves=(Move("source:b", "source:a"),), whole=True)).refused == ()
    assert whole(filled)["asset:tempe"][1]["themes"] == {"theme:fare": {"weight": 500, "evidence": "source:a"}}


@pytest.mark.parametrize(
    ("move", "path"),
    [
        (Move("theme:fare", "theme:fare"), "into"),
        (Move("theme:nowhere", "theme:food"), "id"),
        (Move("theme:fare", "asset:tempe"), "into"),
        (Move("theme:fare", "Theme Fare"), "into"),
        (Move("theme:fare", "theme:food", 7), "rev"),
        (Move("theme:fare", "theme:food", 1, 7), "into_rev"),
        (Move("theme:fare", "theme:nowhere", 1, 1), "into"),
    ],
)
def test_what_cannot_be_moved_is_refused_by_name(filled, move, path):
    report = filled.write(Batch(moves=(move,), whole=True))
    assert [one.path for one in report.refused] == [path]
    assert filled.stats().seq == len(PUTS)


def test_an_id_that_leads_elsewhere_is_given_to_nothing_else_and_an_import_writes_where_it_leads(filled):
    filled.write(Batch(moves=(Move("theme:fare", "theme:food"),), whole=True))

    taken = filled.write(Batch((Put("theme:fare", "Theme", {"name": "Again"}, rev=0),)))
    assert [(one.path, one.reason) for one in taken.refused] == [
        ("id", '"theme:fare" is "theme:food" now. Write that.')
    ]
    renamed = filled.write(Batch(moves=(Move("theme:slow", "theme:fare"),)))
    assert [one.path for one in renamed.refused] == ["into"]

    report = filled.write(
        Batch(
            (
                Put("theme:fare", "Theme", {"brand_dimensions": ["EXPORTS"]}),
                Put("asset:new", "Asset", {"title": "New"}, {"themes": (To("theme:fare"), To("theme:food"))}),
            ),
            source="sheet",
        )
    )
    assert report.refused == ()
    now = whole(filled)
    assert now["theme:food"][0]["brand_dimensions"] == ["EXPORTS"]
    assert now["asset:new"][1]["themes"] == {"theme:food": {}}
    assert [
        row["id"]
        for row in filled.ask(SYSTEM, {"it": by_ids(ANY, ("theme:fare",), Shape((("id", "id"),)))})["it"]["rows"]
    ] == []


def test_an_undo_names_what_was_changed_since_a_merge(filled):
    report = filled.write(Batch(moves=(Move("theme:fare", "theme:food"),), whole=True))
    filled.write(Batch((Put("theme:food", "Theme", {"aliases": ["other"]}),)))

    refused = filled.write(Batch(undo=report.changes[0].batch, whole=True)).refused
    assert [(one.id, one.path) for one in refused] == [("theme:food", "aliases")]
