"""A property and a link, each declared in one line, are found in everything that follows from the model."""

import sqlite3
import types
from enum import StrEnum
from typing import cast

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType

from api.schema import build_contract
from graph.model import DECLARATIONS, Entity, Model
from graph.model.assets import Asset
from graph.model.declare import link, prop
from graph.model.describe import data_model
from graph.model.json_schema import record_schema
from graph.model.kinds import Share, Text
from graph.search.gathering import gather
from graph.store.batch import Batch, Put, To
from graph.store.neo4j import schema as neo4j_schema
from graph.store.sqlite import open_sqlite
from ingest.fields import field_names


class Season(StrEnum):
    """When it is at its best."""

    DRY = "DRY"
    WET = "WET"


def with_more(cls: type[Entity], annotations: dict[str, object], **declared: object) -> type[Entity]:
    """The entity of the same name, declared anew with more."""
    own = {name: value for name, value in vars(cls).items() if type(value).__name__ in {"_Declared", "_DeclaredLink"}}

    def body(namespace: dict[str, object]) -> None:
        namespace.update(own, **declared)
        namespace["__annotations__"] = {**cls.__annotations__, **annotations}
        namespace["__doc__"], namespace["__module__"] = cls.__doc__, cls.__module__

    options = {"reference": cls.reference, "least": cls.least, "starts_as": cls.starts_as}
    return cast("type[Entity]", types.new_class(cls.__name__, (Entity,), options, body))


@pytest.fixture(scope="module")
def model() -> Model:
    more = with_more(
        Asset,
        {"motto": Text, "season": Season},
        motto=prop("Its motto.", searchable=7, orderable=True, longest=80),
        season=prop("When it is at its best.", facet=True),
        patrons=link(
            "PATRONISED_BY",
            "Organisation",
            back="patronised",
            doc="Who patronises it.",
            searchable=3,
            facet=True,
            share=(Share, "The share the patron pays."),
        ),
    )
    return Model.of([more if cls is Asset else cls for cls in DECLARATIONS])


def test_sqlite_has_its_columns_its_table_and_its_indexes(model, tmp_path):
    open_sqlite(tmp_path / "more.sqlite3", model).close()
    with sqlite3.connect(tmp_path / "more.sqlite3") as database:
        created = {name: sql or "" for name, sql in database.execute("SELECT name, sql FROM sqlite_schema")}
    database.close()

    asset = next(sql for sql in created.values() if '"motto"' in sql and sql.startswith("CREATE TABLE"))
    assert [name for name in ("motto", "motto__fold", "motto__sort", "season") if f'"{name}"' not in asset] == []
    assert '"share" INTEGER' in created["l_patronised_by"]
    indexed = [sql for sql in created.values() if sql.startswith("CREATE INDEX")]
    assert any('"motto__sort"' in sql for sql in indexed)
    assert any('"season"' in sql for sql in indexed)


def test_neo4j_has_its_indexes_and_its_layout(model):
    wanted = dict(neo4j_schema._wanted(model))
    described = neo4j_schema.describe(model)

    assert any("`motto__sort`" in statement and "`Asset`" in statement for statement in wanted.values())
    assert any("`season`" in statement and "`Asset`" in statement for statement in wanted.values())
    assert described["types"]["Asset"]["motto__fold"] == "TEXT"
    assert described["links"]["PATRONISED_BY"]["share"] == "INTEGER"


def test_json_schema_describes_them(model):
    properties = record_schema(model, "Asset")["properties"]

    assert properties["motto"] == {"type": ["string", "null"], "maxLength": 80, "description": "Its motto."}
    assert properties["season"] == {"enum": ["DRY", "WET", None], "description": "When it is at its best."}
    target, carrying = properties["patrons"]["items"]["anyOf"]
    assert target == {"type": "string", "pattern": "^organisation:[a-z0-9._-]+$"}
    assert carrying["properties"]["share"]["maximum"] == 1
    assert "motto" in properties["translations"]["items"]["properties"]


def test_a_csv_file_may_have_their_columns(model):
    assert {"motto", "season", "patrons"} <= set(field_names(model.types["Asset"]))


def test_graphql_has_their_fields_filters_orders_and_facets(model):
    core = build_contract(model).core

    asset = cast("GraphQLObjectType", core.type_map["Asset"])
    assert str(asset.fields["motto"].type) == "String"
    assert str(asset.fields["mottoText"].type) == "LocalisedText"
    assert str(asset.fields["season"].type) == "Season"
    assert str(asset.fields["patrons"].type) == "AssetPatronsConnection!"
    assert asset.fields["patrons"].description == "Who patronises it."
    edge = cast("GraphQLObjectType", core.type_map["AssetPatronsEdge"])
    assert str(edge.fields["share"].type) == "Float"
    organisation = cast("GraphQLObjectType", core.type_map["Organisation"])
    assert "patronised" in organisation.fields
    where = cast("GraphQLInputObjectType", core.type_map["AssetWhere"])
    assert str(where.fields["motto"].type) == "StringFilter"
    assert str(where.fields["season"].type) == "SeasonFilter"
    assert {"some", "none", "every", "link"} == set(
        cast("GraphQLInputObjectType", core.type_map["AssetPatronsFilter"]).fields
    )
    assert "MOTTO" in cast("GraphQLEnumType", core.type_map["AssetOrderField"]).values
    assert {"SEASON", "PATRONS"} <= set(cast("GraphQLEnumType", core.type_map["AssetFacetField"]).values)


def test_search_documents_hold_them(model, tmp_path):
    store = open_sqlite(tmp_path / "found.sqlite3", model)
    store.write(
        Batch(
            (
                Put("organisation:guild", "Organisation", {"name": "Weavers' guild"}),
                Put(
                    "asset:ikat",
                    "Asset",
                    {"kind": "WORK", "title": "Ikat", "locale": "en", "motto": "Tied, then dyed"},
                    {"patrons": (To("organisation:guild", {"share": 0.5}),)},
                ),
            )
        )
    )
    (document,) = gather(store, ["asset:ikat"])
    store.close()

    told = {(field.name, field.text, field.weight) for field in document.fields}
    assert ("motto", "Tied, then dyed", 7) in told
    assert ("patrons", "Weavers' guild", 3) in told
    assert ("organisation:guild", 3) in [link[:2] for link in document.links]


def test_the_data_model_page_lists_them(model):
    page = data_model(model)

    assert "| `motto` | Text | Its motto. | translated, searched 7, orderable, at most 80 characters |" in page
    assert "| `season` | [Season](#season) | When it is at its best. | facet |" in page
    assert (
        "| `patrons` | Organisation | `PATRONISED_BY` | Who patronises it. | its label searched 3, facet; "
        "carries `share` (Share): The share the patron pays. | `patronised` |"
    ) in page
    assert "`patronised` (Asset.patrons)" in page
    assert "### Season\n\nWhen it is at its best.\n\n`DRY`, `WET`\n" in page
