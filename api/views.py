"""How often embeds were viewed: by day, story and partner, and by nothing else.

Nothing of who views is looked at, and what caches answer is not counted, so that the numbers are the least there were.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from api.keys import Key, Keys
from api.roles import Role
from graph.asking import Asking, Computed, said
from graph.errors import GraphError
from graph.model import LEVEL
from graph.store.port import GraphStore
from graph.story.viewed import add_views, read_views

_PARTNER = re.compile("[0-9a-f]{1,40}")
#: Different counts that are kept until they are written down; what comes beyond is not told apart by partner.
_MOST = 10_000
_MOST_DAYS = 92


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

    def partner(self, id: str) -> Key | None:
        """The partner whose key an embed's address names, while it is good."""
        key = self._keys.named(id) if _PARTNER.fullmatch(id) else None
        return key if key is not None and key.role is Role.PARTNER and key.refusal(self._clock()) is None else None

    def write(self) -> None:
        """Add what was counted to what is written down; a partner without a key is counted with the rest."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            known = {key.id for key in self._keys.all()}
            told: Counter[tuple[str, date, str]] = Counter()
            for (id, day, partner), count in counts.items():
                told[id, day, partner if partner in known else ""] += count
            add_views(self._store, told, self._clock().date())
        except GraphError:
            with self._lock:
                self._counts.update(counts)
            raise


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
    today, days = asking.viewer.today, max(1, min(given.days, _MOST_DAYS))
    found = read_views(asking.store, ids, today - timedelta(days - 1), today)
    return {
        id: tuple(EmbedViews(one.day, one.partner or None, one.views) for one in told) for id, told in found.items()
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
