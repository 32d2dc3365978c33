"""How often embeds were viewed: by day, story and partner, and by nothing else.

Nothing of who views is looked at, and what caches answer is not counted, so that the numbers are the least there were.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import cast

from api.keys import Keys
from graph.asking import Asking, Computed, said
from graph.errors import GraphError
from graph.model import LEVEL
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore

_COLLECTION = "embed-views"
_PARTNER = re.compile("[0-9a-f]{1,40}")
#: Different counts that are kept until they are written down; what comes beyond is not told apart by partner.
_MOST = 10_000
_KEPT_DAYS, _MOST_DAYS = 400, 92


def _now() -> datetime:
    return datetime.now(UTC)


class Views:
    """Counts in memory and writes down now and then. Calls may come from any thread."""

    def __init__(self, store: GraphStore, keys: Keys, clock: Callable[[], datetime] = _now) -> None:
        self._store, self._keys, self._clock = store, keys, clock
        self._counts: Counter[tuple[str, date, str]] = Counter()
        self._lock = Lock()

    def count(self, id: str, partner: str = "") -> None:
        """One view of a story's embed; `partner` is the id of a partner's key, as an embed's address names it."""
        own = partner if _PARTNER.fullmatch(partner) else ""
        with self._lock:
            self._counts[id, self._clock().date(), own if len(self._counts) < _MOST else ""] += 1

    def write(self) -> None:
        """Add what was counted to what is written down; a partner without a key is counted with the rest."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            known = {key.id for key in self._keys.all()}
            self._add(counts, known)
        except GraphError:
            with self._lock:
                self._counts.update(counts)
            raise

    def _add(self, counts: Mapping[tuple[str, date, str], int], known: set[str]) -> None:
        added: dict[str, Counter[str]] = {}
        for (id, day, partner), count in counts.items():
            added.setdefault(_key(id, day), Counter())[partner if partner in known else ""] += count
        until = int((self._clock() + timedelta(_KEPT_DAYS)).timestamp() * 1000)

        def revision(there: Entries) -> Sequence[Entry]:
            found: list[Entry] = []
            for key, counted in added.items():
                before = cast("Mapping[str, int]", there[key].value) if key in there else dict[str, int]()
                found.append(Entry(key, dict(Counter(before) + counted), until))
            return found

        self._store.revise(_COLLECTION, list(added), revision)


def _key(id: str, day: date) -> str:
    return f"{id}/{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class EmbedViews:
    """How often a story's embed was viewed on a day."""

    day: date = said("The day, in UTC.")
    partner: str | None = said("The id of the partner's key that the embed's address names; null where it names none.")
    views: int = said("How often, at least: what caches answered is not counted.")


@dataclass(frozen=True, slots=True)
class EmbedViewsGiven:
    """Of which days."""

    days: int = said("So many days, today the last of them; 92 at most.", 30)


def ask_views(asking: Asking, given: EmbedViewsGiven, ids: Sequence[str]) -> Mapping[str, tuple[EmbedViews, ...]]:
    """The views of a page of assets, the latest day first; those outside are told none."""
    if asking.viewer.live < LEVEL["INTERNAL"]:
        return {}
    asking.statements += 1
    today = asking.viewer.today
    days = [today - timedelta(at) for at in range(max(0, min(given.days, _MOST_DAYS)))]
    found = asking.store.entries(_COLLECTION, [_key(id, day) for id in ids for day in days])
    return {
        id: tuple(
            EmbedViews(day, partner or None, count)
            for day in days
            if (entry := found.get(_key(id, day)))
            for partner, count in sorted(cast("Mapping[str, int]", entry.value).items())
        )
        for id in ids
    }


EMBED_VIEWS = Computed(
    "Asset",
    "embed_views",
    "How often its embed was viewed, by day and partner, for those who work here. Nothing is known of who viewed it.",
    EmbedViewsGiven,
    tuple[EmbedViews, ...],
    ask_views,
    lambda given: max(1, min(given.days, _MOST_DAYS)),
)
