"""Records in Duta's own shape: JSON objects and CSV rows whose keys and columns are the model's names."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast

import orjson

from graph.errors import GraphError, InvalidValue
from graph.model import MODEL, End, EntityType, Prop, Storage
from graph.model.kinds import locale
from graph.model.model import TRANSLATION
from graph.model.nearest import nearest
from graph.sentence import sentence
from graph.store.ids import check_id
from ingest.errors import UnknownColumn
from ingest.fields import (
    CellError,
    Field,
    LinkField,
    NameField,
    PropField,
    TextField,
    as_cell_error,
    checked,
    checked_link,
    checked_name,
    entity_type,
    field_names,
    field_of,
    put_name,
    put_text,
)
from ingest.records import Group, LinkTo, Record, Rejected
from ingest.sources.jsonl import open_json
from ingest.sources.rows import Row, Source
from ingest.sources.workbook import open_tabular

Put: TypeAlias = Callable[[Record, object], None]
Putter: TypeAlias = Callable[[EntityType, str], Put]

_LIST = re.compile(r"(?<!\\);")
_PROPS = re.compile(r"(?<!\\)\|")
_HINTS = sentence("It begins with # and says how to fill in the others.")
JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})


@dataclass(frozen=True)
class Own:
    """A file of records in our own shape. `type` is for rows that do not say theirs."""

    source: Source
    type: str | None
    putter: Putter
    notes: tuple[str, ...]
    asked: frozenset[tuple[str, str]] = frozenset()
    tells: frozenset[str] = frozenset()
    _puts: dict[tuple[str, str], Put] = field(default_factory=dict[tuple[str, str], "Put"])

    def groups(self) -> Iterator[Group]:
        """Each record, or why it is refused."""
        for row in self.source.rows():
            if not isinstance(row, Row):
                yield Group([], [row])
            else:
                yield Group([], [], skipped=_HINTS) if is_hint(row) else self.apply(row)

    def apply(self, row: Row) -> Group:
        """The record of one row."""
        try:
            return Group([self._record(row)], [])
        except CellError as error:
            id = row.cells.get("id")
            known = id if isinstance(id, str) else None
            return Group(
                [],
                [
                    Rejected(
                        row.where, row.line, error.column or None, error.reason, error.cure, raw=row.cells, id=known
                    )
                ],
            )

    def _record(self, row: Row) -> Record:
        entity = self._entity(row)
        record = Record(entity.name, _id(entity, row.cells.get("id")), {}, {}, [], row.where, row.line, row.cells)
        for name, value in row.cells.items():
            if name not in ("type", "id") and value != "":
                self._put(entity, name)(record, value)
        return record

    def _entity(self, row: Row) -> EntityType:
        stated = row.cells.get("type") or self.type
        if not isinstance(stated, str):
            raise CellError(
                "type", sentence("The record does not say its type."), sentence('Add "type", or name it with --type.')
            )
        try:
            return entity_type(stated.strip())
        except GraphError as error:
            raise as_cell_error(error, "type") from None

    def _put(self, entity: EntityType, name: str) -> Put:
        key = (entity.name, name)
        if key not in self._puts:
            self._puts[key] = self.putter(entity, name)
        return self._puts[key]


def is_hint(row: Row) -> bool:
    """Whether a row says how to fill in the others, as the second one of a template does."""
    return any(isinstance(cell := row.cells.get(name), str) and cell.startswith("#") for name in ("type", "id"))


def open_own(path: Path, *, type: str | None = None, encoding: str | None = None, delimiter: str | None = None) -> Own:
    """Open records in our own shape, JSON by the file's ending and else a table; raises SourceError."""
    if type is not None:
        type = entity_type(type).name
    if path.suffix.lower() in JSON_SUFFIXES:
        json = open_json(path, encoding=encoding)
        return Own(json, type, json_put, json.notes)
    types = [MODEL.types[type]] if type else list(MODEL.types.values())
    table = open_tabular(
        path, encoding=encoding, delimiter=delimiter, known={name for entity in types for name in field_names(entity)}
    )
    _check_columns(table.name, table.columns, types, repeated=table.repeated, typed=type is not None)
    return Own(table, type, cell_put, table.notes)


def _check_columns(
    name: str, columns: tuple[str, ...], types: list[EntityType], *, repeated: tuple[str, ...], typed: bool
) -> None:
    if repeated:
        raise UnknownColumn(
            name,
            repeated[0],
            sentence('The column "{column}" stands twice.', column=repeated[0]),
            sentence("Rename or remove one of them."),
        )
    if not typed and "type" not in columns:
        raise UnknownColumn(
            name,
            "type",
            sentence('There is no column "type".'),
            sentence("Add it, or name the type of all rows with --type."),
        )
    for column in columns:
        if column not in ("id", "type") and not any(_is_field(entity, column) for entity in types):
            raise _unknown(name, column, types)


def _is_field(entity: EntityType, name: str) -> bool:
    try:
        field_of(entity, name)
    except GraphError:
        return False
    return True


def _unknown(name: str, column: str, types: list[EntityType]) -> UnknownColumn:
    owner = types[0].name if len(types) == 1 else "any type"
    base, at, tag = column.partition("@")
    try:
        if at:
            locale(tag)
        if len(types) == 1:
            field_of(types[0], column)
    except InvalidValue as error:
        return UnknownColumn(name, column, error.reason, error.cure)
    except GraphError:
        pass
    guess = nearest(base, {known for entity in types for known in field_names(entity)})
    cure = sentence('Did you mean "{guess}"?', guess=guess) if guess else sentence("A foreign table needs a mapping.")
    return UnknownColumn(
        name, column, sentence('"{column}" is no property and no link of {owner}.', column=column, owner=owner), cure
    )


