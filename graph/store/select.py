"""The algebra: what can be asked of a store, as frozen values that carry no query text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias, Union

Value: TypeAlias = str | int | float | bool | None
Op: TypeAlias = Literal["eq", "in", "lt", "lte", "gt", "gte", "contains", "startsWith", "has", "isNull"]
Quantifier: TypeAlias = Literal["some", "none", "every"]
Filter: TypeAlias = Union["Cmp", "And", "Or", "Not", "Rel", "Near"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: the highest marking it may see among what is live, not live and retired, and when.

    Levels are 0 PUBLIC to 3 RESTRICTED, -1 for nothing; `now` is epoch milliseconds. A node is seen when
    its marking is at most `live` if it is published and now lies in [live_from, live_until), at most
    `retired` if it is retired, and at most `draft` else. `live` also decides on properties that carry a
    marking of their own. `territories` are ISO 3166-1 alpha-2 codes where the viewer publishes, empty for
    anywhere: rights are decided by them, never whether something is seen.
    """

    live: int
    draft: int
    retired: int
    now: int
    territories: frozenset[str] = frozenset()

    @property
    def moment(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(self.now / 1000, UTC)

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.moment.date()


@dataclass(frozen=True, slots=True)
class Cmp:
    """A comparison of a property; a link's own property is written `@weight`. Values are in outside form.

    `eq`/`in` compare exactly; ranges exist where the kind has `ranges`; `contains` and `startsWith` compare
    folded text, `startsWith` the value itself where there is none; `has` asks whether a list holds the value;
    `isNull` takes True or False. A missing value answers no to everything but `isNull: true`.
    """

    prop: str
    op: Op
    value: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class And:
    of: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    of: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    of: Filter


@dataclass(frozen=True, slots=True)
class Rel:
    """Whether some, none or every one of the things at the other side of a link fits.

    The field `used_in` stands for every link back that means use; its other side is Entity. Only visible ones
    count; `every` means there is no counterexample. `where` is read in the other side's type, with `@name` for
    the link's own properties.
    """

    quantifier: Quantifier
    field: str
    where: Filter | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Whether something with coordinates lies at most so many kilometres from a point, over the ground of a ball.

    Degrees of WGS 84; graph.store.positions says how it is compared. What has no position is nowhere near.
    """

    lat: float
    lon: float
    km: float


@dataclass(frozen=True, slots=True)
class Order:
    """One key of an order; `@weight` is a link's own.

    A missing value comes last both ways, a missing text as an empty one.
    """

    prop: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts by a property's values, or by the ids at the other side of a link; most first, then by value.

    Entity is counted by `type` too.
    """

    name: str
    by: str
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Follow:
    """A link to follow, with the properties of the link wanted, as (output name, property).

    `used_in` leads to what uses a node, each once through however many links, and has no properties.
    """

    field: str
    select: "Select"
    props: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What is wanted of a node: properties and links, as (output name, ...).

    They are written in this order, or in that of the output names in `order`.
    """

    props: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, Follow], ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """How an answer is written where it is to be handed on as it is.

    `parts` are output names in order, each with what stands there: `rows` or `total`. Without parts the row
    itself is written, or null; such a question has the limit 1.
    """

    parts: tuple[tuple[str, Literal["rows", "total"]], ...] = ()


@dataclass(frozen=True, slots=True)
class Select:
    """A question: which nodes of a type (or `Entity`), in which order, and what of each.

    The order ends with the id, in the direction of its last key. `after` holds the values of the order's
    keys and the id, as a row's `@key` gave them; with `backward` the rows before it are answered, in the
    same order. With `each_type` the limit holds for each type of an Entity. `cases` say what more is wanted
    of nodes of one type. `keys` adds `@key` to each row. Without `rows` only `total` and `facets` are
    answered. They count what `where` lets through, before the page. `form` says how the answer is written, in place of
    an Answer.
    """

    entity: str
    shape: Shape = Shape()
    where: Filter | None = None
    order: tuple[Order, ...] = ()
    after: tuple[Value, ...] | None = None
    backward: bool = False
    limit: int | None = None
    each_type: bool = False
    cases: tuple[tuple[str, Shape], ...] = ()
    rows: bool = True
    keys: bool = False
    total: bool = False
    facets: tuple[Facet, ...] = ()
    form: Form | None = None


def shape_of(*props: str, **links: Follow) -> Shape:
    """Properties and links under their own names."""
    return Shape(tuple((name, name) for name in props), tuple(links.items()))


def both(*filters: Filter | None) -> Filter | None:
    """All of the filters given, leaving out None."""
    given = tuple(one for one in filters if one is not None)
    if not given:
        return None
    return given[0] if len(given) == 1 else And(given)


def by_ids(entity: str, ids: tuple[str, ...], shape: Shape, **more: object) -> Select:
    """Ask for these ids at once."""
    return Select(entity, shape, Cmp("id", "in", ids), **more)  # type: ignore[arg-type]


Row: TypeAlias = Mapping[str, object]
"""Output name to value in outside form; a link's value is an Answer; `@key` holds the order's values."""

Answer: TypeAlias = Mapping[str, object]
"""`rows`: list of Row; `total`: int; `facets`: {name: [{"value": ..., "count": n}]}; only what was asked.

Where the question has a form, what that says.
"""
