"""Connections: the pages of a list, at the root and along links."""

from collections.abc import Iterable
from typing import Any, Optional

from api.schema.book import Argument, Book, Member, many
from api.schema.catalogue import Catalogue, LinkEntry
from api.schema.filters import value_annotation
from api.schema.inputs import link_order_input, link_where, order_input, where_input
from api.schema.names import words
from api.schema.vocabularies import choices

_PAGE = (
    ("first", int, "How many from the start, 20 where neither first nor last is given."),
    ("after", str, "Only what comes after this cursor."),
    ("last", int, "How many from the end."),
    ("before", str, "Only what comes before this cursor."),
)


def page_arguments(*, backward: bool = True) -> tuple[Argument, ...]:
    """The arguments that choose a page."""
    wanted = _PAGE if backward else _PAGE[:2]
    return tuple(Argument(name, Optional[annotation], doc) for name, annotation, doc in wanted)


def list_arguments(book: Book, catalogue: Catalogue, name: str) -> tuple[Argument, ...]:
    """The arguments of a root list."""
    where: Any = where_input(book, catalogue, name)
    order: Any = order_input(book, catalogue, name)
    return (
        Argument("where", Optional[where], "What to let through."),
        Argument("order", Optional[list[order]], "In which order, the first key first; by id where it is left out."),
        *page_arguments(),
    )


def link_arguments(book: Book, catalogue: Catalogue, link: LinkEntry) -> tuple[Argument, ...]:
    """The arguments of a list along a link."""
    where: Any = where_input(book, catalogue, link.end.target)
    own: Any = link_where(book, link)
    order: Any = link_order_input(book, catalogue, link)
    return (
        Argument("where", Optional[where], "What to let through."),
        Argument("link", Optional[own], "Which links to follow."),
        Argument("order", Optional[list[order]], "In which order, the first key first; by id where it is left out."),
        *page_arguments(),
    )


def root_connection(book: Book, catalogue: Catalogue, name: str, node: Any) -> type:
    """The connection of all entities of a type."""
    edge: Any = book.object(f"{name}Edge", f"A place in a list of {words(name)} entities.", lambda: _edge(node))
    counted = _counted(book, catalogue, name)
    doc = f"A page of a list of {words(name)} entities."
    return book.object(f"{name}Connection", doc, lambda: [*_connection(book, node, edge), counted])


def _counted(book: Book, catalogue: Catalogue, name: str) -> Member:
    facet: Any = choices(
        book, f"{name}FacetField", f"What {words(name)} entities can be counted by.", catalogue.entries[name].facets
    )
    return Member("facets", many(facet_type(book)), "Counts by value, most first.", _facet_arguments(facet))


def link_connection(book: Book, catalogue: Catalogue, link: LinkEntry, node: Any) -> type:
    """The connection along a link, whose edges carry what the link carries."""

    def members() -> Iterable[Member]:
        yield from _edge(node)
        for field, prop in link.props.items():
            yield Member(field, Optional[value_annotation(book, prop)], prop.doc)

    edge: Any = book.object(f"{link.stem}Edge", "A link, with what is at its other side.", members)
    counted = _counted(book, catalogue, link.end.target)
    return book.object(f"{link.stem}Connection", "A page of links.", lambda: [*_connection(book, node, edge), counted])


def page_info(book: Book) -> Any:
    return book.object(
        "PageInfo",
        "Where a page stands in its list.",
        lambda: (
            Member("hasNextPage", bool, "Whether more follows."),
            Member("hasPreviousPage", bool, "Whether something comes before."),
            Member("startCursor", Optional[str], "The cursor of the first on this page."),
            Member("endCursor", Optional[str], "The cursor of the last on this page."),
        ),
    )


def facet_type(book: Book) -> Any:
    value: Any = book.object(
        "FacetValue",
        "A value with how often it occurs.",
        lambda: (
            Member("value", str, "The value, or the id of what a link leads to."),
            Member("label", str, "The value as it is shown: the label of what a link leads to."),
            Member("count", int, "How many have it."),
        ),
    )
    return book.object(
        "Facet",
        "How often each value of something occurs in a list, its page aside.",
        lambda: (
            Member("field", str, "What is counted by."),
            Member("values", list[value], "The values, most frequent first, then in order of the value."),
        ),
    )


def _facet_arguments(field: Any) -> tuple[Argument, ...]:
    return (
        Argument("by", Optional[list[field]], "What to count by; all there is where it is left out."),
        Argument("limit", Optional[int], "How many values of each, 20 where it is left out."),
    )


def _edge(node: Any) -> Iterable[Member]:
    yield Member("cursor", str, "Where this is, to go on from.")
    yield Member("node", node, "What is here.")


def _connection(book: Book, node: Any, edge: Any) -> Iterable[Member]:
    yield Member("nodes", list[node], "What is on this page.")
    yield Member("edges", list[edge], "What is on this page, with cursors and what the links carry.")
    yield Member("pageInfo", page_info(book), "Where this page stands.")
    yield Member("totalCount", int, "How many there are, pages aside.")
