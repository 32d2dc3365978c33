"""Comparing what a writer wants with what is there, a person's word above an import's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.model import EntityType
from graph.store.batch import Kept, Put
from graph.store.transaction import Links, Node, Said, Values

_UNSAID = object()


@dataclass(slots=True)
class Difference:
    """What changes of one node: new property values, links to put and to drop, and what was kept."""

    set: Values = field(default_factory=Values)
    put: Links = field(default_factory=Links)
    drop: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    kept: list[Kept] = field(default_factory=list[Kept])

    @property
    def empty(self) -> bool:
        return not (self.set or self.put or self.drop)


def compare(
    entity: EntityType, put: Put, values: Values, links: Links, node: Node | None, said: Said | None
) -> Difference:
    """The difference a put makes. `values` and `links` are its checked, stored form; `said` is None for a person."""
    if node is None and not (said and said.links):
        return _creation(entity, values, links)
    difference = Difference()
    current = node.values if node else entity.blank
    for name, value in values.items():
        ours = current.get(name)
        if ours == value:
            continue
        if (
            said is None
            or node is None
            or _source_may(ours, said.values.get(name, _UNSAID), value, entity.blank.get(name))
        ):
            difference.set[name] = value
        else:
            difference.kept.append(Kept(put.id, put.where, name, ours, value))
    for name, targets in links.items():
        there = node.links.get(name, {}) if node else {}
        if not there and not (said and said.links.get(name)):
            if targets:
                difference.put[name] = targets
        elif said is None:
            _replace_links(difference, name, there, targets)
        else:
            _merge_links(difference, put, name, there, targets, said.links.get(name, {}), many=entity.ends[name].many)
    return difference


def _creation(entity: EntityType, values: Values, links: Links) -> Difference:
    """Where nothing is there and no source has linked it before, all that is told is new."""
    blank = entity.blank
    return Difference(
        {name: value for name, value in values.items() if value != blank[name]},
        links if all(links.values()) else {name: targets for name, targets in links.items() if targets},
        {},
        [],
    )


def _source_may(ours: object, base: object, theirs: object, blank: object) -> bool:
    """Whether a source may set a value: it said ours before, or nobody has said anything."""
    if base is _UNSAID:
        return ours is None or ours == blank
    return ours == base and theirs != base


def _replace_links(
    difference: Difference, name: str, there: Mapping[str, Values], wanted: Mapping[str, Values]
) -> None:
    put = {target: props for target, props in wanted.items() if there.get(target) != props}
    drop = [target for target in there if target not in wanted]
    if put:
        difference.put[name] = put
    if drop:
        difference.drop[name] = drop


def _merge_links(
    difference: Difference,
    put: Put,
    name: str,
    there: Mapping[str, Values],
    wanted: Mapping[str, Values],
    base: Mapping[str, Values],
    *,
    many: bool,
) -> None:
    """The source's list against what it said before: its own links move, a person's stay."""
    drop = [target for target in base if target not in wanted and target in there and there[target] == base[target]]
    blocked = not many and any(target not in wanted and target not in drop for target in there)
    for target, props in wanted.items():
        ours = there.get(target)
        if ours == props:
            continue
        free = target not in base if ours is None else base.get(target) == ours
        if free and not (blocked and ours is None):
            difference.put.setdefault(name, {})[target] = props
        else:
            difference.kept.append(Kept(put.id, put.where, f"{name}.{target}", ours, props))
    if drop:
        difference.drop[name] = drop
