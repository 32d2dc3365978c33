"""A judged set as JSON: documents and entities to index, queries with graded answers.

`docs`: id, lang, title, `alts` (titles by language), summary, tags (a comma between), entities (ids).
`entities`: id to names in any language, the main one first. `queries`: id, text, kind, `rel` (document to grade),
optionally `trap` (documents that look right and are not).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graph.search.documents import ANY_LOCALE
from graph.search.evaluate import Judged
from graph.search.index import Document, Field, Query, Role, SearchIndex
from graph.store.select import Viewer
from graph.store.visibility import ALWAYS, LIVE, NEVER, Visibility

_DOCUMENT, _ENTITY = "Asset", "Theme"
_LINK_WEIGHT = 3
_PUBLIC = Visibility(LIVE, 0, ALWAYS, NEVER)
_VIEWER = Viewer(live=0, draft=-1, retired=-1, now=1)


def judged_documents(said: Mapping[str, Any], *, linked: bool = True, labels: bool = True) -> Iterator[Document]:
    """The documents of a judged set; `linked` to its entities, which are documents too, and with their `labels`."""
    names: Mapping[str, Sequence[str]] = said.get("entities", {})
    for one in said["docs"]:
        fields = list(_fields(one))
        entities: Sequence[str] = one.get("entities", ())
        if labels:
            fields += (Field("entities", name, _LINK_WEIGHT, None) for id in entities for name in names.get(id, ()))
        links = tuple((f"entity:{id}", _LINK_WEIGHT) for id in entities) if linked else ()
        yield _document(one["id"], one["lang"], _DOCUMENT, fields, links)
    if linked:
        for id, called in names.items():
            roles = [Role.NAME, *[Role.ALIAS] * (len(called) - 1)]
            fields = [Field("name", name, 10, None, role) for name, role in zip(called, roles, strict=True)]
            yield _document(f"entity:{id}", ANY_LOCALE, _ENTITY, fields, ())


def judged_queries(said: Mapping[str, Any]) -> list[Judged]:
    return [
        Judged(one["id"], one["text"], one.get("kind", ""), one["rel"], frozenset(one.get("trap", ())))
        for one in said["queries"]
    ]


def answers(index: SearchIndex, queries: Iterable[Judged], *, first: int = 20) -> list[tuple[Judged, Sequence[str]]]:
    """What an index of `judged_documents` finds for each query, best first."""
    only = {"type": frozenset({_DOCUMENT})}
    return [
        (judged, [hit.id for hit in index.search(Query(judged.text, _VIEWER, only, first=first, snippets=False)).hits])
        for judged in queries
    ]


def _fields(one: Mapping[str, Any]) -> Iterator[Field]:
    yield Field("title", one["title"], 10, one["lang"], Role.NAME)
    for locale, title in one.get("alts", {}).items():
        yield Field("aliases", title, 8, locale, Role.ALIAS)
    for tag in one.get("tags", "").split(","):
        if tag.strip():
            yield Field("keywords", tag, 5, None)
    yield Field("summary", one.get("summary", ""), 4, one["lang"])


def _document(
    id: str, locale: str, type_name: str, fields: Sequence[Field], links: tuple[tuple[str, int], ...]
) -> Document:
    facets = {"type": (type_name,), "locale": (locale,)}
    return Document(id, locale, type_name, _PUBLIC, tuple(fields), links, facets)
