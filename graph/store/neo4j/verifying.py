"""Counting and verifying what a Neo4j store holds."""

from collections.abc import Iterator

from graph.model import ANY, Model
from graph.store.batch import Stats, Verdict
from graph.store.chain import Chain
from graph.store.neo4j.connection import Connection
from graph.store.neo4j.expressions import OPEN, OPEN_WRONGLY, quoted
from graph.store.neo4j.records import CHANGE, change_of
from graph.store.transaction import Head

_AT_ONCE = 1_000


def head_of(connection: Connection) -> Head:
    """The end of the log."""
    return Head(*connection.ask("MATCH (l:Log {id: 'log'}) RETURN l.seq, l.hash", {})[0])


def stats_of(connection: Connection, model: Model) -> Stats:
    nodes = " UNION ALL ".join(
        f"MATCH (n:{quoted(name)}) RETURN '{name}' AS name, count(n) AS n" for name in model.types
    )
    links = " UNION ALL ".join(
        f"MATCH ()-[r:{quoted(stored)}]->() RETURN '{stored}' AS name, count(r) AS n"
        for stored in sorted(model.stored_links)
    )
    head = head_of(connection)
    return Stats("neo4j", _counted(connection, nodes), _counted(connection, links), head.seq, head.hash)


def _counted(connection: Connection, statement: str) -> dict[str, int]:
    return {name: count for name, count in sorted(connection.read(statement)) if count}


def verdict_of(connection: Connection, model: Model) -> Verdict:
    chain = Chain()
    for row in _entries(connection):
        chain.read(change_of(row))
    problems, stats = chain.problems, stats_of(connection, model)
    if (stats.seq, stats.hash) != (chain.seq, chain.hash):
        problems.append(f"The log ends at {chain.seq}, its counter stands at {stats.seq}.")
    problems += [sentence.format(count) for sentence, count in _broken(connection, model) if count]
    return Verdict(chain.seq, tuple(problems))


def _entries(connection: Connection) -> Iterator[list[object]]:
    """The log as it is stored, some entries at once."""
    after = -1
    statement = f"MATCH (c:Change) WHERE c.seq > $after RETURN {CHANGE} ORDER BY c.seq LIMIT {_AT_ONCE}"
    while rows := connection.read(statement, {"after": after}):
        yield from rows
        after = rows[-1][0]


def _broken(connection: Connection, model: Model) -> Iterator[tuple[str, int]]:
    """Links between what the model does not link, nodes of no or two types, nodes that the log does not know."""
    for stored in sorted(model.stored_links):
        ends = [
            f"(a:{quoted(link.source)} AND ({' OR '.join(f'b:{quoted(target)}' for target in link.targets)}))"
            for link in model.links
            if link.stored == stored
        ]
        yield (
            f"{{}} links {stored} lack one of their ends.",
            _count(connection, f"MATCH (a)-[r:{quoted(stored)}]->(b) WHERE NOT ({' OR '.join(ends)}) RETURN count(r)"),
        )
    yield (
        "{} nodes do not have one type.",
        _count(
            connection,
            f"MATCH (n:{ANY}) WHERE size([label IN labels(n) WHERE label <> '{OPEN}']) <> 2 RETURN count(n)",
        ),
    )
    yield (
        "{} nodes are marked as open to everyone and are not, or are and are not marked.",
        _count(connection, f"MATCH (n:{ANY}) WHERE {OPEN_WRONGLY} RETURN count(n)"),
    )
    last = "COLLECT { MATCH (c:Change {id: n.id}) RETURN c.rev ORDER BY c.seq DESC LIMIT 1 }[0]"
    yield (
        "{} nodes are not as the log left them.",
        _count(connection, f"MATCH (n:{ANY}) WHERE coalesce({last}, 0) <> n.rev RETURN count(n)"),
    )


def _count(connection: Connection, statement: str) -> int:
    return int(connection.read(statement)[0][0])
