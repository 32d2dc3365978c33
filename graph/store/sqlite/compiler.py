"""Selections as SQL: an expression whose value is the answer as JSON."""

from dataclasses import dataclass, replace

from graph.errors import InvalidValue
from graph.model import ANY, End, EntityType, Model, Prop, Uses
from graph.store.binding import Binding
from graph.store.operands import check_filter, link_prop
from graph.store.select import Facet, Follow, Select, Shape
from graph.store.sqlite.expressions import column, link_value, outside, seen, users, visible
from graph.store.sqlite.filters import condition
from graph.store.sqlite.order import Key, beyond, keys, ordered
from graph.store.sqlite.schema import TYPE, link_table, table_of

_MOST = -1


class Compiler:
    """Writes one statement; every value it meets becomes a parameter."""

    def __init__(self, model: Model, binding: Binding) -> None:
        self.model, self.binding = model, binding

    def answer(self, question: Select, reached: "_Reached | None") -> str:
        """An expression for {"rows": ..., "total": ..., "facets": ...}, or for what the question's form says."""
        entity, form = self._entity(question, reached), question.form
        asked = {"rows": question.rows, "total": question.total}
        parts = [(name, name) for name in asked if asked[name]] if form is None else form.parts
        alone = form is not None and not parts
        page = self._page(entity, question, reached) if alone or "rows" in dict(parts).values() else None
        members: list[str] = []
        for name, part in parts:
            found = page.rows if page and part == "rows" else f"({self._counted(entity, question, reached)})"
            members.append(f"{literal(name)}, {found}")
        if question.facets and form is None:
            counted = ", ".join(
                f"{literal(facet.name)}, json({self._facet(entity, question, reached, facet)})"
                for facet in question.facets
            )
            members.append(f"'facets', json_object({counted})")
        # The object is made where its rows are: a subquery returns text, which would have to be read again.
        answer = page.row if page and alone else f"json_object({', '.join(members)})"
        return f"(SELECT {answer} {page.text})" if page else answer

    def _entity(self, question: Select, reached: "_Reached | None") -> EntityType:
        entity = self.model.type(question.entity)
        check_filter(question.where)
        if reached is not None and entity.prefix and not {entity.name, ANY} & set(reached.end.targets):
            raise InvalidValue(f'"{reached.end.name}" leads to no {entity.name}.', path=reached.end.name)
        return entity

    def _source(self, entity: EntityType, question: Select, reached: "_Reached | None", *, page: bool) -> "_From":
        """FROM and WHERE of a question: the nodes themselves, or those at the other side of a link."""
        alias, link = self.binding.name("a"), None
        where = [visible(alias)]
        tables = f"{table_of(entity)} {alias}"
        if reached is not None:
            end, joined = reached.end, self.binding.name("l")
            if isinstance(end, Uses):
                tables = (
                    f"({users(end, reached.parent, 'UNION')}) {joined}"
                    f" CROSS JOIN {tables} ON {alias}.nid = {joined}.nid"
                )
            else:
                near, far = ("src", "dst") if end.forward else ("dst", "src")
                tables = f"{link_table(end.link.stored)} {joined} CROSS JOIN {tables} ON {alias}.nid = {joined}.{far}"
                where.insert(0, f"{joined}.{near} = {reached.parent}.nid")
                link = (end, joined)
                if not entity.prefix and not end.forward and end.target in self.model.types:
                    # Several types share the link; this field means those of one.
                    where.append(f"{alias}.type = '{end.target}'")
        if question.where is not None:
            where.append(condition(self.model, self.binding, entity, alias, question.where, link))
        terms = keys(entity, alias, question, link)
        if page and question.after is not None:
            where.append(beyond(self.binding, terms, question.after, backward=question.backward))
        return _From(alias, link, tables, " AND ".join(where), terms)

    def _page(self, entity: EntityType, question: Select, reached: "_Reached | None") -> "_Page":
        """Keys and limit inside, JSON outside: result columns are evaluated before sorting."""
        source = self._source(entity, question, reached, page=True)
        if question.limit is None and not question.cases:
            return self._everything(entity, question, reached, source)
        inner = [f"{source.alias}.nid AS nid"]
        inner += [f"{term.value} AS k{position}" for position, term in enumerate(source.terms)]
        wanted = reached.follow.props if reached else ()
        if reached:
            for _, name in wanted:
                link_prop(reached.end, name)
        if source.link:
            inner += [
                f"{link_value(source.link[1], source.link[0], name)} AS p{position}"
                for position, (_, name) in enumerate(wanted)
            ]
        limit = self.binding.bind(_MOST if question.limit is None else question.limit)
        order = ordered(source.terms, backward=question.backward)
        if question.each_type and not entity.prefix and question.limit is not None:
            inner.append(f"row_number() OVER (PARTITION BY {source.alias}.type ORDER BY {order}) AS rank")
            found = f"SELECT * FROM (SELECT {', '.join(inner)} {source.text}) WHERE rank <= {limit}"
        else:
            found = f"SELECT {', '.join(inner)} {source.text} ORDER BY {order} LIMIT {limit}"
        page, alias = self.binding.name("p"), self.binding.name("r")
        if _wants_ids(question):
            # The last key is the id, so that nothing has to be read again.
            joined, id = "", f"{page}.k{len(source.terms) - 1}"
            members = [f"{literal(out)}, {id}" for out, _ in question.shape.props]
        else:
            joined = f" CROSS JOIN {table_of(entity)} {alias} ON {alias}.nid = {page}.nid"
            members = self.members(entity, alias, question.shape)
        if source.link:
            end = source.link[0]
            members += [
                f"{literal(out)}, {outside(f'{page}.p{n}', link_prop(end, name))}"
                for n, (out, name) in enumerate(wanted)
            ]
        if question.cases:
            members.append(f"'@case', json({self._cases(alias, question)})")
        if question.keys:
            members.append(f"'@key', json_array({', '.join(f'{page}.k{n}' for n in range(len(source.terms)))})")
        return _Page(
            f"json_object({', '.join(members)})",
            ordered(_outer(page, source.terms)),
            f"FROM ({found}) {page}{joined}",
        )

    def _everything(self, entity: EntityType, question: Select, reached: "_Reached | None", source: "_From") -> "_Page":
        """Where there is no limit nothing has to be chosen first, and each node is read once."""
        members = self.members(entity, source.alias, question.shape)
        if reached:
            for out, name in reached.follow.props:
                prop = link_prop(reached.end, name)
                if source.link:
                    members.append(f"{literal(out)}, {outside(link_value(source.link[1], source.link[0], name), prop)}")
        if question.keys:
            members.append(f"'@key', json_array({', '.join(term.value for term in source.terms)})")
        return _Page(f"json_object({', '.join(members)})", ordered(source.terms), source.text)

    def members(self, entity: EntityType, alias: str, shape: Shape) -> list[str]:
        """What a shape says of a node, as the arguments of json_object."""
        members = [f"{literal(out)}, {seen(alias, entity, name)}" for out, name in shape.props]
        for out, follow in shape.links:
            reached = _Reached(entity.step(follow.field), alias, follow)
            members.append(f"{literal(out)}, {self._followed(reached)}")
        return members if not shape.order else _in_order(members, shape)

    def _followed(self, reached: "_Reached") -> str:
        """What a link leads to; where there is no link, which is cheaper to see, the rows are not looked for."""
        end, select = reached.end, reached.follow.select
        found = f"json({self.answer(select, reached)})"
        if isinstance(end, Uses) or select.total or select.facets or select.form or not select.rows:
            return found
        near = "src" if end.forward else "dst"
        linked = f"EXISTS (SELECT 1 FROM {link_table(end.link.stored)} WHERE {near} = {reached.parent}.nid)"
        return f"CASE WHEN {linked} THEN {found} ELSE json('{{\"rows\":[]}}') END"

    def _cases(self, alias: str, question: Select) -> str:
        branches: list[str] = []
        for name, shape in question.cases:
            entity = self.model.type(name)
            inner = self.binding.name("c")
            body = ", ".join(self.members(entity, inner, shape))
            row = f"SELECT json_object({body}) FROM {table_of(entity)} {inner} WHERE {inner}.nid = {alias}.nid"
            branches.append(f"WHEN '{entity.name}' THEN ({row})")
        return f"CASE {alias}.type {' '.join(branches)} END"

    def _counted(self, entity: EntityType, question: Select, reached: "_Reached | None") -> str:
        return f"SELECT count(*) {self._source(entity, question, reached, page=False).text}"

    def _facet(self, entity: EntityType, question: Select, reached: "_Reached | None", facet: Facet) -> str:
        source = self._source(entity, question, reached, page=False)
        limit = self.binding.bind(facet.limit)
        if facet.by in entity.ends:
            return self._linked_facet(entity.ends[facet.by], source, limit)
        if facet.by == TYPE and not entity.prefix:
            return self._counts(f"{source.alias}.type", "v", source.text, limit)
        prop = entity.prop(facet.by)
        value = column(source.alias, prop)
        if prop.many:
            text, value = f"FROM {source.tables} JOIN json_each({value}) f WHERE {source.conditions}", "f.value"
        else:
            text = f"{source.text} AND {value} IS NOT NULL"
        return self._counts(value, outside("v", _single(prop)), text, limit)

    @staticmethod
    def _counts(value: str, shown: str, text: str, limit: str) -> str:
        return (
            f"(SELECT json_group_array(json_object('value', {shown}, 'count', n)) FROM"
            f" (SELECT {value} AS v, count(*) AS n {text} GROUP BY 1 ORDER BY n DESC, v LIMIT {limit}))"
        )

    def _linked_facet(self, end: End, source: "_From", limit: str) -> str:
        target = self.model.type(end.target)
        joined, other = self.binding.name("l"), self.binding.name("t")
        near, far = ("src", "dst") if end.forward else ("dst", "src")
        return (
            "(SELECT json_group_array(json_object('value', v, 'label', b, 'count', n)) FROM"
            f' (SELECT {other}."id" AS v, {other}.label AS b, count(*) AS n'
            f" FROM (SELECT {source.alias}.nid AS nid {source.text}) x"
            f" JOIN {link_table(end.link.stored)} {joined} ON {joined}.{near} = x.nid"
            f" JOIN {table_of(target)} {other} ON {other}.nid = {joined}.{far} WHERE {visible(other)}"
            f" GROUP BY 1 ORDER BY n DESC, v LIMIT {limit}))"
        )


