"""The page of the data model and the JSON Schema of records say what the declarations say."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph.errors import UnknownName
from graph.model import MODEL
from graph.model.describe import data_model, vocabularies
from graph.model.json_schema import record_schema

RECORDS = Path(__file__).parents[2] / "ingest" / "demo" / "records"


@pytest.fixture(scope="module")
def page() -> str:
    return data_model(MODEL)


def test_every_type_stands_with_its_prefix_its_defaults_and_its_links(page):
    lines = page.splitlines()

    assert "| [Theme](#theme) | `theme:` | A subject that stories share. |" in lines
    assert "A subject that stories share. A new one is PUBLISHED and PUBLIC." in lines
    assert (
        "A public in aggregate, never an individual. A new one is DRAFT and INTERNAL, and never less than INTERNAL."
    ) in lines
    assert (
        "| `budget_band` | [BudgetBand](#budgetband) | The order of its budget. | seen by INTERNAL and above |"
    ) in lines
    assert (
        "| `measures` | any entity but Indicator | `MEASURES` | What it says something about. | at most one, no use "
        "| `measurements` |"
    ) in lines
    assert (
        "| `translates` | any entity with texts | `TRANSLATES` | What it translates. | at most one, at least 1, no use "
        "| `translations` |"
    ) in lines


def test_every_link_inside_the_page_leads_somewhere(page):
    anchors = {title.lower() for title in re.findall(r"^#{2,3} (\w+)$", page, re.MULTILINE)}

    assert set(re.findall(r"\]\(#([^)]+)\)", page)) - anchors == set()
    assert len(re.findall(r"^#{2,3} (\w+)$", page, re.MULTILINE)) == len(anchors)


def test_every_vocabulary_stands_with_its_members(page):
    for vocabulary in vocabularies(MODEL):
        members = ", ".join(f"`{member.value}`" for member in vocabulary)
        assert f"### {vocabulary.__name__}\n\n{vocabulary.__doc__}\n\n{members}\n" in page


def test_a_record_of_a_theme_may_hold_this():
    schema = record_schema(MODEL, "Theme")

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["type"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["type"] == {"const": "Theme", "description": "The type."}
    assert schema["properties"]["id"] == {
        "type": "string",
        "pattern": "^theme:[a-z0-9._-]+$",
        "maxLength": 200,
        "description": "The entity's id: its type, a colon and a slug.",
    }
    assert schema["properties"]["name"] == {
        "type": ["string", "null"],
        "maxLength": 200,
        "description": "What it is called. Needed before it leaves DRAFT.",
    }
    assert "translations" not in schema["properties"]
    assert [name for name in ("label", "rev", "created_at") if name in schema["properties"]] == []


def test_a_link_names_the_types_it_may_lead_to():
    campaign = record_schema(MODEL, "Campaign")["properties"]
    measurement = record_schema(MODEL, "Measurement")["properties"]

    target, carrying = campaign["missions"]["items"]["anyOf"]
    assert target["pattern"] == "^(mission|organisation):[a-z0-9._-]+$"
    assert set(carrying["properties"]) == {"to", "role", "since", "until", "confidence", "evidence"}
    assert carrying["properties"]["role"]["enum"] == ["LEAD", "PARTNER", "FUNDER", None]
    assert campaign["adapts"]["anyOf"][1] == {"type": "null"}
    assert not re.fullmatch(measurement["measures"]["anyOf"][0]["anyOf"][0]["pattern"], "indicator:views")
    assert re.fullmatch(measurement["measures"]["anyOf"][0]["anyOf"][0]["pattern"], "campaign:slow-table-hanoi")


def test_a_translation_carries_the_texts_of_its_type_only():
    inside = record_schema(MODEL, "Asset")["properties"]["translations"]["items"]

    assert {"title", "summary", "body", "locale", "state"} <= set(inside["properties"])
    assert [name for name in ("text", "caption", "alt", "translates") if name in inside["properties"]] == []
    assert inside["required"] == ["locale"]


def test_an_unknown_type_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match='did you mean "Asset"'):
        record_schema(MODEL, "Assets")


def test_every_record_of_the_demonstration_fits_and_broken_ones_do_not():
    schemas = record_schema(MODEL)["$defs"]
    assert isinstance(schemas, dict)
    lines = [line for path in sorted(RECORDS.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    records = list(map(orjson.loads, lines))

    assert len(records) >= 300
    assert [record["id"] for record in records if not fits(schemas[record["type"]], record)] == []
    for broken in (
        {"nope": 1},
        {"id": "asset:x"},
        {"name": 5},
        {"broader": "asset:x"},
        {"marking": "SECRET"},
        {"aliases": "x"},
    ):
        assert not fits(schemas["Theme"], {"type": "Theme", **broken}), broken


KINDS: dict[str, Any] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def fits(schema: dict[str, Any], value: object) -> bool:
    """Whether a value fits a schema made of the words that ours use."""
    wanted = schema.get("type", [])
    return (
        (not wanted or any(is_of(kind, value) for kind in ([wanted] if isinstance(wanted, str) else wanted)))
        and ("const" not in schema or value == schema["const"])
        and ("enum" not in schema or value in schema["enum"])
        and ("anyOf" not in schema or any(fits(one, value) for one in schema["anyOf"]))
        and fits_inside(schema, value)
    )


def is_of(kind: str, value: object) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def fits_inside(schema: dict[str, Any], value: object) -> bool:
    if isinstance(value, str):
        return bool(re.search(schema.get("pattern", ""), value)) and len(value) <= schema.get("maxLength", len(value))
    if isinstance(value, list):
        return all(fits(schema.get("items", {}), item) for item in value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False
        return set(schema.get("required", ())) <= set(value) and all(
            fits(known[name], item) if name in known else not closed for name, item in value.items()
        )
    return True
