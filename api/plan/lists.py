"""Lists: the page, total and facets of a connection, at the root and along a link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from graphql.language import FieldNode

from api.plan.errors import Code, Refused, refused
from api.plan.filters import Filters
from api.plan.leaves import Getter, each, leaf, taking
from api.plan.needs import KEY, NodeNeeds
from api.plan.paging import Page, digest_of, encode, fitting, orders_of, page_of, storages_of
from api.plan.reading import Arguments, Ask, Reading, Sets, subselections
from api.plan.shaping import constant, picker
from api.schema.catalogue import Catalogue, LinkEntry
from api.schema.names import camel
from graph.model import Prop
from graph.store.select import Facet, Filter, Follow, Form, Order, Select, Shape, both

Bind = Callable[[Ask], Getter]
PlanNode = Callable[[Reading, NodeNeeds, Sets], Bind]

#: The whole list is gone through for a facet, however many of its values are shown.
_FACET_OBJECTS = 100
_FACET_VALUES = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the arguments of a list come to in one request."""

    where: Filter | None
    order: tuple[Order, ...]
    page: Page
    digest: str


class Slice(NamedTuple):
    """The rows of a page, whether there are more on either side, and the whole answer."""

    rows: list[Any]
    more_after: bool
    more_before: bool
    answer: Mapping[str, Any]
    digest: str


@dataclass(slots=True)
class Wants:
    """What of a connection was selected."""

    rows: bool = False
    keys: bool = False
    ends: bool = False
    total: bool = False
    written: list[tuple[str, Literal["rows", "total"]]] = field(
        default_factory=list[tuple[str, Literal["rows", "total"]]]
    )
    facets: list[Callable[[Ask], tuple[Facet, ...]]] = field(default_factory=list[Callable[[Ask], tuple[Facet, ...]]])


@dataclass(slots=True)
class EntityList:
    """A list of entities; `link` is the link it runs along, none at the root."""

    catalogue: Catalogue
    entity: str
    node: FieldNode
    arguments: Arguments
    link: LinkEntry | None
    needs: NodeNeeds
    wants: Wants = field(default_factory=Wants)
    link_props: dict[str, Prop] = field(default_factory=dict[str, Prop])
    parts: list[tuple[str, Callable[[Ask], Callable[[Slice], object]]]] = field(
        default_factory=list[tuple[str, Callable[[Ask], Callable[[Slice], object]]]]
    )

    def chosen(self, ask: Ask) -> Chosen:
        """The arguments, read once a request."""
        found = ask.memo.get(id(self))
        if found is None:
            try:
                found = ask.memo[id(self)] = self._choose(ask)
            except Refused as error:
                raise error.at(self.node) from None
        assert isinstance(found, Chosen)  # noqa: S101 - nothing else is kept under this key
        return found

    def _choose(self, ask: Ask) -> Chosen:
        given: Mapping[str, Any] = self.arguments(ask)
        filters = Filters(self.catalogue, ask.limits)
        where = filters.where(self.entity, given.get("where"))
        named = self.catalogue.entries[self.entity].orders
        if self.link is not None:
            where = both(where, filters.link(self.link, given.get("link")))
            named = named | self.link.orders
        order = orders_of(given.get("order"), named)
        digest = digest_of(self.entity, order)
        page = page_of(given, ask.limits, digest)
        if page.after is not None:
            own: Mapping[str, Prop] = self.link.end.link.props if self.link else {}
            storages = storages_of(self.catalogue.entries[self.entity].entity, order, own)
            page = replace(page, after=fitting(page.after, storages))
        return Chosen(where, order, page, digest)

    def select(self, ask: Ask) -> Select:
        chosen, wants = self.chosen(ask), self.wants
        question = self.needs.select(ask) if wants.rows else Select(self.entity)
        return replace(
            question,
            where=chosen.where,
            order=chosen.order,
            after=chosen.page.after,
            backward=chosen.page.backward,
            limit=chosen.page.size + wants.ends,
            rows=wants.rows,
            keys=wants.keys,
            total=wants.total,
            facets=self._facets(ask),
        )

    def written(self, ask: Ask) -> Follow | None:
        question = self.written_select(ask)
        return None if question is None or self.link is None else Follow(self.link.end.name, question)

    def written_select(self, ask: Ask) -> Select | None:
        """The question whose answer is the connection as it is sent; None where it needs finishing."""
        if not self.parts or len(self.wants.written) != len(self.parts):
            return None
        shape = self.needs.written(ask) if self.wants.rows else Shape()
        if shape is None:
            return None
        chosen = self.chosen(ask)
        return Select(
            self.entity,
            shape,
            where=chosen.where,
            order=chosen.order,
            after=chosen.page.after,
            backward=chosen.page.backward,
            limit=chosen.page.size,
            form=Form(tuple(self.wants.written)),
        )

    def follow(self, ask: Ask) -> Follow:
        assert self.link is not None  # noqa: S101 - a root list is not followed
        return Follow(self.link.end.name, self.select(ask), tuple((f"@link_{name}", name) for name in self.link_props))

    def objects(self, ask: Ask) -> int:
        size = self.chosen(ask).page.size if self.wants.rows else 0
        return 1 + size * self.needs.objects(ask) + _FACET_OBJECTS * len(self._facets(ask))

    def _facets(self, ask: Ask) -> tuple[Facet, ...]:
        return tuple(dict.fromkeys(facet for facets in self.wants.facets for facet in facets(ask)))

    def bind(self, ask: Ask) -> Getter:
        """The function from the store's answer to the connection."""
        chosen = self.chosen(ask)
        pairs = [(key, part(ask)) for key, part in self.parts]
        if not self.wants.ends:
            # No more rows than asked for were fetched, and nobody asks whether there are.
            return lambda answer: _parts(pairs, Slice(answer.get("rows", []), False, False, answer, chosen.digest))
        return lambda answer: _parts(pairs, _sliced(answer, chosen))


