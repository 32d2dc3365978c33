"""The contract over time: what differs from the released one, what has to be named, and what goes when."""

import re
from datetime import date
from pathlib import Path

import pytest
import strawberry
from click.testing import CliRunner
from graphql import build_schema

from api.cli.main import cli
from api.cli.printed import write
from api.schema import build_contract
from api.schema.book import Argument, Book, Member
from api.schema.printing import printed
from api.schema.promises import (
    RELEASED,
    Deprecation,
    deprecations,
    differences,
    named_in,
    released_version,
    snapshot,
)
from graph.model import DECLARATIONS, Model
from graph.model.declare import Entity, link, prop
from graph.model.deprecated import Deprecated
from graph.model.describe import data_model
from graph.model.json_schema import record_schema
from graph.model.kinds import Name

HOUSE = Path(__file__).parents[2]
BEFORE = """
type Query { assets(first: Int, kind: Kind): [Asset!]! old: Int }
type Asset { id: ID! title: String size: Int }
enum Kind { WORK PHOTO }
input Where { title: String size: Int }
"""
AFTER = """
type Query { assets(first: Int, kind: Kind, where: Where!): [Asset!]! }
type Asset { id: ID! title: String size: BigInt }
enum Kind { WORK VIDEO }
input Where { title: String size: BigInt tag: String }
scalar BigInt
"""
GONE = Deprecated("Use `serves`.", date(2026, 1, 1), date(2026, 4, 1))


def test_this_contract_keeps_what_was_released():
    told = duta("--check", str(HOUSE))

    assert (told.exit_code, told.stderr) == (0, "")


def test_changes_are_told_with_the_coordinate_by_which_they_are_named():
    found = differences(BEFORE, build_schema(AFTER))

    assert {one.coordinate: one.told for one in found.breaking} == {
        "Query.old": "Field Query.old was removed.",
        "Query.assets(where:)": "A required argument Query.assets(where:) was added.",
        "Asset.size": "Field Asset.size changed type from Int to BigInt.",
        "Kind.PHOTO": "Enum value Kind.PHOTO was removed.",
        "Where.size": "Field Where.size changed type from Int to BigInt.",
    }
    assert {one.coordinate for one in found.dangerous} == {"Kind.VIDEO", "Where.tag"}


@pytest.mark.parametrize(
    ("before", "after", "coordinate"),
    [
        ("type Old { a: Int }", "", "Old"),
        ("union U = Query | V type V { a: Int }", "union U = Query type V { a: Int }", "V"),
        ("type A { b: Int }", "input A { b: Int }", "A"),
        ("interface I { a: Int } type A implements I { a: Int }", "interface I { a: Int } type A { a: Int }", "A"),
        ("directive @d(a: Int) on FIELD", "directive @d on FIELD", "@d(a:)"),
        ("directive @d on FIELD", "", "@d"),
        ("scalar S", "", "S"),
    ],
)
def test_whatever_is_gone_has_a_coordinate(before, after, coordinate):
    query = "type Query { q: Int } "
    found = differences(query + before, build_schema(query + after))

    assert [one.coordinate for one in found.breaking] == [coordinate]


def test_additions_break_nothing():
    more = BEFORE.replace("id: ID! title: String", "id: ID! new: Int title(locale: String): String")

    assert differences(BEFORE, build_schema(more)).breaking == ()


def test_a_breaking_change_is_named_by_a_bullet_since_the_release():
    changelog = """# Changelog

## [Unreleased]

### Changed

- **Breaking:** sizes hold 53 bits: `Asset.size`,
  `Where.size`.
- Something else about `Query.old`.

Some words about **Breaking:** `Kind.PHOTO`.

## [0.2.0] - 2027-01-01

- **Breaking:** `Kind.VIDEO` is gone.

## [0.1.0] - 2026-12-01

- **Breaking:** `Query.ancient` is gone.
"""

    assert named_in(changelog, "0.1.0") == {"Asset.size", "Where.size", "Kind.VIDEO"}
    assert named_in(changelog, "0.2.0") == {"Asset.size", "Where.size"}
    assert named_in(changelog, "0.0.9") == {"Asset.size", "Where.size", "Kind.VIDEO", "Query.ancient"}


def test_a_deprecation_says_since_when_and_until_when_with_ninety_days_between():
    schema = build_schema("""
        type Query {
            a: Int @deprecated(reason: "Use b. Deprecated since 2026-01-01. Gone after 2026-04-01.")
            b(old: Int @deprecated(reason: "Deprecated since 2026-01-01. Gone after 2026-03-31.")): Kind
            c: Int @deprecated(reason: "Use b.")
            d(where: Where): Int @deprecated(reason: "Deprecated since 2026-01-01. Gone after 2026-02-30.")
        }
        enum Kind { WORK @deprecated }
        input Where { a: Int @deprecated(reason: "Gone after 2027-01-01.") }
    """)
    undated = 'its reason has no dates. End it with "Deprecated since YYYY-MM-DD. Gone after YYYY-MM-DD."'

    assert list(deprecations(schema)) == [
        Deprecation("Kind.WORK", None, undated),
        Deprecation("Query.a", date(2026, 4, 1)),
        Deprecation("Query.b(old:)", date(2026, 3, 31), "it goes after 89 days; 90 are the least. Set a later day."),
        Deprecation("Query.c", None, undated),
        Deprecation("Query.d", None, undated),
        Deprecation("Where.a", date(2027, 1, 1), undated),
    ]


