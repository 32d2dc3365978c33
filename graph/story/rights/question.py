"""rightsCheck: may these assets be used so, why, under which duties, and what would unlock them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph.asking import Asking, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.store.select import Cmp, Follow, Order, Select, Shape, by_ids
from graph.story.repairs.asks import fix_asks, lasting, request, rights_asks, unlocks_use
from graph.story.repairs.values import AskedFix, AskedFixKind, FixRequest
from graph.story.rights.asked import AssetId, RightsUse, use_of
from graph.story.rights.asking import is_outside, own_use
from graph.story.rights.check import Checking, without_origins
from graph.story.rights.fetching import materials
from graph.story.rights.material import Material, Origin
from graph.story.rights.naming import named
from graph.story.rights.unlocking import Ask, unlock, unlocked
from graph.story.rights.verdict import AnyId, RightsDuty, RightsReason, RightsVerdict, RuleEffect, UnlockKind, Verdict
from graph.story.rights.wording import say
from graph.story.rows import rows_of
from graph.story.settings import FixPolicy

_MOST_ASSETS, _MOST_BESIDE = 200, 50


@dataclass(frozen=True, slots=True)
class RightsCheckGiven:
    """Which assets, for what."""

    assets: tuple[AssetId, ...] = said("The assets, 200 at most.")
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
        reason = f"{len(given.assets)} assets were given, {_MOST_ASSETS} are allowed."
        raise InvalidValue(reason, path="assets", cure="Ask several times.")
    checking = Checking(own_use(asking.viewer, use_of(given.use)), asking.viewer.today, asking.locale or "en")
    asking.statements += 1
    cleared = materials(asking.store, asking.viewer, given.assets)
    if is_outside(asking.viewer):
        # Who is told no reasons needs none found.
        bare = {id: without_origins(checking.verdict(one, reasons=False)) for id, one in cleared.items()}
        return tuple(_checked(id, bare.get(id), None, checking.locale) for id in given.assets)
    found = named(asking, cleared)
    told = {id: checking.verdict(material) for id, material in found.items()}
    asks = {id: unlock(found[id], checking) or () for id, one in told.items() if not one.allowed}
    freed = _freed(_beside(asking, found, asks), asks, checking)
    requests = _Requests(asking, given.use, checking)
    unlocks = {
        id: RightsUnlock(tuple(_ask(one, id, freed) for one in of), requests.of(found[id], of))
        for id, of in asks.items()
        if of
    }
    return tuple(_checked(id, told.get(id), unlocks.get(id), checking.locale) for id in given.assets)


def _beside(
    asking: Asking, found: Mapping[str, Material], asks: Mapping[str, Sequence[Ask]]
) -> Mapping[str, Mapping[str, Material]]:
    """What else stands under each grant or consent that something is asked of, by one question or two.

    Each is told with a material that stands under the same.
    """
    about = sorted({one.about for of in asks.values() for one in of if one.changed and one.about})
    only = Select("Asset", Shape((("id", "id"),)), order=(Order("id"),), limit=_MOST_BESIDE)
    media = Select(
        "Media", Shape(links=(("assets", Follow("assets", only)),)), order=(Order("id"),), limit=_MOST_BESIDE
    )
    anything = Select(ANY, Shape((("id", "id"),)), Cmp("type", "eq", "Asset"), (Order("id"),), limit=_MOST_BESIDE)
    shapes = {
        "RightsGrant": Shape(
            (("id", "id"),), (("assets", Follow("covers_assets", only)), ("media", Follow("covers_media", media)))
        ),
        "Consent": Shape((("id", "id"),), (("assets", Follow("covers", anything)),)),
    }
    questions = {
        name: by_ids(name, tuple(id for id in about if id.startswith(f"{name.lower()}:")), shape)
        for name, shape in shapes.items()
    }
    questions = {name: one for name, one in questions.items() if about}
    if not questions:
        return {}
    rows: list[Any] = [row for answer in asking.ask(questions).values() for row in rows_of(answer)]
    ids = {row["id"]: _assets_of(row) for row in rows}
    more = {id for of in ids.values() for id in of} - found.keys()
    asking.statements += 1 if more else 0
    known = materials(asking.store, asking.viewer, sorted(more))
    return {
        id: {one: found[one] if one in found else known.like(one) for one in of if one in found or one in known}
        for id, of in ids.items()
    }


def _assets_of(row: Any) -> list[str]:
    direct = [one["id"] for one in rows_of(row["assets"])]
    by_media = [one["id"] for media in rows_of(row.get("media")) for one in rows_of(media["assets"])]
    return sorted({*direct, *by_media})


def _freed(
    beside: Mapping[str, Mapping[str, Material]], asks: Mapping[str, Sequence[Ask]], checking: Checking
) -> Mapping[Origin, list[str]]:
    """By what a grant or consent would become, the assets that it would make usable; many ask for the same."""
    changes = {one.changed: one for of in asks.values() for one in of if one.changed}
    found: dict[Origin, list[str]] = {}
    for changed, one in changes.items():
        of = beside.get(one.about, {})
        usable = {each.id for each in unlocked({each.id: each for each in of.values()}.values(), one, checking)}
        found[changed] = [id for id, each in of.items() if each.id in usable]
    return found


class _Requests:
    """What has to be asked for a use, as requests; a use without days is asked for longer than it was checked."""

    def __init__(self, asking: Asking, given: RightsUse, checking: Checking) -> None:
        self._given, self._policy, self._today = given, FixPolicy(), asking.viewer.today
        use = lasting(checking.use, self._today, self._policy)
        self._longer = None if use == checking.use else Checking(use, checking.now, checking.locale)
        self._language = checking.locale

    def of(self, material: Material, asks: Sequence[Ask]) -> FixRequest | None:
        fix, told = AskedFix(AskedFixKind.RIGHTS, material.id, use=self._given), fix_asks(material.id, asks)
        if self._longer is not None:
            told = rights_asks(material.id, material, self._longer)
        before = self._given.starts - timedelta(1) if self._given.starts else None
        return request(fix, told, unlocks_use(material.label, self._language), self._policy, self._today, before)


def _ask(one: Ask, id: str, freed: Mapping[Origin, list[str]]) -> RightsAsk:
    also = tuple(other for other in freed[one.changed] if other != id) if one.changed else ()
    return RightsAsk(one.kind, one.text, one.to or None, one.about or None, one.letter, also)


def _checked(id: str, verdict: Verdict | None, unlock: RightsUnlock | None, locale: str) -> RightsCheck:
    if verdict is None:
        absent = RightsReason(RuleEffect.UNKNOWN, say(locale, "absent", id=id))
        return RightsCheck(id, None, RightsVerdict.UNKNOWN, (absent,), (), None, None)
    return RightsCheck(id, id, verdict.verdict, verdict.reasons, verdict.duties, verdict.valid_until, unlock)


RIGHTS_CHECK = Question(
    "rights_check",
    "Whether assets may be used in a certain way: verdict, reasons, duties, and what would unlock them. "
    "Rights that are not known count as no.",
    RightsCheckGiven,
    tuple[RightsCheck, ...],
    rights_check,
    lambda given: 8 * len(given.assets),
)
