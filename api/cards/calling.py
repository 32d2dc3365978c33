"""Things in an answer by what they are called in the reader's language: a `label` is in a thing's own."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.cards.shapes import Json, is_list, is_object
from api.labels import labels
from graph.store.port import GraphStore
from graph.store.select import Viewer


def in_language(answer: Json, store: GraphStore, viewer: Viewer, lang: str) -> Json:
    """An answer with things by their names in a language, as far as a viewer sees those."""
    return called(answer, {id: one.text for id, one in labels(store, viewer, labelled(answer), lang).items()})


def labelled(answer: Json) -> Iterator[str]:
    """The ids of all things whose label stands in an answer."""
    for one in _within(answer):
        id = _id(one)
        if id and "label" in one:
            yield id


def called(answer: Json, names: Mapping[str, str]) -> Json:
    """The same answer with each label that a name is known for replaced by it."""
    if is_list(answer):
        return [called(one, names) for one in answer]
    if not is_object(answer):
        return answer
    told: dict[str, Any] = {key: called(value, names) for key, value in answer.items()}
    if "label" in told and (name := names.get(_id(answer))):
        told["label"] = name
    return told


def _within(answer: Json) -> Iterator[Mapping[str, Json]]:
    if is_object(answer):
        yield answer
    values = answer if is_list(answer) else list(answer.values()) if is_object(answer) else []
    for one in values:
        yield from _within(one)


def _id(thing: Mapping[str, Json]) -> str:
    """A thing's id; of a row or a column of a table it is the key, of a count the value that is counted."""
    found = thing.get("id") or thing.get("key") or thing.get("value")
    return found if isinstance(found, str) and ":" in found else ""
