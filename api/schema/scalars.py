"""Scalars: each kind of value has one, and what comes in is checked by the kind itself."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from graph.errors import InvalidValue
from graph.model import Kind, Prop
from graph.model.kinds import (
    BIG,
    BOOLEAN,
    CODE,
    DATE,
    DAYS,
    EDTF,
    FLOAT,
    ID,
    INSTANT,
    INTEGER,
    JSON,
    LATITUDE,
    LOCALE,
    LONGITUDE,
    NAME,
    PARTIAL_DATE,
    RULES,
    SHARE,
    STRING,
    TEXT,
    URL,
    Big,
    Edtf,
    Json,
    Locale,
    PartialDate,
    Url,
)

#: What a kind is in GraphQL, as an annotation that Strawberry knows.
ANNOTATIONS: dict[Kind, object] = {
    ID: strawberry.ID,
    NAME: str,
    TEXT: str,
    STRING: str,
    CODE: str,
    URL: Url,
    LOCALE: Locale,
    EDTF: Edtf,
    DATE: date,
    INSTANT: datetime,
    INTEGER: int,
    BIG: Big,
    FLOAT: float,
    LATITUDE: float,
    LONGITUDE: float,
    PARTIAL_DATE: PartialDate,
    SHARE: float,
    BOOLEAN: bool,
    JSON: Json,
    RULES: Json,
    DAYS: Json,
}


def checked(kind: Kind) -> Callable[[object], object]:
    """A parser for values from outside that answers a refusal as GraphQL does."""

    def parse(value: object) -> object:
        try:
            return kind.check(value)
        except InvalidValue as error:
            raise GraphQLError(str(error)) from None

    return parse


def _scalar(name: str, kind: Kind, doc: str, specified_by: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=doc, specified_by_url=specified_by, parse_value=checked(kind))


SCALARS: Mapping[object, ScalarDefinition] = {
    date: _scalar("Date", DATE, "A day, as 2026-08-17.", "https://www.rfc-editor.org/rfc/rfc3339"),
    datetime: _scalar(
        "DateTime", INSTANT, "A moment in UTC, as 2026-08-17T09:00:00.000Z.", "https://www.rfc-editor.org/rfc/rfc3339"
    ),
    Edtf: _scalar(
        "Edtf",
        EDTF,
        "A date of the Extended Date/Time Format, levels 0 and 1, as 1976/1978, 19XX or 2021-05~.",
        "https://www.loc.gov/standards/datetime/",
    ),
    PartialDate: _scalar(
        "PartialDate",
        PARTIAL_DATE,
        "A day, a month or a year, as 2026-08-17, 2026-08 or 2026; a month stands for its beginning, a year too.",
    ),
    Locale: _scalar(
        "Locale", LOCALE, "A language tag, as id, zh-Hans or pt-BR.", "https://www.rfc-editor.org/info/bcp47"
    ),
    Url: _scalar("Url", URL, "A web address.", "https://www.rfc-editor.org/rfc/rfc3986"),
    Big: _scalar("BigInt", BIG, "A whole number of up to 53 bits, which JSON carries exactly."),
    Json: strawberry.scalar(
        name="JSON", description="Any JSON value.", specified_by_url="https://www.rfc-editor.org/rfc/rfc8259"
    ),
}


def annotation_of(prop: Prop) -> object:
    """The scalar of one value of a property that holds no vocabulary."""
    return ANNOTATIONS[prop.kind]
