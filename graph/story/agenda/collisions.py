"""Campaigns that get in each other's way, with both owners and a date that is free."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model.enums import Told
from graph.store.select import And, Cmp, Filter, Follow, Order, Rel, Select, Shape, by_ids, shape_of
from graph.story.agenda.days import DaysGiven, Span, span_of
from graph.story.plan.texts import in_language
from graph.story.refusing import unknown
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.wording import language_of, say

#: How many campaigns are compared, and how many collisions are told.
MOST, TOLD = 400, 100
#: How many days ahead a free date is looked for.
HORIZON = 366
#: How long before and after the span other campaigns are looked at, for a free date.
_AROUND = timedelta(days=HORIZON)
_PACKAGE = "graph.story.agenda"
_COUNTRY = shape_of("id", "label", "names", audiences=Follow("audiences", Select("Audience", rows=False, total=True)))


class CollisionKind(Told):
    """What two campaigns share at the same time."""

    AUDIENCE = "AUDIENCE", "An audience hears both."
    MESSAGE = "MESSAGE", "Both say the same."
    OBSERVANCE = "OBSERVANCE", "Both are tied to the same observance or event."
    ASSET = "ASSET", "Both show the same asset."
    CHANNEL = "CHANNEL", "Both speak through the same channel."


@dataclass(frozen=True, slots=True)
class CollisionSide:
    """One of two campaigns, and whose it is."""

    campaign: Annotated[str, Of("Campaign")] | None = said("The campaign.")
    owners: tuple[Annotated[str, Of("Entity")], ...] = said("Who leads it, or runs it where nobody leads.")
    starts: date = said("Its first day.")
    ends: date = said("Its last day, included.")


@dataclass(frozen=True, slots=True)
class CollisionShared:
    """What both have of one kind."""

    kind: CollisionKind = said("Of which kind.")
    things: tuple[Annotated[str, Of("Entity")], ...] = said("The things.")


@dataclass(frozen=True, slots=True)
class CollisionMove:
    """A way out: one of the two begins on a day on which nothing of what they share is taken."""

    campaign: Annotated[str, Of("Campaign")] | None = said("Which one moves: the one that starts later.")
    starts: date = said("Its new first day.")
    ends: date = said("Its new last day, included.")
    days: int = said("By how many days it moves.")


@dataclass(frozen=True, slots=True)
class Collision:
    """Two campaigns for audiences of a country that share something on the same days."""

    starts: date = said("The first day that both have.")
    ends: date = said("The last day that both have, included.")
    one: CollisionSide = said("The one that starts first.")
    other: CollisionSide = said("The one that starts later, which would move.")
    shared: tuple[CollisionShared, ...] = said("What they share, by kind.")
    different_message: bool = said("Whether an audience hears two different things.")
    suggestion: CollisionMove | None = said("A free date; none is found within a year.")


@dataclass(frozen=True, slots=True)
class Collisions:
    """The collisions of a country's campaigns in a span of days."""

    collisions: tuple[Collision, ...] = said("Each pair once, by the first day that both have.")
    campaigns: int = said("How many campaigns were compared.")
    cut: bool = said("Whether there are more campaigns or collisions than are told.")
    notes: tuple[str, ...] = said("What the answer lacks.", ())


_STANDS_IN_THE_WAY = frozenset(CollisionKind) - {CollisionKind.MESSAGE}
_TAKES_A_DATE = (CollisionKind.AUDIENCE, CollisionKind.ASSET, CollisionKind.CHANNEL)


@dataclass(frozen=True, slots=True)
class Run:
    """A campaign as far as collisions ask: its days, owners, and what it takes, by kind.

    `bars` is what no other may take on the same days, and `fills` what makes a date taken for others; ids of two kinds
    are never the same.
    """

    id: str
    span: Span
    owners: tuple[str, ...]
    takes: Mapping[CollisionKind, frozenset[str]]
    bars: frozenset[str] = field(init=False)
    fills: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bars", self._all(_STANDS_IN_THE_WAY))
        object.__setattr__(self, "fills", self._all(_TAKES_A_DATE))

    def _all(self, kinds: Iterable[CollisionKind]) -> frozenset[str]:
        return frozenset[str]().union(*(self.takes[kind] for kind in kinds))

    def shares(self, other: "Run") -> dict[CollisionKind, frozenset[str]]:
        found = {kind: things & other.takes[kind] for kind, things in self.takes.items()}
        return {kind: things for kind, things in found.items() if things}


def collide(runs: Sequence[Run], within: Span, *, wanted: Sequence[str]) -> Iterator[Collision]:
    """Every pair of the runs wanted that shares something on a day within the span, by that day.

    Campaigns that speak to no common audience are in each other's way too, where they share an asset, a channel or
    an observance; what only says the same to other people is no collision. A free date is looked for as each is told.
    """
    there = set(wanted)
    near = (run for run in runs if run.id in there and run.span.touches(within) and run.span.first <= run.span.last)
    ordered = sorted(near, key=lambda run: (run.span.first, run.id))
    found: list[tuple[Run, Run]] = []
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.span.first > one.span.last:
                # All that come after begin later still.
                break
            if not one.bars.isdisjoint(other.bars):
                found.append((one, other))
    # The later of two begins on the first day that both have.
    for one, other in sorted(found, key=lambda pair: (pair[1].span.first, pair[0].id, pair[1].id)):
        yield _collision(one, other, runs)


