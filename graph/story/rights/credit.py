"""What grants say to write beside what they clear."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.errors import InvalidValue
from graph.model.rules import read_rules

_COUNT = ("APPROVED", "PUBLISHED")


def credits_asked(grants: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The credits that the duties of approved grants ask for, word for word, each once; rows have state and rules."""
    found: dict[str, None] = {}
    for grant in grants:
        if grant["state"] not in _COUNT or not grant["rules"]:
            continue
        try:
            rules = read_rules(grant["rules"])
        except InvalidValue:
            continue
        found |= dict.fromkeys(rule.credit for rule in rules if rule.effect == "duty" and rule.credit)
    return tuple(found)
