"""One write transaction on Neo4j."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import TypeVar

from graph.model import Model
from graph.model.model import TRANSLATION
from graph.store.batch import Change
from graph.store.layout import VISIBILITY
from graph.store.moved import COLLECTION as MOVED
from graph.store.moved import entries_of, target_of
from graph.store.neo4j import operational
from graph.store.neo4j.connection import Records, Writing, run
from graph.store.neo4j.expressions import SETTLE_OPEN, quoted, type_of
from graph.store.neo4j.records import CHANGE, change_of, change_row, cleaned, said_of, said_text, values_of
from graph.store.transaction import Delta, Face, Head, Node, Part, Said, Values
from graph.store.visibility import Visibility

T = TypeVar("T")
_AT_ONCE = 2_000


#: What a statement returns of a node `n`: its id, and what `node_of` reads.
NODE = (
    f"n.id, {type_of('n')}, properties(n), "
    "COLLECT { MATCH (n)-[r]->(m:Entity) RETURN [type(r), m.id, properties(r)] }"
)


def node_of(model: Model, type_name: str, properties: Mapping[str, object], links: Records) -> Node:
    """A node as the writing core knows it."""
    entity = model.type(type_name)
    node = Node(type_name, values_of(entity, properties))
    for stored, target, props in links:
        node.links.setdefault(entity.field_of[stored], {})[target] = props
    return node


class Neo4jTransaction:
    """A transaction in which nobody else writes once its head is known."""

    def __init__(self, transaction: Writing, model: Model) -> None:
        self._transaction, self.model = transaction, model
        self._head: Head | None = None

    def head(self) -> Head:
        """Take the lock of the log and read its end in one statement: two would let another writer between."""
        if self._head is None:
            found = self._run("MATCH (l:Log {id: 'log'}) SET l.turn = l.turn + 1 WITH l RETURN l.seq, l.hash")
            self._head = Head(*found[0])
        return self._head

    def load(self, ids: Sequence[str]) -> dict[str, Node]:
        rows = self._run(f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) RETURN {NODE}", ids=list(ids))
        return {id: node_of(self.model, *parts) for id, *parts in rows}

    def faces(self, ids: Iterable[str]) -> dict[str, Face]:
        listed = ", ".join(f"n.{name}" for name in VISIBILITY)
        rows = self._run(
            f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) RETURN id, {type_of('n')}, {listed}", ids=list(ids)
        )
        return {id: Face(type_name, Visibility(*rest)) for id, type_name, *rest in rows}

    def said(self, source: str, ids: Sequence[str]) -> dict[str, Said]:
        rows = self._run(
            "UNWIND $keys AS key MATCH (s:Said {key: key}) RETURN s.id, s.value", keys=[_key(source, id) for id in ids]
        )
        return {id: said_of(value) for id, value in rows}

    def translations_of(self, ids: Sequence[str]) -> dict[str, Mapping[str, Values]]:
        entity = self.model.type(TRANSLATION)
        rows = self._run(
            f"UNWIND $ids AS id MATCH (p:Entity {{id: id}}) MATCH (p)<-[:TRANSLATES]-(t:{TRANSLATION})"
            " RETURN id, t.id, properties(t)",
            ids=list(ids),
        )
        found: dict[str, dict[str, Values]] = {}
        for parent, translation, properties in rows:
            found.setdefault(parent, {})[translation] = values_of(entity, properties)
        return {**found}

    def logged(self, part: Part) -> list[Change]:
        rows = self._run(
            f"MATCH (c:Change) WHERE c.{part.field} = $value RETURN {CHANGE} ORDER BY c.seq", value=part.value
        )
        return [change_of(row) for row in rows]

    def linking(self, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        rows = self._run(
            "UNWIND $ids AS id MATCH (n:Entity {id: id}) MATCH (n)<-[r]-(s:Entity)"
            " RETURN id, s.id, type(r) ORDER BY type(r), id, s.id",
            ids=list(ids),
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for id, source, stored in rows:
            found.setdefault(id, []).append((source, stored))
        return found

    def resting(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        rows = self._run(
            "MATCH (a:Entity)-[r]->(b:Entity) WHERE r.evidence IN $ids"
            " RETURN a.id, type(r), b.id ORDER BY type(r), a.id, b.id",
            ids=list(ids),
        )
        return [(source, stored, target) for source, stored, target in rows]

    def moved(self, ids: Sequence[str]) -> dict[str, str]:
        found = (operational.kept(self._transaction, MOVED, list(ids), 0)) if ids else {}
        return {id: target_of(one) for id, one in found.items()}

    def apply(self, delta: Delta) -> None:
        self._write_nodes(delta)
        self._write_links(delta)
        for ids in delta.removed.values():
            self._remove(ids)
        self._each("MERGE (s:Said {key: row.key}) SET s = row", map(_said_row, delta.said))
        gone = [{"id": f"{MOVED} {id}"} for id, to in delta.moved.items() if to is None]
        self._each("MATCH (o:Operational {id: row.id}) DELETE o", gone)
        if delta.moved:
            operational.put(self._transaction, entries_of(delta.moved))
        self._each("CREATE (c:Change) SET c = row", map(change_row, delta.log, delta.patches))
        if delta.log and delta.head:
            seq, last = astuple(delta.head)
            self._run("MATCH (l:Log {id: 'log'}) SET l.seq = $seq, l.hash = $last", seq=seq, last=last)

    def _write_nodes(self, delta: Delta) -> None:
        for type_name, rows in delta.created.items():
            self._each(f"CREATE (n:Entity:{quoted(type_name)}) SET n = row {SETTLE_OPEN}", map(cleaned, rows))
        for rows in delta.updated.values():
            self._each(f"MATCH (n:Entity {{id: row.id}}) SET n = row {SETTLE_OPEN}", map(cleaned, rows))
        restated = map(_restated_row, delta.restated)
        self._each(f"MATCH (n:Entity {{id: row.id}}) SET n += row {SETTLE_OPEN}", restated)

    def _write_links(self, delta: Delta) -> None:
        ends = "MATCH (a:Entity {id: row.from}) MATCH (b:Entity {id: row.to})"
        for stored, dropped in delta.drop_links.items():
            pairs = ({"from": source, "to": target} for source, target in dropped)
            self._each(f"{ends} MATCH (a)-[r:{quoted(stored)}]->(b) DELETE r", pairs)
        for stored, links in delta.put_links.items():
            rows = ({"from": source, "to": target, "props": props} for source, target, props in links)
            self._each(f"{ends} MERGE (a)-[r:{quoted(stored)}]->(b) SET r = row.props", rows)

    def _remove(self, ids: Sequence[str]) -> None:
        """Take out nodes whose links have gone, which the server checks, and what sources said of them."""
        rows = [{"id": id} for id in ids]
        self._each("MATCH (n:Entity {id: row.id}) DELETE n", rows)
        # A key begins with the id and a space, so that the index of keys finds them.
        self._each("MATCH (s:Said) WHERE s.key STARTS WITH row.id + ' ' DELETE s", rows)

    def _each(self, statement: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Do a statement for every row, some thousand at once."""
        for some in _batches(rows):
            self._run(f"UNWIND $rows AS row {statement}", rows=some)

    def _run(self, statement: str, **parameters: object) -> Records:
        return run(self._transaction, statement, parameters)


def _key(source: str, id: str) -> str:
    """One text for both; an id has no space."""
    return f"{id} {source}"


def _said_row(told: tuple[str, str, Said]) -> dict[str, object]:
    source, id, said = told
    return {"key": _key(source, id), "source": source, "id": id, "value": said_text(said)}


def _restated_row(restated: tuple[str, str, Visibility]) -> dict[str, object]:
    id, _, visibility = restated
    row: dict[str, object] = {"id": id}
    row |= zip(VISIBILITY, astuple(visibility), strict=True)
    return row


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    some: list[T] = []
    for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
