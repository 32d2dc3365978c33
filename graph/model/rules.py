"""Rules about rights, in the manner of ODRL 2.2: how they are written, checked and kept.

A value of rules is a list of permissions, prohibitions and duties; docs/rights.md tells the form.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeAlias, cast

import orjson

from graph.errors import InvalidValue
from graph.model.enums import UseChannel, UseMedia, UsePurpose
from graph.model.kinds import boolean, canonical, day, line, locale
from graph.model.nearest import nearest
from graph.model.territories import territory
from graph.model.vocabulary import packs

Effect: TypeAlias = Literal["permission", "prohibition", "duty"]
EFFECTS: tuple[Effect, ...] = ("permission", "prohibition", "duty")

#: Actions beside ODRL's, by what each narrows: cropping keeps the picture and changes its frame.
_OWN_ACTIONS: Mapping[str, str | None] = {"crop": "modify"}

#: Names for several purposes or channels at once.
PURPOSES: Mapping[str, frozenset[str]] = {
    "EDITORIAL": frozenset({"NEWS", "EDUCATION", "RESEARCH", "CULTURE"}),
    "COMMERCIAL": frozenset({"COMMERCIAL_TOURISM", "TRADE", "ADVERTISING", "MERCHANDISE"}),
}
CHANNELS: Mapping[str, frozenset[str]] = {
    "SOCIAL": frozenset({"X", "FACEBOOK", "INSTAGRAM", "YOUTUBE", "TIKTOK", "LINKEDIN"}),
    "BROADCAST": frozenset({"RADIO", "TELEVISION"}),
}

_MOST_RULES, _MOST_CONSTRAINTS, _MOST_VALUES, _LONGEST = 60, 12, 300, 1000
_KEYS = ("effect", "action", "constraints", "clause", "text", "credit", "on")
_CONSTRAINT_KEYS = ("left", "operator", "right")
_SEVERAL = ("isAnyOf", "isNoneOf")
_EQUALITY = ("eq", "neq", "isAnyOf", "isNoneOf")
_ORDER = ("eq", "gteq", "gt", "lteq", "lt")
_RECIPIENT = re.compile(r"(?:mission|organisation|person):[a-z0-9._-]+")
_DURATION = re.compile(r"P\d{1,4}[DWMY]")


@dataclass(frozen=True, slots=True)
class Constraint:
    """What one operand of a use has to be; several of a rule hold together."""

    left: str
    operator: str
    right: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `on` names the actions that bring a duty about; without it every use does."""

    effect: Effect
    actions: tuple[str, ...]
    constraints: tuple[Constraint, ...] = ()
    clause: str = ""
    text: str = ""
    credit: str = ""
    on: tuple[str, ...] = ()


@cache
def actions() -> Mapping[str, str | None]:
    """Every action with the one it narrows: ODRL's, and ours."""
    odrl = {code: term.broader for code, term in packs()["odrl-actions"].terms.items()}
    return {**odrl, **_OWN_ACTIONS}


@cache
def includes(broad: str, narrow: str) -> bool:
    """Whether a rule about the first action speaks of the second too."""
    here: str | None = narrow
    while here is not None and here != broad:
        here = actions()[here]
    return here == broad


