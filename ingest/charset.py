"""Guessing the encoding of text that is not Unicode, from its non-ASCII lines, with the evidence.

Latin alphabets are told apart here by the letters their languages use, since statistical
detection confuses cp1252 with cp1250 on short tables; other scripts go to charset-normalizer.
"""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from graph.sentence import sentence, together

_WESTERN_EUROPEAN_LANGUAGES = sentence("western European languages")
_ICELANDIC = sentence("Icelandic")
_POLISH = sentence("Polish")
_CZECH_SLOVAK = sentence("Czech or Slovak")
_HUNGARIAN = sentence("Hungarian")
_CROATIAN_SLOVENIAN = sentence("Croatian or Slovenian")
_ROMANIAN = sentence("Romanian")
_TURKISH = sentence("Turkish")
_LATVIAN = sentence("Latvian")
_LITHUANIAN = sentence("Lithuanian")
_ESTONIAN = sentence("Estonian")
_KOREAN = sentence("Korean")
_JAPANESE = sentence("Japanese")
_SIMPLIFIED_CHINESE = sentence("simplified Chinese")
_TRADITIONAL_CHINESE = sentence("traditional Chinese")
_CYRILLIC = sentence("Cyrillic")
_GREEK = sentence("Greek")
_HEBREW = sentence("Hebrew")
_ARABIC = sentence("Arabic")
_THAI = sentence("Thai")
_ALPHABETS: dict[str, tuple[tuple[str, str], ...]] = {
    "cp1252": (
        (_WESTERN_EUROPEAN_LANGUAGES, "àâäæçéèêëîïôœöùûüÿñáíóúìòãõåøßºª"),
        (_ICELANDIC, "áéíóúýðþæö"),
    ),
    "cp1250": (
        (_POLISH, "ąćęłńóśźż"),
        (_CZECH_SLOVAK, "áčďéěíňóřšťúůýžäĺľôŕ"),
        (_HUNGARIAN, "áéíóöőúüű"),
        (_CROATIAN_SLOVENIAN, "čćđšž"),
        (_ROMANIAN, "ăâîşţ"),
    ),
    "cp1254": ((_TURKISH, "çğıi̇öşüâîû"),),
    "cp1257": ((_LATVIAN, "āčēģīķļņšūž"), (_LITHUANIAN, "ąčęėįšųūž"), (_ESTONIAN, "äõöüšž")),
    "iso8859_2": ((_POLISH, "ąćęłńóśźż"), (_CZECH_SLOVAK, "áčďéěíňóřšťúůýžäĺľôŕ"), (_HUNGARIAN, "áéíóöőúüű")),
    "iso8859_15": ((_WESTERN_EUROPEAN_LANGUAGES, "àâäæçéèêëîïôœöùûüÿñáíóúìòãõåøß"),),
    "mac_roman": ((_WESTERN_EUROPEAN_LANGUAGES, "àâäæçéèêëîïôœöùûüÿñáíóúìòãõåøßºª"),),
}
_NO_PUNCTUATION = dict.fromkeys(map(ord, "“”‘’„–—…•·°«»€£©®™§¿¡´×½¼¾\u00a0"), " ")
_OTHER_SCRIPTS = (
    "cp949",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp1251",
    "koi8_r",
    "iso8859_5",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp874",
)
_SCRIPTS = {
    "cp949": _KOREAN,
    "cp932": _JAPANESE,
    "euc_jp": _JAPANESE,
    "gb18030": _SIMPLIFIED_CHINESE,
    "big5": _TRADITIONAL_CHINESE,
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "cp1253": _GREEK,
    "cp1255": _HEBREW,
    "cp1256": _ARABIC,
    "cp874": _THAI,
}
_ACCENTED = re.compile("(?<=[A-Za-z])[^\x00-\x7f]{1,2}(?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f]{1,2}(?=[A-Za-z])")
_LATIN_SHARE = 0.8
_IN_WORDS_SHARE = 0.6
_ALPHABET_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding by Python's name for it, and why it was chosen."""

    encoding: str
    because: str


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a sample reads as a language: the share of its letters, and of them those that stand in Latin words."""

    encoding: str
    language: str
    letters: float
    in_words: float

    @property
    def convincing(self) -> bool:
        return self.letters >= _ALPHABET_SHARE and self.in_words >= _IN_WORDS_SHARE


def guess(sample: bytes) -> Guess | None:
    """The most plausible encoding of some lines that are not UTF-8, or None if nothing fits."""
    latin = _best_latin(sample)
    if latin is not None and latin.convincing:
        told = sentence("its accented letters stand in words of Latin letters and are those of")
        return Guess(latin.encoding, together(told, latin.language))
    found = from_bytes(sample, cp_isolation=list(_OTHER_SCRIPTS), enable_fallback=False).best()
    if found is not None:
        told = sentence("its bytes decode without a fault and read as")
        return Guess(found.encoding, together(told, _SCRIPTS.get(found.encoding, found.encoding)))
    if latin is not None and latin.letters >= _LATIN_SHARE:
        told = sentence(
            "no other script fits, and {share} of its accented letters are those of", share=f"{latin.letters:.0%}"
        )
        return Guess(latin.encoding, together(told, latin.language))
    return None


def _best_latin(sample: bytes) -> _Fit | None:
    fits = [fit for encoding in _ALPHABETS for fit in _latin_fits(sample, encoding)]
    return max(fits, key=lambda fit: fit.letters, default=None)


def _latin_fits(sample: bytes, encoding: str) -> list[_Fit]:
    try:
        text = sample.decode(encoding).translate(_NO_PUNCTUATION)
    except UnicodeDecodeError:
        return []
    high = [char.lower() for char in text if char > "\x7f"]
    if not high:
        return [_Fit(encoding, sentence("many languages"), 1.0, 1.0)]
    in_words = sum(map(len, _ACCENTED.findall(text))) / len(high)
    return [
        _Fit(encoding, language, sum(char in letters for char in high) / len(high), in_words)
        for language, letters in _ALPHABETS[encoding]
    ]
