"""Chinese and Japanese characters folded to one script, the simplified one; the table is `han.txt`."""

from functools import cache
from importlib.resources import files

_PLACES, _NAME = "岛市省县州区道", 2
# The first byte of the second half of JIS X 0208 in Shift_JIS, of which a few stand below it.
_RARE = 0x99


def simplify(text: str) -> str:
    """The text with every known character in its simplified form, length kept."""
    return text if text.isascii() else text.translate(_table())


def place(text: str) -> str:
    """The name in the simplified name of an island, city, province, county or ward: 济州岛; empty for other words."""
    return text[:-1] if len(text) > _NAME and text[-1] in _PLACES else ""


def languages(text: str) -> frozenset[str]:
    """Which of Chinese and Japanese write some characters; both where they are in use in both, or in neither."""
    chinese = any(_encoded(text, charset) is not None for charset in ("gb2312", "big5"))
    codes = _encoded(text, "shift_jis")
    # What Japanese writes otherwise today, 國 as 国, is among its rare ones.
    japanese = codes is not None and all(code < _RARE for code in codes[::2])
    return frozenset({"zh", "ja"}) if chinese == japanese else frozenset({"zh" if chinese else "ja"})


def _encoded(text: str, charset: str) -> bytes | None:
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return None


@cache
def _table() -> dict[int, str]:
    lines = (files("graph.search.languages") / "han.txt").read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    return {ord(pair[0]): pair[1] for pair in pairs}
