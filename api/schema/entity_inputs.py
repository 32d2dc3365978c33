"""What can be said of an entity, as inputs made from the model: one for each type, and one that is any of them."""

from collections.abc import Iterable
from typing import Any, Optional

import strawberry

from api.schema.book import Book, Member, many
from api.schema.catalogue import Catalogue, LinkEntry
from api.schema.filters import value_annotation
from api.schema.names import singular, words
from graph.model import Prop
from graph.model.kinds import NAMES, SHARES, Locale
from graph.model.moves import WRITTEN_BY_ACTIONS


def input_of(book: Book, catalogue: Catalogue, name: str) -> Any:
    """What can be said of an entity of a type."""

    def members() -> Iterable[Member]:
        for field, one in catalogue.entries[name].inputs.items():
            if isinstance(one, Prop):
                yield Member(field, Optional[_value(book, one)], one.doc)
            else:
                yield Member(field, Optional[_link(book, catalogue.link(name, one))], one.doc)

    doc = f"What is said of the {words(name)}. A field that is left out stays as it is, null takes its value away."
    return book.input(f"{name}Input", doc, members)


def any_input(book: Book, catalogue: Catalogue) -> Any:
    """What can be said of an entity of whichever type."""

    def members() -> Iterable[Member]:
        for name in catalogue.model.types:
            if name not in WRITTEN_BY_ACTIONS:
                given: Any = input_of(book, catalogue, name)
                yield Member(singular(name), Optional[given], f"It is the {words(name)} of which this is said.")

    doc = "What is said of an entity, by its type: exactly one of these is given."
    return book.input("EntityInput", doc, members, one_of=True)


def _value(book: Book, prop: Prop) -> Any:
    if prop.kind is NAMES:
        return many(_name_input(book))
    if prop.kind is SHARES:
        return many(_share_input(book))
    annotation: Any = value_annotation(book, prop)
    return many(annotation) if prop.many else annotation


def _name_input(book: Book) -> Any:
    return book.input(
        "LocalisedNameInput",
        "A name in one language.",
        lambda: (Member("locale", Locale, "The language."), Member("name", str, "The name.")),
    )


def _share_input(book: Book) -> Any:
    return book.input(
        "LocaleShareInput",
        "A language with its share.",
        lambda: (Member("locale", Locale, "The language."), Member("share", float, "Its share, 0 to 1.")),
    )


def _link(book: Book, link: LinkEntry) -> Any:
    """One thing to link to, or null, where there is one at most; else what to put and what to take away."""
    return _edit(book, link) if link.end.many else _to(book, link)


def _stem(link: LinkEntry) -> str:
    return link.stem if link.special else "Link"


def _to(book: Book, link: LinkEntry) -> Any:
    def members() -> Iterable[Member]:
        yield Member("to", strawberry.ID, "The id of what it links to.")
        for field, prop in link.props.items():
            yield Member(field, Optional[value_annotation(book, prop)], prop.doc)

    return book.input(f"{_stem(link)}To", "A link with what it carries; all of it is replaced.", members)


def _edit(book: Book, link: LinkEntry) -> Any:
    to: Any = _to(book, link)
    return book.input(
        f"{_stem(link)}Edit",
        "Links to put and to take away; the others stay.",
        lambda: (
            Member("put", Optional[many(to)], "Links to add, or to change in what they carry."),
            Member("remove", Optional[list[strawberry.ID]], "The ids to which there shall be no link."),
        ),
    )
