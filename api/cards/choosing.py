"""What a field of a form offers: things, languages and places, each by its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.labels import labels
from api.plan.searching import Searcher
from graph.model.territories import territories
from graph.search.index import Query
from graph.store.port import GraphStore
from graph.store.select import Order, Select, Viewer, by_ids, shape_of
from graph.story.audiences import plannable
from graph.story.rows import rows_of
from graph.story.settings import AudiencePolicy
from graph.story.wording import language_name, place_name

#: How many things a list offers; where there are more they are narrowed down by words.
MOST = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field offers."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who fills a form in: what is seen, the language of the labels, and the words of the pages."""

    store: GraphStore
    viewer: Viewer
    searcher: Searcher
    lang: str
    told: Mapping[str, Any]


def languages(chosen: Sequence[str], reader: Reader) -> tuple[Choice, ...]:
    """The languages of texts and of audiences that the reader sees, by name."""
    hits = reader.searcher.search(Query("", reader.viewer, facets=("locale",), first=1, snippets=False))
    question = Select("Audience", shape_of("locales"), order=(Order("label"),), limit=MOST)
    rows: Any = reader.store.ask(reader.viewer, {"audiences": question})["audiences"]["rows"]
    read = {str(tag) for row in rows for tag in row["locales"] or ()}
    tags = {*chosen, *read, *(tag for tag, _ in hits.facets.get("locale", ()))}
    return _choices({tag: language_name(tag, reader.lang) for tag in tags}, chosen)


def places(chosen: Sequence[str], lang: str) -> tuple[Choice, ...]:
    """All countries, regions and groups of states, by name."""
    codes = {code: code for code in (*territories().inside, *chosen)}
    return _choices({code: place_name(code, lang) for code in codes}, chosen)


def _choices(named: Mapping[str, str], chosen: Sequence[str]) -> tuple[Choice, ...]:
    ordered = sorted(named.items(), key=lambda one: (one[1].casefold(), one[0]))
    return tuple(Choice(value, text, value in chosen) for value, text in ordered)


def things(entity: str, chosen: Sequence[str], narrow: str, reader: Reader) -> tuple[tuple[Choice, ...], str | None]:
    """What a viewer may pick of a type, by name; narrowed down by words where there are too many.

    An audience that may not be planned for is no choice, as every question about it would be refused.
    """
    whom = entity == "Audience"
    shape = shape_of("id", "label", "names", "size") if whom else shape_of("id")
    question = Select(entity, shape, order=(Order("label"),), limit=MOST + 1)
    rows: Any = reader.store.ask(reader.viewer, {"things": question})["things"]["rows"]
    ids = [str(row["id"]) for row in (plannable(rows, AudiencePolicy()) if whom else rows)]
    narrowed = None
    if len(ids) > MOST:
        narrowed, ids = narrow, ids[:MOST]
        if narrow.strip():
            filters = {"type": frozenset([entity])}
            hits = reader.searcher.search(Query(narrow, reader.viewer, filters, locale=reader.lang, first=50))
            ids = [hit.id for hit in hits.hits]
            if whom:
                found = reader.store.ask(reader.viewer, {"things": by_ids(entity, tuple(ids), shape)})["things"]
                ids = [str(row["id"]) for row in plannable(rows_of(found), AudiencePolicy())]
    named = labels(reader.store, reader.viewer, (*chosen, *ids), reader.lang)
    ordered = sorted(named.values(), key=lambda one: (one.text.casefold(), one.id))
    return tuple(Choice(one.id, one.text, one.id in chosen) for one in ordered), narrowed
