"""A thing as it is, with all that a form shows of it: read as who writes it sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.linked import carried, follow, read_linked
from graph.model import End, EntityType
from graph.store.port import GraphStore
from graph.store.select import Follow, Select, Viewer, shape_of

#: How many links of a field a form shows; the others stay as they are.
MOST_LINKS = 100
_TRIES = 3
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity at a revision; `links` are by field and target with what each carries, by the model's names.

    `hidden` are the fields that have more links than are shown. A thing that is yet to be made has no id.
    """

    entity: EntityType
    id: str = ""
    rev: int = 0
    state: str = "DRAFT"
    label: str = ""
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    links: Mapping[str, Mapping[str, Mapping[str, object]]] = field(
        default_factory=dict[str, Mapping[str, Mapping[str, object]]]
    )
    hidden: frozenset[str] = frozenset()
    zone: ZoneInfo = _UTC

    def targets(self) -> Iterator[str]:
        """The ids of all that it links to."""
        for targets in self.links.values():
            yield from targets


def read_thing(store: GraphStore, viewer: Viewer, entity: EntityType, id: str) -> Thing | None:
    """The thing with an id, where the viewer sees it; links that were written while it was read are read again."""
    row = _row(store, viewer, entity, id)
    for _ in range(_TRIES):
        if row is None or row["rev"] == row["@rev"]:
            break
        row = _row(store, viewer, entity, id)
    return _thing(entity, row) if row is not None else None


def _row(store: GraphStore, viewer: Viewer, entity: EntityType, id: str) -> dict[str, Any] | None:
    """Its properties and links, a few at a time."""
    props = (name for name, prop in entity.props.items() if not prop.derived)
    links = [(f"@{name}", _follow(end)) for name, end in entity.forward.items()]
    return read_linked(store, viewer, entity, id, links, tuple(dict.fromkeys(("id", "rev", "state", "label", *props))))


def _thing(entity: EntityType, row: Mapping[str, Any]) -> Thing:
    found: dict[str, dict[str, dict[str, object]]] = {}
    for name, end in entity.forward.items():
        found[name] = {each["id"]: carried(end, each) for each in row[f"@{name}"]["rows"][:MOST_LINKS]}
    hidden = frozenset(name for name in entity.forward if len(row[f"@{name}"]["rows"]) > MOST_LINKS)
    keepers: list[Mapping[str, Any]] = [one.get("@case") or {} for one in row["@keeper"]["rows"]]
    zone = next((str(one["time_zone"]) for one in keepers if one.get("time_zone")), "")
    values = {name: row[name] for name, prop in entity.props.items() if not prop.derived}
    return Thing(entity, row["id"], row["rev"], row["state"], row["label"], values, found, hidden, _zone(zone))


def _follow(end: End) -> Follow:
    cases = (("Mission", shape_of("time_zone")),) if end.name == "keeper" else ()
    target = Select(end.target, shape_of("id"), limit=MOST_LINKS + 1, cases=cases)
    return follow(end, target)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC
