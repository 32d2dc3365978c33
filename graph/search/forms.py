"""Whole names as they are looked up: joined without spaces, exact, by stem and by sound."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.search.chain import LATIN_STEMS, stem_in
from graph.search.folding import unaccented
from graph.search.languages import arabic, han, japanese, korean, latin, vietnamese
from graph.search.words import UNSPACED, Run, Script, compounds

_LONGEST = 100
# More of them make an index a third larger; a longer query has enough words to be told by.
_MOST_BEGINNINGS = 2


@dataclass(frozen=True, slots=True)
class Forms:
    """The spellings of one name: 한국 문화원 and 한국문화원 are one, as are K-pop and kpop."""

    exact: str
    stems: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def forms_of_text(text: str) -> Forms | None:
    """The forms of a name; None for what is too long to be one, or has no letter."""
    _, found = compounds(text)
    return forms_of_runs(tuple(run for compound in found for run in compound.runs))


def forms_of_runs(runs: Sequence[Run]) -> Forms | None:
    """The forms of some words in a row."""
    if len(runs) == 1 and latin.told_by_accent(runs[0].text):
        return Forms(runs[0].text)
    exact = "".join(_plain(run) for run in runs)
    if not exact or len(exact) > _LONGEST:
        return None
    stems = {"".join(_stem(run, language) for run in runs): None for language in _languages(runs)}
    stems["".join(_folded(run) for run in runs)] = None
    sound = latin.key("".join(_sound(run) for run in runs))
    return Forms(exact, tuple(stem for stem in stems if stem != exact), (sound,) if sound else ())


def spellings(runs: Sequence[Run]) -> tuple[str, ...]:
    """Some words in a row as they are typed: with the marks that make a word, and without."""
    return tuple(dict.fromkeys(("".join(map(_plain, runs)), "".join(map(_folded, runs)))))


def sound_of(runs: Sequence[Run]) -> str:
    """How some words in a row sound, rough; of Latin ones any beginning is the beginning of the whole."""
    return latin.rough("".join(map(_sound, runs)))


def beginnings(text: str) -> Iterator[str]:
    """The first word and the first two of a longer name, joined; of an unspaced one, up to where the script changes."""
    _, found = compounds(text)
    runs = [run for compound in found for run in compound.runs]
    begun = ""
    for run in runs if len(runs) == 1 else runs[:-1][:_MOST_BEGINNINGS]:
        plain = _plain(run)
        if run.script in UNSPACED:
            yield from (begun + plain[: at + len(piece)] for piece, at in japanese.pieces(run.text))
        elif run.script is Script.HANGUL:
            yield begun + korean.stem(run.text)
        begun += plain
        if len(runs) > 1:
            yield begun


def _languages(runs: Sequence[Run]) -> tuple[str, ...]:
    return LATIN_STEMS if any(run.script is Script.LETTERS for run in runs) else LATIN_STEMS[:1]


def _plain(run: Run) -> str:
    """The word as it is told from others: in Vietnamese the marks make it."""
    return run.text if vietnamese.sounds_like(run.text) else _folded(run)


def _folded(run: Run) -> str:
    match run.script:
        case Script.ARABIC:
            return arabic.normalise(run.text)
        case Script.HAN | Script.KATAKANA | Script.HIRAGANA:
            return han.simplify(run.text)
        case _:
            return unaccented(run.text)


def _stem(run: Run, language: str) -> str:
    match run.script:
        case Script.LETTERS:
            return stem_in(language, run.text)
        case Script.HANGUL:
            return korean.stem(run.text)
        case Script.ARABIC:
            return arabic.stem(arabic.normalise(run.text))
        case _:
            return _plain(run)


def _sound(run: Run) -> str:
    match run.script:
        case Script.HANGUL:
            return korean.romanise(korean.stem(run.text))
        case Script.KATAKANA | Script.HAN | Script.HIRAGANA:
            return japanese.romanise(run.text)
        case _:
            return unaccented(run.text)
