"""Computed questions and fields: arguments from a request, and the way from an answer to what was selected of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from graphql.language import FieldNode

from api.plan.errors import Code, refused
from api.plan.later import Entities, Fields
from api.plan.leaves import Getter
from api.plan.limits import Limits
from api.plan.needs import NodeNeeds
from api.plan.reading import Arguments, Ask, Reading, Sets, Waiting, subselections
from api.plan.shaping import constant
from api.schema.names import camel, singular
from api.schema.told import declared_fields, entity_of, item_of, python_names, without_none
from graph.asking import Asking, Computed, Given, Question, Stream
from graph.errors import InvalidValue
from graph.leading import following
from graph.model import ANY, Model
from graph.model.kinds import instant
from graph.sentence import sentence
from graph.store.ids import check_id

Bind = Callable[[Ask], Getter]
NodePlanner = Callable[[Reading, NodeNeeds, Sets], Bind]

#: What a computed answer is priced at beside the entities it may name: it asks the store a few times.
COMPUTED_OBJECTS = 10
#: Years that are reckoned with; others are slips, such as 0026 for 2026, and days around them may not be there.
_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class Told:
    """A question of an operation: what it is given, its price, and the way from the answer to its value."""

    question: Question[Any]
    given: Callable[[Ask], Any]
    bind: Bind
    places: tuple[Entities, ...]
    arguments: Arguments

    def key(self, ask: Ask) -> str | None:
        """What an action stands for, so that it is done once."""
        given: Mapping[str, Any] = self.arguments(ask) if self.question.once else {}
        return given.get("idempotencyKey")

    def objects(self, ask: Ask) -> int:
        return _price(self.question.size(self.given(ask)), self.places, ask)

    def answer(self, ask: Ask, asking: Asking) -> object:
        """What it answers; former ids lead to what bears them now."""
        return following(asking, self.given(ask), partial(self.question.ask, asking))


def plan_told(
    reading: Reading, owner: str, question: Question[Any], nodes: tuple[FieldNode, ...], plan_node: NodePlanner
) -> Told:
    """The plan of a root field that is computed."""
    places: list[Entities] = []
    bind = _telling(_Telling(reading, plan_node, places), question.answer, subselections(nodes))
    given = _given(reading, owner, question.given, nodes[0])
    return Told(question, given, bind, tuple(places), reading.arguments(owner, nodes[0]))


@dataclass(frozen=True, slots=True)
class ToldStream:
    """A stream that is subscribed to, its price for each event, and the way from an event to its value."""

    stream: Stream[Any]
    given: Callable[[Ask], Any]
    bind: Bind
    places: tuple[Entities, ...]

    def objects(self, ask: Ask) -> int:
        return _price(self.stream.size(self.given(ask)), self.places, ask)


def plan_told_stream(
    reading: Reading, owner: str, stream: Stream[Any], nodes: tuple[FieldNode, ...], plan_node: NodePlanner
) -> ToldStream:
    """The plan of a root field that is followed."""
    places: list[Entities] = []
    bind = _telling(_Telling(reading, plan_node, places), stream.answer, subselections(nodes))
    return ToldStream(stream, _given(reading, owner, stream.given, nodes[0]), bind, tuple(places))


@dataclass(frozen=True, slots=True)
class ToldField:
    """A computed field of an entity, read from rows by their ids."""

    place: Fields
    bind: Bind
    places: tuple[Entities, ...]
    empty: object

    def objects(self, ask: Ask) -> int:
        return _price(self.place.computed.size(self.place.given(ask)), self.places, ask)

    def bind_row(self, ask: Ask) -> Getter:
        """From a row with its id to the value."""
        later, told, place = _later(ask), self.bind(ask), self.place
        if self.empty is not None and not self.places:
            return lambda row: later.hole(place, row["id"], told)

        def get(row: Any) -> object:
            found = later.get(place, row["id"])
            return self.empty if found is None else told(found)

        return get


def plan_told_field(
    reading: Reading, owner: str, computed: Computed[Any], nodes: tuple[FieldNode, ...], plan_node: NodePlanner
) -> ToldField:
    """The plan of a computed field of an entity."""
    places: list[Entities] = []
    bind = _telling(_Telling(reading, plan_node, places), computed.answer, subselections(nodes))
    given = _given(reading, owner, computed.given, nodes[0])
    inner, optional = without_none(computed.answer)
    empty: object = None if optional or item_of(inner) is None else []
    return ToldField(Fields(computed, given), bind, tuple(places), empty)


def _later(ask: Ask) -> Waiting:
    assert ask.later is not None  # noqa: S101 - the executor gives it to every operation that computes
    return ask.later


def _price(size: int, places: tuple[Entities, ...], ask: Ask) -> int:
    return COMPUTED_OBJECTS + size * (1 + sum(place.needs.objects(ask) for place in places))


@dataclass(frozen=True, slots=True)
class _Telling:
    """What planning the parts of an answer needs, and the places that it finds."""

    reading: Reading
    plan_node: NodePlanner
    places: list[Entities]


def _telling(telling: _Telling, annotation: Any, sets: Sets) -> Bind:
    """How a value of an answer becomes one of the response."""
    inner, _ = without_none(annotation)
    entity, item = entity_of(inner), item_of(inner)
    if entity:
        return _entity(telling, entity, sets)
    if item is not None:
        return _list(_telling(telling, item, sets), entities=entity_of(item) is not None)
    return _object(telling, inner, sets) if is_dataclass(inner) else (lambda _ask: _leaf(inner))


def _entity(telling: _Telling, entity: str, sets: Sets) -> Bind:
    needs = NodeNeeds(entity)
    bind_node = telling.plan_node(telling.reading, needs, sets)
    needs.every.prop("id")
    place = Entities(needs)
    telling.places.append(place)

    def bind(ask: Ask) -> Getter:
        node, later = bind_node(ask), _later(ask)

        def get(id: Any) -> object:
            row = None if id is None else later.get(place, id)
            return None if row is None else node(row)

        return get

    return bind


def _list(bind_item: Bind, *, entities: bool) -> Bind:
    def bind(ask: Ask) -> Getter:
        item = bind_item(ask)
        if entities:
            return lambda values: [one for value in values if (one := item(value)) is not None]
        return lambda values: None if values is None else [item(value) for value in values]

    return bind


def _object(telling: _Telling, declared: Any, sets: Sets) -> Bind:
    names = python_names(declared)
    annotations = {one.name: annotation for one, annotation in declared_fields(declared)}
    parts: list[tuple[str, Bind]] = []
    for key, nodes in telling.reading.fields(declared.__name__, sets).items():
        field = nodes[0].name.value
        if field == "__typename":
            parts.append((key, lambda _ask: constant(declared.__name__)))
        else:
            name = names[field]
            inner = _telling(telling, annotations[name], subselections(nodes))
            parts.append((key, _attribute(name, inner)))

    def bind(ask: Ask) -> Getter:
        pairs = [(key, part(ask)) for key, part in parts]
        return lambda value: None if value is None else {key: get(value) for key, get in pairs}

    return bind


def _attribute(name: str, bind_inner: Bind) -> Bind:
    def bind(ask: Ask) -> Getter:
        inner = bind_inner(ask)
        return lambda value: inner(getattr(value, name))

    return bind


def _leaf(annotation: Any) -> Getter:
    if annotation is datetime:
        return lambda value: None if value is None else instant(value.isoformat())
    if annotation is date:
        return lambda value: None if value is None else value.isoformat()
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return lambda value: None if value is None else value.value
    return lambda value: value


def _given(reading: Reading, owner: str, declared: Any, node: FieldNode) -> Callable[[Ask], Any]:
    """The arguments of a field as the dataclass that declares them."""
    arguments: Arguments = reading.arguments(owner, node)
    making = _Making(reading.contract.model, reading.limits)

    def given(ask: Ask) -> Any:
        try:
            return making.made(declared, arguments(ask), "")
        except InvalidValue as error:
            raise refused(Code.BAD_ARGUMENT, error.told, node) from None

    return given


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes what is given to a question of coerced arguments; raises InvalidValue."""

    model: Model
    limits: Limits

    @property
    def types(self) -> Mapping[str, str]:
        """Types by the names of their fields."""
        return {singular(name): name for name in self.model.types}

    def made(self, declared: Any, values: Mapping[str, Any], path: str) -> Any:
        found: dict[str, object] = {}
        for one, annotation in declared_fields(declared):
            name = camel(one.name)
            if values.get(name) is not None:
                found[one.name] = self.value(annotation, values[name], f"{path}{name}")
            elif one.default is MISSING and without_none(annotation)[1]:
                found[one.name] = None
        return declared(**found)

    def value(self, annotation: Any, value: Any, path: str) -> Any:
        inner, _ = without_none(annotation)
        entity, item = entity_of(inner), item_of(inner)
        if entity:
            return self.id(entity, value, path)
        if item is not None:
            self.bound(value, path)
            return tuple(self.value(item, one, f"{path}[{number}]") for number, one in enumerate(value))
        if inner is Given:
            [(field, values)] = value.items()
            return Given(self.types[field], values)
        if is_dataclass(inner):
            return self.made(inner, value, f"{path}.")
        found = leaf_of(inner, getattr(value, "value", value))
        if isinstance(found, date) and found.year not in _YEARS:
            first, last = _YEARS[0], _YEARS[-1]
            told = sentence("{value} is not in the years {first} to {last}.", value=value, first=first, last=last)
            raise InvalidValue(told, path=path, cure=sentence("Mend the year."))
        return found

    def bound(self, values: Sequence[object], path: str) -> None:
        if len(values) > self.limits.ids:
            raise InvalidValue(
                f"{len(values)} are given; {self.limits.ids} are allowed.", path=path, cure="Ask in several requests."
            )

    def id(self, entity: str, value: str, path: str) -> str:
        try:
            check_id(self.model, value, None if entity == ANY else entity)
        except InvalidValue as error:
            raise InvalidValue(error.reason, path=path, cure=error.cure) from None
        return value


def leaf_of(kind: Any, value: Any) -> Any:
    """A leaf from JSON."""
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value
