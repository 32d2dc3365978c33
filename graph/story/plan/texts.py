"""In which language an audience can read an asset, and how good that text is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.model import MODEL
from graph.model.enums import State, Told, TranslationOrigin
from graph.model.locales import wider
from graph.store.basis import basis_of
from graph.story.settings import StorySettings, by_name
from graph.story.wording import language_of, unnamed


class TextStanding(Told):
    """How a text stands to what was asked for: it is there, in a wider or another language, stale, or missing."""

    CURRENT = "CURRENT", "In the language asked for."
    WIDER = "WIDER", "In a wider or another variety of that language."
    READ = "READ", "In another language that the audience reads."
    STALE = "STALE", "Made from an older source."
    MACHINE = "MACHINE", "Made by a machine."
    MISSING = "MISSING", "There is none."


_NOTHING: Mapping[str, Any] = {"rows": []}


@dataclass(frozen=True, slots=True)
class Fit:
    """The text that an audience gets: its language, None where there is none, and a factor.

    `pending` is the language of a text that is written and not published.
    """

    asked: str
    locale: str | None
    standing: TextStanding
    factor: float
    pending: str | None = None


def fit(
    row: Mapping[str, Any], translations: Iterable[Mapping[str, Any]], chain: Sequence[str], settings: StorySettings
) -> Fit:
    """The first text of an asset in a chain of languages; only what is published counts.

    `chain` is what was asked for and then what else the audience reads.
    """
    counts = by_name(settings.locale)
    there: dict[str, tuple[TextStanding, float]] = {}
    pending: set[str] = set()
    for one in translations:
        if one["title"] is None:
            continue
        if one["state"] == State.PUBLISHED:
            found = _quality(row, one, counts)
            best = there.get(one["locale"])
            there[one["locale"]] = found if best is None else max(best, found, key=lambda each: each[1])
        else:
            pending.add(one["locale"])
    if row["title"] is not None and row["text_state"] == State.PUBLISHED:
        there[row["locale"]] = (TextStanding.CURRENT, 1.0)
    for number, asked in enumerate(chain):
        near = nearest(asked, there)
        if near is not None:
            return _fit(chain, number, near, there[near], counts)
    waiting = next((near for asked in chain if (near := nearest(asked, pending))), None)
    return Fit(chain[0], None, TextStanding.MISSING, 0.0, waiting)


def _fit(
    chain: Sequence[str], number: int, near: str, quality: tuple[TextStanding, float], counts: Mapping[str, float]
) -> Fit:
    standing, factor = quality
    exact = near == chain[number]
    place = TextStanding.READ if number else TextStanding.CURRENT if exact else TextStanding.WIDER
    factor *= counts["READ"] if number else counts["EXACT"] if exact else counts["WIDER"]
    return Fit(chain[0], near, place if standing is TextStanding.CURRENT else standing, round(factor, 6))


def _quality(row: Mapping[str, Any], one: Mapping[str, Any], counts: Mapping[str, float]) -> tuple[TextStanding, float]:
    if one["basis"] is not None and one["basis"] != basis_of(MODEL.type("Asset"), row):
        return TextStanding.STALE, counts["STALE"]
    if one["origin"] == TranslationOrigin.MACHINE:
        return TextStanding.MACHINE, counts["MACHINE"]
    return TextStanding.CURRENT, 1.0


def nearest(asked: str, there: Iterable[str]) -> str | None:
    """The same language, else a wider one, else a closer one of it: pt-BR, pt, pt-PT."""
    found = set(there)
    *_, language = chain = wider(asked)
    closer = min((tag for tag in found if tag.split("-")[0] == language), default=None)
    return next((tag for tag in chain if tag in found), closer)


def called(row: Mapping[str, Any], language: str) -> str:
    """What a thing of any of several types is called in a language."""
    return in_language({**row, **(row.get("@case") or {})}, language)


def in_language(row: Mapping[str, Any], language: str) -> str:
    """What a thing is called in a language: a name, or a title or text with its translations; else as it stands."""
    names: Mapping[str, str] = row.get("names") or {}
    label = str(row["label"])
    if names:
        near = nearest(language, names)
        return label if near is None else names[near]
    if row.get("locale") == language and label != row.get("id"):
        return label
    translations: list[Mapping[str, Any]] = (row.get("translations") or _NOTHING)["rows"]
    spoken = {str(one["locale"]): said for one in translations if (said := one.get("title") or one.get("text"))}
    near = nearest(language, spoken)
    if near is None and label == row.get("id"):
        # Its own text is a draft, and another language may be told in its place.
        return next((str(spoken[one]) for one in sorted(spoken)), unnamed(label, language_of(language)))
    return label if near is None else str(spoken[near])
