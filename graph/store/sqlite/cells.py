"""Cells as SQL: a join of the named nodes and links, grouped."""

from graph.model import Prop
from graph.store.cells import CELLS, HALF, LARGEST, PARTS, Cells, Compare, Key, Measure, Node, Table
from graph.store.operands import gives_ids
from graph.store.sqlite.compiler import Compiler, literal
from graph.store.sqlite.expressions import column, link_value, outside, visible
from graph.store.sqlite.filters import condition
from graph.store.sqlite.schema import link_table, table_of
from graph.store.walks import bounded

_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def counted(compiler: Compiler, cells: Cells) -> str:
    """An expression for {"rows": [...], "more": ...}."""
    return _Cells(compiler, cells).answer()


class _Cells:
    """One table of cells; keys are called `k`, measures `m`."""

    def __init__(self, compiler: Compiler, cells: Cells) -> None:
        self.binding, self.model = compiler.binding, compiler.model
        self.cells, self.table = cells, Table.of(compiler.model, cells)
        self.nodes = {node.name: self.binding.name("a") for node in cells.nodes}
        self.ties = {number: self.binding.name("l") for number in range(len(cells.ties))}
        self.given = any(gives_ids(node.where) for node in cells.nodes)
        self.links = {tie.name: self.ties[number] for number, tie in enumerate(cells.ties) if tie.name}

    def answer(self) -> str:
        cells, limit = self.cells, self.binding.bind(bounded(self.cells.limit, CELLS, "limit"))
        columns = [f"{self._key(key)} AS k{n}" for n, key in enumerate(cells.by)]
        columns += [f"{self._measure(measure)} AS m{n}" for n, measure in enumerate(cells.measures)]
        group = f" GROUP BY {', '.join(f'k{n}' for n in range(len(cells.by)))}" if cells.by else ""
        order = self._order()
        found = f"SELECT {', '.join(columns)} {self._joined()}{group}{order} LIMIT {limit} + 1"
        members = [f"{literal(key.name)}, {self._shown(f'c.k{n}', key)}" for n, key in enumerate(cells.by)]
        members += [f"{literal(one.name)}, {self._kept(f'c.m{n}', one)}" for n, one in enumerate(cells.measures)]
        more = f"json(CASE WHEN count(*) > {limit} THEN 'true' ELSE 'false' END)"
        return (
            f"(SELECT json_object('rows', json_group_array(json_object({', '.join(members)}) ORDER BY c.rank)"
            f" FILTER (WHERE c.rank <= {limit}), 'more', {more})"
            f" FROM (SELECT f.*, row_number() OVER ({order.strip() or 'ORDER BY 1'}) AS rank FROM ({found}) f) c)"
        )

    def _joined(self) -> str:
        tables = [self._table(node) for node in self.cells.nodes]
        where = [visible(alias) for alias in self.nodes.values()]
        for node in self.cells.nodes:
            if node.where is not None:
                entity, alias = self.table.types[node.name], self.nodes[node.name]
                where.append(condition(self.model, self.binding, entity, alias, node.where))
        for number, tie in enumerate(self.cells.ties):
            end, link = self.table.ends[number], self.ties[number]
            near, far = ("src", "dst") if end.forward else ("dst", "src")
            tables.append(f"{link_table(end.link.stored)} {link}")
            alias = self.nodes[tie.target]
            where += [f"{link}.{near} = {self.nodes[tie.source]}.nid", f"{link}.{far} = {alias}.nid"]
            if tie.where is not None:
                entity = self.table.types[tie.target]
                where.append(condition(self.model, self.binding, entity, alias, tie.where, (end, link)))
        where += [self._compared(one) for one in self.cells.compared]
        return f"FROM {', '.join(tables)} WHERE {' AND '.join(where)}"

    def _table(self, node: Node) -> str:
        """A node's table; where others are given by id it is reached over links alone.

        SQLite would else begin with an index on any value that is asked for, as with every post that is out.
        """
        over_links = " NOT INDEXED" if self.given and not gives_ids(node.where) else ""
        return f"{table_of(self.table.types[node.name])} {self.nodes[node.name]}{over_links}"

    def _value(self, given: str) -> tuple[str, Prop]:
        ref = self.table.ref(given)
        if ref.name in self.links:
            return link_value(self.links[ref.name], self.table.links[ref.name], ref.prop.name), ref.prop
        return column(self.nodes[ref.name], ref.prop), ref.prop

    def _compared(self, one: Compare) -> str:
        (left, _), (right, _) = self._value(one.left), self._value(one.right)
        return f"coalesce({left} {_SIGNS[one.sign]} {right}, {int(one.or_missing)})"

    def _key(self, key: Key) -> str:
        found, _ = self._value(key.of)
        return f"substr({found}, 1, {PARTS[key.part]})" if key.part else found

    def _measure(self, measure: Measure) -> str:
        if measure.kept == "count":
            return "count(*)"
        if measure.kept == "distinct":
            return f"count(DISTINCT {self.nodes[measure.of]}.nid)"
        found, _ = self._value(measure.of)
        if measure.kept != "sum":
            return f"{measure.kept}({found})"
        whole, rest = f"coalesce(sum({found} / {HALF}), 0)", f"coalesce(sum({found} % {HALF}), 0)"
        return f"CASE WHEN abs({whole}) < {LARGEST // HALF} THEN {whole} * {HALF} + {rest} END"

    def _order(self) -> str:
        names = [measure.name for measure in self.cells.measures]
        terms = [f"m{names.index(self.cells.most)} DESC NULLS LAST"] if self.cells.most else []
        terms += [f"k{n} NULLS LAST" for n in range(len(self.cells.by))]
        return f" ORDER BY {', '.join(terms)}" if terms else ""

    def _shown(self, name: str, key: Key) -> str:
        return name if key.part else outside(name, self.table.ref(key.of).prop)

    def _kept(self, name: str, measure: Measure) -> str:
        if measure.kept in ("count", "distinct"):
            return name
        return outside(name, self.table.ref(measure.of).prop)
