"""Opening a database of an older schema: what only adds is added, anything else is refused by name."""

from functools import partial
from typing import cast

from neo4j import ManagedTransaction

from graph.errors import StoreOutdated
from graph.model import EntityType, Model
from graph.store.layout import stored_row
from graph.store.neo4j.connection import Connection, run
from graph.store.neo4j.expressions import SETTLE_OPEN, quoted
from graph.store.neo4j.records import cleaned, values_of, visibility_in
from graph.store.neo4j.schema import (
    Description,
    create_indexes,
    create_log,
    describe,
    described,
    knows_open,
    note,
)

_AT_ONCE = 500


def migrate(connection: Connection, model: Model) -> list[str]:
    """Bring the database up to the model; the sentences say what was added to one that had data."""
    before, after = described(connection), describe(model)
    added = _added(before, after) if before else {}
    create_indexes(connection, model)
    create_log(connection)
    for name, properties in added.items():
        _refill(connection, model.type(name), properties)
    settled = knows_open(connection)
    if before and not settled:
        _settle_open(connection)
    if before != after or not settled:
        note(connection, after)
    return [f"{name} has got {one}." for name, properties in added.items() for one in sorted(properties)]


def _added(before: Description, after: Description) -> dict[str, set[str]]:
    """The properties that are new of types that were there; raises StoreOutdated where others have gone or changed."""
    lost = [
        f"{name}.{prop}" if name in after[part] else name
        for part in ("types", "links")
        for name, properties in before[part].items()
        for prop, storage in properties.items()
        if after[part].get(name, {}).get(prop) != storage
    ]
    if lost:
        raise StoreOutdated(
            "The store holds what this version does not know or keeps in another form:"
            f" {', '.join(sorted(set(lost))[:8])}."
            " Make a backup with the version that wrote it and restore it with this one."
        )
    found = {name: after["types"][name].keys() - properties.keys() for name, properties in before["types"].items()}
    return {name: properties for name, properties in found.items() if properties}


def _refill(connection: Connection, entity: EntityType, added: set[str]) -> None:
    """Give every node of a type the defaults and shadows of its new properties."""
    last: str | None = ""
    while last is not None:
        last = connection.write(partial(_refill_some, entity=entity, added=added, after=last))


def _refill_some(transaction: ManagedTransaction, *, entity: EntityType, added: set[str], after: str) -> str | None:
    """Do the next few after an id; the last id done, or None at the end."""
    some = f"MATCH (n:{quoted(entity.name)}:Entity) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $limit"
    rows: list[dict[str, object]] = []
    for (properties,) in run(transaction, f"{some} RETURN properties(n)", {"after": after, "limit": _AT_ONCE}):
        found = cast("dict[str, object]", properties)
        values = {**values_of(entity, found), **{name: entity.blank[name] for name in added & entity.blank.keys()}}
        rows.append(cleaned(stored_row(entity, values, visibility_in(found))))
    run(transaction, f"UNWIND $rows AS row MATCH (n:Entity {{id: row.id}}) SET n = row {SETTLE_OPEN}", {"rows": rows})
    return str(rows[-1]["id"]) if rows else None


def _settle_open(connection: Connection) -> None:
    """Mark what is open to everyone in a database whose nodes bear no such label."""
    last: str | None = ""
    while last is not None:
        last = connection.write(partial(_settle_some, after=last))


def _settle_some(transaction: ManagedTransaction, *, after: str) -> str | None:
    some = "MATCH (n:Entity) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $limit"
    found = run(transaction, f"{some} {SETTLE_OPEN} RETURN max(n.id)", {"after": after, "limit": _AT_ONCE})
    return cast("str | None", found[0][0])
