"""Gates: what has to hold before an asset may take any place, each failure with its smallest cure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from graph.model import LEVEL
from graph.model.enums import Marking, Severity, State, Told
from graph.story.fatigue import Exposure, Fatigue, FatigueVerdict
from graph.story.plan.texts import Fit
from graph.story.rights import Verdict
from graph.story.wording import Languages


class Gate(Told):
    """What an asset has to pass, in this order."""

    STATE = "STATE", "It is published."
    MARKING = "MARKING", "It may be shown outside."
    EMBARGO = "EMBARGO", "Its embargo is over."
    EXPIRED = "EXPIRED", "It holds to the end of the window."
    LOCALE = "LOCALE", "The audience can read it."
    RIGHTS = "RIGHTS", "Rights allow this use."
    SENSITIVITY = "SENSITIVITY", "No grave note of the country touches it."
    CLASH = "CLASH", "No other campaign shows it to the same audience."
    REPEAT = "REPEAT", "The audience has not seen it lately."
    FATIGUE = "FATIGUE", "The audience is not tired of it."


class FixAction(Told):
    """What would open a gate."""

    PUBLISH = "PUBLISH", "Publish it, or mark it for the outside."
    EXTEND = "EXTEND", "Let it hold longer."
    TRANSLATE = "TRANSLATE", "Translate it."
    PUBLISH_TEXT = "PUBLISH_TEXT", "Publish a text that is there."
    ASK_FOR_RIGHTS = "ASK_FOR_RIGHTS", "Ask for the right."
    LEAVE_OUT = "LEAVE_OUT", "Use something else there."
    COORDINATE = "COORDINATE", "Agree with another campaign."
    WAIT = "WAIT", "Show it later."


@dataclass(frozen=True, slots=True)
class Caution:
    """A note on the country that is open in the window; `stops` says that it stands in the way of this asset."""

    id: str
    title: str
    severity: str
    touches: bool
    stops: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """Another campaign that shows the same asset to the same audience in the window."""

    id: str
    title: str
    owner: str | None
    ends: date
    owner_id: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """When the story is told, and how long before it nothing may have been shown."""

    first: date
    last: date
    avoid_repeats_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an asset, as far as gates go."""

    id: str
    state: str
    marking: str
    embargo_until: date | None
    expires_at: date | None
    text: Fit
    words: int
    rights: Verdict
    fatigue: Fatigue
    shown: tuple[Exposure, ...] = ()
    cautions: tuple[Caution, ...] = ()
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest thing that would open a gate. `effort` counts words, requests or days, as its action says."""

    action: FixAction
    effort: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A gate that an asset does not pass, and what its sentence speaks of."""

    gate: Gate
    fix: Fix
    values: Mapping[str, object] = field(default_factory=dict[str, object])


def hindrances(one: Standing, use: Use) -> tuple[Hindrance, ...]:
    """All gates that an asset does not pass, in their order."""
    return tuple(found for gate in (_state, _time, _text, _rights, _country, _shown) for found in gate(one, use))


def _state(one: Standing, _use: Use) -> Iterator[Hindrance]:
    if one.state != State.PUBLISHED:
        yield Hindrance(Gate.STATE, Fix(FixAction.PUBLISH, 1), {"state": State(one.state)})
    if LEVEL[one.marking] > LEVEL[Marking.PARTNER]:
        yield Hindrance(Gate.MARKING, Fix(FixAction.PUBLISH, 1), {"marking": Marking(one.marking)})


def _time(one: Standing, use: Use) -> Iterator[Hindrance]:
    if one.embargo_until is not None and one.embargo_until > use.first:
        days = (one.embargo_until - use.first).days
        yield Hindrance(Gate.EMBARGO, Fix(FixAction.WAIT, days, one.embargo_until), {"day": one.embargo_until})
    if one.expires_at is not None and one.expires_at <= use.last:
        yield Hindrance(Gate.EXPIRED, Fix(FixAction.EXTEND, 1), {"day": one.expires_at})


def _text(one: Standing, _use: Use) -> Iterator[Hindrance]:
    if one.text.locale is not None:
        return
    if one.text.pending is not None:
        yield Hindrance(Gate.LOCALE, Fix(FixAction.PUBLISH_TEXT, 1), {"asked": Languages([one.text.asked])})
    else:
        yield Hindrance(Gate.LOCALE, Fix(FixAction.TRANSLATE, one.words), {"asked": Languages([one.text.asked])})


def _rights(one: Standing, _use: Use) -> Iterator[Hindrance]:
    if not one.rights.allowed:
        sentences = " ".join(reason.sentence for reason in one.rights.reasons[:2])
        values = {"verdict": one.rights.verdict, "sentences": sentences}
        yield Hindrance(Gate.RIGHTS, Fix(FixAction.ASK_FOR_RIGHTS, 1), values)


def _country(one: Standing, _use: Use) -> Iterator[Hindrance]:
    for note in one.cautions:
        if note.stops:
            fix = Fix(FixAction.LEAVE_OUT, 1)
            yield Hindrance(Gate.SENSITIVITY, fix, {"title": note.title, "severity": Severity(note.severity)})
            break
    for clash in one.clashes[:1]:
        after = clash.ends + timedelta(1)
        values = {"title": clash.title, "owner": clash.owner, "day": clash.ends}
        yield Hindrance(Gate.CLASH, Fix(FixAction.COORDINATE, 1, after), values)


def _shown(one: Standing, use: Use) -> Iterator[Hindrance]:
    since = use.first - timedelta(use.avoid_repeats_days)
    # An embed that stays on a partner's site tires, and is no repeat.
    seen = [each.seen_last(use.last) for each in one.shown if each.views is None and each.day <= use.last]
    last = max((day for day in seen if day >= since), default=None)
    if last is not None and use.avoid_repeats_days:
        free = last + timedelta(use.avoid_repeats_days + 1)
        values = {"day": last, "days": use.avoid_repeats_days}
        yield Hindrance(Gate.REPEAT, Fix(FixAction.WAIT, (free - use.first).days, free), values)
    if one.fatigue.verdict is FatigueVerdict.REST:
        rested = one.fatigue.next_free_date
        wait = (rested - use.first).days if rested else 0
        yield Hindrance(Gate.FATIGUE, Fix(FixAction.WAIT, wait, rested), {"saturation": one.fatigue.saturation})
