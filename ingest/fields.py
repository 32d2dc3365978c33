"""Which field of a type a column or key means, and checking a value for it, with messages for whoever wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from graph.errors import GraphError, InvalidValue, UnknownName
from graph.model import LINK_PROPS, MODEL, End, EntityType, Prop, Storage
from graph.model.kinds import NAME, locale
from graph.model.nearest import nearest
from graph.sentence import sentence
from graph.store.ids import check_id
from ingest.records import LinkTo, Record

NAMES_FIELD = "names"


class CellError(Exception):
    """A value that a field refuses; `column` is what its source calls the field."""

    def __init__(self, column: str, reason: str, cure: str = "") -> None:
        self.column, self.reason, self.cure = column, reason, cure
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class PropField:
    """A property of the node itself."""

    prop: Prop


@dataclass(frozen=True, slots=True)
class NameField:
    """The name in another language, one entry of `names`."""

    locale: str


@dataclass(frozen=True, slots=True)
class TextField:
    """A text in another language, one property of a Translation."""

    prop: Prop
    locale: str


@dataclass(frozen=True, slots=True)
class LinkField:
    """A link that starts at the node."""

    end: End


Field: TypeAlias = PropField | NameField | TextField | LinkField


def field_of(entity: EntityType, name: str) -> Field:
    """The field of a type that a name means, such as title, title@ko, name@ko or themes; raises GraphError."""
    base, at, tag = name.partition("@")
    if at:
        return _localised(entity, base, locale(tag))
    if name in entity.props:
        prop = entity.props[name]
        if prop.derived:
            raise InvalidValue(
                sentence('"{name}" follows from the rest and cannot be imported.', name=name),
                cure=sentence("Leave it out."),
            )
        return PropField(prop)
    end = entity.ends.get(name)
    if end is None:
        guess = nearest(name, field_names(entity))
        raise UnknownName(f"property or link of {entity.name}", name, nearest=guess)
    if not end.forward:
        raise InvalidValue(
            sentence(
                '"{name}" is written at its other side, as {link} of {source:word}.',
                name=name,
                link=end.link.name,
                source=end.link.source,
            )
        )
    return LinkField(end)


def _localised(entity: EntityType, base: str, tag: str) -> Field:
    if base == "name" and NAMES_FIELD in entity.props:
        return NameField(tag)
    prop = entity.prop(base)
    if base not in entity.texts:
        raise InvalidValue(
            sentence('"{base}" of {type:word} has no other languages.', base=base, type=entity.name),
            cure=sentence("Those with are {names}.", names=", ".join(_with_languages(entity))),
        )
    return TextField(prop, tag)


def _with_languages(entity: EntityType) -> list[str]:
    return [*(("name",) if NAMES_FIELD in entity.props else ()), *entity.texts] or ["none"]


def field_names(entity: EntityType) -> list[str]:
    """Every name a column may have for a type, without languages."""
    return ["id", "type", *(name for name, prop in entity.props.items() if not prop.derived), *entity.forward]


def entity_type(name: str) -> EntityType:
    """A type by its name, or UnknownName with the nearest one; any case will do."""
    found = MODEL.types.get(name) or MODEL.by_prefix.get(name.lower())
    return found or MODEL.type(name)


def checked(prop: Prop, value: object, column: str) -> object:
    """The value, if its property can hold it; raises CellError."""
    try:
        prop.check(value)
    except InvalidValue as error:
        # JSON is deep enough for the place in it to be told.
        place = error.path.removeprefix(prop.name) if prop.kind.storage is Storage.JSON else ""
        raise CellError(column + place, error.reason, error.cure) from None
    return value


def checked_name(value: object, column: str) -> object:
    """The value, if it can be a name; raises CellError."""
    try:
        NAME.check(value)
    except InvalidValue as error:
        raise CellError(column, error.reason, error.cure) from None
    return value


def checked_target(end: End, to: str, column: str) -> str:
    """The id, if it is one of a type the link leads to; raises CellError."""
    try:
        target = check_id(MODEL, to)
    except InvalidValue as error:
        raise CellError(column, error.reason, error.cure) from None
    if not end.leads_to(target.name):
        raise CellError(column, sentence('"{id}" is no {types:or}.', id=to, types=list(end.targets[:5])))
    return to


def checked_link(end: End, to: str, props: Mapping[str, object], column: str) -> LinkTo:
    """A link with its properties; raises CellError."""
    return LinkTo(checked_target(end, to, column), checked_link_props(end, props, column))


def checked_link_props(end: End, props: Mapping[str, object], column: str) -> Mapping[str, object]:
    for name, value in props.items():
        prop = link_prop(end, name, column)
        if value is not None:
            checked(prop, value, f"{column}.{name}")
    return props


def link_prop(end: End, name: str, column: str) -> Prop:
    """A property that a link may carry; raises CellError with those it may."""
    prop = end.link.props.get(name) or LINK_PROPS.get(name)
    if prop is None:
        raise CellError(
            column,
            sentence('This link has no property "{name}".', name=name),
            sentence("It may carry {names}.", names=", ".join([*end.link.props, *LINK_PROPS])),
        )
    return prop


def as_cell_error(error: GraphError, column: str) -> CellError:
    """What the model refuses, told of a column."""
    match error:
        case InvalidValue():
            return CellError(column, error.reason, error.cure)
        case UnknownName(nearest=str() as guess):
            return CellError(
                column,
                sentence('There is no {what} "{name}".', what=error.what, name=error.name),
                sentence('Did you mean "{guess}"?', guess=guess),
            )
        case UnknownName():
            return CellError(column, sentence('There is no {what} "{name}".', what=error.what, name=error.name))
        case _:
            return CellError(column, str(error))


def put_name(record: Record, tag: str, name: object) -> None:
    """Set the record's name in a language."""
    names = cast("dict[str, object]", record.values.setdefault("names", {}))
    names[tag] = name


def put_text(record: Record, tag: str, name: str, text: object, more: Mapping[str, object] | None = None) -> None:
    """Set a text of the record's translation into a language; `more` is what a new translation begins with."""
    found = next((one for one in record.translations if one["locale"] == tag), None)
    if found is None:
        found = {"locale": tag, **(more or {})}
        record.translations.append(found)
    found[name] = text
