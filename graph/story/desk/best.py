"""The next assets for an audience: what it cares for, can read, may be shown, and has not seen too often."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.story import wording
from graph.story.desk.answer import DeskBest
from graph.story.desk.reading import Desk, Shown, Whom
from graph.story.fatigue import FatigueVerdict
from graph.story.plan.texts import Fit
from graph.story.plan.weighing import freshness
from graph.story.rights import Verdict

_BEST, _DECIMALS = 3, 3


def leading(ends: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Where a walk from an audience ends, what may score most first: nothing scores more than its way weighs."""
    return sorted(ends, key=lambda row: (-row["@ways"][0]["weight"], row["id"]))


def open_ends(desk: Desk, whom: Whom, ends: Iterable[Mapping[str, Any]]) -> bool:
    """Whether something that was not looked at may be among the best."""
    return _fitting(desk, whom, ends)[1]


def best(desk: Desk, whom: Whom, ends: Iterable[Mapping[str, Any]]) -> tuple[tuple[DeskBest, ...], str | None]:
    """The best assets of those that a walk from the audience ends at, or why there is none."""
    against: Counter[str] = Counter()
    fitting, _ = _fitting(desk, whom, ends, against)
    ordered = tuple(_best(desk, whom, one) for one in fitting)
    if ordered:
        return ordered, None
    if not whom.interests:
        return (), desk.say("no_interests")
    counted = ", ".join(desk.say(f"against_{name}", count=count) for name, count in sorted(against.items()))
    number = against.total()
    return (), desk.say("nothing_passes", count=number, reasons=counted) if number else desk.say("nothing_leads")


@dataclass(frozen=True, slots=True)
class _Fitting:
    """An asset that nothing keeps from being next."""

    asset: str
    theme: str
    text: Fit
    rights: Verdict
    shown: Shown
    score: float


def _fitting(
    desk: Desk, whom: Whom, ends: Iterable[Mapping[str, Any]], against: Counter[str] | None = None
) -> tuple[list[_Fitting], bool]:
    """The best of what nothing keeps from being next, and whether more has to be looked at to be sure.

    It is looked at in the order of what each may score at most, until nothing that is left can be among the best.
    """
    found: list[_Fitting] = []
    for row in leading(ends):
        if len(found) == _BEST and round(row["@ways"][0]["weight"], _DECIMALS) < found[-1].score:
            break
        if row["id"] not in desk.looked_at:
            return found, True
        if row["id"] not in desk.assets:
            continue
        one = _looked_at(desk, whom, row)
        if not isinstance(one, str):
            found = sorted([*found, one], key=lambda one: (-one.score, one.asset))[:_BEST]
        elif against is not None:
            against[one] += 1
    return found, False


def _looked_at(desk: Desk, whom: Whom, row: Mapping[str, Any]) -> _Fitting | str:
    """An asset with its score, or the first thing that keeps it from being next; looked at once for an audience."""
    asset = str(row["id"])
    found: _Fitting | str | None = desk.weighed.get((whom.id, asset))
    if found is None:
        found = desk.weighed[whom.id, asset] = _weigh(desk, whom, asset, row["@ways"][0])
    return found


def _weigh(desk: Desk, whom: Whom, asset: str, way: Mapping[str, Any]) -> _Fitting | str:
    text, verdict = desk.text(asset, whom), desk.verdict(asset, whom.territory)
    if text.locale is None:
        return "text"
    if not verdict.allowed:
        return "rights"
    shown = desk.shown(asset, whom)
    if shown.planned is not None:
        return "planned"
    if shown.fatigue.verdict is FatigueVerdict.REST:
        return "rest"
    fresh = freshness(desk.assets[asset], desk.last, desk.settings)
    product = way["weight"] * text.factor * fresh
    score = max(0.0, product - desk.settings.tired * min(1.0, shown.fatigue.saturation))
    return _Fitting(asset, str(way["nodes"][1]), text, verdict, shown, round(score, _DECIMALS))


def _best(desk: Desk, whom: Whom, one: _Fitting) -> DeskBest:
    because = desk.say(
        "because",
        audience=desk.names[whom.id],
        theme=desk.names[one.theme],
        interest=wording.number(whom.interests.get(one.theme, 1.0), desk.names.language),
        asset=desk.names[one.asset],
        seen=desk.say("seen", day=one.shown.last) if one.shown.last else desk.say("never_seen"),
    )
    return DeskBest(
        one.asset,
        one.score,
        because,
        one.theme,
        one.text.locale,
        tuple(duty.text for duty in one.rights.duties),
        one.rights.valid_until,
        one.shown.last,
    )
