"""Random tables over random graphs: both engines and a slow evaluator in Python answer alike."""

import operator
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import MODEL, EntityType
from graph.store.cells import PARTS, Cells, Compare, Key, Measure, Node, Table, Tie
from graph.store.select import Viewer
from tests.store.small_graph import TYPES, Small, type_of
from tests.store.test_differential import LONG, SETTINGS
from tests.store.test_random_walks import filters, over, rarely, stores, viewers

pytestmark = pytest.mark.neo4j
__all__ = ["stores"]

#: What the small graph has values of, by type.
PROPS = {
    "Campaign": ["starts", "ends", "id"],
    "Placement": ["at", "status"],
    "Audience": ["size", "kind"],
    "Asset": ["year", "kind"],
    "Message": ["id"],
}


@st.composite
def tables(draw: st.DrawFn) -> Cells:
    first = draw(st.sampled_from(["Campaign", "Placement", "Audience", "Asset", "Message", "Channel"]))
    types = [first]
    ties: list[Tie] = []
    for number in range(draw(st.sampled_from([0, 1, 1, 2]))):
        source = draw(st.integers(0, len(types) - 1))
        end = draw(st.sampled_from(over(MODEL.type(types[source]))))
        target = draw(st.sampled_from([name for name in end.targets if name in TYPES]))
        where: Any = draw(rarely(filters(MODEL.type(target), end, 1)))
        types.append(target)
        named = draw(st.sampled_from(["", f"t{number}"]))
        ties.append(Tie(f"n{source}", end.name, f"n{len(types) - 1}", where, named))
    again = draw(st.booleans())
    if ties and again:
        # The same tie again from another node: what is side by side.
        types.append(types[int(ties[0].source[1:])])
        ties.append(Tie(f"n{len(types) - 1}", ties[0].field, ties[0].target))
    nodes = tuple(Node(f"n{n}", name, draw(rarely(some(MODEL.type(name))))) for n, name in enumerate(types))
    names = [f"{node.name}.{prop}" for node in nodes for prop in ["id", *PROPS.get(node.entity, [])]]
    names += [f"{tie.name}.{prop}" for tie in ties if tie.name for prop in ["confidence", "evidence", "weight"]]
    signs = st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"])
    alike = [(one, other) for one in names for other in names if one < other and kind(one) == kind(other)]
    compared = st.builds(
        lambda pair, sign, missing: Compare(pair[0], sign, pair[1], missing),
        st.sampled_from(alike),
        signs,
        st.booleans(),
    )
    by = st.builds(
        lambda of, part: Key(f"{of} {part}", of, part), st.sampled_from(names), st.sampled_from(["", "", "day", "year"])
    )
    measures = st.one_of(
        st.just(Measure("count")),
        st.builds(lambda of: Measure(f"distinct {of}", "distinct", of), st.sampled_from([node.name for node in nodes])),
        st.builds(
            lambda kept, of: Measure(f"{kept} {of}", kept, of),
            st.sampled_from(["sum", "min", "max"]),
            st.sampled_from(names),
        ),
    )
    kept = draw(st.lists(measures, min_size=1, max_size=3, unique_by=lambda one: one.name))
    return Cells(
        nodes,
        tuple(ties),
        tuple(draw(st.lists(compared, max_size=1)) if alike else ()),
        tuple(draw(st.lists(by, max_size=2, unique_by=lambda one: one.name))),
        tuple(kept),
        draw(st.sampled_from(["", kept[0].name])),
        draw(st.sampled_from([1, 3, 50])),
    )


def kind(name: str) -> str:
    """Which properties can be compared with each other, but for choices."""
    prop = name.split(".")[1]
    return {"ends": "starts", "size": "year", "evidence": "id"}.get(prop, prop)


def some(entity: EntityType) -> st.SearchStrategy[Any]:
    return filters(entity, None, 1)


# The slow evaluator


def combinations(small: Small, viewer: Viewer, cells: Cells) -> Iterator[dict[str, Mapping[str, Any]]]:
    """Everything that fits, one by one: what each name stands for."""
    choices = [small.seen(viewer, node.entity, node.where) for node in cells.nodes]
    for ids in product(*choices):
        named = {node.name: id for node, id in zip(cells.nodes, ids, strict=True)}
        found: dict[str, Mapping[str, Any]] = {name: small.values[id] for name, id in named.items()}
        for number, tie in enumerate(cells.ties):
            links = dict(small.over(viewer, named[tie.source], tie.field, type_of(named[tie.target])))
            link = links.get(named[tie.target])
            if link is None or not small.fits(viewer, tie.where, named[tie.target], link):
                break
            found[tie.name or f" {number}"] = link
        else:
            if all(holds(found, one) for one in cells.compared):
                yield found


def read(found: Mapping[str, Mapping[str, Any]], of: str) -> Any:
    name, prop = of.split(".")
    return found[name].get(prop)


def holds(found: Mapping[str, Mapping[str, Any]], one: Compare) -> bool:
    left, right = read(found, one.left), read(found, one.right)
    if left is None or right is None:
        return one.or_missing
    compare = {"ne": operator.ne, "lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}
    return bool(compare.get(one.sign, operator.eq)(left, right))


def measured(one: Measure, inside: list[dict[str, Mapping[str, Any]]]) -> Any:
    if one.kept == "count":
        return len(inside)
    if one.kept == "distinct":
        return len({found[one.of]["id"] for found in inside})
    values = [value for found in inside if (value := read(found, one.of)) is not None]
    if one.kept == "sum":
        total = sum(round(value * 1000) if one.of.endswith("weight") else value for value in values)
        whole = sum(int(value / 2**20) for value in values)
        return total / 1000 if one.of.endswith("weight") else total if abs(whole) < 2**33 else None
    return (min if one.kept == "min" else max)(values, default=None)


def expected(small: Small, viewer: Viewer, cells: Cells) -> list[dict[str, Any]]:
    inside: dict[Any, list[Any]] = defaultdict(list)
    for found in combinations(small, viewer, cells):
        keys = [read(found, key.of) for key in cells.by]
        cut = [
            value[: PARTS[key.part]] if key.part and value is not None else value
            for key, value in zip(cells.by, keys, strict=True)
        ]
        inside[tuple(cut)].append(found)
    if not cells.by:
        inside.setdefault((), [])
    rows = [
        {
            **{key.name: value for key, value in zip(cells.by, keys, strict=True)},
            **{one.name: measured(one, found) for one in cells.measures},
        }
        for keys, found in inside.items()
    ]
    rows.sort(key=lambda row: [last(row[key.name]) for key in cells.by])
    if cells.most:
        there = [row for row in rows if row[cells.most] is not None]
        there.sort(key=lambda row: row[cells.most])
        most = sorted({row[cells.most] for row in there}, reverse=True)
        rows = [row for value in [*most, None] for row in rows if row[cells.most] == value]
    return rows


def last(value: Any) -> Any:
    return (value is None, value if value is not None else 0)


@settings(SETTINGS, max_examples=1500 if LONG else 30)
@given(cells=tables(), viewer=viewers)
def test_random_cells_are_counted_alike_and_as_the_slow_evaluator_says(stores, cells, viewer):
    try:
        Table.of(MODEL, cells)
    except InvalidValue:
        assume(False)
    rows = expected(stores.small, viewer, cells)
    event(f"{min(len(rows), 5)} cells")

    assert stores.ask(viewer, cells) == {"rows": rows[: cells.limit], "more": len(rows) > cells.limit}
