"""What is there and has to be looked after, with the reason and what to do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, cast

from graph.asking import Asking, Of, Question, said
from graph.model import ANY, LEVEL, Model
from graph.model.enums import State, Told
from graph.review.dead import Dead, dead_links, types_with_links
from graph.review.queues import MOST, bounded, kept_by, words_of
from graph.store.select import And, Cmp, Filter, Follow, Not, Or, Order, Rel, Select, Shape, both, by_ids, shape_of
from graph.story.naming import asked_for, refuse_unknown
from graph.story.plan.fetching import shape, titles
from graph.story.plan.texts import called
from graph.story.viewed import read_views
from graph.story.wording import Languages, language_of

AnyId = Annotated[str, Of(ANY)]
_YEAR = timedelta(days=365)
_READY = ("APPROVED", "PUBLISHED")


class MaintenanceKind(Told):
    """Why something that is public has to be looked after."""

    REVIEW_DUE = "REVIEW_DUE", "It was to be looked at again."
    PROOF_ENDS = "PROOF_ENDS", "What it proves can be said until a day only."
    EXPIRES = "EXPIRES", "It leaves the public."
    RIGHTS_END = "RIGHTS_END", "A grant that it stands under ends."
    MISSING_LANGUAGE = "MISSING_LANGUAGE", "Audiences of its mission read what it is not in."
    UNUSED = "UNUSED", "It was neither posted nor, as far as is counted, viewed in an embed for a year."
    DEAD_LINK = "DEAD_LINK", "Its address led nowhere when it was followed last."


@dataclass(frozen=True, slots=True)
class MaintenanceGiven:
    """What is to be looked after, of whom, until when."""

    mission: AnyId | None = said("What this mission or organisation keeps; all, where it is left out.", None)
    due_before: date | None = said("What is due until this day; in 90 days, where it is left out.", None)
    kinds: tuple[MaintenanceKind, ...] | None = said("Only for these reasons.", None)
    first: int = said(f"How many at most, up to {MOST}; what is due first comes first.", 50)


@dataclass(frozen=True, slots=True)
class ToMaintain:
    """Something public that has to be looked after."""

    entity: AnyId | None = said("The thing.")
    kind: MaintenanceKind = said("Why, for programs.")
    due: date | None = said("By when; null where there is no day.")
    locales: tuple[str, ...] = said("The languages that are missing, where it is about them.")
    reason: str = said("Why it is here, in a sentence.")
    to_do: str = said("What to do.")


@dataclass(frozen=True, slots=True)
class _Due:
    """Something to look after before it is told: `said` stands in its sentence, beside its name and its grant's."""

    id: str
    kind: MaintenanceKind
    due: date | None
    locales: tuple[str, ...]
    said: Mapping[str, object]
    grant: str = ""

    def told(self, words: Callable[..., str], names: Mapping[str, str]) -> ToMaintain:
        key = _KEYS[self.kind]
        said = {"label": names.get(self.id, self.id), "grant": names.get(self.grant, self.grant), **self.said}
        reason = words(key, due=self.due, **said)
        return ToMaintain(self.id, self.kind, self.due, self.locales, reason, words(f"{key}_do"))


def maintenance_queue(asking: Asking, given: MaintenanceGiven) -> tuple[ToMaintain, ...]:
    """What is public and has to be looked after, for who works here.

    One question for all reasons, and one for what things are called in the language of the answer.
    """
    bounded(given.first)
    if asking.viewer.live < LEVEL["INTERNAL"]:
        return ()
    today = asking.viewer.today
    until = given.due_before or today + timedelta(days=90)
    kinds = tuple(MaintenanceKind) if given.kinds is None else given.kinds
    dead = dead_links(asking.store) if MaintenanceKind.DEAD_LINK in kinds else {}
    asked = {
        kind.value: _dead(dead, asking.store.model, kept_by(given.mission), given.first)
        if kind is MaintenanceKind.DEAD_LINK
        else _QUESTIONS[kind](until, today, kept_by(given.mission), given.first)
        for kind in kinds
    }
    named = {("mission", ANY): (given.mission,) if given.mission is not None else ()}
    questions = asked | asked_for(named)
    answers = asking.ask(questions) if questions else {}
    refuse_unknown(named, answers)
    if MaintenanceKind.UNUSED in kinds:
        answers[MaintenanceKind.UNUSED] = {"rows": _not_viewed(asking, _rows(answers[MaintenanceKind.UNUSED]), today)}
    found = [
        one
        for kind in kinds
        for row in cast("Any", answers[kind.value])["rows"]
        for one in _looked_at(kind, row, until, dead)
    ]
    first = sorted(found, key=lambda one: (one.due or date.max, one.kind, one.id))[: given.first]
    words, names = words_of(asking), _names(asking, first)
    return tuple(one.told(words, names) for one in first)


