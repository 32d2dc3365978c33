"""What a write changed, as the contract tells it: properties and links before and after."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.schema.names import camel
from graph.model import LEVEL, EntityType, Prop
from graph.model.model import LINK_PROPS
from graph.store.batch import Change
from graph.store.operands import EVIDENCE
from graph.store.snapshot import outside


class Patch:
    """What an entry of the log sets and which links it puts, by field and target; a deletion does neither."""

    def __init__(self, patch: Mapping[str, Any]) -> None:
        self.values: Mapping[str, object] = patch.get("set") or {}
        links: Mapping[str, Any] = patch.get("links") or {}
        self.puts: dict[str, Mapping[str, Mapping[str, object]]] = {name: one["put"] for name, one in links.items()}

    @property
    def targets(self) -> list[str]:
        """What its links lead to and what they rest on."""
        found = [to for links in self.puts.values() for to in links]
        carried = [props for links in self.puts.values() for props in links.values()]
        return found + [str(props[EVIDENCE]) for props in carried if props.get(EVIDENCE)]


def changed(entity: EntityType, change: Change, there: Mapping[str, object], level: int) -> Iterator[dict[str, object]]:
    """What is in sight of a change, to who sees `level` and, of what its links name, what is `there`."""
    patch, reverse = Patch(change.patch), Patch(change.reverse)
    for name, prop in entity.props.items():
        if name in patch.values and LEVEL[prop.marking] <= level:
            before, after = reverse.values.get(name), patch.values[name]
            yield _told(change.id, name, outside(prop, before), outside(prop, after))
    for name, end in entity.forward.items():
        props = {**end.link.props, **LINK_PROPS}
        old, new = (_links_shown(one.puts.get(name, {}), props, there) for one in (reverse, patch))
        if old or new:
            yield _told(change.id, name, old, new)


def _links_shown(
    targets: Mapping[str, Mapping[str, object]], props: Mapping[str, Prop], there: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    return {
        to: {
            camel(name): outside(props[name], value)
            for name, value in carried.items()
            if name != EVIDENCE or value in there
        }
        for to, carried in targets.items()
        if to in there
    }


def _told(id: str, name: str, before: object, after: object) -> dict[str, object]:
    return {"id": id, "path": camel(name), "before": before, "after": after}
