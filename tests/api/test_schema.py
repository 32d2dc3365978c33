"""The contract: printed, described, and following from any model."""

from datetime import date
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    introspection_types,
    specified_scalar_types,
)

from api.plan import Caller, Executor, Request
from api.schema import build_contract
from api.schema.names import plural, singular
from api.schema.printing import printed
from graph.model import DECLARATIONS, MODEL, Model
from graph.model.assets import Theme
from graph.model.declare import Entity, link, prop
from graph.model.kinds import Name
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite

ROOT = Path(__file__).parents[2]


def test_schema_graphql_is_what_the_code_says(contract):
    kept = (ROOT / "schema.graphql").read_text("utf-8")

    assert kept == printed(contract), "Print it again with `make schema` and review the difference."


def test_everything_is_described_but_members_whose_vocabulary_says_no_more_than_their_name(contract):
    missing: list[str] = []
    for name, found in contract.core.type_map.items():
        if name in introspection_types or name in specified_scalar_types:
            continue
        if not found.description:
            missing.append(name)
        if isinstance(found, GraphQLEnumType):
            vocabularies = {
                prop.vocabulary.__name__
                for entity in MODEL.types.values()
                for prop in entity.props.values()
                if prop.vocabulary
            }
            vocabularies |= {
                prop.vocabulary.__name__
                for one in MODEL.stored_links.values()
                for prop in one.values()
                if prop.vocabulary
            }
            if name not in vocabularies:
                missing += [f"{name}.{key}" for key, value in found.values.items() if not value.description]
        if isinstance(found, GraphQLInputObjectType | GraphQLObjectType | GraphQLInterfaceType):
            missing += [f"{name}.{key}" for key, field in found.fields.items() if not field.description]
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
            missing += [
                f"{name}.{key}({argument})"
                for key, field in found.fields.items()
                for argument, told in field.args.items()
                if not told.description
            ]

    assert missing == []


def test_every_type_of_the_model_has_its_roots_and_is_an_entity(contract):
    query = contract.core.query_type
    assert query is not None
    for name in MODEL.types:
        assert str(query.fields[singular(name)].type) == name
        assert str(query.fields[plural(name)].type) == f"{name}Connection!"
        for interface in ("Entity", "Node"):
            assert contract.core.is_sub_type(contract.core.type_map[interface], contract.core.type_map[name])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Country", "countries"),
        ("Person", "people"),
        ("Media", "mediaItems"),
        ("RightsGrant", "rightsGrants"),
        ("Advisory", "advisories"),
        ("Priority", "priorities"),
        ("Asset", "assets"),
    ],
)
def test_plurals_are_english(name, expected):
    assert plural(name) == expected


class Recipe(Entity):
    """How a dish is made."""

    name: Name = prop("What it is called.", required=True, orderable=True, longest=200)
    serves: int = prop("How many it feeds.", facet=True, orderable=True)
    first_cooked: date = prop("When it was first cooked.")

    theme = link(
        "COOKS",
        "Theme",
        back="recipes",
        doc="What it is an example of.",
        one=True,
        since_course=(int, "From which course on."),
    )


def test_a_new_declaration_is_found_in_fields_filters_orders_facets_and_roots(tmp_path):
    model = Model.of([*DECLARATIONS, Recipe])
    contract, store = build_contract(model), open_sqlite(tmp_path / "graph.sqlite", model)
    live = {"state": "PUBLISHED", "marking": "PUBLIC"}
    report = store.write(
        Batch(
            (
                Put("theme:soup", "Theme", {"name": "Soup"}),
                Put(
                    "recipe:soto",
                    "Recipe",
                    {"name": "Soto", "serves": 4, "first_cooked": "1850-01-01", **live},
                    {"theme": (To("theme:soup", {"since_course": 2}),)},
                ),
                Put("recipe:rawon", "Recipe", {"name": "Rawon", "serves": 6, **live}),
            )
        )
    )
    assert not report.refused

    found = Executor(contract, store).execute(
        Request(
            """
            { recipes(where: {theme: {some: {name: {eq: "Soup"}}, link: {sinceCourse: {gte: 2}}},
                              firstCooked: {lt: "1900-01-01"}},
                      order: [{field: SERVES}]) {
                nodes { name firstCooked theme { id recipes { edges { sinceCourse node { name } } } } }
                facets(by: [SERVES]) { values { value count } } }
              recipe(id: "recipe:rawon") { type serves theme { id } } }
            """
        ),
        Caller(Viewer(0, -1, -1, 1_800_000_000_000)),
    )

    assert [error.message for error in found.errors] == []
    assert found.data == {
        "recipes": {
            "nodes": [
                {
                    "name": "Soto",
                    "firstCooked": "1850-01-01",
                    "theme": {"id": "theme:soup", "recipes": {"edges": [{"sinceCourse": 2, "node": {"name": "Soto"}}]}},
                }
            ],
            "facets": [{"values": [{"value": "4", "count": 1}]}],
        },
        "recipe": {"type": "Recipe", "serves": 6, "theme": None},
    }
    assert Theme.__name__ in contract.core.type_map
