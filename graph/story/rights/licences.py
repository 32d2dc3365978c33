"""Licences and statements of rights: recognised in their usual spellings, and told as rules."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from graph.model.rules import Rule, read_rules

_CC_KINDS = r"by-nc-sa|by-nc-nd|by-nd-nc|by-nc|by-sa|by-nd|by|nc-sa|nd-nc|nc-nd|nc|nd|sa"
#: The last part is the jurisdiction a licence was ported to, or IGO; deeds and legal codes are about the same.
_CC_PATH = re.compile(
    rf"/licenses/({_CC_KINDS})/(1\.0|2\.0|2\.1|2\.5|3\.0|4\.0)(?:/(?!deed|legalcode|rdf)([a-z]{{2,5}}))?"
    r"(?:/(?:deed|legalcode|rdf)(?:[.-][\w-]+)?)?"
)
_PUBLIC_PATH = re.compile(r"/publicdomain/(zero|mark)/1\.0(?:/(?:deed|legalcode|rdf)(?:[.-][\w-]+)?)?")
_STATEMENT_PATH = re.compile(r"/(?:vocab|page|data)/([A-Za-z-]+)/1\.0")
_KOGL_PATH = re.compile(r"/info/licensetype([1-4])\.do")
#: What Korean authorities link their marks to: a tab of one page, and before that pages by what is allowed.
_KOGL_TAB = re.compile(r"/info/license\.do#0?([1-4])(?:-tab)?")
_KOGL_MARKS = {f"/open/info/license_info/{mark}.do": n for n, mark in enumerate(("by", "nc", "nd", "all"), 1)}
_CC_WORDS = re.compile(rf"(?:cc|creative commons)[ -]({_CC_KINDS})(?:[ -]([1-4]\.\d))?(?:[ -]([a-z]{{2,5}}))?")
_PUBLIC_WORDS = {"cc0": "CC0", "cc0-1.0": "CC0", "cc0 1.0": "CC0", "pdm": "CC-PDM", "cc-pdm-1.0": "CC-PDM"}
_KOGL_WORDS = re.compile(r"(?:kogl[ -]?(?:type[ -]?)?|공공누리 ?제?)([1-4])(?:유형)?")
_OWN = {"urn:duta:editorial": "EDITORIAL", "urn:duta:commercial": "COMMERCIAL"}
_DEED_HOSTS = ("creativecommons.org", "rightsstatements.org", "kogl.or.kr")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that was recognised: its code in licences.json, and its name with version and jurisdiction."""

    code: str
    name: str

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What it says as rules; none for a statement that permits nothing by itself."""
        return _rules()[self.code]


@cache
def _rules() -> Mapping[str, tuple[Rule, ...]]:
    raw: dict[str, Any] = json.loads((files("graph.story.rights") / "licences.json").read_text("utf-8"))
    return {code: read_rules(rules) for code, rules in raw["licences"].items()}


@lru_cache(maxsize=4096)
def licence(said: str) -> Licence | None:
    """The licence that an address or a short name stands for, or None.

    An address may begin with http or https, end with a slash or name a deed in any language; what follows ? or # is
    not read, but where # tells KOGL's types apart. Versions 1.0 to 4.0 of Creative Commons and ports to a jurisdiction
    are told by their own names.
    """
    raw = unquote(said).strip()
    try:
        parts = urlsplit(raw)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = parts.path.rstrip("/")
    if host in _DEED_HOSTS:
        return _by_path(host, path, parts.fragment)
    if host == "spdx.org":
        raw = path.removeprefix("/licenses/").removesuffix(".html").removesuffix(".json")
    return _by_words(raw)


def _by_path(host: str, path: str, fragment: str) -> Licence | None:
    if host == "creativecommons.org" and (found := _CC_PATH.fullmatch(path.lower())):
        return _creative_commons(*found.groups())
    if host == "creativecommons.org" and (found := _PUBLIC_PATH.fullmatch(path.lower())):
        return _named({"zero": "CC0", "mark": "CC-PDM"}[found[1]])
    if host == "rightsstatements.org" and (found := _STATEMENT_PATH.fullmatch(path)):
        known = {code.lower(): code for code in _rules()}
        code = known.get(found[1].lower(), "")
        return _named(code) if code and not code.startswith(("CC", "KOGL")) else None
    return _kogl(path.lower(), fragment.lower()) if host == "kogl.or.kr" else None


def _kogl(path: str, fragment: str) -> Licence | None:
    found = _KOGL_PATH.fullmatch(path) or _KOGL_TAB.fullmatch(f"{path}#{fragment}")
    number = found[1] if found else _KOGL_MARKS.get(path)
    return _named(f"KOGL-{number}") if number else None


def _by_words(raw: str) -> Licence | None:
    words = re.sub(r"\s+", " ", raw).lower()
    if words in _OWN:
        return _named(_OWN[words])
    if words in _PUBLIC_WORDS:
        return _named(_PUBLIC_WORDS[words])
    if found := _CC_WORDS.fullmatch(words):
        return _creative_commons(*found.groups())
    if found := _KOGL_WORDS.fullmatch(words):
        return _named(f"KOGL-{found[1]}")
    return None


def _creative_commons(kind: str, version: str | None, ported: str | None) -> Licence:
    order = kind.replace("nd-nc", "nc-nd").upper()
    code = f"CC-{order}"
    return Licence(code, " ".join(part for part in (f"CC {order}", version, (ported or "").upper()) if part))


_NAMES: Mapping[str, str] = {
    "CC0": "CC0 1.0",
    "CC-PDM": "Public Domain Mark 1.0",
    "EDITORIAL": "Editorial use only",
    "COMMERCIAL": "Commercial use",
    **{f"KOGL-{number}": f"KOGL Type {number}" for number in range(1, 5)},
}


def _named(code: str) -> Licence:
    return Licence(code, _NAMES.get(code, f"RightsStatements.org {code}"))
