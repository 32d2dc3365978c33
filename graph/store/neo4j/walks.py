"""Walks as Cypher: one MATCH for each step, weights added up between them, and the best ways to the ends chosen."""

from collections.abc import Sequence
from typing import cast

from graph.model import Prop
from graph.store.binding import Binding
from graph.store.neo4j.compiler import Compiler
from graph.store.neo4j.decoding import Columns, reader_of
from graph.store.neo4j.expressions import Hop, labelled, link_value, path, quoted, visible
from graph.store.neo4j.filters import Filters
from graph.store.neo4j.naming import Decode, called
from graph.store.neo4j.patterns import Source
from graph.store.operands import conjuncts, is_id, link_prop
from graph.store.select import Select
from graph.store.walks import ENDS, MET, MOST, UNIT, WAYS, WHOLE, Leg, Walk, bounded, factors, legs


def walked(compiler: Compiler, walk: Walk) -> Columns:
    """The rows of a walk."""
    columns = Columns()
    text, decode = _Walk(compiler, walk).rows()
    compiler.add(columns, "rows", None, text, called(decode))
    return columns


#: How many times as many links of each node are looked at as ends are wanted.
_SLACK = 2


class _Walk:
    """One walk, from its start to the ends and, for each of these, back and forth again for the best ways."""

    def __init__(self, compiler: Compiler, walk: Walk) -> None:
        self.compiler, self.walk = compiler, walk
        self.binding, self.model = compiler.binding, compiler.model
        self.start, self.legs = legs(self.model, walk)
        self.factors = [_factors(self.binding, leg) for leg in self.legs]

    def rows(self) -> tuple[str, Decode]:
        source = self._source()
        node, weight = source.node, self.binding.name("w")
        text = f"{source.text} WITH DISTINCT {node}, {UNIT} AS {weight}"
        limit = self.binding.bind(bounded(self.walk.limit, ENDS, "limit"), alike=True)
        for number in range(len(self.legs)):
            more, node, weight = self._step(number, node, weight, limit)
            text += more
        text += f" WITH {node}, {weight} ORDER BY {weight} DESC, {node}.id LIMIT {limit} "
        row = Columns()
        row.add("@weight", weight, called(_shown))
        shape = self.compiler.shape(self.legs[-1].entity, node, self.walk.shape)
        row.put("", shape)
        if self.walk.ways:
            ways = self.binding.name("w")
            row.call(f"CALL ({self.binding.within(node)}) {{ {self._ways(node)} AS {ways} }}")
            row.add("@ways", ways, called(self._ways_decoder()))
        return f"{text}{row.calls}RETURN collect({row.text})", _rows_decoder(row)

    def _source(self) -> Source:
        return self.compiler.patterns.source(
            self.start, Select(self.walk.entity, where=self.walk.where), None, page=False
        )

    def _step(self, number: int, near: str, weight: str, limit: str) -> tuple[str, str, str]:
        """From what is reached to what is reached next: the text, and what it calls a node and its weight."""
        leg, far, added = self.legs[number], self.binding.name("n"), self.binding.name("w")
        if number + 1 == len(self.legs) and self.walk.meet == "most" and leg.weight and not leg.asks_link:
            return self._by_links(leg.weight, near, weight, limit, far, added), far, added
        hop = Hop(leg.end, self.binding.name("r"))
        match = f" MATCH {path(f'({near})', hop, labelled(far, leg.entity, leg.end))}"
        match += f" WHERE {self._let_through(leg, hop, far)} WITH {far}, {self._met(hop, weight, number)} AS {added}"
        return f"{match} WITH {far}, CASE WHEN {added} > {MOST} THEN {MOST} ELSE {added} END AS {added}", far, added

    def _met(self, hop: Hop, weight: str, number: int) -> str:
        """The weight of a node over all ways that meet there."""
        return f"{MET[self.walk.meet]}({self._times(weight, hop, number)})"

    def _by_links(self, by: Prop, near: str, weight: str, limit: str, far: str, added: str) -> str:
        """Over the last links, where the best way counts: the ends by the heaviest links, if these are sure to be all.

        They are where as many ends as are wanted are heavier than any link may be that was not looked at. Otherwise, as
        among many links of one weight, every link counts that is heavy enough for the lightest of those ends.
        """
        starts, ends, least, sure = (self.binding.name(letter) for letter in "cemd")
        leg, last, hop = self.legs[-1], len(self.legs) - 1, Hop(self.legs[-1].end, self.binding.name("r"))
        every = (
            f"UNWIND CASE WHEN {sure} THEN [] ELSE {starts} END AS one"
            f" WITH one[0] AS {near}, one[1] AS {weight}, {least}"
            f" MATCH {path(f'({near})', hop, labelled(far, leg.entity, leg.end))}"
            f" WHERE {_weight(by, hop.variable)} * {weight} >= {least} * {WHOLE}"
            f" WITH {far}, {self._met(hop, weight, last)} AS {added} WHERE {self._let_through(leg, hop, far)}"
        )
        return (
            f" WITH collect([{near}, {weight}]) AS {starts}"
            f" CALL ({self.binding.within(starts)}) {{ {self._by_few(by, starts, limit, ends, least, sure)} }}"
            f" CALL ({self.binding.within(starts, ends, least, sure)}) {{"
            f" UNWIND CASE WHEN {sure} THEN {ends} ELSE [] END AS one RETURN one[0] AS {far}, one[1] AS {added}"
            f" UNION ALL {every} RETURN {far}, {added} }} WITH {far}, {added}"
        )

    def _by_few(self, by: Prop, starts: str, limit: str, ends: str, least: str, sure: str) -> str:
        """A few times as many of the heaviest links from each start as are wanted: where they end, and what that says.

        What a node is, is asked of these alone; asked of every link it would take a quarter of the time.
        """
        leg, last, hop = self.legs[-1], len(self.legs) - 1, Hop(self.legs[-1].end, self.binding.name("r"))
        start, light, few, edge = (self.binding.name(letter) for letter in "nwfx")
        end, heavy = self.binding.name("n"), self.binding.name("w")
        return (
            f"UNWIND {starts} AS one WITH one[0] AS {start}, one[1] AS {light}"
            f" CALL ({self.binding.within(start)}) {{ MATCH {path(f'({start})', hop, f'({end})')}"
            f" WITH {hop.variable}, {end} ORDER BY {_weight(by, hop.variable)} DESC LIMIT {_SLACK} * {limit}"
            f" RETURN collect([{hop.variable}, {end}]) AS {few} }}"
            f" WITH collect([{few}, {light}]) AS looked, max(CASE WHEN size({few}) < {_SLACK} * {limit} THEN -1"
            f" ELSE {_weight(by, f'({few}[-1][0])')} * {light} END) AS {edge}"
            f" UNWIND looked AS one UNWIND one[0] AS pair"
            f" WITH pair[0] AS {hop.variable}, pair[1] AS {end}, one[1] AS {light}, {edge}"
            f" WITH {end}, {edge}, {self._met(hop, light, last)} AS {heavy}"
            f" WHERE {labelled(end, leg.entity, leg.end)} AND {self._let_through(leg, hop, end)}"
            f" WITH {end}, {edge}, {heavy} ORDER BY {heavy} DESC, {end}.id LIMIT {limit}"
            f" WITH collect([{end}, {heavy}]) AS {ends}, min({heavy}) AS {least}, max({edge}) AS {edge}"
            f" WITH {ends}, {edge}, CASE WHEN size({ends}) = {limit} THEN {least} ELSE 0 END AS {least}"
            f" RETURN {ends}, {least}, {edge} < {least} * {WHOLE} AS {sure}"
        )

    def _let_through(self, leg: Leg, hop: Hop, far: str) -> str:
        return " AND ".join(self._conditions(leg, hop, far))

    def _conditions(self, leg: Leg, hop: Hop, far: str) -> list[str]:
        where = leg.step.where
        filters = Filters(self.model, self.binding, leg.entity, far, hop)
        return [visible(far), *([] if where is None else [filters.condition(where)])]

    def _times(self, weight: str, hop: Hop, number: int) -> str:
        found = self.factors[number]
        product = " * ".join(found).replace("{0}", hop.variable)
        return f"{weight} * {product} / {WHOLE ** len(found)}" if found else weight

    def _back(self, end: str) -> tuple[str, list[str]]:
        """From an end back over what leads to it: the text, and the name of all nodes that each step may begin at.

        A start that is given by its id is matched by it, and not looked for among all that leads there.
        """
        text, sets, last = "", [""] * len(self.legs), len(self.legs) - 1
        given = any(is_id(one) and one.op == "eq" for one in conjuncts(self.walk.where))
        for number in range(last, -1, -1):
            back, kept = self.binding.name("b"), [name for name in sets if name]
            if number or not given:
                near = end if number == last else self.binding.name("n")
                match, node = self._leading_to(number, near)
                text += "" if number == last else f"UNWIND {sets[number + 1]} AS {near} "
            else:
                source = self._source()
                match, node = source.text, source.node
            text += f"{match} WITH {', '.join([*kept, f'collect(DISTINCT {node}) AS {back}'])} "
            sets[number] = back
        return text, sets

    def _leading_to(self, number: int, near: str) -> tuple[str, str]:
        """What a step leads from to a node: the text, and what it calls that."""
        leg, node = self.legs[number], self.binding.name("n")
        before = self.legs[number - 1] if number else None
        entity = before.entity if before else self.start
        hop = Hop(leg.end, self.binding.name("r"))
        match = f"MATCH {path(labelled(node, entity, before.end if before else None), hop, f'({near})')}"
        if number:
            return match, node
        begun = [visible(node), Filters(self.model, self.binding, self.start, node).condition(self.walk.where)]
        return f"{match} WHERE {' AND '.join(begun)}", node

    def _ways(self, end: str) -> str:
        """Back from an end, then forwards, keeping the best at every node."""
        last = len(self.legs)
        text, sets = self._back(end)
        limit = self.binding.bind(bounded(self.walk.ways, WAYS, "ways"), alike=True)
        node, way = self.binding.name("n"), self.binding.name("p")
        text += f"UNWIND {sets[0]} AS {node} WITH {', '.join([*sets[1:], node, f'[{UNIT}, {node}.id, []] AS {way}'])} "
        for number, leg in enumerate(self.legs):
            at_end = number + 1 == last
            far = end if at_end else self.binding.name("n")
            hop, longer = Hop(leg.end, self.binding.name("r")), self.binding.name("p")
            kept = [*sets[number + 2 :], *([] if at_end else [far])]
            among = [] if at_end else [f"{far} IN {sets[number + 1]}"]
            there = f"({end})" if at_end else labelled(far, leg.entity, leg.end)
            conditions = " AND ".join([*among, *self._conditions(leg, hop, far)])
            said = [self._times(str(UNIT), hop, number)]
            said += [link_value(self.binding, hop, name) for name in leg.step.props]
            text += (
                f"MATCH {path(f'({node})', hop, there)} WHERE {conditions}"
                f" WITH {', '.join([*kept, ''])}[{self._times(f'{way}[0]', hop, number)},"
                f" {way}[1] + ' ' + {far}.id, {way}[2] + [[{', '.join(said)}]]] AS {longer}"
                f" ORDER BY {longer}[0] DESC, {longer}[1]"
                f" WITH {', '.join([*kept, ''])}collect({longer})[..{limit}] AS {longer} "
            )
            node, way = far, longer
            if not at_end:
                way = self.binding.name("p")
                text += f"UNWIND {longer} AS {way} "
        return f"{text}RETURN {way}"

    def _ways_decoder(self) -> Decode:
        links: list[Decode] = []
        for leg in self.legs:
            columns = Columns()
            columns.add("factor", "", called(_shown))
            for name in leg.step.props:
                columns.add(name, "", reader_of(link_prop(leg.end, name)))
            links.append(columns.decoder)
        fields = [leg.step.field for leg in self.legs]

        def ways(value: object) -> object:
            return [
                {
                    "weight": _shown(weight),
                    "nodes": ids.split(" "),
                    "links": [
                        {"field": field, **cast("dict[str, object]", decode(said))}
                        for field, decode, said in zip(fields, links, told, strict=True)
                    ],
                }
                for weight, ids, told in cast("list[tuple[int, str, list[object]]]", value)
            ]

        return ways


def _weight(by: Prop, link: str) -> str:
    """What a link weighs, in thousandths."""
    return f"coalesce({link}.{quoted(by.name)}, {WHOLE})"


def _factors(binding: Binding, leg: Leg) -> list[str]:
    """By what a weight is multiplied over a link called {0}, in thousandths."""
    found = [] if leg.weight is None else [_weight(leg.weight, "{0}")]
    if leg.step.confidence:
        found.append(f"coalesce({binding.bind(factors(leg.step.confidence))}[{{0}}.confidence], {WHOLE})")
    return found


def _shown(weight: object) -> float:
    return cast("int", weight) / UNIT


def _rows_decoder(row: Columns) -> Decode:
    decode = row.decoder

    def rows(value: object) -> object:
        found: list[dict[str, object]] = []
        for one in cast("Sequence[object]", value):
            told = cast("dict[str, object]", decode(one))
            found.append({**cast("dict[str, object]", told.pop("")), **told})
        return found

    return rows
