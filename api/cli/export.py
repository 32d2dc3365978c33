"""`duta export`: everything as records, one JSON object a line."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import click
import orjson

from api.cli.main import settings
from api.cli.terminal import note
from api.doors.viewers import viewer_of
from api.roles import Role
from api.wiring import opened
from graph.model import EntityType
from graph.model.kinds import TEXT
from graph.model.model import LINK_PROPS, TRANSLATION
from graph.store.port import GraphStore
from graph.store.select import Follow, Order, Select, Shape, Viewer
from graph.store.visibility import SYSTEM

_PAGE = 200
_REFERS = 100_000


@click.command()
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this type; may be given more than once.")
@click.option("--public", is_flag=True, help="Only what everyone may see.")
def export(types: tuple[str, ...], public: bool) -> None:
    """Write every entity as a record that `duta import` reads, to standard output.

    Translations are records of their own. What was derived, the log and what imports said last are not in it.
    """
    with opened(settings()) as house:
        wanted = [house.store.model.type(name) for name in types] or list(house.store.model.types.values())
        viewer = viewer_of(Role.PUBLIC) if public else SYSTEM
        written = 0
        for record in records(house.store, viewer, wanted):
            click.echo(orjson.dumps(record).decode())
            written += 1
    note(f"{written} records")


def records(store: GraphStore, viewer: Viewer, types: list[EntityType]) -> Iterator[dict[str, object]]:
    """Every entity of the types as a record; Translations last, for they lead to the others."""
    for entity in sorted(types, key=lambda entity: entity.name == TRANSLATION):
        for row in _rows(store, viewer, entity):
            yield _record(entity, row)


def _rows(store: GraphStore, viewer: Viewer, entity: EntityType) -> Iterator[Mapping[str, Any]]:
    after: tuple[str, str] | None = None
    while True:
        question = Select(entity.name, _shape(entity), order=(Order("id"),), after=after, limit=_PAGE)
        rows = cast("list[Mapping[str, Any]]", store.ask(viewer, {"page": question})["page"]["rows"])
        yield from rows
        if len(rows) < _PAGE:
            return
        after = (str(rows[-1]["id"]), str(rows[-1]["id"]))


def _shape(entity: EntityType) -> Shape:
    props = [name for name, prop in entity.props.items() if not prop.derived or name == "id"]
    links = [
        (
            f"@{name}",
            Follow(
                name,
                Select(end.target, Shape((("id", "id"),)), order=(Order("id"),), limit=_REFERS),
                tuple((f"@{prop}", prop) for prop in (*end.link.props, *LINK_PROPS)),
            ),
        )
        for name, end in entity.forward.items()
    ]
    return Shape(tuple((name, name) for name in props), tuple(links))


def _record(entity: EntityType, row: Mapping[str, Any]) -> dict[str, object]:
    record: dict[str, object] = {"type": entity.name, "id": row["id"]}
    for name, prop in entity.props.items():
        if not prop.derived and row[name] not in (None, []) and not (prop.kind is TEXT and row[name] == ""):
            record[name] = row[name]
    for name, end in entity.forward.items():
        targets = [_target(found) for found in row[f"@{name}"]["rows"]]
        if targets:
            record[name] = targets if end.many else targets[0]
    return record


def _target(found: Mapping[str, Any]) -> object:
    carried = {
        name.removeprefix("@"): value for name, value in found.items() if name.startswith("@") and value is not None
    }
    return {"to": found["id"], **carried} if carried else found["id"]
