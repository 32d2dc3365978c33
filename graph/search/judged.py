"""A judged set as JSON: documents and entities to write and index, queries with graded answers.

`docs`: id, lang, title, `alts` (titles by language), summary, tags (a comma between), entities (ids).
`entities`: id to names in any language, the main one first. `queries`: id, text, kind, lang, `rel` (document to
grade, 2 for right and 1 for related), optionally `trap` (documents that look right and are not).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError, model_validator

from graph.errors import GraphError
from graph.model import MODEL
from graph.search.evaluate import Judged
from graph.search.gathering import every_id, gather
from graph.search.index import Document, Hits, Query
from graph.store.batch import Batch, Put, To
from graph.store.ids import translation_id
from graph.store.port import GraphStore
from graph.store.select import Viewer

_DOCUMENT, _ENTITY = "Asset", "Theme"
_FIRST = 20
# What is tried is search, not reading: a set may be of pictures or of speeches.
_KIND = "TEXT"
_OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
_ONE_WRITE = 500


class JudgedSetBroken(GraphError):
    """A file that is no judged set: what is wrong, where, and the cure."""


class JudgedDocument(BaseModel):
    """A document of a judged set."""

    id: str
    lang: str
    title: str
    alts: dict[str, str] = {}
    summary: str = ""
    tags: str = ""
    entities: list[str] = []


class JudgedQuery(BaseModel):
    """A query of a judged set."""

    id: str
    text: str
    kind: str = ""
    lang: str = ""
    rel: dict[str, int] = Field(min_length=1)
    trap: list[str] = []


class JudgedSet(BaseModel):
    """Documents, entities with their names, and queries."""

    docs: list[JudgedDocument]
    entities: dict[str, list[str]] = {}
    queries: list[JudgedQuery]

    @model_validator(mode="after")
    def _names_what_it_holds(self) -> "JudgedSet":
        documents = {each.id for each in self.docs}
        for query in self.queries:
            if unknown := [id for id in (*query.rel, *query.trap) if id not in documents]:
                raise ValueError(f'query "{query.id}" names the document "{unknown[0]}", which is not among docs')
        for document in self.docs:
            if unknown := [id for id in document.entities if not self.entities.get(id)]:
                raise ValueError(f'document "{document.id}" names the entity "{unknown[0]}", which has no name')
        return self

    @property
    def judged(self) -> list[Judged]:
        return [
            Judged(each.id, each.text, each.kind, each.rel, frozenset(each.trap), each.lang) for each in self.queries
        ]


def read_judged(path: Path) -> JudgedSet:
    """The judged set in a file; raises JudgedSetBroken."""
    try:
        return JudgedSet.model_validate_json(path.read_bytes())
    except OSError as error:
        raise JudgedSetBroken(f"{path}: cannot be read: {error.strerror}. Name a file of judged queries.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise JudgedSetBroken(f"{path}:{f' {where}:' if where else ''} {first['msg']}. Correct the file.") from None


def write_judged(said: JudgedSet, store: GraphStore) -> None:
    """Write the documents of a judged set as published assets, and its entities as themes; raises JudgedSetBroken."""
    puts = [*chain.from_iterable(map(_entity, said.entities.items())), *chain.from_iterable(map(_document, said.docs))]
    for start in range(0, len(puts), _ONE_WRITE):
        report = store.write(Batch(tuple(puts[start : start + _ONE_WRITE])))
        for refused in report.refused:
            raise JudgedSetBroken(f"{refused.where}: {refused.reason} Correct the file.")


def judged_documents(store: GraphStore, *, linked: bool = True, labels: bool = True) -> Iterator[Document]:
    """What the index is given of a judged set: as always, or without one thing or two, to see what it is worth.

    Without `linked` no entity can be named by a query; without `labels` no name of an entity stands in the
    documents that are linked to it.
    """
    for document in gather(store, every_id(store)):
        if linked or document.type == _DOCUMENT:
            yield _less(document, linked=linked, labels=labels)


def answers(
    search: Callable[[Query], Hits], viewer: Viewer, queries: Iterable[Judged]
) -> list[tuple[Judged, Sequence[str]]]:
    """The documents that are found for each query, best first, by the ids of the set."""
    only: Mapping[str, frozenset[str]] = {"type": frozenset({_DOCUMENT})}
    asked = [(each, search(Query(each.text, viewer, only, first=_FIRST, snippets=False))) for each in queries]
    return [(each, [hit.id.split(":", 1)[1] for hit in found.hits]) for each, found in asked]


def _less(document: Document, *, linked: bool, labels: bool) -> Document:
    neighbours = () if labels else MODEL.type(document.type).forward
    fields = tuple(field for field in document.fields if field.name not in neighbours)
    return replace(document, fields=fields, links=document.links if linked else ())


def _entity(named: tuple[str, list[str]]) -> Iterator[Put]:
    id, names = named
    if names:
        yield Put(f"theme:{id}", _ENTITY, {"name": names[0], "aliases": names[1:], **_OPEN}, where=f"entities.{id}")


def _document(said: JudgedDocument) -> Iterator[Put]:
    id, where = f"asset:{said.id}", f"docs.{said.id}"
    tags = [tag.strip() for tag in said.tags.split(",") if tag.strip()]
    texts = {"title": said.title, "summary": said.summary or None, "locale": said.lang, "text_state": "PUBLISHED"}
    values = {"kind": _KIND, "keywords": tags, **texts, **_OPEN}
    themes = tuple(To(f"theme:{entity}") for entity in dict.fromkeys(said.entities))
    yield Put(id, _DOCUMENT, values, {"themes": themes}, where=where)
    for locale, title in said.alts.items():
        yield Put(
            translation_id(id, locale, "FULL"),
            "Translation",
            {"locale": locale, "title": title, **_OPEN},
            {"translates": (To(id),)},
            where=f"{where}.alts.{locale}",
        )
