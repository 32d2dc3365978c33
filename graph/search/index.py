"""The port: what every search index can be told and asked, as frozen values without query syntax."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from graph.errors import GraphError
from graph.store.select import Viewer
from graph.store.visibility import Visibility

#: Changes whenever documents are stored or indexed in another way; an index of another version is rebuilt.
SCHEMA_VERSION = 5

FACETS = ("type", "kind", "country", "theme", "locale", "year")
LONGEST_QUERY = 1000
MOST_WORDS = 64
MOST_HITS = 200

#: The cure for an index that cannot be used; a server that may write it needs no telling.
REBUILD = "Build it anew with `duta index rebuild`."


_NONE = frozenset[str]()


class Role(StrEnum):
    """What a field is to its document: a text, or one of the names it can be called by."""

    TEXT = "text"
    ALIAS = "alias"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Field:
    """A searchable text of a document; `weight` is 1 to 10, `locale` its language where that is known."""

    name: str
    text: str
    weight: int
    locale: str | None = None
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class Document:
    """One entity in one locale, as the index keeps it.

    `links` are the entities by whose names it may be found, with the weight of the link and its stored type.
    `updated` is epoch milliseconds, `day` the proleptic Gregorian ordinal of the day it stands for, 0 where that is
    not known. The key is (id, locale).
    """

    id: str
    locale: str
    type: str
    visibility: Visibility
    fields: tuple[Field, ...] = ()
    links: tuple[tuple[str, int, str], ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    updated: int = 0
    day: int = 0


class Sort(StrEnum):
    """What comes first; then the fitter, the newer, and by id."""

    RELEVANCE = "relevance"
    DATE = "date"
    USE = "use"
    FRESHNESS = "freshness"


@dataclass(frozen=True, slots=True)
class After:
    """Where the last page ended, by the key of its last hit; the generation is that of the index that answered it."""

    key: int
    id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. A text of spaces and what has no width means everything that the filters let through.

    `filters` maps a facet to the values of which an entity must have one; `ids` are the entities that other
    conditions let through, `without` those it leaves out. `locale` is preferred where several documents fit
    equally well. `uses` says how often entities are used, for that order. Of `named` ids, the first so many are
    answered beside the page; with `every_id` those of all that is let through, in no order. `within` maps a facet to
    the values that stand for others too, each with all that it is counted for.
    """

    text: str
    viewer: Viewer
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    ids: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    locale: str | None = None
    first: int = 20
    after: After | None = None
    facets: tuple[str, ...] = ()
    snippets: bool = True
    sort: Sort = Sort.RELEVANCE
    uses: Mapping[str, int] = field(default_factory=dict[str, int])
    named: int = 0
    every_id: bool = False
    within: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict[str, Mapping[str, frozenset[str]]])


class Match(StrEnum):
    """How a document was found, the strongest first."""

    NAME = "name"
    ALIAS = "alias"
    PREFIX = "prefix"
    WORD = "word"
    STEM = "stem"
    SOUND = "sound"
    LINKED = "linked"
    SYNONYM = "synonym"
    PART = "part"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a field as it was written; `highlights` are the spans of it that matched."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a hit is one: the field, the words of the query that matched there, how, and through what.

    `via` is the id of the entity whose name was in the query, where the match is LINKED; `link` the stored type of the
    link from the hit to it, where there is one. `distance` is in letters, where the match is TYPO.
    """

    match: Match
    field: str
    words: tuple[str, ...]
    via: str | None = None
    link: str | None = None
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity found: by which of its documents, how high, and why; `key` is its place in the order asked for."""

    id: str
    type: str
    locale: str
    score: int
    why: tuple[Why, ...] = ()
    snippet: Snippet | None = None
    key: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits; `total` and `facets` count all visible entities that fit, each once.

    `facets` are (value, count), most first, then by value. `meant` is the query as it may have been meant.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    generation: int
    more: bool = False
    named: tuple[str, ...] = ()
    meant: str | None = None
    every_id: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entity with a name that begins with what was typed; `locale` is that of the name, where it is known."""

    id: str
    name: str
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far an index is: the last change of the log that is in it, its documents, its generation."""

    applied_seq: int
    documents: int
    entities: int
    generation: int


class QueryRefused(GraphError):
    """A query that is too long to be answered in bounded time, with the cure."""


class IndexBusy(GraphError):
    """Another process writes this index, or its folder may not be written to; this process reads it."""


class IndexNotWritten(GraphError):
    """A commit or a rebuild that the disk did not take, with the cure; the index is as it was before."""


class EngineMissing(GraphError):
    """An engine whose library is not installed, with the cure."""


class SearchIndex(Protocol):
    """An index of documents. Calls are synchronous and may come from any thread; one process writes."""

    def search(self, query: Query) -> Hits:
        """Answer a query from the newest generation; raises QueryRefused."""
        ...

    def suggest(
        self, typed: str, viewer: Viewer, *, locale: str | None = None, first: int = 8, without: frozenset[str] = _NONE
    ) -> list[Suggestion]:
        """Entities that the viewer sees with a name that begins so, each once; raises QueryRefused."""
        ...

    def apply(self, drop: Iterable[str], documents: Iterable[Document], *, applied_seq: int) -> None:
        """Drop every document of these entities, add these, and note how far the log is, in one commit.

        Documents of an entity that is not dropped are added beside those it has. Raises IndexBusy and IndexNotWritten.
        """
        ...

    def state(self) -> IndexState: ...

    def documents(self) -> Iterator[Document]:
        """Every document in the newest generation, as it is kept."""
        ...

    def close(self) -> None: ...


class IndexFolder(SearchIndex, Protocol):
    """The indexes of an installation: the one in use, and on rebuilding one beside it.

    As a SearchIndex it is the one in use, also after another process has put a new one in its place. Where
    there is none, it is torn, or of another version, every call raises IndexUnusable.
    """

    def writable(self) -> bool:
        """Whether this process writes; the first to ask does, for as long as it lives."""
        ...

    def hindrance(self) -> str:
        """Why this process does not write, with the cure; empty where it does."""
        ...

    def rebuild(self, documents: Iterable[Document], *, applied_seq: int) -> None:
        """Build a new index beside the one in use, then put it in its place. Raises IndexBusy and IndexNotWritten."""
        ...
