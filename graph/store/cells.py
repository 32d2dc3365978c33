"""The algebra of tables: named nodes, links and comparisons between them, counted in cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graph.errors import InvalidValue, UnknownName
from graph.model import End, EntityType, Model, Prop, Storage
from graph.model.kinds import BIG, DATE, ID, INSTANT, INTEGER, LOCALE, SHARE, Kind
from graph.model.nearest import nearest
from graph.store.operands import check_filter, link_prop
from graph.store.select import Filter
from graph.store.shapes import value
from graph.store.walks import target_of

Sign: TypeAlias = Literal["eq", "ne", "lt", "lte", "gt", "gte"]
Kept: TypeAlias = Literal["count", "distinct", "sum", "min", "max"]
Part: TypeAlias = Literal["", "day", "month", "year"]

#: How long the beginning of a date or moment is that says the part.
PARTS: Mapping[str, int] = {"day": 10, "month": 7, "year": 4}
NODES, TIES, CELLS = 6, 8, 100_000
#: Sums are kept in two halves, so that no engine runs over: of whole times this and of the rest.
HALF, LARGEST = 1 << 20, 1 << 53
_SUMMED = (INTEGER, BIG, SHARE)


@dataclass(frozen=True, slots=True)
class Node:
    """A name for any node of a type that is seen and that the filter lets through."""

    name: str
    entity: str
    where: Filter | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A link from one named node to another, by its field on the first; `where` reads the second, with `@` the link.

    With a name, the link's own properties can be grouped by, compared and kept as those of a node.
    """

    source: str
    field: str
    target: str
    where: Filter | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two properties, each `name.property`, of one kind; a missing one answers `or_missing`.

    Ranges exist where a filter has them, and on ids, so that `Compare("a.id", "lt", "b.id")` has each pair once.
    """

    left: str
    sign: Sign
    right: str
    or_missing: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """What cells are told apart by: `name.property`, or the day, month or year (of UTC) of a date or moment.

    What engines order alike can be a key: ids, choices, dates, numbers, yes or no, locales. Names are read by id.
    """

    name: str
    of: str
    part: Part = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is kept of each cell under a name.

    `count` is how many combinations of all nodes are in the cell, `distinct` how many different nodes of the name in
    `of`. `sum`, `min` and `max` are over the combinations, of a property `name.property`; what is missing is left out,
    and the sum of whole numbers that passes 53 bits is null. Shares sum too; other fractions do not, since engines
    round differently.
    """

    name: str
    kept: Kept = "count"
    of: str = ""


@dataclass(frozen=True, slots=True)
class Cells:
    """How many combinations of nodes there are, by some of their properties.

    A combination gives every name a node, so that all filters, ties and comparisons hold; two names may share one
    node. The answer's `rows` have the keys and measures under their names, ordered by `most` (a measure, the highest
    first) and then by the keys, the missing last. `more` says whether there are more than `limit` cells. A cell in
    which nothing is is not answered. Nothing out of sight is counted.

    Which published assets carry which message to which audience:

        Cells(
            (Node("m", "Message"), Node("a", "Audience"), Node("x", "Asset", Cmp("state", "eq", "PUBLISHED"))),
            (Tie("m", "audiences", "a"), Tie("x", "messages", "m")),
            by=(Key("message", "m.id"), Key("audience", "a.id")),
            measures=(Measure("assets", "distinct", "x"),),
        )

    answers {"rows": [{"message": "message:slow", "audience": "audience:vn", "assets": 3}], "more": False}

    Which campaigns run at the same time for the same audience:

        Cells(
            (Node("a", "Campaign"), Node("b", "Campaign"), Node("for", "Audience")),
            (Tie("a", "audiences", "for"), Tie("b", "audiences", "for")),
            (Compare("a.id", "lt", "b.id"), Compare("a.starts", "lte", "b.ends"), Compare("b.starts", "lte", "a.ends")),
            by=(Key("one", "a.id"), Key("other", "b.id")),
            measures=(Measure("audiences", "distinct", "for"),),
            most="audiences",
        )

    How often each owner posted an asset, by channel and day:

        Cells(
            (Node("p", "Placement", Cmp("status", "eq", "LIVE")), Node("x", "Asset", Cmp("id", "eq", "asset:kimjang")),
             Node("c", "Channel"), Node("o", "Mission")),
            (Tie("p", "of", "x"), Tie("p", "channel", "c"), Tie("c", "owner", "o")),
            by=(Key("owner", "o.id"), Key("channel", "c.id"), Key("day", "p.at", "day")),
            measures=(Measure("placements"), Measure("last", "max", "p.at")),
        )
    """

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...] = ()
    compared: tuple[Compare, ...] = ()
    by: tuple[Key, ...] = ()
    measures: tuple[Measure, ...] = (Measure("count"),)
    most: str = ""
    limit: int = value(10_000)


