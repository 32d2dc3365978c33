"""Audiences of a country that no channel reaches, or none in a language that they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model.kinds import Locale
from graph.store.select import Cmp, Follow, Select, shape_of
from graph.story.audiences import plannable
from graph.story.coverage.rules import spoken
from graph.story.plan.texts import in_language
from graph.story.refusing import unknown
from graph.story.rows import one_of, rows_of
from graph.story.settings import AudiencePolicy
from graph.story.wording import language_of, say

#: How many audiences are looked at.
MOST = 500
_CHANNELS = Select("Channel", shape_of("id", "locale"))
_AUDIENCE = shape_of(
    "id", "label", "names", "size", "locales", channels=Follow("channels", _CHANNELS, (("share", "share"),))
)
_AUDIENCES = Follow("audiences", Select("Audience", _AUDIENCE, limit=MOST))
_SHAPE = shape_of("id", "label", "names", audiences=_AUDIENCES)
_PACKAGE = "graph.story.agenda"


@dataclass(frozen=True, slots=True)
class PresenceGiven:
    """A country."""

    country: Annotated[str, Of("Country")] = said("The country.")


@dataclass(frozen=True, slots=True)
class PresenceGap:
    """An audience that is not reached as it could be."""

    audience: Annotated[str, Of("Audience")] | None = said("The audience.")
    reached: bool = said("Whether any channel reaches it.")
    channels: tuple[Annotated[str, Of("Channel")], ...] = said("The channels that reach it.")
    missing_locales: tuple[Locale, ...] = said("Languages it reads and no channel that reaches it speaks.")
    share: float = said("The largest share of it that one channel reaches, 0 to 1.")


@dataclass(frozen=True, slots=True)
class PresenceGaps:
    """The audiences of a country that are not reached as they could be."""

    audiences: int = said("How many audiences of the country are known that may be planned for.")
    gaps: tuple[PresenceGap, ...] = said("Those that lack something, the unreached first, then by their size.")
    notes: tuple[str, ...] = said("What the answer lacks.", ())


def presence_gaps(asking: Asking, given: PresenceGiven) -> PresenceGaps:
    """The gaps, by one question of the store."""
    asked = Select("Country", _SHAPE, Cmp("id", "eq", given.country), limit=1)
    country = one_of(asking.ask({"country": asked})["country"])
    if country is None:
        raise unknown("country", given.country, "country")
    there = rows_of(country["audiences"])
    rows = plannable(there, AudiencePolicy())
    lacking = [(gap, row["size"] or 0) for row in rows if not (gap := _gap(row)).reached or gap.missing_locales]
    ordered = sorted(lacking, key=lambda pair: (pair[0].reached, -pair[1], pair[0].audience or ""))
    notes: list[str] = []
    language, left_out = language_of(asking.locale), len(there) - len(rows)
    if left_out:
        notes.append(say(_PACKAGE, language, "left_out", count=left_out))
    if not rows:
        notes.append(say(_PACKAGE, language, "no_audiences", country=in_language(country, language)))
    return PresenceGaps(len(rows), tuple(gap for gap, _ in ordered), tuple(notes))


def _gap(row: Mapping[str, Any]) -> PresenceGap:
    channels = row["channels"]["rows"]
    speak = frozenset([one["locale"] for one in channels])
    missing = [locale for locale in row["locales"] if locale not in speak and spoken(speak, (locale,)) is None]
    share = max([one["share"] or 0.0 for one in channels], default=0.0)
    return PresenceGap(row["id"], bool(channels), tuple([one["id"] for one in channels]), tuple(missing), share)


PRESENCE_GAPS = Question(
    "presence_gaps",
    "Audiences of a country that no channel reaches, or none in a language that they read.",
    PresenceGiven,
    PresenceGaps,
    presence_gaps,
    lambda _given: MOST,
)
