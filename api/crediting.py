"""The credit line of a story or a picture, for every page, code and file that bears one."""

import re
from collections.abc import Iterable


def credit_line(asked: Iterable[str], named: Iterable[str], keeper: str = "") -> str:
    """What rights ask to be written, word for word, then who else is named; the keeper where nothing is asked.

    A name that stands in another one already, as in “© Meja Duta”, is not said twice.
    """
    words = [one.strip() for one in asked]
    found = dict.fromkeys(one for one in (*words, *map(str.strip, named), "" if any(words) else keeper.strip()) if one)
    return " · ".join(one for one in found if not any(_holds(other, one) for other in found if other != one))


def _holds(longer: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", longer) is not None