def _id(entity: EntityType, stated: object) -> str | None:
    if stated in (None, ""):
        return None
    try:
        check_id(MODEL, stated, entity.name)
    except GraphError as error:
        raise as_cell_error(error, "id") from None
    return str(stated)


def _field(entity: EntityType, name: str, column: str = "") -> Field:
    try:
        return field_of(entity, name)
    except GraphError as error:
        raise as_cell_error(error, column or name) from None


def json_put(entity: EntityType, name: str) -> Put:
    """How a JSON key of a type enters its record; raises CellError for an unknown key."""
    if name == "translations" and entity.texts:
        return lambda record, value: record.translations.extend(_translations(value))
    match _field(entity, name):
        case PropField(prop):
            return lambda record, value: record.values.__setitem__(
                name, value if value is None else checked(prop, value, name)
            )
        case NameField(tag):
            return lambda record, value: put_name(record, tag, checked_name(value, name))
        case TextField(prop, tag):
            return lambda record, value: put_text(record, tag, prop.name, checked(prop, value, name))
        case LinkField(end):
            return lambda record, value: record.links.__setitem__(name, _json_links(end, name, value))


def _json_links(end: End, name: str, value: object) -> list[LinkTo]:
    items = cast("list[object]", value) if isinstance(value, list) else [] if value is None else [value]
    links = [_json_link(end, name, item) for item in items]
    return at_most_one(end, name, links)


def _json_link(end: End, name: str, item: object) -> LinkTo:
    if isinstance(item, str):
        return checked_link(end, item, {}, name)
    props = dict(cast("dict[str, object]", item)) if isinstance(item, dict) else {}
    to = props.pop("to", None)
    if not isinstance(to, str):
        raise CellError(
            name, sentence("This link does not say where it leads."), sentence('Write an id, or {{"to": id, ...}}.')
        )
    return checked_link(end, to, props, name)


def at_most_one(end: End, name: str, links: list[LinkTo]) -> list[LinkTo]:
    """The links, unless they are several where one is allowed; raises CellError."""
    if not end.many and len(links) > 1:
        raise CellError(name, sentence("There can be one at most, {count} were given.", count=len(links)))
    return links


def _translations(value: object) -> Iterator[dict[str, object]]:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    entity = MODEL.types[TRANSLATION]
    for position, item in enumerate(items):
        column = f"translations[{position}]"
        if not isinstance(item, dict):
            raise CellError(
                column,
                sentence("This translation is no object."),
                sentence('Write it as {{"locale": "ko", "title": "..."}}.'),
            )
        found = cast("dict[str, object]", item)
        if not found.get("locale"):
            raise CellError(column, sentence("This translation does not say its locale."), sentence('Add "locale".'))
        yield {name: _translated(entity, name, one, column) for name, one in found.items()}


def _translated(entity: EntityType, name: str, value: object, column: str) -> object:
    place = f"{column}.{name}"
    match _field(entity, name, place):
        case PropField(prop):
            return value if value is None else checked(prop, value, place)
        case LinkField(end):
            return _json_links(end, place, value)
        case _:
            raise CellError(
                place, sentence("A translation has one language."), sentence("Use a translation of its own.")
            )


def cell_put(entity: EntityType, name: str) -> Put:
    """How a CSV cell of a type enters its record; raises CellError for a column that the type does not have."""
    match _field(entity, name):
        case PropField(prop):
            return lambda record, value: _put_cell(record, prop, str(value).strip())
        case NameField(tag):
            return lambda record, value: (
                put_name(record, tag, checked_name(str(value).strip(), name)) if str(value).strip() else None
            )
        case TextField(prop, tag):
            return lambda record, value: (
                put_text(record, tag, prop.name, checked(prop, str(value).strip(), name))
                if str(value).strip()
                else None
            )
        case LinkField(end):
            return lambda record, value: _put_links(record, end, name, split_list(str(value)))


def _put_cell(record: Record, prop: Prop, text: str) -> None:
    if text:
        value = checked(prop, split_list(text) if prop.many else text, prop.name)
        record.values[prop.name] = orjson.loads(text) if prop.storage is Storage.JSON else value


def _put_links(record: Record, end: End, name: str, items: list[str]) -> None:
    links = [_cell_link(end, name, item) for item in items]
    if links:
        record.links[name] = at_most_one(end, name, links)


def _cell_link(end: End, name: str, item: str) -> LinkTo:
    to, props = link_parts(name, item)
    return checked_link(end, to, props, name)


def link_parts(name: str, item: str) -> tuple[str, Mapping[str, object]]:
    """Where the link of a cell leads, and what it carries; raises CellError."""
    to, *pairs = (part.strip() for part in _PROPS.split(item))
    props = dict[str, object]()
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise CellError(
                name,
                sentence('"{pair}" is no property of a link.', pair=pair),
                sentence("Write it as theme:slow-food|weight=0.6."),
            )
        props[key.strip()] = value.strip().replace("\\|", "|")
    return to, props


def split_list(text: str) -> list[str]:
    r"""The items of a list cell: separated by semicolons, which `\;` keeps as they are."""
    return [item for part in _LIST.split(text) if (item := part.replace("\\;", ";").strip())]


def join_list(items: list[str]) -> str:
    """A list cell that `split_list` reads back."""
    return ";".join(item.replace(";", "\\;") for item in items)
