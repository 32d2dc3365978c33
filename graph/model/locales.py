"""Languages that stand for each other."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def wider(locale: str) -> tuple[str, ...]:
    """A language and the wider ones it belongs to: zh-Hant-TW, zh-Hant, zh."""
    parts = locale.split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts), 0, -1))
