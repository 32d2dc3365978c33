"""The smallest unlock: what has to be asked, of whom, for a use that is not allowed to become so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from graph.model.rules import Constraint, Rule
from graph.story.rights.check import Checking, stands_under
from graph.story.rights.judging import Bound, Found, judge
from graph.story.rights.material import Material, Origin, Part, Thing, Why
from graph.story.rights.use import Use, Window
from graph.story.rights.verdict import YES, UnlockKind
from graph.story.rights.wording import acts, limits, say

#: What nobody is asked to take back.
_FINAL = (Why.WITHDRAWN, Why.MINOR)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask for; `changed` is what the grant or consent would be, if it was there before.

    `about` and `to` are empty where the caller may not know of them.
    """

    kind: UnlockKind
    text: str
    letter: str
    about: str
    to: str
    changed: Origin | None = None


def unlock(material: Material, checking: Checking) -> tuple[Ask, ...] | None:
    """One thing to ask for each holder, recording, person or source that stands against the use.

    None where the use is allowed, or where somebody has withdrawn a consent or was under age: then nothing is asked.
    """
    wanted = [one for thing in _blocking(material, checking) for one in _wanted(thing, checking)]
    return tuple(dict.fromkeys([_ask(one, material, checking) for one in wanted])) or None


def to_change(material: Material, checking: Checking) -> Iterator[str]:
    """The grants and consents that would have to change, and of which something is asked."""
    return (one.about for thing in _blocking(material, checking) for one in _wanted(thing, checking) if one.changed)


def _blocking(material: Material, checking: Checking) -> list[Thing]:
    """The things that stand against the use; none where one of them is final."""
    found = [(thing, one) for thing in material.things if (one := checking.like(thing)) and one.verdict not in YES]
    if any(each.why in _FINAL for _, one in found for each in one.prohibits):
        return []
    return [thing for thing, _ in found]


def unlocked(materials: Iterable[Material], ask: Ask, checking: Checking) -> Iterator[Material]:
    """Those of other assets, whose use is not allowed, that one ask alone would make usable.

    What stands under the same as another is looked at once.
    """
    changed = ask.changed
    if changed is None:
        return
    known: dict[object, bool] = {}
    for one in materials:
        key = stands_under(one)
        if key not in known:
            known[key] = not checking.allowed(one) and checking.allowed(_answered(one, changed))
        if known[key]:
            yield one


def _answered(material: Material, changed: Origin) -> Material:
    things = tuple(replace(one, origins=tuple(_swapped(one.origins, changed))) for one in material.things)
    return replace(material, things=things)


