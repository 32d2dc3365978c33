"""Vietnamese: the tone and vowel marks make the word, so they are kept, and folded only as a key."""

import re

from graph.search.folding import unaccented

# Letters that other Latin languages do not write.
_OWN = re.compile("[ăơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


def sounds_like(word: str) -> bool:
    """Whether a word is surely Vietnamese."""
    return _OWN.search(word) is not None


def key(word: str) -> str:
    """The word as people type it in haste."""
    return unaccented(word)
