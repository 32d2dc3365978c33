"""Tables and indexes of the SQLite store, derived from the model's layout."""

from collections.abc import Iterator

from graph.model import ANY, EntityType, Model, Storage
from graph.model.kinds import SHARE
from graph.store.layout import columns, indexes
from graph.store.walks import WHOLE

AFFINITY = {
    Storage.TEXT: "TEXT",
    Storage.INTEGER: "INTEGER",
    Storage.REAL: "REAL",
    Storage.BOOLEAN: "INTEGER",
    Storage.LIST: "TEXT",
    Storage.JSON: "TEXT",
}
TYPE = "type"

OPERATIONAL = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, actor_kind TEXT NOT NULL, reason TEXT NOT NULL,
    batch TEXT NOT NULL, import_id TEXT, id TEXT NOT NULL, type TEXT NOT NULL, op TEXT NOT NULL, rev INTEGER NOT NULL,
    patch TEXT, reverse TEXT, digest TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS change_by_id ON change (id, seq);
CREATE TABLE IF NOT EXISTS said (source TEXT, id TEXT, value TEXT NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS operational (
    collection TEXT, key TEXT, value TEXT NOT NULL, until INTEGER, PRIMARY KEY (collection, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS operational_until ON operational (until) WHERE until IS NOT NULL;
"""


def table_of(entity: EntityType) -> str:
    """The quoted table of a type; `node` holds the kernel of every entity."""
    return '"node"' if entity.name == ANY else quoted(f"n_{entity.prefix}")


def link_table(stored: str) -> str:
    return quoted(f"l_{stored.lower()}")


def quoted(name: str) -> str:
    return f'"{name}"'


def table_columns(entity: EntityType) -> dict[str, str]:
    """Column name to affinity, without the key."""
    found = {column.name: AFFINITY[column.storage] for column in columns(entity)}
    return {TYPE: "TEXT", **found} if entity.name == ANY else found


def link_columns(model: Model, stored: str) -> dict[str, str]:
    return {name: AFFINITY[prop.storage] for name, prop in model.stored_links[stored].items()}


def node_tables(model: Model) -> dict[str, dict[str, str]]:
    """Every table of nodes with its columns."""
    return {table_of(entity): table_columns(entity) for entity in (model.any, *model.types.values())}


def link_tables(model: Model) -> dict[str, dict[str, str]]:
    """Every table of links with the columns of their own properties."""
    return {link_table(stored): link_columns(model, stored) for stored in sorted(model.stored_links)}


def weighed_by(model: Model, table: str) -> list[str]:
    """The properties by which walks weigh links of a table: they go back over many, and read no more of each."""
    props = next(props for stored, props in model.stored_links.items() if link_table(stored) == table)
    weights = [name for name, prop in props.items() if prop.kind is SHARE]
    return [*weights, "confidence"] if weights else []


def by_weight(model: Model, table: str) -> str:
    """What a link of a table called {} weighs, as the index of the way back holds it in order; without a weight 1."""
    return f"coalesce({{}}.{quoted(weighed_by(model, table)[0])}, {WHOLE})"


def creation(model: Model) -> Iterator[str]:
    """The statements that create what is not there."""
    for table, found in node_tables(model).items():
        body = ", ".join(f"{quoted(name)} {affinity}" for name, affinity in found.items())
        yield f"CREATE TABLE IF NOT EXISTS {table} (nid INTEGER PRIMARY KEY, {body})"
    for table, found in link_tables(model).items():
        body = "".join(f", {quoted(name)} {affinity}" for name, affinity in found.items())
        key = "PRIMARY KEY (src, dst)"
        yield f"CREATE TABLE IF NOT EXISTS {table} (src INTEGER, dst INTEGER{body}, {key}) WITHOUT ROWID"
        weights = weighed_by(model, table)
        ordered = [by_weight(model, table).replace("{}.", "")] if weights else []
        back = ", ".join(["dst", *ordered, "src", *map(quoted, weights)])
        yield f"CREATE INDEX IF NOT EXISTS {quoted(f'{table[1:-1]}_back')} ON {table} ({back})"
    yield 'CREATE UNIQUE INDEX IF NOT EXISTS "node_id" ON "node" ("id")'
    for entity in model.types.values():
        table = table_of(entity)
        yield f'CREATE UNIQUE INDEX IF NOT EXISTS {quoted(f"{table[1:-1]}__id")} ON {table} ("id")'
        for fields in indexes(entity):
            name = f"{table[1:-1]}__{'__'.join(fields)}"
            yield f"CREATE INDEX IF NOT EXISTS {quoted(name)} ON {table} ({', '.join(map(quoted, fields))})"
