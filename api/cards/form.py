"""A form for a card's variables: things are picked by name, words of a vocabulary from a list, days from a calendar."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLScalarType,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    parse,
    print_ast,
)

from api.cards.card import Card
from api.cards.words import worded
from api.labels import labels
from api.plan.searching import Searcher
from api.schema import Contract
from graph.model import Model
from graph.search.index import Query
from graph.store.port import GraphStore
from graph.store.select import Order, Select, Viewer, by_ids, shape_of
from graph.story.audiences import plannable
from graph.story.rows import rows_of
from graph.story.settings import AudiencePolicy

#: How many things a list offers; where there are more they are narrowed down by words.
MOST = 300
NARROW = "find."
_NUMBERS = ("Int", "Float", "BigInt")
_INPUTS = {"Date": "date", "Int": "number", "BigInt": "number", "Float": "decimal", "Boolean": "flag"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field offers."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form. `kind` is pick, choice, date, number, decimal, flag, json or text.

    `narrowed` holds the words by which the choices were narrowed down, None where all are offered.
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


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: its fields, and the values of the variables; `sound` where none is refused."""

    inputs: tuple[Input, ...]
    variables: Mapping[str, object]

    @property
    def sound(self) -> bool:
        return not any(one.problem for one in self.inputs)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who fills a form in: what is seen, the language of the labels, and the words of the pages."""

    store: GraphStore
    viewer: Viewer
    searcher: Searcher
    lang: str
    told: Mapping[str, Any]


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
            except ValueError as error:
                problem = str(error)
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
        if self.entity:
            return "pick"
        if isinstance(self.kind, GraphQLEnumType):
            return "choice"
        if isinstance(self.kind, GraphQLScalarType):
            return _INPUTS.get(self.kind.name, "text")
        return "json"

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
            choices, narrowed = _things(self.entity, chosen, narrow, reader)
        return Input(
            self.name, named or label or worded(self.name, reader.lang), self.control, shown, self.many, self.required,
            choices, narrowed, problem,
        )  # fmt: skip


def _listed(value: object) -> list[object]:
    """A value as a list; nothing is an empty one."""
    if isinstance(value, list):
        return cast("list[object]", value)
    return [] if value is None else [value]


def _things(entity: str, chosen: Sequence[str], narrow: str, reader: Reader) -> tuple[tuple[Choice, ...], str | None]:
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
