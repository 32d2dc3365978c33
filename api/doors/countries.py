"""The countries that a use may be in, as a page offers them, asked again only when something was written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from api.plan import Caller, Executor
from api.plan import Request as Operation
from graph.store.cache import WeightedCache
from graph.store.port import GraphStore
from graph.store.select import Cmp, Or, Select
from graph.store.visibility import SYSTEM

_PLACES: Final = """
query Places($after: String) {
  countries(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { alpha2 name } }
}
"""
_KEPT = 64
#: Countries that come into sight, or go, at an hour of their own, of which the log says nothing then.
_TIMED = Select(
    "Country",
    where=Or((Cmp("embargo_until", "isNull", value=False), Cmp("expires_at", "isNull", value=False))),
    rows=False,
    total=True,
)

Place: TypeAlias = tuple[str, str]


class Countries:
    """Each country that has a code, as code and name in the reader's language, by name."""

    def __init__(self, store: GraphStore, executor: Executor) -> None:
        self._store, self._executor = store, executor
        self._kept: WeightedCache[tuple[object, ...], tuple[Place, ...]] = WeightedCache(_KEPT)

    def of(self, caller: Caller) -> tuple[Place, ...]:
        """Those that somebody sees; Refused where the budget is spent."""
        # The same entry of the log and the same right to see show the same, but for what time alone changes.
        key = (self._store.head().seq, replace(caller.viewer, now=0), caller.locale)
        found = self._kept.get(key)
        if found is None:
            found = tuple(sorted(self._asked(caller), key=lambda one: one[1]))
            if self._store.ask(SYSTEM, {"timed": _TIMED})["timed"]["total"] == 0:
                self._kept.put(key, found, 1)
        return found

    def _asked(self, caller: Caller) -> Iterator[Place]:
        after: str | None = None
        while True:
            told = self._executor.data(Operation(_PLACES, None, {"after": after}, only_queries=True), caller)
            countries: Mapping[str, Any] = told["countries"]
            yield from ((one["alpha2"], one["name"]) for one in countries["nodes"] if one["alpha2"] and one["name"])
            if not countries["pageInfo"]["hasNextPage"]:
                return
            after = countries["pageInfo"]["endCursor"]
