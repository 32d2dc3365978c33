"""The analysis chain: a text of a known language becomes tokens on four levels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from graph.search.folding import Folded, unaccented
from graph.search.languages import arabic, european, han, indonesian, japanese, korean, latin, thai, vietnamese
from graph.search.words import Compound, Run, Script, compound, stretches

#: Changes whenever the same text gives other tokens; an index of another version is rebuilt.
CHAIN_VERSION = 6

LATIN_STEMS = ("en", "es", "fr", "id")
_NOT_LATIN = frozenset({"ar", "ja", "ko", "th", "zh"})
_LONGEST = 40
#: The digits of a year.
YEAR = 4
_WITH_ITS_YEAR = 2
# What is shorter is the stem of too much: te of tea.
_SHORTEST_STEM = 3
_BETWEEN_SYLLABLES = re.compile(r"(?<=[가-힣])\s+(?=[가-힣])")
_SCRIPTS = {
    "ar": frozenset({Script.ARABIC}),
    "ja": frozenset({Script.HAN, Script.KATAKANA, Script.HIRAGANA}),
    "ko": frozenset({Script.HANGUL}),
    "th": frozenset({Script.THAI}),
    "zh": frozenset({Script.HAN}),
}
_LATIN = frozenset({Script.LETTERS})
KANA = frozenset({Script.KATAKANA, Script.HIRAGANA})
_SPACED = frozenset({Script.LETTERS, Script.DIGITS, Script.HANGUL})


class Level(StrEnum):
    """How much of a word was given up to find it; a BRIDGE is a GRAM over the space between two words."""

    EXACT = "e"
    STEM = "s"
    KEY = "k"
    GRAM = "g"
    BRIDGE = "x"


Form: TypeAlias = tuple[Level, str]


@dataclass(frozen=True, slots=True)
class Token:
    """One token, and where it stands in the normalised text."""

    form: Form
    start: int
    end: int

    @property
    def level(self) -> Level:
        return self.form[0]

    @property
    def text(self) -> str:
        return self.form[1]


def analyse(text: str, locale: str | None) -> tuple[Folded, list[Token]]:
    """The tokens of a document's text; without a locale it is taken as any language its script allows."""
    folded, found = stretches(text)
    languages = languages_of(locale)
    tokens = [
        Token(token.form, start + token.start, start + token.end)
        for start, end in found
        for token in tokens_of(folded.text[start:end], languages)[0]
    ]
    return folded, [*tokens, *_bridges(folded.text)]


def words_of(text: str, locale: str | None) -> dict[Form, None]:
    """What `analyse` gives, without the places: each token once, in order."""
    folded, found = stretches(text)
    languages = languages_of(locale)
    pieces = dict.fromkeys([folded.text[start:end] for start, end in found])
    words = dict.fromkeys([form for piece in pieces for form in tokens_of(piece, languages)[1]])
    words.update((token.form, None) for token in _bridges(folded.text))
    return words


def _bridges(text: str) -> Iterator[Token]:
    """The syllables on both sides of a space between Korean words, which are written with and without it."""
    for gap in () if text.isascii() else _BETWEEN_SYLLABLES.finditer(text):
        start, end = gap.start() - 1, gap.end() + 1
        yield Token((Level.BRIDGE, text[start] + text[end - 1]), start, end)


def tokens_of(piece: str, languages: tuple[str, ...]) -> tuple[tuple[Token, ...], tuple[Form, ...]]:
    """The tokens of what stands between two gaps, with offsets in it; words come again, sentences do not."""
    return _kept_tokens(piece, languages) if len(piece) <= _LONGEST else _with_forms(piece, languages)


@lru_cache(maxsize=131072)
def _kept_tokens(piece: str, languages: tuple[str, ...]) -> tuple[tuple[Token, ...], tuple[Form, ...]]:
    return _with_forms(piece, languages)


def _with_forms(piece: str, languages: tuple[str, ...]) -> tuple[tuple[Token, ...], tuple[Form, ...]]:
    tokens = tuple(_made_tokens(piece, languages))
    return tokens, tuple(token.form for token in tokens)


def _made_tokens(piece: str, languages: tuple[str, ...]) -> Iterator[Token]:
    return _compound_tokens(compound(piece, 0, len(piece)), languages)


@lru_cache(maxsize=1024)
def languages_of(locale: str | None) -> tuple[str, ...]:
    """The languages whose stems a text of this locale gets."""
    if locale is None:
        return LATIN_STEMS
    language = locale.split("-")[0].lower()
    if language == "th":
        return ("en", "th")
    return ("en",) if language in _NOT_LATIN else (language,)


def scripts_of(locale: str) -> frozenset[Script]:
    """The scripts that a locale's texts are mostly written in."""
    return _SCRIPTS.get(locale.split("-", maxsplit=1)[0].lower(), _LATIN)


def _compound_tokens(whole: Compound, languages: tuple[str, ...]) -> Iterator[Token]:
    runs = [run for run in whole.runs if whole.single or not korean.particle(run.text)]
    if len(runs) > 1 and all(run.script in _SPACED for run in runs):
        for some in dict.fromkeys((tuple(runs), *without_year(runs))):
            yield from _joined(some) if len(some) > 1 else ()
    for run in runs:
        for level, word, start, end in run_tokens(run, languages):
            yield Token((level, word), run.start + start, run.start + end)


