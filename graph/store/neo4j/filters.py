"""Cypher for filters: negation goes down to the comparisons, and an unknown answers no."""

from dataclasses import dataclass

from graph.errors import InvalidValue
from graph.model import EntityType, Model, Prop, Storage
from graph.store.binding import Binding
from graph.store.layout import fold_column
from graph.store.neo4j.expressions import (
    Hop,
    constant,
    counting,
    guard,
    labelled,
    link_value,
    path,
    quoted,
    type_of,
    visible,
)
from graph.store.operands import folded, link_prop, listed, part, stored
from graph.store.positions import VECTOR, circle, located
from graph.store.select import And, Cmp, Filter, Near, Not, Or, Rel

_RANGES = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True, slots=True)
class Filters:
    """The filter of one node; a fresh one is made for every hop."""

    model: Model
    binding: Binding
    entity: EntityType
    node: str
    hop: Hop | None = None

    def condition(self, where: Filter, *, positive: bool = True) -> str:
        """A filter as a condition that is true or false, or null for false where it is positive."""
        match where:
            case Not(of):
                return self.condition(of, positive=not positive)
            case And(of) | Or(of):
                both = isinstance(where, And) == positive
                parts = [self.condition(part, positive=positive) for part in of]
                return f"({(' AND ' if both else ' OR ').join(parts)})" if parts else constant(self.binding, holds=both)
            case Rel():
                return self._related(where, positive=positive)
            case Cmp():
                found = self._compared(where)
                return f"({found})" if positive else f"NOT coalesce({found}, false)"
            case Near():
                found = self._near(where)
                return f"({found})" if positive else f"NOT coalesce({found}, false)"

    def _near(self, where: Near) -> str:
        """A box, which an index can serve, and the chord, which decides."""
        located_at = located(self.entity)
        round_, bind = circle(where), self.binding.bind
        north, east = (f"{self.node}.{quoted(prop.name)}" for prop in located_at)
        x, y, z = (
            f"({self.node}.{name} - {bind(value)})"
            for name, value in zip(VECTOR, (round_.x, round_.y, round_.z), strict=True)
        )
        here = f"{bind(round_.west)} <= {east} <= {bind(round_.east)}"
        or_here = f"{bind(round_.other_west)} <= {east} <= {bind(round_.other_east)}"
        conditions = [
            f"{bind(round_.south)} <= {north} <= {bind(round_.north)}",
            f"{east} IS NOT NULL",
            f"({here} OR {or_here})",
            f"{x} * {x} + {y} * {y} + {z} * {z} <= {bind(round_.chord)}",
        ]
        return " AND ".join([*conditions, *filter(None, (guard(self.node, prop) for prop in located_at))])

    def _related(self, where: Rel, *, positive: bool) -> str:
        """`every` means that there is no counterexample, unknowns included."""
        end = self.entity.step(where.field)
        target = self.model.type(end.target)
        hop, other = Hop(end, self.binding.name("r")), self.binding.name("n")
        conditions = [visible(other), *counting(self.binding, hop, other)]
        if where.where is not None:
            inner = Filters(self.model, self.binding, target, other, hop)
            conditions.append(inner.condition(where.where, positive=where.quantifier != "every"))
        elif where.quantifier == "every":
            conditions.append(constant(self.binding, holds=False))
        exists = (
            f"EXISTS {{ MATCH {path(f'({self.node})', hop, labelled(other, target, end))}"
            f" WHERE {' AND '.join(conditions)} }}"
        )
        return exists if (where.quantifier == "some") == positive else f"NOT {exists}"

    def _compared(self, where: Cmp) -> str:
        if where.prop.startswith("@"):
            if self.hop is None:
                raise InvalidValue("There is no link here whose property could be compared.", path=where.prop)
            prop = link_prop(self.hop.end, where.prop[1:])
            return self._atom(where, prop, link_value(self.binding, self.hop, prop.name))
        if where.prop == "type" and not self.entity.prefix:
            return f"{type_of(self.node)} IN {self.binding.bind(listed(None, where.value))}"
        prop = self.entity.prop(where.prop)
        if not prop.filterable:
            raise InvalidValue(f'"{where.prop}" of {self.entity.name} cannot be filtered.', path=where.prop)
        return self._guarded(where, prop)

    def _guarded(self, where: Cmp, prop: Prop) -> str:
        """The guard stands beside the comparison, which an index can then serve."""
        found, condition = self._atom(where, prop, f"{self.node}.{quoted(prop.name)}"), guard(self.node, prop)
        if condition is None:
            return found
        if where.op == "isNull" and where.value:
            return f"{found} OR NOT ({condition})"
        return f"{found} AND {condition}"

    def _atom(self, where: Cmp, prop: Prop, value: str) -> str:
        match where.op:
            case "isNull":
                return _empty(prop, value) if where.value else f"NOT ({_empty(prop, value)})"
            case "eq":
                return f"{value} = {self.binding.bind(stored(prop, where.value))}"
            case "in":
                return f"{value} IN {self.binding.bind(listed(prop, where.value))}"
            case "has":
                return f"{self.binding.bind(stored(prop, where.value))} IN {value}"
            case "contains" | "startsWith":
                return self._partly(where, prop, value)
            case _:
                if not prop.kind.ranges or prop.many:
                    raise InvalidValue(f'"{where.prop}" has no order that both engines share.', path=where.prop)
                return f"{value} {_RANGES[where.op]} {self.binding.bind(stored(prop, where.value))}"

    def _partly(self, where: Cmp, prop: Prop, value: str) -> str:
        if prop.folded and not where.prop.startswith("@"):
            value, wanted = f"{self.node}.{quoted(fold_column(prop))}", folded(where)
        elif prop.begins and where.op == "startsWith":
            wanted = part(where)
        else:
            raise InvalidValue(f'"{where.prop}" cannot be asked for a part of its text.', path=where.prop)
        word = "CONTAINS" if where.op == "contains" else "STARTS WITH"
        return f"{value} {word} {self.binding.bind(wanted)}"


def _empty(prop: Prop, value: str) -> str:
    """Whether a value is missing; a list is where it holds nothing."""
    return f"coalesce(size({value}), 0) = 0" if prop.storage is Storage.LIST else f"{value} IS NULL"
