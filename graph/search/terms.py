"""A query as terms: its words in every spelling that some language gives them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from graph.search.chain import LATIN_STEMS, YEAR, Form, Level, bigrams, joined_forms, run_tokens, without_year
from graph.search.folding import Folded, unaccented
from graph.search.forms import Forms, forms_of_runs
from graph.search.languages import han, japanese, korean, latin, thai, vietnamese
from graph.search.words import UNSPACED, Compound, Run, Script, compounds

_WORDS_OF_A_NAME = 6
_LONGEST_HAN_NAME = 6
_MOST_GRAMS = 64
_PAIR = 2
_SHORT = 3
_WORDY = frozenset({Script.LETTERS, Script.HANGUL, Script.ARABIC})
_THAI = re.compile("[\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the query.

    `start` and `end` are offsets in the query as it was typed. `parts` are what the word is made of; a
    document that has most of them has the word inside another. In an unspaced script having all of them
    is having the word.
    """

    text: str
    start: int
    end: int
    runs: tuple[Run, ...]
    exact: tuple[str, ...]
    stems: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    parts: tuple[Form, ...] = ()
    unspaced: bool = False

    @property
    def plain(self) -> str:
        """The word as names and texts have it; empty where it is too long to be one."""
        return self.exact[0] if self.exact else ""


