"""The view log of embeds as it is kept: by asset and month, then by day and partner, and by nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias, cast

from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore

KEPT_DAYS = 400
_COLLECTION = "embed-views"

#: How often, by asset, day in UTC and the id of a partner's key; "" where an address names none.
Counts: TypeAlias = Mapping[tuple[str, date, str], int]
_Month: TypeAlias = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Viewed:
    """How often an asset's embed was viewed on a day, at least: what caches answered is not counted."""

    day: date
    partner: str
    views: int


def add_views(store: GraphStore, counts: Counts, today: date) -> None:
    """Add what was counted to what is written down, in one transaction."""
    added: dict[str, dict[str, Counter[str]]] = {}
    for (asset, day, partner), count in counts.items():
        added.setdefault(_key(asset, day), {}).setdefault(day.isoformat(), Counter())[partner] += count
    until = int((datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(KEPT_DAYS)).timestamp() * 1000)

    def revision(there: Entries) -> Sequence[Entry]:
        found: list[Entry] = []
        for key, days in added.items():
            before = cast("_Month", there[key].value) if key in there else dict[str, Mapping[str, int]]()
            summed = {day: dict(Counter(before.get(day, {})) + counted) for day, counted in days.items()}
            found.append(Entry(key, {**before, **summed}, until))
        return found

    store.revise(_COLLECTION, list(added), revision)


def read_views(store: GraphStore, ids: Iterable[str], first: date, last: date) -> dict[str, list[Viewed]]:
    """Of assets, the views from a first to a last day, the latest first; asked once for all."""
    months = _months(first, last)
    of = {f"{id}/{month}": id for id in ids for month in months}
    found: dict[str, list[Viewed]] = {}
    for key, entry in store.entries(_COLLECTION, list(of)).items() if of else ():
        told = found.setdefault(of[key], [])
        for day, counted in cast("_Month", entry.value).items():
            if first <= (when := date.fromisoformat(day)) <= last:
                told += (Viewed(when, partner, views) for partner, views in sorted(counted.items()))
    return {id: sorted(told, key=lambda one: (-one.day.toordinal(), one.partner)) for id, told in found.items() if told}


def _key(asset: str, day: date) -> str:
    return f"{asset}/{day:%Y-%m}"


def _months(first: date, last: date) -> list[str]:
    """The months that days from a first to a last one are in."""
    return list(dict.fromkeys(f"{first + timedelta(at):%Y-%m}" for at in range((last - first).days + 1)))