def read_rules(value: object) -> tuple[Rule, ...]:
    """The rules that a value tells; raises InvalidValue with the path of what is wrong in it."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InvalidValue("The rules are not JSON.", cure="Write a list of rules.") from None
    if not isinstance(value, list):
        raise InvalidValue("The rules are no list.", cure='Write [{"effect": "permission", "action": "use"}].')
    given = cast("list[object]", value)
    if len(given) > _MOST_RULES:
        raise InvalidValue(
            f"There are {len(given)} rules, {_MOST_RULES} are allowed.", cure="Put constraints together."
        )
    return tuple(_rule(one, f"[{position}]") for position, one in enumerate(given))


def canonical_rules(value: object) -> str:
    """Rules as canonical JSON: codes in their one spelling, lists without repeats, nothing that says nothing."""
    return canonical([_told(rule) for rule in read_rules(value)])


def _told(rule: Rule) -> dict[str, object]:
    told: dict[str, object] = {"effect": rule.effect, "action": _one_or_list(rule.actions)}
    if rule.constraints:
        told["constraints"] = [
            {"left": one.left, "operator": one.operator, "right": _right(one)} for one in rule.constraints
        ]
    told |= {name: value for name in ("clause", "text", "credit") if (value := getattr(rule, name))}
    if rule.on:
        told["on"] = _one_or_list(rule.on)
    return told


def _one_or_list(values: tuple[str, ...]) -> object:
    return values[0] if len(values) == 1 else list(values)


def _right(one: Constraint) -> object:
    return list(one.right) if one.operator in _SEVERAL else one.right[0]


def _rule(raw: object, path: str) -> Rule:
    record = _record(raw, path, _KEYS)
    effect = _among(record.get("effect"), EFFECTS, f"{path}.effect")
    acts = _actions(record.get("action"), f"{path}.action")
    on = _actions(record["on"], f"{path}.on") if record.get("on") else ()
    if on and effect != "duty":
        raise InvalidValue("Only a duty says what brings it about.", path=f"{path}.on", cure='Put it into "action".')
    if record.get("credit") and "attribute" not in acts:
        raise InvalidValue("Only a duty to attribute has a credit.", path=f"{path}.credit", cure='Put it into "text".')
    listed: object = record.get("constraints") or []
    if not isinstance(listed, list):
        raise InvalidValue("The constraints are no list.", path=f"{path}.constraints")
    given = cast("list[object]", listed)
    if len(given) > _MOST_CONSTRAINTS:
        reason = f"There are {len(given)} constraints, {_MOST_CONSTRAINTS} are allowed."
        raise InvalidValue(reason, path=f"{path}.constraints", cure="Write several rules.")
    found = tuple(_constraint(one, f"{path}.constraints[{place}]", effect) for place, one in enumerate(given))
    words = {name: _words(record.get(name), f"{path}.{name}") for name in ("clause", "text", "credit")}
    return Rule(cast("Effect", effect), acts, found, **words, on=on)


def _constraint(raw: object, path: str, effect: str) -> Constraint:
    record = _record(raw, path, _CONSTRAINT_KEYS)
    left = _among(record.get("left"), tuple(_OPERANDS), f"{path}.left")
    operators, check = _OPERANDS[left]
    operator = _among(
        "isAnyOf" if record.get("operator") == "isPartOf" else record.get("operator"), operators, f"{path}.operator"
    )
    if left == "elapsedTime" and effect != "duty":
        reason = "Only a duty has a time until which it is due."
        raise InvalidValue(reason, path=f"{path}.left", cure='Limit the days by "dateTime".')
    raw_right = record.get("right")
    values = cast("list[object]", raw_right) if isinstance(raw_right, list) else [raw_right]
    if not values or len(values) > _MOST_VALUES:
        raise InvalidValue(f"Give 1 to {_MOST_VALUES} values.", path=f"{path}.right")
    found: list[str | bool] = []
    for one in values:
        try:
            found.append(check(one))
        except InvalidValue as error:
            raise error.within(f"{path}.right") from None
    unique = tuple(dict.fromkeys(found))
    if len(unique) == 1:
        return Constraint(left, {"isAnyOf": "eq", "isNoneOf": "neq"}.get(operator, operator), unique)
    several = {"eq": "isAnyOf", "neq": "isNoneOf"}.get(operator, operator)
    if several not in _SEVERAL or left in ("paid", "dateTime"):
        raise InvalidValue(f'"{left}" is compared with one value.', path=f"{path}.right", cure="Give one.")
    return Constraint(left, several, tuple(sorted(unique, key=str)))


def _member(names: Mapping[str, object] | type[StrEnum], groups: Mapping[str, object]) -> Callable[[object], str]:
    known = [str(one) for one in names] + list(groups)

    def check(value: object) -> str:
        spelled = line(value).upper().replace("-", "_").replace(" ", "_")
        if spelled not in known:
            raise InvalidValue(f'"{value}" is not one of {", ".join(known)}.')
        return spelled

    return check


def _pattern(pattern: re.Pattern[str], cure: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        raw = line(value)
        if not pattern.fullmatch(raw):
            raise InvalidValue(f'"{raw}" cannot stand here.', cure=cure)
        return raw

    return check


_OPERANDS: Mapping[str, tuple[tuple[str, ...], Callable[[object], str | bool]]] = {
    "spatial": (_EQUALITY, territory),
    "deliveryChannel": (_EQUALITY, _member(UseChannel, CHANNELS)),
    "purpose": (_EQUALITY, _member(UsePurpose, PURPOSES)),
    "paid": (("eq",), boolean),
    "media": (_EQUALITY, _member(UseMedia, {})),
    "language": (_EQUALITY, locale),
    "recipient": (_EQUALITY, _pattern(_RECIPIENT, "Give the id of a mission, an organisation or a person.")),
    "dateTime": (_ORDER, day),
    "elapsedTime": (("lteq",), _pattern(_DURATION, "Write a duration as P30D, P2W, P6M or P1Y.")),
}


def _actions(raw: object, path: str) -> tuple[str, ...]:
    values = cast("list[object]", raw) if isinstance(raw, list) else [raw]
    if not values:
        raise InvalidValue("There is no action.", path=path, cure='Name one, such as "use".')
    return tuple(dict.fromkeys(_among(one, tuple(actions()), path) for one in values))


def _among(value: object, known: tuple[str, ...], path: str) -> str:
    if isinstance(value, str) and value in known:
        return value
    if value is None:
        raise InvalidValue("It is missing.", path=path, cure=f"Use one of {', '.join(known)}.")
    guess = nearest(str(value), known)
    cure = f'Did you mean "{guess}"?' if guess else f"Use one of {', '.join(known)}."
    raise InvalidValue(f'"{value}" cannot stand here.', path=path, cure=cure)


def _record(raw: object, path: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise InvalidValue("It is no object.", path=path, cure=f"Write an object with {', '.join(keys)}.")
    record = cast("dict[str, Any]", raw)
    for key in record:
        if key not in keys:
            guess = nearest(key, keys)
            cure = f'Did you mean "{guess}"?' if guess else f"There are {', '.join(keys)}."
            raise InvalidValue(f'There is no key "{key}" here.', path=path, cure=cure)
    return record


def _words(value: object, path: str) -> str:
    if value in (None, ""):
        return ""
    try:
        found = line(value)
    except InvalidValue as error:
        raise error.within(path) from None
    if len(found) > _LONGEST:
        raise InvalidValue(
            f"The text has {len(found)} characters, {_LONGEST} are allowed.", path=path, cure="Shorten it."
        )
    return found
