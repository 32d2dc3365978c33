"""Thai writes no spaces between words: it is found by three characters at a time."""

import re

_SIZE = 3
# A tone typed after the mark it stands above; NFKC leaves the two as they come.
_SWAPPED = re.compile("\u0e4d([\u0e48-\u0e4b])")
_BUDDHIST = range(2400, 2700)
_AHEAD = 543


def ordered(run: str) -> str:
    """A run with its marks in one order, length kept."""
    return _SWAPPED.sub("\\1\u0e4d", run)


def common_year(year: str) -> str:
    """A year of the Buddhist era in the common one; empty for what is no such year."""
    return str(int(year) - _AHEAD) if len(year) == 4 and int(year) in _BUDDHIST else ""  # noqa: PLR2004 - digits


def grams(run: str) -> list[tuple[str, int]]:
    """Every three characters of a run and where they begin; a shorter run is its own."""
    if len(run) <= _SIZE:
        return [(run, 0)]
    return [(run[i : i + _SIZE], i) for i in range(len(run) - _SIZE + 1)]
