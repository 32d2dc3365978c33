"""A mapping: the TOML that says which column of someone else's table becomes which field of which type."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from graph.model.nearest import nearest
from ingest.dates import Order
from ingest.errors import MappingError
from ingest.records import Missing

SHIPPED = files("ingest") / "mappings"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _value_shorthand(value: object) -> object:
    """A text with braces is a template, another text the name of a column."""
    if isinstance(value, str):
        return {"template": value} if "{" in value else {"column": value}
    return value


def _column_shorthand(value: object) -> object:
    return value if isinstance(value, dict) else {"any": _listed(value)}  # pyright: ignore[reportUnknownVariableType]


class Column(_Strict):
    """A column under our name: the names it has in the files, the first that is there is used."""

    any: Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
    optional: bool = False


class Condition(_Strict):
    """What a row's cell has to be; all that is said holds at once. Texts are compared without case."""

    column: str
    is_: Annotated[list[str] | None, BeforeValidator(_listed)] = Field(None, alias="is")
    is_not: Annotated[list[str] | None, BeforeValidator(_listed)] = None
    matches: str | None = None
    not_matches: str | None = None
    blank: bool | None = None
    same_as: str | None = None


Conditions: TypeAlias = Annotated[list[Condition], BeforeValidator(_listed)]


class Check(_Strict):
    """Rows to leave out, and the reason the report gives."""

    when: Conditions
    reason: str
    cure: str = ""


class Value(_Strict):
    """One value of a row: a column, a template or a constant, then what is done to it, in the order of the fields."""

    column: str | None = None
    template: str | None = None
    constant: str | int | float | bool | list[str] | None = None
    when: Conditions = []
    split: str | None = None
    extract: str | None = None
    table: str | None = None
    default: str | None = None
    order: Order | None = None
    pivot: int | None = None
    decimal: Literal[".", ","] = "."
    bad: Literal["reject", "skip"] = "reject"

    @model_validator(mode="after")
    def _has_one_origin(self) -> "Value":
        if sum(origin is not None for origin in (self.column, self.template, self.constant)) != 1:
            raise ValueError("says more or less than one of column, template and constant")
        return self


SomeValue: TypeAlias = Annotated[Value, BeforeValidator(_value_shorthand)]
Values: TypeAlias = Annotated[list[SomeValue], BeforeValidator(_listed)]


class Find(_Strict):
    """One way to find a link's end: nodes of a type whose property, or any name, is a value.

    `also` names a table of other values for the same thing, asked where the value finds nothing.
    `unidentified` takes only a node without `same_as`: one name may stand for two identifiers.
    """

    type: str
    by: str
    value: SomeValue
    also: str | None = None
    unidentified: bool = False


class Create(_Strict):
    """What is made where a link's end is not found."""

    id: str
    fields: dict[str, Values] = {}


class LinkSpec(_Strict):
    """A link: to an id, to another entity of the same row, or to what a look-up finds."""

    to: Annotated[Value | None, BeforeValidator(_value_shorthand)] = None
    entity: str | None = None
    find: Annotated[list[Find], BeforeValidator(_listed)] = []
    missing: Missing = "reject"
    create: Create | None = None
    when: Conditions = []
    props: dict[str, SomeValue] = {}

    @model_validator(mode="after")
    def _has_one_end(self) -> "LinkSpec":
        if sum(bool(end) for end in (self.to, self.entity, self.find)) != 1:
            raise ValueError("says more or less than one of to, entity and find")
        if (self.missing == "create") != (self.create is not None):
            raise ValueError('missing = "create" and a create table belong together')
        return self


class EntitySpec(_Strict):
    """One node per row; with `once` one for the file; with `shared` one for all rows that tell of it, as the first.

    `same` names a property by whose value an existing node is taken for the record, before the id is;
    `missing` says what happens to a row for which there is none.
    """

    type: str
    id: str
    name: str = ""
    same: str | None = None
    missing: Missing = "create"
    state: str | None = None
    marking: str | None = None
    once: bool = False
    shared: bool = False
    when: Conditions = []
    fields: dict[str, Values] = {}
    links: dict[str, Annotated[list[LinkSpec], BeforeValidator(_listed)]] = {}
    translation: dict[str, str] = {}


