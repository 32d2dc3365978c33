"""Cypher for values: what a viewer sees of a property, and the comparison that decides who sees a node."""

from dataclasses import dataclass

from graph.model import ANY, LEVEL, End, EntityType, Prop, Uses
from graph.store.binding import Binding
from graph.store.layout import TEXT_OPEN, sort_column
from graph.store.operands import EVIDENCE, link_prop
from graph.store.visibility import ALWAYS, LIVE, NEVER, RETIRED


def constant(binding: Binding, *, holds: bool) -> str:
    """A condition that always or never holds, which the planner cannot know.

    Neo4j 5.26 fails on a statement of called subqueries of which it finds one to be empty.
    """
    return binding.bind(holds)


@dataclass(frozen=True, slots=True)
class Hop:
    """A link that was followed, and the variable it stands under."""

    end: End | Uses
    variable: str


def quoted(name: str) -> str:
    """A name of the model; no other name is ever written into a statement."""
    return f"`{name}`"


def labelled(variable: str, entity: EntityType, end: End | Uses | None = None) -> str:
    """A node's pattern; the label is the type's, or the only one that the other side of a link can have."""
    name = entity.name
    if end is not None and name == ANY and not end.forward:
        name = end.target
    return f"({variable}:{quoted(name)})"


def path(near: str, hop: Hop, far: str) -> str:
    """One step over a link, between two node patterns."""
    end = hop.end
    stored = [name for name, _ in end.through] if isinstance(end, Uses) else [end.link.stored]
    relationship = f"[{hop.variable}{':' if stored else ''}{'|'.join(map(quoted, stored))}]"
    return f"{near}-{relationship}->{far}" if hop.end.forward else f"{near}<-{relationship}-{far}"


def counting(binding: Binding, hop: Hop, other: str) -> list[str]:
    """What has to hold of the other side of a step beside its pattern: that it uses what it links to."""
    if not isinstance(hop.end, Uses):
        return []
    found = [] if hop.end.through else [constant(binding, holds=False)]
    for stored, sources in hop.end.through:
        if sources:
            of_type = " OR ".join(f"{other}:{quoted(name)}" for name in sources)
            found.append(f"(type({hop.variable}) <> '{stored}' OR {of_type})")
    return found


#: The label of what everyone sees at any time with its texts, which most of what is published is. The server has a
#: node's labels at hand, and looks for each property along a chain.
OPEN = "Open"
_IS_OPEN = (
    f"coalesce(n.vis_stage = {LIVE} AND n.vis_level = 0 AND n.vis_from = {ALWAYS} AND n.vis_until = {NEVER}"
    f" AND n.{TEXT_OPEN} = 1, false)"
)
#: What gives a node `n` that was written the label, or takes it.
SETTLE_OPEN = (
    f"FOREACH (_ IN CASE WHEN {_IS_OPEN} THEN [1] ELSE [] END | SET n:{OPEN})"
    f" FOREACH (_ IN CASE WHEN {_IS_OPEN} THEN [] ELSE [1] END | REMOVE n:{OPEN})"
)
#: Whether a node `n` bears the label and should not, or should and does not.
OPEN_WRONGLY = f"(n:{OPEN}) <> {_IS_OPEN}"


def visible(node: str) -> str:
    """Whether a node is seen: the one comparison of every hop (graph.store.visibility says it in Python).

    The label only spares the comparison where it is sure to hold, so it need not be there. It is a CASE, as the planner
    makes a union of an OR where it knows little of what is stored: it reads all there is twice, and sorts it.
    """
    return (
        f"CASE WHEN {node}:{OPEN} AND $live >= 0 THEN true ELSE {node}.vis_level <= CASE"
        f" WHEN {node}.vis_stage = {LIVE} AND {node}.vis_from <= $now AND $now < {node}.vis_until THEN $live"
        f" WHEN {node}.vis_stage = {RETIRED} THEN $retired ELSE $draft END END"
    )


def guard(node: str, prop: Prop) -> str | None:
    """The condition under which a property's value may be seen, where there is one beyond the node's own."""
    conditions: list[str] = []
    if prop.localised:
        conditions.append(f"({node}:{OPEN} OR {node}.{TEXT_OPEN} = 1 OR {node}.vis_level <= $draft)")
    if LEVEL[prop.marking]:
        conditions.append(marked(prop))
    return " AND ".join(conditions) or None


def marked(prop: Prop) -> str:
    """Whether a property with a marking of its own may be seen."""
    return f"$live >= {LEVEL[prop.marking]}"


def seen(node: str, prop: Prop) -> str:
    """A property's stored value, null where it may not be seen."""
    raw, condition = f"{node}.{quoted(prop.name)}", guard(node, prop)
    return f"CASE WHEN {condition} THEN {raw} END" if condition else raw


def order_value(node: str, prop: Prop) -> str:
    """What a node is ordered by; one that may not be seen stands where a missing one does.

    The sort key of a text that is still a draft is stored empty, so that its index serves everyone.
    """
    raw = f"{node}.{quoted(sort_column(prop))}"
    if not LEVEL[prop.marking]:
        return raw
    missing = "''" if prop.sorted else "NULL"
    return f"CASE WHEN {marked(prop)} THEN {raw} ELSE {missing} END"


def type_of(node: str) -> str:
    """The name of a node's type: its label beside those that any may bear."""
    return f"[label IN labels({node}) WHERE NOT label IN ['{ANY}', '{OPEN}']][0]"


def link_value(binding: Binding, hop: Hop, name: str) -> str:
    """A link's own stored value; evidence only where its source may be seen."""
    prop = link_prop(hop.end, name)
    raw = f"{hop.variable}.{quoted(prop.name)}"
    if prop.name != EVIDENCE:
        return raw
    source = binding.name("e")
    found = f"MATCH ({source}:Entity) WHERE {source}.id = {raw} AND {visible(source)}"
    return f"CASE WHEN EXISTS {{ {found} }} THEN {raw} END"
