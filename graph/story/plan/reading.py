"""Plain values made of rows: the narratives of a goal, the interests of an audience, and every way to an asset."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.story.plan.fetching import Frame
from graph.story.plan.texts import called
from graph.story.plan.ways import Claim, Edge, MessageFor, Reach, Way, complete
from graph.story.rows import Rows, rows_of

Row = Mapping[str, Any]


@dataclass(slots=True)
class Names:
    """What things are called in the language of the answer, and which of them were invented.

    Most of what is remembered is never named, so that a name is looked for once it is asked for.
    """

    language: str
    labels: dict[str, str] = field(default_factory=dict[str, str])
    invented: set[str] = field(default_factory=set[str])
    _rows: dict[str, Row] = field(default_factory=dict[str, Row])

    def note(self, row: Row) -> str:
        """Remember a row, and answer its id."""
        id = str(row["id"])
        self._rows[id] = row
        self.labels.pop(id, None)
        if row.get("sample"):
            self.invented.add(id)
        return id

    def heard(self, id: str, label: str) -> None:
        """A plain name, for what is not remembered otherwise."""
        if id not in self._rows:
            self.labels.setdefault(id, label)

    def __getitem__(self, id: str) -> str:
        if id not in self.labels and id in self._rows:
            self.labels[id] = called(self._rows[id], self.language)
        return self.labels.get(id, id)


@dataclass(frozen=True, slots=True)
class Climb:
    """The links from a narrative up to one that serves the goal, which comes last, and to the goal."""

    narrative: str
    edges: tuple[Edge, ...]

    @property
    def depth(self) -> int:
        return len(self.edges) - 1


@dataclass(frozen=True, slots=True)
class Interest:
    """A theme that an audience is led to: one it is interested in, or one below that."""

    theme: str
    reach: Reach
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class MessageNode:
    """A message: its intent, the climbs from it, and the links that lead an audience to it."""

    id: str
    intent: str | None
    locked: bool
    climbs: tuple[Climb, ...]
    message_for: MessageFor
    addressed: tuple[Edge, ...] = ()
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What leads from an audience towards assets, and from messages to a goal."""

    audience: str
    goal: str
    climbs: Mapping[str, tuple[Climb, ...]]
    interests: Mapping[str, tuple[Interest, ...]]
    names: Names

    def edge(self, start: str, type: str, end: str, row: Row) -> Edge:
        """A link, with the properties that the row of its other side bears."""
        invented = bool({start, end} & self.names.invented)
        return Edge(start, type, end, row.get("weight"), row.get("confidence"), row.get("evidence"), invented)


def ground(frame: Frame, names: Names) -> Ground:
    """The interests of the audience and the narratives of the goal."""
    goal, audience = frame.goal or {}, frame.audience or {}
    ids = names.note(goal), names.note(audience)
    found = Ground(ids[1], ids[0], {}, {}, names)
    climbs: dict[str, list[Climb]] = {}
    for row in rows_of(goal["narratives"]):
        serves = found.edge(names.note(row), "SERVES", ids[0], row)
        _climb(found, row, (serves,), climbs, frozenset())
    interests: dict[str, list[Interest]] = {}
    for row in rows_of(audience["interests"]):
        theme = names.note(row)
        edge = found.edge(ids[1], "INTERESTED_IN", theme, row)
        interests.setdefault(theme, []).append(Interest(theme, Reach.INTEREST, (edge,)))
        for below in rows_of(row["narrower"]):
            narrower = found.edge(names.note(below), "BROADER", theme, {})
            one = Interest(str(below["id"]), Reach.NARROWER_INTEREST, (edge, narrower))
            interests.setdefault(one.theme, []).append(one)
    return Ground(
        ids[1],
        ids[0],
        {id: tuple(sorted(of, key=lambda one: (one.depth, one.narrative))) for id, of in climbs.items()},
        {id: tuple(of) for id, of in interests.items()},
        names,
    )


def _climb(
    ground: Ground, row: Row, edges: tuple[Edge, ...], climbs: dict[str, list[Climb]], seen: frozenset[str]
) -> None:
    """Each narrative under one that serves the goal, once for each way up."""
    id = str(row["id"])
    if id in seen:
        return
    climbs.setdefault(id, []).append(Climb(edges[-1].start, edges))
    for part in rows_of(row.get("parts")):
        up = ground.edge(ground.names.note(part), "PART_OF", id, {})
        _climb(ground, part, (up, *edges), climbs, seen | {id})