@dataclass(frozen=True, slots=True)
class _Reached:
    """A link being followed from a row."""

    end: End | Uses
    parent: str
    follow: Follow


@dataclass(frozen=True, slots=True)
class _From:
    """Where the nodes of a question come from."""

    alias: str
    link: tuple[End, str] | None
    tables: str
    conditions: str
    terms: list[Key]

    @property
    def text(self) -> str:
        return f"FROM {self.tables} WHERE {self.conditions}"


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's row as JSON, the order of its rows, and where they come from."""

    row: str
    order: str
    text: str

    @property
    def rows(self) -> str:
        return f"json_group_array({self.row} ORDER BY {self.order})"


def _wants_ids(question: Select) -> bool:
    """Whether nothing is wanted of each node but its id, and what the link to it bears."""
    shape = question.shape
    return not shape.links and not shape.order and not question.cases and all(name == "id" for _, name in shape.props)


def _outer(page: str, terms: list[Key]) -> list[Key]:
    return [Key(f"{page}.k{n}", term.descending, term.nullable, term.storage) for n, term in enumerate(terms)]


def _in_order(members: list[str], shape: Shape) -> list[str]:
    names = [name for name, _ in (*shape.props, *shape.links)]
    by_name = dict(zip(names, members, strict=True))
    return [by_name[name] for name in shape.order]


def literal(name: str) -> str:
    """An output name as a literal; names come from documents and are quoted like any text."""
    return "'" + name.replace("'", "''") + "'"


def _single(prop: Prop) -> Prop:
    """The property of one value of a list."""
    return replace(prop, many=False)
