"""Near-duplicates: pictures whose fingerprints differ in few bits.

At most ten of 64: a resized, recompressed, brightened or grey copy differs in none or few, a crop of a twentieth in six
to eight, another photo in more than twenty. Crops of a fifth, mirrored and turned pictures are not found.
"""

from collections.abc import Mapping, Sequence

import numpy as np

NEAR = 10


def near(one: str, others: Mapping[str, str], most: int = NEAR) -> Sequence[tuple[str, int]]:
    """Those of the others, by name, that are at most so many bits away, nearest first, with the distance."""
    if not others:
        return []
    names = list(others)
    bits = np.fromiter((int(others[name], 16) for name in names), dtype=np.uint64, count=len(names))
    apart = np.bitwise_count(bits ^ np.uint64(int(one, 16)))
    found = [(names[at], int(apart[at])) for at in np.flatnonzero(apart <= most)]
    return sorted(found, key=lambda pair: (pair[1], pair[0]))
