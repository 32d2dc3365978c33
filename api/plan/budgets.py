"""Budgets: how many objects a caller may ask for in a while, kept in the memory of this process."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from graphql import GraphQLError

from api.plan.errors import Code, Refused, refused

_MINUTE = 60
_MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Left:
    """What a caller may still ask for: objects now, how many come back each minute, seconds until all are back."""

    objects: int
    per_minute: int
    full_in: float


@dataclass(slots=True)
class _Bucket:
    objects: float
    at: float


class Budgets:
    """A bucket of objects for each caller, which fills up evenly.

    It holds what comes back in `minutes`. Buckets that were not used for longest are forgotten first; by then
    most are full again, as a new one is.
    """

    def __init__(
        self, *, minutes: int = 2, most: int = _MOST_KEPT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._minutes, self._most, self._clock = minutes, most, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def purse(self, who: str, per_minute: int) -> "Purse":
        return Purse(self, who, per_minute)

    def spend(self, who: str, objects: int, per_minute: int) -> Left:
        """Take objects out of a caller's bucket and say what is left; raises Refused where there are too few."""
        most = per_minute * self._minutes
        with self._lock:
            bucket = self._filled(who, per_minute, most)
            if objects <= bucket.objects:
                bucket.objects -= objects
                return Left(int(bucket.objects), per_minute, (most - bucket.objects) / per_minute * _MINUTE)
            left = bucket.objects
        raise _spent(objects, int(left), per_minute, most, (objects - left) / per_minute * _MINUTE)

    def _filled(self, who: str, per_minute: int, most: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = _Bucket(most, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(who)
            bucket.objects = min(most, bucket.objects + (now - bucket.at) * per_minute / _MINUTE)
            bucket.at = now
        return bucket

    def __len__(self) -> int:
        return len(self._buckets)


@dataclass(frozen=True, slots=True)
class Purse:
    """One caller's bucket."""

    budgets: Budgets
    who: str
    per_minute: int

    def spend(self, objects: int) -> Left:
        return self.budgets.spend(self.who, objects, self.per_minute)


def _spent(objects: int, left: int, per_minute: int, most: int, seconds: float) -> Refused:
    if objects > most:
        return refused(
            Code.LIMIT_EXCEEDED,
            f"It asks for {objects} objects, more than the {most} that this budget ever holds. Ask for shorter pages.",
        )
    wait = math.ceil(seconds)
    message = (
        f"It asks for {objects} objects; {left} are left, and {per_minute} come back each minute. "
        f"Ask again in {wait} seconds, or for shorter pages."
    )
    return Refused(
        Code.BUDGET_SPENT, [GraphQLError(message, extensions={"asked": objects, "remaining": left, "retryAfter": wait})]
    )
