"""Enums: the model's vocabularies, and the lists of names that follow from it."""

from collections.abc import Mapping
from enum import StrEnum

from api.schema.book import Book
from graph.model import Model


def vocabulary(book: Book, declared: type[StrEnum]) -> type:
    """A closed vocabulary, with what its members say of themselves."""
    doc = (declared.__doc__ or declared.__name__).strip()
    return book.enum(
        declared.__name__, doc, lambda: {member.value: getattr(member, "doc", None) for member in declared}
    )


def entity_types(book: Book, model: Model) -> type:
    """The types of the model, to ask any entity for some of them."""
    return book.enum(
        "EntityType", "The types of entities.", lambda: {name: entity.doc for name, entity in model.types.items()}
    )


def choices(book: Book, name: str, doc: str, named: Mapping[str, tuple[str, str]]) -> type:
    """An enum of names with what each stands for and says."""
    return book.enum(name, doc, lambda: {key: text for key, (_, text) in named.items()})


def order_direction(book: Book) -> type:
    return book.enum(
        "OrderDirection",
        "Which way an order runs. What has no value comes last both ways.",
        lambda: {"ASC": "From A to Z, from small to large, from old to new.", "DESC": "The other way round."},
    )
