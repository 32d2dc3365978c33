"""Strawberry types made one by one: a class stands empty until every class it names exists."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import GenericAlias
from typing import Any, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.model.deprecated import Deprecated


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field."""

    name: str
    annotation: Any
    doc: str
    deprecated: Deprecated | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A field of an object or an input."""

    name: str
    annotation: Any
    doc: str
    arguments: tuple[Argument, ...] = ()
    deprecated: Deprecated | None = None


@dataclass(slots=True)
class Book:
    """The types of one contract by name. What is asked for is made once; `finish` fills what was asked for."""

    classes: dict[str, type] = field(default_factory=dict[str, type])
    _unfinished: deque[Callable[[], None]] = field(default_factory=deque[Callable[[], None]])
    _docs: dict[str, str] = field(default_factory=dict[str, str])
    _annotations: dict[Any, StrawberryAnnotation] = field(default_factory=dict[Any, StrawberryAnnotation])

    def object(self, name: str, doc: str, members: Callable[[], Iterable[Member]], *, base: type = object) -> type:
        return self._declare(name, doc, members, lambda cls: strawberry.type(cls, name=name, description=doc), base)

    def interface(self, name: str, doc: str, members: Callable[[], Iterable[Member]], *, base: type) -> type:
        return self._declare(
            name, doc, members, lambda cls: strawberry.interface(cls, name=name, description=doc), base
        )

    def input(self, name: str, doc: str, members: Callable[[], Iterable[Member]], *, one_of: bool = False) -> type:
        """An input; of one that is `one_of` its fields exactly one is given."""
        return self._declare(
            name, doc, members, lambda cls: strawberry.input(cls, name=name, description=doc, one_of=one_of), object
        )

    def enum(self, name: str, doc: str, members: Callable[[], Mapping[str, str | None]]) -> type:
        """An enum whose values are its names; a description may be missing."""
        self._check(name, doc)
        if name not in self.classes:
            self.classes[name] = make_enum(name, doc, members())
        return self.classes[name]

    def finish(self) -> None:
        while self._unfinished:
            self._unfinished.popleft()()

    def _declare(
        self, name: str, doc: str, members: Callable[[], Iterable[Member]], decorate: Callable[[type], type], base: type
    ) -> type:
        self._check(name, doc)
        if name not in self.classes:
            cls = type(name, (base,), {"__annotations__": {}, "__module__": __name__})
            self.classes[name] = cls
            self._unfinished.append(lambda: self._fill(cls, members(), decorate))
        return self.classes[name]

    def _check(self, name: str, doc: str) -> None:
        """One name is one thing; two that are declared apart would stand for each other."""
        if self._docs.setdefault(name, doc) != doc:
            raise TypeError(f"Two types of the contract are called {name}: {self._docs[name]!r} and {doc!r}.")

    def _fill(self, cls: type, members: Iterable[Member], decorate: Callable[[type], type]) -> None:
        for member in members:
            # A prefix keeps `in`, `and` and `from` out of the way of Python's own words.
            python_name = f"f_{member.name}"
            cls.__annotations__[python_name] = self._annotation(member.annotation)
            setattr(cls, python_name, self._field(python_name, member))
        decorate(cls)

    def _field(self, python_name: str, member: Member) -> StrawberryField:
        made = StrawberryField(
            python_name=python_name,
            graphql_name=member.name,
            type_annotation=self._annotation(member.annotation),
            description=member.doc,
            default=strawberry.UNSET,
            deprecation_reason=_reason(member),
        )
        made.arguments = [
            StrawberryArgument(
                f"a_{one.name}",
                one.name,
                self._annotation(one.annotation),
                description=one.doc,
                deprecation_reason=_reason(one),
            )
            for one in member.arguments
        ]
        return made

    def _annotation(self, annotation: Any) -> StrawberryAnnotation:
        """One for all of this type, with its namespace: Strawberry works out each by itself, and without one twice."""
        if annotation not in self._annotations:
            self._annotations[annotation] = StrawberryAnnotation(annotation, namespace=globals())
        return self._annotations[annotation]


def many(annotation: Any) -> Any:
    """A list of these, none of them null."""
    return GenericAlias(list, (annotation,))


def _reason(one: Member | Argument) -> str | None:
    return one.deprecated.reason if one.deprecated else None


_enum: Any = Enum


def make_enum(name: str, doc: str, members: Mapping[str, str | None]) -> type:
    """A GraphQL enum; it is a class of its own, so that the model's vocabularies stay as they are."""
    values = {key: strawberry.enum_value(key, description=text) for key, text in members.items()}
    # A class made by a call is beyond what the checkers know of Enum.
    made: Any = _enum(name, values)
    return cast("type", strawberry.enum(made, name=name, description=doc))
