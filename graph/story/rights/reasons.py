"""Why a verdict is as it is: the rules that decided, each with its grant, its clause and a sentence."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from graph.story.rights.boxes import DAYS, rule_days
from graph.story.rights.judging import Bound, Found, Gap
from graph.story.rights.material import Origin, Part, Thing, Why
from graph.story.rights.verdict import RightsReason, RightsVerdict, RuleEffect
from graph.story.rights.wording import acts, left_out, limits, say, short

#: What is said of a thing that belongs to what an asset was made from.
_BELONGS = {Part.ITSELF: "made_from", Part.MEDIA: "made_from"}


def reasons_of(found: Found, locale: str) -> Iterator[RightsReason]:
    """The reasons for what was found for one thing, in a language that has templates."""
    thing = found.thing
    key = _BELONGS.get(thing.part) if thing.original else "part_of" if thing.part is Part.WHOLE else None
    for one in _reasons_of(found, locale):
        if key is None or one.about is None:
            yield one
        else:
            yield replace(one, sentence=f"{one.sentence} {say(locale, key, label=thing.label)}")


def _reasons_of(found: Found, locale: str) -> Iterator[RightsReason]:
    for one in found.permits:
        yield _written(found.thing, one, RuleEffect.PERMIT, _permit(one, locale), locale)
    for one in found.prohibits:
        yield _written(found.thing, one, RuleEffect.PROHIBIT, _prohibit(one, locale), locale)
    if found.verdict is RightsVerdict.UNKNOWN:
        yield from _unknown(found.thing, locale)
    else:
        for gap in found.gaps:
            yield _gap(found.thing, gap, locale)


def _written(thing: Thing, one: Bound, effect: RuleEffect, sentence: str, locale: str) -> RightsReason:
    if not (one.origin.seen and thing.seen):
        return RightsReason(effect, say(locale, "hidden_permit" if effect is RuleEffect.PERMIT else "hidden"))
    where = _licence(one) or one.rule.clause or None
    return RightsReason(effect, sentence, short(one.rule), one.origin.id, where, thing.id)


def _permit(one: Bound, locale: str) -> str:
    last = rule_days(one.origin, one.rule)[1]
    until = "" if last == date.max else say(locale, "until", day=last)
    return say(locale, "permit", title=one.origin.title, clause=_clause(one, locale), until=until)


def _prohibit(one: Bound, locale: str) -> str:
    if one.why is Why.WITHDRAWN:
        return say(locale, "withdrawn", title=one.origin.title)
    if one.why is Why.MINOR:
        return say(locale, "minor", title=one.origin.title)
    where = say(locale, "where", limits=limits(locale, one.rule.constraints)) if one.rule.constraints else ""
    title, clause = one.origin.title, _clause(one, locale)
    return say(locale, "prohibit", title=title, clause=clause, actions=acts(locale, one.rule.actions), where=where)


def _licence(one: Bound) -> str:
    """The name of the licence that a rule is of, with its version."""
    return one.origin.terms if one.why is Why.LICENCE else ""


def _clause(one: Bound, locale: str) -> str:
    terms = _licence(one)
    if terms:
        return "" if terms in one.origin.title else say(locale, "licence", terms=terms)
    return say(locale, "clause", clause=one.rule.clause) if one.rule.clause else ""


def _gap(thing: Thing, gap: Gap, locale: str) -> RightsReason:
    if gap.nearest is None:
        if not thing.seen or not all(origin.seen for origin in thing.origins):
            return RightsReason(RuleEffect.NOT_COVERED, say(locale, "hidden"))
        sentence = say(locale, "no_action", actions=acts(locale, [gap.action]))
        return RightsReason(RuleEffect.NOT_COVERED, sentence, about=thing.id)
    one = gap.nearest
    last = rule_days(one.origin, one.rule)[1]
    sides = dict(gap.missing)
    spans = sorted(sides.get(DAYS, ()), key=str)
    if set(sides) == {DAYS} and spans and last < spans[0][0]:  # type: ignore[index]
        sentence = say(locale, "ended", title=one.origin.title, day=last)
    else:
        what = left_out(locale, gap.missing)
        sentence = say(locale, "not_covered", title=one.origin.title, clause=_clause(one, locale), what=what)
    return _written(thing, one, RuleEffect.NOT_COVERED, sentence, locale)


def _unknown(thing: Thing, locale: str) -> Iterator[RightsReason]:
    if not thing.seen:
        yield RightsReason(RuleEffect.UNKNOWN, say(locale, "hidden"))
    elif not thing.origins:
        key = {Part.MEDIA: "nothing_media", Part.PERSON: "nothing_person"}.get(thing.part, "nothing_itself")
        yield RightsReason(RuleEffect.UNKNOWN, say(locale, key, label=thing.label), about=thing.id)
    for origin in thing.origins if thing.seen else ():
        if origin.seen:
            yield RightsReason(RuleEffect.UNKNOWN, _why_unknown(origin, locale), None, origin.id, None, thing.id)
        else:
            yield RightsReason(RuleEffect.UNKNOWN, say(locale, "hidden"))


def _why_unknown(origin: Origin, locale: str) -> str:
    if not origin.counts:
        return say(locale, "draft", title=origin.title)
    if origin.broken:
        return say(locale, "broken", title=origin.title)
    if origin.said:
        return say(locale, "statement", title=origin.title, said=origin.said)
    return say(locale, "silent", title=origin.title)
