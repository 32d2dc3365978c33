"""A small dense random graph of what plans walk over, as it is written and as plain Python reads it."""

import operator
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.model import MODEL, End
from graph.store.batch import Batch, Put, To
from graph.store.select import And, Cmp, Filter, Not, Or, Viewer
from graph.store.visibility import Visibility, visibility_of

PER_TYPE = 6
REQUIRED: dict[str, dict[str, Any]] = {
    "Source": {"title": "S", "locale": "en"},
    "Theme": {"name": "T"},
    "Goal": {"title": "G", "locale": "en"},
    "Audience": {"name": "A", "kind": "DIASPORA"},
    "Mission": {"name": "M"},
    "Channel": {"name": "C", "platform": "WEBSITE"},
    "Narrative": {"title": "N", "locale": "en"},
    "Message": {"text": "M", "locale": "en"},
    "Asset": {"title": "A", "locale": "en"},
    "Campaign": {"title": "C", "locale": "en"},
    "Placement": {"status": "LIVE"},
}
TYPES = tuple(REQUIRED)
IDS = [f"{MODEL.type(name).prefix}:{n}" for name in TYPES for n in range(PER_TYPE)]
DAYS = ["2026-01-01", "2026-01-02", "2026-02-01", "2026-02-28", None]
MOMENTS = ["2026-01-01T00:00:00.000Z", "2026-01-01T23:59:59.999Z", "2026-03-01T00:00:00.000Z"]
CODES = ["A1", "B2", "F6"]


def type_of(id: str) -> str:
    return MODEL.by_prefix[id.split(":", maxsplit=1)[0]].name


def puts(seed: int) -> Iterator[Put]:
    """Every put of a graph, targets before what links to them; a third is hidden from somebody."""
    dice = random.Random(seed)
    there: list[str] = []
    for id in IDS:
        entity = MODEL.type(type_of(id))
        values = dict(REQUIRED[entity.name])
        values["state"] = dice.choice(["PUBLISHED", "PUBLISHED", "PUBLISHED", "DRAFT", "RETIRED"])
        values["marking"] = max(entity.least, dice.choice(["PUBLIC", "PUBLIC", "INTERNAL"]), key=_LEVELS.index)
        values |= {"starts": dice.choice(DAYS), "ends": dice.choice(DAYS)} if entity.name == "Campaign" else {}
        values |= {"at": dice.choice(MOMENTS)} if entity.name == "Placement" else {}
        values |= {"size": dice.choice([None, 0, 7, 2**52])} if entity.name == "Audience" else {}
        if entity.name == "Asset":
            values |= {"kind": dice.choice(["WORK", "PHOTO"]), "year": dice.choice([None, -3, 1990, 2001])}
        links = {}
        for name, end in entity.forward.items():
            possible = [one for one in (IDS if name in _BOTH_WAYS else there) if type_of(one) in end.targets]
            if possible and name not in ("keeper", "sources"):
                count = dice.randrange(end.link.at_least, 4) if end.many else min(1, dice.randrange(4))
                links[name] = tuple(
                    To(to, _props(dice, end)) for to in dice.sample(possible, min(count, len(possible)))
                )
        there.append(id)
        yield Put(id, entity.name, values, links)


#: Where a thing may be linked to itself and back: the rest goes one way.
_BOTH_WAYS = ("related", "amplifies")
_LEVELS = ["PUBLIC", "PARTNER", "INTERNAL", "RESTRICTED"]


def _props(dice: random.Random, end: End) -> dict[str, Any]:
    props: dict[str, Any] = {}
    for name in ("weight", "share"):
        if name in end.link.props and dice.randrange(4):
            props[name] = dice.choice([0, 0.001, 0.333, 0.5, 0.999, 1])
    if dice.randrange(2):
        props["confidence"] = dice.choice(CODES)
    if dice.randrange(2):
        props["evidence"] = f"source:{dice.randrange(PER_TYPE)}"
    return props


@dataclass
class Small:
    """The graph in memory: what each node holds, who sees it, and its links by field, both ways, with their props."""

    values: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    sight: dict[str, Visibility] = field(default_factory=dict[str, Visibility])
    links: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = field(
        default_factory=dict[tuple[str, str], dict[str, Mapping[str, Any]]]
    )

    @staticmethod
    def of(seed: int) -> "Small":
        found = Small()
        for put in puts(seed):
            found.values[put.id] = {"id": put.id, **put.values}
            found.sight[put.id] = visibility_of(put.values)
            for name, targets in put.links.items():
                end = MODEL.type(put.type).ends[name]
                for to in targets:
                    found.links.setdefault((put.id, name), {})[to.id] = to.props
                    found.links.setdefault((to.id, end.link.back), {})[put.id] = to.props
        return found

    def seen(self, viewer: Viewer, entity: str, where: Filter | None = None) -> list[str]:
        """The ids of a type that a viewer sees and a filter lets through."""
        return [
            id
            for id in self.values
            if type_of(id) == entity and self.sight[id].seen_by(viewer) and self.fits(viewer, where, id)
        ]

    def over(self, viewer: Viewer, near: str, name: str, entity: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is seen at the other side of a link, and what is seen of the link."""
        for far, props in self.links.get((near, name), {}).items():
            if entity in ("", type_of(far)) and self.sight[far].seen_by(viewer):
                told = dict(props)
                if told.get("evidence") and not self.sight[told["evidence"]].seen_by(viewer):
                    del told["evidence"]
                yield far, told

    def fits(self, viewer: Viewer, where: Filter | None, id: str, link: Mapping[str, Any] | None = None) -> bool:
        match where:
            case None:
                return True
            case And(of):
                return all(self.fits(viewer, one, id, link) for one in of)
            case Or(of):
                return any(self.fits(viewer, one, id, link) for one in of)
            case Not(of):
                return not self.fits(viewer, of, id, link)
            case Cmp(prop, op, wanted):
                value = (link or {}).get(prop[1:]) if prop.startswith("@") else self.values[id].get(prop)
                return _compared(op, value, wanted)
            case _:
                raise NotImplementedError


def _compared(op: str, value: Any, wanted: Any) -> bool:
    if op == "isNull":
        return (value is None) is wanted
    if value is None:
        return False
    compare = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}
    return value in wanted if op == "in" else bool(compare.get(op, operator.eq)(value, wanted))


def batch(seed: int) -> Batch:
    return Batch(tuple(puts(seed)), "tester")
