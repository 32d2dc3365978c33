"""Cypher for facets: how many nodes have which value, or stand beside which other node."""

from dataclasses import replace

from graph.model import End, EntityType, Model, Prop
from graph.store.binding import Binding
from graph.store.neo4j.decoding import counts_decoder, decoder_of, linked_counts
from graph.store.neo4j.expressions import Hop, labelled, path, seen, type_of, visible
from graph.store.neo4j.naming import Decode
from graph.store.neo4j.patterns import Source
from graph.store.select import Facet


def facet_of(model: Model, binding: Binding, entity: EntityType, source: Source, facet: Facet) -> tuple[str, Decode]:
    """The subquery of a facet over a question's nodes, and what reads its answer."""
    if facet.by in entity.ends:
        return _linked(model, binding, entity.ends[facet.by], source, facet), linked_counts
    if facet.by == "type" and not entity.prefix:
        return _valued(binding, f"WITH {type_of(source.node)} AS value", source, facet), counts_decoder(
            facet.limit, None
        )
    prop = entity.prop(facet.by)
    return _valued(binding, _values(source, prop), source, facet), counts_decoder(
        facet.limit, decoder_of(replace(prop, many=False))
    )


def _values(source: Source, prop: Prop) -> str:
    value = seen(source.node, prop)
    return f"UNWIND {value} AS value" if prop.many else f"WITH {value} AS value WHERE value IS NOT NULL"


def _valued(binding: Binding, values: str, source: Source, facet: Facet) -> str:
    """Every value whose count is among the highest, ties at the end included: who of them enters is decided outside."""
    limit = binding.bind(facet.limit)
    return (
        f"{source.text} {values} WITH value, count(*) AS n ORDER BY n DESC WITH collect([value, n]) AS found"
        f" RETURN CASE WHEN size(found) <= {limit} THEN found"
        f" ELSE [one IN found WHERE one[1] >= found[{limit} - 1][1]] END"
    )


def _linked(model: Model, binding: Binding, end: End, source: Source, facet: Facet) -> str:
    target = model.type(end.target)
    other, hop = binding.name("n"), Hop(end, binding.name("r"))
    step = path(f"({source.node})", hop, labelled(other, target, end))
    return (
        f"{source.text} MATCH {step} WHERE {visible(other)}"
        f" WITH {other}, count(*) AS n ORDER BY n DESC, {other}.id LIMIT {binding.bind(facet.limit)}"
        f" RETURN collect([{other}.id, {other}.label, n])"
    )
