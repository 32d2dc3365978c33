"""Mappings: what a TOML says of someone else's table, and what is wrong with one."""

import pytest

from ingest.errors import MappingError, MissingColumn, SourceError, UndecidedDates
from ingest.mapping import load, parse, shipped
from ingest.opening import open_mapped
from ingest.records import Key, LinkTo, Record, Wanted

HEAD = """
source = "films"
[columns]
number = "No"
title = ["Title", "Film"]
seen = { any = ["Premiere"], optional = true }
country = { any = "Country", optional = true }
rating = { any = "Rating", optional = true }
"""
ENTITY = """
[[entities]]
type = "Asset"
id = "asset:film-{number}"
fields.kind = { constant = "VIDEO" }
fields.title = "title"
"""


def mapped(path, toml):
    (plan,) = open_mapped([path], parse(toml, "films.toml"))
    records: list[Record] = []
    refused: list[str] = []
    skipped: list[str] = []
    for group in plan.groups():
        records += group.records
        refused += map(str, group.refused)
        skipped += [group.skipped] if group.skipped else []
    return records, refused, skipped, plan


def fault(toml):
    with pytest.raises(MappingError) as caught:
        parse(toml, "films.toml")
    return str(caught.value)


def compile_fault(file, toml):
    with pytest.raises(MappingError) as caught:
        mapped(file("films.csv", "No,Title\n1,A\n"), toml)
    return str(caught.value)


def test_a_row_becomes_a_record_that_keeps_its_cells_as_they_were(file):
    ((record,), refused, _, _) = mapped(file("films.csv", "No;Film;Country\n7;  Sewu Dino ;ID\n"), HEAD + ENTITY)

    assert refused == []
    assert (record.id, record.where) == ("asset:film-7", "films.csv:2")
    assert record.values == {"kind": "VIDEO", "title": "Sewu Dino"}
    assert record.raw == {"No": "7", "Film": "  Sewu Dino ", "Country": "ID"}


def test_a_column_is_found_in_another_spelling(file):
    ((record,), _, _, _) = mapped(file("films.csv", "no.,TITLE\n7,Sewu Dino\n"), HEAD + ENTITY)

    assert record.values["title"] == "Sewu Dino"


def test_a_needed_column_that_is_not_there_stops_with_a_guess(file):
    with pytest.raises(MissingColumn) as caught:
        mapped(file("films.csv", "No,Titel\n7,Sewu Dino\n"), HEAD + ENTITY)
    assert str(caught.value) == (
        'films.csv: The mapping needs a column "Title" or "Film", and there is none. '
        'Is it "Titel"? Then add that to "title" under [columns].'
    )


def test_dates_of_doubtful_order_are_decided_over_the_whole_column(file):
    toml = HEAD + ENTITY + 'fields.date = "seen"\n'
    records, _, _, plan = mapped(
        file("films.csv", "No,Title,Premiere\n1,A,03/04/2021\n2,B,25/12/2020\n3,C,1999\n"), toml
    )

    assert [record.values["date"] for record in records] == ["2021-04-03", "2020-12-25", "1999"]
    assert plan.notes[-1] == 'dates of "Premiere": day first: 1 row has a first part above 12'


def test_dates_that_cannot_be_decided_stop_before_the_first_row_unless_the_mapping_says(file):
    path = file("films.csv", "No,Title,Premiere\n1,A,03/04/2021\n")

    with pytest.raises(UndecidedDates) as caught:
        mapped(path, HEAD + ENTITY + 'fields.date = "seen"\n')
    assert str(caught.value) == (
        'films.csv: The dates of "Premiere" can be read day first and month first: '
        "none of 1 dates such as 03/04/2021 has a part above 12. "
        'Say order = "dmy" or "mdy" for this column in the mapping.'
    )
    ((record,), _, _, _) = mapped(path, HEAD + ENTITY + 'fields.date = { column = "seen", order = "mdy" }\n')
    assert record.values["date"] == "2021-03-04"


