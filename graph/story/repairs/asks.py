"""What a repair asks for, in words: of whom, about what, with a letter; pure, over what was read before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from graph.story.repairs.values import AskedFix, AskedFixKind, FixAsk, FixRequest
from graph.story.rights.check import Checking
from graph.story.rights.material import Material
from graph.story.rights.unlocking import Ask, unlock
from graph.story.rights.use import Use
from graph.story.settings import FixPolicy, by_name
from graph.story.wording import language_name, say

_PACKAGE = "graph.story.repairs"


@dataclass(frozen=True, slots=True)
class About:
    """What a repair speaks of by its names, as far as the caller sees it; `to` is of whom it is asked.

    `proof` is one that has run out on the day `held`. `ids` are what it is about.
    """

    ids: tuple[str, ...]
    to: str = ""
    asset: str = ""
    message: str = ""
    campaign: str = ""
    proof: str = ""
    held: date | None = None


def ask(fix: AskedFix, about: About, language: str) -> FixAsk:
    """What a repair asks for that needs no rights."""
    key = f"{fix.kind}_AGAIN" if fix.kind is AskedFixKind.FIND_PROOF and about.proof else fix.kind.value
    values = {
        "asset": about.asset,
        "message": about.message,
        "campaign": about.campaign,
        "proof": about.proof,
        "locale": language_name(fix.locale, language) if fix.locale else "",
        "held": about.held or "",
        "until": fix.until or "",
    }
    text, letter = (say(_PACKAGE, language, f"{what}_{key}", **values) for what in ("ask", "letter"))
    return FixAsk(text, about.to or None, about.ids, letter)


def rights_asks(asset: str, material: Material, checking: Checking) -> tuple[FixAsk, ...]:
    """What has to be asked so that a use is allowed; nothing where it is, or where nobody may be asked."""
    return fix_asks(asset, unlock(material, checking) or ())


def fix_asks(asset: str, asks: Iterable[Ask]) -> tuple[FixAsk, ...]:
    """What would unlock an asset, as it is asked for."""
    return tuple(
        FixAsk(one.text, one.to or None, tuple(dict.fromkeys(id for id in (asset, one.about) if id)), one.letter)
        for one in asks
    )


def lasting(use: Use, today: date, policy: FixPolicy) -> Use:
    """A use without days of its own, for as long as a right is worth asking for."""
    if use.first is not None or use.last is not None:
        return use
    return replace(use, first=today, last=today + timedelta(policy.rights_days))


def request(
    fix: AskedFix, asks: tuple[FixAsk, ...], unlocks: str, policy: FixPolicy, today: date, before: date | None = None
) -> FixRequest | None:
    """The request as an answer shows it, due before a day where one is given that is to come."""
    return FixRequest(fix, asks, due(fix.kind, policy, today, before), unlocks) if asks else None


def due(kind: AskedFixKind, policy: FixPolicy, today: date, before: date | None = None) -> date:
    """By when a repair is due."""
    day = today + timedelta(int(by_name(policy.days).get(kind.value, policy.other_days)))
    return min(day, before) if before is not None and before > today else day


def unlocks_cells(count: int, language: str) -> str:
    """What a repair of coverage gains."""
    return say(_PACKAGE, language, "unlocks_cell" if count == 1 else "unlocks_cells", count=count)


def unlocks_use(asset: str, language: str) -> str:
    """What a right that is asked for gains."""
    return say(_PACKAGE, language, "unlocks_use", asset=asset)


def unlocks_gate(asset: str, others: int, language: str) -> str:
    """What a repair of a plan gains: the asset, or one of the gates that keep it out."""
    return say(_PACKAGE, language, "unlocks_gate" if others else "unlocks_asset", asset=asset, count=others)


def missing(fix: AskedFix) -> Iterator[str]:
    """The fields that a kind of repair cannot do without and that are not there."""
    needed = {
        AskedFixKind.FIND_PROOF: ("message",),
        AskedFixKind.TRANSLATE: ("asset", "locale"),
        AskedFixKind.PUBLISH_TEXT: ("asset", "locale"),
        AskedFixKind.EXTEND: ("asset", "until"),
        AskedFixKind.COORDINATE: ("asset", "campaign"),
    }
    for name in needed.get(fix.kind, ("asset",)):
        if getattr(fix, name) is None:
            yield name
