"""Which language a text is given in: the one asked for, its parents, English, then the source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LAST_RESORT = "en"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A text with its language and the languages looked at on the way."""

    text: str | None
    locale: str | None
    chain: tuple[tuple[str | None, str], ...]


@lru_cache(maxsize=1024)
def chain_of(asked: str | None) -> tuple[str, ...]:
    """The languages to look at before the source: pt-BR, pt, en. None asked for, none looked at."""
    if asked is None:
        return ()
    parts = asked.split("-")
    parents = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*parents, _LAST_RESORT]))


def choose(
    prop: str, source: Mapping[str, Any], translations: Iterable[Mapping[str, Any]], chain: tuple[str, ...]
) -> Chosen:
    """The text of a property. `source` and translations bear `locale`, `state` and texts; unseen ones are missing."""
    seen = {str(one["locale"]): one for one in reversed(list(translations)) if one.get(prop) is not None}
    own, text = source.get("locale"), source.get(prop)
    looked: list[tuple[str | None, str]] = []
    for locale in chain:
        if locale == own and text is not None:
            break
        if locale in seen:
            looked.append((locale, str(seen[locale]["state"])))
            return Chosen(str(seen[locale][prop]), locale, tuple(looked))
        looked.append((locale, "MISSING"))
    if text is None:
        if (own, "MISSING") not in looked:
            looked.append((own, "MISSING"))
        return Chosen(None, None, tuple(looked))
    looked.append((own, str(source.get("text_state") or source["state"])))
    return Chosen(str(text), own, tuple(looked))


def choose_name(name: str | None, names: Mapping[str, str] | None, chain: tuple[str, ...]) -> str | None:
    """A label by the same chain; the one in the entity's main language comes last."""
    for locale in chain if names else ():
        if names and locale in names:
            return names[locale]
    return name