def _collision(one: Run, other: Run, runs: Sequence[Run]) -> Collision:
    shared, last = one.shares(other), min(one.span.last, other.span.last)
    differs = CollisionKind.AUDIENCE in shared and CollisionKind.MESSAGE not in shared
    told = tuple(CollisionShared(kind, tuple(sorted(shared[kind]))) for kind in CollisionKind if kind in shared)
    moved = free_date(other, one, runs)
    return Collision(other.span.first, last, _side(one), _side(other), told, differs, moved)


def _side(run: Run) -> CollisionSide:
    return CollisionSide(run.id, run.owners, run.span.first, run.span.last)


def free_date(mover: Run, against: Run, runs: Sequence[Run]) -> CollisionMove | None:
    """The first day after the other's end on which the mover shares an audience, asset or channel with nobody."""
    taken = [run.span for run in runs if run.id != mover.id and not mover.fills.isdisjoint(run.fills)]
    start = against.span.last + timedelta(days=1)
    latest = mover.span.first + timedelta(days=HORIZON)
    while start <= latest:
        moved = mover.span.moved(start)
        ends = [span.last for span in taken if span.touches(moved)]
        if not ends:
            return CollisionMove(mover.id, moved.first, moved.last, (moved.first - mover.span.first).days)
        start = max(ends) + timedelta(days=1)
    return None


def collisions(asking: Asking, given: DaysGiven) -> Collisions:
    """The collisions, by one question of the store; campaigns without both days take no part."""
    span = span_of(given)
    country = by_ids("Country", (given.country,), _COUNTRY)
    answers = asking.ask({"campaigns": _question(given.country, span), "country": country})
    there = one_of(answers["country"])
    if there is None:
        raise unknown("country", given.country, "country")
    rows = rows_of(answers["campaigns"])
    runs = [run_of(row) for row in rows[:MOST]]
    wanted = [run.id for run in runs if run.span.meets(span)]
    found = list(islice(collide(runs, span, wanted=wanted), TOLD + 1))
    cut = len(rows) > MOST or len(found) > TOLD
    return Collisions(tuple(found[:TOLD]), len(wanted), cut, tuple(_lacking(there, wanted, asking.locale)))


def _lacking(country: Mapping[str, Any], wanted: Sequence[str], locale: str | None) -> Iterator[str]:
    """Why nothing collides, where that is no good news."""
    language = language_of(locale)
    called = in_language(country, language)
    if not country["audiences"]["total"]:
        yield say(_PACKAGE, language, "no_audiences", country=called)
    elif not wanted:
        yield say(_PACKAGE, language, "no_campaigns", country=called)


def _question(country: str, span: Span) -> Select:
    there = Rel("some", "country", Cmp("id", "eq", country))
    around = And(
        (
            Rel("some", "audiences", there),
            Cmp("starts", "lte", (span.last + _AROUND).isoformat()),
            Cmp("ends", "gte", (span.first - _AROUND).isoformat()),
        )
    )
    return Select("Campaign", run_shape(there), around, order=(Order("starts"), Order("id")), limit=MOST + 1)


def run_shape(audiences: Filter) -> Shape:
    """What `run_of` reads of a campaign; only those audiences count that the filter lets through."""
    ids = (("id", "id"),)
    links = (
        ("missions", Follow("missions", Select("Entity", Shape(ids), order=(Order("id"),)), (("role", "role"),))),
        (CollisionKind.AUDIENCE.value, Follow("audiences", Select("Audience", Shape(ids), audiences))),
        (CollisionKind.MESSAGE.value, Follow("tells", Select("Entity", Shape(ids)))),
        (CollisionKind.OBSERVANCE.value, Follow("occasions", Select("Entity", Shape(ids)))),
        (CollisionKind.ASSET.value, Follow("assets", Select("Asset", Shape(ids)))),
        (CollisionKind.CHANNEL.value, Follow("channels", Select("Channel", Shape(ids)))),
    )
    return Shape((*ids, ("starts", "starts"), ("ends", "ends")), links)


def run_of(row: Mapping[str, Any]) -> Run:
    """A campaign with both days, from its row."""
    missions = row["missions"]["rows"]
    leads = [one["id"] for one in missions if one["role"] == "LEAD"]
    takes = {kind: frozenset(ids_of(row[kind.value])) for kind in CollisionKind}
    span = Span(date.fromisoformat(row["starts"]), date.fromisoformat(row["ends"]))
    return Run(row["id"], span, tuple(leads or (one["id"] for one in missions)), takes)


COLLISIONS = Question(
    "collisions",
    "Campaigns for audiences of a country that share an audience, an asset, a channel or an occasion on the same days.",
    DaysGiven,
    Collisions,
    collisions,
    lambda _given: TOLD,
)
