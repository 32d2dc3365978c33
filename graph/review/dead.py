"""Links that led nowhere when they were followed last, kept beside the graph by the id of what has them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graph.model import Model
from graph.model.kinds import URL
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore
from graph.store.select import Cmp, Not, Order, Select, shape_of
from graph.store.visibility import SYSTEM

_COLLECTION, _PAGE = "dead-links", 500


@dataclass(frozen=True, slots=True)
class Dead:
    """A link that led nowhere: why, and on which day it was seen."""

    id: str
    url: str
    reason: str
    day: str


def types_with_links(model: Model) -> tuple[str, ...]:
    """The types that have an address of their own."""
    return tuple(name for name, entity in model.types.items() if "url" in entity.own and entity.own["url"].kind is URL)


def links_of(store: GraphStore) -> Iterator[tuple[str, str]]:
    """Every address of what is not retired, with the id of what has it."""
    for name in types_with_links(store.model):
        after: tuple[str, str] | None = None
        has = Not(Cmp("url", "isNull", True))
        while True:
            question = Select(name, shape_of("id", "url", "state"), has, (Order("id"),), after=after, limit=_PAGE)
            rows = cast("Any", store.ask(SYSTEM, {"it": question}))["it"]["rows"]
            yield from ((row["id"], row["url"]) for row in rows if row["state"] != "RETIRED")
            if len(rows) < _PAGE:
                break
            after = (rows[-1]["id"], rows[-1]["id"])


def dead_links(store: GraphStore) -> dict[str, Dead]:
    """Those that led nowhere, by id."""
    found: dict[str, Dead] = {}
    after = ""
    while page := store.listed(_COLLECTION, after, _PAGE):
        found |= {one.key: _read(one.key, cast("Mapping[str, str]", one.value)) for one in page}
        after = page[-1].key
    return found


def note_links(store: GraphStore, seen: Iterable[Dead], well: Iterable[str]) -> None:
    """Keep what led nowhere, and forget of others that they did."""
    dead = {one.id: one for one in seen}
    keys = [*dead, *(id for id in well if id not in dead)]

    def revision(there: Entries) -> Sequence[Entry | str]:
        kept = [Entry(id, {"url": one.url, "reason": one.reason, "day": one.day}) for id, one in dead.items()]
        return [*kept, *(id for id in keys if id in there and id not in dead)]

    if keys:
        store.revise(_COLLECTION, keys, revision)


def _read(id: str, value: Mapping[str, str]) -> Dead:
    return Dead(id, value["url"], value["reason"], value["day"])
