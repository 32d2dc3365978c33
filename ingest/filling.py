"""Filling the fields of a record from a row's cells: what a mapping says of each field, compiled once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from graph.errors import GraphError, InvalidValue
from graph.model import MODEL, EntityType, Prop
from graph.model.kinds import DATE, EDTF, LOCALE
from ingest import mapping as toml
from ingest.columns import nothing
from ingest.dates import DateError, Order, parse_date, parse_edtf
from ingest.errors import MappingError
from ingest.fields import (
    CellError,
    Field,
    LinkField,
    NameField,
    PropField,
    TextField,
    checked_name,
    field_of,
    put_name,
    put_text,
)
from ingest.records import Record, Rejected
from ingest.values import Cells, Getter, Scope, compile_value, shown_column

Step: TypeAlias = Callable[[Cells, Record, list[Rejected]], None]

_MEMORY = 1_000


def known_type(name: str, where: str, key: str) -> EntityType:
    try:
        return MODEL.type(name)
    except GraphError as error:
        raise MappingError(where, key, str(error)) from None


def at_compile_time(call: Callable[[], object], scope: Scope, key: str) -> None:
    try:
        call()
    except GraphError as error:
        raise MappingError(scope.where, key, str(error)) from None
    except CellError as error:
        raise MappingError(scope.where, key, error.reason, error.cure) from None


def known_field(entity: EntityType, name: str, scope: Scope, key: str) -> Field:
    try:
        return field_of(entity, name)
    except GraphError as error:
        raise MappingError(scope.where, key, str(error)) from None


def field_step(
    entity: EntityType, name: str, values: Sequence[toml.Value], spec: toml.EntitySpec, scope: Scope, key: str
) -> Step | None:
    """What fills a field; None where the file has none of its columns."""
    target = known_field(entity, name, scope, key)
    every = [_option(value, target, scope, f"{key}.{position}") for position, value in enumerate(values)]
    options = [option for option in every if option.get is not nothing]
    match target:
        case LinkField():
            raise MappingError(scope.where, key, f'"{name}" is a link of {entity.name}.', "Put it under links.")
        case _ if not options:
            return None
        case PropField(prop) if prop.many:
            return _list_step(prop, options)
        case PropField(prop) if len(values) == 1 and values[0].constant is not None and not values[0].when:
            return _same_step(_one_step(options, _putter(prop.name)), prop.name)
        case PropField(prop):
            return _one_step(options, _putter(prop.name))
        case NameField(tag):
            return _one_step(options, lambda record, value: put_name(record, tag, value))
        case TextField(prop, tag):
            return _one_step(options, lambda record, value: put_text(record, tag, prop.name, value, spec.translation))


def _putter(name: str) -> Callable[[Record, object], None]:
    def put(record: Record, value: object) -> None:
        record.values[name] = value

    return put


def _same_step(fill: Step, name: str) -> Step:
    """The same for a value that is that of every row: it is looked at once."""
    told = list[object]()

    def step(cells: Cells, record: Record, refused: list[Rejected]) -> None:
        if told:
            record.values[name] = told[0]
            return
        fill(cells, record, refused)
        if name in record.values:
            told.append(record.values[name])

    return step


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to fill a field: what it reads, how it is checked, and whether a bad value is let go."""

    get: Getter
    check: Callable[[str], object]
    column: str
    lenient: bool


def _option(value: toml.Value, target: Field, scope: Scope, key: str) -> _Option:
    column = shown_column(value, scope)
    return _Option(
        compile_value(value, scope, key), _checker(target, value, column, scope), column, value.bad == "skip"
    )


def _checker(target: Field, value: toml.Value, column: str, scope: Scope) -> Callable[[str], object]:
    match target:
        case NameField():
            return lambda text: checked_name(text, column)
        case PropField(prop) if prop.kind in (DATE, EDTF):
            order = value.order or scope.orders.get(value.column or "")
            return _date_checker(prop, order, value.pivot, column)
        case PropField(prop) | TextField(prop, _):
            check = _text_checker(prop, column)
            return lru_cache(_MEMORY)(check) if _repeats(prop, value) else check
        case LinkField():
            return lambda text: text


def _text_checker(prop: Prop, column: str) -> Callable[[str], object]:
    checker = prop.checker

    def check(text: str) -> object:
        try:
            checker(text)
        except InvalidValue as error:
            raise CellError(column, error.reason, error.cure) from None
        return text

    return check


def _repeats(prop: Prop, value: toml.Value) -> bool:
    """Whether the same texts come again and again, so that it pays to remember that they are good."""
    return value.constant is not None or prop.vocabulary is not None or prop.many or prop.kind is LOCALE


def _date_checker(prop: Prop, order: Order | None, pivot: int | None, column: str) -> Callable[[str], object]:
    parse = parse_edtf if prop.kind is EDTF else parse_date

    def check(text: str) -> object:
        try:
            return parse(text, order, pivot=pivot)
        except DateError as error:
            raise CellError(column, error.reason) from None

    return check


def _one_step(options: Sequence[_Option], put: Callable[[Record, object], None]) -> Step:
    """The first option that has a value fills the field."""
    if len(options) == 1 and not options[0].lenient:
        return _only_step(options[0].get, options[0].check, put)

    def step(cells: Cells, record: Record, refused: list[Rejected]) -> None:
        for option in options:
            try:
                found = option.get(cells)
                if found is None:
                    continue
                value = option.check(found if isinstance(found, str) else "; ".join(found))
            except CellError as error:
                if not option.lenient:
                    raise
                refused.append(_let_go(record, error, cells))
                return
            if value is not None:
                put(record, value)
            return

    return step


def _only_step(get: Getter, check: Callable[[str], object], put: Callable[[Record, object], None]) -> Step:
    """The same for one option whose faults refuse the row, which most fields are."""

    def step(cells: Cells, record: Record, _: list[Rejected]) -> None:
        if (found := get(cells)) is None:
            return
        value = check(found if isinstance(found, str) else "; ".join(found))
        if value is not None:
            put(record, value)

    return step


def _list_step(prop: Prop, options: Sequence[_Option]) -> Step:
    """All options add to the list."""

    def step(cells: Cells, record: Record, refused: list[Rejected]) -> None:
        gathered: dict[str, None] = {}
        for option in options:
            try:
                found = option.get(cells)
                for text in [] if found is None else [found] if isinstance(found, str) else found:
                    option.check(text)
                    gathered[text] = None
            except CellError as error:
                if not option.lenient:
                    raise
                refused.append(_let_go(record, error, cells))
        if gathered:
            record.values[prop.name] = list(gathered)

    return step


def _let_go(record: Record, error: CellError, cells: Cells) -> Rejected:
    return Rejected(record.where, record.line, error.column, error.reason, error.cure, scope="value", raw=cells)
