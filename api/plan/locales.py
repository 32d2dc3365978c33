"""Which language a text is given in: the one asked for, its parents, English, then the source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from langcodes import Language

from graph.store.select import And, Cmp, Filter, Or

_LAST_RESORT = "en"
_PRIVATE = "x"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A text with its language and the languages looked at on the way."""

    text: str | None
    locale: str | None
    chain: tuple[tuple[str | None, str], ...]


@lru_cache(maxsize=1024)
def chain_of(asked: str | None) -> tuple[str, ...]:
    """The languages to look at before the source: pt-BR, pt, en. None asked for, none looked at.

    A script that a region implies is looked at before the language alone: zh-TW, zh-Hant, zh, en.
    """
    if asked is None:
        return ()
    parts = asked.split("-")
    steps = [asked]
    while len(parts) > 1 and parts[0] != _PRIVATE:
        parts.pop()
        if len(parts[-1]) == 1:
            # What introduced an extension or private use says nothing alone.
            parts.pop()
        if len(parts) == 1 and _read(asked).script not in (None, _read(parts[0]).script):
            steps.append(f"{parts[0]}-{_read(asked).script}")
        steps.append("-".join(parts))
    return tuple(dict.fromkeys([*steps, _LAST_RESORT]))


def in_chain(chain: tuple[str, ...]) -> Filter:
    """Whether a Translation may be taken for one of a chain; its text is the same for any chain."""
    languages = (chain[0].partition("-")[0], _LAST_RESORT)
    regional = tuple(Cmp("locale", "startsWith", f"{language}-") for language in languages)
    return And((Cmp("form", "eq", "FULL"), Or((Cmp("locale", "in", chain), *regional))))


def choose(
    prop: str, source: Mapping[str, Any], translations: Iterable[Mapping[str, Any]], chain: tuple[str, ...]
) -> Chosen:
    """The text of a property. `source` and translations bear `locale`, `state` and texts; unseen ones are missing."""
    seen = {str(one["locale"]): one for one in reversed(list(translations)) if one.get(prop) is not None}
    own, text = source.get("locale"), source.get(prop)
    there = seen if own is None or text is None else {own: source, **seen}
    step, found = nearest(chain, tuple(there))
    looked: list[tuple[str | None, str]] = [(one, "MISSING") for one in chain[:step]]
    if found is not None and (found != own or text is None):
        return Chosen(str(seen[found][prop]), found, (*looked, (found, str(seen[found]["state"]))))
    if text is None:
        if (own, "MISSING") not in looked:
            looked.append((own, "MISSING"))
        return Chosen(None, None, tuple(looked))
    return Chosen(str(text), own, (*looked, (own, str(source.get("text_state") or source["state"]))))


def choose_name(name: str | None, names: Mapping[str, str] | None, chain: tuple[str, ...]) -> str | None:
    """A label by the same chain; the one in the entity's main language comes last."""
    _, found = nearest(chain, tuple(names or ()))
    return name if found is None or names is None else names[found]


@lru_cache(maxsize=4096)
def nearest(chain: tuple[str, ...], there: tuple[str, ...]) -> tuple[int, str | None]:
    """How many steps of a chain are missing, and which of some languages is the first that will do."""
    for position, step in enumerate(chain):
        fitting = [one for one in there if _covers(step, one)]
        if fitting:
            found = min(fitting, key=lambda one: (one != step, _read(one) != _read(step), one))
            return position + (found != step), found
    return len(chain), None


class _Tag(NamedTuple):
    """A tag with what it leaves unsaid: pt is pt-Latn-BR, zh-TW is zh-Hant-TW."""

    language: str
    script: str | None
    region: str | None


@lru_cache(maxsize=4096)
def _read(tag: str) -> _Tag:
    if tag.startswith(f"{_PRIVATE}-"):
        return _Tag(tag, None, None)
    full = Language.get(tag, normalize=False).maximize()
    return _Tag(full.language or tag, full.script, full.territory)


def _covers(step: str, there: str) -> bool:
    """Whether a language will do for a step: all that the step says holds of it."""
    if step == there:
        return True
    if step.startswith(f"{_PRIVATE}-") or there.startswith(f"{_PRIVATE}-"):
        return False
    said, full = Language.get(step, normalize=False), _read(there)
    return (
        said.language == full.language
        and said.script in (None, full.script)
        and said.territory in (None, full.region)
        and not (said.variants or said.extensions or said.private)
    )
