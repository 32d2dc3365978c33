"""What was written of a thing, and a form that brings back how it was: as an edit like any other."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.desk.fields import Field
from api.desk.form import CARRIED, HAD, WAS
from api.desk.spelling import digest, spelled
from api.desk.thing import Thing
from api.plan import Caller, Executor, Request
from api.schema.names import camel

#: How many entries of the log a page of history shows, and how far back one may bring something back.
MOST_ENTRIES = 50
HISTORY = """
query History($id: ID!, $first: Int!, $before: String) {
  node(id: $id) {
    history(first: $first, before: $before) { seq rev at actor kind reason parts { path before after } }
  }
}"""

Entry = Mapping[str, Any]


def history(executor: Executor, caller: Caller, id: str, before: str = "") -> list[Entry]:
    """What was written of a thing as far as the caller may know, the newest first; raises Refused."""
    given = {"id": id, "first": MOST_ENTRIES, "before": before or None}
    node = executor.data(Request(HISTORY, None, given, only_queries=True), caller)["node"]
    return list(node["history"]) if node else []


def as_it_was(fields: Sequence[Field], thing: Thing, since: Sequence[Entry]) -> dict[str, list[str]]:
    """What a form would have been sent to take these entries back, the newest of which is the first."""
    values: dict[str, object] = {}
    links = {name: dict(targets) for name, targets in thing.links.items()}
    by_path = {one.name: one for one in fields}
    for entry in since:
        for part in entry["parts"]:
            one = by_path.get(part["path"])
            if one is None:
                continue
            if one.is_link:
                there = links.setdefault(one.end.name, {})
                after: Mapping[str, Any] = part["after"] or {}
                for id in after:
                    there.pop(id, None)
                there.update(part["before"] or {})
            else:
                values[one.name] = part["before"]
    sent: dict[str, list[str]] = {}
    for one in fields:
        if one.is_link:
            sent |= _links(one, thing, links.get(one.end.name, {}))
        elif one.name in values:
            now = spelled(one.prop, thing.values.get(one.prop.name), thing.zone)
            sent |= {one.name: [spelled(one.prop, values[one.name], thing.zone)], WAS + one.name: [digest(now)]}
    return sent


def _links(one: Field, thing: Thing, targets: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    there = thing.links.get(one.end.name, {})
    if dict(there) == dict(targets):
        return {}
    sent: dict[str, list[str]] = {one.name: list(targets) or [""], HAD + one.name: list(there)}
    for id, carried in targets.items():
        for prop in one.end.link.props.values():
            name = f"{CARRIED}{one.name}.{id}.{prop.name}"
            before = carried.get(camel(prop.name), carried.get(prop.name))
            now = spelled(prop, there.get(id, {}).get(prop.name), thing.zone)
            sent |= {name: [spelled(prop, before, thing.zone)], WAS + name: [digest(now)]}
    return sent