def test_a_bad_value_refuses_its_row_or_is_let_go_as_the_mapping_wants(file):
    path = file("films.csv", "No,Title,Country\n1,A,www.example.org\n")

    records, refused, _, _ = mapped(path, HEAD + ENTITY + 'fields.url = "country"\n')
    assert records == []
    message = 'films.csv:2: column "Country": "www.example.org" is not a web address. Start it with https://.'
    assert refused == [message]

    records, refused, _, _ = mapped(path, HEAD + ENTITY + 'fields.url = { column = "country", bad = "skip" }\n')
    assert "url" not in records[0].values
    assert refused == [message]


def test_rows_are_left_out_or_refused_on_conditions_with_the_reason_said(file):
    toml = HEAD + """
[[skip]]
when = { column = "title", matches = "^test" }
reason = "A test."
[[refuse]]
when = [{ column = "country", is = ["XX", "YY"] }, { column = "title", is_not = "Kept" }]
reason = "No country has this code."
cure = "Correct the code."
[[refuse]]
when = { column = "title", same_as = "country" }
reason = "The title is the country."
""" + ENTITY  # fmt: skip
    rows = "No,Title,Country\n1,Test film,ID\n2,A,xx\n3,Kept,XX\n4,KR,KR\n5,,ID\n"

    records, refused, skipped, _ = mapped(file("films.csv", rows), toml)

    assert [record.id for record in records] == ["asset:film-3", "asset:film-5"]
    assert refused == [
        "films.csv:3: No country has this code. Correct the code.",
        "films.csv:5: The title is the country.",
    ]
    assert skipped == ["A test."]


def test_values_are_split_extracted_looked_up_and_fall_back_in_this_order(file):
    toml = HEAD + """
[tables.codes]
"korea*" = "kr"
"indonesia" = "id"
"atlantis" = { refuse = "It sank." }
""" + ENTITY + """
fields.keywords = { column = "country", split = "/", extract = "^([a-z]+)", table = "codes", default = "xx" }
fields.tone = { column = "rating", table = "codes" }
"""  # fmt: skip
    path = file(
        "films.csv", "No,Title,Country,Rating\n1,A,Korea South / Indonesia (2)/France,\n2,B,,Atlantis\n3,C,,Mu\n"
    )

    records, refused, _, _ = mapped(path, toml)

    assert records[0].values["keywords"] == ["kr", "id", "xx"]
    assert refused == [
        'films.csv:3: column "Rating": It sank.',
        'films.csv:4: column "Rating": "Mu" is not in the mapping\'s table "codes". Add it there.',
    ]


def test_the_first_of_several_values_that_is_there_fills_a_field_and_all_fill_a_list(file):
    toml = HEAD + ENTITY + """
fields.summary = ["{country} with {rating}", "{rating or title|upper}"]
fields.keywords = ["country", "rating"]
"""  # fmt: skip
    records, _, _, _ = mapped(file("films.csv", "No,Title,Country,Rating\n1,Ab,ID,good\n2,Cd,,\n"), toml)

    assert [record.values.get("summary") for record in records] == ["ID with good", "CD"]
    assert [record.values.get("keywords") for record in records] == [["ID", "good"], None]


def test_decimal_commas_are_read_where_the_mapping_says_so(file):
    toml = HEAD + '[[entities]]\ntype = "Measurement"\nid = "measurement:{number}"\n'
    toml += 'fields.value = { column = "rating", decimal = "," }\n'

    ((record,), _, _, _) = mapped(file("films.csv", "No;Title;Rating\n1;A;-1.006,25\n"), toml)

    assert record.values["value"] == "-1006.25"


