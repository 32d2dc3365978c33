"""The next assets for an audience: what it cares for, can read, may be shown, and has not seen too often."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
    found: list[DeskBest] = []
    against: Counter[str] = Counter()
    rows = [row for row in ends if row["id"] in desk.assets]
    for row in rows:
        asset = str(row["id"])
        text, verdict, shown = (
            desk.text(asset, whom),
            desk.verdict(asset, whom.territory),
            desk.shown(asset, whom),
        )
        hindrance = _hindrance(text, verdict, shown)
        if hindrance:
            against[hindrance] += 1
        else:
            found.append(_best(desk, whom, row, text, verdict, shown))
    ordered = tuple(sorted(found, key=lambda one: (-one.score, one.asset or ""))[:_BEST])
    if ordered:
        return ordered, None
    if not whom.interests:
        return (), desk.say("no_interests")
    counted = ", ".join(desk.say(f"against_{name}", count=count) for name, count in sorted(against.items()))
    return (), desk.say("nothing_passes", count=len(rows), reasons=counted) if rows else desk.say("nothing_leads")


def _hindrance(text: Fit, verdict: Verdict, shown: Shown) -> str | None:
    """The first thing that keeps an asset from being next."""
    if text.locale is None:
        return "text"
    if not verdict.allowed:
        return "rights"
    if shown.planned is not None:
        return "planned"
    return "rest" if shown.fatigue.verdict is FatigueVerdict.REST else None


def _best(desk: Desk, whom: Whom, row: Mapping[str, Any], text: Fit, verdict: Verdict, shown: Shown) -> DeskBest:
    asset, way = str(row["id"]), row["@ways"][0]
    theme = str(way["nodes"][1])
    fresh = freshness(desk.assets[asset], desk.last, desk.settings)
    product = way["weight"] * text.factor * fresh
    score = max(0.0, product - desk.settings.tired * min(1.0, shown.fatigue.saturation))
    because = desk.say(
        "because",
        audience=desk.names[whom.id],
        theme=desk.names[theme],
        interest=f"{whom.interests.get(theme, 1.0):g}",
        asset=desk.names[asset],
        seen=desk.say("seen", day=shown.last) if shown.last else desk.say("never_seen"),
    )
    return DeskBest(
        asset,
        round(score, 3),
        because,
        theme,
        text.locale,
        tuple(duty.text for duty in verdict.duties),
        verdict.valid_until,
        shown.last,
    )