def without_year(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """The runs as one piece; where several in letters have a year before or after them, as two: KFilm and 2025."""
    for at in (0, len(runs) - 1):
        rest = tuple(run for n, run in enumerate(runs) if n != at)
        year = len(runs) > _WITH_ITS_YEAR and runs[at].script is Script.DIGITS and len(runs[at].text) == YEAR
        if year and all(run.script is Script.LETTERS for run in rest):
            return [rest, (runs[at],)] if at else [(runs[at],), rest]
    return [tuple(runs)]


def _joined(runs: Sequence[Run]) -> Iterator[Token]:
    start, end = runs[0].start, runs[-1].end
    for level, word in joined_forms(runs):
        if len(word) <= _LONGEST:
            yield Token((level, word), start, end)


def joined_forms(runs: Sequence[Run]) -> Iterator[tuple[Level, str]]:
    """A compound as one word, and without the particle at its end: K-뷰티를."""
    body = "".join(unaccented(run.text) for run in runs[:-1])
    last = runs[-1]
    yield Level.EXACT, body + unaccented(last.text)
    if last.script is Script.HANGUL and (stem := korean.stem(last.text)) != last.text:
        yield Level.STEM, body + stem


def run_tokens(run: Run, languages: tuple[str, ...]) -> Iterator[tuple[Level, str, int, int]]:
    """The tokens of a run of one script, with their offsets inside the run."""
    # Not the length of the text, as a letter may become two when its case is folded.
    whole = run.end - run.start
    match run.script:
        case Script.LETTERS | Script.DIGITS:
            yield from ((level, word, 0, whole) for level, word in latin_forms(run.text, languages))
            if run.script is Script.DIGITS and "th" in languages and (year := thai.common_year(run.text)):
                yield Level.STEM, year, 0, whole
        case Script.HANGUL:
            yield from ((level, word, 0, whole) for level, word in hangul_forms(run.text))
            yield from bigrams(run.text)
        case Script.ARABIC:
            yield from ((level, word, 0, whole) for level, word in arabic_forms(run.text))
        case Script.THAI:
            yield from unspaced_words([(run.text, 0)])
            yield from ((Level.GRAM, gram, at, at + len(gram)) for gram, at in thai.grams(run.text))
        case Script.HAN | Script.HIRAGANA | Script.KATAKANA:
            simple = han.simplify(run.text)
            yield from unspaced_words(japanese.pieces(run.text))
            yield from bigrams(simple)
            yield from ((Level.GRAM, char, at, at + 1) for at, char in enumerate(simple) if japanese.is_han(char))


def latin_forms(word: str, languages: tuple[str, ...]) -> Iterator[tuple[Level, str]]:
    """A word with letters: itself, its stem in each language, its sound."""
    plain = unaccented(word)
    if languages == ("vi",) or vietnamese.sounds_like(word):
        yield Level.EXACT, word
        yield Level.KEY, vietnamese.key(word)
        return
    if latin.told_by_accent(word):
        yield Level.EXACT, word
        return
    yield Level.EXACT, plain
    for stem in dict.fromkeys(stem_in(language, word) for language in languages):
        if stem != plain and len(stem) >= _SHORTEST_STEM:
            yield Level.STEM, stem
    if sound := latin.key(plain):
        yield Level.KEY, sound


def stem_in(language: str, word: str) -> str:
    """The stem of a Latin word in one language, the word itself where there is no stemmer."""
    if language == "id":
        return indonesian.stem(unaccented(word))
    return european.stem(word, language) if language in LATIN_STEMS else unaccented(word)


def hangul_forms(word: str) -> Iterator[tuple[Level, str]]:
    """A Korean word, without its particle, and in Latin letters."""
    stem = korean.stem(word)
    yield Level.EXACT, word
    if stem != word:
        yield Level.STEM, stem
    for sound in dict.fromkeys((latin.key(korean.romanise(stem)), latin.key(korean.spelt(stem)))):
        if sound:
            yield Level.KEY, sound


def arabic_forms(word: str) -> Iterator[tuple[Level, str]]:
    """An Arabic word in one spelling, and its light stem."""
    plain = arabic.normalise(word)
    yield Level.EXACT, plain
    if (stem := arabic.stem(plain)) != plain:
        yield Level.STEM, stem


def unspaced_words(pieces: list[tuple[str, int]]) -> Iterator[tuple[Level, str, int, int]]:
    """The words found in a run without spaces, and how foreign ones sound."""
    for piece, at in pieces:
        if len(piece) > _LONGEST:
            continue
        yield Level.EXACT, han.simplify(piece), at, at + len(piece)
        if stem := japanese.stem(piece):
            yield Level.STEM, han.simplify(stem), at, at + len(piece)
        read = japanese.romanise(piece)
        for sound in dict.fromkeys((latin.key(read), latin.key(japanese.shortened(read)))):
            if sound:
                yield Level.KEY, sound, at, at + len(piece)


def bigrams(run: str) -> Iterator[tuple[Level, str, int, int]]:
    """Every two characters in a row; a single one is its own."""
    if len(run) == 1:
        yield Level.GRAM, run, 0, 1
    for i in range(len(run) - 1):
        yield Level.GRAM, run[i : i + 2], i, i + 2
