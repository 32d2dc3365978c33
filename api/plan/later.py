"""What one request finds out while its values are put together: entities that answers name, and computed fields.

Putting values together meets ids for which something has to be asked. They are gathered, asked for all at
once, and the values put together again, until nothing is missing: once for each level at which an answer
names entities whose fields are computed in turn. A list that names no entities is a hole until it is known, and filled
where it stands, so that nothing is put together again for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from api.plan.needs import NodeNeeds
from api.plan.reading import Ask
from graph.asking import Asking, Computed
from graph.store.select import Cmp, Select


@dataclass(frozen=True, eq=False)
class Entities:
    """A place of an operation where an answer names entities of one type."""

    needs: NodeNeeds

    def select(self, ask: Ask, ids: tuple[str, ...]) -> Select:
        return replace(self.needs.select(ask), where=Cmp("id", "in", ids), limit=len(ids))


@dataclass(frozen=True, eq=False)
class Fields:
    """A place of an operation where a computed field of some entities is asked."""

    computed: Computed[Any]
    given: Callable[[Ask], object]


Place: TypeAlias = Entities | Fields
Tell: TypeAlias = Callable[[Any], Any]


@dataclass(slots=True)
class Later:
    """One request's. A value that is not known yet is None until `settle` has found it."""

    asking: Asking
    _found: dict[Place, dict[str, Any]] = field(default_factory=dict[Place, dict[str, Any]])
    _wanted: dict[Place, dict[str, None]] = field(default_factory=dict[Place, dict[str, None]])
    _holes: list[tuple[Fields, str, Tell, list[Any]]] = field(default_factory=list[tuple[Fields, str, Tell, list[Any]]])

    def get(self, place: Place, id: str) -> Any:
        known = self._found.get(place)
        if known is not None and id in known:
            return known[id]
        self._wanted.setdefault(place, {})[id] = None
        return None

    def hole(self, place: Fields, id: str, tell: Tell) -> list[Any]:
        """A list that is filled once what it tells is known, which names no entities."""
        known = self._found.get(place)
        if known is not None and id in known:
            return [] if known[id] is None else list(tell(known[id]))
        found: list[Any] = []
        self._wanted.setdefault(place, {})[id] = None
        self._holes.append((place, id, tell, found))
        return found

    def settle(self, ask: Ask) -> bool:
        """Find what was met and is not known; whether values have to be put together again with it."""
        wanted, self._wanted = {place: tuple(ids) for place, ids in self._wanted.items()}, {}
        questions: dict[str, Select] = {}
        for number, (place, ids) in enumerate(wanted.items()):
            if isinstance(place, Entities):
                questions[str(number)] = place.select(ask, ids)
            else:
                self._keep(place, ids, place.computed.ask(self.asking, place.given(ask), ids))
        answers = self.asking.ask(questions) if questions else {}
        for number, (place, ids) in enumerate(wanted.items()):
            if str(number) in answers:
                rows: Any = answers[str(number)]["rows"]
                self._keep(place, ids, {row["id"]: row for row in rows})
        holes, self._holes = self._holes, []
        for place, id, tell, hole in holes:
            if (told := self._found[place][id]) is not None:
                hole.extend(tell(told))
        return bool(wanted.keys() - {place for place, *_ in holes})

    def _keep(self, place: Place, ids: Iterable[str], found: Mapping[str, object]) -> None:
        self._found.setdefault(place, {}).update((id, found.get(id)) for id in ids)


def settled(
    put_together: Callable[[Ask], dict[str, object]], asking: Asking, *, computes: bool
) -> Callable[[Ask], dict[str, object]]:
    """The same, again and again until all it meets is known; once where nothing is computed, or all fills holes."""
    if not computes:
        return put_together

    def settle(ask: Ask) -> dict[str, object]:
        later = Later(asking)
        ask = replace(ask, later=later)
        while True:
            found = put_together(ask)
            if not later.settle(ask):
                return found

    return settle
