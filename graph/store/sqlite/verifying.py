"""Counting and verifying what a SQLite store holds."""

from graph.model import Model
from graph.store.batch import Stats, Verdict
from graph.store.chain import Chain
from graph.store.sqlite.connection import Connection
from graph.store.sqlite.reading import CHANGE, change_of, head_of
from graph.store.sqlite.schema import link_table, table_of


def stats_of(connection: Connection, model: Model) -> Stats:
    nodes: dict[str, int] = dict(connection.execute("SELECT type, count(*) FROM node GROUP BY type ORDER BY type"))
    links = {
        stored: _count(connection, f"SELECT count(*) FROM {link_table(stored)}")
        for stored in sorted(model.stored_links)
    }
    head = head_of(connection)
    return Stats("sqlite", nodes, {stored: count for stored, count in links.items() if count}, head.seq, head.hash)


def verdict_of(connection: Connection, model: Model) -> Verdict:
    chain = Chain()
    for row in connection.execute(f"SELECT {CHANGE} FROM change ORDER BY seq"):
        chain.read(change_of(row))
    return Verdict(chain.seq, (*chain.problems, *_broken(connection, model)))


def _broken(connection: Connection, model: Model) -> list[str]:
    """Links without both ends, and nodes that stand in one table only."""
    problems: list[str] = []
    for stored in sorted(model.stored_links):
        table = link_table(stored)
        lost = _count(
            connection,
            f"SELECT count(*) FROM {table} l WHERE NOT EXISTS (SELECT 1 FROM node WHERE nid = l.src)"
            " OR NOT EXISTS (SELECT 1 FROM node WHERE nid = l.dst)",
        )
        if lost:
            problems.append(f"{lost} links {stored} lack one of their ends.")
    for entity in model.types.values():
        differ = _count(
            connection,
            f"SELECT count(*) FROM {table_of(entity)} a"
            f" FULL JOIN (SELECT * FROM node WHERE type = '{entity.name}') n ON n.nid = a.nid"
            ' WHERE a.nid IS NULL OR n.nid IS NULL OR a."id" IS NOT n."id" OR a.rev IS NOT n.rev'
            " OR a.vis_level IS NOT n.vis_level",
        )
        if differ:
            problems.append(f"{differ} nodes of type {entity.name} are not whole.")
    return problems


def _count(connection: Connection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0
