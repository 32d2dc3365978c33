"""Root fields: one, several or all of a type, anything by its id, and search."""

from collections.abc import Iterable
from typing import Any, Optional

import strawberry

from api.schema.book import Argument, Book, Member, many
from api.schema.catalogue import Catalogue
from api.schema.connections import list_arguments, root_connection
from api.schema.names import plural, singular, words
from api.schema.objects import Objects
from api.schema.searching import search_arguments, search_connection, suggest_arguments, suggestion
from api.schema.told import Shown
from graph.asking import Question, Stream
from graph.model import ANY

_ID = Argument("id", strawberry.ID, "The id, as asset:kimjang.")
_IDS = Argument("ids", list[strawberry.ID], "The ids.")

SUBSCRIPTION = "Subscription"
NODE, NODES, ENTITIES, SEARCH, SUGGEST = "node", "nodes", "entities", "search", "suggest"


def query(book: Book, catalogue: Catalogue, objects: Objects, computed: Iterable[Question[Any]]) -> type:
    """The query type."""

    def members() -> Iterable[Member]:
        anything: Any = objects.interface
        several: Any = many(Optional[anything])
        yield Member(NODE, Optional[anything], "The entity with this id, if you may see it.", (_ID,))
        yield Member(NODES, several, "The entities with these ids, in their order; none where you see none.", (_IDS,))
        yield _all(book, catalogue, ENTITIES, ANY, anything)
        arguments = search_arguments(book, catalogue)
        yield Member(SEARCH, search_connection(book, anything), "What fits some words, best first.", arguments)
        suggested = suggestion(book)
        yield Member(SUGGEST, many(suggested), "Names that begin like what is typed.", suggest_arguments())
        for name in catalogue.model.types:
            one = objects.type(name)
            yield Member(singular(name), Optional[one], f"The {words(name)} with this id, if you may see it.", (_ID,))
            yield _all(book, catalogue, plural(name), name, one)
        for question in computed:
            yield Shown(book, objects).member(question)

    return book.object("Query", "Everything that can be asked.", members)


def subscription(book: Book, objects: Objects, streams: Iterable[Stream[Any]]) -> type:
    """The subscription type."""

    def members() -> Iterable[Member]:
        for stream in streams:
            yield Shown(book, objects).member(stream)

    return book.object(SUBSCRIPTION, "Everything that can be followed, by WebSocket or server-sent events.", members)


def _all(book: Book, catalogue: Catalogue, field: str, name: str, node: Any) -> Member:
    things = "entities of any type" if name == ANY else f"{words(name)} entities"
    connection = root_connection(book, catalogue, name, node)
    return Member(field, connection, f"All {things} that you may see.", list_arguments(book, catalogue, name))
