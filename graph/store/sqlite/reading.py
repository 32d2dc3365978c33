"""Reading stored rows back: nodes with their links, faces, and log entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from graph.model import EntityType, Model, Storage
from graph.store.batch import Change, Which
from graph.store.log import GENESIS
from graph.store.sqlite.connection import Connection
from graph.store.sqlite.schema import link_table, quoted, table_of
from graph.store.transaction import Face, Head, Links, Node, Values
from graph.store.visibility import Visibility

CHANGE = "seq, at, actor, actor_kind, reason, batch, import_id, id, type, op, rev, patch, reverse, digest, hash"


def keys_of(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Key and type of each of these ids that exists."""
    rows = connection.execute(
        'SELECT n."id", n.nid, n.type FROM json_each(?) j CROSS JOIN node n ON n."id" = j.value', (_list(ids),)
    )
    return {id: (nid, type_name) for id, nid, type_name in rows}


def head_of(connection: Connection) -> Head:
    """The end of the log."""
    row = connection.execute("SELECT seq, hash FROM change ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, GENESIS)


def faces_of(connection: Connection, ids: Iterable[str]) -> dict[str, Face]:
    rows = connection.execute(
        'SELECT n."id", n.type, n.vis_stage, n.vis_level, n.vis_from, n.vis_until'
        ' FROM json_each(?) j CROSS JOIN node n ON n."id" = j.value',
        (_list(ids),),
    )
    return {id: Face(type_name, Visibility(*rest)) for id, type_name, *rest in rows}


def nodes_of(connection: Connection, model: Model, ids: Sequence[str]) -> dict[str, Node]:
    """These nodes as they are stored, with the links that start at them."""
    found = keys_of(connection, ids)
    by_type: dict[str, list[int]] = {}
    for nid, type_name in found.values():
        by_type.setdefault(type_name, []).append(nid)
    nodes: dict[str, Node] = {}
    for type_name, nids in by_type.items():
        entity = model.type(type_name)
        for values in _stored(connection, entity, nids):
            nodes[str(values["id"])] = Node(type_name, values)
        for id, links in _linked(connection, model, entity, nids).items():
            nodes[id].links = links
    return nodes


def _stored(connection: Connection, entity: EntityType, nids: list[int]) -> Iterator[Values]:
    names = list(entity.props)
    listed = ", ".join(f"a.{quoted(name)}" for name in names)
    rows = connection.execute(
        f"SELECT {listed} FROM json_each(?) j CROSS JOIN {table_of(entity)} a ON a.nid = j.value",
        (orjson.dumps(nids).decode(),),
    )
    for row in rows:
        yield {name: from_column(value, entity.props[name].storage) for name, value in zip(names, row, strict=True)}


def _linked(connection: Connection, model: Model, entity: EntityType, nids: list[int]) -> dict[str, Links]:
    """All links that start at some nodes of one type, in one statement per stored type."""
    found: dict[str, Links] = {}
    keys = orjson.dumps(nids).decode()
    for name, end in entity.forward.items():
        props = model.stored_links[end.link.stored]
        columns = "".join(f", l.{quoted(prop)}" for prop in props)
        rows = connection.execute(
            f'SELECT s."id", d."id"{columns} FROM json_each(?) j'
            f" CROSS JOIN {link_table(end.link.stored)} l ON l.src = j.value"
            " JOIN node s ON s.nid = l.src JOIN node d ON d.nid = l.dst",
            (keys,),
        )
        for source, target, *values in rows:
            kept = {
                prop: from_column(value, props[prop].storage)
                for prop, value in zip(props, values, strict=True)
                if value is not None
            }
            found.setdefault(source, {}).setdefault(name, {})[target] = kept
    return found


def changes_of(connection: Connection, after: int, limit: int, which: Which, *, backward: bool) -> list[Change]:
    """The log after a sequence; `backward`, what is before it, newest first."""
    equal = which.equal
    terms = ["seq < ?" if backward else "seq > ?", *(f"{quoted(name)} = ?" for name in equal)]
    bound: list[object] = [after, *equal.values()]
    if which.ids is not None:
        terms.append('"id" IN (SELECT value FROM json_each(?))')
        bound.append(_list(which.ids))
    if which.until is not None:
        terms.append("seq <= ?")
        bound.append(which.until)
    rows = connection.execute(
        f"SELECT {CHANGE} FROM change WHERE {' AND '.join(terms)} ORDER BY seq{' DESC' if backward else ''} LIMIT ?",
        (*bound, limit),
    )
    return [change_of(row) for row in rows]


def change_of(row: Sequence[object]) -> Change:
    values = list(row)
    values[11], values[12] = _parsed(values[11]), _parsed(values[12])
    return Change(*values)  # type: ignore[arg-type]


def from_column(value: object, storage: Storage) -> object:
    """A column's value in the form the writing core knows."""
    match storage:
        case Storage.BOOLEAN:
            return None if value is None else bool(value)
        case Storage.LIST:
            return orjson.loads(value) if isinstance(value, str) else []
        case _:
            return value


def to_column(value: object) -> object:
    """A stored value as a column holds it."""
    if isinstance(value, bool):
        return int(value)
    return orjson.dumps(value).decode() if isinstance(value, list) else value


def _parsed(value: object) -> Mapping[str, object]:
    return orjson.loads(value) if isinstance(value, str) else {}


def _list(ids: Iterable[str]) -> str:
    return orjson.dumps(list(ids)).decode()
