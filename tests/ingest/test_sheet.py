"""Tables that people make by hand: workbooks, our columns under their names, cells that were mended, empty tables."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from graph.model import MODEL
from graph.model.moves import WRITTEN_BY_ACTIONS
from graph.store.batch import Batch, Put
from ingest.dates import Order
from ingest.errors import SourceError, UndecidedDates
from ingest.opening import fitting, open_records, open_source
from ingest.pipeline import Options, run
from ingest.records import Rejected
from ingest.sheet import Said, keys_of, likely, open_sheet, recognised
from ingest.sources.mended import Mended
from ingest.sources.rows import Row
from ingest.template import as_csv, as_workbook, columns_of

ASSET = MODEL.types["Asset"]


def workbook(path, *rows, sheet="Sheet"):
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Empty"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


@pytest.fixture
def table(tmp_path):
    def table(text, name="table.csv"):
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    return table


def test_a_workbook_is_read_as_a_table_would_be(tmp_path):
    path = workbook(
        tmp_path / "b.xlsx",
        ("Title", "Day", "Number", "Share", "Yes", "Moment", "Nothing"),
        (),
        ("Tempe", date(2026, 8, 17), 12.0, 0.5, True, datetime(2026, 8, 17, 9, 30), None),  # noqa: DTZ001 - a cell has no zone
        ("Wide", *[None] * 6, "more"),
        sheet="Food",
    )
    book = open_source(path)
    row, wide = book.rows()

    assert isinstance(row, Row)
    assert (row.line, row.where) == (3, "b.xlsx:3")
    assert list(row.cells.values()) == ["Tempe", "2026-08-17", "12", "0.5", "true", "2026-08-17T09:30:00", ""]
    assert isinstance(wide, Rejected)
    assert wide.reason == "8 cells where the header names 7 columns."
    assert book.notes == ('read the sheet "Food", because it is the first that holds something',)


def test_what_is_no_workbook_is_refused_with_a_cure(tmp_path):
    def refusal(name, bytes_):
        (tmp_path / name).write_bytes(bytes_)
        with pytest.raises(SourceError) as raised:
            open_source(tmp_path / name)
        return raised.value.reason

    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert refusal("a.xlsx", b"title\nTempe\n") == "This is no workbook, whatever its name says."
    assert refusal("b.xlsx", zipped.getvalue()).startswith("This workbook cannot be read: ")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as part:
        for _ in range(101):
            part.write(b" " * 1_000_000)
    assert refusal("c.xlsx", bomb.getvalue()) == "Unpacked it has 101000000 bytes; 100000000 are allowed."


def test_of_a_workbook_no_more_rows_are_read_than_are_wanted_however_far_down_they_stand(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["title"])
    for line in (7, 90_000, 1_000_000):
        book.worksheets[0].cell(line, 1, f"Row {line}")
    book.save(tmp_path / "far.xlsx")
    assert [row.line for row in open_source(tmp_path / "far.xlsx", 2).rows()] == [7, 90_000]


def test_a_workbook_that_names_a_file_of_the_machine_is_refused(tmp_path):
    path = workbook(tmp_path / "b.xlsx", ("title",), ("Tempe",))
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                text = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + text.replace(b"Tempe", b"&e;")
            new.writestr(name, text)
    with pytest.raises(SourceError, match="cannot be read"):
        open_source(evil)


@pytest.mark.parametrize("name", sorted(MODEL.types.keys() - WRITTEN_BY_ACTIONS))
def test_an_empty_table_of_any_type_is_recognised_whole_and_holds_nothing(name, tmp_path):
    entity = MODEL.types[name]
    columns = columns_of(entity, 3, ["ko"])
    for file, made in (("t.csv", as_csv(entity, columns)), ("t.xlsx", as_workbook(entity, columns))):
        (tmp_path / file).write_bytes(made)
        source = open_source(tmp_path / file)
        assert list(recognised(source.columns, entity, {}).values()) == [column.name for column in columns]
        assert likely(source, source.columns) == name
        groups = [group for own in open_records([tmp_path / file]) for group in own.groups()]
        assert [(group.records, group.refused) for group in groups] == [([], [])]


def test_an_empty_table_tells_the_words_of_a_vocabulary_and_hides_what_a_role_does_not_see():
    hints = {column.name: column for column in columns_of(ASSET, 0)}
    assert hints["kind"].words[:2] == ("WORK", "PLACE_STORY")
    assert hints["kind"].hint.endswith("THREE_D, IMMERSIVE.")
    assert hints["themes"].hint == (
        "What it is about. An id or a name: Theme. Several with ; between them. "
        "With | may follow: weight, as |weight=..."
    )
    campaign = MODEL.types["Campaign"]
    assert {one.name for one in columns_of(campaign, 3)} - {one.name for one in columns_of(campaign, 0)} == {
        name for name, prop in campaign.props.items() if prop.marking != "PUBLIC" and not prop.derived
    }


SAID = Said("Asset", {"Name": "title", "What": "kind", "About": "themes", "From": "countries", "When": "date"})


@pytest.fixture
def known(store):
    puts = (
        Put("theme:slow-food", "Theme", {"name": "Slow food", "names": {"id": "Makanan lambat"}}),
        Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
    )
    assert not store.write(Batch(puts)).refused
    return store


def brought(store, source, said=SAID, **more):
    return run([open_sheet(source, said)], store, Options("sheet.sample", **more))


def test_names_codes_and_words_as_people_write_them_are_found(known, table):
    path = table(
        "Name,What,About,From,When,Other\n"
        "Tempe,work,Slow food|weight=0.5; makanan lambat,id,17/08/1945,x\n"
        "Gudeg,Place story,theme:slow-food,Indonesia,03/04/2001,\n"
    )
    report = brought(known, open_source(path))

    assert (report.refused, report.changed) == ([], {("Asset", "create"): 2})
    first, second = (change.patch for change in report.changes)
    assert (first["set"]["kind"], first["set"]["date"], second["set"]["date"]) == ("WORK", "1945-08-17", "2001-04-03")
    assert second["set"]["kind"] == "PLACE_STORY"
    assert first["links"]["countries"]["put"].keys() == second["links"]["countries"]["put"].keys() == {"country:id"}
    assert report.places == {"asset:tempe": "table.csv:2", "asset:gudeg": "table.csv:3"}


def test_what_cannot_be_read_is_told_by_our_fields_and_taken_once_it_is_mended(known, table):
    path = table(
        "Name,What,About,From,When\nA,painting,,,\nB,,Fast food,,\nC,,,,2000-13-40\nD,WORK\nE,WORK,Slow food,ID,\n"
    )
    source = open_source(path)
    refused = brought(known, source, dry_run=True).refused
    assert [(one.line, one.column) for one in refused] == [(2, "kind"), (3, "themes"), (4, "date"), (5, None)]

    mends = {2: {"What": "WORK"}, 3: {"About": ""}, 4: {"When": "2000"}, 5: {"From": "ID"}}
    report = brought(known, Mended(source, mends))
    assert (report.refused, report.records) == ([], 5)
    assert report.changes[3].patch["links"]["countries"]["put"].keys() == {"country:id"}
    assert path.read_text("utf-8").startswith("Name,What,About,From,When\nA,painting")


def test_days_that_could_be_months_are_asked_about(known, table):
    source = open_source(table("Name,When\nA,03/04/2001\n"))
    with pytest.raises(UndecidedDates):
        open_sheet(source, SAID)
    report = brought(known, source, Said("Asset", SAID.fields, Order.MDY))
    assert report.changes[0].patch["set"]["date"] == "2001-03-04"


def test_records_in_json_are_brought_the_same_way(known, table):
    path = table('[{"Name": "A", "About": ["theme:slow-food", {"to": "theme:slow-food"}]}, {"Name": "B"}]', "a.json")
    source = open_source(path)
    assert keys_of(source) == ["Name", "About"]
    report = brought(known, source)
    assert (report.refused, report.links) == ([], {"themes": 1})


def test_columns_are_recognised_in_words_and_the_shipped_mappings_that_fit_are_known(table):
    also = {"Judul": "title", "Negara": "countries"}
    assert recognised(["judul", "negara", "Title@KO", "Kolom", "title"], ASSET, also) == {
        "judul": "title", "negara": "countries", "Title@KO": "title@KO",
    }  # fmt: skip
    assert recognised(["title@ko"], ASSET, {}) == {"title@ko": "title@ko"}
    assert fitting(open_source(table("a,b\n1,2\n"))) == {}
