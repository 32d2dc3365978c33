"""Former ids in what is asked: where a question is refused, it is asked again of what they lead to now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model import Model
from graph.store.ids import type_of
from graph.store.moved import moved_to

A = TypeVar("A")
G = TypeVar("G")


def following(asking: Asking, given: G, ask: Callable[[G], A]) -> A:
    """What `ask` answers to a dataclass of arguments, or to the same with what its former ids lead to.

    They are looked up only where it refuses. What it then says of an id that the caller did not name is not told, as
    that may be out of sight.
    """
    try:
        return ask(given)
    except InvalidValue as refused:
        asking.statements += 1
        leads = moved_to(asking.store, _ids(given, asking.store.model))
        if not leads:
            raise
        try:
            return ask(_led(given, leads))
        except InvalidValue as again:
            if any(id in str(again) for id in leads.values()):
                raise refused from None
            raise


def _ids(value: object, model: Model) -> Iterator[str]:
    if isinstance(value, str):
        if type_of(model, value) is not None:
            yield value
    elif isinstance(value, tuple):
        for one in cast("tuple[object, ...]", value):
            yield from _ids(one, model)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _ids(getattr(value, each.name), model)


def _led(value: object, leads: Mapping[str, str]) -> Any:
    """The same arguments with each former id by the one it leads to; vocabularies are texts and no ids."""
    if type(value) is str:
        return leads.get(value, value)
    if isinstance(value, tuple):
        return tuple(_led(one, leads) for one in cast("tuple[object, ...]", value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _led(getattr(value, one.name), leads) for one in fields(value)})
    return value