def _parts(pairs: list[tuple[str, Callable[[Slice], object]]], sliced: Slice) -> dict[str, object]:
    return {key: part(sliced) for key, part in pairs}


def plan_list(
    reading: Reading,
    entity: str,
    arguments: Arguments,
    link: LinkEntry | None,
    nodes: tuple[FieldNode, ...],
    plan_node: PlanNode,
) -> EntityList:
    """A list from what was selected of its connection."""
    listed = EntityList(reading.contract.catalogue, entity, nodes[0], arguments, link, NodeNeeds(entity))
    stem = link.stem if link else entity
    for key, chosen in reading.fields(f"{stem}Connection", subselections(nodes)).items():
        listed.parts.append((key, _part(reading, listed, stem, key, chosen, plan_node)))
    return listed


def _part(
    reading: Reading, listed: EntityList, stem: str, key: str, nodes: tuple[FieldNode, ...], plan_node: PlanNode
) -> Callable[[Ask], Callable[[Slice], object]]:
    wants, sets = listed.wants, subselections(nodes)
    match nodes[0].name.value:
        case "nodes":
            wants.rows = True
            wants.written.append((key, "rows"))
            return _nodes(plan_node(reading, listed.needs, sets))
        case "edges":
            wants.rows = True
            return _edges(reading, listed, stem, sets, plan_node)
        case "pageInfo":
            wants.rows = wants.keys = wants.ends = True
            pick = picker(reading, "PageInfo", sets)
            return lambda _ask: lambda sliced: pick(_page_info(sliced))
        case "totalCount":
            wants.total = True
            wants.written.append((key, "total"))
            return lambda _ask: lambda sliced: sliced.answer["total"]
        case "facets":
            return _facets(reading, listed, stem, nodes)
        case _:
            name = f"{stem}Connection"
            return lambda _ask: constant(name)


def _nodes(bind_node: Bind) -> Callable[[Ask], Callable[[Slice], object]]:
    def bind(ask: Ask) -> Callable[[Slice], object]:
        node = bind_node(ask)
        return lambda sliced: each(node, sliced.rows)

    return bind


