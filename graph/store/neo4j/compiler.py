"""Selections as Cypher: subqueries whose values become the columns of an answer, and what reads them."""

from dataclasses import dataclass

from graph.errors import InvalidValue
from graph.model import ANY, End, EntityType, Model, Uses
from graph.store.binding import Binding
from graph.store.neo4j.decoding import Columns, case_decoder, reader_of
from graph.store.neo4j.expressions import Hop, link_value, quoted, seen, type_of
from graph.store.neo4j.facets import facet_of
from graph.store.neo4j.naming import Decode, Read, as_it_is, called, listed
from graph.store.neo4j.orders import ordered
from graph.store.neo4j.patterns import Patterns, Reached, Source
from graph.store.operands import check_filter, link_prop
from graph.store.select import Select, Shape


class Compiler:
    """Writes one statement; every value it meets becomes a parameter.

    Whatever is counted or collected is a subquery called for each row, never an expression in one: the
    server takes an aggregation anywhere inside an expression for one of the expression itself.
    """

    def __init__(self, model: Model, binding: Binding) -> None:
        self.model, self.binding = model, binding
        self.patterns = Patterns(model, binding)

    def answer(self, question: Select, following: "_Following | None" = None) -> Columns:
        """Rows, total and facets, of which there is what was asked, or what the question's form says."""
        entity = self._entity(question, following)
        columns = Columns()
        if question.form is not None:
            for name, part in question.form.parts or (("", "rows"),):
                if part == "rows":
                    self.add(columns, name, following, *self._rows(entity, question, following))
                else:
                    self._add_total(columns, name, entity, question, following)
            columns.alone = not question.form.parts
            return columns
        if question.rows:
            self.add(columns, "rows", following, *self._rows(entity, question, following))
        if question.total:
            self._add_total(columns, "total", entity, question, following)
        if question.facets:
            facets = Columns()
            for facet in question.facets:
                source = self._source(entity, question, following, page=False)
                text, decode = facet_of(self.model, self.binding, entity, source, facet)
                self.add(facets, facet.name, following, text, called(decode))
            columns.put("facets", facets)
        return columns

    def _add_total(
        self, columns: Columns, name: str, entity: EntityType, question: Select, following: "_Following | None"
    ) -> None:
        source = self._source(entity, question, following, page=False)
        self.add(columns, name, following, f"{source.text} RETURN count({source.node})")

    def add(
        self, columns: Columns, name: str, following: "_Following | None", text: str, read: Read = as_it_is
    ) -> None:
        """Call a subquery, whose one value becomes a column."""
        found = self.binding.name("a")
        taken = self.binding.within(*([following.parent] if following else []))
        columns.call(f"CALL ({taken}) {{ {text} AS {found} }}")
        columns.add(name, found, read)

    def _entity(self, question: Select, following: "_Following | None") -> EntityType:
        entity = self.model.type(question.entity)
        check_filter(question.where)
        if following and entity.prefix and not {entity.name, ANY} & set(following.end.targets):
            raise InvalidValue(f'"{following.end.name}" leads to no {entity.name}.', path=following.end.name)
        return entity

    def _source(self, entity: EntityType, question: Select, following: "_Following | None", *, page: bool) -> Source:
        """Rows, total and facets match the same nodes each on its own."""
        reached = Reached(Hop(following.end, self.binding.name("r")), following.near) if following else None
        return self.patterns.source(entity, question, reached, page=page)

    def _rows(self, entity: EntityType, question: Select, following: "_Following | None") -> tuple[str, Read]:
        source = self._source(entity, question, following, page=True)
        order = ordered(source.terms, backward=question.backward)
        limit = None if question.limit is None else self.binding.bind(question.limit)
        row = self._row(entity, question, source, following)
        page = f"{source.text} WITH {source.variables} ORDER BY {order}"
        if question.each_type and not entity.prefix and limit is not None:
            page += self._each_type(source, limit, order)
        elif limit is not None:
            page += f" LIMIT {limit}"
        text = f"{page} {row.calls}RETURN collect({row.text})"
        return text, listed(row.read, backward=question.backward)

    @staticmethod
    def _each_type(source: Source, limit: str, order: str) -> str:
        """Keep the first of each type, in the same order as before."""
        names = source.variables.split(", ")
        again = ", ".join(f"one[{position}] AS {name}" for position, name in enumerate(names))
        return (
            f" WITH {type_of(source.node)} AS type, collect([{source.variables}])[..{limit}] AS kept"
            f" UNWIND kept AS one WITH {again} ORDER BY {order}"
        )

    def _row(self, entity: EntityType, question: Select, source: Source, following: "_Following | None") -> Columns:
        row = self.shape(entity, source.node, question.shape)
        if following:
            for name, wanted in following.props:
                prop = link_prop(following.end, wanted)
                assert source.hop is not None  # noqa: S101 - only what uses has none, and no properties
                row.add(name, link_value(self.binding, source.hop, wanted), reader_of(prop))
        if question.cases:
            self._add_cases(row, source.node, question.cases)
        if question.keys:
            row.add("@key", f"[{', '.join(term.value for term in source.terms)}]")
        return row

    def shape(self, entity: EntityType, node: str, shape: Shape) -> Columns:
        """What a shape says of a node that is matched."""
        columns = Columns()
        for name, wanted in shape.props:
            if wanted == "@type":
                columns.add(name, f"'{entity.name}'" if entity.prefix else type_of(node))
            else:
                prop = entity.prop(wanted)
                columns.add(name, seen(node, prop), reader_of(prop))
        for name, follow in shape.links:
            following = _Following(entity.step(follow.field), node, entity, follow.props)
            columns.put(name, self.answer(follow.select, following))
        if shape.order:
            columns.arrange(shape.order)
        return columns

    def _add_cases(self, row: Columns, node: str, cases: tuple[tuple[str, Shape], ...]) -> None:
        branches: list[str] = []
        shapes: list[Decode] = []
        for name, shape in cases:
            columns = self.shape(self.model.type(name), node, shape)
            row.call(columns.calls)
            branches.append(f"WHEN {node}:{quoted(name)} THEN [{len(shapes)}, {columns.text}]")
            shapes.append(columns.decoder)
        row.add("@case", f"CASE {' '.join(branches)} END", called(case_decoder(shapes)))


@dataclass(frozen=True, slots=True)
class _Following:
    """A link being followed from a node that is matched, and what is wanted of it."""

    end: End | Uses
    parent: str
    entity: EntityType
    props: tuple[tuple[str, str], ...]

    @property
    def near(self) -> str:
        """The pattern of the node; its type ends the subquery of a case that does not fit."""
        return f"({self.parent}:{quoted(self.entity.name)})"
