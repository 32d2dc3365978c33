"""The next assets for an audience: what it cares for, can read, may be shown, and has not seen too often."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.story.desk.answer import DeskBest
from graph.story.desk.reading import Desk, Shown, Whom
from graph.story.fatigue import FatigueVerdict
from graph.story.plan.texts import Fit
from graph.story.plan.weighing import freshness
from graph.story.rights import Verdict

_BEST = 3


def best(desk: Desk, whom: Whom, ends: Iterable[Mapping[str, Any]]) -> tuple[tuple[DeskBest, ...], str | None]:
    """The best assets of those that a walk from the audience ends at, or why there is none."""
    found: list[_Fitting] = []
    against: Counter[str] = Counter()
    rows = [row for row in ends if row["id"] in desk.assets]
    for row in rows:
        one = _looked_at(desk, whom, row)
        if isinstance(one, str):
            against[one] += 1
        else:
            found.append(one)
    fitting = sorted(found, key=lambda one: (-one.score, one.asset))[:_BEST]
    ordered = tuple(_best(desk, whom, one) for one in fitting)
    if ordered:
        return ordered, None
    if not whom.interests:
        return (), desk.say("no_interests")
    counted = ", ".join(desk.say(f"against_{name}", count=count) for name, count in sorted(against.items()))
    return (), desk.say("nothing_passes", count=len(rows), reasons=counted) if rows else desk.say("nothing_leads")


@dataclass(frozen=True, slots=True)
class _Fitting:
    """An asset that nothing keeps from being next."""

    asset: str
    theme: str
    text: Fit
    rights: Verdict
    shown: Shown
    score: float


def _looked_at(desk: Desk, whom: Whom, row: Mapping[str, Any]) -> _Fitting | str:
    """An asset with its score, or the first thing that keeps it from being next."""
    asset, way = str(row["id"]), row["@ways"][0]
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
    return _Fitting(asset, str(way["nodes"][1]), text, verdict, shown, round(score, 3))


def _best(desk: Desk, whom: Whom, one: _Fitting) -> DeskBest:
    because = desk.say(
        "because",
        audience=desk.names[whom.id],
        theme=desk.names[one.theme],
        interest=f"{whom.interests.get(one.theme, 1.0):g}",
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
