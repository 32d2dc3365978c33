"""The shape of questions: what a statement's text follows from, apart from the values that are its parameters.

Questions of one shape share one compiled statement. `Shaped` reads the shape and the values out of a question; its
template has a `Slot` where each of those values stood, and the compilers bind slots as they bind values.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from graph.store.select import And, Cmp, Filter, Follow, Near, Not, Or, Rel, Select, Shape

if TYPE_CHECKING:
    from graph.store.questions import Compiled

#: Characters of the statements that an engine keeps, the most recently asked, and what each weighs beside its text.
KEPT_CHARACTERS, BESIDE = 8_000_000, 4_000

_VALUE = "value"


def value(default: object) -> Any:
    """A field of a question that is a value where it is not empty; all others belong to the shape."""
    return field(default=default, metadata={_VALUE: True})


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value that is known only when a question is asked, and what becomes of it before it is bound."""

    position: int
    steps: tuple[Callable[[object], object], ...] = ()

    def then(self, step: Callable[[object], object]) -> "Slot":
        """The same value after one more step, which may refuse it by raising InvalidValue."""
        return Slot(self.position, (*self.steps, step))

    def fill(self, values: Sequence[object]) -> object:
        value = values[self.position]
        for step in self.steps:
            value = step(value)
        return value


class Shaped:
    """A question that is equal to all others of its shape, so that it can stand for it in a cache."""

    __slots__ = ("_hash", "key", "question", "values")

    def __init__(self, question: "Compiled") -> None:
        self.question: Compiled = question
        self.values: list[object] = []
        if isinstance(question, Select):
            self.key: Hashable = _select(question, self.values)
        else:
            self.key = _key(question, self.values)
        self._hash = hash(self.key)

    @staticmethod
    def of(question: "Compiled | Shaped") -> "Shaped":
        """The shape of a question, which who asks it again may keep."""
        return question if isinstance(question, Shaped) else Shaped(question)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shaped) and self.key == other.key

    def template(self, before: int = 0) -> "Compiled":
        """The question with slots in place of its values; `before` is how many values stand before its own."""
        if isinstance(self.question, Select):
            return _Slots(before - 1).select(self.question)
        template: Compiled = _Lifting(before, []).lift(self.question)
        return template


def _select(one: Select, values: list[object]) -> Hashable:
    after = None
    if one.after is not None:
        after = tuple([value is None for value in one.after])
        values += [value for value in one.after if value is not None]
    if one.limit is not None:
        values.append(one.limit)
    return (
        one.entity, one.order, after, one.backward, one.limit is None, one.rows, one.keys, one.total, one.facets,
        one.form, one.each_type,
        None if one.where is None else _filter(one.where, values),
        _shape(one.shape, values),
        tuple([(name, _shape(shape, values)) for name, shape in one.cases]),
    )  # fmt: skip


def _shape(shape: Shape, values: list[object]) -> Hashable:
    links = tuple([(name, one.field, one.props, _select(one.select, values)) for name, one in shape.links])
    return shape.props, links, shape.order


def _filter(where: Filter, values: list[object]) -> Hashable:
    match where:
        case Cmp(prop, op, value):
            if _is_structure(where):
                return prop, op, value
            values.append(value)
            return prop, op
        case Near():
            values.append(where)
            return "near"
        case Rel(quantifier, field, inner):
            return quantifier, field, None if inner is None else _filter(inner, values)
        case Not(of):
            return "not", _filter(of, values)
        case And(of) | Or(of):
            return type(where), tuple([_filter(part, values) for part in of])


def _is_structure(where: Cmp) -> bool:
    """Whether a statement says something else for another value: it asks for null or not, or for nothing at all."""
    return where.op == "isNull" or where.value is None


def _key(one: Any, values: list[object]) -> Hashable:
    """The shape of a question of any kind, and of what it is made of; which fields are values its class declares."""
    match one:
        case str() | int() | float() | None:
            return one
        case tuple():
            return tuple([_key(part, values) for part in cast("tuple[object, ...]", one)])
        case Select():
            return _select(one, values)
        case Cmp() | Near():
            return _filter(one, values)
        case _ if is_dataclass(one):
            kind: Any = type(one)
            found: list[Hashable] = [kind]
            for name, is_value in _fields(kind):
                part = getattr(one, name)
                if is_value and part:
                    values.append(part)
                    found.append(Slot)
                else:
                    found.append(_key(part, values))
            return tuple(found)
        case _:
            return cast("Hashable", one)


_FIELDS: dict[type, tuple[tuple[str, bool], ...]] = {}


def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a class of questions, and whether each is a value where it is not empty."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple([(one.name, bool(one.metadata.get(_VALUE))) for one in fields(kind)])
    return _FIELDS[kind]


class _Slots:
    """Replaces values in the order in which the shape was read."""

    def __init__(self, position: int) -> None:
        self.position = position

    def slot(self) -> Slot:
        self.position += 1
        return Slot(self.position)

    def select(self, one: Select) -> Select:
        after = None if one.after is None else tuple([None if v is None else self.slot() for v in one.after])
        limit = None if one.limit is None else self.slot()
        where = None if one.where is None else self.filter(one.where)
        shape = self.shape(one.shape)
        cases = tuple([(name, self.shape(case)) for name, case in one.cases])
        return replace(one, after=after, limit=limit, where=where, shape=shape, cases=cases)  # type: ignore[arg-type]

    def shape(self, shape: Shape) -> Shape:
        links = tuple([(name, self.follow(one)) for name, one in shape.links])
        return replace(shape, links=links)

    def follow(self, one: Follow) -> Follow:
        return replace(one, select=self.select(one.select))

    def filter(self, where: Filter) -> Filter:
        match where:
            case Cmp():
                return where if _is_structure(where) else replace(where, value=self.slot())  # type: ignore[arg-type]
            case Near():
                slot: Any = self.slot()
                return Near(slot, slot, slot)
            case Rel(where=inner):
                return where if inner is None else replace(where, where=self.filter(inner))
            case Not(of):
                return Not(self.filter(of))
            case And(of) | Or(of):
                return type(where)(tuple([self.filter(part) for part in of]))


class _Lifting:
    """Takes the values out of a question of any kind and leaves slots; which fields are values its class declares."""

    def __init__(self, before: int, values: list[object]) -> None:
        self.before, self.values = before, values

    def lift(self, one: Any) -> Any:
        match one:
            case Select():
                before = self.before + len(self.values)
                _select(one, self.values)
                return _Slots(before - 1).select(one)
            case Cmp():
                return one if _is_structure(one) else replace(one, value=self.slot(one.value))
            case Near():
                slot = self.slot(one)
                return Near(slot, slot, slot)
            case tuple():
                return tuple([self.lift(part) for part in cast("tuple[object, ...]", one)])
            case _ if is_dataclass(one):
                changes = {part.name: self._part(getattr(one, part.name), part.metadata) for part in fields(one)}
                return replace(cast("Any", one), **changes)
            case _:
                return cast("object", one)

    def _part(self, value: object, said: Mapping[Any, Any]) -> object:
        return self.slot(value) if value and said.get(_VALUE) else self.lift(value)

    def slot(self, value: object) -> Any:
        self.values.append(value)
        return Slot(self.before + len(self.values) - 1)
