"""When two addresses name the same thing: Wikidata in its many spellings, and web addresses with or without www."""

import re
from functools import lru_cache

_WIKIDATA = re.compile(
    r"(?:(?:https?:)?(?://)?(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(?:Special:EntityData/)?|wd:|wikidata:)?(Q[1-9]\d*)(?:[#?/.].*)?",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


@lru_cache(maxsize=65536)
def wikidata_id(text: str) -> str | None:
    """The Q number in an address or by itself, or None."""
    found = _WIKIDATA.fullmatch(text.strip())
    return found[1].upper() if found else None


def wikidata_url(text: str) -> str | None:
    """The address under which we keep a Wikidata identifier in `same_as`."""
    found = wikidata_id(text)
    return f"https://www.wikidata.org/entity/{found}" if found else None


def identity(address: str) -> str:
    """What all spellings of an address have in common."""
    return wikidata_id(address) or _PREFIX.sub("", address.strip()).rstrip("/")
