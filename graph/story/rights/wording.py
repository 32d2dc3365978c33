"""Sentences about rights in the languages they are written for, from templates."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from graph.model.rules import Constraint, Rule
from graph.model.territories import world
from graph.model.vocabulary import packs
from graph.story import wording
from graph.story.rights.boxes import DAYS, OTHER, PAID, SIDES, SPATIAL

_PACKAGE = "graph.story.rights"
_MOST_NAMED = 8
_ISO_DAY = len("2026-01-01")
_CROP = {"en": "crop", "id": "memotong"}


def says(locale: str, key: str) -> bool:
    """Whether there is a sentence for a key."""
    return key in wording.templates(_PACKAGE)[locale]


def say(locale: str, key: str, **values: object) -> str:
    """A sentence; days are written as the language writes them."""
    return wording.say(_PACKAGE, locale, key, **values)


def acts(locale: str, actions: Iterable[str]) -> str:
    """Actions by their labels in ODRL's vocabulary."""
    terms = packs()["odrl-actions"].terms
    named = [_CROP[locale] if one == "crop" else terms[one].label[locale] for one in actions]
    return ", ".join(one.lower() for one in named)


def limits(locale: str, constraints: Iterable[Constraint]) -> str:
    """The constraints of a rule in words, as `in VN, MY, for advertising`."""
    return ", ".join(_limit(locale, one) for one in constraints if one.left != "elapsedTime")


def _limit(locale: str, one: Constraint) -> str:
    if one.left == "dateTime":
        return say(locale, one.operator, values=_day(str(one.right[0])))
    if one.left == "paid":
        return say(locale, "paid_true" if one.right[0] else "paid_false")
    phrase = say(locale, one.left, values=listed(locale, [_named(locale, one.left, str(each)) for each in one.right]))
    return say(locale, "except", phrase=phrase) if one.operator in ("neq", "isNoneOf") else phrase


def short(rule: Rule) -> str:
    """A rule on one line as it is written, such as `permission distribute / spatial isAnyOf ID, VN`."""
    head = f"{rule.effect} {', '.join(rule.actions)}"
    told = [f"{one.left} {one.operator} {', '.join(_written(each) for each in one.right)}" for one in rule.constraints]
    return f"{head} / {'; '.join(told)}" if told else head


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def left_out(locale: str, missing: Iterable[tuple[int, frozenset[object]]]) -> str:
    """What a rule does not allow, side by side, as `in FR, for tourism`."""
    return ", ".join(_left_out(locale, side, values) for side, values in missing)


def _left_out(locale: str, side: int, values: frozenset[object]) -> str:
    if side == DAYS:
        return _days(locale, cast("frozenset[tuple[date, date]]", values))
    if side == PAID:
        return say(locale, "paid_true" if True in values else "paid_false")
    named = [_named(locale, SIDES[side], value) for value in sorted(str(value) for value in values if value != OTHER)]
    if side == SPATIAL and values == world():
        named = [say(locale, "world")]
    if OTHER in values:
        named.append(say(locale, "other"))
    return say(locale, SIDES[side], values=listed(locale, named))


def _days(locale: str, spans: frozenset[tuple[date, date]]) -> str:
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    return say(locale, "eq", values=first) if first == last else say(locale, "span", first=first, last=last)


def _day(written: str) -> date | str:
    """A day of a rule; a moment stays as it is written."""
    return date.fromisoformat(written) if len(written) == _ISO_DAY else written


_VOCABULARIES = {"deliveryChannel": "channel", "purpose": "purpose", "media": "media"}


def _named(locale: str, operand: str, value: str) -> str:
    """A member of a vocabulary as a word, a place and a language by their names; any other value as it is."""
    match operand:
        case "spatial":
            return wording.in_place(value, locale)
        case "language":
            return wording.language_name(value, locale)
        case _:
            vocabulary = _VOCABULARIES.get(operand)
            return say(locale, f"{vocabulary}_{value}") if vocabulary else value


def channels_in_words(locale: str, channels: Iterable[str]) -> str:
    """Some ways to publish, by their names."""
    return listed(locale, [_named(locale, "deliveryChannel", one) for one in sorted(channels)])


def listed(locale: str, named: list[str]) -> str:
    """Some names, the first eight of them if there are more."""
    if len(named) <= _MOST_NAMED:
        return ", ".join(named)
    return say(locale, "more", first=", ".join(named[:_MOST_NAMED]), count=len(named) - _MOST_NAMED)
