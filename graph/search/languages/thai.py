"""Thai writes no spaces between words: it is found by three characters at a time."""

_SIZE = 3


def grams(run: str) -> list[tuple[str, int]]:
    """Every three characters of a run and where they begin; a shorter run is its own."""
    if len(run) <= _SIZE:
        return [(run, 0)]
    return [(run[i : i + _SIZE], i) for i in range(len(run) - _SIZE + 1)]
