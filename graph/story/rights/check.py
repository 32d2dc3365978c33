"""The verdict of an asset: the strictest of itself and all that belongs to it or that it was made from."""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from graph.story.rights.judging import Bound, Found, found_for, judge, last_day, required_of
from graph.story.rights.material import SILENT, Material, Origin, Thing
from graph.story.rights.reasons import reasons_of
from graph.story.rights.use import Use, Window
from graph.story.rights.verdict import RANK, YES, RightsDuty, RightsVerdict, Verdict
from graph.story.rights.wording import acts, say, says
from graph.story.wording import language_of

R = TypeVar("R")


def check(use: Use, material: Material, now: date, locale: str = "en") -> Verdict:
    """Whether a use of an asset is allowed, why, and what it obliges to; raises InvalidValue for a use without days.

    Reasons name nothing that `seen` takes out of the caller's sight.
    """
    return Checking(use, now, locale).verdict(material)


@dataclass(slots=True)
class _Saying:
    """What things stand under by what that says, whoever says it: origins that say the same have one number."""

    #: Each thing and origin is kept beside what is known of it, which is found by its identity.
    _things: dict[int, tuple[Thing, object]] = field(default_factory=dict[int, "tuple[Thing, object]"])
    _numbers: dict[int, tuple[Origin, int]] = field(default_factory=dict[int, "tuple[Origin, int]"])
    _said: dict[object, int] = field(default_factory=dict[object, int])

    def of(self, thing: Thing) -> object:
        known = self._things.get(id(thing))
        if known is None:
            said = _standing(thing), *[self._number(one) for one in thing.origins]
            known = self._things[id(thing)] = thing, said
        return known[1]

    def _number(self, origin: Origin) -> int:
        known = self._numbers.get(id(origin))
        if known is None:
            said = origin.rules, origin.first, origin.last, origin.counts
            known = self._numbers[id(origin)] = origin, self._said.setdefault(said, len(self._said))
        return known[1]


