"""Arabic: marks off, letters that writers mix up made one, and a light stem."""

import re
from functools import lru_cache

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_LETTERS = str.maketrans("أإآٱىةؤئکی", "ااااي" + "هويكي")
_PREFIX = re.compile("^(?:و?(?:ال|بال|كال|فال|لل)|و(?=....))")
_SUFFIX = re.compile("(?:ات|ان|ين|ون|يه|ها|هم|نا|ه|ي)$")
_LEAST = 3


def normalise(word: str) -> str:
    """The word without vowel marks, with one alef, one yeh and one heh."""
    return _MARKS.sub("", word).translate(_LETTERS)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A normalised word without article, conjunction and one ending; at least three letters stay."""
    body = _PREFIX.sub("", word, count=1)
    body = body if len(body) >= _LEAST else word
    bare = _SUFFIX.sub("", body, count=1)
    return bare if len(bare) >= _LEAST else body
