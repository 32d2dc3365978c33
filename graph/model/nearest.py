"""The nearest of some names to a misspelled one, for "did you mean"."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_NEAR = 72


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The closest name, or None where nothing is close. Ties go to the first in order of the alphabet."""
    found = process.extractOne(
        name.lower(), sorted(set(names)), scorer=fuzz.ratio, processor=str.lower, score_cutoff=_NEAR
    )
    return found[0] if found else None