def _names(asking: Asking, found: Sequence[_Due]) -> dict[str, str]:
    """What things and grants are called in the language of the answer."""
    ids = tuple(dict.fromkeys(id for one in found for id in (one.id, one.grant) if id))
    if not ids:
        return {}
    asked = by_ids(ANY, ids, shape(), cases=_cases(asking.store.model), limit=len(ids))
    language = language_of(asking.locale)
    return {str(row["id"]): called(row, language) for row in _rows(asking.ask({"it": asked})["it"])}


@lru_cache(maxsize=4)
def _cases(model: Model) -> tuple[tuple[str, Shape], ...]:
    """What each type is called by: names by language, or a title with its translations."""
    named = ((name, shape("names")) for name, one in model.types.items() if "names" in one.own)
    titled = (name for name, one in model.types.items() if one.label_from == "title" and "title" in one.texts)
    return (*named, *((name, shape("locale", translations=titles("title"))) for name in titled))


def _looked_at(kind: MaintenanceKind, row: Mapping[str, Any], until: date, dead: Mapping[str, Dead]) -> Iterator[_Due]:
    """What a row comes to: one entry for each reason in it."""
    due: date | None = None
    told: dict[str, Any] = {}
    grant = ""
    locales: tuple[str, ...] = ()
    match kind:
        case MaintenanceKind.REVIEW_DUE | MaintenanceKind.EXPIRES | MaintenanceKind.PROOF_ENDS:
            due = date.fromisoformat(str(row["due"])[:10])
        case MaintenanceKind.RIGHTS_END:
            grants = [*_rows(row["rights"]), *(one for each in _rows(row["media"]) for one in _rows(each["rights"]))]
            first = min(grants, key=lambda one: (one["valid_until"], one["id"]))
            due, grant = date.fromisoformat(first["valid_until"]), first["id"]
        case MaintenanceKind.MISSING_LANGUAGE:
            locales = _missing(row)
            told["locales"] = Languages(locales)
            if not locales:
                return
        case MaintenanceKind.DEAD_LINK:
            seen = dead[row["id"]]
            case: Mapping[str, Any] = row["@case"] or {}
            if case.get("url") != seen.url:
                return
            told |= {"url": seen.url, "since": date.fromisoformat(seen.day)}
        case _:
            pass
    if due is None or due <= until:
        yield _Due(row["id"], kind, due, locales, told, grant)


