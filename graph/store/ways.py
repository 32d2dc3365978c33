"""The algebra of shortest ways, and how they are found: from both sides at once, one question for each level."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graph.errors import InvalidValue
from graph.model import ANY, Model
from graph.store.ids import check_id
from graph.store.operands import link_prop
from graph.store.select import Answer, Cmp, Follow, Select, Shape
from graph.store.walks import bounded

LONGEST, WAYS, TOUCHED = 6, 100, 50_000
_IDS = Shape((("id", "id"),))

Ask: TypeAlias = Callable[[Mapping[str, Select]], Mapping[str, Answer]]
"""Answers selections for one viewer in the state of the graph in which the ways are looked for."""


@dataclass(frozen=True, slots=True)
class Over:
    """A link that may be gone over, by a type and its field: from that type to the other side, or `either` way.

    `props` are the link's properties told with each way.
    """

    entity: str
    field: str
    either: bool = True
    props: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paths:
    """The shortest ways between two nodes over some links.

    The answer's `rows` are ways of the least length there is, up to `longest` links and at most `limit` of them, by the
    ids and fields along the way. Each has `nodes`, the ids from the source to the target, and `links`: the field on
    the node before it and what its `props` name. From a thing to itself there is one way, without links. Nothing out
    of sight is gone over, and there is no way to or from it. Where more than 50,000 things would be looked at, the
    question is refused.

    How is an asset bound to a goal?

        Paths(
            "asset:kimjang",
            "goal:tourism",
            (Over("Asset", "messages"), Over("Message", "narrative", props=("evidence",)), Over("Narrative", "goals")),
        )

    answers

        {"rows": [{"nodes": ["asset:kimjang", "message:slow", "narrative:food", "goal:tourism"],
                   "links": [{"field": "messages"}, {"field": "narrative", "evidence": None}, {"field": "goals"}]}]}
    """

    source: str
    target: str
    over: tuple[Over, ...]
    longest: int = 4
    limit: int = 5


def paths_between(model: Model, paths: Paths, ask: Ask) -> Answer:
    """The rows of shortest ways; raises UnknownName and InvalidValue for what cannot be gone over."""
    bounded(paths.longest, LONGEST, "longest")
    limit = bounded(paths.limit, WAYS, "limit")
    for id in (paths.source, paths.target):
        check_id(model, id)
    there, back = _hops(model, paths)
    seen = ask({"it": Select(ANY, _IDS, Cmp("id", "in", (paths.source, paths.target)))})["it"]["rows"]
    if {row["id"] for row in _rows(seen)} != {paths.source, paths.target}:
        return {"rows": []}
    if paths.source == paths.target:
        return {"rows": [{"nodes": [paths.source], "links": []}]}
    ahead, behind = _Side(there, paths.source), _Side(back, paths.target)
    while not (met := ahead.newest & behind.newest):
        side = min((ahead, behind), key=lambda one: len(one.newest))
        if ahead.depth + behind.depth == paths.longest or not side.newest:
            return {"rows": []}
        side.grow(model, ask)
        if len(ahead.nodes) + len(behind.nodes) > TOUCHED:
            raise InvalidValue(
                f"More than {TOUCHED} things lie between.", path="over", cure="Allow fewer links or a shorter way."
            )
    found: list[dict[str, object]] = []
    for way in _ways(ahead, behind, met, paths):
        found.append(way)
        if len(found) == limit:
            break
    return {"rows": found}


@dataclass(frozen=True, slots=True)
class _Hop:
    """A link gone over from a type by a field; `told` is its field in the direction of the ways."""

    entity: str
    field: str
    target: str
    told: str
    props: tuple[str, ...]


def _hops(model: Model, paths: Paths) -> tuple[list[_Hop], list[_Hop]]:
    """The links as they are gone over from the source, and from the target."""
    there: list[_Hop] = []
    back: list[_Hop] = []
    if not paths.over:
        raise InvalidValue("There is no link to go over.", path="over", cure="Name one.")
    for over in paths.over:
        entity = model.type(over.entity)
        end = entity.end(over.field)
        for name in over.props:
            link_prop(end, name)
        other = end.link.back if end.forward else end.link.name
        for target in end.targets:
            forth = _Hop(entity.name, end.name, target, end.name, over.props)
            again = _Hop(target, other, entity.name, end.name, over.props)
            there.append(forth)
            back.append(again)
            if over.either:
                there.append(_Hop(target, other, entity.name, other, over.props))
                back.append(_Hop(entity.name, end.name, target, other, over.props))
    return list(dict.fromkeys(there)), list(dict.fromkeys(back))


_Link: TypeAlias = tuple[str, str, Mapping[str, object]]


@dataclass(slots=True)
class _Side:
    """What is reached from one of the two nodes, level by level, and by which links."""

    hops: list[_Hop]
    start: str
    depth: int = 0
    nodes: dict[str, int] = field(default_factory=dict[str, int])
    newest: set[str] = field(default_factory=set[str])
    links: dict[str, list[_Link]] = field(default_factory=dict[str, list[_Link]])

    def __post_init__(self) -> None:
        self.nodes[self.start], self.newest = 0, {self.start}

    def grow(self, model: Model, ask: Ask) -> None:
        """One level further: every link from what was reached last to what was not reached before."""
        by_type: dict[str, list[str]] = {}
        for id in sorted(self.newest):
            by_type.setdefault(check_id(model, id).name, []).append(id)
        questions: dict[str, Select] = {}
        for type_name, ids in by_type.items():
            hops = {str(n): hop for n, hop in enumerate(self.hops) if hop.entity in (type_name, ANY)}
            if hops:
                follows = tuple((n, _follow(hop)) for n, hop in hops.items())
                where = Cmp("id", "in", tuple(ids))
                questions[type_name] = Select(type_name, Shape(_IDS.props, follows), where)
        self.depth += 1
        reached: set[str] = set()
        answers: Mapping[str, Answer] = ask(questions) if questions else {}
        for answer in answers.values():
            for row in _rows(answer["rows"]):
                for n, hop in enumerate(self.hops):
                    for far in _rows(row[str(n)]["rows"]) if str(n) in row else ():
                        if self.nodes.setdefault(far["id"], self.depth) == self.depth:
                            reached.add(far["id"])
                            told = {name: far[f"@{name}"] for name in hop.props}
                            self.links.setdefault(far["id"], []).append((row["id"], hop.told, told))
        self.newest = reached


def _follow(hop: _Hop) -> Follow:
    return Follow(hop.field, Select(hop.target, _IDS), tuple((f"@{name}", name) for name in hop.props))


def _rows(rows: object) -> Any:
    return rows


def _ways(ahead: _Side, behind: _Side, met: set[str], paths: Paths) -> Iterator[dict[str, object]]:
    """All shortest ways by the ids and fields along them."""
    onwards: dict[str, dict[tuple[str, str], Mapping[str, object]]] = {}
    waiting = list(met)
    kept = set(met)
    while waiting:
        far = waiting.pop()
        for near, told, props in ahead.links.get(far, []):
            onwards.setdefault(near, {})[far, told] = props
            if near not in kept:
                kept.add(near)
                waiting.append(near)
    waiting, kept = list(met), set(met)
    while waiting:
        near = waiting.pop()
        for far, told, props in behind.links.get(near, []):
            onwards.setdefault(near, {})[far, told] = props
            if far not in kept:
                kept.add(far)
                waiting.append(far)
    yield from _along(onwards, paths.target, [paths.source], [])


def _along(
    onwards: Mapping[str, Mapping[tuple[str, str], Mapping[str, object]]],
    target: str,
    nodes: list[str],
    links: list[dict[str, object]],
) -> Iterator[dict[str, object]]:
    if nodes[-1] == target:
        yield {"nodes": nodes, "links": links}
        return
    for (far, told), props in sorted(onwards[nodes[-1]].items(), key=lambda one: one[0]):
        yield from _along(onwards, target, [*nodes, far], [*links, {"field": told, **props}])