def _swapped(origins: Iterable[Origin], changed: Origin) -> Iterator[Origin]:
    for one in origins:
        yield changed if one.id == changed.id else one


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What has to be asked, whatever asset it is asked for; without `to` of who keeps that.

    `text` says it where that is the same for all assets.
    """

    kind: UnlockKind
    title: str = ""
    about: str = ""
    to: str | None = None
    changed: Origin | None = None
    text: str = ""


def _wanted(thing: Thing, checking: Checking) -> Sequence[_Wanted]:
    """What has to be asked so that a thing no longer stands against the use."""
    person = thing.part is Part.PERSON
    if not thing.seen or not all(one.seen for one in thing.origins):
        return [_Wanted(UnlockKind.ASK_KEEPER)]
    if not thing.origins and person:
        return [_Wanted(UnlockKind.MODEL_RELEASE, thing.label, thing.id, thing.id)]
    if not thing.origins:
        return [_Wanted(UnlockKind.STATE_RIGHTS, thing.label, thing.id)]
    return checking.own((_wanted, person), thing, lambda: [*_of_origins(thing, checking, person=person)])


def _of_origins(thing: Thing, checking: Checking, *, person: bool) -> Iterator[_Wanted]:
    if not any(one.counts for one in thing.origins):
        first = thing.origins[0]
        yield _Wanted(UnlockKind.APPROVE, first.title, first.id, text=_text(UnlockKind.APPROVE, first.title, checking))
        return
    waived, extended = _changes(thing, checking)
    changed = {one.id: one for one in waived} | ({extended.id: extended} if extended else {})
    forbidding = {one.id for one in waived}
    for id, one in changed.items():
        waive_or_extend = UnlockKind.WAIVE_CLAUSE if id in forbidding else UnlockKind.EXTEND_GRANT
        kind = UnlockKind.EXTEND_RELEASE if person else waive_or_extend
        to, text = one.holder or ("" if person else None), _text(kind, one.title, checking)
        yield _Wanted(kind, one.title, id, to, one, text)


def _changes(thing: Thing, checking: Checking) -> tuple[Sequence[Origin], Origin | None]:
    """The origins of a thing that forbid the use without what does, and the one that would have to permit more.

    They are reckoned once for all origins that say the same, and told as a thing's own.
    """
    like, (waived, extended) = checking.once(_changed, thing, lambda: _changed(thing, checking))
    mine = {one.id: own for one, own in zip(like.origins, thing.origins, strict=True)}

    def put(one: Origin) -> Origin:
        return replace(mine[one.id], rules=one.rules, first=one.first, last=one.last)

    return [put(one) for one in waived.values()], put(extended) if extended else None


def _changed(thing: Thing, checking: Checking) -> tuple[Thing, tuple[Mapping[str, Origin], Origin | None]]:
    """The same of the first of the things whose origins say the same, and that."""
    found = judge(thing, *_of(checking))
    prohibits = found.prohibits if found else ()
    waived = {one.origin.id: _waive(one.origin, prohibits) for one in prohibits}
    rest = judge(replace(thing, origins=tuple(waived.get(one.id, one) for one in thing.origins)), *_of(checking))
    return thing, (waived, _extend(rest, waived, checking) if rest and rest.verdict not in YES else None)


def _of(checking: Checking) -> tuple[Use, Window]:
    return checking.use, checking.window


def _waive(origin: Origin, prohibits: Iterable[Bound]) -> Origin:
    """The origin without what forbids the use."""
    forbidding = {one.rule for one in prohibits if one.origin.id == origin.id}
    return replace(origin, rules=tuple(pair for pair in origin.rules if pair[0] not in forbidding))


def _extend(found: Found, waived: Mapping[str, Origin], checking: Checking) -> Origin:
    """The grant that permits most, or the first that counts, as it would be if it permitted the use."""
    nearest = next((gap.nearest.origin for gap in found.gaps if gap.nearest), None)
    first = nearest or next(one for one in found.thing.origins if one.counts)
    origin = waived.get(first.id, first)
    window = checking.window
    longer = replace(
        origin,
        rules=(*origin.rules, (checking.of_use(_permission), Why.WRITTEN)),
        first=min(origin.first or date.min, window.first),
        last=max(origin.last or date.max, window.last),
    )
    # What it forbade on days of its own would be forbidden on the new days too.
    revived = judge(replace(found.thing, origins=(longer,)), *_of(checking))
    return _waive(longer, revived.prohibits) if revived else longer


def permission(use: Use, window: Window) -> Rule:
    """The narrowest permission that allows a use."""
    asked = {
        "spatial": use.territories,
        "deliveryChannel": use.channels,
        "purpose": use.purposes,
        "media": use.media,
        "language": use.languages,
        "recipient": use.recipients,
    }
    told = [
        Constraint(left, "isAnyOf" if len(values) > 1 else "eq", tuple(sorted(values)))
        for left, values in asked.items()
        if values
    ]
    if not use.paid:
        told.append(Constraint("paid", "eq", (False,)))
    told.append(Constraint("dateTime", "gteq", (window.first.isoformat(),)))
    told.append(Constraint("dateTime", "lteq", (window.last.isoformat(),)))
    return Rule("permission", tuple(use.required()), tuple(told))


def _ask(one: _Wanted, material: Material, checking: Checking) -> Ask:
    values = {"title": one.title, **checking.of_use(_asked_for), "asset": material.label}
    text = one.text or say(checking.locale, f"ask_{one.kind}", **values)
    letter = say(checking.locale, f"letter_{one.kind}", **values)
    return Ask(one.kind, text, letter, one.about, material.keeper if one.to is None else one.to, one.changed)


def _text(kind: UnlockKind, title: str, checking: Checking) -> str:
    """What to ask of a grant or consent, which no asset stands in."""
    return say(checking.locale, f"ask_{kind}", title=title, **checking.of_use(_asked_for))


def _asked_for(checking: Checking) -> dict[str, str]:
    """What is asked for, in words, of whomever it is asked."""
    locale, rule = checking.locale, checking.of_use(_permission)
    return {"actions": acts(locale, rule.actions), "where": limits(locale, rule.constraints)}


def _permission(checking: Checking) -> Rule:
    return permission(checking.use, checking.window)
