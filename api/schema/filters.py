"""Inputs that filter: one per kind of value, used wherever that kind occurs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Optional

import strawberry

from api.schema.book import Book, Member
from api.schema.scalars import annotation_of
from api.schema.vocabularies import vocabulary
from graph.model import Prop, Storage

_DOCS = {
    "eq": "It is exactly this.",
    "in": "It is one of these. An empty list lets nothing through.",
    "not": "It is not this; what has no value is let through.",
    "contains": "It holds this text, whatever the case and Latin accents.",
    "startsWith": "It starts with this text, whatever the case and Latin accents.",
    "gt": "It is after or above this.",
    "gte": "It is this, or after or above it.",
    "lt": "It is before or below this.",
    "lte": "It is this, or before or below it.",
    "isNull": "Whether it has no value.",
}


_NAMES: dict[object, str] = {datetime: "DateTime", int: "Int", float: "Float", bool: "Boolean", strawberry.ID: "Id"}


def value_annotation(book: Book, prop: Prop) -> Any:
    """The GraphQL type of one value of a property."""
    return vocabulary(book, prop.vocabulary) if prop.vocabulary else annotation_of(prop)


def filter_for(book: Book, prop: Prop, *, on_link: bool = False) -> type:
    """The filter input of a property; texts on a link are compared as a whole."""
    name = _name(prop, on_link=on_link)
    if prop.many:
        return book.input(
            f"{name}ListFilter", "What a list has to hold; all that is given must fit.", lambda: _list(book, prop)
        )
    doc = "What a value has to be; all that is given must fit. A null is as if it was left out."
    return book.input(f"{name}Filter", doc, lambda: _single(book, prop, on_link=on_link))


def _name(prop: Prop, *, on_link: bool) -> str:
    if prop.vocabulary:
        return prop.vocabulary.__name__
    annotation = annotation_of(prop)
    if annotation is str:
        return "String" if prop.many or (prop.folded and not on_link) else "Code"
    return _NAMES.get(annotation) or prop.kind.name


def _list(book: Book, prop: Prop) -> Iterable[Member]:
    value: Any = value_annotation(book, prop)
    yield Member("has", Optional[value], "It holds this value.")
    yield Member("hasAny", Optional[list[value]], "It holds at least one of these. An empty list lets nothing through.")
    yield Member("hasAll", Optional[list[value]], "It holds all of these.")
    yield Member("isEmpty", Optional[bool], "Whether it holds nothing.")


def _single(book: Book, prop: Prop, *, on_link: bool) -> Iterable[Member]:
    value: Any = value_annotation(book, prop)
    yield Member("eq", Optional[value], _DOCS["eq"])
    if prop.kind.storage is not Storage.BOOLEAN:
        yield Member("in", Optional[list[value]], _DOCS["in"])
        yield Member("not", Optional[value], _DOCS["not"])
    if prop.folded and not on_link:
        yield Member("contains", Optional[str], _DOCS["contains"])
        yield Member("startsWith", Optional[str], _DOCS["startsWith"])
    elif prop.begins:
        yield Member("startsWith", Optional[str], "It starts with exactly this.")
    if prop.kind.ranges:
        for op in ("gt", "gte", "lt", "lte"):
            yield Member(op, Optional[value], _DOCS[op])
    yield Member("isNull", Optional[bool], _DOCS["isNull"])
