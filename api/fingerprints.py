"""The fingerprints of all pictures, kept in memory and brought up to date from the log."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, cast

from graph.store.port import GraphStore
from graph.store.select import Cmp, Order, Select, Shape
from graph.store.visibility import SYSTEM

_PAGE = 5_000
_SHAPE = Shape((("id", "id"), ("fingerprint", "fingerprint")))


class Fingerprints:
    """Fingerprints by the ids of Media, whoever may see them. Calls may come from any thread."""

    def __init__(self, store: GraphStore) -> None:
        self._store, self._lock = store, Lock()
        self._known: dict[str, str] = {}
        self._seq = -1

    def all(self) -> dict[str, str]:
        with self._lock:
            if self._seq < 0:
                # From before it is read, so that nothing between the two is missed.
                self._seq = self._store.head().seq
                self._known = self._read()
            self._catch_up()
            return dict(self._known)

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        after: tuple[Any, ...] | None = None
        while True:
            question = Select(
                "Media", _SHAPE, Cmp("fingerprint", "isNull", False), (Order("id"),), after, limit=_PAGE, keys=True
            )
            rows = cast("Sequence[Mapping[str, Any]]", self._store.ask(SYSTEM, {"media": question})["media"]["rows"])
            found |= {row["id"]: row["fingerprint"] for row in rows}
            if len(rows) < _PAGE:
                return found
            after = tuple(rows[-1]["@key"])

    def _catch_up(self) -> None:
        while changes := self._store.changes(self._seq):
            for change in changes:
                self._seq = change.seq
                if change.type != "Media":
                    continue
                values = cast("Mapping[str, Any]", change.patch.get("set") or {})
                if change.op == "delete" or ("fingerprint" in values and values["fingerprint"] is None):
                    self._known.pop(change.id, None)
                elif "fingerprint" in values:
                    self._known[change.id] = values["fingerprint"]
