"""From what the store answers to documents: one for each entity and locale, each as visible as its text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeAlias, cast

from graph.model import LEVEL, EntityType, Prop
from graph.model.kinds import NAME, NAMES
from graph.search.index import Document, Field, Role
from graph.search.questions import DATED, TRANSLATIONS, facet_of
from graph.store.layout import text_open
from graph.store.select import Row
from graph.store.visibility import LIVE, NOT_LIVE, Visibility, visibility_of

ANY_LOCALE = "und"
_MOST_NAMES = 24
#: What something is called beside its name, as a whole.
_CALLED = ("aliases", "former_ids")
# A day, a month or a year of the common era, as dates, moments and EDTF begin.
_STARTS = re.compile(r"(?!0000)(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?!\d)")

Neighbours: TypeAlias = Mapping[str, Sequence[Row]]


def documents(entity: EntityType, row: Row) -> Iterator[Document]:
    """The documents of one entity.

    A published entity whose source text is still a draft is found by its names alone, and by its text where
    drafts are seen. A translation is seen where it and its entity are.
    """
    seen = visibility_of(row)
    named = Document(
        str(row["id"]),
        ANY_LOCALE,
        entity.name,
        seen,
        tuple(_names(entity, row, seen)),
        facets=_own_facets(entity, row, seen),
        updated=_milliseconds(row["updated_at"]),
        day=_day(entity, row, seen),
    )
    if not entity.texts:
        yield _with_neighbours(named, entity, row)
        return
    if not text_open(row):
        yield _with_neighbours(named, entity, row)
    in_source = seen if text_open(row) else replace(seen, stage=min(seen.stage, NOT_LIVE))
    yield _with_neighbours(_in_locale(named, entity, row, in_source), entity, row)
    for said in rows_of(row, TRANSLATIONS):
        yield _with_neighbours(_in_locale(named, entity, said, visibility_of(said).with_parent(seen)), entity, row)


def rows_of(row: Row, link: str) -> Sequence[Row]:
    """The rows at the other side of a link; of several types, each row is its case."""
    answer = cast("Mapping[str, object]", row.get(link) or {})
    found = cast("Sequence[Row]", answer.get("rows") or ())
    return [cast("Row", each["@case"]) if "@case" in each else each for each in found]


def at_least_as_visible(neighbour: Visibility, document: Visibility) -> bool:
    """Whether everyone who sees a document sees the neighbour, at any time.

    A viewer sees of what is live at least what it sees of drafts, and of drafts at least what of the retired.
    """
    if neighbour.stage < document.stage or neighbour.level > document.level:
        return False
    longer = neighbour.live_from <= document.live_from and neighbour.live_until >= document.live_until
    return document.stage != LIVE or longer


def _in_locale(named: Document, entity: EntityType, row: Row, seen: Visibility) -> Document:
    """The names, and the texts of one locale."""
    locale = str(row["locale"])
    texts = tuple(_texts(entity, row, seen, locale))
    facets = {**named.facets, "locale": (locale,)}
    updated = max(named.updated, _milliseconds(row["updated_at"]))
    return replace(
        named, locale=locale, visibility=seen, fields=(*texts, *named.fields), facets=facets, updated=updated
    )


def _texts(entity: EntityType, row: Row, seen: Visibility, locale: str) -> Iterator[Field]:
    for name in entity.texts:
        prop, text = entity.props[name], row.get(name)
        if _shown(prop, seen) and isinstance(text, str):
            role = Role.NAME if name == entity.label_from and name != "text" else Role.TEXT
            yield Field(name, text, prop.searchable, locale, role)


def _names(entity: EntityType, row: Row, seen: Visibility) -> Iterator[Field]:
    """What is found in any locale: names, aliases, keywords, handles."""
    for name, prop in entity.props.items():
        if not _shown(prop, seen) or prop.localised:
            continue
        value = row.get(name)
        if prop.kind is NAMES and isinstance(value, Mapping):
            said = cast("Mapping[str, str]", value)
            yield from (Field(name, text, prop.searchable, locale, Role.NAME) for locale, text in said.items())
        elif isinstance(value, list):
            role = Role.ALIAS if name in _CALLED else Role.TEXT
            yield from (Field(name, str(text), prop.searchable, None, role) for text in cast("list[object]", value))
        elif isinstance(value, str):
            yield Field(name, value, prop.searchable, None, Role.NAME if prop.kind is NAME else Role.TEXT)


def _shown(prop: Prop, seen: Visibility) -> bool:
    """Whether a property may be searched in a document."""
    return bool(prop.searchable) and _open(prop, seen)


def _open(prop: Prop, seen: Visibility) -> bool:
    """Whether everyone who sees a document may see the property."""
    return LEVEL[prop.marking] <= seen.level


def _own_facets(entity: EntityType, row: Row, seen: Visibility) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {"type": (entity.name,)}
    for name in ("kind", "year"):
        if (value := row.get(name)) is not None and name in entity.own and _open(entity.own[name], seen):
            found[name] = (str(value),)
    return found


def _with_neighbours(document: Document, entity: EntityType, row: Row) -> Document:
    """The document with the names, ids and facets of those linked neighbours that its viewers all see."""
    fields: list[Field] = []
    links: list[tuple[str, int, str]] = []
    facets: dict[str, dict[str, None]] = {}
    for name, end in entity.forward.items():
        weight, facet = end.link.searchable, facet_of(end)
        for other in rows_of(row, name):
            if not at_least_as_visible(visibility_of(other), document.visibility):
                continue
            id = str(other["id"])
            if facet:
                facets.setdefault(facet, {})[id] = None
            if weight:
                links.append((id, weight, end.link.stored))
                fields += (Field(name, text, weight, locale) for text, locale in labels(other))
    own = {facet: tuple(values) for facet, values in facets.items()}
    return replace(
        document,
        fields=(*document.fields, *fields),
        links=tuple(links),
        facets={**document.facets, **own},
    )


def labels(row: Row) -> list[tuple[str, str | None]]:
    """What a neighbour is called, with the locale where that is known; its text only where it is as open as itself."""
    found: dict[str, str | None] = {}
    if isinstance(name := row.get("name"), str):
        found[name] = None
    if isinstance(title := row.get("title") or row.get("text") or row.get("caption"), str) and text_open(row):
        found[title] = None
    names = cast("Mapping[str, str]", row.get("names") or {})
    found |= {text: locale for locale, text in names.items()}
    found |= dict.fromkeys(cast("Sequence[str]", row.get("aliases") or ()), None)
    return list(found.items())[:_MOST_NAMES]


def _day(entity: EntityType, row: Row, seen: Visibility) -> int:
    """The day an entity stands for, of a year its first; 0 where it says none that all who see it may see."""
    for name in DATED:
        value = row.get(name)
        found = _STARTS.match(str(value)) if value is not None and _open(entity.own[name], seen) else None
        if found:
            year, month, day = (int(part or 1) for part in found.groups())
            return date(year, month, 1).toordinal() + day - 1
    return 0


def _milliseconds(moment: object) -> int:
    return int(datetime.fromisoformat(str(moment)).timestamp() * 1000)
