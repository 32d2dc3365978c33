"""SQL for filters: negation goes down to the comparisons, and an unknown answers no."""

import orjson

from graph.errors import InvalidValue
from graph.model import End, EntityType, Model, Prop, Storage, Uses
from graph.store.binding import Binding
from graph.store.layout import fold_column
from graph.store.operands import folded, gives_ids, link_prop, listed, part, stored
from graph.store.positions import VECTOR, circle, located
from graph.store.select import And, Cmp, Filter, Near, Not, Or, Rel
from graph.store.shapes import Slot
from graph.store.sqlite.expressions import column, link_value, users, visible
from graph.store.sqlite.schema import link_table, table_of

_RANGES = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def condition(
    model: Model, binding: Binding, entity: EntityType, alias: str, where: Filter, link: tuple[End, str] | None = None
) -> str:
    """A filter on a node as SQL; `link` is the link it was reached by and the name it is joined under."""
    return _Filters(model, binding, entity, alias, link, few=gives_ids(where)).sql(where, positive=True)


class _Filters:
    """One node's filter; a fresh one is made for every hop. Of `few` nodes each is looked at by itself."""

    def __init__(
        self,
        model: Model,
        binding: Binding,
        entity: EntityType,
        alias: str,
        link: tuple[End, str] | None,
        *,
        few: bool = False,
    ) -> None:
        self.model, self.binding, self.entity, self.alias, self.link = model, binding, entity, alias, link
        self.few = few

    def sql(self, where: Filter, *, positive: bool) -> str:
        match where:
            case Not(of):
                return self.sql(of, positive=not positive)
            case And(of) | Or(of):
                parts = [self.sql(part, positive=positive) for part in of]
                both = isinstance(where, And) == positive
                return _joined(parts, " AND " if both else " OR ", empty="1" if both else "0")
            case Rel():
                return self._related(where, positive=positive)
            case Cmp():
                found = self._compared(where)
                return found if positive else f"({found}) IS NOT TRUE"
            case Near():
                found = self._near(where)
                return found if positive else f"({found}) IS NOT TRUE"

    def _near(self, where: Near) -> str:
        """A box, which an index can serve, and the chord, which decides."""
        lat, lon = located(self.entity)
        round_ = circle(where)
        bind, north, east = self.binding.bind, column(self.alias, lat), column(self.alias, lon)
        x, y, z = (
            f"({column(self.alias, lat, name)} - {bind(value)})"
            for name, value in zip(VECTOR, (round_.x, round_.y, round_.z), strict=True)
        )
        return (
            f"({north} BETWEEN {bind(round_.south)} AND {bind(round_.north)}"
            f" AND ({east} BETWEEN {bind(round_.west)} AND {bind(round_.east)}"
            f" OR {east} BETWEEN {bind(round_.other_west)} AND {bind(round_.other_east)})"
            f" AND {x} * {x} + {y} * {y} + {z} * {z} <= {bind(round_.chord)})"
        )

    def _used(self, uses: Uses, where: Rel, *, positive: bool) -> str:
        """Asked of each node, since what is used at all is mostly the greater part."""
        user, other = self.binding.name("u"), self.binding.name("t")
        inner = [visible(other)]
        if where.where is not None:
            hop = _Filters(self.model, self.binding, self.model.any, other, None)
            inner.append(hop.sql(where.where, positive=where.quantifier != "every"))
        elif where.quantifier == "every":
            inner.append("0")
        inside = (where.quantifier == "some") == positive
        return (
            f"{'' if inside else 'NOT '}EXISTS (SELECT 1 FROM ({users(uses, self.alias, 'UNION ALL')}) {user}"
            f' CROSS JOIN "node" {other} ON {other}.nid = {user}.nid WHERE {" AND ".join(inner)})'
        )

    def _related(self, where: Rel, *, positive: bool) -> str:
        """A positive `some` is a set of keys, which an index can start from; of few nodes each is asked for."""
        end = self.entity.step(where.field)
        if isinstance(end, Uses):
            return self._used(end, where, positive=positive)
        target = self.model.type(end.target)
        joined, other = self.binding.name("l"), self.binding.name("t")
        near, far = ("src", "dst") if end.forward else ("dst", "src")
        inner = [visible(other), *_only(target, end, other)]
        if where.where is not None:
            few = where.quantifier != "every" and gives_ids(where.where)
            hop = _Filters(self.model, self.binding, target, other, (end, joined), few=few)
            inner.append(hop.sql(where.where, positive=where.quantifier != "every"))
        elif where.quantifier == "every":
            inner.append("0")
        inside = (where.quantifier == "some") == positive
        if self.few:
            return (
                f"{'' if inside else 'NOT '}EXISTS (SELECT 1 FROM {link_table(end.link.stored)} {joined} CROSS JOIN"
                f" {table_of(target)} {other} ON {other}.nid = {joined}.{far}"
                f" WHERE {joined}.{near} = {self.alias}.nid AND {' AND '.join(inner)})"
            )
        keys = (
            f"SELECT {joined}.{near} FROM {link_table(end.link.stored)} {joined} JOIN {table_of(target)} {other}"
            f" ON {other}.nid = {joined}.{far} WHERE {' AND '.join(inner)}"
        )
        return f"{self.alias}.nid {'IN' if inside else 'NOT IN'} ({keys})"

    def _compared(self, where: Cmp) -> str:
        if where.prop.startswith("@") and where.prop != "@type":
            return self._atom(where, *self._link_side(where.prop[1:]))
        if where.prop == "@type":
            raise InvalidValue("A type is asked by naming it.", path=where.prop)
        if where.prop == "type" and not self.entity.prefix:
            return self._listed(f"{self.alias}.type", listed(None, where.value))
        prop = self.entity.prop(where.prop)
        if not prop.filterable:
            raise InvalidValue(f'"{where.prop}" of {self.entity.name} cannot be filtered.', path=where.prop)
        value = column(self.alias, prop)
        # By an index on anything else than the id of few nodes SQLite would begin with all that have the same value.
        return self._atom(where, prop, f"+{value}" if self.few and where.prop != "id" else value)

    def _link_side(self, name: str) -> tuple[Prop, str]:
        if self.link is None:
            raise InvalidValue("There is no link here whose property could be compared.", path=f"@{name}")
        end, alias = self.link
        return link_prop(end, name), link_value(alias, end, name)

    def _atom(self, where: Cmp, prop: Prop, value: str) -> str:
        match where.op:
            case "isNull":
                empty = f"coalesce({value}, '[]') = '[]'" if prop.storage is Storage.LIST else f"{value} IS NULL"
                return f"({empty}) = {self.binding.bind(bool(where.value))}"
            case "eq":
                return f"{value} = {self.binding.bind(stored(prop, where.value))}"
            case "in":
                return self._listed(value, listed(prop, where.value))
            case "has":
                wanted = self.binding.bind(stored(prop, where.value))
                return f"EXISTS (SELECT 1 FROM json_each({value}) WHERE value = {wanted})"
            case "contains" | "startsWith":
                return self._partly(where, prop, value)
            case _:
                if not prop.kind.ranges:
                    raise InvalidValue(f'"{where.prop}" has no order that both engines share.', path=where.prop)
                return f"{value} {_RANGES[where.op]} {self.binding.bind(stored(prop, where.value))}"

    def _listed(self, value: str, items: object) -> str:
        return f"{value} IN (SELECT value FROM json_each({self.binding.bind(_json(items))}))"

    def _partly(self, where: Cmp, prop: Prop, value: str) -> str:
        if prop.folded and not where.prop.startswith("@"):
            value, wanted = column(self.alias, prop, fold_column(prop)), self.binding.bind(folded(where))
        elif prop.begins and where.op == "startsWith":
            wanted = self.binding.bind(part(where))
        else:
            raise InvalidValue(f'"{where.prop}" cannot be asked for a part of its text.', path=where.prop)
        if where.op == "contains":
            return f"instr({value}, {wanted}) > 0"
        return f"substr({value}, 1, length({wanted})) = {wanted}"


def _json(items: object) -> object:
    return items.then(_json) if isinstance(items, Slot) else orjson.dumps(items).decode()


def _only(target: EntityType, end: End, alias: str) -> list[str]:
    """Where several types can be at the other side: which."""
    if target.prefix or end.target in end.targets:
        return []
    names = ", ".join(f"'{name}'" for name in end.targets)
    return [f"{alias}.type IN ({names})"]


def _joined(parts: list[str], word: str, *, empty: str) -> str:
    """Conditions joined as a balanced tree, since the depth of an expression is bounded."""
    if not parts:
        return empty
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_joined(parts[:half], word, empty=empty)}{word}{_joined(parts[half:], word, empty=empty)})"
