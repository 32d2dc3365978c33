"""Chinese and Japanese characters folded to one script, the simplified one; the table is `han.txt`."""

from functools import cache
from importlib.resources import files

_PLACES, _NAME = "岛市省县州区道", 2


def simplify(text: str) -> str:
    """The text with every known character in its simplified form, length kept."""
    return text if text.isascii() else text.translate(_table())


def place(text: str) -> str:
    """The name in the simplified name of an island, city, province, county or ward: 济州岛; empty for other words."""
    return text[:-1] if len(text) > _NAME and text[-1] in _PLACES else ""


@cache
def _table() -> dict[int, str]:
    lines = (files("graph.search.languages") / "han.txt").read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    return {ord(pair[0]): pair[1] for pair in pairs}
