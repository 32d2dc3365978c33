"""Ids that something bore once: where each leads now."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from graph.store.operational import Entry
from graph.store.port import GraphStore

COLLECTION, _TO = "moved", "to"


def entries_of(moved: Mapping[str, str | None]) -> list[tuple[str, Entry]]:
    """What is kept of those that lead somewhere."""
    return [(COLLECTION, Entry(id, {_TO: to})) for id, to in moved.items() if to is not None]


def target_of(entry: Entry) -> str:
    return str(cast("Mapping[str, Any]", entry.value)[_TO])


def moved_to(store: GraphStore, ids: Iterable[str]) -> dict[str, str]:
    """Where those of some ids lead that nothing bears any more, whoever sees what is there."""
    return {id: target_of(entry) for id, entry in store.entries(COLLECTION, list(dict.fromkeys(ids))).items()}
