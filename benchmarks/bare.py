"""The bare statements that write what a store holds, timed on the same engine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw

from engines import empty_neo4j, neo4j_access
from graph.model import MODEL
from graph.store.port import GraphStore
from graph.store.select import Select, Viewer
from measure import Clock, Spent


def statement(
    store: GraphStore, viewer: Viewer, questions: Mapping[str, Select], *, settings: bool = False
) -> Callable[[], object]:
    """A function that runs the one statement of some questions by the engine's driver, and reads its answer.

    With `settings` the connection is set as the store's own is, and read as barely; without, all is the driver's way.
    """
    if store.stats().engine == "sqlite":
        from graph.store.sqlite import SqliteStore
        from graph.store.sqlite.statement import compile_question

        assert isinstance(store, SqliteStore)
        [question] = questions.values()
        text, values = compile_question(MODEL, viewer, question)
        if settings:
            with store.connected() as own:
                return lambda: own.execute(text, values).fetchone()
        connection = apsw.Connection(str(store.path), statementcachesize=256)
        return lambda: connection.execute(text, values).fetchone()
    from neo4j import READ_ACCESS, GraphDatabase

    from graph.store.neo4j.statement import compile_questions as compile_cypher

    uri, user, password = neo4j_access()
    compiled = compile_cypher(MODEL, viewer, questions)
    driver = GraphDatabase.driver(uri, auth=(user, password))
    if settings:
        reading = driver.session(default_access_mode=READ_ACCESS)
        return lambda: [record.values() for record in reading.run(compiled.text, compiled.parameters)]
    session = driver.session()
    return lambda: session.run(compiled.text, compiled.parameters).data()


def write_sqlite(store: GraphStore, batches: int) -> Spent:
    """What it takes to insert every row of the store's tables into an empty file of the same schema."""
    from graph.store.sqlite import SqliteStore, open_sqlite

    assert isinstance(store, SqliteStore)
    source = apsw.Connection(str(store.path))
    names = [str(row[0]) for row in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    tables = {name: source.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if name != "meta"}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bare.sqlite3"
        open_sqlite(path, MODEL).close()
        target = apsw.Connection(str(path))
        target.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        clock = Clock()
        for number in range(batches):
            target.execute("BEGIN IMMEDIATE")
            for name, rows in tables.items():
                if part := _part(rows, number, batches):
                    marks = ", ".join("?" * len(part[0]))
                    target.executemany(f'INSERT INTO "{name}" VALUES ({marks})', part)
            target.execute("COMMIT")
        return clock.spent


def write_neo4j(store: GraphStore, batches: int, *, at_once: bool = False) -> Spent:
    """What it takes to create every node and link of the database again, by UNWIND, after emptying it.

    Links come after all nodes, or `at_once` with the nodes of their part, where they lead to what comes before.
    """
    from neo4j import GraphDatabase

    uri, user, password = neo4j_access()
    with GraphDatabase.driver(uri, auth=(user, password)) as driver, driver.session() as session:
        nodes: dict[str, list[Any]] = {}
        for labels, props in session.run("MATCH (n) RETURN labels(n), properties(n)"):
            nodes.setdefault(":".join(f"`{label}`" for label in labels), []).append(props)
        links: dict[str, list[Any]] = {}
        for kind, start, end, props in session.run(
            "MATCH (a:Entity)-[r]->(b:Entity) RETURN type(r), a.id, b.id, properties(r)"
        ):
            links.setdefault(kind, []).append({"a": start, "b": end, "p": props})
        empty_neo4j(uri, user, password)
        clock = Clock()
        steps = [(_create, nodes), (_connect, links)]
        for parts in [steps] if at_once else [[step] for step in steps]:
            for number in range(batches):
                with session.begin_transaction() as transaction:
                    for write, kinds in parts:
                        for kind, rows in kinds.items():
                            if part := _part(rows, number, batches):
                                write(transaction, kind, part)
                    transaction.commit()
        return clock.spent


def _create(transaction: Any, labels: str, rows: list[Any]) -> None:
    transaction.run(f"UNWIND $rows AS row CREATE (n:{labels}) SET n = row", rows=rows)


def _connect(transaction: Any, kind: str, rows: list[Any]) -> None:
    transaction.run(
        "UNWIND $rows AS row MATCH (a:Entity {id: row.a}) MATCH (b:Entity {id: row.b})"
        f" CREATE (a)-[r:`{kind}`]->(b) SET r = row.p",
        rows=rows,
    )


def _part(rows: list[Any], number: int, parts: int) -> list[Any]:
    """The part with that number of as many equal parts."""
    return rows[len(rows) * number // parts : len(rows) * (number + 1) // parts]
