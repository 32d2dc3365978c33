"""Inputs of lists: what to let through, and in which order."""

from collections.abc import Iterable
from typing import Any, Optional

from api.schema.book import Book, Member
from api.schema.catalogue import Catalogue, LinkEntry
from api.schema.filters import filter_for
from api.schema.names import camel, words
from api.schema.vocabularies import choices, entity_types, order_direction, vocabulary
from graph.model import ANY, USED_IN
from graph.model.enums import State
from graph.model.kinds import Locale

NEAR, HAS_TRANSLATION = "near", "hasTranslation"


def where_input(book: Book, catalogue: Catalogue, name: str) -> type:
    """The filter of an entity type."""
    doc = f"Which {_things(name)} to let through; all that is given must fit."
    return book.input(f"{name}Where", doc, lambda: _where(book, catalogue, name))


def _where(book: Book, catalogue: Catalogue, name: str) -> Iterable[Member]:
    entry = catalogue.entries[name]
    same: Any = where_input(book, catalogue, name)
    yield Member("and", Optional[list[same]], "All of these fit.")
    yield Member("or", Optional[list[same]], "At least one of these fits. An empty list lets nothing through.")
    yield Member("not", Optional[same], "This does not fit.")
    if name == ANY:
        yield Member("type", Optional[type_filter(book, catalogue)], "Which type it is of.")
    for field, prop in entry.filters.items():
        yield Member(field, Optional[filter_for(book, prop)], prop.doc)
    if entry.entity.coordinates:
        yield Member(NEAR, Optional[_near(book)], "It lies no farther away than this; what has no position does not.")
    if entry.entity.texts:
        doc = "Its texts are there in this language, as their source or in full as a translation."
        yield Member(HAS_TRANSLATION, Optional[_has_translation(book)], doc)
    if entry.entity.uses.targets:
        yield Member(camel(USED_IN), Optional[_uses_filter(book, catalogue)], "What uses it, through whichever link.")
    for field, end in entry.ends.items():
        yield Member(field, Optional[link_filter(book, catalogue, catalogue.link(name, end))], end.doc)


def _near(book: Book) -> Any:
    return book.input(
        "Near",
        "A circle on the globe, taken for a ball of 6,371 km; a distance may be off by half a per cent.",
        lambda: (
            Member("lat", float, "Latitude in degrees, WGS 84."),
            Member("lon", float, "Longitude in degrees, WGS 84."),
            Member("km", float, "How far at most, in kilometres over the ground."),
        ),
    )


def _has_translation(book: Book) -> Any:
    state: Any = vocabulary(book, State)
    return book.input(
        "HasTranslation",
        "A language that texts are there in, as far as you may see them.",
        lambda: (
            Member("locale", Locale, "Exactly this language."),
            Member("state", Optional[state], "Where the text stands; anywhere where it is left out."),
        ),
    )


def _uses_filter(book: Book, catalogue: Catalogue) -> Any:
    user: Any = where_input(book, catalogue, ANY)
    return book.input(
        "UsedInFilter",
        "What has to hold of the things that use it, as far as you may see them.",
        lambda: (
            Member("some", Optional[user], "At least one of them fits; {} asks for any use at all."),
            Member("none", Optional[user], "None of them fits; {} asks for its being used nowhere."),
            Member("every", Optional[user], "Each of them fits, which holds where there are none."),
        ),
    )


def type_filter(book: Book, catalogue: Catalogue) -> Any:
    one: Any = entity_types(book, catalogue.model)

    def members() -> Iterable[Member]:
        yield Member("eq", Optional[one], "It is of this type.")
        yield Member("in", Optional[list[one]], "It is of one of these types. An empty list lets nothing through.")
        yield Member("not", Optional[one], "It is not of this type.")

    return book.input("EntityTypeFilter", "Of which type an entity has to be; all that is given must fit.", members)


def link_filter(book: Book, catalogue: Catalogue, link: LinkEntry) -> Any:
    """What has to hold of the things at the other side of a link."""
    target: Any = where_input(book, catalogue, link.end.target)
    own: Any = link_where(book, link)

    def members() -> Iterable[Member]:
        yield Member("some", Optional[target], "At least one of them fits; {} asks for any at all.")
        yield Member("none", Optional[target], "None of them fits; {} asks for there being none.")
        yield Member("every", Optional[target], "Each of them fits, which holds where there are none.")
        yield Member("link", Optional[own], "Regard only links like this; alone it asks for at least one.")

    doc = "What has to hold of the things at the other side of a link, as far as you may see them."
    return book.input(f"{link.stem}Filter", doc, members)


def link_where(book: Book, link: LinkEntry) -> Any:
    """The filter of what a link carries itself."""

    def members() -> Iterable[Member]:
        for field, prop in link.props.items():
            yield Member(field, Optional[filter_for(book, prop, on_link=True)], prop.doc)

    return book.input(
        f"{link.link_stem}Where", "What a link itself has to be like; all that is given must fit.", members
    )


def order_input(book: Book, catalogue: Catalogue, name: str) -> Any:
    """An order of an entity's list."""
    return _order(book, name, words(name), catalogue.entries[name].orders)


def link_order_input(book: Book, catalogue: Catalogue, link: LinkEntry) -> Any:
    """An order of a link's list: by what is there, or by what the link carries itself."""
    if not link.orders:
        return order_input(book, catalogue, link.end.target)
    return _order(book, link.stem, "link", catalogue.entries[link.end.target].orders | link.orders)


def _order(book: Book, stem: str, thing: str, named: dict[str, tuple[str, str]]) -> type:
    field: Any = choices(book, f"{stem}OrderField", f"What a list of {thing} can be ordered by.", named)
    direction: Any = order_direction(book)

    def members() -> Iterable[Member]:
        yield Member("field", field, "What to order by.")
        yield Member("direction", Optional[direction], "Which way; ASC where it is left out.")

    return book.input(f"{stem}Order", "One key of an order; the id decides between equals.", members)


def _things(name: str) -> str:
    return "entities" if name == ANY else f"entities of the type {name}"
