"""Walks as SQL: a table of what is reached at each step, then of the best ways to the ends that were chosen.

What the last step reaches is looked at from the most weight on, until enough of it is seen and let through: most of it
is not among the best, and its nodes are never read. Where the best way counts, not even its links are.
"""

import orjson

from graph.store.operands import link_prop
from graph.store.shapes import Slot
from graph.store.sqlite.compiler import Compiler, literal
from graph.store.sqlite.expressions import link_value, outside, visible
from graph.store.sqlite.filters import condition
from graph.store.sqlite.schema import by_weight, link_table, quoted, table_of, weighed_by
from graph.store.walks import ENDS, MET, MOST, UNIT, WAYS, WHOLE, Leg, Walk, bounded, factors, legs

#: How many times as many ends as are wanted are sorted by weight first.
_AMONG = 16


def walked(compiler: Compiler, walk: Walk) -> str:
    """An expression for {"rows": [...]}."""
    return _Walk(compiler, walk).answer()


class _Walk:
    """One walk; its tables are `s` what is reached, `b` what of it leads to the ends, `p` the best ways to that."""

    def __init__(self, compiler: Compiler, walk: Walk) -> None:
        self.compiler, self.walk = compiler, walk
        self.binding, self.model = compiler.binding, compiler.model
        self.start, self.legs = legs(self.model, walk)
        self.factors = [self._factor(leg) for leg in self.legs]

    def answer(self) -> str:
        last, end = len(self.legs), self.legs[-1].entity
        tables = [f"s0(nid, w) AS MATERIALIZED ({self._started()})"]
        few = self._heaviest(last)
        tables += [f"s{n}(nid, w) AS MATERIALIZED ({self._stepped(n)})" for n in range(1, last + (not few))]
        limit = self.binding.bind(bounded(self.walk.limit, ENDS, "limit"))
        tables += self._few_ends(limit) if few else self._ends(limit)
        alias = self.binding.name("r")
        members = [f"'@weight', {_shown('e.w')}", *self.compiler.members(end, alias, self.walk.shape)]
        if self.walk.ways:
            tables += self._ways()
            members.append(
                "'@ways', json((SELECT json_group_array(json_object("
                f"'weight', {_shown('p.w')}, 'nodes', json('[\"' || replace(p.ids, ' ', '\",\"') || '\"]'),"
                f" 'links', json('[' || p.links || ']')) ORDER BY p.w DESC, p.ids) FROM p{last} p WHERE p.nid = e.nid))"
            )
        return (
            f"(WITH {', '.join(tables)} SELECT json_object('rows',"
            f" json_group_array(json_object({', '.join(members)}) ORDER BY e.w DESC, e.id))"
            f" FROM e CROSS JOIN {table_of(end)} {alias} ON {alias}.nid = e.nid)"
        )

    def _started(self) -> str:
        alias = self.binding.name("a")
        where = condition(self.model, self.binding, self.start, alias, self.walk.where)
        return f"SELECT {alias}.nid, {UNIT} FROM {table_of(self.start)} {alias} WHERE {visible(alias)} AND {where}"

    def _ends(self, limit: str) -> list[str]:
        """The ends that are wanted, the heaviest first.

        Among a few times as many, which alone are sorted, enough are let through most often. Then nothing lighter than
        the last of those is looked at; where they are not enough, everything is.
        """
        last, entity = len(self.legs), self.legs[-1].entity
        if not self._late(last):
            seen = (
                f"SELECT s.nid, s.w, a.id FROM s{last} s CROSS JOIN {table_of(entity)} a ON a.nid = s.nid"
                f" ORDER BY s.w DESC, a.id LIMIT {limit}"
            )
            return [f"e(nid, w, id) AS MATERIALIZED ({seen})"]
        among, seen = self.binding.name("a"), self.binding.name("a")
        few = f"SELECT nid, w FROM s{last} ORDER BY w DESC LIMIT {_AMONG} * {limit}"
        least = (
            f"SELECT s.w FROM h s CROSS JOIN {table_of(entity)} {among} ON {among}.nid = s.nid"
            f" WHERE {self._let_through(last, among)} ORDER BY s.w DESC LIMIT 1 OFFSET {limit} - 1"
        )
        ends = (
            f"SELECT s.nid, s.w, {seen}.id FROM s{last} s CROSS JOIN {table_of(entity)} {seen} ON {seen}.nid = s.nid"
            f" WHERE s.w >= (SELECT w FROM f) AND {self._let_through(last, seen)}"
            f" ORDER BY s.w DESC, {seen}.id LIMIT {limit}"
        )
        return [
            f"h(nid, w) AS MATERIALIZED ({few})",
            f"f(w) AS MATERIALIZED (SELECT coalesce(({least}), 0))",
            f"e(nid, w, id) AS MATERIALIZED ({ends})",
        ]

    def _few_ends(self, limit: str) -> list[str]:
        """The ends that are wanted where the best way to each counts, of the heaviest links alone.

        As many of the heaviest links from each node as there are to be ends hold as many ends, the last of which no
        end that is wanted is lighter than. So a link from a node counts only if it could make as much.
        """
        last, entity = len(self.legs), self.legs[-1].entity
        (near, far), table = _sides(self.legs[-1]), link_table(self.legs[-1].end.link.stored)
        order = by_weight(self.model, table)
        among, seen = self.binding.name("a"), self.binding.name("a")
        heaviest = (
            f"SELECT h.{far} FROM {table} h CROSS JOIN {table_of(entity)} {among} ON {among}.nid = h.{far}"
            f" WHERE h.{near} = s.nid AND {self._let_through(last, among)}"
            f" ORDER BY {order.format('h')} DESC LIMIT {limit}"
        )
        least = (
            f"SELECT max({self._times('s.w', 'l', last)}) FROM s{last - 1} s"
            f" CROSS JOIN json_each((SELECT json_group_array({far}) FROM ({heaviest}))) j"
            f" CROSS JOIN {table} l ON l.{near} = s.nid AND l.{far} = j.value"
            f" GROUP BY l.{far} ORDER BY 1 DESC LIMIT 1 OFFSET {limit} - 1"
        )
        ends = (
            f"SELECT l.{far}, max({self._times('s.w', 'l', last)}) AS w, {seen}.id FROM f CROSS JOIN s{last - 1} s"
            f" CROSS JOIN {table} l ON l.{near} = s.nid"
            f" AND {order.format('l')} >= coalesce(f.w * {WHOLE} / nullif(s.w, 0), 0)"
            f" CROSS JOIN {table_of(entity)} {seen} ON {seen}.nid = l.{far}"
            f" WHERE {self._times('s.w', 'l', last)} >= f.w AND {self._let_through(last, seen)}"
            f" GROUP BY l.{far} ORDER BY w DESC, {seen}.id LIMIT {limit}"
        )
        return [f"f(w) AS MATERIALIZED (SELECT coalesce(({least}), 0))", f"e(nid, w, id) AS MATERIALIZED ({ends})"]

    def _heaviest(self, number: int) -> bool:
        """Whether the ends can be found from the heaviest links on, which only an index of the way back holds so."""
        leg = self.legs[number - 1]
        if self.walk.meet != "most" or leg.end.forward or leg.weight is None or not self._late(number):
            return False
        return leg.weight.name == weighed_by(self.model, link_table(leg.end.link.stored))[0]

    def _late(self, number: int) -> bool:
        """Whether a step's nodes are looked at only once they are among the ends."""
        return number == len(self.legs) and not self.legs[number - 1].asks_link

    def _let_through(self, number: int, alias: str) -> str:
        leg = self.legs[number - 1]
        where = leg.step.where
        if where is None:
            return visible(alias)
        return f"{visible(alias)} AND {condition(self.model, self.binding, leg.entity, alias, where)}"

    def _stepped(self, number: int) -> str:
        """Every link from what was reached before, its weight added up at the other side."""
        leg, alias, link = self.legs[number - 1], self.binding.name("a"), self.binding.name("l")
        near, far = _sides(leg)
        if self._late(number):
            return (
                f"SELECT {link}.{far}, {self._met(link, number)} FROM s{number - 1} s"
                f" CROSS JOIN {link_table(leg.end.link.stored)} {link} ON {link}.{near} = s.nid GROUP BY {link}.{far}"
            )
        conditions = [visible(alias)]
        if leg.step.where is not None:
            conditions.append(condition(self.model, self.binding, leg.entity, alias, leg.step.where, (leg.end, link)))
        return (
            f"SELECT {alias}.nid, {self._met(link, number)} FROM s{number - 1} s"
            f" CROSS JOIN {link_table(leg.end.link.stored)} {link} ON {link}.{near} = s.nid"
            f" CROSS JOIN {table_of(leg.entity)} {alias} ON {alias}.nid = {link}.{far}"
            f" WHERE {' AND '.join(conditions)} GROUP BY {alias}.nid"
        )

    def _met(self, link: str, number: int) -> str:
        """The weight of a node where ways meet."""
        return f"min({MET[self.walk.meet]}({self._times('s.w', link, number)}), {MOST})"

    def _factor(self, leg: Leg) -> list[str]:
        """By what a weight is multiplied over a link called {0}, in thousandths."""
        found = [] if leg.weight is None else [f"coalesce({{0}}.{quoted(leg.weight.name)}, {WHOLE})"]
        if leg.step.confidence:
            table = self.binding.bind(_json(factors(leg.step.confidence)))
            found.append(f"coalesce({table} ->> {{0}}.confidence, {WHOLE})")
        return found

    def _times(self, weight: str, link: str, number: int) -> str:
        found = self.factors[number - 1]
        if not found:
            return weight
        return f"{weight} * {' * '.join(found)} / {WHOLE ** len(found)}".replace("{0}", link)

    def _ways(self) -> list[str]:
        """Back from the ends over what was reached, then forwards, keeping the best at every node."""
        last = len(self.legs)
        kept = self.binding.bind(bounded(self.walk.ways, WAYS, "ways"))
        tables = [f"b{last}(nid) AS MATERIALIZED (SELECT nid FROM e)"]
        for number in range(last, 0, -1):
            leg, (near, far) = self.legs[number - 1], _sides(self.legs[number - 1])
            tables.append(
                f"b{number - 1}(nid) AS MATERIALIZED (SELECT DISTINCT s.nid FROM b{number} b"
                f" CROSS JOIN {link_table(leg.end.link.stored)} l ON l.{far} = b.nid"
                f" CROSS JOIN s{number - 1} s ON s.nid = l.{near})"
            )
        tables.append(
            f"p0(nid, w, ids, links) AS MATERIALIZED (SELECT b.nid, {UNIT}, a.id, ''"
            f" FROM b0 b CROSS JOIN {table_of(self.start)} a ON a.nid = b.nid)"
        )
        tables += [
            f"p{number}(nid, w, ids, links) AS MATERIALIZED ({self._best(number, kept)})"
            for number in range(1, last + 1)
        ]
        return tables

    def _best(self, number: int, kept: str) -> str:
        leg, alias, link = self.legs[number - 1], self.binding.name("a"), self.binding.name("l")
        near, far = _sides(leg)
        weight, wanted = self._times("p.w", link, number), leg.step.props
        columns = "".join(f", {link}.{quoted(name)} AS {quoted(name)}" for name in dict.fromkeys(wanted))
        factor = self._times(str(UNIT), link, number)
        where = ""
        if leg.step.where is not None and leg.asks_link:
            again = condition(self.model, self.binding, leg.entity, alias, leg.step.where, (leg.end, link))
            where = f" WHERE {again}"
        said = [f"'field', {literal(leg.step.field)}", f"'factor', {_shown('x._f')}"]
        said += [
            f"{literal(name)}, {outside(link_value('x', leg.end, name), link_prop(leg.end, name))}" for name in wanted
        ]
        comma = "" if number == 1 else "',' || "
        return (
            f"SELECT x._nid, x._w, x._ids, x._links || {comma}json_object({', '.join(said)}) FROM"
            f" (SELECT {alias}.nid AS _nid, {weight} AS _w, {factor} AS _f, p.ids || ' ' || {alias}.id AS _ids,"
            f" p.links AS _links{columns},"
            f" row_number() OVER (PARTITION BY {alias}.nid ORDER BY {weight} DESC, p.ids) AS _rank"
            # Back from the few that lead to the ends: over what was reached there may be far more links.
            f" FROM b{number} b CROSS JOIN {link_table(leg.end.link.stored)} {link} ON {link}.{far} = b.nid"
            f" CROSS JOIN p{number - 1} p ON p.nid = {link}.{near}"
            f" CROSS JOIN {table_of(leg.entity)} {alias} ON {alias}.nid = b.nid{where}) x WHERE x._rank <= {kept}"
        )


def _sides(leg: Leg) -> tuple[str, str]:
    return ("src", "dst") if leg.end.forward else ("dst", "src")


def _shown(weight: str) -> str:
    return f"{weight} / {UNIT}.0"


def _json(table: object) -> object:
    return table.then(_json) if isinstance(table, Slot) else orjson.dumps(table).decode()
