"""Deprecations of the model, written on everything in the contract that follows from a property or a link."""

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
)

from api.schema.catalogue import Catalogue, Entry
from graph.model.deprecated import Deprecated


def deprecate(core: GraphQLSchema, catalogue: Catalogue) -> None:
    """Mark the fields, filters, orders and facets of what the model calls deprecated."""
    for name, entry in catalogue.entries.items():
        for type_name, member, deprecated in _following(name, entry):
            for one in _members(core, type_name, member):
                one.deprecation_reason = deprecated.reason


def _following(name: str, entry: Entry) -> Iterator[tuple[str, str, Deprecated]]:
    """Type and member of all that follows from an entity's deprecated properties and links."""
    entity = entry.entity
    gone = {prop.name: prop.deprecated for prop in entity.props.values() if prop.deprecated}
    gone |= {end.name: end.link.deprecated for end in entity.ends.values() if end.link.deprecated}
    for field in entry.fields.values():
        source = field.prop or field.end
        if source and source.name in gone:
            yield name, field.name, gone[source.name]
    asked = [(member, prop.name) for member, prop in entry.filters.items()]
    asked += [(member, end.name) for member, end in entry.ends.items()]
    for member, source_name in asked:
        if source_name in gone:
            yield f"{name}Where", member, gone[source_name]
    for stem, named in (("OrderField", entry.orders), ("FacetField", entry.facets)):
        for member, (source_name, _) in named.items():
            if source_name in gone:
                yield f"{name}{stem}", member, gone[source_name]


def _members(
    core: GraphQLSchema, type_name: str, member: str
) -> Iterator[GraphQLField | GraphQLInputField | GraphQLEnumValue]:
    found = core.type_map.get(type_name)
    if isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType) and member in found.fields:
        yield found.fields[member]
    elif isinstance(found, GraphQLEnumType) and member in found.values:
        yield found.values[member]
