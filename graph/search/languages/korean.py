"""Korean: particles and endings off, and the revised romanisation as a key."""

import re
from functools import lru_cache

_BASE, _FINALS, _VOWELS = 0xAC00, 28, 21
_INITIAL = [
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
]  # fmt: skip
_VOWEL = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
]  # fmt: skip
# How a final sounds at the end of a syllable, and what it hands on to a vowel.
_FINAL = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
]  # fmt: skip
_CARRY = [
    "", "g", "kk", "ks", "n", "nj", "n", "d", "r", "lg", "lm", "lb", "ls", "lt", "lp", "r", "m",
    "b", "ps", "s", "ss", "", "j", "ch", "k", "t", "p", "",
]  # fmt: skip
_ASSIMILATED = {
    ("k", "n"): ("ng", "n"), ("k", "m"): ("ng", "m"), ("k", "r"): ("ng", "n"),
    ("t", "n"): ("n", "n"), ("t", "m"): ("n", "m"), ("t", "r"): ("n", "n"),
    ("p", "n"): ("m", "n"), ("p", "m"): ("m", "m"), ("p", "r"): ("m", "n"),
    ("n", "r"): ("l", "l"), ("l", "n"): ("l", "l"), ("l", "r"): ("l", "l"),
    ("m", "r"): ("m", "n"), ("ng", "r"): ("ng", "n"),
}  # fmt: skip

_ENDING = (
    "에서부터|으로부터|에게서는|했습니다|에서는|에서도|에서의|에게서|에게는|에게도|으로서|으로써|으로는|으로도|으로의"
    "|까지도|까지는|이라는|이라고|입니다|습니다|합니다|됩니다|하였다|되었다|하는데|하기|하는|하고|하며|하여|해서|하면"
    "|한다|했다|하다|되는|되고|되며|되어|된다|됐다|에서|에게|한테|까지|부터|으로|이나|처럼|보다|마다|조차|밖에|이며"
    "|이고|이다|인가|에는|에도|에의"
)
# Which of a pair is written tells whether a consonant ends the word before it.
_AFTER_FINAL = ("을", "은", "이", "과")
_AFTER_VOWEL = ("를", "는", "가", "와", "로")
_TOPICS = ("을", "를", "은", "는")
_ANYWHERE = ("의", "에", "도", "만")
_PLURAL = "들"
_PLACES = "도시군구"
_ENDINGS = re.compile(f"(?:{_ENDING})$")
_LONE = re.compile(f"{_ENDING}|[을를은는이가과와로의에도만들]")
_WORD = 2


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without one particle or ending, and without the plural; at least one syllable stays."""
    bare = _without_particle(word)
    return bare[:-1] if len(bare) > _WORD and bare.endswith(_PLURAL) else bare


def place(word: str) -> str:
    """The name in the name of a province, city, county or ward: 제주도 is Jeju; empty for other words."""
    return word[:-1] if len(word) > _WORD and word[-1] in _PLACES else ""


def particle(word: str) -> bool:
    """Whether a run of Hangul is nothing but a particle, as after a Latin name: BTS의."""
    return _LONE.fullmatch(word) is not None


def _without_particle(word: str) -> str:
    shorter = _ENDINGS.sub("", word)
    if len(shorter) >= _WORD and shorter != word:
        return shorter
    body, last = word[:-1], word[-1]
    if body and last in _TOPICS and _has_final(body[-1]) == (last in _AFTER_FINAL):
        return body
    return body if len(body) >= _WORD and _may_follow(last, body[-1]) else word


def _may_follow(particle: str, syllable: str) -> bool:
    return particle in _ANYWHERE or particle in (_AFTER_FINAL if _has_final(syllable) else _AFTER_VOWEL)


def _has_final(syllable: str) -> bool:
    return "가" <= syllable <= "힣" and (ord(syllable) - _BASE) % _FINALS != 0


@lru_cache(maxsize=65536)
def romanise(word: str) -> str:
    """Revised romanisation with liaison and assimilation, as names are written: 종로 jongno, 떡볶이 tteokbokki."""
    return _romanised(word, assimilated=True)


@lru_cache(maxsize=65536)
def spelt(word: str) -> str:
    """Revised romanisation as people type what they read: 설날 seolnal, which sounds seollal."""
    return _romanised(word, assimilated=False)


def _romanised(word: str, *, assimilated: bool) -> str:
    syllables = [divmod(ord(char) - _BASE, _FINALS) for char in word if "가" <= char <= "힣"]
    out: list[str] = []
    carried = ""
    for i, (head, final) in enumerate(syllables):
        initial, vowel = divmod(head, _VOWELS)
        following = syllables[i + 1][0] // _VOWELS if i + 1 < len(syllables) else None
        onset = carried or _INITIAL[initial]
        coda, carried = _coda(final, following, assimilated=assimilated)
        out.append(onset + _VOWEL[vowel] + coda)
    return "".join(out)


def _coda(final: int, following: int | None, *, assimilated: bool) -> tuple[str, str]:
    """How a final sounds before the next initial, and how that initial sounds if it changes."""
    if not final or following is None:
        return _FINAL[final], ""
    onset = _INITIAL[following]
    if not onset and _CARRY[final]:
        return "", _CARRY[final]
    as_it_is = (_FINAL[final], "")
    return _ASSIMILATED.get((_FINAL[final], onset), as_it_is) if assimilated else as_it_is
