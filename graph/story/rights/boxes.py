"""Sets of single uses as boxes: what a use asks for, what a rule speaks of, and whether some cover another.

A single use is one action in one country by one channel for one purpose, paid or not, of one kind of medium, in one
language, by one recipient, on one day. A use is all combinations of its values, and so is what a rule speaks of:
both are boxes. Days between which no rule changes are taken together, and so are values that no rule tells apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from graph.model.rules import CHANNELS, PURPOSES, Constraint, Rule
from graph.model.territories import countries_in
from graph.story.rights.material import Origin
from graph.story.rights.use import COMMERCIALIZE, Use, Window

DAYS, SPATIAL, CHANNEL, PURPOSE, PAID, MEDIA, LANGUAGE, RECIPIENT = range(8)
#: The operand of each side of a box but the first.
SIDES = ("dateTime", "spatial", "deliveryChannel", "purpose", "paid", "media", "language", "recipient")
#: Stands for every language, or recipient, that nobody names.
OTHER = "*"
#: How many combinations are looked at before the answer is given up.
_MOST_STEPS = 20_000

Box: TypeAlias = tuple[frozenset[object], ...]
Span: TypeAlias = tuple[date, date]


class TooIntricate(Exception):
    """The rules tell apart more combinations than are looked at."""


@dataclass(frozen=True, slots=True)
class Space:
    """A use as a box, cut so finely that each rule holds for the whole of a value or not at all."""

    box: Box

    def rule(self, origin: Origin, rule: Rule) -> Box:
        """The part of the use that a rule speaks of, whatever its action."""
        first, last = rule_days(origin, rule)
        sides: list[frozenset[object]] = list(self.box)
        sides[DAYS] = frozenset(span for span in _spans(sides[DAYS]) if first <= span[0] and span[1] <= last)
        for one in rule.constraints:
            if one.left in _SIDE:
                side = _SIDE[one.left]
                sides[side] = _holding(one, side, sides[side])
        return tuple(sides)

    def action(self, action: str) -> Box:
        """The part of the use that needs an action: what is not commercial needs no leave to be."""
        if action != COMMERCIALIZE:
            return self.box
        sides = list(self.box)
        sides[PURPOSE] = sides[PURPOSE] & PURPOSES["COMMERCIAL"]
        return tuple(sides)


_SIDE = {name: side for side, name in enumerate(SIDES) if side != DAYS}


def space_of(use: Use, window: Window, kind: str, origins: Iterable[Origin]) -> Space:
    """A use of a thing of a kind (a recording's, or none) as a box, cut where the rules of the origins are."""
    rules = [(origin, rule) for origin in origins for rule, _ in origin.rules]
    said = {side: {value for _, rule in rules for one in rule.constraints if one.left == side for value in one.right}
            for side in ("language", "recipient")}  # fmt: skip
    sides: list[frozenset[object]] = [
        _cut(window, rules),
        frozenset(use.countries()),
        frozenset(use.channels_meant()),
        frozenset(use.purposes_meant()),
        frozenset({False, True} if use.paid else {False}),
        frozenset({kind} & use.media_meant() if kind else use.media_meant()),
        _open_ended(use.languages, said["language"], _speaks),
        _open_ended(use.recipients, said["recipient"], _same),
    ]
    return Space(tuple(sides))


def _cut(window: Window, rules: Iterable[tuple[Origin, Rule]]) -> frozenset[object]:
    starts = {window.first}
    for origin, rule in rules:
        first, last = rule_days(origin, rule)
        starts |= {first} if window.first < first <= window.last else set()
        starts |= {last + timedelta(1)} if window.first <= last < window.last else set()
    ordered = sorted(starts)
    ends = [start - timedelta(1) for start in ordered[1:]] + [window.last]
    return frozenset(zip(ordered, ends, strict=True))


def _open_ended(asked: frozenset[str], said: set[str | bool], fits: Callable[[str, str], bool]) -> frozenset[object]:
    values = {str(value) for value in said}
    if not asked:
        return frozenset(values | {OTHER})
    return frozenset(asked | {value for value in values if any(fits(one, value) for one in asked)})


def _same(broad: str, narrow: str) -> bool:
    return broad == narrow


def _speaks(broad: str, narrow: str) -> bool:
    """Whether the first language tag takes in the second: zh takes in zh-Hans."""
    return narrow == broad or narrow.startswith(f"{broad}-")


def rule_days(origin: Origin, rule: Rule) -> Span:
    """The first and last day on which a rule holds, within those of its origin."""
    first, last = origin.first or date.min, origin.last or date.max
    for one in rule.constraints:
        if one.left != "dateTime":
            continue
        day = date.fromisoformat(str(one.right[0]))
        if one.operator in ("eq", "gteq", "gt"):
            first = max(first, moved(day, 1) if one.operator == "gt" else day)
        if one.operator in ("eq", "lteq", "lt"):
            last = min(last, moved(day, -1) if one.operator == "lt" else day)
    return first, last


def moved(day: date, days: int) -> date:
    """A day so many days later, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _spans(side: frozenset[object]) -> Iterable[Span]:
    return side  # type: ignore[return-value]


def _holding(one: Constraint, side: int, values: frozenset[object]) -> frozenset[object]:
    """The values for which a constraint holds."""
    if side == LANGUAGE:
        named = frozenset(value for value in values if any(_speaks(str(tag), str(value)) for tag in one.right))
    else:
        named = values & _named(one, side)
    return values - named if one.operator in ("neq", "isNoneOf") else named


@lru_cache(maxsize=4096)
def _named(one: Constraint, side: int) -> frozenset[object]:
    if side == SPATIAL:
        return frozenset[object]().union(*(countries_in(str(code)) for code in one.right))
    groups = {PURPOSE: PURPOSES, CHANNEL: CHANNELS}.get(side, {})
    return frozenset[object]().union(*(groups.get(str(value), {value}) for value in one.right))


def meets(one: Box, other: Box) -> bool:
    """Whether two boxes have a single use in common."""
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def beyond(use: Box, rule: Box) -> dict[int, frozenset[object]]:
    """What of each side of a use a rule leaves out."""
    return {side: left for side, (asked, given) in enumerate(zip(use, rule, strict=True)) if (left := asked - given)}


def covered(use: Box, rules: Sequence[Box]) -> bool:
    """Whether every single use of a box lies in one of the others; raises TooIntricate."""
    if any(not beyond(use, rule) for rule in rules):
        return True
    return len(rules) > 0 and _Cover(use, rules).from_side(0, frozenset(range(len(rules))))


class _Cover:
    """Goes side by side, and looks once at values that the same rules let through."""

    def __init__(self, use: Box, rules: Sequence[Box]) -> None:
        self.use, self.rules, self.steps = use, rules, 0
        self.known: dict[tuple[int, frozenset[int]], bool] = {}

    def from_side(self, side: int, live: frozenset[int]) -> bool:
        if not live:
            return False
        if side == len(self.use):
            return True
        key = (side, live)
        if key not in self.known:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise TooIntricate
            through = {frozenset(rule for rule in live if value in self.rules[rule][side]) for value in self.use[side]}
            self.known[key] = all(self.from_side(side + 1, rest) for rest in through)
        return self.known[key]