@dataclass(frozen=True, slots=True)
class Ref:
    """A property of a named node or link."""

    name: str
    prop: Prop


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as both compilers read them: the types of the names, the ends of the ties, and where properties are."""

    asked: Cells
    types: Mapping[str, EntityType]
    ends: Mapping[int, End]
    links: Mapping[str, End]

    @staticmethod
    def of(model: Model, asked: Cells) -> "Table":
        """Raises UnknownName and InvalidValue for what cannot be counted."""
        _check_numbers(asked)
        types = {node.name: model.type(node.entity) for node in asked.nodes}
        names = [*(node.name for node in asked.nodes), *(tie.name for tie in asked.ties if tie.name)]
        if wrong := next((name for name in names if names.count(name) > 1 or "." in name or not name), None):
            raise InvalidValue(f'"{wrong}" is no name of one thing.', cure="Give each node and tie its own.")
        ends: dict[int, End] = {}
        for number, tie in enumerate(asked.ties):
            end = _named(types, tie.source).end(tie.field)
            far = _named(types, tie.target)
            if target_of(model, end, far.name) is not far:
                raise InvalidValue(f'"{tie.field}" leads to no {far.name}.', path=f"ties[{number}]")
            ends[number] = end
        links = {tie.name: ends[number] for number, tie in enumerate(asked.ties) if tie.name}
        for where in (*(node.where for node in asked.nodes), *(tie.where for tie in asked.ties)):
            check_filter(where)
        table = Table(asked, types, ends, links)
        table.check()
        return table

    def check(self) -> None:
        for one in self.asked.compared:
            left, right = self.ref(one.left), self.ref(one.right)
            if _family(left.prop.kind) != _family(right.prop.kind) or left.prop.many or right.prop.many:
                raise InvalidValue(
                    f'"{one.left}" and "{one.right}" are not of one kind.',
                    path="compared",
                    cure="Compare like with like.",
                )
            if one.sign not in ("eq", "ne") and not (left.prop.kind.ranges or left.prop.kind is ID):
                raise InvalidValue(f'"{one.left}" has no order that both engines share.', path="compared")
        for key in self.asked.by:
            self._check_key(key)
        for measure in self.asked.measures:
            self._check_measure(measure)
        out = [*(key.name for key in self.asked.by), *(measure.name for measure in self.asked.measures)]
        if len(set(out)) < len(out):
            raise InvalidValue("Two keys or measures have one name.", path="by", cure="Give each its own.")
        if self.asked.most and self.asked.most not in [measure.name for measure in self.asked.measures]:
            raise InvalidValue(f'There is no measure "{self.asked.most}" to order by.', path="most")
        self._check_connected()

    def ref(self, given: str) -> Ref:
        """A property from `name.property`."""
        name, dot, prop = given.partition(".")
        if not dot:
            raise InvalidValue(f'"{given}" names no property.', cure='Write it as "name.property".')
        if name in self.links:
            return Ref(name, link_prop(self.links[name], prop))
        return Ref(name, _named(self.types, name).prop(prop))

    def _check_key(self, key: Key) -> None:
        prop = self.ref(key.of).prop
        kind, storage = prop.kind, prop.storage
        if key.part and kind not in (DATE, INSTANT):
            raise InvalidValue(f'"{key.of}" has no {key.part}.', path="by", cure="Only dates and moments have parts.")
        alike = kind.ranges or kind in (ID, LOCALE) or prop.vocabulary or storage is Storage.BOOLEAN
        if prop.many or not alike:
            raise InvalidValue(
                f'Cells cannot be told apart by "{key.of}".', path="by", cure="Group by the id and read it from there."
            )

    def _check_measure(self, measure: Measure) -> None:
        if measure.kept == "count":
            return
        if measure.kept == "distinct":
            _named(self.types, measure.of)
            return
        prop = self.ref(measure.of).prop
        if prop.many or (prop.kind not in _SUMMED if measure.kept == "sum" else not prop.kind.ranges):
            raise InvalidValue(
                f'"{measure.of}" has no {measure.kept}.', path="measures", cure="Numbers, dates and moments have."
            )

    def _check_connected(self) -> None:
        """A name that nothing binds to the others would multiply every count."""
        left = dict.fromkeys(self.types)
        reached = [next(iter(left))]
        pairs = list(self._pairs())
        while reached:
            name = reached.pop()
            if name in left:
                del left[name]
                reached += [b for a, b in pairs if a == name] + [a for a, b in pairs if b == name]
        if left:
            raise InvalidValue(
                f'Nothing ties "{next(iter(left))}" to the rest.', path="nodes", cure="Add a tie or a comparison."
            )

    def _pairs(self) -> Iterator[tuple[str, str]]:
        sides = {tie.name: tie.source for tie in self.asked.ties}
        for tie in self.asked.ties:
            yield tie.source, tie.target
        for one in self.asked.compared:
            left, right = one.left.partition(".")[0], one.right.partition(".")[0]
            yield sides.get(left, left), sides.get(right, right)


def _check_numbers(asked: Cells) -> None:
    if not 1 <= len(asked.nodes) <= NODES or len(asked.ties) > TIES:
        raise InvalidValue(
            f"Cells have 1 to {NODES} nodes and up to {TIES} ties.", path="nodes", cure="Ask several questions."
        )
    if not asked.by and not asked.measures:
        raise InvalidValue("Nothing is asked of the cells.", path="by", cure="Name a key or a measure.")


def _named(types: Mapping[str, EntityType], name: str) -> EntityType:
    try:
        return types[name]
    except KeyError:
        raise UnknownName("node", name, nearest=nearest(name, types)) from None


def _family(kind: Kind) -> object:
    """Kinds whose stored values can be compared with each other."""
    return INTEGER if kind is BIG else kind
