"""Links that lead upwards, as from a theme to a broader one: none may lead back to where it starts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.model import EntityType
from graph.store.batch import Refused
from graph.store.compare import Difference
from graph.store.transaction import Links, Node, Transaction


@dataclass(frozen=True, slots=True)
class Climbing:
    """A put as far as circles go: what it makes of its node and the links it is left with."""

    id: str
    where: str
    entity: EntityType
    difference: Difference
    links: Links

    def upwards(self) -> Iterator[str]:
        """The fields of new links that may close a circle."""
        return (name for name in self.difference.put if name in self.entity.upwards)


def without_circles(transaction: Transaction, puts: Sequence[Climbing], nodes: Mapping[str, Node]) -> list[Refused]:
    """Take the links out of puts that would close a circle; of several the later one, so that order decides.

    Where a thing has one such link at most, it keeps the one it had.
    """
    climbing = [(one, name) for one in puts for name in one.upwards()]
    if not climbing:
        return []
    refused: list[Refused] = []
    stairs = _Stairs(transaction, nodes)
    settled = False
    while not settled:
        # Once more where something was refused: a link that stays for it may close a circle with an earlier one.
        settled = True
        stairs.begin(puts)
        for one, name in climbing:
            for target in sorted(one.difference.put.get(name, ())):
                if stairs.reaches(name, target, one.id):
                    refused.append(_refuse(one, name, target))
                    settled = False
            stairs.add(one, name)
    return refused


def _refuse(one: Climbing, name: str, target: str) -> Refused:
    del one.difference.put[name][target]
    one.links[name].pop(target, None)
    if not one.difference.put[name]:
        del one.difference.put[name]
        if not one.entity.ends[name].many:
            one.difference.drop.pop(name, None)
    reason = (
        "A thing cannot be above itself."
        if target == one.id
        else f'"{target}" leads back to "{one.id}" by {name}, so the link would close a circle.'
    )
    return Refused(one.id, one.where, name, reason, whole=False, target=target)


@dataclass(slots=True)
class _Stairs:
    """Where links lead upwards, as the batch will leave them: what is stored is loaded a level at a time."""

    transaction: Transaction
    nodes: Mapping[str, Node]
    loaded: dict[str, Node] = field(default_factory=dict[str, Node])
    dropped: dict[tuple[str, str], list[str]] = field(default_factory=dict[tuple[str, str], "list[str]"])
    added: dict[tuple[str, str], set[str]] = field(default_factory=dict[tuple[str, str], "set[str]"])

    def begin(self, puts: Iterable[Climbing]) -> None:
        """Forget what was added; what is dropped is gone from the start."""
        self.added = {}
        self.dropped = {(one.id, name): gone for one in puts for name, gone in one.difference.drop.items()}

    def add(self, one: Climbing, name: str) -> None:
        self.added[one.id, name] = set(one.difference.put.get(name, ()))

    def reaches(self, name: str, start: str, goal: str) -> bool:
        """Whether a way leads from one thing up to another."""
        seen, level = {start}, {start}
        while level and goal not in level:
            self._load(level)
            level = {above for id in level for above in self._above(name, id)} - seen
            seen |= level
        return goal in level

    def _above(self, name: str, id: str) -> Iterable[str]:
        node = self.nodes.get(id) or self.loaded.get(id)
        stored = node.links.get(name, {}).keys() if node else set[str]()
        return (stored - set(self.dropped.get((id, name), ()))) | self.added.get((id, name), set())

    def _load(self, ids: Iterable[str]) -> None:
        unknown = [id for id in sorted(ids) if id not in self.nodes and id not in self.loaded]
        if unknown:
            self.loaded.update(self.transaction.load(unknown))
