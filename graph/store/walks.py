"""The algebra of ways through the graph: what a walk is asked, how weights go along it and what it answers."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal, cast

from graph.errors import InvalidValue
from graph.model import ANY, LINK_PROPS, End, EntityType, Model, Prop
from graph.model.kinds import SHARE, thousandths
from graph.store.operands import check_filter, link_prop
from graph.store.select import And, Cmp, Filter, Not, Or, Shape
from graph.store.shapes import Slot, value

#: A weight of 1 in the statements, what a factor of 1 is there, and what sums are cut at: a million times 1.
#: One product is below 10^18, and nine million links to one node add up to less than 2^63.
UNIT, WHOLE, MOST = 1_000_000, 1_000, 1_000_000_000_000
STEPS, ENDS, WAYS = 8, 1_000, 50
#: By which aggregate of both engines weights are put together where ways meet.
MET = {"sum": "sum", "most": "max"}
_NOTHING = Shape()


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a walk, by its field on the type before it, forwards or backwards as the field goes.

    `entity` says which type is at the other side where there are several. `weight` names a property of the link from
    0 to 1 by which the way's weight is multiplied. `confidence` is a table from the code of the link's confidence to a
    factor from 0 to 1, by which it is multiplied too. What a link or the table does not have counts 1. `where` filters
    the node at the other side, and with `@name` the link. `props` are the link's properties told with each way.
    """

    field: str
    entity: str = ""
    weight: str | None = None
    confidence: tuple[tuple[str, float], ...] = value(())
    where: Filter | None = None
    props: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """Where one gets from some nodes over some links: the ends with the most weight, and the best ways to each.

    It starts at the nodes of a type that a filter lets through, each with the weight 1, and takes every step from
    every node it is at; it may come back to where it was. A weight is multiplied along each link. Where ways meet it
    is their `sum`, or that of the way with the `most`, as `meet` says. After each step it is cut to millionths and to
    at most a million. The answer's `rows` are the ends, by weight from the highest and then by id; `@weight` is the
    weight, beside what the shape says of the end. With `ways`, `@ways` are at most so many, each with `weight`,
    `nodes` (the ids from start to end) and `links`: field, factor (what its weight and confidence make) and what the
    step's `props` name. The best ways to each node are kept at each step, by weight and then by ids. Filter the last
    step to filter the ends. Nothing out of sight is walked over, and evidence is told only where its source may be
    seen.

    What is an audience interested in, and which published works tell of it, each with its two best reasons?

        Walk(
            "Audience",
            Cmp("id", "eq", "audience:id-students"),
            (
                Step("interests", weight="weight"),
                Step("assets", weight="weight", where=Cmp("kind", "eq", "WORK"), props=("evidence",)),
            ),
            limit=20,
            shape=Shape((("id", "id"), ("title", "title"))),
            ways=2,
        )

    answers

        {"rows": [{"@weight": 0.42, "id": "asset:kimjang", "title": "Kimjang", "@ways": [
            {"weight": 0.42,
             "nodes": ["audience:id-students", "theme:slow-food", "asset:kimjang"],
             "links": [{"field": "interests", "factor": 0.7},
                       {"field": "assets", "factor": 0.6, "evidence": "source:unesco-00881"}]}]}]}
    """

    entity: str
    where: Filter
    steps: tuple[Step, ...]
    limit: int = value(50)
    shape: Shape = _NOTHING
    ways: int = value(0)
    meet: Literal["sum", "most"] = "sum"


@dataclass(frozen=True, slots=True)
class Leg:
    """A step as both compilers read it: the link's end, the type it leads to, and the property it is weighed by."""

    step: Step
    end: End
    entity: EntityType
    weight: Prop | None

    @property
    def asks_link(self) -> bool:
        """Whether its filter looks at the link too."""
        return asks_link(self.step.where)


def legs(model: Model, walk: Walk) -> tuple[EntityType, list[Leg]]:
    """Where a walk starts and its steps; raises UnknownName and InvalidValue where there is no such way."""
    check_filter(walk.where)
    if not 1 <= len(walk.steps) <= STEPS:
        raise InvalidValue(
            f"A walk has 1 to {STEPS} steps, {len(walk.steps)} were given.", path="steps", cure="Ask several walks."
        )
    start = near = model.type(walk.entity)
    found: list[Leg] = []
    for number, step in enumerate(walk.steps):
        try:
            leg = _leg(model, near, step)
        except InvalidValue as error:
            raise InvalidValue(error.reason, path=f"steps[{number}].{error.path}", cure=error.cure) from None
        found.append(leg)
        near = leg.entity
    return start, found


def _leg(model: Model, near: EntityType, step: Step) -> Leg:
    check_filter(step.where)
    end = near.end(step.field)
    target = target_of(model, end, step.entity)
    weight = None if step.weight is None else link_prop(end, step.weight)
    if weight is not None and weight.kind is not SHARE:
        weights = [name for name, prop in end.link.props.items() if prop.kind is SHARE]
        cure = f"Weigh by {' or '.join(weights)}." if weights else "Leave the weight out: each link counts 1."
        raise InvalidValue(f'"{step.weight}" of "{end.name}" is no weight.', path="weight", cure=cure)
    for name in step.props:
        link_prop(end, name)
    return Leg(step, end, target, weight)


def target_of(model: Model, end: End, entity: str) -> EntityType:
    """The type at the other side of a link, or the one of several that is meant."""
    if entity in ("", ANY):
        return model.type(end.target)
    found = model.type(entity)
    if not {found.name, ANY} & set(end.targets):
        raise InvalidValue(
            f'"{end.name}" leads to no {entity}.', path="entity", cure=f"It leads to {', '.join(end.targets[:8])}."
        )
    return found


def asks_link(where: Filter | None) -> bool:
    """Whether a filter looks at the link by which its node was reached."""
    match where:
        case Cmp(prop):
            return prop.startswith("@")
        case And(of) | Or(of):
            return any(asks_link(one) for one in of)
        case Not(of):
            return asks_link(of)
        case _:
            return False


def bounded(number: object, most: int, path: str) -> object:
    """A number of things wanted, from 1 to a most."""
    if isinstance(number, Slot):
        return number.then(partial(bounded, most=most, path=path))
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise InvalidValue(f"{number!r} is not a number from 1 to {most}.", path=path, cure="Ask for fewer, or page.")
    return number


def factors(table: object) -> object:
    """A table of confidence as thousandths by code, not to be changed."""
    return table.then(factors) if isinstance(table, Slot) else _factors(cast("tuple[tuple[str, float], ...]", table))


@lru_cache(maxsize=64)
def _factors(table: tuple[tuple[str, float], ...]) -> dict[str, int]:
    codes = LINK_PROPS["confidence"]
    return {str(codes.check(code)): _factor(factor) for code, factor in table}


def _factor(given: float) -> int:
    try:
        return thousandths(given)
    except InvalidValue as error:
        raise error.within("confidence") from None
