"""The worked example in docs/importing.md does what it says."""

import re
from pathlib import Path

import pytest

from ingest.mapping import parse

DOC = Path(__file__).parents[2] / "docs" / "importing.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(DOC.read_text("utf-8"))


def test_the_two_ways_to_write_a_record_say_the_same(blocks, file, take, rows, linked):
    themes = '{"type": "Theme", "id": "theme:slow-food"}\n{"type": "Theme", "id": "theme:living-craft"}\n'
    take(file("themes.jsonl", themes.replace("}", ', "name": "A theme"}')), source="themes")
    json, table = (next(text for kind, text in blocks if kind == wanted) for wanted in ("json", "csv"))

    first = take(file("a.jsonl", json))
    second = take(file("a.csv", table))

    assert (first.changed.total(), first.refused) == (2, [])
    assert (second.changed.total(), second.refused, second.unchanged) == (0, [], 2)
    assert linked("Asset", "asset:kimjang", "themes") == ["theme:living-craft", "theme:slow-food"]


def test_the_worked_mapping_gives_the_report_that_is_printed(blocks, file, take, rows):
    korea = (
        '{"type": "Country", "id": "country:kr", "name": "South Korea", "alpha2": "KR", "names": {"de": "Südkorea"}}'
    )
    take(file("countries.jsonl", korea), source="countries")
    _, table = (text for kind, text in blocks if kind == "csv")
    mapping, said = (text for kind, text in blocks if kind == "toml")
    assert parse(said, "museum.toml").sheet is not None
    (printed,) = (text for kind, text in blocks if kind == "text")

    report = take(file("museum.csv", table), mapping=str(file("museum.toml", mapping)))

    assert f"{report.rows} rows read, {report.records} records, {report.changed.total()} changes made" in printed
    assert [line.strip() for line in printed.splitlines() if "museum.csv:" in line] == list(map(str, report.refused))
    assert [f"Read: {note}." for note in report.notes] == [
        line for line in printed.splitlines() if line.startswith("Read: ")
    ]
    assert rows("Asset", "date", "year", "url") == [
        {"id": "asset:museum-12", "date": "1962-04-03", "year": 1962, "url": "https://museum.example/12"},
        {"id": "asset:museum-13", "date": "1961-12-25", "year": 1961, "url": None},
    ]
