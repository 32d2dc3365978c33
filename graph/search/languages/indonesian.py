"""Indonesian: Sastrawi's stems, with the words it leaves whole."""

from functools import cache, lru_cache
from typing import Protocol

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

# Sastrawi's dictionary has some derived words as roots, and its rules miss some affixes.
EXCEPTIONS = {
    "pariwisata": "wisata",
    "kepariwisataan": "wisata",
    "wisatawan": "wisata",
    "wisatawati": "wisata",
    "budayawan": "budaya",
    "seniman": "seni",
    "kesenian": "seni",
    "sejarawan": "sejarah",
    "ilmuwan": "ilmu",
    "relawan": "rela",
    "kerajinan": "rajin",
    "pengrajin": "rajin",
    "perajin": "rajin",
    "mahasiswa": "siswa",
    "mahasiswi": "siswa",
    "pengekspor": "ekspor",
    "eksportir": "ekspor",
    "importir": "impor",
    "diplomatik": "diplomasi",
    "diplomat": "diplomasi",
    "tradisional": "tradisi",
    "internasional": "internasional",
}

# Outside these nothing is affixed, and the rules take long.
_SHORTEST, _LONGEST = 4, 30


class _Stemmer(Protocol):
    def stem(self, text: str) -> str: ...


@cache
def _stemmer() -> _Stemmer:
    stemmer: _Stemmer = StemmerFactory().create_stemmer(isDev=False)
    return stemmer


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The root of a word; Sastrawi takes a tenth of a millisecond to several, so answers are kept."""
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isascii():
        return word
    root = _stemmer().stem(word)
    return EXCEPTIONS.get(root, root) or word
