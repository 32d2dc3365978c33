"""The smallest unlock: what has to be asked, of whom, for a use that is not allowed to become so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from graph.model.rules import Constraint, Rule
from graph.story.rights.check import Checking, stands_under
from graph.story.rights.judging import Found, judge
from graph.story.rights.material import Material, Origin, Part, Thing, Why
from graph.story.rights.use import Use, Window
from graph.story.rights.verdict import YES, UnlockKind
from graph.story.rights.wording import acts, limits, say
from graph.story.wording import language_of

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
    blocking = [one for one in checking.found(material) if one.verdict not in YES]
    asks: list[Ask] = []
    for found in blocking:
        if any(one.why in _FINAL for one in found.prohibits):
            return None
        asks += _asks(found, material, checking)
    return tuple(dict.fromkeys(asks)) or None


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


def _asks(found: Found, material: Material, checking: Checking) -> Iterator[Ask]:
    thing, locale = found.thing, checking.locale
    forbidding = {one.origin.id: one.origin for one in found.prohibits}
    if not thing.seen or not all(one.seen for one in (*thing.origins, *forbidding.values())):
        yield _ask(UnlockKind.ASK_KEEPER, locale, material, "", material.keeper, {})
        return
    if not thing.origins:
        person = thing.part is Part.PERSON
        kind = UnlockKind.MODEL_RELEASE if person else UnlockKind.STATE_RIGHTS
        to = thing.id if person else material.keeper
        yield _ask(kind, locale, material, thing.id, to, _words(thing.label, checking))
        return
    if not any(one.counts for one in thing.origins):
        first = thing.origins[0]
        yield _ask(UnlockKind.APPROVE, locale, material, first.id, material.keeper, _words(first.title, checking))
        return
    waived, extended = checking.once(_changed, thing, lambda: _changed(found, checking))
    for id, origin in waived.items():
        kind = UnlockKind.EXTEND_RELEASE if thing.part is Part.PERSON else UnlockKind.WAIVE_CLAUSE
        changed = extended if extended is not None and extended.id == id else origin
        yield _of_origin(kind, changed, thing, material, checking)
    if extended is not None and extended.id not in waived:
        kind = UnlockKind.EXTEND_RELEASE if thing.part is Part.PERSON else UnlockKind.EXTEND_GRANT
        yield _of_origin(kind, extended, thing, material, checking)


def _changed(found: Found, checking: Checking) -> tuple[Mapping[str, Origin], Origin | None]:
    """The origins that forbid the use without what does, and the one that would have to permit more."""
    thing = found.thing
    waived = {one.origin.id: _waive(one.origin, found) for one in found.prohibits}
    rest = judge(replace(thing, origins=tuple(waived.get(one.id, one) for one in thing.origins)), *_of(checking))
    return waived, _extend(rest, waived, checking) if rest and rest.verdict not in YES else None


def _of(checking: Checking) -> tuple[Use, Window]:
    return checking.use, checking.window


def _waive(origin: Origin, found: Found) -> Origin:
    """The origin without what forbids the use."""
    forbidding = {one.rule for one in found.prohibits if one.origin.id == origin.id}
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
    return _waive(longer, revived) if revived else longer


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


def _of_origin(kind: UnlockKind, changed: Origin, thing: Thing, material: Material, checking: Checking) -> Ask:
    to = changed.holder or ("" if thing.part is Part.PERSON else material.keeper)
    return _ask(kind, checking.locale, material, changed.id, to, _words(changed.title, checking), changed)


def _words(title: str, checking: Checking) -> dict[str, str]:
    return {"title": title, **checking.of_use(_asked_for)}


def _asked_for(checking: Checking) -> dict[str, str]:
    """What is asked for, in words, of whomever it is asked."""
    locale, rule = checking.locale, checking.of_use(_permission)
    return {"actions": acts(locale, rule.actions), "where": limits(locale, rule.constraints)}


def _permission(checking: Checking) -> Rule:
    return permission(checking.use, checking.window)


def _ask(
    kind: UnlockKind,
    locale: str,
    material: Material,
    about: str,
    to: str,
    words: Mapping[str, str],
    changed: Origin | None = None,
) -> Ask:
    values = {"title": "", "actions": "", "where": "", **words, "asset": material.label}
    text, letter = (say(language_of(locale), f"{what}_{kind}", **values) for what in ("ask", "letter"))
    return Ask(kind, text, letter, about, to, changed)
