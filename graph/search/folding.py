"""One spelling of a text, with the way back to the characters it came from."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# What a reader does not see, and a half of a pair that stands alone.
_UNSEEN_CHARS = "\u00ad\u061c\u0640\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff"
_UNSEEN = re.compile(f"[{_UNSEEN_CHARS}]")
# Spaces, and what takes no room at all.
_BLANK = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)
# What is in NFKC and has no character that could make more or less than one.
_SIMPLE = re.compile(f"[^{_UNSEEN_CHARS}\u1100-\u11ff\uff00-\uffff]*")
# Chinese and Japanese punctuation, and letters as wide, which become one character each.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_WIDE_ONE = re.compile("[\u3000\uff01-\uff5e]")
_JOINS_THE_LAST = re.compile("[\u1160-\u11ff\uff9e\uff9f]")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters whose stroke is no accent to Unicode.
_STROKES = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "œ": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in NFKC, case kept; `offsets[i]` is where its i-th character begins in the source."""

    text: str
    offsets: Sequence[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source that became `text[start:end]`, whole clusters."""
        until = end
        while until < len(self.text) and self.offsets[until] == self.offsets[end - 1]:
            until += 1
        return self.offsets[start], self.offsets[until]


def normalise(text: str) -> Folded:
    """NFKC cluster by cluster, so that every character knows its source; the unseen is dropped."""
    for narrow in (text, text.translate(_WIDE)) if _WIDE_ONE.search(text) else (text,):
        if narrow.isascii() or (unicodedata.is_normalized("NFKC", narrow) and _SIMPLE.fullmatch(narrow)):
            return Folded(narrow, range(len(narrow) + 1))
    out: list[str] = []
    offsets: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFKC", _UNSEEN.sub("", text[start:end]))
        out.append(piece)
        offsets.extend([start] * len(piece))
    offsets.append(len(text))
    return Folded("".join(out), offsets)


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: it is empty, or of spaces and characters without width."""
    return _BLANK.fullmatch(text) is not None


def _clusters(text: str) -> list[tuple[int, int]]:
    starts = [i for i, char in enumerate(text) if i == 0 or not continues(char)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


@lru_cache(maxsize=4096)
def continues(char: str) -> bool:
    return unicodedata.combining(char) != 0 or _JOINS_THE_LAST.match(char) is not None


@lru_cache(maxsize=65536)
def unaccented(word: str) -> str:
    """A casefolded word without Latin accents and strokes; marks of other scripts stay."""
    if word.isascii():
        return word
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", plain).translate(_STROKES)
