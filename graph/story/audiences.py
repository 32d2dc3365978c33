"""Of which audiences Duta plans: public aggregates, never by what is nobody's business, never of a few."""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from graph.errors import InvalidValue
from graph.sentence import sentence
from graph.story.rows import Rows
from graph.story.settings import AudiencePolicy


class AudienceRule(StrEnum):
    """What an audience may not be."""

    MINIMUM_SIZE = "MINIMUM_SIZE"
    NOT_BY_HEALTH = "NOT_BY_HEALTH"
    NOT_BY_RELIGION = "NOT_BY_RELIGION"
    NOT_BY_ETHNICITY = "NOT_BY_ETHNICITY"
    NOT_BY_SEXUAL_LIFE = "NOT_BY_SEXUAL_LIFE"
    NOT_BY_POLITICAL_OPINION = "NOT_BY_POLITICAL_OPINION"


@dataclass(frozen=True, slots=True)
class Breach:
    """The rule that an audience breaks, and the word or number that shows it."""

    rule: AudienceRule
    found: str


def breach(names: Iterable[str], size: int | None, policy: AudiencePolicy) -> Breach | None:
    """The first rule that an audience breaks by its names and its size; an unknown size breaks none.

    A name breaks a rule where one of its words begins with one of the rule's stems, or is one of its whole words.
    """
    for name in names:
        for word in _words(name):
            for rule, (stems, whole) in _forbidden().items():
                if word in whole or word.startswith(stems):
                    return Breach(rule, word)
    if size is not None and size < policy.minimum_size:
        return Breach(AudienceRule.MINIMUM_SIZE, str(size))
    return None


def plannable(rows: Iterable[dict[str, Any]], policy: AudiencePolicy) -> Rows:
    """Those of some audiences that may be planned for; each row has label, names and size."""
    return [row for row in rows if breach(_names(row), row["size"], policy) is None]


def refuse_forbidden(audience: Mapping[str, Any], policy: AudiencePolicy, path: str) -> None:
    """Raises InvalidValue, with the rule's name, for an audience that may not be; its row has label, names and size."""
    broken = breach(_names(audience), audience["size"], policy)
    if broken is not None:
        reason = sentence(
            "Duta plans for no such audience: {rule:word} ({found}).", rule=broken.rule, found=broken.found
        )
        raise InvalidValue(reason, path=path, cure=sentence("Choose one in aggregate, by interest, place or calling."))


def _names(audience: Mapping[str, Any]) -> Iterator[str]:
    others: Mapping[str, str] = audience["names"] or {}
    yield str(audience["label"])
    yield from others.values()


def _words(name: str) -> list[str]:
    folded = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not _is_unseen(one))
    return "".join(one if one.isalnum() else " " for one in folded).split()


def _is_unseen(letter: str) -> bool:
    """Whether it is an accent, or nothing that one sees, such as a soft hyphen."""
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) == "Cf"


@cache
def _forbidden() -> Mapping[AudienceRule, tuple[tuple[str, ...], frozenset[str]]]:
    read = tomllib.loads((files("graph.story") / "audiences.toml").read_text("utf-8"))
    return {AudienceRule(name): (tuple(one["stems"]), frozenset(one["words"])) for name, one in read.items()}