def test_a_row_may_tell_of_several_nodes_and_link_them(file):
    toml = HEAD + """
[[entities]]
name = "studio"
type = "Organisation"
id = "organisation:{country|slug}"
shared = true
when = { column = "country", blank = false }
fields.name = "country"
""" + ENTITY + """
[entities.links.makers]
entity = "studio"
[entities.links.themes]
find = { type = "Theme", by = "name", value = { column = "rating", split = "+" } }
props = { weight = { constant = 0.5 } }
"""  # fmt: skip
    path = file("films.csv", "No,Title,Country,Rating\n1,A,Studio Ä,Craft+Food\n2,B,Studio Ä,\n3,C,,\n")

    records, refused, _, _ = mapped(path, toml)

    assert refused == []
    assert [record.id for record in records] == [
        "organisation:studio-a",
        "asset:film-1",
        "asset:film-2",
        "asset:film-3",
    ]
    weight = {"weight": "0.5"}
    assert records[1].links == {
        "makers": [LinkTo("organisation:studio-a", {})],
        "themes": [
            LinkTo(Wanted((Key("Theme", "name", "Craft"),), column="Rating"), weight),
            LinkTo(Wanted((Key("Theme", "name", "Food"),), column="Rating"), weight),
        ],
    }
    assert records[3].links == {}


def test_a_constant_of_a_link_may_depend_on_the_row(file):
    toml = HEAD + ENTITY + """
[entities.links.themes]
find = { type = "Theme", by = "name", value = "rating" }
props = { weight = { constant = 0.5, when = { column = "country", is = "ID" } } }
"""  # fmt: skip
    path = file("films.csv", "No,Title,Country,Rating\n1,A,KR,Craft\n2,B,ID,Craft\n")

    records, _, _, _ = mapped(path, toml)

    assert [record.links["themes"][0].props for record in records] == [{}, {"weight": "0.5"}]


def test_a_constant_that_a_link_cannot_hold_refuses_every_row(file):
    toml = HEAD + ENTITY + """
[entities.links.themes]
find = { type = "Theme", by = "name", value = "rating" }
props = { weight = { constant = 5 } }
"""  # fmt: skip
    path = file("films.csv", "No,Title,Rating\n1,A,Craft\n2,B,Craft\n3,C,\n")

    records, refused, _, _ = mapped(path, toml)

    assert [record.id for record in records] == ["asset:film-3"]
    assert refused == [f'films.csv:{line}: column "themes.weight": "5" is outside 0 to 1.' for line in (2, 3)]


def test_a_row_without_an_id_is_refused(file):
    _, refused, _, _ = mapped(file("films.csv", "No,Title\n,A\n"), HEAD + ENTITY)

    assert refused == [
        'films.csv:2: column "No": No id can be made for the Asset: the cell is blank or not in Latin letters.'
    ]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("source = ", "films.toml: This is not TOML: Invalid value (at end of document). Correct the line."),
        ('source = "a"\n', "films.toml: It says more or less than one of entities and sheet."),
        ('sorce = "a"\n' + HEAD + ENTITY, 'films.toml: sorce: There is no such key. Did you mean "source"?'),
        (
            HEAD + ENTITY + 'fields.url = { column = "title", tabel = "x" }',
            'tabel: There is no such key. Did you mean "table"?',
        ),
        (HEAD + ENTITY + "fields.url = { }", "says more or less than one of column, template and constant."),
        (
            HEAD + ENTITY + 'links.themes = { to = "{title}", entity = "x" }',
            "says more or less than one of to, entity and find.",
        ),
        (HEAD + ENTITY + 'fields.url = { column = "title", order = "ymd" }', "Input should be 'dmy' or 'mdy'."),
    ],
)
def test_a_mapping_that_is_none_names_key_and_cure(toml, message):
    assert message in fault(toml)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            'fields.titel = "title"',
            'entities.0.fields.titel: There is no property or link of Asset "titel"; did you mean "title"?',
        ),
        ('fields.url = "titel"', 'There is no column "titel" under [columns]. Did you mean "title"?'),
        ('fields.url = "{title|sluq}"', 'There is no transform "sluq". Did you mean "slug"?'),
        ('fields.url = { column = "title", table = "x" }', 'There is no table "x". Add it under [tables].'),
        (
            'fields.url = { column = "title", extract = "(" }',
            "is not a regular expression: missing ), unterminated subpattern",
        ),
        ('fields.themes = "title"', '"themes" is a link of Asset. Put it under links.'),
        ('links.title = { to = "{title}" }', '"title" is a property of Asset. Put it under fields.'),
        ('links.themes = { entity = "studio" }', 'No entity of this mapping is called "studio". There are asset.'),
        ('links.themes = { entity = "asset" }', "This link leads to Theme, not to Asset."),
        (
            'links.themes = { find = { type = "Place", by = "name", value = "title" } }',
            "This link leads to Theme, not to Place.",
        ),
        (
            'links.themes = { find = { type = "Theme", by = "nam", value = "title" } }',
            'There is no property of Theme "nam"',
        ),
        ('links.themes = { to = "{title}", props = { wait = "title" } }', 'This link has no property "wait".'),
        ('state = "LIVE"', 'entities.0.state: "LIVE" is not one of'),
    ],
)
def test_what_a_mapping_says_of_the_model_is_checked_before_the_first_row(file, more, message):
    entity = ENTITY.replace("fields.kind", f"{more}\nfields.kind")

    assert message in compile_fault(file, HEAD + entity)


