"""What audiences were shown of assets in posts: added up by the store, by channel and day, whatever their number."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from graph.asking import Asking
from graph.model import ANY
from graph.model.enums import PlacementStatus
from graph.store.cells import CELLS, Cells, Key, Node, Tie
from graph.store.select import And, Cmp, Filter, Follow, Not, Order, Rel, Select, Shape, by_ids, shape_of
from graph.story.fatigue import Exposure, Fatigue, fatigue
from graph.story.rows import one_of, rows_of
from graph.story.settings import FatiguePolicy

#: By asset and audience.
Posts: TypeAlias = Mapping[tuple[str, str], tuple[Exposure, ...]]

_ID = Shape((("id", "id"),))
_BY = (
    Key("asset", "asset.id"),
    Key("audience", "audience.id"),
    Key("channel", "channel.id"),
    Key("platform", "channel.platform"),
    Key("day", "post.at", "day"),
    Key("until", "post.until", "day"),
    Key("paid", "post.paid"),
)


def posted(assets: Sequence[str], audiences: Sequence[str], campaign: str | None = None) -> dict[str, Cells]:
    """The questions that `posts` reads, to be asked beside others.

    What a campaign plans itself does not count against it.
    """
    if not assets or not audiences:
        return {}
    found = {"posted": _counted(assets, audiences)}
    if campaign is not None:
        found["own"] = _counted(assets, audiences, campaign)
    return found


def _counted(assets: Sequence[str], audiences: Sequence[str], campaign: str | None = None) -> Cells:
    planned = None if campaign is None else Cmp("status", "eq", PlacementStatus.PLANNED)
    nodes = [
        Node("asset", "Asset", Cmp("id", "in", tuple(assets))),
        Node("post", "Placement", planned),
        Node("channel", "Channel"),
        Node("audience", "Audience", Cmp("id", "in", tuple(audiences))),
    ]
    ties = [Tie("post", "of", "asset"), Tie("post", "channel", "channel"), Tie("channel", "reaches", "audience")]
    if campaign is not None:
        nodes.append(Node("campaign", "Campaign", Cmp("id", "eq", campaign)))
        ties.append(Tie("post", "campaign", "campaign"))
    return Cells(tuple(nodes), tuple(ties), by=_BY, limit=CELLS)


def posts(answers: Mapping[str, Any]) -> Posts:
    """What each audience was or will be shown of each asset, the posts of one day on one channel as one exposure."""
    own = {_place(row): row["count"] for row in rows_of(answers.get("own"))}
    found: dict[tuple[str, str], list[Exposure]] = {}
    for row in rows_of(answers.get("posted")):
        count = row["count"] - own.get(_place(row), 0)
        if count and row["day"]:
            seen = Exposure(
                None,
                date.fromisoformat(row["day"]),
                row["channel"],
                row["platform"] or "",
                paid=bool(row["paid"]),
                last=date.fromisoformat(row["until"]) if row["until"] else None,
                count=count,
            )
            found.setdefault((row["asset"], row["audience"]), []).append(seen)
    return {whose: tuple(seen) for whose, seen in found.items()}


def _place(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row[key.name] for key in _BY)


def with_terms(
    asking: Asking,
    tired: Mapping[str, tuple[Fatigue, Sequence[Exposure]]],
    audience: str,
    policy: FatiguePolicy,
    *,
    on: date,
    campaign: str | None = None,
) -> dict[str, Fatigue]:
    """How tired an audience is of assets, with each post told by itself, or by day where there are too many.

    By one question of the store, or none where nothing was posted.
    """
    shown = {id: [one for one in seen if one.views is None] for id, (_, seen) in tired.items()}
    few = tuple(id for id, seen in shown.items() if 0 < sum(one.count for one in seen) <= policy.latest)
    many = {id: seen for id, seen in shown.items() if seen and id not in few}
    questions: dict[str, Select] = {}
    if few:
        wanted = shape_of("id", placements=_singly(audience, policy, campaign))
        questions["few"] = by_ids("Asset", few, wanted, limit=len(few))
    if many:
        channels = tuple(sorted({str(one.channel) for seen in many.values() for one in seen}))
        questions["many"] = by_ids("Channel", channels, shape_of("id", owner=_OWNER), limit=len(channels))
    answers = asking.ask(questions) if questions else {}
    posts = {str(row["id"]): [*_exposures(row["placements"])] for row in rows_of(answers.get("few"))}
    owners = {str(row["id"]): _owner(row) for row in rows_of(answers.get("many"))}
    posts |= {id: [one.owned_by(owners.get(str(one.channel))) for one in seen] for id, seen in many.items()}
    found: dict[str, Fatigue] = {}
    for id, (reckoned, seen) in tired.items():
        embeds = [one for one in seen if one.views is not None]
        terms = fatigue([*posts.get(id, ()), *embeds], on=on, policy=policy).terms
        found[id] = reckoned.told_by(terms)
    return found


_OWNER = Follow("owner", Select(ANY, _ID, limit=1))


def _singly(audience: str, policy: FatiguePolicy, campaign: str | None) -> Follow:
    """The posts that an audience could see, but for what the own campaign plans."""
    where: Filter = Rel("some", "channel", Rel("some", "reaches", Cmp("id", "eq", audience)))
    if campaign is not None:
        planned = Cmp("status", "eq", PlacementStatus.PLANNED)
        where = And((where, Not(And((planned, Rel("some", "campaign", Cmp("id", "eq", campaign)))))))
    channel = Select("Channel", Shape((("id", "id"), ("platform", "platform")), (("owner", _OWNER),)), limit=1)
    wanted = shape_of("id", "at", "until", "paid", channel=Follow("channel", channel))
    latest = (Order("at", descending=True),)
    return Follow("placements", Select("Placement", wanted, where, latest, limit=policy.latest))


def _exposures(answer: Any) -> Iterator[Exposure]:
    for row in rows_of(answer):
        channel = one_of(row["channel"]) or {}
        day, until = (date.fromisoformat(row[name][:10]) if row[name] else None for name in ("at", "until"))
        if day is not None:
            yield Exposure(
                str(row["id"]),
                day,
                channel.get("id"),
                channel.get("platform") or "",
                _owner(channel),
                bool(row["paid"]),
                until,
            )


def _owner(channel: Mapping[str, Any]) -> str | None:
    owner = one_of(channel.get("owner"))
    return str(owner["id"]) if owner else None