def messages(ground: Ground, found: Rows) -> dict[str, MessageNode]:
    """The messages of those narratives, each with the links by which it is meant for the audience."""
    nodes: dict[str, MessageNode] = {}
    for row in found:
        id = ground.names.note(row)
        narratives = rows_of(row["narrative"])
        if not narratives:
            continue
        into = ground.edge(id, "PART_OF", str(narratives[0]["id"]), narratives[0])
        climbs = tuple(Climb(one.narrative, (into, *one.edges)) for one in ground.climbs.get(into.end, ()))
        meant = {str(one["id"]) for one in rows_of(row["audiences"])}
        edges, variant = _addressed(ground, row, meant)
        whom = MessageFor.THIS_AUDIENCE if edges else MessageFor.OTHERS if meant else MessageFor.ANYBODY
        nodes[id] = MessageNode(id, row["intent"], bool(row["locked"]), climbs, whom, edges, variant)
    return nodes


def _addressed(ground: Ground, row: Row, meant: set[str]) -> tuple[tuple[Edge, ...], str | None]:
    """The links from the audience to a message: meant for it, or a variant of it is."""
    id = str(row["id"])
    if ground.audience in meant:
        return (ground.edge(id, "FOR_AUDIENCE", ground.audience, {}),), None
    for variant in rows_of(row["variants"]):
        if ground.audience in {str(one["id"]) for one in rows_of(variant["audiences"])}:
            other = ground.names.note(variant)
            says = ground.edge(other, "FOR_AUDIENCE", ground.audience, {})
            return (says, ground.edge(other, "VARIANT_OF", id, {})), other
    return (), None


def ways(ground: Ground, messages: Mapping[str, MessageNode], asset: Row, first: str) -> list[Way]:
    """Every complete way from the audience over an asset to the goal; `first` is the day its proofs have to hold on."""
    id = ground.names.note(asset)
    themes = {str(row["id"]): row for row in rows_of(asset["themes"])}
    for row in themes.values():
        ground.names.note(row)
    central = min(themes, key=lambda theme: (-_weight(themes[theme]), theme), default=id)
    reaches = [
        (one, (*one.edges, ground.edge(id, "ABOUT", theme, themes[theme])))
        for theme in sorted(themes)
        for one in ground.interests.get(theme, ())
    ]
    found: list[Way] = []
    for message, claim, edges, proof in _claims(ground, asset, first):
        node = messages.get(message)
        if node is None:
            continue
        for climb in node.climbs:
            to_goal, end = (*edges, *climb.edges), climb.narrative
            depth = climb.depth - 1
            found += [
                Way(one.reach, claim, legs, to_goal, one.theme, message, end, depth, proof, node.message_for)
                for one, legs in reaches
            ]
            if node.addressed:
                legs = (*node.addressed, *reversed(edges))
                reach = Reach.ADDRESSED_BY_VARIANT if node.variant else Reach.ADDRESSED
                found.append(Way(reach, claim, legs, to_goal, central, message, end, depth, proof, node.message_for))
    return complete(found, ground.audience, id, ground.goal)


def _claims(ground: Ground, asset: Row, first: str) -> Iterator[tuple[str, Claim, tuple[Edge, ...], str | None]]:
    """What an asset says and proves: the message, how, the links from the asset to it, and the proof."""
    id = str(asset["id"])
    for row in rows_of(asset["messages"]):
        message = str(row["id"])
        yield message, Claim.EXPRESSES, (ground.edge(id, "EXPRESSES", message, row),), None
    for evidence in holding(asset, first):
        proof = ground.names.note(evidence)
        shown = ground.edge(proof, "SHOWN_BY", id, evidence)
        for proven in rows_of(evidence["messages"]):
            message = str(proven["id"])
            yield message, Claim.PROVES, (shown, ground.edge(proof, "PROVES", message, proven)), proof


def holding(asset: Row, first: str) -> Iterable[Row]:
    """The proofs that an asset shows and that hold on a day."""
    return [row for row in rows_of(asset["proofs"]) if row["valid_until"] is None or row["valid_until"] >= first]


def _weight(row: Row) -> float:
    return 1.0 if row["weight"] is None else float(row["weight"])
