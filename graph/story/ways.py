"""How two things are bound to each other: the shortest ways over any links, as far as the caller sees them."""

from dataclasses import dataclass
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model import ANY, Model
from graph.store.ways import LONGEST, Over, Paths
from graph.story.naming import asked_for, refuse_unknown
from graph.story.refusing import outside

_MOST = 20
#: Who keeps a thing and what it cites bind everything to everything.
_TOO_COMMON = ("keeper", "sources")


@dataclass(frozen=True, slots=True)
class WaysGiven:
    """Two things."""

    from_: Annotated[str, Of("Entity")] = said("The one.")
    to: Annotated[str, Of("Entity")] = said("The other.")
    longest: int = said("Of how many links at most, 1 to 6.", 4)
    first: int = said("How many ways at most, 1 to 20.", 5)


@dataclass(frozen=True, slots=True)
class WayStep:
    """A thing on a way, and the link by which it was reached."""

    entity: Annotated[str, Of("Entity")] | None = said("The thing.")
    field: str | None = said(
        "The field, as records name it, that leads here from the thing before; none at the beginning."
    )


@dataclass(frozen=True, slots=True)
class Connection:
    """One way from the one thing to the other."""

    steps: tuple[WayStep, ...] = said("The things along the way, both ends included.")


@dataclass(frozen=True, slots=True)
class Connections:
    """The shortest ways between two things; none where they are bound by no links that you may see."""

    length: int | None = said("How many links each has.")
    ways: tuple[Connection, ...] = said("The ways, by the ids along them.")


def ways(asking: Asking, given: WaysGiven) -> Connections:
    """The ways, by one question of the store."""
    if not 1 <= given.longest <= LONGEST:
        raise outside(given.longest, 1, LONGEST, "longest")
    if not 1 <= given.first <= _MOST:
        raise outside(given.first, 1, _MOST, "first")
    question = Paths(given.from_, given.to, _all_links(asking.store.model), given.longest, given.first)
    asking.statements += 1
    named = {("from", ANY): [given.from_], ("to", ANY): [given.to]}
    answers: Any = asking.store.ask(asking.viewer, {"ways": question, **asked_for(named)})
    refuse_unknown(named, answers)
    rows = answers["ways"]["rows"]
    found = tuple(_connection(row) for row in rows)
    return Connections(len(found[0].steps) - 1 if found else None, found)


def _all_links(model: Model) -> tuple[Over, ...]:
    return tuple(
        Over(name, end.name)
        for name, entity in model.types.items()
        for end in entity.forward.values()
        if end.name not in _TOO_COMMON
    )


def _connection(row: Any) -> Connection:
    fields = [None, *(link["field"] for link in row["links"])]
    return Connection(tuple(WayStep(id, field) for id, field in zip(row["nodes"], fields, strict=True)))


WAYS = Question(
    "ways",
    "How two things are bound to each other: the shortest ways over any links but keepers and sources.",
    WaysGiven,
    Connections,
    ways,
    lambda given: given.first * (given.longest + 1),
)
