"""rightsCheck: may these assets be used so, why, under which duties, and what would unlock them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph.asking import Asking, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.sentence import sentence
from graph.store.moved import moved_to
from graph.store.select import Cmp, Follow, Select, Shape, by_ids
from graph.story.repairs.asks import fix_asks, lasting, request, rights_asks, unlocks_use
from graph.story.repairs.values import AskedFix, AskedFixKind, FixRequest
from graph.story.rights.asked import AssetId, RightsUse, check_recipients, use_of
from graph.story.rights.asking import is_outside, own_use
from graph.story.rights.check import Checking, without_origins
from graph.story.rights.fetching import materials, under_more
from graph.story.rights.material import Material, Origin, Part, Thing
from graph.story.rights.materials import Materials
from graph.story.rights.naming import named, names_of
from graph.story.rights.unlocking import Ask, to_change, unlock, unlocked
from graph.story.rights.verdict import AnyId, RightsDuty, RightsReason, RightsVerdict, RuleEffect, UnlockKind, Verdict
from graph.story.rights.wording import say
from graph.story.rows import ids_of, rows_of
from graph.story.settings import FixPolicy

_MOST_ASSETS, _MOST_BESIDE = 100, 50


@dataclass(frozen=True, slots=True)
class RightsCheckGiven:
    """Which assets, for what."""

    assets: tuple[AssetId, ...] = said("The assets, 100 at most.")
    use: RightsUse = said("What is to be done with them.")


@dataclass(frozen=True, slots=True)
class RightsAsk:
    """One thing to ask somebody for."""

    kind: UnlockKind = said("What it is.")
    ask: str = said("What to ask, in a sentence.")
    to: AnyId | None = said("Of whom: the holder, the person or the keeper; null where the caller may not know.")
    about: AnyId | None = said("The grant, consent, asset, recording or person it is about.")
    template: str = said("A letter to begin with.")
    also_unlocks: tuple[AssetId, ...] = said("Other assets that the same answer would make usable in the same way.")


@dataclass(frozen=True, slots=True)
class RightsUnlock:
    """The fewest things to ask for so that the use is allowed."""

    smallest: tuple[RightsAsk, ...] = said("One for each holder, recording, person or source that stands against it.")
    request: FixRequest | None = said("The same as openFixRequest would ask it; without days, for a year from today.")


@dataclass(frozen=True, slots=True)
class RightsCheck:
    """Whether an asset may be used so: the strictest of itself, its media, people, sources and originals.

    Of an id that leads to no asset, or to none that the caller sees, it is UNKNOWN, and the one reason says so.
    """

    id: str = said("The id that was asked for.")
    asset: AssetId | None = said("The asset; null where there is none, or none that the caller sees.")
    verdict: RightsVerdict = said("Whether it is allowed.")
    reasons: tuple[RightsReason, ...] = said(
        "Why; partners and the public are told none, but that there is no such asset."
    )
    duties: tuple[RightsDuty, ...] = said("What has to be done for it.")
    valid_until: date | None = said("The last day to which an allowed use may go on; null without an end.")
    unlock: RightsUnlock | None = said("What would make it allowed; null where it is, or nothing can be asked.")


def rights_check(asking: Asking, given: RightsCheckGiven) -> tuple[RightsCheck, ...]:
    """The answer for each id, in order. What is out of sight is answered as what is not there, so that the rest is."""
    if len(given.assets) > _MOST_ASSETS:
        reason = sentence("{count} assets are given, {most} are allowed.", count=len(given.assets), most=_MOST_ASSETS)
        raise InvalidValue(reason, path="assets", cure=sentence("Ask several times."))
    use = own_use(asking.viewer, use_of(given.use))
    check_recipients(asking, use)
    checking = Checking(use, asking.viewer.today, asking.locale or "en")
    cleared, now = _cleared(asking, given.assets)
    if is_outside(asking.viewer):
        # Who is told no reasons needs none found.
        bare = {id: without_origins(checking.verdict(one, reasons=False)) for id, one in cleared.items()}
        return tuple(_checked(id, now[id], bare.get(now[id]), None, checking.locale) for id in given.assets)
    questions = _beside(sorted({id for one in cleared.values() for id in to_change(one, checking)}))
    if (names := names_of(cleared, asking.locale)) is not None:
        questions["names"] = names
    answers = asking.ask(questions) if questions else {}
    found = named(cleared, answers.pop("names", None), asking.locale)
    told = {id: checking.verdict(material) for id, material in found.items()}
    asks = {id: unlock(found[id], checking) or () for id, one in told.items() if not one.allowed}
    beside = _standing_beside(asking, found, answers)
    # What a grant or consent would become; many ask for the same.
    changes = {one.changed: one for of in asks.values() for one in of if one.changed}
    freed = {changed: beside.usable(one, checking) for changed, one in changes.items()}
    requests = _Requests(asking, given.use, checking)
    unlocks = {
        id: RightsUnlock(tuple(_ask(one, id, freed) for one in of), requests.of(found[id], of))
        for id, of in asks.items()
        if of
    }
    return tuple(_checked(id, now[id], told.get(now[id]), unlocks.get(now[id]), checking.locale) for id in given.assets)


def _cleared(asking: Asking, ids: Sequence[str]) -> tuple[Materials, Mapping[str, str]]:
    """What assets are cleared by, and each id by the one that it leads to now; asked again only where one leads on."""
    asking.statements += 1
    cleared = materials(asking.store, asking.viewer, ids)
    now, lost = {id: id for id in ids}, [id for id in ids if id not in cleared]
    asking.statements += bool(lost)
    leads = moved_to(asking.store, lost) if lost else {}
    if not leads:
        return cleared, now
    asking.statements += 1
    now |= leads
    return materials(asking.store, asking.viewer, now.values()), now


def _beside(about: Sequence[str]) -> dict[str, Select]:
    """What to ask for all that stands under grants and consents."""
    only = Select("Asset", Shape((("id", "id"),)), limit=_MOST_BESIDE)
    media = Select("Media", Shape(links=(("assets", Follow("assets", only)),)), limit=_MOST_BESIDE)
    anything = Select(ANY, Shape((("id", "id"),)), Cmp("type", "eq", "Asset"), limit=_MOST_BESIDE)
    shapes = {
        "RightsGrant": Shape(
            (("id", "id"),), (("assets", Follow("covers_assets", only)), ("media", Follow("covers_media", media)))
        ),
        "Consent": Shape((("id", "id"),), (("assets", Follow("covers", anything)),)),
    }
    ids = {name: tuple([id for id in about if id.startswith(f"{name.lower()}:")]) for name in shapes}
    return {name: by_ids(name, ids[name], shape) for name, shape in shapes.items() if ids[name]}


@dataclass(frozen=True, slots=True)
class _Beside:
    """The assets that stand under each grant or consent, by its id.

    Most stand under one grant and nothing else, as `alone` does; those that may not are `apart`, and judged by
    themselves as far as they are seen.
    """

    ids: Mapping[str, Sequence[str]]
    alone: Mapping[str, Material]
    apart: Mapping[str, Material | None]

    def usable(self, ask: Ask, checking: Checking) -> list[str]:
        """Those that one ask would make usable."""
        ids = self.ids.get(ask.about, ())
        if not ids:
            return []
        alone = self.alone[ask.about]
        apart = [each for id in self.apart.keys() & set(ids) if (each := self.apart[id])]
        found = {each.id for each in unlocked((alone, *apart), ask, checking)}
        return [id for id in ids if (id if id in self.apart else alone.id) in found]


def _standing_beside(asking: Asking, found: Mapping[str, Material], answers: Mapping[str, Any]) -> _Beside:
    """What else stands under grants and consents, by a question or two."""
    ids = {str(row["id"]): _assets_of(row) for answer in answers.values() for row in rows_of(answer)}
    more = {id for about, of in ids.items() if about.startswith("consent:") for id in of} - found.keys()
    under_grants = set[str]().union(*ids.values()) - more - found.keys()
    if under_grants:
        asking.statements += 1
        more |= under_more(asking.store, tuple(sorted(under_grants)))
    asking.statements += bool(more)
    known = materials(asking.store, asking.viewer, sorted(more))
    origins = {one.id: one for each in found.values() for thing in each.things for one in thing.origins}
    alone = {about: Material("", "", (Thing(Part.ITSELF, "", "", (origins[about],)),)) for about in ids}
    return _Beside(ids, alone, {**{id: known.get(id) for id in more}, **found})


def _assets_of(row: Any) -> list[str]:
    direct = ids_of(row["assets"])
    by_media = [id for media in rows_of(row.get("media")) for id in ids_of(media["assets"])]
    return sorted({*direct, *by_media})


class _Requests:
    """What has to be asked for a use, as requests; a use without days is asked for longer than it was checked."""

    def __init__(self, asking: Asking, given: RightsUse, checking: Checking) -> None:
        self._given, self._policy, self._today = given, FixPolicy(), asking.viewer.today
        use = lasting(checking.use, self._today, self._policy)
        self._longer = None if use == checking.use else Checking(use, checking.now, checking.locale)
        self._language = checking.locale

    def of(self, material: Material, asks: Sequence[Ask]) -> FixRequest | None:
        fix = AskedFix(AskedFixKind.RIGHTS, material.id, use=self._given)
        if self._longer is not None:
            told = rights_asks(material.id, material, self._longer)
        else:
            told = fix_asks(material.id, asks)
        before = self._given.starts - timedelta(1) if self._given.starts else None
        return request(fix, told, unlocks_use(material.label, self._language), self._policy, self._today, before)


def _ask(one: Ask, id: str, freed: Mapping[Origin, list[str]]) -> RightsAsk:
    also = tuple([other for other in freed[one.changed] if other != id]) if one.changed else ()
    return RightsAsk(one.kind, one.text, one.to or None, one.about or None, one.letter, also)


def _checked(id: str, now: str, verdict: Verdict | None, unlock: RightsUnlock | None, locale: str) -> RightsCheck:
    if verdict is None:
        absent = RightsReason(RuleEffect.UNKNOWN, say(locale, "absent", id=id))
        return RightsCheck(id, None, RightsVerdict.UNKNOWN, (absent,), (), None, None)
    return RightsCheck(id, now, verdict.verdict, verdict.reasons, verdict.duties, verdict.valid_until, unlock)


RIGHTS_CHECK = Question(
    "rights_check",
    "Whether assets may be used in a certain way: verdict, reasons, duties, and what would unlock them. "
    "Rights that are not known count as no.",
    RightsCheckGiven,
    tuple[RightsCheck, ...],
    rights_check,
    lambda given: 8 * len(given.assets),
)
