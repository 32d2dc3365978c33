"""What comes first: the priorities of some days and the posts that are counted for them, by a question or two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Asking, Of, Question, said
from graph.model import ANY
from graph.model.enums import PlacementStatus
from graph.store.select import And, Cmp, Filter, Or, Order, Rel, Select, Shape, by_ids, shape_of
from graph.story.agenda.days import Span, checked
from graph.story.agenda.priorities import Agenda, Post, Wanted, counted, notes, told_of, warnings
from graph.story.naming import asked_for, refuse_unknown
from graph.story.plan.fetching import shape, titles, to
from graph.story.plan.reading import Names, Row
from graph.story.rows import Rows, ids_of, rows_of
from graph.story.wording import language_of

#: How many posts are counted, and priorities compared.
MOST, PRIORITIES = 5_000, 50
_LEVELS, _MANY = 3, 200


@dataclass(frozen=True, slots=True)
class AgendaGiven:
    """Which days, and whose posts."""

    from_: date = said("The first day.")
    to: date = said("The last day, included.")
    owner: Annotated[str, Of(ANY)] | None = said("Only posts on channels of this mission or organisation.", None)
    country: Annotated[str, Of("Country")] | None = said("Only posts on channels that reach an audience there.", None)


def agenda(asking: Asking, given: AgendaGiven) -> Agenda:
    """The agenda, by a question of the store or two."""
    span = checked(given.from_, given.to)
    names = Names(language_of(asking.locale))
    named = {
        ("owner", ANY): [given.owner] if given.owner else [],
        ("country", "Country"): [given.country] if given.country else [],
    }
    found = asking.ask({"priorities": _priorities(span), "posts": _posts(span, given), **asked_for(named)})
    refuse_unknown(named, found)
    rows, posts = rows_of(found["priorities"]), rows_of(found["posts"])
    wanted = [_wanted(row, span, names) for row in rows[:PRIORITIES]]
    counts, elsewhere = counted(wanted, _told(asking, posts[:MOST]))
    told = tuple(told_of(one, counts[one.id], names) for one in wanted)
    return Agenda(
        told,
        tuple(warnings(told, names)),
        len(posts[:MOST]),
        elsewhere,
        tuple(notes(told, len(posts[:MOST]), elsewhere, names)),
        len(posts) > MOST or len(rows) > PRIORITIES,
    )


def _priorities(span: Span) -> Select:
    def narrative(levels: int) -> Shape:
        parts = {"parts": to("parts", "Narrative", narrative(levels - 1), limit=_MANY)} if levels else {}
        return shape_of("id", **parts)

    wanted = shape(
        "locale",
        "rank",
        "from",
        "until",
        "planned_share",
        translations=titles("title"),
        narrative=to("narrative", "Narrative", narrative(_LEVELS)),
    )
    first, last = span.first.isoformat(), span.last.isoformat()
    where = And(
        (
            Or((Cmp("from", "isNull", True), Cmp("from", "lte", last))),
            Or((Cmp("until", "isNull", True), Cmp("until", "gte", first))),
        )
    )
    return Select("Priority", wanted, where, (Order("rank"), Order("id")), limit=PRIORITIES + 1)


def _posts(span: Span, given: AgendaGiven) -> Select:
    first, last = span.first.isoformat(), span.last.isoformat()
    when: list[Filter] = [
        Cmp("at", "gte", f"{first}T00:00:00.000Z"),
        Cmp("at", "lte", f"{last}T23:59:59.999Z"),
        Cmp("status", "in", (PlacementStatus.LIVE, PlacementStatus.PLANNED)),
    ]
    if given.owner is not None:
        when.append(Rel("some", "channel", Rel("some", "owner", Cmp("id", "eq", given.owner))))
    if given.country is not None:
        lives = Rel("some", "country", Cmp("id", "eq", given.country))
        when.append(Rel("some", "channel", Rel("some", "reaches", lives)))
    ids = shape_of("id")
    asset = shape_of("id", messages=to("messages", "Message", ids))
    campaign = shape_of("id", tells=to("tells", ANY, ids, limit=_MANY))
    wanted = shape_of(
        "at",
        "status",
        of=to("of", ANY, ids, cases=(("Asset", asset),)),
        campaign=to("campaign", "Campaign", campaign),
    )
    return Select("Placement", wanted, And(tuple(when)), (Order("at"),), limit=MOST + 1)


def _wanted(row: Row, span: Span, names: Names) -> Wanted:
    first = date.fromisoformat(row["from"]) if row["from"] else span.first
    last = date.fromisoformat(row["until"]) if row["until"] else span.last
    counts: dict[str, int] = {}
    for narrative in rows_of(row["narrative"]):
        _count(narrative, 0, counts)
    held = Span(first, last).meets(span) or span
    own = next(iter(ids_of(row["narrative"])), None)
    return Wanted(names.note(row), row["rank"], own, held, row["planned_share"], counts)


def _count(row: Row, steps: int, counts: dict[str, int]) -> None:
    counts.setdefault(str(row["id"]), steps)
    for part in rows_of(row.get("parts")):
        _count(part, steps + 1, counts)


def _told(asking: Asking, posts: Rows) -> list[Post]:
    """What each post tells: what it posts, and only where that says nothing, what its campaign tells.

    Many posts say few messages, whose narratives are asked for once.
    """
    said = [(_posted(row), _of_campaign(row)) for row in posts]
    narratives = _narratives(asking, {id for posted, campaign in said for id in (*posted, *campaign)})
    days: dict[str, date] = {}
    told: list[Post] = []
    for row, saying in zip(posts, said, strict=True):
        at = str(row["at"])[:10]
        day = days.get(at) or days.setdefault(at, date.fromisoformat(at))
        tells = next((found for ids in saying if (found := _tells(ids, narratives))), frozenset[str]())
        told.append(Post(day, row["status"] == PlacementStatus.LIVE, tells))
    return told


def _posted(row: Row) -> list[str]:
    """What is posted, and the messages of an asset."""
    ids: list[str] = []
    for one in row["of"]["rows"]:
        ids.append(one["id"])
        if case := one.get("@case"):
            ids += [message["id"] for message in case["messages"]["rows"]]
    return ids


def _of_campaign(row: Row) -> list[str]:
    return [one["id"] for campaign in row["campaign"]["rows"] for one in campaign["tells"]["rows"]]


def _narratives(asking: Asking, said: set[str]) -> Mapping[str, tuple[str, ...]]:
    """The narratives of all messages among what is said, and each narrative as its own."""
    messages = tuple(sorted([id for id in said if id.startswith("message:")]))
    own = {id: (id,) for id in said if id.startswith("narrative:")}
    if not messages:
        return own
    shape = shape_of("id", narrative=to("narrative", "Narrative", shape_of("id")))
    found = asking.ask({"messages": by_ids("Message", messages, shape)})
    return {**own, **{str(row["id"]): ids_of(row["narrative"]) for row in rows_of(found["messages"])}}


def _tells(said: Iterable[str], narratives: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset([each for id in said if id in narratives for each in narratives[id]])


AGENDA = Question(
    "agenda",
    "What was to come first in some days against what was said: planned and actual shares of posts by priority, with a "
    "warning where the first gets less than a lower one.",
    AgendaGiven,
    Agenda,
    agenda,
    lambda _given: 2 * PRIORITIES,
)
