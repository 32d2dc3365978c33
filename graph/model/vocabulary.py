"""Open vocabularies: other people's lists of codes, kept as packs of data in `packs/`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast
from unicodedata import is_normalized

from graph.errors import InvalidValue, UnknownName
from graph.model.nearest import nearest

LANGUAGES = ("en", "id", "ko")
"""Every term has a label in each of them."""

STATUSES = ("active", "deprecated", "reserved")
"""Of a pack or a term. A deprecated one is still read, and no longer offered; a reserved one is never given."""

_SUFFIX = ".json"
_HEAD = ("name", "title", "version", "status", "source", "licence", "attribution")
_PACK = (*_HEAD, "unofficial", "entries")
_TERM = ("code", "uri", "label", "definition", "broader", "status")


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a list; `broader` is the code of a wider term in the same pack."""

    code: str
    label: Mapping[str, str]
    definition: str
    uri: str | None = None
    broader: str | None = None
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Pack:
    """One list with its origin.

    `version` is the source's release, or the day it was read where the source has none. `licence` is an SPDX
    expression or an address. `unofficial` names the languages whose labels are ours and not the source's.
    `terms` keeps the order of the file.
    """

    name: str
    title: str
    version: str
    status: str
    source: str
    licence: str
    attribution: str
    unofficial: tuple[str, ...]
    terms: Mapping[str, Term]


@cache
def packs() -> Mapping[str, Pack]:
    """Every pack by its name, read once. `InvalidValue` tells which file is broken, where, and why."""
    folder = files("graph.model") / "packs"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(_SUFFIX)), key=lambda file: file.name)
    return MappingProxyType(
        {file.name.removesuffix(_SUFFIX): read(file.name, file.read_text(encoding="utf-8")) for file in found}
    )


def term(pack: str, code: str) -> Term:
    """`UnknownName` where there is no such pack, or no such code in it."""
    known = packs()
    if pack not in known:
        raise UnknownName("vocabulary", pack, nearest=nearest(pack, known))
    terms = known[pack].terms
    if code not in terms:
        raise UnknownName(f"{pack} code", code, nearest=nearest(code, terms))
    return terms[code]


def read(file: str, text: str) -> Pack:
    """The pack that the text of a file holds; its name is the file's."""
    try:
        raw: object = json.loads(text)
    except json.JSONDecodeError as problem:
        raise InvalidValue("is not JSON.", path=f"{file}:{problem.lineno}", cure=f"{problem.msg}.") from problem
    record = _record(raw, file, _PACK)
    head = {key: _text(record, key, file) for key in _HEAD}
    if head["name"] + _SUFFIX != file:
        raise InvalidValue(f'is "{head["name"]}".', path=f"{file}: name", cure="A pack is named like its file.")
    return Pack(
        **{**head, "status": _status(record, file)},
        unofficial=_languages(record.get("unofficial", []), f"{file}: unofficial"),
        terms=_terms(record.get("entries"), file),
    )


def _terms(raw: object, file: str) -> Mapping[str, Term]:
    if not isinstance(raw, list) or not raw:
        raise InvalidValue("is no list of terms.", path=f"{file}: entries")
    terms: dict[str, Term] = {}
    for position, each in enumerate(cast("list[object]", raw)):
        found = _term(each, f"{file}: entries[{position}]")
        if found.code in terms:
            raise InvalidValue("stands twice.", path=f"{file}: {found.code}", cure="Give each code once.")
        terms[found.code] = found
    for each in terms.values():
        _climb(each, terms, file)
    return MappingProxyType(terms)


def _term(raw: object, path: str) -> Term:
    record = _record(raw, path, _TERM)
    code = _text(record, "code", path)
    labels = _record(record.get("label"), f"{path} {code}: label", LANGUAGES)
    return Term(
        code=code,
        label=MappingProxyType({each: _text(labels, each, f"{path} {code}: label") for each in LANGUAGES}),
        definition=_text(record, "definition", f"{path} {code}"),
        uri=_text(record, "uri", f"{path} {code}") if "uri" in record else None,
        broader=_text(record, "broader", f"{path} {code}") if "broader" in record else None,
        status=_status(record, f"{path} {code}") if "status" in record else "active",
    )


def _climb(start: Term, terms: Mapping[str, Term], file: str) -> None:
    """Refuse a broader term that is missing, or that leads back to where one was."""
    seen, here = {start.code}, start
    while here.broader is not None:
        path = f"{file}: {here.code}: broader"
        if here.broader not in terms:
            raise InvalidValue(f'names "{here.broader}".', path=path, cure="There is no such code in the pack.")
        if here.broader in seen:
            raise InvalidValue(f'names "{here.broader}".', path=path, cure="That leads round in a circle.")
        here = terms[here.broader]
        seen.add(here.code)


def _record(raw: object, path: str, keys: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise InvalidValue("is no JSON object.", path=path)
    record = cast("dict[str, object]", raw)
    for key in record:
        if key not in keys:
            near = nearest(key, keys)
            hint = f'Did you mean "{near}"?' if near else ""
            raise InvalidValue(f'has an unknown key "{key}".', path=path, cure=hint)
    return record


def _text(record: Mapping[str, object], key: str, path: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value or value != value.strip():
        raise InvalidValue(f'needs a text as "{key}", without spaces around it.', path=path)
    if not is_normalized("NFC", value):
        raise InvalidValue(f'has a "{key}" that is not in NFC.', path=path, cure="Save it in composed characters.")
    return value


def _status(record: Mapping[str, object], path: str) -> str:
    status = _text(record, "status", path)
    if status not in STATUSES:
        raise InvalidValue(f'has the status "{status}".', path=path, cure=f"Use one of {', '.join(STATUSES)}.")
    return status


def _languages(raw: object, path: str) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise InvalidValue("is no list of languages.", path=path)
    given = cast("list[object]", raw)
    if not all(each in LANGUAGES for each in given):
        raise InvalidValue("names a language without labels.", path=path, cure=f"Use some of {', '.join(LANGUAGES)}.")
    return tuple(str(each) for each in given)
