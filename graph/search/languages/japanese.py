"""Japanese and Chinese: runs cut where the script changes, and kana read aloud."""

import re

# Katakana and Han words stand for themselves, one Han character before a particle does; what is left are endings.
_KATAKANA = "ァ-ヺー-ヾㇰ-ㇿ"
_HAN = "々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd"
_PARTICLES = "のをにはがでともやへ"
_WORD = f"[{_KATAKANA}]{{2,}}|[{_HAN}]{{2,}}|[{_HAN}](?=[{_PARTICLES}])"
_PIECE = re.compile(f"{_WORD}|(?:(?!{_WORD}).)+")
_ONE_HAN = re.compile(f"[{_HAN}]")
_INFLECTED = re.compile(f"[おご]?([{_HAN}])[ぁ-ゖ]")

_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サシスセソ",
    "t": "タチツテト",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "g": "ガギグゲゴ",
    "z": "ザジズゼゾ",
    "d": "ダヂヅデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
}
_KANA = {char: row + vowel for row, chars in _ROWS.items() for char, vowel in zip(chars, "aiueo", strict=True)}
_IRREGULAR = {"シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu", "ヴ": "vu"}
_SOUNDS = {**_KANA, **_IRREGULAR, "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n"}
# Hiragana alone may be a name; between other characters it is grammar.
_READABLE = re.compile(f"[{_KATAKANA}]+|[ぁ-ゖー]{{3,}}")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_SMALL = {"ャ": "a", "ュ": "u", "ョ": "o", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
# Foreign words end their consonants in u, which their own spelling has not.
_LONG_VOWEL = re.compile("(?<=[ou])u|(?<=o)o")
_BORROWED_U = re.compile("(?<=[kgmprbsl])u(?=[bcdfghjkmnprstz]|$)")


def pieces(text: str) -> list[tuple[str, int]]:
    """Words of a run without spaces and where each begins; grammar between them may be among them."""
    found: list[tuple[str, int]] = []
    for match in _PIECE.finditer(text):
        # No particle begins a run: がむらん is a word.
        word = match.group().lstrip(_PARTICLES) if match.start() else match.group()
        bare = word.rstrip(_PARTICLES) if len(word) > 1 else word
        if bare:
            found.append((bare, match.end() - len(word)))
    return found


def in_katakana(text: str) -> str:
    """The text with its hiragana as katakana, length kept."""
    return text.translate(_TO_KATAKANA)


def stem(piece: str) -> str:
    """The character that a word of one and its endings is: 踊る, 踊り手 and 踊り are 踊; empty for other words."""
    found = _INFLECTED.match(piece)
    return found[1] if found else ""


def romanise(kana: str) -> str:
    """Hepburn of kana as a foreign word would be spelt: キムチ and きむち kimchi; empty for what is not all kana."""
    if not _READABLE.fullmatch(kana):
        return ""
    out: list[str] = []
    for char in kana.translate(_TO_KATAKANA):
        if char in _SMALL and out:
            out[-1] = re.sub("y?[aiueo]$", "", out[-1]) + _glide(out[-1], char)
        elif char in _SOUNDS:
            out.append(_SOUNDS[char])
    return _BORROWED_U.sub("", "".join(out))


def shortened(latin: str) -> str:
    """A reading without the length of its vowels, as Japanese words are written abroad: toufu, tofu."""
    return _LONG_VOWEL.sub("", latin)


def _glide(last: str, small: str) -> str:
    soft = last.startswith(("sh", "ch", "j")) or small in "ァィゥェォ"
    return ("" if soft else "y") + _SMALL[small]


def is_han(char: str) -> bool:
    """Whether one character can be a word."""
    return _ONE_HAN.match(char) is not None