def test_a_declaration_with_a_short_notice_is_refused():
    with pytest.raises(ValueError, match=r"From 2026-01-01 to 2026-03-31 are 89 days; 90 are the least\."):
        Deprecated("Use `title`.", date(2026, 1, 1), date(2026, 3, 31))


class Pie(Entity):
    """A dish with a lid."""

    name: Name = prop("What it is called.", required=True, orderable=True, longest=200)
    serves: int = prop("How many it feeds.")
    portions: int = prop("How many it feeds.", facet=True, orderable=True, deprecated=GONE)

    theme = link("PIES", "Theme", back="pies", doc="What it is about.", one=True, deprecated=GONE)


@pytest.fixture(scope="module")
def pies():
    return build_contract(Model.of([*DECLARATIONS, Pie]))


def test_what_the_model_deprecates_is_deprecated_wherever_it_follows(pies):
    assert [one.coordinate for one in deprecations(pies.core)] == [
        "Pie.portions",
        "Pie.theme",
        "PieFacetField.PORTIONS",
        "PieOrderField.PORTIONS",
        "PieWhere.portions",
        "PieWhere.theme",
        "Theme.pies",
        "ThemeWhere.pies",
    ]
    assert {one.problem for one in deprecations(pies.core)} == {""}
    assert "Use `serves`. Deprecated since 2026-01-01. Gone after 2026-04-01." in printed(pies)


def test_the_pages_of_the_model_say_so_too(pies):
    page, records = data_model(pies.model), record_schema(pies.model, "Pie")

    assert page.count(GONE.reason) == 2
    assert [name for name, told in records["properties"].items() if told.get("deprecated")] == ["portions", "theme"]


def test_fields_that_are_declared_in_the_contract_alone_are_deprecated_alike():
    book = Book()
    made = book.object(
        "Query", "All.", lambda: (Member("a", int, "A.", (Argument("b", int | None, "B.", GONE),), GONE),)
    )
    book.finish()

    assert [one.coordinate for one in deprecations(strawberry.Schema(query=made)._schema)] == [
        "Query.a",
        "Query.a(b:)",
    ]


@pytest.fixture
def project(tmp_path, contract_text):
    """A project as this one, whose contract was released with one field more."""
    list(write(tmp_path))
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n', "utf-8")
    lost = re.sub(r"(\ntype Advisory [^{]*{\n)", r"\1  lost: Int\n", contract_text, count=1)
    (tmp_path / RELEASED).write_text(snapshot(lost, "0.1.0"), "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def contract_text():
    return (HOUSE / "schema.graphql").read_text("utf-8")


def duta(*arguments: str):
    return CliRunner().invoke(cli, ["schema", *arguments], prog_name="duta")


def test_duta_schema_refuses_what_breaks_until_the_changelog_names_it(project):
    failed = duta("--check", str(project))
    assert failed.exit_code == 1
    assert "Changes that break operations written for 0.1.0: 1\n  Field Advisory.lost was removed.\n" in failed.stdout
    assert failed.stderr == (
        "duta: Promises to partners are broken: 1. Mend it, or name it in CHANGELOG.md as docs/contract.md says.\n"
        "  Field Advisory.lost was removed.\n"
    )
    assert duta("--release", str(project)).exit_code == 1
    assert released_version((project / RELEASED).read_text("utf-8")) == "0.1.0"

    (project / "CHANGELOG.md").write_text("## [Unreleased]\n\n- **Breaking:** `Advisory.lost` is gone.\n", "utf-8")
    assert duta("--check", str(project)).exit_code == 0


def test_duta_schema_releases_the_contract_of_the_projects_version(project, contract_text):
    (project / RELEASED).unlink()

    assert duta("--release", str(project)).stdout == "released.graphql is the contract of 0.2.0\n"
    kept = (project / RELEASED).read_text("utf-8")
    assert kept.partition("\n\n")[2] == contract_text.partition("\n\n")[2]
    assert "Changes that break operations written for 0.2.0: 0\n" in duta("--check", str(project)).stdout


def test_what_is_past_its_day_is_told_and_is_no_failure(pies, monkeypatch):
    monkeypatch.setattr("api.cli.schema.MODEL", pies.model)
    told = duta("--check", str(HOUSE))

    assert told.exit_code == 0
    assert "Pie.portions: its last day was 2026-04-01; it may be removed, and named in CHANGELOG.md.\n" in told.stdout


def test_a_snapshot_without_a_version_is_refused_with_the_cure(project):
    (project / RELEASED).write_text("type Query { a: Int }\n", "utf-8")

    assert (
        "released.graphql does not say in its first line which version it is." in duta("--check", str(project)).stderr
    )
