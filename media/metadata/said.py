"""What a file says of itself, field by field, with what its three standards do not agree on.

One value is taken of each field: XMP's before IPTC-IIM's before EXIF's, as XMP holds any script and any length. Where
another standard says something else, all of them are told, so that a person can decide.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

Value: TypeAlias = str | list[str] | dict[str, str] | list[dict[str, str]]

STANDARDS = ("XMP", "IPTC", "EXIF")
#: IPTC-IIM cuts texts off, the shortest field after 32 bytes.
_CUT = 31

#: Every field, with what it is. A text by language is a dict by BCP 47 tag, `x-default` where none is named.
FIELDS: Mapping[str, str] = {
    "title": "A short name, by language.",
    "headline": "A headline.",
    "description": "What is to be seen, by language.",
    "alt": "A text for those who do not see it, by language.",
    "long_alt": "A longer one, by language.",
    "keywords": "Words to find it by.",
    "creators": "Who made it.",
    "credit": "The credit line.",
    "source": "Where it was got from.",
    "copyright": "The notice of copyright, by language.",
    "usage_terms": "How it may be used, by language.",
    "licence": "The address of its licence or of a statement on rights.",
    "licensors": "Who licenses it, with name, url and e-mail.",
    "instructions": "What whoever uses it has to mind.",
    "persons": "Who is shown.",
    "places": "Which places are shown.",
    "model_release": "Whether those shown have agreed, as PLUS says: none, not applicable, unlimited or limited.",
    "model_releases": "Ids of their releases.",
    "property_release": "Whether the owners of what is shown have agreed, as PLUS says.",
    "property_releases": "Ids of their releases.",
    "minor": "How old the youngest person shown is, as PLUS says.",
    "digital_source_type": "How it came about, by the IPTC's vocabulary.",
    "expires": "The last day of the licence.",
    "created": "When it was made.",
    "software": "What made the file.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """`values` by field; `conflicts` by field and standard; `position` is where it was taken and private.

    `problems` are whole sentences on metadata that could not be read.
    """

    values: dict[str, Value] = field(default_factory=dict[str, Value])
    conflicts: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])
    position: dict[str, float] | None = None
    problems: list[str] = field(default_factory=list[str])


def merged(told: Mapping[str, Mapping[str, Value]]) -> tuple[dict[str, Value], dict[str, dict[str, Value]]]:
    """The value of each field by standard brought together, and the fields on which they differ."""
    values: dict[str, Value] = {}
    conflicts: dict[str, dict[str, Value]] = {}
    for name in FIELDS:
        by = {one: told[one][name] for one in STANDARDS if name in told.get(one, {})}
        if not by:
            continue
        first = next(iter(by.values()))
        values[name] = first
        if any(not _agree(first, other) for other in by.values()):
            conflicts[name] = by
    return values, conflicts


def _agree(one: Value, other: Value) -> bool:
    """Whether two say the same; a text by language agrees with a plain one that is among it."""
    mine, theirs = _texts(one), _texts(other)
    if isinstance(one, dict) or isinstance(other, dict):
        return any(_same(a, b) for a in mine for b in theirs)
    return len(mine) == len(theirs) and all(_same(a, b) for a, b in zip(sorted(mine), sorted(theirs), strict=True))


def _same(one: str, other: str) -> bool:
    shorter, longer = sorted((_folded(one), _folded(other)), key=len)
    return shorter == longer or (len(shorter.encode()) >= _CUT and longer.startswith(shorter))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _texts(value: Value) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return list(value.values())
    return [one if isinstance(one, str) else "/".join(one.values()) for one in value]


def default_text(value: Any) -> str:
    """One text of a field: the default language's where it has several."""
    if isinstance(value, dict):
        texts = cast("dict[str, str]", value)
        return texts.get("x-default") or next(iter(texts.values()), "")
    return "; ".join(cast("list[str]", value)) if isinstance(value, list) else str(value or "")
