"""JSON: lines, lists and objects under keys, and where they are broken."""

import pytest

from ingest.errors import BrokenJson, SourceError
from ingest.records import Rejected
from ingest.sources.json_table import open_json_table, reach
from ingest.sources.jsonl import open_json


def told(source):
    return [str(row) if isinstance(row, Rejected) else (row.where, dict(row.cells)) for row in source.rows()]


def test_a_broken_line_is_refused_with_its_column_and_the_next_is_read(file):
    path = file("a.jsonl", '{"type": "Theme", "name": "A"}\n{"type": "Theme" "name": "B"}\n[1]\n\n{"name": "C"}\n')

    assert told(open_json(path)) == [
        ("a.jsonl:1", {"type": "Theme", "name": "A"}),
        "a.jsonl:2: This is not JSON: expecting ',' delimiter (column 18). Correct the line.",
        'a.jsonl:3: This line is no JSON object. Write it as {"type": ..., ...}.',
        ("a.jsonl:5", {"name": "C"}),
    ]


def test_lines_nested_too_deeply_are_refused(file):
    path = file("a.jsonl", '{"name": "A"}\n' + "[" * 100_000 + "]" * 100_000 + "\n")

    assert (
        told(open_json(path))[1] == "a.jsonl:2: This is not JSON: depth limit exceeded (column 1026). Correct the line."
    )


def test_a_last_line_that_is_cut_off_says_so(file):
    path = file("a.jsonl", '{"name": "A"}\n{"name": "B')

    assert (
        told(open_json(path))[1] == "a.jsonl:2: The line is cut off, and the file with it. Export or download it again."
    )


def test_a_list_and_a_single_object_over_many_lines_are_read(file):
    assert told(open_json(file("a.json", '[\n {"name": "A"},\n 7\n]'))) == [
        ("a.json[1]", {"name": "A"}),
        'a.json[2]: This item is no object. Write it as {"type": ..., ...}.',
    ]
    assert told(open_json(file("b.json", '{\n "name": "B"\n}'))) == [("b.json[1]", {"name": "B"})]


def test_a_list_that_is_cut_off_is_refused_whole(file):
    with pytest.raises(BrokenJson) as caught:
        open_json(file("a.json", '[\n {"name": "A"},\n {"name": "B"'))

    assert str(caught.value) == (
        "a.json:3: The JSON ends before its brackets are closed: the file is cut off. Export or download it again."
    )
    assert (caught.value.line, caught.value.column) == (3, 14)


def test_rows_may_stand_at_a_path_and_under_keys(file):
    path = file("a.json", '{"data": {"2026-08-17": {"name": "Hari Merdeka"}, "2026-06-01": "Pancasila"}}')

    assert told(open_json_table(path, rows="data")) == [
        ("a.json[2026-08-17]", {"@key": "2026-08-17", "name": "Hari Merdeka"}),
        ("a.json[2026-06-01]", {"@key": "2026-06-01", "@value": "Pancasila"}),
    ]
    with pytest.raises(SourceError, match=r'There is nothing at "date"\. It has data\.'):
        open_json_table(path, rows="date")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("title", "Bowl"),
        ("creator.full_name", ["Ann", "Bo"]),
        ("creator.1.full_name", "Bo"),
        ("creator.9.full_name", None),
        ("size.width", 3),
        ("size.width.unit", None),
        ("a.b", "literal"),
    ],
)
def test_a_dotted_path_reaches_into_objects_and_lists(path, found):
    cells = {
        "title": "Bowl",
        "creator": [{"full_name": "Ann"}, {"full_name": "Bo"}],
        "size": {"width": 3},
        "a.b": "literal",
    }

    assert reach(path)(cells) == found
