"""How a node is laid out in both engines: columns, shadows and indexes, derived from the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph.model import ANY, EntityType, Prop, Storage
from graph.model.folding import fold, sort_key
from graph.store.positions import VECTOR, stored_vector
from graph.store.visibility import Visibility

VISIBILITY = ("vis_stage", "vis_level", "vis_from", "vis_until")
TEXT_OPEN = "text_open"


@dataclass(frozen=True, slots=True)
class Column:
    """A stored property of a node."""

    name: str
    storage: Storage


def fold_column(prop: Prop) -> str:
    return f"{prop.name}__fold"


def sort_column(prop: Prop) -> str:
    """Where the order of a property stands: its sort key, or itself."""
    return f"{prop.name}__sort" if prop.sorted else prop.name


@lru_cache(maxsize=256)
def columns(entity: EntityType) -> tuple[Column, ...]:
    """Every stored property of a type, kernel first."""
    found = [Column(name, Storage.INTEGER) for name in (*VISIBILITY, TEXT_OPEN)]
    for prop in entity.props.values():
        found.append(Column(prop.name, prop.storage))
        if prop.folded:
            found.append(Column(fold_column(prop), Storage.TEXT))
        if prop.sorted:
            found.append(Column(sort_column(prop), Storage.TEXT))
    if entity.coordinates:
        found += [Column(name, Storage.REAL) for name in VECTOR]
    return tuple(found)


@lru_cache(maxsize=256)
def indexes(entity: EntityType) -> tuple[tuple[str, ...], ...]:
    """The columns to index, each list one index: orders end with the id, facets and coordinates stand alone."""
    orders = [(sort_column(prop), "id") for prop in entity.props.values() if prop.orderable and prop.name != "id"]
    lookups = [(prop.name,) for prop in entity.own.values() if prop.facet and not prop.many and not prop.orderable]
    places = [tuple(prop.name for prop in entity.coordinates)] if entity.coordinates else []
    return tuple(dict.fromkeys([*orders, *lookups, *places])) if entity.name != ANY else ()


def stored_row(entity: EntityType, values: Mapping[str, object], visibility: Visibility) -> dict[str, object]:
    """All columns of a node from its stored properties: label, shadows and visibility included."""
    row = dict(values)
    complete(entity, row, visibility, row)
    return row


@lru_cache(maxsize=256)
def blank_row(entity: EntityType) -> Mapping[str, object]:
    """All columns of a new node before anything is said of it; its label and visibility follow with its id."""
    return stored_row(entity, {**entity.blank, "id": ""}, Visibility(0, 0, 0, 0))


def complete(entity: EntityType, row: dict[str, object], visibility: Visibility, changed: Mapping[str, object]) -> None:
    """Set in a row what follows from its properties; the shadows of what has not `changed` are there."""
    is_open = text_open(row)
    row["label"] = label_of(entity, row, is_open=is_open)
    row[TEXT_OPEN] = int(is_open)
    row["vis_stage"], row["vis_level"] = visibility.stage, visibility.level
    row["vis_from"], row["vis_until"] = visibility.live_from, visibility.live_until
    last: object = None
    plain: str | None = None
    key: str | None = None
    for name, folded, ordered, localised in _shadowed(entity):
        if name not in changed and name != "label" and is_open:
            continue
        # A label is mostly the text that comes next, and folding is dear.
        if (text := row[name]) != last:
            last, plain, key = text, fold(text) if isinstance(text, str) else None, None
        if folded:
            row[folded] = plain
        if ordered:
            key = sort_key(plain or "") if key is None else key
            row[ordered] = key if is_open or not localised else ""
    if entity.coordinates:
        lat, lon = entity.coordinates
        row.update(zip(VECTOR, stored_vector(row[lat.name], row[lon.name]), strict=True))


@lru_cache(maxsize=256)
def _shadowed(entity: EntityType) -> tuple[tuple[str, str | None, str | None, bool], ...]:
    """Name, column of the folded text, column of the sort key, and whether it is content, of what has either."""
    return tuple(
        (
            prop.name,
            fold_column(prop) if prop.folded else None,
            sort_column(prop) if prop.sorted else None,
            prop.localised,
        )
        for prop in entity.props.values()
        if prop.folded or prop.sorted
    )


def text_open(values: Mapping[str, object]) -> bool:
    """Whether the source text is as public as the entity: a published one may have a text that is still a draft."""
    return values.get("state") != "PUBLISHED" or values.get("text_state") in (None, "PUBLISHED")


def label_of(entity: EntityType, values: Mapping[str, object], *, is_open: bool) -> str:
    """A short label; the id where there is no name, or its text may not be seen by everyone who sees the node."""
    source = entity.label_from
    named = values.get(source) if source else None
    if not isinstance(named, str) or (not is_open and entity.props[str(source)].localised):
        return str(values["id"])
    first = " ".join(named.split())
    return first if len(first) <= _LABEL else f"{first[: _LABEL - 1]}…"


_LABEL = 120