def test_a_mapping_is_found_by_name_or_path(tmp_path):
    assert set(shipped()) == {"country-codes", "embassies", "hansik"}
    with pytest.raises(MappingError, match=r'There is no mapping of this name\. Did you mean "embassies"\?'):
        load("embasies")
    with pytest.raises(MappingError, match="There is no such file"):
        load(str(tmp_path / "own.toml"))


def test_json_cells_are_reached_by_path(file):
    toml = """
source = "museum"
format = "json"
rows = "things"
[columns]
id = "id"
title = "title"
artists = { any = ["creator.full_name"], optional = true }
width = { any = "size.width", optional = true }
""" + ENTITY.replace("{number}", "{id}") + 'fields.keywords = ["artists", "width"]\n'  # fmt: skip
    path = file(
        "m.json", '{"things": [{"id": 7, "title": "Bowl", "creator": [{"full_name": "Ann"}], "size": {"width": 1.5}}]}'
    )

    ((record,), refused, _, _) = mapped(path, toml)

    assert refused == []
    assert (record.id, record.where) == ("asset:film-7", "m.json[1]")
    assert record.values["keywords"] == ["Ann", "1.5"]


@pytest.mark.long
def test_ten_thousand_rows_are_mapped(file):
    rows = "".join(f"{n},Film number {n},ID,4\n" for n in range(10_000))
    path = file("films.csv", "No,Title,Country,Rating\n" + rows)

    records, refused, _, _ = mapped(path, HEAD + ENTITY + 'fields.keywords = ["country", "rating"]\n')

    assert (len(records), refused) == (10_000, [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[sheet]\ntype = "Aset"\n[sheet.fields]\nName = "title"\n', 'There is no type "Aset".'),
        ('[sheet]\ntype = "Asset"\n[sheet.fields]\nName = "titel"\n', 'Asset has no field "titel".'),
        ('[sheet]\ntype = "Asset"\n[sheet.fields]\nTitel = "title"\n', 'needs a column "Titel"'),
        ('[sheet]\ntype = "Asset"\n', "sheet.fields"),
        ("", "more or less than one of entities and sheet"),
    ],
)
def test_a_sheet_that_says_something_wrong_is_refused_with_the_place(tmp_path, text, told):
    (tmp_path / "own.toml").write_text(f'source = "own"\n{text}', "utf-8")
    (tmp_path / "table.csv").write_text("Name,Kind\nA,WORK\n", "utf-8")

    with pytest.raises(SourceError) as caught:
        open_mapped([tmp_path / "table.csv"], load(str(tmp_path / "own.toml")))

    assert told in str(caught.value)
