"""Stored nodes, links and log entries in the form the writing core knows, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from graph.model import EntityType
from graph.store.batch import Change
from graph.store.layout import VISIBILITY
from graph.store.transaction import Patches, Said, Values
from graph.store.visibility import Visibility

_CHANGE = [one.name for one in fields(Change)]
_PATCHES = ("patch", "reverse")

#: What a statement returns of a Change `c`, in the order `change_of` reads it.
CHANGE = ", ".join(f"c.{name}" for name in _CHANGE)


def values_of(entity: EntityType, properties: Mapping[str, object]) -> Values:
    """A node's values without shadows; a missing list holds nothing."""
    return {name: properties.get(name, [] if prop.many else None) for name, prop in entity.props.items()}


def cleaned(row: Mapping[str, object]) -> dict[str, object]:
    """A row without what is missing, which is how a missing property is stored."""
    return {name: value for name, value in row.items() if value is not None}


def visibility_in(properties: Mapping[str, Any]) -> Visibility:
    """The visibility as it is stored, a parent's share included."""
    return Visibility(*(int(properties[name]) for name in VISIBILITY))


def change_row(change: Change, patches: Patches) -> dict[str, object]:
    """A log entry as a node's properties; its patches as the JSON that the digest covers."""
    row = {name: getattr(change, name) for name in _CHANGE}
    row |= zip(_PATCHES, patches, strict=True)
    return cleaned(row)


def change_of(values: Sequence[Any]) -> Change:
    """A log entry from what `CHANGE` returned; an erased patch is empty."""
    return Change(*(_parsed(value) if name in _PATCHES else value for name, value in zip(_CHANGE, values, strict=True)))


def _parsed(value: str | None) -> Any:
    return orjson.loads(value) if value else {}


def said_text(said: Said) -> str:
    return orjson.dumps({"values": said.values, "links": said.links}).decode()


def said_of(text: str) -> Said:
    return Said(**orjson.loads(text))
