"""Where words begin and end, and in which script they are; what a language makes of them comes later."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from graph.search.folding import Folded, normalise
from graph.search.languages import thai


class Script(StrEnum):
    """The scripts that are cut or stemmed differently; LETTERS are all that write spaces between words."""

    LETTERS = "L"
    DIGITS = "D"
    HANGUL = "O"
    ARABIC = "A"
    HAN = "H"
    KATAKANA = "K"
    HIRAGANA = "G"
    THAI = "T"


#: The scripts that write no spaces between words.
UNSPACED = frozenset({Script.HAN, Script.HIRAGANA, Script.KATAKANA, Script.THAI})

_RANGES = (
    (Script.HANGUL, "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"),
    (Script.ARABIC, "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"),
    (Script.HAN, "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"),
    (Script.HIRAGANA, "\u3041-\u3096\u309d\u309e"),
    (Script.KATAKANA, "\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff"),
    (Script.THAI, "\u0e00-\u0e7f"),
)
_CLASSES = tuple((script.value, re.compile(f"[{chars}]")) for script, chars in _RANGES)
_JOINERS = frozenset("-\u2010\u2011'\u2019\u02bc&_+/\u00b7.")
_APOSTROPHES = frozenset("'\u2019\u02bc")
# What French and its sisters write before a vowel as one word with the next, and what English hangs on.
_ELIDED = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"])
_POSSESSIVE = "s"
_MARK, _JOINER, _COMMA, _GAP = "M", "-", ",", " "

# On the text of classes: one character each, so that offsets stay.
_COMPOUND = re.compile("[LDOAHKGT][LDOAHKGTM]*(?:(?:-|(?<=D),(?=D))[LDOAHKGT][LDOAHKGTM]*)*")
_RUN = re.compile("[LD][LDM]*|O[OM]*|A[AM]*|[HKG][HKGM]*|T[TM]*")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one script in a row: `text` casefolded, `start` and `end` in the normalised text."""

    text: str
    script: Script
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Compound:
    """What stands between two gaps: one run, or several joined by script, hyphen or capital letters."""

    joined: str
    runs: tuple[Run, ...]
    start: int
    end: int

    @property
    def single(self) -> bool:
        return len(self.runs) == 1


def stretches(text: str) -> tuple[Folded, list[tuple[int, int]]]:
    """Where the compounds of a text begin and end in the normalised text, which comes with them."""
    folded, found = each_stretch(text)
    return folded, [match.span() for match in found]


def each_stretch(text: str) -> tuple[Folded, Iterator[re.Match[str]]]:
    """As `stretches`, one after the other, as what matched."""
    folded = normalise(text)
    return folded, _COMPOUND.finditer(folded.text.translate(_CODES))


def compounds(text: str) -> tuple[Folded, tuple[Compound, ...]]:
    """The compounds of a text in order, with the normalised text that their offsets are of."""
    folded, found = stretches(text)
    return folded, tuple(compound(folded.text, start, end) for start, end in found)


def compound(text: str, start: int, end: int) -> Compound:
    """The compound that a stretch is."""
    classes = text[start:end].translate(_CODES)
    found = ((Script(classes[m.start()]), start + m.start(), start + m.end()) for m in _RUN.finditer(classes))
    runs = tuple(_bare(text, [part for script, left, right in found for part in _split(text, script, left, right)]))
    return Compound("".join(run.text for run in runs), runs, start, end)


def _bare(text: str, runs: list[Run]) -> list[Run]:
    """The runs without an elided article before an apostrophe and an English possessive after one."""
    if len(runs) > 1 and runs[0].text in _ELIDED and text[runs[0].end] in _APOSTROPHES:
        runs = runs[1:]
    if len(runs) > 1 and runs[-1].text == _POSSESSIVE and text[runs[-1].start - 1] in _APOSTROPHES:
        runs = runs[:-1]
    return runs


def _split(text: str, script: Script, start: int, end: int) -> Iterator[Run]:
    if script not in (Script.LETTERS, Script.DIGITS):
        piece = text[start:end].casefold()
        yield Run(thai.ordered(piece) if script is Script.THAI else piece, script, start, end)
        return
    edges = [start, *_humps(text, start, end), end]
    for left, right in pairwise(edges):
        piece = text[left:right].casefold()
        if piece.isdecimal():
            yield Run("".join(str(unicodedata.decimal(char)) for char in piece), Script.DIGITS, left, right)
        else:
            yield Run(piece, Script.DIGITS if piece.isdigit() else Script.LETTERS, left, right)


def _humps(text: str, start: int, end: int) -> Iterator[int]:
    """Where a capital begins a new part, RajaAmpat, KCulture, not in BTS; and where a number does, Asiad2018."""
    piece = text[start:end]
    if piece.isalpha() and (piece.islower() or piece.isupper() or piece.istitle()):
        return
    for i in range(start + 1, end):
        here, last, following = text[i], text[i - 1], text[i + 1 : i + 2]
        hump = here.isupper() and (last.islower() or (last.isupper() and following.islower()))
        if hump or here.isdecimal() != last.isdecimal():
            yield i


class _Codes(dict[int, str]):
    """The class of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _class_of(chr(code))
        return found


_CODES = _Codes()


def _class_of(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Mc") and not "\u0e00" <= char <= "\u0e7f":
        return _MARK
    if char in _JOINERS:
        return _JOINER
    if char == ",":
        return _COMMA
    if category[0] not in "LN" and category != "Mn":
        return _GAP
    if category == "Nd":
        return Script.DIGITS.value
    return next((code for code, chars in _CLASSES if chars.match(char)), Script.LETTERS.value)
