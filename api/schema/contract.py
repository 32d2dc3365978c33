"""The contract of a model: Strawberry's schema, graphql-core's, and the catalogue both were made from."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, is_introspection_type
from strawberry.schema.config import StrawberryConfig

from api.schema.book import Book
from api.schema.catalogue import Catalogue
from api.schema.deprecating import deprecate
from api.schema.mutations import mutation
from api.schema.objects import Objects
from api.schema.questions import QUESTIONS, Questions
from api.schema.roots import query, subscription
from api.schema.scalars import SCALARS
from graph.model import Model


@dataclass(frozen=True, eq=False, repr=False)
class Contract:
    """`core` reads values that are already shaped like the answer: a field is what stands under its response key."""

    model: Model
    catalogue: Catalogue
    questions: Questions
    schema: strawberry.Schema
    core: GraphQLSchema


class Shaped(dict[str, object]):
    """An object of an answer that knows its type, for graphql-core where the contract names an interface."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str, values: dict[str, object]) -> None:
        super().__init__(values)
        self.type_name = type_name


@lru_cache(maxsize=2)
def build_contract(model: Model, questions: Questions = QUESTIONS) -> Contract:
    """The contract that follows from a model and what is computed of it. Nobody changes it, so it is made once."""
    book, catalogue, questions = Book(), Catalogue(model), questions.of(model)
    objects = Objects(book, catalogue, questions.fields)
    root = query(book, catalogue, objects, questions.roots)
    writing = mutation(book, catalogue, objects, questions.actions)
    following = subscription(book, objects, questions.streams) if questions.streams else None
    book.finish()
    types = [objects.type(name) for name in model.types]
    schema = strawberry.Schema(
        query=root,
        mutation=writing,
        subscription=following,
        types=types,
        config=StrawberryConfig(scalar_map=dict(SCALARS)),
    )
    # Strawberry has no public way to what it builds on.
    core = schema._schema  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    _read_by_key(core)
    deprecate(core, catalogue)
    return Contract(model, catalogue, questions, schema, core)


def _read_by_key(core: GraphQLSchema) -> None:
    for found in core.type_map.values():
        if is_introspection_type(found) or not isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for field in found.fields.values():
            field.resolve = _under_its_key
        if isinstance(found, GraphQLInterfaceType):
            found.resolve_type = _its_type
        else:
            found.is_type_of = None


def _under_its_key(source: dict[str, object], info: GraphQLResolveInfo[Any], **_arguments: object) -> object:
    return source[str(info.path.key)]


def _its_type(source: Shaped, _info: object, _type: object) -> str:
    return source.type_name
