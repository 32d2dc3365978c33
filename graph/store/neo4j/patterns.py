"""Where the nodes of a question come from: a type, the other side of a link, or back from what a filter pins."""

from dataclasses import dataclass

from graph.model import ANY, USED_IN, EntityType, Model, Uses
from graph.store.binding import Binding
from graph.store.layout import indexes, sort_column
from graph.store.neo4j.expressions import Hop, counting, labelled, path, quoted, visible
from graph.store.neo4j.filters import Filters
from graph.store.neo4j.orders import Key, beyond, keys
from graph.store.operands import conjuncts, gives_ids, is_id, nullable
from graph.store.select import And, Cmp, Filter, Near, Not, Or, Rel, Select, both


@dataclass(frozen=True, slots=True)
class Reached:
    """A link to be followed, and the pattern of the node it starts at."""

    hop: Hop
    near: str


@dataclass(frozen=True, slots=True)
class Source:
    """The clauses that match a question's nodes, and the terms of its order."""

    node: str
    hop: Hop | None
    text: str
    terms: list[Key]

    @property
    def variables(self) -> str:
        return f"{self.node}, {self.hop.variable}" if self.hop else self.node


@dataclass(frozen=True, slots=True)
class Patterns:
    """Writes the MATCH and WHERE of questions."""

    model: Model
    binding: Binding

    def source(self, entity: EntityType, question: Select, reached: Reached | None, *, page: bool) -> Source:
        """`page` is for rows: from where the key says, and in an order that an index may give."""
        node, hop = self.binding.name("n"), reached.hop if reached and not isinstance(reached.hop.end, Uses) else None
        conditions, where, start = [visible(node)], question.where, ""
        if reached is not None:
            start = f"MATCH {path(reached.near, reached.hop, labelled(node, entity, reached.hop.end))}"
            conditions += counting(self.binding, reached.hop, node)
        elif pinned := _pinned(where):
            start, where = self._from_pin(entity, node, pinned[0]), pinned[1]
        if where is not None:
            conditions.append(Filters(self.model, self.binding, entity, node, hop).condition(where))
        terms = keys(self.binding, entity, node, question, hop)
        if page and question.after is not None:
            conditions.append(beyond(self.binding, terms, question.after, backward=question.backward))
        if not start:
            start = f"MATCH {labelled(node, entity)}{self._from_key(entity, node, question, page=page)}"
            conditions += self.by_index(entity, node, question, page=page)
        # What uses a node by several links is matched by each.
        once = f" WITH DISTINCT {node}" if reached and hop is None else ""
        return Source(node, hop, f"{start} WHERE {' AND '.join(conditions)}{once}", terms)

    def _from_pin(self, entity: EntityType, node: str, pin: Rel | Or) -> str:
        """Match what the filter pins first and come back over the link: a node's neighbours, not the whole type."""
        if isinstance(pin, Or):
            ways = " UNION ".join(f"{self._one_way(entity, node, way)} RETURN {node}" for way in pin.of)
            return f"CALL ({self.binding.within()}) {{ {ways} }} WITH {node}"
        end = entity.end(pin.field)
        target = self.model.type(end.target)
        other, hop = self.binding.name("n"), Hop(end, self.binding.name("r"))
        conditions, where = [visible(other)], pin.where
        if deeper := _pinned(where):
            start, where = self._from_pin(target, other, deeper[0]), deeper[1]
        else:
            start = f"MATCH ({other}:{ANY})"
            ids = next(one for one in conjuncts(where) if is_id(one))
            conditions.insert(0, Filters(self.model, self.binding, target, other).condition(ids))
        step = f"MATCH {path(labelled(node, entity), hop, labelled(other, target, end))}"
        if where is not None:
            step += f" WHERE {Filters(self.model, self.binding, target, other, hop).condition(where)}"
        return f"{start} WHERE {' AND '.join(conditions)} {step} WITH DISTINCT {node}"

    def _one_way(self, entity: EntityType, node: str, where: Filter) -> str:
        """Match what one of several filters says, each of which gives something by id."""
        if pinned := _pinned(where):
            start, rest = self._from_pin(entity, node, pinned[0]), pinned[1]
            return start if rest is None else f"{start} WHERE {self._condition(entity, node, rest)}"
        return f"MATCH {labelled(node, entity)} WHERE {node}:{ANY} AND {self._condition(entity, node, where)}"

    def _condition(self, entity: EntityType, node: str, where: Filter) -> str:
        return Filters(self.model, self.binding, entity, node).condition(where)

    @staticmethod
    def by_index(entity: EntityType, node: str, question: Select, *, page: bool) -> list[str]:
        """What lets the planner use an index: the label it is on, and a predicate on each of its properties."""
        if gives_ids(question.where):
            return [f"{node}:{ANY}"] if entity.prefix else []
        if not page or any(isinstance(one, Near) for one in conjuncts(question.where)):
            # What is near is found by its coordinates, not in the order wanted.
            return []
        if not question.order:
            return [
                f"{node}:{ANY} AND {node}.id STARTS WITH '{entity.prefix}:'"
                if entity.prefix
                else f"{node}.id IS NOT NULL"
            ]
        column = _ordering_index(entity, question)
        return [f"{node}.{quoted(column)} IS NOT NULL AND {node}.id IS NOT NULL"] if column else []

    @staticmethod
    def _from_key(entity: EntityType, node: str, question: Select, *, page: bool) -> str:
        """A hint to begin at the key in the index, where nothing but the order decides on it.

        The planner reads the index from its first entry where it takes it to be small, as it does of one that grew a
        moment ago.
        """
        if not page or question.after is None or question.where is not None or not question.order:
            return ""
        column = _ordering_index(entity, question)
        return f" USING INDEX SEEK {node}:{quoted(entity.name)}({quoted(column)}, id)" if column else ""


def _ordering_index(entity: EntityType, question: Select) -> str | None:
    """The column that an index has first, by which a question is ordered."""
    prop = entity.prop(question.order[0].prop)
    column = sort_column(prop)
    return column if not nullable(prop) and (column, "id") in indexes(entity) else None


def _pinned(where: Filter | None) -> tuple[Rel | Or, Filter | None] | None:
    """What leads to nodes that are given by id, however far off, and what remains of the filter.

    That is a `some` over a link, or several such of which one has to hold.
    """
    if gives_ids(where):
        return None
    parts = conjuncts(where)
    for position, one in enumerate(parts):
        if isinstance(one, Rel | Or) and _leads_to_ids(one):
            return one, both(*parts[:position], *parts[position + 1 :])
    return None


def _leads_to_ids(where: Rel | Or) -> bool:
    if isinstance(where, Or):
        # What is asked of the link that leads to a node is asked where that is followed.
        return bool(where.of) and all(_names_ids(way) and not _asks_of_the_link(way) for way in where.of)
    return where.quantifier == "some" and where.field != USED_IN and _names_ids(where.where)


def _names_ids(where: Filter | None) -> bool:
    return gives_ids(where) or _pinned(where) is not None


def _asks_of_the_link(where: Filter) -> bool:
    match where:
        case Cmp(prop):
            return prop.startswith("@")
        case Not(of):
            return _asks_of_the_link(of)
        case And(of) | Or(of):
            return any(map(_asks_of_the_link, of))
        case _:
            return False
