"""A thing with its links and what these carry, asked a few links at a time.

Neo4j takes seconds to plan a statement with all links of a type, and no time for those that it knows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from graph.model import LINK_PROPS, End, EntityType
from graph.store.port import GraphStore
from graph.store.select import Follow, Select, Shape, Viewer, by_ids

_AT_ONCE = 4

Row = Mapping[str, Any]


def read_linked(
    store: GraphStore,
    viewer: Viewer,
    entity: EntityType,
    id: str,
    links: Sequence[tuple[str, Follow]],
    props: Sequence[str] = (),
) -> dict[str, Any] | None:
    """One thing with all links that are followed; None where the viewer does not see it.

    Its properties come first, if any are wanted, and `@rev` is the revision at the last of the links.
    """
    shapes = [Shape(tuple((name, name) for name in props))] if props else []
    shapes += [Shape((("@rev", "rev"),), tuple(links[at : at + _AT_ONCE])) for at in range(0, len(links), _AT_ONCE)]
    found: dict[str, Any] = {}
    for shape in shapes:
        rows = cast("Any", store.ask(viewer, {"it": by_ids(entity.name, (id,), shape, limit=1)})["it"]["rows"])
        if not rows:
            return None
        found |= rows[0]
    return found


def follow(end: End, target: Select) -> Follow:
    """A link followed to what is asked of its other side, with all that it carries."""
    return Follow(end.name, target, tuple((f"@{name}", name) for name in _carried(end)))


def carried(end: End, row: Row) -> dict[str, Any]:
    """What a link that was followed so carries."""
    return {name: row[f"@{name}"] for name in _carried(end) if row[f"@{name}"] is not None}


def _carried(end: End) -> tuple[str, ...]:
    return (*end.link.props, *LINK_PROPS)
