"""A table that somebody made by hand, its columns said to be ours: names may stand for links, and dates as written."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.errors import GraphError
from graph.model import ANY, MODEL, End, EntityType, Prop
from graph.model.kinds import DATE, EDTF
from graph.sentence import sentence
from graph.store.ids import type_of
from ingest.columns import decide_orders, table_getter
from ingest.dates import DateError, Order, parse_date, parse_edtf
from ingest.errors import MappingError, MissingColumn
from ingest.fields import CellError, LinkField, PropField, checked_link_props, checked_target, field_names, field_of
from ingest.mapping import SheetSpec
from ingest.own import Own, Put, at_most_one, cell_put, json_put, link_parts, split_list
from ingest.records import Key, LinkTo, Record, Wanted
from ingest.sources.mended import Renamed
from ingest.sources.rows import Row, Source, column_key

_CODES = {"Country": "alpha2"}
_CODE, _SOME = 2, 8
_LOOKED = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a table: the type of its rows, our field for each column, the order of its dates."""

    type: str
    fields: Mapping[str, str]
    order: Order | None = None


def open_sheet(source: Source, said: Said) -> Own:
    """A table as records; raises UndecidedDates where nobody can tell a day from a month."""
    entity = MODEL.type(said.type)
    renamed = Renamed(source, said.fields)
    dates = {name: table_getter(name) for name in renamed.columns if _is_date(entity, name)}
    shown = {name: column for column, name in said.fields.items()}
    if said.order is not None:
        orders, notes = dict.fromkeys(dates, said.order), list[str]()
    else:
        orders, notes = decide_orders(renamed, dates, shown)
    asked = {key for name in said.fields.values() for key in _asked(entity, name)}
    putter = _putter(orders)
    return Own(renamed, entity.name, putter, (*source.notes, *notes), frozenset(asked), frozenset({entity.name}))


def open_said(source: Source, spec: SheetSpec) -> Own:
    """A table as a mapping says its columns; raises MappingError, MissingColumn or UndecidedDates."""
    entity = MODEL.types.get(spec.type)
    if entity is None:
        raise MappingError(source.name, "sheet.type", f'There is no type "{spec.type}".')
    keys = keys_of(source)
    for column, name in spec.fields.items():
        if not _is_field(entity, name) and not (name == "translations" and entity.texts):
            raise MappingError(source.name, f"sheet.fields.{column}", f'{spec.type} has no field "{name}".')
        if column not in keys:
            told = sentence('The mapping needs a column "{column}", and there is none.', column=column)
            cure = sentence("It has {columns}.", columns=", ".join(keys[:_SOME]))
            raise MissingColumn(source.name, column, told, cure)
    return open_sheet(source, Said(spec.type, spec.fields, spec.order))


