"""Cells as Cypher: one MATCH for each node and tie, grouped."""

from collections.abc import Sequence
from typing import cast

from graph.model import Prop
from graph.store.cells import CELLS, HALF, LARGEST, PARTS, Cells, Compare, Key, Measure, Table
from graph.store.neo4j.compiler import Compiler
from graph.store.neo4j.decoding import Columns, reader_of
from graph.store.neo4j.expressions import Hop, constant, labelled, link_value, path, seen, visible
from graph.store.neo4j.filters import Filters
from graph.store.neo4j.naming import Decode, as_it_is, called
from graph.store.select import Select
from graph.store.walks import bounded

_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def counted(compiler: Compiler, cells: Cells) -> Columns:
    """The rows of a table and whether there are more."""
    columns = Columns()
    text, decode = _Cells(compiler, cells).answer()
    compiler.add(columns, "", None, text, called(decode))
    columns.alone = True
    return columns


class _Cells:
    """One table of cells; keys are called `k`, measures `m`."""

    def __init__(self, compiler: Compiler, cells: Cells) -> None:
        self.binding, self.model, self.patterns = compiler.binding, compiler.model, compiler.patterns
        self.cells, self.table = cells, Table.of(compiler.model, cells)
        self.nodes = {node.name: self.binding.name("n") for node in cells.nodes}
        self.ties = [Hop(self.table.ends[number], self.binding.name("r")) for number in range(len(cells.ties))]
        self.links = {tie.name: self.ties[number] for number, tie in enumerate(cells.ties) if tie.name}

    def answer(self) -> tuple[str, Decode]:
        cells, limit = self.cells, self.binding.bind(bounded(self.cells.limit, CELLS, "limit"))
        names = [*(f"k{n}" for n in range(len(cells.by))), *(f"m{n}" for n in range(len(cells.measures)))]
        values = [*map(self._key, cells.by), *map(self._measure, cells.measures)]
        found = ", ".join(f"{one} AS {name}" for one, name in zip(values, names, strict=True))
        sums = ", ".join([*names[: len(cells.by)], *(self._sum(n) for n in range(len(cells.measures)))])
        text = (
            f"{self._matched()} WITH {found} WITH {sums}{self._order()} LIMIT {limit} + 1"
            f" RETURN [{limit}, collect([{', '.join(names)}])]"
        )
        return text, self._decoder()

    def _matched(self) -> str:
        found: list[str] = []
        for node in self.cells.nodes:
            entity, name = self.table.types[node.name], self.nodes[node.name]
            conditions = [visible(name)]
            if node.where is not None:
                conditions.append(Filters(self.model, self.binding, entity, name).condition(node.where))
                asked = Select(entity.name, where=node.where)
                conditions += self.patterns.by_index(entity, name, asked, page=False)
            found.append(f"MATCH {labelled(name, entity)} WHERE {' AND '.join(conditions)}")
        for tie, hop in zip(self.cells.ties, self.ties, strict=True):
            near, far = self.nodes[tie.source], self.nodes[tie.target]
            found.append(f"MATCH {path(f'({near})', hop, f'({far})')} WHERE ")
            entity = self.table.types[tie.target]
            filters = Filters(self.model, self.binding, entity, far, hop)
            found[-1] += constant(self.binding, holds=True) if tie.where is None else filters.condition(tie.where)
        return " AND ".join([" ".join(found), *map(self._compared, self.cells.compared)])

    def _value(self, given: str) -> tuple[str, Prop]:
        ref = self.table.ref(given)
        if ref.name in self.links:
            return link_value(self.binding, self.links[ref.name], ref.prop.name), ref.prop
        return seen(self.nodes[ref.name], ref.prop), ref.prop

    def _compared(self, one: Compare) -> str:
        (left, _), (right, _) = self._value(one.left), self._value(one.right)
        return f"coalesce({left} {_SIGNS[one.sign]} {right}, {str(one.or_missing).lower()})"

    def _key(self, key: Key) -> str:
        found, _ = self._value(key.of)
        return f"left({found}, {PARTS[key.part]})" if key.part else found

    def _measure(self, measure: Measure) -> str:
        if measure.kept == "count":
            return "count(*)"
        if measure.kept == "distinct":
            return f"count(DISTINCT {self.nodes[measure.of]})"
        found, _ = self._value(measure.of)
        if measure.kept != "sum":
            return f"{measure.kept}({found})"
        return f"[sum({found} / {HALF}), sum({found} % {HALF})]"

    def _sum(self, number: int) -> str:
        """A sum from its two halves, once they are added up."""
        name = f"m{number}"
        if self.cells.measures[number].kept != "sum":
            return name
        return f"CASE WHEN abs({name}[0]) < {LARGEST // HALF} THEN {name}[0] * {HALF} + {name}[1] END AS {name}"

    def _order(self) -> str:
        names = [measure.name for measure in self.cells.measures]
        most = f"m{names.index(self.cells.most)}" if self.cells.most else ""
        terms = [f"{most} IS NULL, {most} DESC"] if most else []
        terms += [f"k{n}" for n in range(len(self.cells.by))]
        return f" ORDER BY {', '.join(terms)}" if terms else ""

    def _decoder(self) -> Decode:
        row = Columns()
        for key in self.cells.by:
            row.add(key.name, "", as_it_is if key.part else reader_of(self.table.ref(key.of).prop))
        for one in self.cells.measures:
            counts = one.kept in ("count", "distinct")
            row.add(one.name, "", as_it_is if counts else reader_of(self.table.ref(one.of).prop))

        decode = row.decoder

        def table(value: object) -> object:
            limit, found = cast("tuple[int, Sequence[object]]", value)
            return [{"rows": [decode(one) for one in found[:limit]], "more": len(found) > limit}]

        return table
