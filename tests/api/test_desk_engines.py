"""What the desk reads of a thing and of what is around it is the same on either engine."""

from zoneinfo import ZoneInfo

from api.cards.neighbourhood import neighbourhood, told
from api.desk.importing import Rows
from api.desk.thing import read_thing
from api.doors.viewers import writer_of
from api.screening import Screened
from graph.model import MODEL
from graph.model.moves import DEFAULT_POLICY
from graph.store.batch import Batch, Put, To
from ingest.pipeline import Options, run
from ingest.sheet import Said, open_sheet
from ingest.sources.rows import Row

PUTS = (
    Put("theme:slow-food", "Theme", {"name": "Slow food"}),
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "kind": "EMBASSY", "time_zone": "Asia/Seoul"}),
    Put("source:sealed", "Source", {"title": "A cable", "locale": "en", "marking": "RESTRICTED"}),
    Put("asset:sealed", "Asset", {"title": "Sealed", "kind": "TEXT", "locale": "en", "marking": "RESTRICTED"}),
    Put(
        "asset:tempe",
        "Asset",
        {"title": "Tempe", "kind": "WORK", "locale": "en", "state": "DRAFT", "keywords": ["soy"]},
        {
            "themes": (To("theme:slow-food", {"weight": 0.6, "since": "2013", "evidence": "source:sealed"}),),
            "keeper": (To("mission:seoul"),),
            "related": (To("asset:sealed", {"kind": "SERIES"}),),
        },
    ),
)


def test_a_form_is_read_and_a_neighbourhood_is_drawn_from_what_its_writer_sees(any_store):
    assert not any_store.write(Batch(PUTS, "the test")).refused
    writer = writer_of("CREATOR", "sari")
    assert writer is not None
    thing = read_thing(any_store, writer.viewer, MODEL.types["Asset"], "asset:tempe")
    assert thing is not None

    assert (thing.rev, thing.state, thing.label, thing.zone) == (1, "DRAFT", "Tempe", ZoneInfo("Asia/Seoul"))
    assert (thing.values["keywords"], thing.values["summary"]) == (["soy"], None)
    # What a link rests on, and where it leads, is out of sight where its target is.
    assert thing.links["themes"] == {"theme:slow-food": {"weight": 0.6, "since": "2013"}}
    assert (thing.links["keeper"], thing.links["related"]) == ({"mission:seoul": {}}, {})
    assert read_thing(any_store, writer.viewer, MODEL.types["Asset"], "asset:sealed") is None

    around = neighbourhood(any_store, writer.viewer, "theme:slow-food", "en")
    assert around is not None
    assert [(row["from"], row["link"], row["to"], row["more"]) for row in told(around, "en")] == [
        ("Tempe", "Assets", "Slow food", "Weight: 0.6; 2013–")
    ]


def test_an_import_sees_and_writes_what_its_writer_may(any_store, contract):
    theme = Put("theme:public", "Theme", {"name": "Public"})
    sealed = Put("theme:sealed", "Theme", {"name": "Sealed", "marking": "RESTRICTED"})
    assert not any_store.write(Batch((*PUTS, theme, sealed), "the test")).refused
    writer = writer_of("CREATOR", "sari")
    assert writer is not None
    screened = Screened(any_store, contract.catalogue, writer, DEFAULT_POLICY)
    puts = (
        Put(
            "asset:new", "Asset", {"title": "New", "locale": "en"}, {"themes": (To("theme:sealed"), To("theme:public"))}
        ),
        Put(
            "translation:asset.new.ko",
            "Translation",
            {"locale": "ko", "title": "새"},
            {"translates": (To("asset:new"),)},
        ),
        Put("asset:tempe", "Asset", {"title": "Tempe"}),
        Put("asset:sealed", "Asset", {"title": "Taken"}),
        Put("theme:public", "Theme", {"name": "Public"}),
        Put("theme:slow-food", "Theme", {"name": "Other"}),
    )
    tried, done = (screened.write(Batch(puts, "sari", import_id="import-1"), dry_run=dry) for dry in (True, False))

    for report in (tried, done):
        assert [(one.op, one.id) for one in report.changes] == [
            ("create", "asset:new"), ("create", "translation:asset.new.ko"),
        ]  # fmt: skip
        assert {(one.id, one.path, one.whole) for one in report.refused} == {
            ("asset:new", "themes", False), ("asset:sealed", "rev", True),
        }  # fmt: skip
        assert report.unchanged == 2
    # What is public is proposed, and is what it was.
    assert [(one.id, one.patch["set"]) for one in screened.proposed] == [("theme:slow-food", {"name": "Other"})] * 2
    public = read_thing(any_store, writer.viewer, MODEL.types["Theme"], "theme:slow-food")
    assert public is not None
    assert public.label == "Slow food"
    thing = read_thing(any_store, writer.viewer, MODEL.types["Asset"], "asset:new")
    assert thing is not None
    assert (thing.state, thing.links["themes"]) == ("DRAFT", {"theme:public": {}})
    named = brought_by_name(screened)
    assert named == (["sealed"], {"asset:named": "s.csv:2"})


def brought_by_name(screened):
    """What a look-up by name finds for a writer: nothing of what is out of sight."""
    cells = [{"title": "Named", "themes": "Public", "kind": "WORK"}, {"title": "No", "themes": "sealed"}]
    rows = Rows("s.csv", ("title", "themes", "kind"), (), [Row(n, f"s.csv:{n}", one) for n, one in enumerate(cells, 2)])
    sheet = open_sheet(rows, Said("Asset", {name: name for name in rows.columns}))
    report = run([sheet], screened, Options("sheet.sari", "sari"))
    return [one.reason.split('"')[1] for one in report.refused], report.places
