"""The reasons of a plan in words, from the ways and gates they stand for."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from graph.story import wording
from graph.story.plan.answer import StoryFix
from graph.story.plan.candidates import Candidate
from graph.story.plan.gates import FixAction, Hindrance, Standing
from graph.story.plan.reading import MessageNode, Names
from graph.story.plan.ways import Claim, Edge, Reach, Way
from graph.story.repairs.values import FixRequest
from graph.story.wording import Languages

_PACKAGE = "graph.story.plan"


def say(names: Names, key: str, **values: Any) -> str:
    """A sentence of plans in the language of the answer."""
    return wording.say(_PACKAGE, names.language, key, **values)


def because(one: Candidate, names: Names, messages: Mapping[str, MessageNode], audience: str, goal: str) -> str:
    """Why an asset stands in its place, from its way."""
    way = one.way
    node = messages.get(way.message)
    reach = say(
        names,
        way.reach,
        audience=names[audience],
        theme=names[way.theme],
        wide=names[_interest(way).end] if way.reach is Reach.NARROWER_INTEREST else "",
        sure=sure(_interest(way), names) if way.reach in (Reach.INTEREST, Reach.NARROWER_INTEREST) else "",
        asset=names[one.asset],
        variant=names[node.variant] if node and node.variant else "",
    )
    proves = next((edge for edge in way.to_goal if edge.type == "PROVES"), None)
    claim = say(
        names,
        way.claim,
        message=names[way.message],
        proof=names[way.proof or ""],
        sure=sure(proves, names) if proves is not None and way.claim is Claim.PROVES else "",
    )
    role, ends = say(names, one.role), {"narrative": names[way.narrative], "goal": names[goal]}
    return say(names, "sentence", role=role, reach=reach, claim=claim, **ends)


def sure(edge: Edge, names: Names) -> str:
    """How strong and how sure a link is."""
    weight = "" if edge.weight is None else say(names, "weight", weight=float(edge.weight))
    if edge.confidence is None:
        return say(names, "assumed", weight=weight)
    return say(names, "sourced" if edge.source else "coded", weight=weight, code=edge.confidence)


def _interest(way: Way) -> Edge:
    return next(edge for edge in way.to_asset if edge.type == "INTERESTED_IN")


def reason(one: Hindrance, names: Names) -> str:
    """Why a gate does not open."""
    values: dict[str, object] = {
        name: say(names, f"word_{value}") if isinstance(value, StrEnum) else value for name, value in one.values.items()
    }
    if "owner" in values:
        owner = values["owner"]
        values["owner"] = say(names, "gate_CLASH_owner", owner=owner) if owner else ""
    return say(names, f"gate_{one.gate}", **values).strip()


def fix(one: Hindrance, standing: Standing, names: Names, request: FixRequest | None) -> StoryFix:
    """The smallest cure of a gate, what it takes, and what has to be asked for it."""
    action, until = one.fix.action, one.fix.until
    key = f"fix_{action}" if action is not FixAction.WAIT or until is not None else "fix_WAIT_long"
    values: dict[str, object] = {
        "asked": Languages([standing.text.asked]),
        "pending": Languages([standing.text.pending] if standing.text.pending else []),
    }
    told = say(names, key, day=until or date.max, **values)
    match action:
        case FixAction.TRANSLATE:
            cost = say(names, "cost_word" if one.fix.effort == 1 else "cost_words", count=one.fix.effort)
        case FixAction.WAIT:
            cost = say(names, "cost_day" if one.fix.effort == 1 else "cost_days", count=one.fix.effort)
        case FixAction.PUBLISH | FixAction.PUBLISH_TEXT | FixAction.EXTEND:
            cost = say(names, "cost_review")
        case _:
            cost = say(names, "cost_request")
    return StoryFix(action, told, cost, until, request)
