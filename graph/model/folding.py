"""Shadows of a text that both engines search and order alike."""

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]")
_HIGH = re.compile("[\ud7ff-\U0010ffff]")
_SORTED = 120
# Kana, Han and Hangul that folding leaves as they are: a test tries each of them.
_PLAIN = re.compile("[\0-\x7f\u3041-\u3096\u309d\u309e\u30a1-\u30fe\u4e00-\u9fff\uac00-\ud7a3]*")


def fold(text: str) -> str:
    """The text without case, width and Latin accents, for contains and startsWith."""
    if text.isascii() or _PLAIN.fullmatch(text):
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()))
    return unicodedata.normalize("NFC", plain)


def sort_key(folded: str) -> str:
    """A key of a folded text whose order by UTF-16 and by code points is the same.

    One engine compares code units, the other code points; they part above U+D7FF, so
    what lies there is written as U+D7FF and six hexadecimal digits.
    """
    return (
        _HIGH.sub(lambda found: f"\ud7ff{ord(found.group()):06x}", folded[:_SORTED])
        if not folded.isascii()
        else folded[:_SORTED]
    )
