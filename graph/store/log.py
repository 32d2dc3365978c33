"""Entries of the log: complete patches, their reverses, and the chain of hashes over them."""

import hashlib
from collections.abc import Iterable, Mapping

import orjson

from graph.store.batch import Batch, Change
from graph.store.compare import Difference
from graph.store.transaction import Head, Links, Node, Values

GENESIS = "0" * 64
_UNLOGGED = {"id", "label", "rev", "created_at", "updated_at"}


def entry(
    head: Head,
    batch: Batch,
    *,
    first: int,
    at: str,
    type_name: str,
    node: Node | None,
    values: Values,
    difference: Difference,
) -> Change:
    """The log's next entry after `head`; `first` is the sequence of the batch's first one."""
    reverse: dict[str, object]
    if node is None:
        op, reverse = "create", {"delete": True}
        patch = {"set": _said(values), "links": _links(difference.put, {})}
    else:
        op, reverse = "update", _reverse(node, difference)
        patch = {"set": difference.set, "links": _links(difference.put, difference.drop)}
    told = (
        head.seq + 1, at, batch.actor, batch.actor_kind.value, batch.reason, f"batch-{first}", batch.import_id,
        str(values["id"]), type_name, op, int(str(values["rev"])), patch, reverse,
    )  # fmt: skip
    digest = _digest(told)
    return Change(*told, digest, chained(head.hash, digest))


def _said(values: Values) -> Values:
    """What a new node holds, without what follows from the rest and what is empty."""
    return {
        name: value for name, value in values.items() if value is not None and value != [] and name not in _UNLOGGED
    }


def _links(put: Links, drop: Mapping[str, Iterable[str]]) -> dict[str, dict[str, object]]:
    names = sorted({*put, *drop}) if drop else put
    return {name: {"put": put.get(name, {}), "drop": sorted(drop.get(name, ()))} for name in names}


def _reverse(node: Node, difference: Difference) -> dict[str, object]:
    """What leads back: values as they were, links that were dropped or changed put again, new ones dropped."""
    back: Links = {}
    fresh: dict[str, list[str]] = {}
    for name in {*difference.put, *difference.drop}:
        there = node.links.get(name, {})
        touched = [*difference.put.get(name, ()), *difference.drop.get(name, ())]
        if before := {to: there[to] for to in touched if to in there}:
            back[name] = before
        if added := [to for to in difference.put.get(name, ()) if to not in there]:
            fresh[name] = added
    return {"set": {name: node.values.get(name) for name in difference.set}, "links": _links(back, fresh)}


def digest_of(change: Change) -> str:
    """SHA-256 over everything a change says but its hashes."""
    told = (
        change.seq, change.at, change.actor, change.actor_kind, change.reason, change.batch, change.import_id,
        change.id, change.type, change.op, change.rev, change.patch, change.reverse,
    )  # fmt: skip
    return _digest(told)


def _digest(told: tuple[object, ...]) -> str:
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def chained(previous: str, digest: str) -> str:
    """The hash of an entry: SHA-256 over the previous hash and the entry's digest."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()
