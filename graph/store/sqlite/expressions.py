"""SQL for values: what a viewer sees of a property, and the comparison that decides who sees a node."""

from collections.abc import Iterable

from graph.model import LEVEL, End, EntityType, Prop, Storage, Uses
from graph.model.kinds import SHARE
from graph.store.layout import TEXT_OPEN, sort_column
from graph.store.operands import EVIDENCE, link_prop
from graph.store.sqlite.schema import link_table, quoted


def visible(alias: str) -> str:
    """Whether a node is seen: the one comparison of every hop (graph.store.visibility says it in Python)."""
    return (
        f"{alias}.vis_level <= CASE"
        f" WHEN {alias}.vis_stage = 2 AND {alias}.vis_from <= :now AND :now < {alias}.vis_until THEN :live"
        f" WHEN {alias}.vis_stage = 0 THEN :retired ELSE :draft END"
    )


def guard(alias: str, prop: Prop) -> str | None:
    """The condition under which a property's value may be seen, where there is one beyond the node's own."""
    conditions: list[str] = []
    if prop.localised:
        conditions.append(f"({alias}.{TEXT_OPEN} = 1 OR {alias}.vis_level <= :draft)")
    if LEVEL[prop.marking]:
        conditions.append(marked(prop))
    return " AND ".join(conditions) or None


def marked(prop: Prop) -> str:
    """Whether a property with a marking of its own may be seen."""
    return f":live >= {LEVEL[prop.marking]}"


def column(alias: str, prop: Prop, name: str | None = None) -> str:
    """A property's stored value, null where it may not be seen; `name` is a shadow's column."""
    raw = f"{alias}.{quoted(name or prop.name)}"
    condition = guard(alias, prop)
    return f"CASE WHEN {condition} THEN {raw} END" if condition else raw


def order_value(alias: str, prop: Prop) -> str:
    """What a node is ordered by; one that may not be seen stands where a missing one does.

    The sort key of a text that is still a draft is stored empty, so that its index serves everyone.
    """
    raw = f"{alias}.{quoted(sort_column(prop))}"
    if not LEVEL[prop.marking]:
        return raw
    missing = "''" if prop.sorted else "NULL"
    return f"CASE WHEN {marked(prop)} THEN {raw} ELSE {missing} END"


def outside(expression: str, prop: Prop) -> str:
    """A stored value in the form it has outside, ready for JSON."""
    match prop.storage:
        case Storage.LIST:
            return f"json(coalesce({expression}, '[]'))"
        case Storage.JSON:
            return f"json({expression})"
        case Storage.BOOLEAN:
            return f"json(CASE {expression} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
        case _ if prop.kind is SHARE:
            return f"({expression}) / 1000.0"
        case _:
            return expression


def users(uses: Uses, alias: str, union: str) -> str:
    """The keys of the nodes that use a node; `UNION` gives each once."""
    found: list[str] = []
    for stored, sources in uses.through:
        of_type = f' JOIN "node" s ON s.nid = l.src AND s.type IN ({_types(sources)})' if sources else ""
        # Where many types may be asked for, a link is looked for only under what it can lead to: that is seen first.
        fits = f"{alias}.type IN ({_types(uses.onto[stored])}) AND " if stored in uses.onto else ""
        found.append(f"SELECT l.src AS nid FROM {link_table(stored)} l{of_type} WHERE {fits}l.dst = {alias}.nid")
    return f" {union} ".join(found) or "SELECT 0 AS nid WHERE 0"


def _types(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def seen(alias: str, entity: EntityType, name: str) -> str:
    """What is shown of a property; `@type` is the node's type."""
    if name == "@type":
        return f"{alias}.type" if "type" not in entity.props and not entity.prefix else f"'{entity.name}'"
    prop = entity.prop(name)
    return outside(column(alias, prop), prop)


def link_value(alias: str, end: End, name: str) -> str:
    """A link's own stored value; evidence only where its source may be seen."""
    prop, raw = link_prop(end, name), f"{alias}.{quoted(name)}"
    if prop.name != EVIDENCE:
        return raw
    return f'(SELECT e."id" FROM "node" e WHERE e."id" = {raw} AND {visible("e")})'
