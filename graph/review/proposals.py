"""Questions about proposals: one, a page of them, and where two of them meet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from graph.asking import Asking, Question
from graph.errors import InvalidValue
from graph.model import ANY, LEVEL, LINK_PROPS, EntityType
from graph.model.enums import ProposalDecision
from graph.model.names import camel
from graph.review.edits import Moved, Place, colliding
from graph.review.proposal import (
    MOST,
    ChangedSince,
    OfProposal,
    Proposal,
    ProposalCollision,
    ProposalComparison,
    ProposalConnection,
    ProposalPageInfo,
    ProposalsCompared,
    ProposalsGiven,
    ProposalWhere,
    ProposedPart,
)
from graph.review.standing import remark
from graph.review.waiting import UNDECIDED, Standing, standings
from graph.store.select import Cmp, Filter, Not, Order, Rel, Select, Shape, both, by_ids
from graph.store.snapshot import outside


def told(asking: Asking, ids: Sequence[str]) -> dict[str, Proposal]:
    """Proposals as the caller may read them, by id."""
    found = standings(asking, ids)
    shown = _Shown(asking, found.values())
    return {id: _told(asking, one, shown) for id, one in found.items()}


class _Shown:
    """What the caller sees of values and of the other sides of links."""

    def __init__(self, asking: Asking, found: Iterable[Standing]) -> None:
        self._level = asking.viewer.live
        ids = {id for one in found for id in (*one.edit.targets, *_targets(one.since or {}))}
        self._there: set[str] = set()
        if ids:
            question = by_ids(ANY, tuple(sorted(ids)), Shape((("id", "id"),)), limit=len(ids))
            self._there = {row["id"] for row in cast("Any", asking.ask({"it": question}))["it"]["rows"]}

    def sees(self, entity: EntityType, name: str) -> bool:
        prop = entity.props.get(name)
        return prop is None or LEVEL[prop.marking] <= self._level

    def fields(self, entity: EntityType, places: Mapping[Place, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        """Places of one field together, each side in outside form; None where there is nothing to show."""
        found: dict[str, tuple[Any, ...]] = {}
        linked: dict[str, tuple[dict[str, Any], ...]] = {}
        for (name, _), sides in places.items():
            if name in entity.props:
                if self.sees(entity, name):
                    found[name] = tuple(outside(entity.props[name], side) for side in sides)
                continue
            shown = tuple(self._links(entity, name, side) for side in sides)
            before = linked.get(name) or tuple({} for _ in sides)
            linked[name] = tuple({**old, **new} for old, new in zip(before, shown, strict=True))
        return found | {name: tuple(one or None for one in sides) for name, sides in linked.items() if any(sides)}

    def _links(self, entity: EntityType, name: str, links: Mapping[str, Any] | None) -> dict[str, Any]:
        props = {**LINK_PROPS, **entity.ends[name].link.props}
        return {
            to: {
                camel(key): outside(props[key], value)
                for key, value in carried.items()
                if key in props and (key != "evidence" or value in self._there)
            }
            for to, carried in (links or {}).items()
            if to in self._there
        }


def _told(asking: Asking, one: Standing, shown: _Shown) -> Proposal:
    row, mine, since = one.row, one.edit.places(one.entity), one.since or {}
    clash = set(colliding(mine, since))
    sides = {place: (*moved, since[place][1] if place in since else None) for place, moved in mine.items()}
    parts = shown.fields(one.entity, sides)
    clashing = {name for name, _ in clash}
    decided, approved = one.decided, row["decision"] == ProposalDecision.APPROVED
    at = datetime.fromisoformat(decided.at) if decided else None
    quiet: timedelta = asking.surroundings.review.quiet
    return Proposal(
        row["id"],
        one.thing["id"],
        ProposalDecision(row["decision"]),
        (one.entries[0].reason or None) if one.entries else None,
        one.authors,
        datetime.fromisoformat(row["created_at"]),
        row["on_rev"],
        row["on_version"],
        one.stale,
        tuple(ProposedPart(camel(name), old, new, now, name in clashing) for name, (old, new, now) in parts.items()),
        tuple(ChangedSince(camel(name), old, new) for name, (old, new) in shown.fields(one.entity, since).items()),
        decided.actor if decided else None,
        at,
        at + quiet if at and approved else None,
        tuple(remark(note) for note in row["notes"]["rows"]),
    )


def _targets(places: Mapping[Place, Moved]) -> set[str]:
    """The other sides of links among moved places, and what they rest on."""
    links: list[dict[str, Any]] = [side for moved in places.values() for side in moved if isinstance(side, dict)]
    carried = [(to, props) for side in links for to, props in side.items()]
    return {to for to, _ in carried} | {str(props["evidence"]) for _, props in carried if props.get("evidence")}


def proposal(asking: Asking, given: OfProposal) -> Proposal | None:
    """One proposal; nothing where the caller does not see drafts of what it is for."""
    return told(asking, (given.id,)).get(given.id)


def proposals(asking: Asking, given: ProposalsGiven) -> ProposalConnection:
    """A page of proposals, as far as the caller sees drafts of what they are for."""
    if not 1 <= given.first <= MOST:
        raise InvalidValue(f"{given.first} proposals are asked for; 1 to {MOST} are told at once.", path="first")
    if asking.viewer.draft < 0:
        return ProposalConnection((), ProposalPageInfo(has_next_page=False, end_cursor=None))
    where = given.where or ProposalWhere()
    page = Select(
        "ProposedEdit",
        Shape((("id", "id"), ("created_at", "created_at"))),
        both(*_filters(where)),
        (Order("created_at", descending=True),),
        after=_place(given.after),
        limit=given.first + 1,
    )
    rows = cast("Any", asking.ask({"it": page}, asking.everything))["it"]["rows"]
    goes_on, rows = len(rows) > given.first, rows[: given.first]
    found = told(asking, [row["id"] for row in rows]) if rows else {}
    nodes = tuple(found[row["id"]] for row in rows if row["id"] in found)
    end = f"{rows[-1]['created_at']} {rows[-1]['id']}" if rows else None
    return ProposalConnection(nodes, ProposalPageInfo(goes_on, end))


def _filters(where: ProposalWhere) -> Iterable[Filter]:
    wanted = UNDECIDED if where.decision is None else where.decision
    yield Not(Cmp("state", "eq", "RETIRED"))
    yield Cmp("decision", "in", tuple(one.value for one in wanted))
    if where.of is not None:
        yield Rel("some", "changes", Cmp("id", "eq", where.of))


def _place(cursor: str | None) -> tuple[str, ...] | None:
    if cursor is None:
        return None
    at, _, id = cursor.partition(" ")
    try:
        datetime.fromisoformat(at)
    except ValueError:
        raise InvalidValue(f'"{cursor[:60]}" is no cursor.', path="after", cure="Give an `endCursor`.") from None
    return at, id


def compare(asking: Asking, given: ProposalsCompared) -> ProposalComparison | None:
    """Two proposals for one thing; nothing where the caller does not see both."""
    found = standings(asking, (given.a, given.b))
    if len(found) < 2:  # noqa: PLR2004 - both
        return None
    one, other = found[given.a], found[given.b]
    if one.thing["id"] != other.thing["id"]:
        raise InvalidValue(
            f'"{given.a}" and "{given.b}" are for two things.', path="b", cure="Compare proposals for the same one."
        )
    shown = _Shown(asking, (one, other))
    mine, theirs = one.edit.places(one.entity), other.edit.places(one.entity)
    clash = colliding(mine, theirs)
    sides = shown.fields(one.entity, {place: (*mine[place], theirs[place][1]) for place in clash})
    alike = {name for name, _ in mine} & {name for name, _ in theirs} - {name for name, _ in clash}
    agreed = [name for name in sorted(alike) if shown.sees(one.entity, name)]
    return ProposalComparison(
        _told(asking, one, shown),
        _told(asking, other, shown),
        tuple(ProposalCollision(camel(name), *values) for name, values in sides.items()),
        tuple(map(camel, agreed)),
    )


QUESTIONS = (
    Question(
        "proposal",
        "An edit of something published that waits for a decision, with its difference and what was said of it.",
        OfProposal,
        Proposal | None,
        proposal,
        lambda _given: 5 + MOST,
    ),
    Question(
        "proposals",
        "Edits of what is published that wait for a decision, the newest first.",
        ProposalsGiven,
        ProposalConnection,
        proposals,
        lambda given: 3 * given.first,
    ),
    Question(
        "compare_proposals",
        "Two proposals for the same thing, and what they would leave differently.",
        ProposalsCompared,
        ProposalComparison | None,
        compare,
        lambda _given: 10 + MOST,
    ),
)
