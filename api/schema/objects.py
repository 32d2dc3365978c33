"""Objects: the interface that every entity has, and a type for each."""

from collections.abc import Callable, Iterable
from typing import Any, Optional

import strawberry

from api.schema.book import Argument, Book, Member, many
from api.schema.catalogue import Catalogue, Field, Reads, never_null
from api.schema.connections import link_arguments, link_connection
from api.schema.filters import value_annotation
from api.schema.told import Shown
from api.schema.vocabularies import entity_types
from graph.asking import Computed
from graph.model import ANY
from graph.model.kinds import Locale

_LOCALE = Argument("locale", Optional[Locale], "The language wanted; the next best is given where it is missing.")
_IN_A_LANGUAGE = (Reads.NAME, Reads.TEXT, Reads.TEXT_DETAIL)


class Objects:
    """The entity types of one contract."""

    def __init__(self, book: Book, catalogue: Catalogue, computed: Iterable[Computed[Any]] = ()) -> None:
        self.book, self.catalogue, self.computed = book, catalogue, tuple(computed)
        entry = catalogue.entries[ANY]
        self.interface: Any = book.interface(
            ANY, entry.entity.doc, lambda: self._members(ANY, entry.fields.values()), base=_node(book)
        )

    def type(self, name: str) -> Any:
        """A type of the model, or the interface for Entity."""
        if name == ANY:
            return self.interface
        entry = self.catalogue.entries[name]
        shared = self.catalogue.entries[ANY].fields
        own = [field for key, field in entry.fields.items() if key not in shared]
        return self.book.object(name, entry.entity.doc, lambda: self._members(name, own), base=self.interface)

    def _members(self, owner: str, fields: Iterable[Field]) -> Iterable[Member]:
        for field in fields:
            yield self._member(owner, field)
        for one in self.computed:
            if one.entity == owner:
                yield Shown(self.book, self).member(one)

    def _member(self, owner: str, field: Field) -> Member:
        if field.reads is Reads.MANY:
            link = self.catalogue.link(owner, field.the_end)
            connection = link_connection(self.book, self.catalogue, link, self.type(link.end.target))
            return Member(field.name, connection, field.doc, link_arguments(self.book, self.catalogue, link))
        if field.reads is Reads.USES:
            return Member(field.name, many(self._use()), field.doc, self._use_arguments())
        arguments = (_LOCALE,) if field.reads in _IN_A_LANGUAGE else ()
        return Member(field.name, self._annotation(field), field.doc, arguments)

    def _annotation(self, field: Field) -> Any:
        made: dict[Reads, Callable[[], Any]] = {
            Reads.TYPE: lambda: entity_types(self.book, self.catalogue.model),
            Reads.ONE: lambda: Optional[self.type(field.the_end.target)],
            Reads.NAMES: lambda: many(_localised_name(self.book)),
            Reads.SHARES: lambda: many(_locale_share(self.book)),
            Reads.NAME: lambda: Optional[str],
            Reads.TEXT: lambda: Optional[str],
            Reads.TEXT_DETAIL: lambda: Optional[localised_text(self.book)],
            Reads.VALUE: lambda: self._value(field),
        }
        return made[field.reads]()

    def _use(self) -> Any:
        kind: Any = entity_types(self.book, self.catalogue.model)
        return self.book.object(
            "Use",
            "What uses something, of one type. What speaks about it (translations, notes, requests, measurements, "
            "consents) and what is part of it does not count.",
            lambda: (
                Member("kind", kind, "The type of what uses it."),
                Member("count", int, "How many of that type use it."),
                Member("nodes", many(self.interface), "The first of them, in order of their ids."),
            ),
        )

    def _use_arguments(self) -> tuple[Argument, ...]:
        kind: Any = entity_types(self.book, self.catalogue.model)
        return (
            Argument("kinds", Optional[list[kind]], "Which types to look at; all where it is left out."),
            Argument("first", Optional[int], "How many nodes of each type, 5 where it is left out."),
        )

    def _value(self, field: Field) -> Any:
        prop = field.the_prop
        annotation: Any = value_annotation(self.book, prop)
        if prop.many:
            return list[annotation]
        return annotation if never_null(prop) else Optional[annotation]


def _node(book: Book) -> Any:
    """Relay asks again only for what is a Node."""
    members = (Member("id", strawberry.ID, "The id."),)
    return book.interface("Node", "Anything that `node` finds by its id.", lambda: members, base=object)


def localised_text(book: Book) -> Any:
    """A text with how it was chosen."""
    state: Any = book.enum(
        "ChainState",
        "Where a text stood in one language.",
        lambda: {
            "DRAFT": "It is being written.",
            "IN_REVIEW": "It is being read.",
            "APPROVED": "It is approved and not out yet.",
            "PUBLISHED": "It is public.",
            "RETIRED": "It is no longer used.",
            "MISSING": "There is none that you may see.",
        },
    )
    step: Any = book.object(
        "ChainStep",
        "A language that was looked at.",
        lambda: (
            Member("locale", Optional[Locale], "The language; none where the source's is not known."),
            Member("state", state, "What was found in it."),
        ),
    )
    return book.object(
        "LocalisedText",
        "A text in the language nearest to the one asked for.",
        lambda: (
            Member("text", str, "The text."),
            Member("locale", Optional[Locale], "The language it is in, where that is known."),
            Member("chain", list[step], "The languages looked at, up to the one that was taken."),
        ),
    )


def _localised_name(book: Book) -> Any:
    return book.object(
        "LocalisedName",
        "A name in one language.",
        lambda: (Member("locale", Locale, "The language."), Member("name", str, "The name.")),
    )


def _locale_share(book: Book) -> Any:
    return book.object(
        "LocaleShare",
        "A language with its share.",
        lambda: (Member("locale", Locale, "The language."), Member("share", float, "Its share, 0 to 1.")),
    )