def _missing(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages of audiences where its mission is that it is not in, by their first part."""
    there = {str(row["locale"]).partition("-")[0], *(one["locale"].partition("-")[0] for one in _rows(row["texts"]))}
    cases: list[Mapping[str, Any]] = [keeper["@case"] or {} for keeper in _rows(row["keeper"])]
    wanted = dict.fromkeys(
        locale
        for case in cases
        for country in _rows(case.get("hosted_by"))
        for audience in _rows(country["audiences"])
        for locale in audience["locales"]
    )
    return tuple(sorted(one for one in wanted if one.partition("-")[0] not in there))


def _rows(answer: Any) -> list[dict[str, Any]]:
    return answer["rows"] if answer else []


_PUBLIC = Cmp("state", "eq", State.PUBLISHED.value)


def _dated(entity: str, prop: str, shown: Filter | None, *, exact: bool) -> Callable[..., Select]:
    """What has a day of its own by which something is to be done."""

    def question(until: date, _today: date, kept: Filter | None, first: int) -> Select:
        moment = until.isoformat() if exact else f"{until.isoformat()}T23:59:59.999Z"
        shape = Shape((("id", "id"), ("label", "label"), ("due", prop)))
        return Select(entity, shape, both(Cmp(prop, "lte", moment), shown, kept), (Order(prop),), limit=first)

    return question


def _expiring(until: date, today: date, kept: Filter | None, first: int) -> Select:
    begins = Cmp("expires_at", "gt", f"{today.isoformat()}T00:00:00.000Z")
    return _dated(ANY, "expires_at", And((_PUBLIC, begins)), exact=False)(until, today, kept, first)


def _rights(until: date, _today: date, kept: Filter | None, first: int) -> Select:
    ends = And((Cmp("valid_until", "lte", until.isoformat()), Not(Cmp("state", "eq", State.RETIRED.value))))
    grants = Follow("rights", Select("RightsGrant", shape_of("id", "label", "valid_until"), ends))
    some = Or((Rel("some", "rights", ends), Rel("some", "media", Rel("some", "rights", ends))))
    shape = shape_of(
        "id", "label", rights=grants, media=Follow("media", Select("Media", shape_of("id", rights=grants)))
    )
    return Select("Asset", shape, both(_PUBLIC, some, kept), (Order("id"),), limit=first)


def _languages(_until: date, _today: date, kept: Filter | None, first: int) -> Select:
    audiences = Follow("audiences", Select("Audience", shape_of("locales")))
    hosts = Follow("hosted_by", Select("Country", shape_of("id", audiences=audiences)))
    keeper = Follow("keeper", Select(ANY, shape_of("id"), cases=(("Mission", shape_of(hosted_by=hosts)),)))
    texts = Follow(
        "translations",
        Select(
            "Translation", shape_of("locale"), both(Cmp("state", "in", _READY), Cmp("form", "in", ("FULL", "SHORT")))
        ),
    )
    by_mission = Rel("some", "keeper", Cmp("type", "eq", "Mission"))
    shape = shape_of("id", "label", "locale", keeper=keeper, texts=texts)
    return Select("Asset", shape, both(_PUBLIC, by_mission, kept), (Order("id"),), limit=max(first, MOST))


def _unused(_until: date, today: date, kept: Filter | None, first: int) -> Select:
    ago = (today - _YEAR).isoformat()
    moment = f"{ago}T00:00:00.000Z"
    used = Rel("none", "placements", Cmp("at", "gte", moment))
    old = Cmp("created_at", "lt", moment)
    wanted = both(_PUBLIC, used, old, kept)
    return Select("Asset", shape_of("id", "label"), wanted, (Order("created_at"),), limit=max(first, MOST))


def _not_viewed(asking: Asking, rows: list[dict[str, Any]], today: date) -> list[dict[str, Any]]:
    """Those whose embeds nobody viewed for a year."""
    asking.statements += bool(rows)
    viewed = read_views(asking.store, [row["id"] for row in rows], today - _YEAR, today)
    return [row for row in rows if row["id"] not in viewed]


def _dead(dead: Mapping[str, Dead], model: Model, kept: Filter | None, first: int) -> Select:
    """What is still there of what led nowhere."""
    cases = tuple((name, shape_of("url")) for name in types_with_links(model))
    which = both(Cmp("id", "in", tuple(dead)), Not(Cmp("state", "eq", State.RETIRED.value)), kept)
    return Select(ANY, shape_of("id", "label"), which, (Order("id"),), limit=first, cases=cases)


_QUESTIONS: Mapping[MaintenanceKind, Callable[..., Select]] = {
    MaintenanceKind.REVIEW_DUE: _dated(ANY, "review_by", Not(Cmp("state", "eq", "RETIRED")), exact=False),
    MaintenanceKind.PROOF_ENDS: _dated("Proof", "valid_until", Not(Cmp("state", "eq", "RETIRED")), exact=True),
    MaintenanceKind.EXPIRES: _expiring,
    MaintenanceKind.RIGHTS_END: _rights,
    MaintenanceKind.MISSING_LANGUAGE: _languages,
    MaintenanceKind.UNUSED: _unused,
}
_KEYS: Mapping[MaintenanceKind, str] = {
    MaintenanceKind.REVIEW_DUE: "due",
    MaintenanceKind.PROOF_ENDS: "proof",
    MaintenanceKind.EXPIRES: "expires",
    MaintenanceKind.RIGHTS_END: "rights",
    MaintenanceKind.MISSING_LANGUAGE: "languages",
    MaintenanceKind.UNUSED: "unused",
    MaintenanceKind.DEAD_LINK: "dead",
}


QUESTION = Question(
    "maintenance_queue",
    "What has to be looked after of what is there: what was to be looked at again, expiring proofs, things and "
    "grants, missing languages, what was neither posted nor viewed in an embed for a year, and dead links as "
    "`duta links` saw them last; with the reason and what to do.",
    MaintenanceGiven,
    tuple[ToMaintain, ...],
    maintenance_queue,
    lambda given: given.first,
)
