"""Computed questions in the contract: types from the dataclasses that declare arguments and answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Optional, Union, get_args, get_origin, get_type_hints

import strawberry

from api.schema.book import Argument, Book, Member, many
from api.schema.entity_inputs import any_input
from api.schema.names import camel
from api.schema.vocabularies import vocabulary
from graph.asking import Computed, Given, Of, Question, Stream
from graph.model import ANY, Model

INPUT = "Input"
KEY = Argument(
    "idempotencyKey",
    Optional[str],
    "A text of your own that stands for this write. Sent again within a day it is not written again.",
)


class Shown:
    """The types of answers, given those of entities."""

    def __init__(self, book: Book, objects: Any) -> None:
        self.book, self.objects = book, objects

    def member(self, asked: Question[Any] | Computed[Any] | Stream[Any]) -> Member:
        """The field of a question."""
        arguments = (*self._arguments(asked.given), *((KEY,) if isinstance(asked, Question) and asked.once else ()))
        return Member(camel(asked.name), self.output(asked.answer), asked.doc, arguments)

    def output(self, annotation: Any, *, listed: bool = False) -> Any:
        """A value of an answer as Strawberry wants it; an entity may be out of sight, so it is nullable."""
        inner, optional = without_none(annotation)
        entity = entity_of(inner)
        if entity:
            kind = self.objects.type(entity)
            return kind if listed else _nullable(kind)
        item = item_of(inner)
        made: Any = many(self.output(item, listed=True)) if item is not None else self._plain(inner)
        return _nullable(made) if optional else made

    def _plain(self, annotation: Any) -> Any:
        return self._object(annotation) if is_dataclass(annotation) else self._leaf(annotation)

    def _object(self, declared: Any) -> type:
        def members() -> Iterable[Member]:
            for one, annotation in declared_fields(declared):
                yield Member(camel(one.name), self.output(annotation), one.metadata["doc"])

        return self.book.object(declared.__name__, doc_of(declared), members)

    def _arguments(self, given: type) -> Iterator[Argument]:
        for one, annotation in declared_fields(given):
            yield Argument(camel(one.name), self._input(annotation, one), one.metadata["doc"])

    def _input(self, annotation: Any, one: Field[Any] | None = None) -> Any:
        inner, optional = without_none(annotation)
        item = item_of(inner)
        made: Any
        if entity_of(inner):
            made = strawberry.ID
        elif item is not None:
            made = many(self._input(item))
        elif inner is Given:
            made = any_input(self.book, self.objects.catalogue)
        elif is_dataclass(inner):
            made = self._input_object(inner)
        else:
            made = self._leaf(inner)
        left_out = one is not None and one.default is not MISSING
        return _nullable(made) if optional or left_out else made

    def _input_object(self, declared: Any) -> type:
        def members() -> Iterable[Member]:
            for one, annotation in declared_fields(declared):
                yield Member(camel(one.name), self._input(annotation, one), one.metadata["doc"])

        return self.book.input(f"{declared.__name__}{INPUT}", doc_of(declared), members)

    def _leaf(self, annotation: Any) -> Any:
        return vocabulary(self.book, annotation) if _is_vocabulary(annotation) else annotation


def _is_vocabulary(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)


def _nullable(annotation: Any) -> Any:
    return Optional[annotation]


def fits(asked: Question[Any] | Computed[Any] | Stream[Any], model: Model) -> bool:
    """Whether a model has all the types that a question speaks of."""
    owners = {asked.entity} if isinstance(asked, Computed) else set[str]()
    return (owners | _entities(asked.answer, set()) | _entities(asked.given, set())) <= {ANY, *model.types}


def declared_fields(declared: Any) -> Sequence[tuple[Field[Any], Any]]:
    """The fields of a dataclass with their annotations, markings included."""
    return _declared(declared)


@cache
def _declared(declared: Any) -> Sequence[tuple[Field[Any], Any]]:
    hints = get_type_hints(declared, include_extras=True)
    return tuple((one, hints[one.name]) for one in fields(declared))


def doc_of(declared: Any) -> str:
    return " ".join((declared.__doc__ or declared.__name__).split())


def without_none(annotation: Any) -> tuple[Any, bool]:
    """What an annotation says beside None, and whether it says None."""
    if get_origin(annotation) in (Union, UnionType):
        [inner] = [one for one in get_args(annotation) if one is not NoneType]
        return inner, True
    return annotation, False


def entity_of(annotation: Any) -> str | None:
    """The type of entity that an annotation names."""
    if get_origin(annotation) is Annotated:
        return next((one.entity for one in get_args(annotation)[1:] if isinstance(one, Of)), None)
    return None


def item_of(annotation: Any) -> Any:
    """What a tuple holds; None for what is no tuple."""
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None


def _entities(annotation: Any, seen: set[Any]) -> set[str]:
    inner, _ = without_none(annotation)
    entity, item = entity_of(inner), item_of(inner)
    if entity:
        return {entity}
    if item is not None:
        return _entities(item, seen)
    if not is_dataclass(inner) or inner in seen:
        return set()
    seen.add(inner)
    found: set[str] = set()
    for _, one in declared_fields(inner):
        found |= _entities(one, seen)
    return found


def python_names(declared: Any) -> Mapping[str, str]:
    """The names of a dataclass's fields by their names in the contract."""
    return {camel(one.name): one.name for one in fields(declared)}