class SheetSpec(_Strict):
    """Rows of one type, read as a table at the desk is: links may be names, words in any case, several with `;`.

    `fields` says of the file's columns which field each is.
    """

    type: str
    order: Order | None = None
    fields: Annotated[dict[str, str], Field(min_length=1)]


class Refuse(_Strict):
    """A value that a table knows and does not take, with the reason."""

    refuse: str


class Mapping(_Strict):
    """A whole mapping. `source` names the import source, whatever the file is called."""

    source: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    about: str = ""
    format: Literal["table", "json"] = "table"
    rows: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    columns: dict[str, Annotated[Column, BeforeValidator(_column_shorthand)]] = {}
    tables: dict[str, dict[str, str | Refuse]] = {}
    skip: list[Check] = []
    refuse: list[Check] = []
    entities: list[EntitySpec] = []
    sheet: SheetSpec | None = None

    @model_validator(mode="after")
    def _makes_something(self) -> "Mapping":
        if bool(self.entities) == bool(self.sheet):
            raise ValueError("It says more or less than one of entities and sheet")
        if self.sheet and (self.columns or self.format != "table"):
            raise ValueError("A sheet says its columns itself, under [sheet.fields]")
        return self


def shipped() -> dict[str, str]:
    """The names of the shipped mappings, each with its sentence."""
    return {name: load_shipped(name).about for name in _shipped_names()}


def load_shipped(name: str) -> Mapping:
    """A shipped mapping by its name; raises MappingError."""
    names = _shipped_names()
    if name not in names:
        guess = nearest(name, names)
        cure = (
            f'Did you mean "{guess}"?'
            if guess
            else f"There are {', '.join(names)}; a mapping of your own ends in .toml."
        )
        raise MappingError(name, "", "There is no mapping of this name.", cure)
    return parse((SHIPPED / f"{name}.toml").read_text("utf-8"), f"{name}.toml")


def load(name_or_path: str) -> Mapping:
    """A mapping from a TOML file, or a shipped one by its name."""
    if not name_or_path.endswith(".toml"):
        return load_shipped(name_or_path)
    path = Path(name_or_path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise MappingError(str(path), "", "There is no such file.", "Check the name and the folder.") from None
    except (OSError, UnicodeError) as error:
        raise MappingError(path.name, "", f"The mapping cannot be read: {error}.", "Save it as UTF-8.") from None
    return parse(text, path.name)


def parse(text: str, where: str) -> Mapping:
    """A mapping from its TOML; raises MappingError with the key and the cure."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(where, "", f"This is not TOML: {error}.", "Correct the line.") from None
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise _first_fault(error, where) from None


def _first_fault(error: ValidationError, where: str) -> MappingError:
    fault = error.errors(include_url=False)[0]
    place = [str(step) for step in fault["loc"] if not _is_internal(step)]
    key = ".".join(place)
    match fault["type"]:
        case "extra_forbidden":
            guess = nearest(place[-1], _all_keys())
            return MappingError(where, key, "There is no such key.", f'Did you mean "{guess}"?' if guess else "")
        case "missing":
            return MappingError(where, key, "It is missing.", "Add it.")
        case _:
            message = fault["msg"].removeprefix("Value error, ")
            return MappingError(where, key, f"{message}.")


def _is_internal(step: int | str) -> bool:
    return isinstance(step, str) and step.startswith(("function-", "Value", "list[", "Refuse"))


def _all_keys() -> set[str]:
    models: tuple[type[BaseModel], ...] = (
        Mapping,
        SheetSpec,
        EntitySpec,
        LinkSpec,
        Create,
        Find,
        Value,
        Check,
        Condition,
        Column,
    )
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def _shipped_names() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in SHIPPED.iterdir() if entry.name.endswith(".toml"))
