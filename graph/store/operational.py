"""Operational data: what Duta needs to run and nobody asks the graph for, such as keys.

It lies beside the graph in the same store, as JSON by collection and key. It is no Entity: it is in no list, count,
search, export or log.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from graph.errors import InvalidValue
from graph.store.batch import Change, Once, Refused, Report

_COLLECTION = re.compile(r"[a-z][a-z0-9-]{0,39}")
#: ASCII without a space, which both engines order alike.
_KEY = re.compile(r"[!-~]{1,300}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. From `until` on, in epoch milliseconds, it is gone as if it had been removed."""

    key: str
    value: Mapping[str, object]
    until: int | None = None


Entries: TypeAlias = dict[str, Entry]

Revision: TypeAlias = Callable[[Entries], Sequence[Entry | str]]
"""What is to be made of the entries that are there: entries to put, keys to remove.

It may be called again where the engine has to begin anew, so it must do nothing else.
"""


def check_collection(name: str) -> str:
    if not _COLLECTION.fullmatch(name):
        raise InvalidValue(f'"{name}" is no name of a collection.', cure="Use a-z, 0-9 and hyphens.")
    return name


def check_keys(collection: str, keys: Sequence[str]) -> list[str]:
    """The keys, each once and in order, so that two writers lock them in the same order."""
    check_collection(collection)
    for key in keys:
        if not _KEY.fullmatch(key):
            raise InvalidValue(f"{key[:100]!r} is no key.", cure="Use up to 300 characters of ASCII without a space.")
    return sorted(set(keys))


def revised(keys: Sequence[str], there: Entries, revision: Revision) -> tuple[list[Entry], list[str]]:
    """What a revision puts and what it removes; it may touch the keys it named and no other."""
    found = revision(dict(there))
    put = [one for one in found if isinstance(one, Entry)]
    removed = [one for one in found if isinstance(one, str)]
    strange = {*(one.key for one in put), *removed} - {*keys}
    if strange:
        raise InvalidValue(f"The revision touches {', '.join(sorted(strange))}, which it did not name.")
    return put, removed


ONCE = "once"
"""The collection of what is written once; its entries are written with the batch."""

REUSED = "The key was used for another write. Choose a new key for each."


def once_entry(once: Once, report: Report) -> Entry:
    """What is kept of a batch that was written."""
    first = report.changes[0].seq if report.changes else 0
    told: dict[str, object] = {"digest": once.digest, "first": first, "changes": len(report.changes)}
    if once.told is not None:
        told["told"] = once.told(report)
    return Entry(once.key, {**told, "unchanged": report.unchanged, "seq": report.seq}, once.until)


def repeated(once: Once, kept: Entry, changes: Callable[[int, int], Sequence[Change]]) -> Report:
    """The report of a batch that was written before; `changes` reads so many entries after a sequence."""
    value: Any = kept.value
    if value["digest"] != once.digest:
        return Report(refused=(Refused("", "", "once", REUSED),), seq=value["seq"])
    found = changes(value["first"] - 1, value["changes"]) if value["changes"] else ()
    return Report(tuple(found), unchanged=value["unchanged"], seq=value["seq"], repeated=True)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
