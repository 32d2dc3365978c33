"""Ways over channels that agreed to carry each other on, and how likely they do."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod

#: So many ways are looked at before the rest is left out.
MOST_WAYS = 500


@dataclass(frozen=True, slots=True)
class Relay:
    """A channel that carries another one on, by an agreement."""

    channel: str
    agreement: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a relay has done with the posts of the channel before it."""

    used: int = 0
    offered: int = 0
    last: date | None = None


def likelihood(tallies: Iterable[Tally]) -> float:
    """How likely all relays post what is offered: of each (used + 1) / (offered + 2), Laplace's rule of succession."""
    return prod(((min(one.used, one.offered) + 1) / (one.offered + 2) for one in tallies), start=1.0)


def ways(
    own: Sequence[str], ends: Collection[str], relays: Mapping[str, Sequence[Relay]], hops: int
) -> Iterator[tuple[str, ...]]:
    """Every way from an own channel to one of the ends that comes nowhere twice, the short ones first.

    A way may go on after an end, to one that reaches others of them; none goes over a second channel of the sender,
    which is a shorter way by itself.
    """
    mine, told = set(own), 0
    waiting: list[tuple[str, ...]] = [(id,) for id in own]
    while waiting and told < MOST_WAYS:
        longer: list[tuple[str, ...]] = []
        for way in waiting:
            if way[-1] in ends:
                told += 1
                yield way
                if told == MOST_WAYS:
                    return
            if len(way) <= hops:
                after = sorted({relay.channel for relay in relays.get(way[-1], ())} - mine - set(way))
                longer += [(*way, id) for id in after]
        waiting = longer[: MOST_WAYS * 10]
