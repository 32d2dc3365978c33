"""Indonesian: Sastrawi's stems, with the words it leaves whole."""

import re
from functools import cache, lru_cache

from graph.search.languages import affixes

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
    "bekerjasama": "kerjasama",
    "bekerja": "kerja",
    "pekerja": "kerja",
    "belajar": "ajar",
    "pelajar": "ajar",
    "masakan": "masak",
    "pesepak": "sepak",
}

#: Roots that Sastrawi peels too far, as their affixed forms look like those of other roots.
_ROOTS = """
    ajak ajar angkut atur ayam batik bangun bantu bicara buat cetak cinta cipta dengar didik gali garap gambar ganti
    ikat ikut indah irama jalin jelajah kelola kemas kenal kerja kumpul kunjung lakon lanjut latih lestari lihat lindung
    lukis makan main masak nikmat nyanyi olah pahat pamer pandu panen patung petik pilih pimpin puji puisi ragam
    rajut rakit rekam rias rintis ritual sahabat saji santap saring satu sejarah selam serta sewa siar simpan
    suling sulam sunting susun tabuh tampil tani tanam tari tata temu tenun terbang terbit tulis tumbuk tutur ukir
    undang usaha wangi waris wisata
""".split()  # noqa: SIM905 - a list a word a line says no more
_NASAL = {"p": "m", "t": "n", "k": "ng", "s": "ny", "b": "mb", "d": "nd", "c": "nc", "j": "nj", "g": "ngg", "h": "ngh"}
_PLAIN = ("ber", "be", "keber", "kebe", "di", "ter", "ke", "se", "per", "pe", "memper", "diper")
_ENDINGS = ("", "an", "kan", "i", "nya", "annya", "kannya")

# Outside these nothing is affixed, and the rules take long.
_SHORTEST, _LONGEST = 4, 30
# A word that neither begins nor ends like this is its own stem to every rule of Sastrawi's.
_AFFIXED = re.compile(
    "(?:[bmpt]e|di|k[eu]|kau|se)|[b-df-hj-np-tv-z](?:e[lmr]|in)[aiueo]|.*(?:[lkt]ah|pun|[km]u|nya|is|isme|isasi|i|an)$"
)


@cache
def _affixed() -> dict[str, str]:
    """Every affixed form of the roots, to its root."""
    found: dict[str, str] = {}
    for root in _ROOTS:
        prefixed = [f"{prefix}{root}" for prefix in ("", *_PLAIN)]
        prefixed += [f"{prefix}{_nasalised(root)}" for prefix in ("me", "pe")]
        for form in prefixed:
            found |= {f"{form}{ending}": root for ending in _ENDINGS if len(f"{form}{ending}") > len(root)}
    return found


def _nasalised(root: str) -> str:
    """A root as me- and pe- make it begin: tulis, nulis; lukis as it is."""
    if root[0] in "aeiou":
        return f"ng{root}"
    return f"{_NASAL[root[0]]}{root[1:]}" if root[0] in _NASAL else root


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The root of a word; Sastrawi takes a tenth of a millisecond, so answers are kept."""
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isascii():
        return word
    if word.isalpha() and not _AFFIXED.match(word):
        return word
    root = _affixed().get(word) or affixes.stem(word)
    return EXCEPTIONS.get(root, root) or word
