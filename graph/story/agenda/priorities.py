"""An agenda, as Bjola asks of it: what was to come first in a period, against what was said."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Annotated, Any

from graph.asking import Of, said
from graph.model.enums import Told
from graph.story import wording
from graph.story.agenda.days import Span
from graph.story.plan.reading import Names

#: How far below its planned share a priority may stay, of all posts.
TOLERANCE = 0.05


class AgendaWarningKind(Told):
    """What is wrong with an agenda."""

    INVERTED = "INVERTED", "A priority gets fewer posts than one below it."
    SILENT = "SILENT", "A priority gets no post at all."
    BEHIND = "BEHIND", "A priority gets clearly less than was planned for it."
    UNBOUND = "UNBOUND", "A priority names no narrative."


@dataclass(frozen=True, slots=True)
class AgendaPriority:
    """A priority, and what it gets of all posts in the days in which it holds."""

    priority: Annotated[str, Of("Priority")] | None = said("The priority.")
    rank: int | None = said("Its rank, 1 first.")
    narrative: Annotated[str, Of("Narrative")] | None = said("The narrative that it puts first.")
    starts: date = said("The first of those days in which it holds.")
    ends: date = said("The last of them, included.")
    planned: float | None = said("The share of posts that it was to get, 0 to 1.")
    actual: float = said("The share that it gets, 0 to 1.")
    out: int = said("How many posts of it are out.")
    ahead: int = said("How many are planned.")
    total: int = said("How many posts there are in those days, of whatever they tell.")
    lacks: int = said("How many more of it would bring it to the planned share.")
    sentence: str = said("The same in words.")


@dataclass(frozen=True, slots=True)
class AgendaWarning:
    """Something that is not as the priorities say."""

    kind: AgendaWarningKind = said("What it is.")
    priority: Annotated[str, Of("Priority")] | None = said("The priority that comes short.")
    other: Annotated[str, Of("Priority")] | None = said("The lower one that gets more.")
    sentence: str = said("The same in words.")


@dataclass(frozen=True, slots=True)
class Agenda:
    """Planned against said."""

    priorities: tuple[AgendaPriority, ...] = said("The priorities of those days, by their rank.")
    warnings: tuple[AgendaWarning, ...] = said("What is not as they say, the gravest first.")
    placements: int = said("How many posts were counted.")
    elsewhere: int = said("How many of them tell none of the priorities of their day.")
    notes: tuple[str, ...] = said("What is missing, and what does not count for any priority.")
    cut: bool = said("Whether there are more posts or priorities than are counted.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A priority as its rule reads it: `counts` are the narratives that count for it, with the steps down to each."""

    id: str
    rank: int | None
    narrative: str | None
    span: Span
    planned: float | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the rule reads it: its day, whether it is out, and the narratives it tells."""

    day: date
    out: bool
    tells: frozenset[str]


def counted(wanted: Sequence[Wanted], posts: Iterable[Post]) -> tuple[dict[str, tuple[int, int, int]], int]:
    """How many posts each priority gets, out and ahead, and how many there are in its days; and those of no priority.

    A post counts once: for the priority of its day whose narrative it tells, or tells a part of by the fewest steps; of
    several for the higher one.
    """
    days: dict[date, Mapping[str, tuple[int, int, str]]] = {}
    #: In most days the same priorities hold.
    by_holding: dict[tuple[str, ...], Mapping[str, tuple[int, int, str]]] = {}
    on: Counter[date] = Counter()
    out, ahead = Counter[str](), Counter[str]()
    elsewhere = 0
    for post in posts:
        on[post.day] += 1
        nearest = days.get(post.day)
        if nearest is None:
            holding = [one for one in wanted if one.span.first <= post.day <= one.span.last]
            key = tuple([one.id for one in holding])
            nearest = days[post.day] = by_holding.get(key) or by_holding.setdefault(key, _nearest(holding))
        near = [nearest[told] for told in post.tells if told in nearest]
        if near:
            (out if post.out else ahead)[min(near)[2]] += 1
        else:
            elsewhere += 1
    totals = {one.id: sum(on[day] for day in on if one.span.first <= day <= one.span.last) for one in wanted}
    return {one.id: (out[one.id], ahead[one.id], totals[one.id]) for one in wanted}, elsewhere


def _nearest(holding: Iterable[Wanted]) -> Mapping[str, tuple[int, int, str]]:
    """For each narrative the priority of a day that it counts for, with the steps down and the place of that."""
    found: dict[str, tuple[int, int, str]] = {}
    for number, one in enumerate(holding):
        for narrative, steps in one.counts.items():
            near = steps, number, one.id
            found[narrative] = min(found.get(narrative, near), near)
    return found


def told_of(one: Wanted, counts: tuple[int, int, int], names: Names) -> AgendaPriority:
    out, ahead, total = counts
    got = out + ahead
    actual = got / total if total else 0.0
    # So many more of it make got + n of total + n, which is to be the planned share.
    lacks = ceil((one.planned * total - got) / (1 - one.planned)) if one.planned and one.planned < 1 else 0
    sentence = say(
        names,
        "no_plan" if one.planned is None else "on_plan",
        priority=names[one.id],
        planned=percent(one.planned or 0.0),
        actual=percent(actual),
        count=got,
        total=total,
    )
    days, share = (one.span.first, one.span.last), round(actual, 3)
    return AgendaPriority(
        one.id, one.rank, one.narrative, *days, one.planned, share, out, ahead, total, max(0, lacks), sentence
    )


def warnings(told: Sequence[AgendaPriority], names: Names) -> Iterator[AgendaWarning]:
    """Each priority is warned of once for each kind; against lower ones, for the one that gets most."""
    found: list[AgendaWarning] = []
    for one in told:
        got = one.out + one.ahead
        values: dict[str, Any] = {"priority": names[one.priority or ""], "count": got, "total": one.total}
        lower = [
            each
            for each in told
            if each.actual > one.actual
            and None not in (one.rank, each.rank)
            and (each.rank or 0) > (one.rank or 0)
            and Span(each.starts, each.ends).meets(Span(one.starts, one.ends))
        ]
        if one.narrative is None:
            found.append(_warning(AgendaWarningKind.UNBOUND, one, None, names, **values))
        elif not got and one.total:
            found.append(_warning(AgendaWarningKind.SILENT, one, None, names, **values))
        elif one.planned is not None and one.actual < one.planned - TOLERANCE:
            shares = {"planned": percent(one.planned), "actual": percent(one.actual), "lacks": one.lacks}
            found.append(_warning(AgendaWarningKind.BEHIND, one, None, names, **values, **shares))
        if one.narrative is not None and lower:
            most = max(lower, key=lambda each: (each.actual, -(each.rank or 0)))
            more = {"rank": one.rank, "lower": most.rank, "other": names[most.priority or ""]}
            share = most.out + most.ahead
            found.append(_warning(AgendaWarningKind.INVERTED, one, most.priority, names, **values, **more, more=share))
    kinds = tuple(AgendaWarningKind)
    yield from sorted(found, key=lambda each: kinds.index(each.kind))


def _warning(
    kind: AgendaWarningKind, one: AgendaPriority, against: str | None, names: Names, **values: Any
) -> AgendaWarning:
    return AgendaWarning(kind, one.priority, against, say(names, kind, **values))


def notes(told: Sequence[AgendaPriority], total: int, elsewhere: int, names: Names) -> Iterator[str]:
    if not told:
        yield say(names, "no_priorities")
    if not total:
        yield say(names, "no_placements")
    elif elsewhere and told:
        yield say(names, "elsewhere", count=elsewhere, total=total)
    planned = sum(one.planned or 0.0 for one in told)
    if planned > 1:
        yield say(names, "oversold", percent=percent(planned))


def say(names: Names, key: str, **values: Any) -> str:
    """A sentence of agendas in the language of the answer."""
    return wording.say("graph.story.agenda", names.language, key, **values)


def percent(share: float) -> str:
    """A share in words, as 12 %."""
    return f"{round(share * 100)} %"
