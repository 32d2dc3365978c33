"""Folding: what search and order compare."""

import re
import sys
import unicodedata

import pytest

from graph.model.folding import fold

EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]


def spelled_out(text: str) -> str:
    """Folding by its definition, without the ways round it."""
    compatible = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", compatible)))


def test_every_character_folds_by_the_definition():
    assert [one for one in EVERY if fold(one) != spelled_out(one)] == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gamelan JAWA", "gamelan jawa"),
        ("김장 Kimjang", "김장 kimjang"),
        ("Café", "cafe"),
        ("がっこう", "がっこう"),
        ("か\u3099", "が"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_case_width_and_latin_accents_fold_away(text: str, folded: str):
    assert fold(text) == folded
