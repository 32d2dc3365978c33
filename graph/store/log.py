"""Entries of the log: complete patches, their reverses, and the chain of hashes over them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import orjson

from graph.errors import InvalidValue
from graph.model import EntityType
from graph.store.batch import Batch, Change
from graph.store.compare import Difference
from graph.store.transaction import Head, Links, Node, Part, Patches, Values

GENESIS = "0" * 64
_UNLOGGED = {"id", "label", "rev", "created_at", "updated_at"}
_BATCH = re.compile(r"batch-[0-9]{1,18}")
_DIGITS = 19
_UNMADE: Mapping[str, object] = {"delete": True}
_UNMADE_JSON = orjson.dumps(_UNMADE)


class Journal:
    """The entries that one batch adds after `head`, each chained to the one before, with their patches as JSON."""

    def __init__(self, head: Head, batch: Batch, at: str) -> None:
        self.head = head
        self.changes: list[Change] = []
        self.patches: list[Patches] = []
        kind, name = batch.actor_kind.value, f"batch-{head.seq + 1}"
        self._same = (at, batch.actor, kind, batch.reason, name, batch.import_id)

    def created(
        self, entity: EntityType, id: str, rev: int, difference: Difference, created_at: str | None = None
    ) -> None:
        """What is made; with `created_at` it is made again, or under another id, and as old as it was."""
        links: dict[str, object] = {name: {"put": targets, "drop": []} for name, targets in difference.put.items()}
        patch: dict[str, object] = {"set": {**_held_from_birth(entity), **difference.set}, "links": links}
        if created_at is not None:
            patch["created_at"] = created_at
        self._append((id, entity.name, "create", rev), patch, _UNMADE, _UNMADE_JSON)

    def updated(self, entity: EntityType, id: str, rev: int, node: Node, difference: Difference) -> None:
        patch = {"set": difference.set, "links": _links(difference.put, difference.drop)}
        reverse = _reverse(node, difference)
        self._append((id, entity.name, "update", rev), patch, reverse, _json(reverse))

    def removed(self, entity: EntityType, id: str, node: Node) -> None:
        rev, links = int(str(node.values["rev"])) + 1, _links(node.links, {})
        reverse = {"set": held(node), "links": links, "created_at": node.values["created_at"]}
        self._append((id, entity.name, "delete", rev), _UNMADE, reverse, _json(reverse))

    def _append(
        self, what: tuple[str, str, str, int], patch: Mapping[str, object], reverse: Mapping[str, object], back: bytes
    ) -> None:
        told, forth = (self.head.seq + 1, *self._same, *what), _json(patch)
        digest = _digest(told, forth, back)
        self.head = Head(told[0], chained(self.head.hash, digest))
        self.changes.append(Change(*told, patch, reverse, digest, self.head.hash))
        self.patches.append((forth.decode(), back.decode()))


def part_of(text: str) -> Part:
    """What an entry's number, the name of a batch or the id of an import stands for."""
    if text.isascii() and text.isdecimal() and len(text) < _DIGITS:
        return Part("seq", int(text))
    if _BATCH.fullmatch(text):
        return Part("batch", text)
    if text.startswith("import-"):
        return Part("import_id", text)
    raise InvalidValue(
        f'"{text[:80]}" is no part of the log.',
        path="undo",
        cure="Name an import as import-5f0c2a, a batch as batch-7, or one entry by its number.",
    )


def held(node: Node) -> Values:
    """What a node holds that the log tells, without what follows from the rest and what is empty."""
    return _told(node.values)


@lru_cache(maxsize=256)
def _held_from_birth(entity: EntityType) -> Values:
    """What a new node holds before anything is said of it."""
    return _told(entity.blank)


def _told(values: Values) -> Values:
    return {name: value for name, value in values.items() if value not in (None, []) and name not in _UNLOGGED}


def _links(put: Links, drop: Mapping[str, Iterable[str]]) -> dict[str, dict[str, object]]:
    return {name: {"put": put.get(name, {}), "drop": sorted(drop.get(name, ()))} for name in {**put, **drop}}


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


def patches_of(change: Change) -> Patches:
    """An entry's patches as its digest covers them; None where they were erased."""
    forth, back = (_json(patch).decode() if patch else None for patch in (change.patch, change.reverse))
    return forth, back


def digest_of(change: Change) -> str:
    """SHA-256 over everything a change says but its hashes."""
    told = (
        change.seq, change.at, change.actor, change.actor_kind, change.reason, change.batch, change.import_id,
        change.id, change.type, change.op, change.rev,
    )  # fmt: skip
    return _digest(told, _json(change.patch), _json(change.reverse))


def _digest(told: tuple[object, ...], patch: bytes, reverse: bytes) -> str:
    """SHA-256 over one list in canonical JSON, whose last two values are JSON already."""
    return hashlib.sha256(orjson.dumps((*told, orjson.Fragment(patch), orjson.Fragment(reverse)))).hexdigest()


def _json(patch: Mapping[str, object]) -> bytes:
    """Canonical JSON: keys in order, no spaces."""
    return orjson.dumps(patch, option=orjson.OPT_SORT_KEYS)


def chained(previous: str, digest: str) -> str:
    """The hash of an entry: SHA-256 over the previous hash and the entry's digest."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()