@dataclass(slots=True, eq=False)
class Checking:
    """One use, asked of many assets: what stands under the same grants, or such as say the same, is judged once."""

    use: Use
    now: date
    locale: str = "en"
    _once: dict[object, Any] = field(default_factory=dict[object, Any])
    #: With each answer the thing it is about, whose origins the key knows by their identity.
    _own: dict[object, tuple[Thing, Any]] = field(default_factory=dict[object, "tuple[Thing, Any]"])
    _allowed: dict[object, bool] = field(default_factory=dict[object, bool])
    _yes: dict[object, Verdict] = field(default_factory=dict[object, Verdict])
    _saying: _Saying = field(default_factory=_Saying)
    _of_use: dict[object, Any] = field(default_factory=dict[object, Any])
    window: Window = field(init=False)

    def __post_init__(self) -> None:
        self.locale, self.window = language_of(self.locale), self.use.on(self.now)

    def found(self, material: Material) -> list[Found]:
        """What is found for each thing that the use touches."""
        found = ((thing, self.like(thing)) for thing in material.things)
        return [found_for(thing, one) for thing, one in found if one]

    def allowed(self, material: Material) -> bool:
        """Whether the verdict would be a yes, without its reasons."""
        return self._allows(material, stands_under(material))

    def _allows(self, material: Material, key: object) -> bool:
        known = self._allowed.get(key)
        if known is None:
            found = [one.verdict for thing in material.things if (one := self.like(thing))]
            known = self._allowed[key] = bool(found) and all(one in YES for one in found)
        return known

    def yes(self, material: Material) -> Verdict | None:
        """The verdict where it is a yes, without its reasons; None where it is a no.

        A yes names nothing of the material, so that all that stands under the same has it in common.
        """
        key = stands_under(material)
        if not self._allows(material, key):
            return None
        if key not in self._yes:
            alike = [one for thing in material.things if (one := self.like(thing))]
            # Only duties name the grant that they come from.
            own = self.found(material) if any(one.duties for one in alike) else alike
            self._yes[key] = self._told(own, reasons=False)
        return self._yes[key]

    def verdict(self, material: Material, *, reasons: bool = True) -> Verdict:
        return self._told(self.found(material), reasons=reasons)

    def _told(self, found: list[Found], *, reasons: bool) -> Verdict:
        strictest = max((one.verdict for one in found), key=RANK.__getitem__, default=RightsVerdict.UNKNOWN)
        decisive = found if strictest in YES else [one for one in found if one.verdict not in YES]
        whose = decisive if reasons else []
        told = tuple(dict.fromkeys(reason for one in whose for reason in reasons_of(one, self.locale)))
        if strictest not in YES:
            return Verdict(strictest, reasons=told)
        duties = self._duties(one for each in found for one in each.duties)
        ends = [end for one in found if (end := self._end(one.thing)) is not None]
        return Verdict(strictest, duties, min(ends, default=None), told)

    def like(self, thing: Thing) -> Found | None:
        """What is found for the first of the things whose origins say the same: the same verdict, of other grants."""
        return self.once(judge, thing, lambda: judge(thing, self.use, self.window))

    def once(self, what: object, thing: Thing, reckon: Callable[[], R]) -> R:
        """What is reckoned for the first of the things whose origins say the same, once for all of them."""
        key = what, self._saying.of(thing)
        if key not in self._once:
            self._once[key] = reckon()
        reckoned: R = self._once[key]
        return reckoned

    def own(self, what: object, thing: Thing, reckon: Callable[[], R]) -> R:
        """What is reckoned of a thing's own origins, once for all that stand under them."""
        key = what, _key(thing)
        if key not in self._own:
            self._own[key] = thing, reckon()
        reckoned: R = self._own[key][1]
        return reckoned

    def of_use(self, what: Callable[["Checking"], R]) -> R:
        """What follows from the use itself, whatever it is asked of, once."""
        if what not in self._of_use:
            self._of_use[what] = what(self)
        reckoned: R = self._of_use[what]
        return reckoned

    def _end(self, thing: Thing) -> date | None:
        return self.once(last_day, thing, lambda: last_day(thing, self.use, self.window))

    def _duties(self, bound: Iterable[Bound]) -> tuple[RightsDuty, ...]:
        """The duties, those that say the same only once."""
        told = {(one.action, one.text, one.due): one for one in reversed([self._duty(each) for each in bound])}
        return tuple(reversed(told.values()))

    def _duty(self, one: Bound) -> RightsDuty:
        seen, rule = one.origin.seen, one.rule
        action = rule.actions[0]
        if rule.credit:
            text = say(self.locale, "credit", credit=rule.credit)
        elif rule.text and seen:
            text = rule.text
        elif says(self.locale, action):
            text = say(self.locale, action)
        else:
            text = say(self.locale, "duty", actions=acts(self.locale, rule.actions))
        return RightsDuty(action, text, self._due(one), one.origin.id if seen else None, rule.credit or None)

    def _due(self, one: Bound) -> date | None:
        """The first day of the use, or as long after it as the duty gives time."""
        for limit in one.rule.constraints:
            if limit.left == "elapsedTime":
                return after(self.window.first, str(limit.right[0]))
        return self.window.first


def _key(thing: Thing) -> object:
    """What a thing stands under, by the identity of its origins, which who keeps the key has to keep too."""
    return _standing(thing), *map(id, thing.origins)


def _standing(thing: Thing) -> object:
    """What a verdict asks of a thing beside its origins."""
    return thing.part in SILENT, thing.original and bool(required_of(thing, ())), thing.kind


def stands_under(material: Material) -> tuple[object, ...]:
    """What all things of a material stand under: of materials that have this in common, the same uses are allowed."""
    return tuple([_key(one) for one in material.things])


def alike(materials: Iterable[Material]) -> dict[str, Material]:
    """For each id the first material whose things stand under what says the same.

    The same uses are allowed of both; reasons and duties name grants, and so are of each alone.
    """
    saying, first = _Saying(), dict[object, Material]()
    return {one.id: first.setdefault(tuple([saying.of(thing) for thing in one.things]), one) for one in materials}


def after(day: date, duration: str) -> date | None:
    """A day so much later, as P30D, P2W, P6M or P1Y; None where the calendar ends before."""
    count, unit = int(duration[1:-1]), duration[-1]
    try:
        if unit in "DW":
            return day + timedelta(count * (7 if unit == "W" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def without_origins(verdict: Verdict) -> Verdict:
    """What a partner is told: the verdict, what it has to do, and until when; neither a grant nor a reason."""
    bare = (RightsDuty(one.action, one.text, one.due, credit=one.credit) for one in verdict.duties)
    return Verdict(verdict.verdict, tuple(dict.fromkeys(bare)), verdict.valid_until)


def strictest(verdicts: Iterable[RightsVerdict]) -> RightsVerdict:
    """The strictest of some verdicts; of none, that nothing is known."""
    return max(verdicts, key=RANK.__getitem__, default=RightsVerdict.UNKNOWN)
