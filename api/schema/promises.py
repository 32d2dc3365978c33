"""What partners may rely on: how the contract differs from the released one, and what is going to go when."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from graphql import GraphQLEnumType, GraphQLNamedType, GraphQLSchema, build_schema
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from graph.model.deprecated import NOTICE_DAYS

#: The snapshot of the contract in a project, and how its first line names its version.
RELEASED = "released.graphql"
_HEAD = "# The contract as released in {}. Printed by `make release`; docs/contract.md says how it may change.\n\n"
_VERSION = re.compile(r"# The contract as released in (\S+)\. ")

_COORDINATE = re.compile(r"@?\w+\.\w+(?:\(\w+:\))?|@\w+(?:\(\w+:\))?")
_BULLET = re.compile(r"^- \*\*Breaking:\*\*(.*(?:\n(?!- |#|\s*$).*)*)", re.MULTILINE)
_NAMED = re.compile(r"`([^`]+)`")
_SINCE = re.compile(r"Deprecated since (\d{4}-\d\d-\d\d)\.")
_UNTIL = re.compile(r"Gone after (\d{4}-\d\d-\d\d)\.$")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that operations of partners may notice, with the schema coordinate by which it is named."""

    coordinate: str
    told: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What breaks operations, and what may surprise clients, such as a new value of an enum."""

    breaking: tuple[Difference, ...]
    dangerous: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A part of the contract that goes; `problem` says what its reason lacks."""

    coordinate: str
    until: date | None
    problem: str = ""


def snapshot(contract: str, version: str) -> str:
    """What `released.graphql` holds for a printed contract."""
    return _HEAD.format(version) + contract.partition("\n\n")[2]


def released_version(text: str) -> str:
    """The version whose contract a snapshot is; raises ValueError."""
    found = _VERSION.match(text)
    if found is None:
        raise ValueError(f"{RELEASED} does not say in its first line which version it is. Print it by `make release`.")
    return found[1]


def differences(released: str, now: GraphQLSchema) -> Differences:
    """How the contract differs from a released one."""
    before = build_schema(released)
    return Differences(
        tuple(_difference(each.description) for each in find_breaking_changes(before, now)),
        tuple(_difference(each.description) for each in find_dangerous_changes(before, now)),
    )


def _difference(told: str) -> Difference:
    found = _COORDINATE.search(told)
    return Difference(found[0] if found else told.removeprefix("Standard scalar ").split()[0], told)


def named_in(changelog: str, version: str) -> frozenset[str]:
    """The coordinates that the bullets `- **Breaking:** ...` name after the release of a version."""
    newer = re.split(rf"^## \[{re.escape(version)}\]", changelog, maxsplit=1, flags=re.MULTILINE)[0]
    return frozenset(name for bullet in _BULLET.findall(newer) for name in _NAMED.findall(bullet))


def deprecations(schema: GraphQLSchema) -> Iterator[Deprecation]:
    """Everything that is deprecated, in the order of its coordinates."""
    for coordinate, reason in sorted(_reasons(schema)):
        since, until = _day(_SINCE, reason), _day(_UNTIL, reason)
        problem = ""
        if since is None or until is None:
            problem = 'its reason has no dates. End it with "Deprecated since YYYY-MM-DD. Gone after YYYY-MM-DD."'
        elif (until - since).days < NOTICE_DAYS:
            problem = f"it goes after {(until - since).days} days; {NOTICE_DAYS} are the least. Set a later day."
        yield Deprecation(coordinate, until, problem)


def _day(pattern: re.Pattern[str], reason: str) -> date | None:
    found = pattern.search(reason)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _reasons(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Coordinate and reason of whatever has a reason."""
    for name, found in schema.type_map.items():
        for key, member in _members(found):
            if member.deprecation_reason is not None:
                yield f"{name}.{key}", member.deprecation_reason
            for argument, told in getattr(member, "args", {}).items():
                if told.deprecation_reason is not None:
                    yield f"{name}.{key}({argument}:)", told.deprecation_reason


def _members(found: GraphQLNamedType) -> Iterable[tuple[str, Any]]:
    """The values of an enum, or the fields of anything that has some."""
    return (found.values if isinstance(found, GraphQLEnumType) else getattr(found, "fields", {})).items()
