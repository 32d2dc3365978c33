"""The calculation: what the rules that one thing stands under say of a use."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from graph.model.rules import Rule, includes
from graph.story.rights.boxes import Box, Space, TooIntricate, beyond, covered, meets, moved, rule_days, space_of
from graph.story.rights.material import SILENT, Origin, Part, Thing, Why
from graph.story.rights.use import Use, Window
from graph.story.rights.verdict import RightsVerdict

#: What ODRL calls to make something new from a thing.
MADE = "derive"


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule where it stands."""

    origin: Origin
    rule: Rule
    why: Why


@dataclass(frozen=True, slots=True)
class Gap:
    """An action that nothing permits everywhere; `nearest` permits most, but for what `missing` has by side."""

    action: str
    nearest: Bound | None
    missing: tuple[tuple[int, frozenset[object]], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is found for one thing."""

    thing: Thing
    verdict: RightsVerdict
    permits: tuple[Bound, ...] = ()
    prohibits: tuple[Bound, ...] = ()
    duties: tuple[Bound, ...] = ()
    gaps: tuple[Gap, ...] = ()


def judge(thing: Thing, use: Use, window: Window) -> Found | None:
    """What the rules of a thing say of a use on some days; None where the use does not touch it.

    A prohibition that meets any part of the use denies it. Every part of it has to be permitted by some rule of
    some origin. Where something is permitted, the rest is denied; where nothing is, it is unknown.
    A source and a larger work forbid and oblige, but their silence is no no: to cite is not to copy, and a part has
    rights of its own. What was made from something is forbidden, and obliged to, by what that says of making too.
    """
    space = space_of(use, window, thing.kind, thing.origins)
    if not all(space.box):
        return None
    required = tuple(use.required())
    bound, done = list(_bound(thing.origins)), required_of(thing, required)
    prohibits = [one for one in bound if one.rule.effect == "prohibition" and _concerns(one, space, done)]
    if prohibits:
        return Found(thing, RightsVerdict.DENIED, prohibits=tuple(prohibits))
    permits = [one for one in bound if one.rule.effect == "permission"]
    duties = tuple(one for one in bound if one.rule.effect == "duty" and _owed(one, space, done))
    yes = RightsVerdict.ALLOWED_WITH_DUTIES if duties else RightsVerdict.ALLOWED
    if thing.part in SILENT:
        return Found(thing, yes, duties=duties)
    gaps = tuple(gap for action in required if (gap := _gap(action, space, permits)))
    if gaps:
        return Found(thing, RightsVerdict.DENIED if permits else RightsVerdict.UNKNOWN, gaps=gaps)
    speaking = tuple(one for one in permits if _concerns(one, space, required))
    return Found(thing, yes, permits=speaking, duties=duties)


def found_for(thing: Thing, found: Found) -> Found:
    """What was found for another thing whose origins say the same, with its own origins, place by place."""
    own = {id(one): mine for one, mine in zip(found.thing.origins, thing.origins, strict=True)}

    def bound(one: Bound) -> Bound:
        return Bound(own[id(one.origin)], one.rule, one.why)

    return Found(
        thing,
        found.verdict,
        tuple(map(bound, found.permits)),
        tuple(map(bound, found.prohibits)),
        tuple(map(bound, found.duties)),
        tuple([Gap(one.action, one.nearest and bound(one.nearest), one.missing) for one in found.gaps]),
    )


def required_of(thing: Thing, required: Sequence[str]) -> Sequence[str]:
    """What is done to a thing: from an original something was made, which no permission has to name."""
    return (*required, MADE) if thing.original and thing.part in (Part.ITSELF, Part.MEDIA) else required


def last_day(thing: Thing, use: Use, window: Window) -> date | None:
    """The last day to which an allowed use of a thing may go on, at least that of the window; None has no end."""
    days = {rule_days(one.origin, one.rule) for one in _bound(thing.origins)}
    if all(span == (date.min, date.max) for span in days):
        return None
    starts = {moved(window.last, 1)}
    for first, last in days:
        starts |= {first, moved(last, 1)}
    starts = {day for day in starts if day > window.last}
    ordered = sorted(starts)
    for position, start in enumerate(ordered):
        end = moved(ordered[position + 1], -1) if position + 1 < len(ordered) else date.max
        found = judge(thing, use, Window(start, end))
        if found is not None and found.verdict in (RightsVerdict.DENIED, RightsVerdict.UNKNOWN):
            return moved(start, -1)
    return None


def _bound(origins: Iterable[Origin]) -> Iterator[Bound]:
    for origin in origins:
        for rule, why in origin.rules:
            yield Bound(origin, rule, why)


def _concerns(one: Bound, space: Space, required: Sequence[str]) -> bool:
    """Whether a rule speaks of some part of the use: one about a broader action does, not the other way round."""
    box = space.rule(one.origin, one.rule)
    return any(speaks(one.rule, action) and meets(box, space.action(action)) for action in required)


def _owed(one: Bound, space: Space, required: Sequence[str]) -> bool:
    """Whether the use brings a duty about."""
    brought = not one.rule.on or any(includes(broad, action) for broad in one.rule.on for action in required)
    return brought and meets(space.rule(one.origin, one.rule), space.box)


def speaks(rule: Rule, action: str) -> bool:
    """Whether a rule is about an action, be it by a broader one."""
    return any(includes(broad, action) for broad in rule.actions)


def _gap(action: str, space: Space, permits: Sequence[Bound]) -> Gap | None:
    """What is missing for an action, or None where every part of it is permitted."""
    asked = space.action(action)
    speaking = [(one, space.rule(one.origin, one.rule)) for one in permits if speaks(one.rule, action)]
    try:
        if covered(asked, [box for _, box in speaking]):
            return None
    except TooIntricate:
        return Gap(action, None, ())
    nearest = min(speaking, key=lambda pair: _distance(asked, pair[1]), default=None)
    if nearest is None:
        return Gap(action, None, ())
    return Gap(action, nearest[0], tuple(sorted(beyond(asked, nearest[1]).items())))


def _distance(asked: Box, given: Box) -> tuple[int, int]:
    missing = beyond(asked, given)
    return len(missing), sum(len(values) for values in missing.values())
