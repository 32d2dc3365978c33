"""Opening a file of an older schema: what only adds is added, anything else is refused by name."""

from collections.abc import Iterable

from graph.errors import StoreOutdated
from graph.model import EntityType, Model
from graph.store.layout import stored_row
from graph.store.sqlite.connection import Connection
from graph.store.sqlite.reading import from_column, to_column
from graph.store.sqlite.schema import (
    OPERATIONAL,
    TYPE,
    creation,
    link_tables,
    node_tables,
    quoted,
    table_columns,
    table_of,
)
from graph.store.visibility import Visibility

_FOREIGN = ["meta", "change", "said", "operational", "sqlite_sequence"]


def migrate(connection: Connection, model: Model) -> list[str]:
    """Create or extend all tables; the sentences say what was added to a file that had data."""
    before = _existing(connection)
    added = _added(before, {**node_tables(model), **link_tables(model)})
    with connection:
        for table, name, affinity in added:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {affinity}")
        connection.execute(OPERATIONAL)
        for statement in creation(model):
            connection.execute(statement)
        changed = {table for table, _, _ in added}
        for entity in model.types.values():
            if changed & {table_of(entity), table_of(model.any)}:
                _refill(connection, entity, model.any)
    return [f"{table[1:-1]} has got {name}." for table, name, _ in added]


def _existing(connection: Connection) -> dict[str, dict[str, str]]:
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if name not in _FOREIGN
    ]
    return {
        quoted(table): {str(row[1]): str(row[2]) for row in connection.execute(f"PRAGMA table_info({quoted(table)})")}
        for table in tables
    }


def _added(before: dict[str, dict[str, str]], wanted: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    """The columns to add; raises StoreOutdated where the file holds what the model no longer knows."""
    lost = [f"{table[1:-1]}" for table in before if table not in wanted]
    added: list[tuple[str, str, str]] = []
    for table, columns in before.items():
        known = wanted.get(table, columns)
        lost += [
            f"{table[1:-1]}.{name}"
            for name, affinity in columns.items()
            if name not in {"nid", "src", "dst"} and known.get(name) != affinity
        ]
        added += [(table, name, affinity) for name, affinity in known.items() if name not in columns]
    if lost:
        raise StoreOutdated(
            f"The store holds what this version does not know or keeps in another form: {', '.join(sorted(lost)[:8])}. "
            "Make a backup with the version that wrote it and restore it with this one."
        )
    return added


def _refill(connection: Connection, entity: EntityType, anything: EntityType) -> None:
    """Derive shadows and defaults again for every row of a type that has got columns, here or in its kernel."""
    props = {name: entity.props[name] for name in table_columns(entity) if name in entity.props}
    listed = ", ".join(map(quoted, ["vis_stage", "vis_level", "vis_from", "vis_until", *props]))
    rows = connection.execute(f"SELECT nid, {listed} FROM {table_of(entity)}").fetchall()
    for nid, stage, level, live_from, live_until, *values in rows:
        # What has a default is never kept without a value, so a missing one is one that was just added.
        node = {
            name: entity.blank[name] if value is None else from_column(value, props[name].storage)
            for name, value in zip(props, values, strict=True)
        }
        row = stored_row(entity, node, Visibility(stage, level, live_from, live_until)) | {TYPE: entity.name}
        for table_type in (entity, anything):
            names = list(table_columns(table_type))
            _store(connection, table_type, nid, names, [to_column(row[name]) for name in names])


def _store(connection: Connection, entity: EntityType, nid: int, names: Iterable[str], values: list[object]) -> None:
    assignments = ", ".join(f"{quoted(name)} = ?" for name in names)
    connection.execute(f"UPDATE {table_of(entity)} SET {assignments} WHERE nid = ?", (*values, nid))
