"""Records in our own shape: JSON keys and CSV columns are the model's names, and what is not is said."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnknownName
from ingest.errors import UnknownColumn
from ingest.own import join_list, open_own, split_list
from ingest.records import LinkTo, Record

KIMJANG = {
    "type": "Asset",
    "id": "asset:kimjang",
    "kind": "WORK",
    "title": "Kimjang",
    "locale": "en",
    "keywords": ["winter", "cabbage"],
    "themes": ["theme:slow-food", {"to": "theme:living-craft", "weight": 0.6}],
    "part_of": "asset:hansik",
    "translations": [{"locale": "ko", "title": "김장", "state": "PUBLISHED"}],
}


def read(path, **options):
    records: list[Record] = []
    refused: list[str] = []
    for group in open_own(path, **options).groups():
        records += group.records
        refused += map(str, group.refused)
    return records, refused


def test_a_json_record_is_read_as_it_stands(file):
    ((record,), refused) = read(file("a.jsonl", json.dumps(KIMJANG)))

    assert refused == []
    assert (record.type, record.id, record.where, record.line) == ("Asset", "asset:kimjang", "a.jsonl:1", 1)
    assert record.values == {"kind": "WORK", "title": "Kimjang", "locale": "en", "keywords": ["winter", "cabbage"]}
    assert record.links == {
        "themes": [LinkTo("theme:slow-food"), LinkTo("theme:living-craft", {"weight": 0.6})],
        "part_of": [LinkTo("asset:hansik")],
    }
    assert record.translations == [{"locale": "ko", "title": "김장", "state": "PUBLISHED"}]
    assert record.raw == KIMJANG


def test_a_table_says_the_same_in_columns(file):
    path = file(
        "a.csv",
        "type,id,kind,title,locale,keywords,themes,part_of,title@ko\n"
        "Asset,asset:kimjang,work,Kimjang,en,winter;cabbage,"
        "theme:slow-food; theme:living-craft|weight=0.6,asset:hansik,김장\n",
    )

    ((record,), refused) = read(path)

    assert refused == []
    assert record.links == {
        "themes": [LinkTo("theme:slow-food"), LinkTo("theme:living-craft", {"weight": "0.6"})],
        "part_of": [LinkTo("asset:hansik")],
    }
    assert record.values["keywords"] == ["winter", "cabbage"]
    assert record.translations == [{"locale": "ko", "title": "김장"}]


def test_rows_of_several_types_may_share_a_table(file):
    path = file("a.csv", "type,name,name@ko,kind\ncountry,Korea,한국,\nPlace,Seoul,서울,CITY\nTheme,Food,음식,CITY\n")

    records, refused = read(path)

    assert [(record.type, record.values) for record in records] == [
        ("Country", {"name": "Korea", "names": {"ko": "한국"}}),
        ("Place", {"name": "Seoul", "names": {"ko": "서울"}, "kind": "CITY"}),
    ]
    assert refused == ['a.csv:4: column "kind": There is no property or link of Theme "kind".']


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "Aset"}, 'column "type": There is no type "Aset". Did you mean "Asset"?'),
        ({"type": None}, 'column "type": The record does not say its type. Add "type", or name it with --type.'),
        ({"titel": "x"}, 'column "titel": There is no property or link of Asset "titel". Did you mean "title"?'),
        ({"id": "theme:kimjang"}, 'column "id": The id "theme:kimjang" does not start with asset:.'),
        ({"kind": "SONG"}, 'column "kind": "SONG" is not one of AUDIO, DATASET, IMMERSIVE, INFOGRAPHIC, PHOTO,'),
        ({"locale": "klingonish"}, 'column "locale": "klingonish" is not a language tag.'),
        ({"title": "x" * 301}, 'column "title": The text has 301 characters, 300 are allowed. Shorten it.'),
        ({"themes": ["country:kr"]}, 'column "themes": "country:kr" is no Theme.'),
        ({"themes": [{"weight": 1}]}, 'column "themes": This link does not say where it leads.'),
        ({"themes": [{"to": "theme:a", "wait": 1}]}, 'column "themes": This link has no property "wait".'),
        ({"themes": [{"to": "theme:a", "weight": 7}]}, 'column "themes.weight": 7 is outside 0 to 1.'),
        ({"part_of": ["asset:a", "asset:b"]}, 'column "part_of": There can be one at most, 2 were given.'),
        (
            {"campaigns": ["campaign:a"]},
            'column "campaigns": "campaigns" is written at its other side, as assets of Campaign.',
        ),
        ({"rev": 3}, 'column "rev": "rev" follows from the rest and cannot be imported. Leave it out.'),
        ({"translations": [{"title": "x"}]}, 'column "translations[0]": This translation does not say its locale.'),
        (
            {"translations": [{"locale": "ko", "titel": "x"}]},
            'column "translations[0].titel": There is no property or link of Translation "titel".',
        ),
    ],
)
def test_what_a_record_may_not_say_is_refused_with_place_and_cure(file, change, message):
    records, refused = read(file("a.jsonl", "\n" + json.dumps(KIMJANG | change)))

    assert records == []
    assert refused[0].startswith(f"a.jsonl:2: {message}")


@pytest.mark.parametrize(
    ("header", "type", "message"),
    [
        ("type,titel", None, 'a.csv: "titel" is no property and no link of any type. Did you mean "title"?'),
        ("id,titel", "Asset", 'a.csv: "titel" is no property and no link of Asset. Did you mean "title"?'),
        ("type,title@korean", None, 'a.csv: "korean" is not a language tag. Use BCP 47, such as id, en-GB or zh-Hans.'),
        ("id,title", None, 'a.csv: There is no column "type". Add it, or name the type of all rows with --type.'),
        ("id,title,title", "Asset", 'a.csv: The column "title" stands twice. Rename or remove one of them.'),
        ("id,kind@ko", "Asset", 'a.csv: "kind" of Asset has no other languages. Those with are title, summary, body.'),
        ("id,campaigns", "Asset", 'a.csv: "campaigns" is written at its other side, as assets of Campaign.'),
    ],
)
def test_a_column_that_is_none_stops_before_the_first_row(file, header, type, message):
    with pytest.raises(UnknownColumn) as caught:
        open_own(file("a.csv", f"{header}\nx,y\n"), type=type)
    assert str(caught.value) == message


def test_an_unknown_type_for_all_rows_is_said(file):
    with pytest.raises(UnknownName, match='did you mean "Asset"'):
        open_own(file("a.csv", "id,title\n"), type="Aset")


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"])).filter(str.strip).map(str.strip)
    )
)
def test_a_list_cell_is_read_back(items):
    assert split_list(join_list(items)) == items
