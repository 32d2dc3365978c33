"""What is known of each asset that may stand in a story, as values for gates and scores."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from graph.model.enums import Severity
from graph.story.embedded import seen_embeds
from graph.story.fatigue import fatigue
from graph.story.plan.candidates import Known
from graph.story.plan.fetching import Frame
from graph.story.plan.gates import Caution, Clash, Hindrance, Standing, Use, hindrances
from graph.story.plan.question import StoryQuestion
from graph.story.plan.reading import Ground, MessageNode, Names, Row, holding, ways
from graph.story.plan.texts import called, fit
from graph.story.plan.ways import Way
from graph.story.rights import Use as RightsUse
from graph.story.rights import Verdict
from graph.story.rights.check import Checking
from graph.story.rights.materials import Materials
from graph.story.rows import one_of, rows_of
from graph.story.settings import StorySettings, by_name

_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Weighed:
    """An asset with its complete ways, what it scores by, how it stands and what stands in its way."""

    ways: tuple[Way, ...]
    told: Known
    standing: Standing
    hindrances: tuple[Hindrance, ...]


@dataclass(frozen=True, slots=True)
class Scales:
    """What all assets of a plan are weighed by."""

    asked: StoryQuestion
    settings: StorySettings
    use: Use
    chain: tuple[str, ...]
    rights: RightsUse
    today: date
    notes: Sequence[Row]
    campaigns: Sequence[Row]
    names: Names


def scales(asked: StoryQuestion, frame: Frame, settings: StorySettings, names: Names, today: date) -> Scales:
    """What assets are weighed by, from what surrounds the audience."""
    audience = frame.audience or {}
    country = frame.country or one_of(audience["country"]) or {}
    locales = [*([asked.locale] if asked.locale else []), *audience["locales"]] or ["en"]
    window = asked.window
    rights = RightsUse(
        territories=frozenset({country["alpha2"]} if country.get("alpha2") else ()),
        channels=frozenset(one.value for one in asked.channels),
        purposes=frozenset({asked.purpose.value}),
        paid=asked.paid,
        first=window.from_,
        last=window.to,
    )
    notes = [*rows_of(country.get("sensitivities")), *rows_of(country.get("advisories"))]
    for row in (*notes, *rows_of(audience["campaigns"])):
        names.note(row)
    return Scales(
        asked,
        settings,
        Use(window.from_, window.to, asked.avoid_repeats_days),
        tuple(dict.fromkeys(locales)),
        rights,
        today,
        notes,
        [row for row in rows_of(audience["campaigns"]) if row["id"] != asked.campaign],
        names,
    )


def weigh(
    found: Mapping[str, Row],
    ground: Ground,
    messages: Mapping[str, MessageNode],
    materials: Materials,
    scales: Scales,
) -> dict[str, Weighed]:
    """Each asset that has a complete way."""
    judging: dict[str, Checking] = {}
    intents = {id: node.intent for id, node in messages.items()}
    weighed: dict[str, Weighed] = {}
    for id, row in found.items():
        its_ways = ways(ground, messages, row, scales.use.first.isoformat())
        if not its_ways:
            continue
        standing = _standing(row, materials, scales, judging)
        told = _told(row, standing, intents, scales)
        weighed[id] = Weighed(tuple(its_ways), told, standing, hindrances(standing, scales.use))
    return weighed


def _told(row: Row, standing: Standing, intents: Mapping[str, str | None], scales: Scales) -> Known:
    return Known(
        str(row["id"]),
        str(row["kind"]),
        row["tone"],
        freshness(row, scales.use.last, scales.settings),
        standing.text.factor if standing.text.locale else 1.0,
        min(1.0, standing.fatigue.saturation),
        intents,
        {str(proof["id"]): proof["kind"] for proof in holding(row, scales.use.first.isoformat())},
    )


def _standing(row: Row, materials: Materials, scales: Scales, judging: dict[str, Checking]) -> Standing:
    text = fit(row, rows_of(row["translations"]), scales.chain, scales.settings)
    shown = (*row["posts"], *seen_embeds(row["embeds"], scales.settings.fatigue))
    embargo, expires = (_day(row[name]) for name in ("embargo_until", "expires_at"))
    return Standing(
        str(row["id"]),
        str(row["state"]),
        str(row["marking"]),
        embargo,
        expires,
        text,
        len(f"{row['title'] or ''} {row['summary'] or ''} {row['body'] or ''}".split()),
        _verdict(str(row["id"]), materials, text.locale or scales.chain[0], scales, judging),
        fatigue(shown, on=scales.use.first, policy=scales.settings.fatigue),
        shown,
        tuple(_cautions(row, scales)),
        tuple(_clashes(row, scales)),
    )


def _verdict(asset: str, materials: Materials, locale: str, scales: Scales, judging: dict[str, Checking]) -> Verdict:
    """What is under the same rules is judged once for each language."""
    checking = judging.get(locale)
    if checking is None:
        use = replace(scales.rights, languages=frozenset({locale}))
        checking = judging[locale] = Checking(use, scales.today, scales.names.language)
    return materials.standing(asset, checking)


def _cautions(row: Row, scales: Scales) -> Iterable[Caution]:
    """The notes that are open in the country, those that touch an asset, its themes or what it shows first."""
    own = {str(row["id"])} | {str(each["id"]) for name in ("themes", "depicts") for each in rows_of(row[name])}
    found: list[tuple[bool, Caution]] = []
    for note in scales.notes:
        touches = {str(each["id"]) for each in rows_of(note.get("touches"))}
        if touches and not touches & own:
            continue
        severity = str(note["severity"] or Severity.UNKNOWN)
        bound = scales.settings.warns_from if touches else scales.settings.stops_from
        stops = _SEVERITIES.index(Severity(severity)) <= _SEVERITIES.index(Severity(bound))
        found.append((not touches, Caution(str(note["id"]), scales.names[note["id"]], severity, bool(touches), stops)))
    return [caution for _, caution in sorted(found, key=lambda each: (each[0], each[1].id))]


def _clashes(row: Row, scales: Scales) -> Iterable[Clash]:
    for campaign in scales.campaigns:
        if row["id"] in {each["id"] for each in rows_of(campaign["assets"])}:
            owner = one_of(campaign["missions"])
            ends = _day(campaign["ends"]) or scales.use.last
            whose = called(owner, scales.names.language) if owner else None
            lead = str(owner["id"]) if owner else ""
            yield Clash(str(campaign["id"]), scales.names[campaign["id"]], whose, ends, lead)


def freshness(row: Row, on: date, settings: StorySettings) -> float:
    """How fresh an asset is on a day: kinds that age halve, and what should have been looked at again counts less."""
    found, half_life = 1.0, by_name(settings.ages).get(str(row["kind"]))
    made = _day(row["date"]) or (date(row["year"], 12, 31) if row["year"] and row["year"] > 0 else None)
    if half_life is not None and made is not None:
        found *= 2 ** (-max(0, (on - made).days) / half_life)
    review = _day(row["review_by"])
    return found * (settings.overdue if review is not None and review <= on else 1.0)


def _day(value: Any) -> date | None:
    """The day that a date, a moment or a plain EDTF date begins with; its month's or year's last where it says less."""
    found = _DAY.match(str(value)) if value else None
    if found is None or int(found[1]) < 1:
        return None
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or 28)
    try:
        return date(year, month, day)
    except ValueError:
        return None