@dataclass(frozen=True, slots=True)
class Span:
    """Terms `first` to `last` as one possible name."""

    first: int
    last: int
    forms: Forms


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a query, and every stretch of them that may be a name; the longest first."""

    words: tuple[Term, ...]
    spans: tuple[Span, ...]

    @property
    def whole(self) -> Forms | None:
        """The forms of the whole query."""
        return next((span.forms for span in self.spans if span.first == 0 and span.last == len(self.words) - 1), None)


def terms_of(text: str) -> Terms:
    """The terms of a query; its language is not asked for."""
    folded, found = compounds(text)
    languages = (*LATIN_STEMS, "th") if _THAI.search(text) else LATIN_STEMS
    return terms_of_words([term for compound in found for term in _terms(compound, folded, languages)])


def terms_of_words(words: Sequence[Term]) -> Terms:
    """Terms of their own as a query."""
    spans = sorted(dict.fromkeys(_spans(words)), key=lambda s: (s.first - s.last, s.first, -len(s.forms.exact)))
    return Terms(_with_neighbours(words), tuple(spans))


def piece_of(term: Term, start: int, end: int) -> Term:
    """Some characters of a term of one run as a term of their own."""
    run, text = term.runs[0], term.runs[0].text[start:end]
    part = Run(text, run.script, run.start + start, run.start + end)
    # Where characters became others on folding, the whole word is shown.
    same = len(run.text) == term.end - term.start
    place = (term.start + start, term.start + end) if same else (term.start, term.end)
    return _unspaced_term(part, *place) if term.unspaced else _spaced_term(part, *place)


def _terms(compound: Compound, folded: Folded, languages: tuple[str, ...]) -> Iterator[Term]:
    runs = [run for run in compound.runs if compound.single or not korean.particle(run.text)]
    for some in without_year(runs):
        yield from _terms_of_runs(some, folded, languages)


def _terms_of_runs(runs: Sequence[Run], folded: Folded, languages: tuple[str, ...]) -> Iterator[Term]:
    if len(runs) > 1 and all(run.script not in UNSPACED for run in runs) and not _are_words(runs):
        yield _compound_term(runs, folded)
        return
    for run in runs:
        if run.script in UNSPACED:
            yield from _unspaced_terms(run, folded)
        else:
            yield _spaced_term(run, *folded.source(run.start, run.end), languages)


def _are_words(runs: Sequence[Run]) -> bool:
    """Whether the parts of a compound are words of their own: SlowFood, 평창2018; not K-pop, covid19 or 2024년의."""
    if all(run.script in _WORDY and len(run.text) > 1 for run in runs):
        return True
    with_year = any(run.script is Script.DIGITS and len(run.text) == YEAR for run in runs)
    bare = (korean.stem(run.text) if run.script is Script.HANGUL else run.text for run in runs)
    return with_year and all(len(word) > 1 for word in bare)


def _compound_term(runs: Sequence[Run], folded: Folded) -> Term:
    forms = list(joined_forms(runs))
    # Without its letter K-culture would be any culture; without 년 the year is still that year.
    lettered = any(run.script is Script.LETTERS and len(run.text) == 1 for run in runs)
    telling = [run for run in runs if len(run.text) > 1]
    if any(run.script is Script.LETTERS and len(run.text) >= _SHORT for run in runs):
        # covid19 is some covid, and no 19.
        telling = [run for run in telling if run.script is not Script.DIGITS or len(run.text) > _SHORT]
    parts = tuple((level, word) for run in telling if not lettered for level, word in _part(run))
    start, end = folded.source(runs[0].start, runs[-1].end)
    return Term("".join(run.text for run in runs), start, end, tuple(runs), *_levels(forms), parts=parts)


def _part(run: Run) -> Iterator[Form]:
    if run.script is Script.HANGUL and (stem := korean.stem(run.text)) != run.text:
        yield Level.STEM, stem
    else:
        yield Level.EXACT, unaccented(run.text)


def _spaced_term(run: Run, start: int, end: int, languages: tuple[str, ...] = LATIN_STEMS) -> Term:
    forms = _word_forms(run, languages)
    if run.script is Script.LETTERS:
        forms += _vietnamese(run.text)
    parts: tuple[Form, ...] = ()
    if run.script is Script.HANGUL and len(stem := korean.stem(run.text)) > 1:
        forms += [(Level.STEM, name)] if (name := korean.place(stem)) else []
        parts = tuple((level, gram) for level, gram, _, _ in bigrams(stem))[:_MOST_GRAMS]
    return Term(run.text, start, end, (run,), *_levels(forms), parts=parts)


def _word_forms(run: Run, languages: tuple[str, ...]) -> list[Form]:
    return [(level, word) for level, word, _, _ in run_tokens(run, languages) if level is not Level.GRAM]


def _vietnamese(word: str) -> list[Form]:
    accented = [(Level.EXACT, word)] if word != unaccented(word) else []
    if vietnamese.sounds_like(word):
        return [*accented, (Level.STEM, unaccented(word))]
    return [*accented, (Level.KEY, vietnamese.key(word))]


def _unspaced_terms(run: Run, folded: Folded) -> Iterator[Term]:
    pieces = [(run.text, 0)] if run.script is Script.THAI else japanese.pieces(run.text)
    for piece, at in pieces:
        part = Run(piece, run.script, run.start + at, run.start + at + len(piece))
        yield _unspaced_term(part, *folded.source(part.start, part.end))


def _unspaced_term(run: Run, start: int, end: int) -> Term:
    parts = tuple((Level.GRAM, gram) for gram in _grams(run.text, run.script)[:_MOST_GRAMS])
    return Term(run.text, start, end, (run,), *_levels(_word_forms(run, ())), parts, unspaced=True)


def _grams(piece: str, script: Script) -> list[str]:
    if script is Script.THAI:
        return [gram for gram, _ in thai.grams(piece)]
    text = han.simplify(piece)
    return [gram for _, gram, _, _ in bigrams(han.place(text) or text)]


def _levels(forms: Sequence[Form]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return _at(Level.EXACT, forms), _at(Level.STEM, forms), _at(Level.KEY, forms)


def _at(level: Level, forms: Sequence[Form]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for at, word in forms if at is level))


def _with_neighbours(words: Sequence[Term]) -> tuple[Term, ...]:
    """Each word also as one with the next, kerja sama is kerjasama; with the next two as it sounds: tae kwon do."""
    stems: dict[int, list[str]] = {}
    keys: dict[int, list[str]] = {}
    for i in range(len(words) - 1):
        for some in (words[i : i + 2], words[i : i + 3]):
            if any(word.unspaced for word in some):
                break
            runs = [run for word in some for run in word.runs]
            sound = latin.key("".join(unaccented(run.text) for run in runs))
            for index in range(i, i + len(some)):
                keys.setdefault(index, []).append(sound)
                if len(some) == _PAIR:
                    stems.setdefault(index, []).extend(word for _, word in joined_forms(runs))
    return tuple(_joined(word, stems.get(i, ()), keys.get(i, ())) for i, word in enumerate(words))


def _joined(word: Term, stems: Iterable[str], keys: Iterable[str]) -> Term:
    more = tuple(dict.fromkeys((*word.keys, *filter(None, keys))))
    return replace(word, stems=tuple(dict.fromkeys((*word.stems, *stems))), keys=more)


def _spans(words: Sequence[Term]) -> Iterator[Span]:
    for first, word in enumerate(words):
        for last in range(first, min(first + _WORDS_OF_A_NAME, len(words))):
            forms = forms_of_runs([run for each in words[first : last + 1] for run in each.runs])
            if forms is not None:
                yield Span(first, last, forms)
        if word.runs[0].script in (Script.HAN, Script.THAI):
            yield from (Span(first, first, Forms(piece)) for piece in _inside(word))


def _inside(word: Term) -> Iterator[str]:
    """Names that may stand inside a stretch without spaces."""
    text = han.simplify(word.text)[:_MOST_GRAMS]
    if word.runs[0].script is Script.THAI:
        edges = range(4, min(len(text), 20))
    else:
        edges = range(2, min(len(text), _LONGEST_HAN_NAME + 1))
    return (text[i : i + size] for size in edges for i in range(len(text) - size + 1))