def _edges(
    reading: Reading, listed: EntityList, stem: str, sets: Sets, plan_node: PlanNode
) -> Callable[[Ask], Callable[[Slice], object]]:
    parts: list[tuple[str, Callable[[Ask, str], Getter]]] = []
    for key, nodes in reading.fields(f"{stem}Edge", sets).items():
        parts.append((key, _edge_part(reading, listed, stem, nodes, plan_node)))

    def bind(ask: Ask) -> Callable[[Slice], object]:
        edge = taking([(key, part(ask, listed.chosen(ask).digest)) for key, part in parts])
        return lambda sliced: [edge(row) for row in sliced.rows]

    return bind


def _edge_part(
    reading: Reading, listed: EntityList, stem: str, nodes: tuple[FieldNode, ...], plan_node: PlanNode
) -> Callable[[Ask, str], Getter]:
    name = nodes[0].name.value
    if name == "node":
        bind_node = plan_node(reading, listed.needs, subselections(nodes))
        return lambda ask, _digest: bind_node(ask)
    if name == "cursor":
        listed.wants.keys = True
        return lambda _ask, digest: lambda row: encode(digest, row[KEY])
    if listed.link is None or name == "__typename":
        return lambda _ask, _digest: constant(f"{stem}Edge")
    prop = listed.link.props[name]
    listed.link_props[prop.name] = prop
    slot = f"@link_{prop.name}"
    fast, plain = leaf(prop, checked=True, slot=slot), leaf(prop, checked=False, slot=slot)
    return lambda ask, _digest: fast if ask.checked else plain


def _facets(
    reading: Reading, listed: EntityList, stem: str, nodes: tuple[FieldNode, ...]
) -> Callable[[Ask], Callable[[Slice], object]]:
    arguments = reading.arguments(f"{stem}Connection", nodes[0])
    named = listed.catalogue.entries[listed.entity].facets
    pick = picker(reading, "Facet", subselections(nodes))

    def wanted(ask: Ask) -> tuple[Facet, ...]:
        given: Mapping[str, Any] = arguments(ask)
        keys = [one.name for one in given["by"]] if given.get("by") is not None else list(named)
        limit = facet_limit(given.get("limit"), ask)
        return tuple(Facet(f"{named[key][0]}:{limit}", named[key][0], limit) for key in dict.fromkeys(keys))

    def bind(ask: Ask) -> Callable[[Slice], object]:
        facets = wanted(ask)
        return lambda sliced: [pick(_facet(one, sliced.answer["facets"])) for one in facets]

    listed.wants.facets.append(wanted)
    return bind


def facet_limit(given: int | None, ask: Ask) -> int:
    most = ask.limits.facet_values
    if given is not None and given > most:
        raise refused(Code.LIMIT_EXCEEDED, f"limit is {given}; {most} values of a facet are allowed. Ask for fewer.")
    return _FACET_VALUES if given is None else max(0, given)


def _facet(facet: Facet, answers: Mapping[str, list[dict[str, Any]]]) -> dict[str, object]:
    values = [
        {"value": _shown(one["value"]), "label": _shown(one.get("label") or one["value"]), "count": one["count"]}
        for one in answers[facet.name]
    ]
    return {"field": camel(facet.by), "values": values}


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sliced(answer: Mapping[str, Any], chosen: Chosen) -> Slice:
    """The rows that were asked for: one more than that was fetched where it matters whether there are more."""
    rows: list[Any] = answer.get("rows", [])
    page = chosen.page
    more, elsewhere = len(rows) > page.size, page.after is not None
    if not page.backward:
        return Slice(rows[: page.size] if more else rows, more, elsewhere, answer, chosen.digest)
    return Slice(rows[len(rows) - page.size :] if more else rows, elsewhere, more, answer, chosen.digest)


def _page_info(sliced: Slice) -> dict[str, object]:
    rows = sliced.rows
    return {
        "hasNextPage": sliced.more_after,
        "hasPreviousPage": sliced.more_before,
        "startCursor": encode(sliced.digest, rows[0][KEY]) if rows else None,
        "endCursor": encode(sliced.digest, rows[-1][KEY]) if rows else None,
    }
