"""A form for a card's variables: things, languages and places are picked by name, days from a calendar."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLScalarType,
    GraphQLString,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    parse,
    print_ast,
)

from api.cards.card import Card
from api.cards.choosing import Choice, Reader, languages, places, things
from api.cards.words import when, worded
from api.schema import Contract
from graph.model import Model

NARROW = "find."
_NUMBERS = ("Int", "Float", "BigInt")
_INPUTS = {
    "Date": "date",
    "DateTime": "time",
    "Int": "number",
    "BigInt": "number",
    "Float": "decimal",
    "Boolean": "flag",
    "Locale": "pick",
}
#: Variables that hold codes of countries, regions and groups of states.
_PLACES = frozenset({"territories", "region"})
#: What a browser sends of a moment, and what makes one of UTC of that.
_MINUTE = len("2026-01-01T00:00")


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form. `kind` is pick, choice, date, time, number, decimal, flag, json or text.

    `narrowed` holds the words by which the choices were narrowed down, None where all are offered. `said` is the value
    as the language of the page writes it.
    """

    name: str
    label: str
    kind: str
    value: str
    many: bool
    required: bool
    choices: tuple[Choice, ...] = ()
    narrowed: str | None = None
    problem: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: its fields, and the values of the variables; `sound` where none is refused."""

    inputs: tuple[Input, ...]
    variables: Mapping[str, object]

    @property
    def sound(self) -> bool:
        return not any(one.problem for one in self.inputs)


def fill(contract: Contract, card: Card, given: Mapping[str, Sequence[str]], reader: Reader) -> Filled:
    """The form of a card, filled with what was given; a variable of which nothing was given has the card's value."""
    inputs: list[Input] = []
    variables: dict[str, object] = {}
    for definition in _definitions(card):
        name = definition.variable.name.value
        field = _Variable(contract, card, definition)
        sent = [one for one in given.get(name, ()) if one.strip()]
        value: object = card.variables.get(name)
        problem = ""
        if name in given:
            try:
                value = field.value(sent)
            except ValueError:
                problem = reader.told["card"]["wrong"][field.control].format(value=sent[0])
        if not problem and (value is not None or name in given):
            variables[name] = value
        inputs.append(field.input(value, sent, problem, given.get(NARROW + name, ("",))[0], reader))
    return Filled(tuple(inputs), {name: value for name, value in variables.items() if value is not None})


def _definitions(card: Card) -> Sequence[VariableDefinitionNode]:
    try:
        document = parse(card.query)
    except GraphQLError:
        # What is wrong with it is said where it is asked.
        return ()
    first = next((one for one in document.definitions if isinstance(one, OperationDefinitionNode)), None)
    return (first.variable_definitions or ()) if first else ()


class _Variable:
    """A variable of a card: what kind of values it takes."""

    def __init__(self, contract: Contract, card: Card, definition: VariableDefinitionNode) -> None:
        self.name = definition.variable.name.value
        told = definition.type
        self.required = isinstance(told, NonNullTypeNode)
        told = told.type if isinstance(told, NonNullTypeNode) else told
        self.many = isinstance(told, ListTypeNode)
        self.kind: Any = contract.core.get_type(print_ast(told).strip("[]!"))
        self.entity = self._entity(contract.model, card.variables.get(self.name))

    @staticmethod
    def _entity(model: Model, value: object) -> str | None:
        """The type of the thing that the card's own value names."""
        first = next(iter(_listed(value)), None)
        prefix = first.partition(":")[0] if isinstance(first, str) and ":" in first else ""
        entity = model.by_prefix.get(prefix)
        return entity.name if entity else None

    @property
    def control(self) -> str:
        if self.entity or self.places:
            return "pick"
        if isinstance(self.kind, GraphQLEnumType):
            return "choice"
        if isinstance(self.kind, GraphQLScalarType):
            return _INPUTS.get(self.kind.name, "text")
        return "json"

    @property
    def places(self) -> bool:
        return self.kind is GraphQLString and self.name in _PLACES

    def value(self, sent: Sequence[str]) -> object:
        """The value of what was sent; ValueError says what is wrong with it."""
        if self.control == "flag":
            return "yes" in sent
        if self.control == "json":
            return json.loads(sent[0]) if sent else None
        parts = [one.strip() for text in sent for one in (text.split(";") if self.many else [text])]
        values = [self._one(one) for one in parts if one]
        if self.many:
            return values
        return values[0] if values else None

    def _one(self, text: str) -> object:
        kind = self.kind.name if isinstance(self.kind, GraphQLScalarType) else ""
        if kind in _NUMBERS:
            return float(text) if kind == "Float" else int(text)
        if kind == "Date":
            return date.fromisoformat(text).isoformat()
        if kind == "DateTime":
            written = f"{text}:00Z" if len(text) == _MINUTE else text
            datetime.fromisoformat(written)
            return written
        return text

    def input(self, value: object, sent: Sequence[str], problem: str, narrow: str, reader: Reader) -> Input:
        chosen = [
            str(one) for one in (cast("list[object]", value) if isinstance(value, list) else [value]) if one is not None
        ]
        shown = (
            "; ".join(sent if problem else chosen) if self.control != "json" else json.dumps(value, ensure_ascii=False)
        )
        label = reader.told["one"].get(self.entity) if self.entity else None
        named = reader.told["card"]["labels"].get(self.name)
        choices: tuple[Choice, ...] = ()
        narrowed = None
        if isinstance(self.kind, GraphQLEnumType):
            types = reader.told["one"]
            choices = tuple(
                Choice(one, types.get(one) or worded(one, reader.lang), one in chosen) for one in self.kind.values
            )
        elif self.entity:
            choices, narrowed = things(self.entity, chosen, narrow, reader)
        elif self.places:
            choices = places(chosen, reader.lang)
        elif self.control == "pick":
            choices = languages(chosen, reader)
        return Input(
            self.name, named or label or worded(self.name, reader.lang), self.control, shown, self.many, self.required,
            choices, narrowed, problem, shown if problem else "; ".join(when(one, reader.lang) for one in chosen),
        )  # fmt: skip


def _listed(value: object) -> list[object]:
    """A value as a list; nothing is an empty one."""
    if isinstance(value, list):
        return cast("list[object]", value)
    return [] if value is None else [value]
