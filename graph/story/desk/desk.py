"""The desk of a mission: observances, audiences, rights, texts, campaigns to adapt and clashes in one answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model.days import days_of
from graph.story.agenda.calendar import say_undated, undated
from graph.story.agenda.collisions import Collision, collide, run_of
from graph.story.agenda.days import Span
from graph.story.audiences import plannable
from graph.story.desk import fetching
from graph.story.desk.answer import DeskAudience, DeskObservance, DeskPart, MissionDesk
from graph.story.desk.best import best, leading, open_ends
from graph.story.desk.matters import assets_of, missing_texts, running_out, to_adapt, wanted_assets
from graph.story.desk.reading import Desk, Whom
from graph.story.plan.reading import Names
from graph.story.refusing import outside, unknown
from graph.story.rights.fetching import materials
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.settings import StorySettings
from graph.story.wording import language_of

_MOST_DAYS, _CLASHES = 92, 20
#: So many of the assets that an audience is led to are looked at before it is known whether more are needed.
LEADING = 6
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class DeskGiven:
    """Whose desk, and for which days."""

    mission: Annotated[str, Of("Mission")] = said("The mission.")
    from_: date | None = said("The first day; today, where it is left out.", None)
    days: int = said(f"For how many days, 1 to {_MOST_DAYS}.", 31)


def desk(asking: Asking, given: DeskGiven) -> MissionDesk:
    """The desk, by four questions of the store, or six where the first assets do not do.

    Raises InvalidValue where there is no such mission.
    """
    if not 1 <= given.days <= _MOST_DAYS:
        raise outside(given.days, 1, _MOST_DAYS, "days")
    first = given.from_ or asking.viewer.today
    last = first + timedelta(given.days - 1)
    mission = fetching.mission(asking, given.mission, first, last)
    if mission is None:
        raise unknown("mission", given.mission, "mission")
    names = Names(language_of(asking.locale))
    names.note(mission)
    countries = {str(row["id"]): row for name in ("hosted_by", "accredited_to") for row in rows_of(mission[name])}
    sender = one_of(mission["sent_by"])
    told = Desk(first, last, asking.viewer.today, names, StorySettings())
    left_out = _leave_out(countries, told.settings)
    found, cut = _whom(countries, names)
    told.audiences = found[: fetching.MOST_AUDIENCES]
    led = fetching.led_by(rows_of(sender["ministries"]) if sender else [], given.mission)
    near = {id for whom in told.audiences for id in whom.campaigns} | set(ids_of(mission["campaigns"]))
    ends = _look(asking, told, near, led, countries, cut)
    observing = [*countries.values(), *([sender] if sender else [])]
    notes = [*_notes(told, countries, cut, left_out), *say_undated(_dateless(observing, told), names.language)]
    return MissionDesk(
        mission=given.mission,
        starts=first,
        ends=last,
        countries=tuple(countries),
        observances=tuple(_observances(observing, Span(first, last))),
        audiences=tuple(
            DeskAudience(one.id, one.country, *best(told, one, ends.get(one.id, []))) for one in told.audiences
        ),
        running_out=running_out(told),
        missing_texts=missing_texts(told),
        to_adapt=to_adapt(told, given.mission, led),
        clashes=tuple(_clashes(told, near)),
        notes=tuple(notes),
        cut=tuple(cut),
    )


def _leave_out(countries: Mapping[str, dict[str, Any]], settings: StorySettings) -> int:
    """Leave out of the countries the audiences that may not be planned for, and tell how many."""
    before = sum(len(rows_of(country["audiences"])) for country in countries.values())
    for country in countries.values():
        country["audiences"] = {"rows": plannable(rows_of(country["audiences"]), settings.audience)}
    return before - sum(len(rows_of(country["audiences"])) for country in countries.values())


def _whom(countries: Mapping[str, dict[str, Any]], names: Names) -> tuple[tuple[Whom, ...], list[DeskPart]]:
    """The audiences of the countries, the largest first, and whether there are more."""
    found: list[tuple[int, Whom]] = []
    for id, country in countries.items():
        names.note(country)
        for row in rows_of(country["audiences"]):
            names.note(row)
            interests = rows_of(row["interests"])
            for theme in interests:
                names.note(theme)
            weights = {str(one["id"]): 1.0 if one["weight"] is None else float(one["weight"]) for one in interests}
            campaigns = frozenset(ids_of(row["campaigns"]))
            whom = Whom(str(row["id"]), id, country["alpha2"], tuple(row["locales"] or ()), weights, campaigns)
            found.append((row["size"] or 0, whom))
    ordered = tuple(whom for _, whom in sorted(found, key=lambda one: (-one[0], one[1].id)))
    return ordered, [DeskPart.AUDIENCES] if len(ordered) > fetching.MOST_AUDIENCES else []


def _look(
    asking: Asking, told: Desk, near: set[str], led: Iterable[str], countries: Iterable[str], cut: list[DeskPart]
) -> Mapping[str, Rows]:
    """Fetch the campaigns, then the assets and their rights; answers where the walks from the audiences end."""
    campaigns = {*near, *led}
    around = fetching.around(asking, campaigns, (one.id for one in told.audiences), countries, told.settings)
    told.campaigns = around.campaigns
    for row in around.campaigns.values():
        told.names.note(row)
    if len(campaigns) > len(around.campaigns):
        cut.append(DeskPart.CAMPAIGNS)
    ends = {str(row["id"]) for rows in around.ends.values() for row in rows}
    wanted = list(wanted_assets(told, led))
    used = [asset for asset in wanted if asset not in ends]
    if len(used) > fetching.MOST_ASSETS:
        cut.append(DeskPart.ASSETS)
    shown = [*used[: fetching.MOST_ASSETS], *(asset for asset in wanted if asset in ends)]
    may_adapt = set(assets_of(told, led))
    adaptable = [asset for asset in shown if asset in may_adapt]
    _learn(asking, told, _ids(leading(rows)[:LEADING] for rows in around.ends.values()), shown, adaptable)
    rest = [around.ends[one.id] for one in told.audiences if open_ends(told, one, around.ends.get(one.id, ()))]
    if rest:
        _learn(asking, told, [id for id in _ids(rest) if id not in told.looked_at])
    return around.ends


def _ids(ends: Iterable[Iterable[Mapping[str, Any]]]) -> list[str]:
    return list(dict.fromkeys(str(row["id"]) for rows in ends for row in rows))


def _learn(
    asking: Asking, told: Desk, ends: Sequence[str], used: Iterable[str] = (), adaptable: Sequence[str] = ()
) -> None:
    """Fetch what is known of assets and their rights, of the ends also what the audiences were shown of them."""
    whom = tuple(one.id for one in told.audiences)
    new = [id for id in used if id not in told.assets]
    found = fetching.assets(asking, ends, new, adaptable, whom, told.settings, told.first)
    for row in found.assets.values():
        told.names.note(row)
    unjudged = [id for id in found.assets if id not in told.materials]
    told.materials |= materials(asking.store, asking.viewer, unjudged)
    asking.statements += bool(unjudged)
    told.assets, told.about = {**told.assets, **found.assets}, {**told.about, **found.about}
    told.posts, told.embeds = {**told.posts, **found.posts}, {**told.embeds, **found.embeds}
    told.looked_at |= set(ends)


def _observances(countries: Rows, span: Span) -> Iterator[DeskObservance]:
    found: dict[tuple[date, str, str], DeskObservance] = {}
    for country in countries:
        for row in rows_of(country["observances"]):
            for one in days_of(row["dates"]):
                if span.first <= one.date <= span.last and one.country in (country["alpha2"], None):
                    estimated = one.certainty == "ESTIMATED"
                    found[one.date, row["id"], country["id"]] = DeskObservance(
                        row["id"], country["id"], one.date, estimated, ids_of(row["assets"])
                    )
    yield from (one for _, one in sorted(found.items(), key=lambda pair: pair[0]))


def _dateless(countries: Rows, told: Desk) -> dict[int, list[str]]:
    """By year the observances of some countries that no day of it is known of."""
    found: dict[int, list[str]] = {}
    span, language = Span(told.first, told.last), told.names.language
    for country in countries:
        for year, names in undated(rows_of(country["observances"]), country["alpha2"], span, language).items():
            found[year] = list(dict.fromkeys([*found.get(year, []), *names]))
    return found


def _clashes(told: Desk, near: Iterable[str]) -> list[Collision]:
    """Only what concerns an audience of the mission is in each other's way."""
    runs = [run_of(told.campaigns[id]) for id in sorted(near) if id in told.campaigns]
    return list(islice(collide(runs, Span(told.first, told.last), wanted=[run.id for run in runs]), _CLASHES))


def _notes(told: Desk, countries: Mapping[str, Any], cut: Iterable[DeskPart], left_out: int) -> Iterator[str]:
    if left_out:
        yield told.say("left_out", count=left_out)
    if not countries:
        yield told.say("no_countries")
    elif not told.audiences:
        yield told.say("no_audiences")
    for part in cut:
        yield told.say(f"cut_{part}", most=fetching.MOST_ASSETS)


DESK = Question(
    "desk",
    "The desk of a mission: what its countries observe, what its audiences could be shown next, rights that run out, "
    "texts that are missing, campaigns of headquarters to adapt, and clashes.",
    DeskGiven,
    MissionDesk,
    desk,
    lambda _given: 200,
)
