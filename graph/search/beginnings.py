"""How names begin: sorted keys beside a segment, in which a beginning is found by halving."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from graph.search.entries import names_of
from graph.search.forms import sound_of, spellings
from graph.search.index import Document, Role
from graph.search.languages import japanese
from graph.search.words import Compound, Run, compounds

_LONGEST_KEY, _LONGEST_NAME = 40, 120
_MOST_WORDS = 4
_LEAST_SOUND = 3
_WRITTEN, _SOUND = "=", "~"
#: How a name begins with what is typed, the best first.
NAME, ALIAS, WORD, SOUND = range(4)
_LAST = "\U0010ffff"

Ints = npt.NDArray[np.int32]


def _none() -> Ints:
    return np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Beginnings:
    """The keys of a segment's names, sorted; row by row the document, the way, and the name as a place in `texts`.

    `lengths` and `said` are of the names: characters, and the locale as a place in `locales`.
    """

    keys: Sequence[str] = ()
    texts: Sequence[str] = ()
    locales: Sequence[str] = ()
    documents: Ints = field(default_factory=_none)
    ways: Ints = field(default_factory=_none)
    names: Ints = field(default_factory=_none)
    lengths: Ints = field(default_factory=_none)
    said: Ints = field(default_factory=_none)

    def rows(self, prefix: str) -> slice:
        """The rows whose key begins so."""
        return slice(bisect_left(self.keys, prefix), bisect_left(self.keys, prefix + _LAST))


#: The arrays of Beginnings, and its texts, by name.
ARRAYS = ("documents", "ways", "names", "lengths", "said")
TEXTS = ("keys", "texts", "locales")


def beginnings_of(documents: Iterable[Document | None]) -> Beginnings:
    """The keys of some documents' names; where the same people see several of an entity, a name counts once."""
    texts: dict[tuple[str, str], int] = {}
    locales: dict[str, int] = {}
    rows: list[tuple[str, int, int, int]] = []
    told: set[tuple[object, ...]] = set()
    for number, document in enumerate(documents):
        for named in names_of(document) if document else ():
            again = (document.id, document.visibility, named.text) if document else ()
            if again in told or len(named.text) > _LONGEST_NAME:
                continue
            told.add(again)
            at = texts.setdefault((named.text, named.locale or ""), len(texts))
            way = ALIAS if named.role is Role.ALIAS else NAME
            rows += ((key, number, max(way, least), at) for key, least in _keys(named.text))
    rows.sort()
    numbers = np.array([row[1:] for row in rows], dtype=np.int32).reshape(-1, 3)
    documents_of, ways, names = (np.ascontiguousarray(numbers[:, column]) for column in range(3))
    said = [locales.setdefault(locale, len(locales)) for _, locale in texts]
    return Beginnings(
        [row[0] for row in rows],
        [text for text, _ in texts],
        list(locales),
        documents_of,
        ways,
        names,
        np.array([len(text) for text, _ in texts], dtype=np.int32),
        np.array(said, dtype=np.int32),
    )


def prefixes_of(typed: str) -> Iterator[tuple[str, int]]:
    """What the keys must begin with, and the way that they are at best."""
    _, found = compounds(typed)
    runs = _runs(found)
    for text in spellings(runs):
        if text:
            yield _WRITTEN + _decomposed(text)[:_LONGEST_KEY], NAME
    sound = sound_of(runs)
    if len(sound) >= _LEAST_SOUND and sound.isascii():
        yield _SOUND + sound[:_LONGEST_KEY], SOUND


@lru_cache(maxsize=65536)
def _keys(text: str) -> tuple[tuple[str, int], ...]:
    best: dict[str, int] = {}
    for key, way in _each_key(text):
        best.setdefault(key[:_LONGEST_KEY], way)
    return tuple(best.items())


def _each_key(text: str) -> Iterator[tuple[str, int]]:
    _, found = compounds(text)
    for start in range(min(len(found), _MOST_WORDS)):
        for spelling in spellings(_runs(found[start:])):
            yield _WRITTEN + _decomposed(spelling), WORD if start else NAME
    sound = sound_of(_runs(found))
    if sound.isascii() and sound:
        yield _SOUND + sound, SOUND


def _runs(found: Sequence[Compound]) -> tuple[Run, ...]:
    return tuple(run for compound in found for run in compound.runs)


def _decomposed(text: str) -> str:
    """With Hangul in letters, as a syllable that is being typed is the beginning of another; in one kana."""
    return text if text.isascii() else normalize("NFD", japanese.in_katakana(text))
