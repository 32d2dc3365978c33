"""Actions that are sent again: what came of one is kept with what it wrote, by the key that it was sent with."""

import hashlib
from dataclasses import replace
from typing import Any, cast

import orjson

from api.plan.acting import Acting
from api.plan.reading import Ask
from api.plan.told import Told, leaf_of
from api.plan.wanted import NotWritten, keyed, once_of
from api.schema.told import declared_fields, item_of, without_none
from graph.asking import Question
from graph.store.batch import Once
from graph.store.operational import ONCE, REUSED

_KEY = "idempotencyKey"


def acted(told: Told, ask: Ask, acting: Acting) -> object:
    """What comes of an action; sent again with its key, what came of it."""
    question, given, key = told.question, told.given(ask), told.key(ask)
    tries = getattr(given, "preview", False) or getattr(given, "drill", False)
    answer = question.ask(acting, given) if key is None or tries else _once(question, given, key, acting)
    return question.finish(acting, given, answer) if question.finish else answer


def refused(question: Question[Any], path: str, code: str, message: str) -> Any:
    """The answer that says why nothing was done, and nothing else."""
    return _empty(question.answer, {"path": path, "code": code, "message": message})


def _once(question: Question[Any], given: object, key: str, acting: Acting) -> object:
    try:
        key = keyed(key)
    except NotWritten as error:
        return refused(question, _KEY, "BAD_VALUE", str(error))
    told = orjson.dumps((question.name, given), default=str, option=orjson.OPT_SORT_KEYS)
    once = once_of(acting.writer, key, hashlib.sha256(told).hexdigest())
    kept = _kept(question, once, acting)
    if kept is not None:
        return kept
    acting.once, acting.repeated = once, False
    try:
        answer: Any = question.ask(acting, given)
    finally:
        acting.once = None
    # Who sent it twice at once is answered by what the quicker one did.
    return (_kept(question, once, acting) if answer.errors or acting.repeated else None) or answer


def _kept(question: Question[Any], once: Once, acting: Acting) -> Any:
    """What is kept by the key; None where there is nothing."""
    acting.statements += 1
    entry = acting.store.entries(ONCE, [once.key]).get(once.key)
    if entry is None:
        return None
    value = cast("Any", entry.value)
    if value["digest"] != once.digest:
        return refused(question, _KEY, "KEY_REUSED", REUSED)
    return replace(_read(question.answer, value["told"]), repeated=True)


def _read(annotation: Any, told: Any) -> Any:
    """A value of an answer from JSON."""
    inner, _ = without_none(annotation)
    item = item_of(inner)
    if told is None:
        return None
    if item is not None:
        return tuple(_read(item, one) for one in told)
    if hasattr(inner, "__dataclass_fields__"):
        return inner(
            **{one.name: _read(kind, told[one.name]) for one, kind in declared_fields(inner) if one.name in told}
        )
    return leaf_of(inner, told)


def _empty(annotation: Any, error: dict[str, str]) -> Any:
    """An answer or one of its parts that says nothing but the error."""
    inner, optional = without_none(annotation)
    if optional:
        return None
    if item_of(inner) is not None:
        return ()
    if not hasattr(inner, "__dataclass_fields__"):
        return inner()
    found: dict[str, Any] = {}
    for one, kind in declared_fields(inner):
        if one.name == "errors":
            found[one.name] = (_said(item_of(kind), error),)
        else:
            found[one.name] = _empty(kind, error)
    return inner(**found)


def _said(declared: Any, error: dict[str, str]) -> Any:
    """One of the errors of an answer."""
    return declared(**{one.name: leaf_of(kind, error.get(one.name, "")) for one, kind in declared_fields(declared)})