def as_mapping(said: Said, source: str, about: str) -> str:
    """The same as the TOML of a mapping, for `duta import --mapping`."""
    lines = [f"source = {_quoted(source)}", f"about = {_quoted(about)}", "", "[sheet]", f"type = {_quoted(said.type)}"]
    lines += [f"order = {_quoted(said.order)}"] if said.order else []
    lines += ["", "[sheet.fields]", *(f"{_quoted(key)} = {_quoted(name)}" for key, name in said.fields.items()), ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON, and one more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def keys_of(source: Source) -> list[str]:
    """The columns of a source; of records in JSON the keys of the first of them."""
    if source.columns:
        return list(source.columns)
    found = dict[str, None]()
    for count, row in enumerate(source.rows()):
        if count >= _LOOKED:
            break
        found |= dict.fromkeys(row.cells) if isinstance(row, Row) else {}
    return list(found)


def recognised(columns: Iterable[str], entity: EntityType, also: Mapping[str, str]) -> dict[str, str]:
    """Which of ours each column seems to be, each of ours once; `also` are other names of ours, as pages tell them."""
    known = {column_key(label): name for label, name in also.items()}
    known |= {column_key(name): name for name in field_names(entity) if _is_field(entity, name)}
    found, taken = dict[str, str](), set[str]()
    for column in columns:
        base, at, tag = column.partition("@")
        name = known.get(column_key(base), "")
        name = f"{name}@{tag.strip()}" if at and name else name
        if column == "translations" and entity.texts:
            name = column
        if name and name not in taken and (name in (*OWN, "translations") or _is_field(entity, name)):
            found[column] = name
            taken.add(name)
    return found


def likely(source: Source, columns: Sequence[str]) -> str:
    """The type that a table seems to be of: as its first rows say, else the one with most of its columns."""
    for count, row in enumerate(source.rows()):
        stated = row.cells.get("type") if isinstance(row, Row) else None
        named = stated.removeprefix("#").split(".")[0].strip() if isinstance(stated, str) else ""
        if named in MODEL.types:
            return named
        if count >= _LOOKED:
            break
    counts = {entity.name: len(recognised(columns, entity, {})) for entity in MODEL.types.values()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] > max(1, counts["Asset"]) else "Asset"


#: What every row may say beside the fields of its type.
OWN = ("id", "type")


def _is_field(entity: EntityType, name: str) -> bool:
    try:
        return name in OWN or bool(field_of(entity, name))
    except GraphError:
        return False


def _is_date(entity: EntityType, name: str) -> bool:
    prop = entity.props.get(name)
    return prop is not None and not prop.many and prop.kind in (DATE, EDTF)


def _asked(entity: EntityType, name: str) -> Iterator[tuple[str, str]]:
    """What a column's cells may be looked up by."""
    end = entity.forward.get(name)
    for type in end.targets if end is not None else ():
        if type != ANY:
            yield type, "name"
            if type in _CODES:
                yield type, _CODES[type]


def _putter(orders: Mapping[str, Order]) -> Callable[[EntityType, str], Put]:
    def putter(entity: EntityType, name: str) -> Put:
        typed = _typed(entity, name, orders.get(name))

        def put(record: Record, value: object) -> None:
            if isinstance(value, str):
                typed(record, value)
            else:
                json_put(entity, name)(record, value)

        return put

    return putter


def _typed(entity: EntityType, name: str, order: Order | None) -> Put:
    """How a cell that somebody typed enters a record."""
    if name == "translations":
        return json_put(entity, name)
    plain = cell_put(entity, name)
    match field_of(entity, name):
        case LinkField(end):
            return lambda record, value: _put_links(record, end, name, str(value))
        case PropField(prop) if _is_date(entity, name):
            return lambda record, value: plain(record, _day(prop, str(value), order))
        case PropField(prop) if prop.vocabulary is not None:
            return lambda record, value: plain(record, _word(prop, str(value)))
        case _:
            return plain


def _day(prop: Prop, text: str, order: Order | None) -> str:
    if not text.strip():
        return ""
    try:
        return (parse_edtf if prop.kind is EDTF else parse_date)(text, order) or ""
    except DateError as error:
        raise CellError(prop.name, error.reason, sentence("Write it as 2026-08-17.")) from None


def _word(prop: Prop, text: str) -> str:
    """The words of a vocabulary in whatever case, and with spaces."""
    known = {column_key(one.value): one.value for one in prop.vocabulary or ()}
    return ";".join(known.get(column_key(one), one) for one in split_list(text))


def _put_links(record: Record, end: End, name: str, text: str) -> None:
    links = [_link(end, name, item) for item in split_list(text)]
    if links:
        record.links[name] = at_most_one(end, name, links)


def _link(end: End, name: str, item: str) -> LinkTo:
    """A link by an id, or by a name that one thing bears."""
    to, props = link_parts(name, item)
    props = checked_link_props(end, props, name)
    if type_of(MODEL, to) is not None or end.target == ANY == end.targets[0]:
        return LinkTo(checked_target(end, to, name), props)
    keys = [Key(type, _CODES[type], to.upper()) for type in end.targets if type in _CODES and len(to) == _CODE]
    keys += [Key(type, "name", to) for type in end.targets if type != ANY]
    return LinkTo(Wanted(tuple(keys), column=name), props)
