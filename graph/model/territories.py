"""Countries, and the regions and groups that contain them: UN M49 and a few unions of states.

Territories of rules and of uses are written as ISO 3166-1 alpha-2 codes (VN), M49 codes (035) or names of groups
(ASEAN), and understood in other usual spellings: VNM, country:vn, SEA, LATAM, Europe.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from graph.errors import InvalidValue
from graph.model.kinds import line
from graph.model.nearest import nearest
from graph.sentence import sentence, together

WORLD = "001"
_COUNTRY_ID = "country:"


@dataclass(frozen=True, slots=True)
class Territories:
    """What each code contains, as alpha-2 codes; `spelled` leads from any spelling in lower case to the code."""

    inside: Mapping[str, frozenset[str]]
    names: Mapping[str, Mapping[str, str]]
    spelled: Mapping[str, str]


@cache
def territories() -> Territories:
    """All of regions.json, read once."""
    raw: dict[str, Any] = json.loads((files("graph.model") / "regions.json").read_text("utf-8"))
    regions: dict[str, dict[str, Any]] = raw["regions"]
    inside: dict[str, set[str]] = {code: set() for code in regions}
    spelled: dict[str, str] = {}
    for alpha2, (alpha3, m49, region) in raw["countries"].items():
        inside[alpha2] = {alpha2}
        spelled |= dict.fromkeys((alpha2.lower(), alpha3.lower(), m49, f"{_COUNTRY_ID}{alpha2.lower()}"), str(alpha2))
        above = str(region)
        while above:
            inside[above].add(alpha2)
            above = str(regions[above].get("within", ""))
        inside[WORLD].add(alpha2)
    named: dict[str, dict[str, Any]] = {**regions, **raw["groups"]}
    for code, region in named.items():
        inside.setdefault(code, set(region.get("members", ())))
        spellings = (code, *region["name"].values(), *region.get("also", ()))
        spelled |= dict.fromkeys((one.lower() for one in spellings), code)
    return Territories(
        MappingProxyType({code: frozenset(found) for code, found in inside.items()}),
        MappingProxyType({code: region["name"] for code, region in named.items()}),
        MappingProxyType(spelled),
    )


def territory(value: object) -> str:
    """The code of a country, region or group in any usual spelling; raises InvalidValue."""
    raw = line(value)
    known = territories().spelled
    found = known.get(raw.lower())
    if found is None:
        guess = nearest(raw, [name for name in known if len(name) > 3])  # noqa: PLR2004 - codes resemble each other too much
        cure = together(
            sentence('Did you mean "{guess}"?', guess=known[guess]) if guess else "",
            sentence("Use ISO 3166-1 codes as VN, M49 codes as 035, or ASEAN, EU, GCC."),
        )
        raise InvalidValue(sentence('"{raw}" is no country and no region.', raw=raw), cure=cure)
    return found


def countries_in(code: str) -> frozenset[str]:
    """The alpha-2 codes of what a canonical code contains; a country contains itself."""
    return territories().inside.get(code, frozenset({code}))


def world() -> frozenset[str]:
    """Every country's alpha-2 code."""
    return territories().inside[WORLD]
