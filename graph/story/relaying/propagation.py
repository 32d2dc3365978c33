"""How a post spreads: the tree of its reposts, how many people each reaches, where it stalls, and its bridges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from graph.asking import Asking, Of, Question, said
from graph.model import ANY
from graph.model.enums import PlacementStatus, Rung, State, Told
from graph.store.select import Cmp, Follow, Order, Shape, by_ids, shape_of
from graph.story.plan.fetching import shape, to
from graph.story.plan.reading import Names, Row
from graph.story.refusing import outside, unknown
from graph.story.relaying.channels import PeopleReached, agreeing, channel_shape, declared, holds, measured, note, say
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.wording import Languages, language_of

DEEPEST, MOST = 6, 200
_EACH, _READINGS, _AHEAD = 50, 10, 2
PlacementId = Annotated[str, Of("Placement")]
ChannelId = Annotated[str, Of("Channel")]
AudienceId = Annotated[str, Of("Audience")]


class StallReason(Told):
    """Why a post was not carried on where that was agreed."""

    LANGUAGE = "LANGUAGE", "What was posted has no text in the channel's language."
    PLANNED = "PLANNED", "It is planned there and not out yet."
    NOT_TAKEN = "NOT_TAKEN", "It could have been, and was not."


@dataclass(frozen=True, slots=True)
class PropagationGiven:
    """Which post."""

    placement: PlacementId = said("The post to begin at.")
    depth: int = said(f"How many times it may be carried on, 1 to {DEEPEST}.", 4)


@dataclass(frozen=True, slots=True)
class PropagationPost:
    """A post of the tree."""

    placement: PlacementId | None = said("The post.")
    repeats: PlacementId | None = said("The post it repeats; null for the first.")
    channel: ChannelId | None = said("Where it is.")
    owner: Annotated[str, Of(ANY)] | None = said("Whose channel that is.")
    hop: int = said("How many times it was carried on before, 0 for the first.")
    at: datetime | None = said("When it went out, or will.")
    status: PlacementStatus = said("Whether it is out.")
    days_after: int | None = said("How many days after the post it repeats.")
    locale: str | None = said("The language it is in.")
    reach: PeopleReached = said("How many people it reaches, and on what that rests.")
    audiences: tuple[AudienceId, ...] = said("Whom its channel reaches.")
    new_audiences: tuple[AudienceId, ...] = said("Those of them that no post reaches that went out before.")


@dataclass(frozen=True, slots=True)
class PropagationStall:
    """A channel that has agreed to carry on what one of the tree's channels says, and did not."""

    channel: ChannelId | None = said("The channel.")
    after: PlacementId | None = said("The post that it could have carried on.")
    agreement: str = said("The agreement.")
    reason: StallReason = said("Why not, as far as the graph tells.")
    audiences: tuple[AudienceId, ...] = said("Whom it would reach that nothing in the tree reaches.")
    sentence: str = said("The same in words.")


@dataclass(frozen=True, slots=True)
class PropagationBridge:
    """A channel that brings a post to people whom it would not have reached."""

    channel: ChannelId | None = said("The channel.")
    audiences: tuple[AudienceId, ...] = said("The audiences that only it brings.")


@dataclass(frozen=True, slots=True)
class Propagation:
    """The tree of a post. Numbers of people are not added up: the same person may follow two channels."""

    begins: PlacementId | None = said("The post it begins at.")
    repeats: PlacementId | None = said("What that one repeats itself, where it is not the first.")
    posts: tuple[PropagationPost, ...] = said("The posts, each after the one it repeats, by their time.")
    audiences: tuple[AudienceId, ...] = said("All audiences reached.")
    bridges: tuple[PropagationBridge, ...] = said("Channels that brought audiences nobody before them reached.")
    stalls: tuple[PropagationStall, ...] = said("Where it was not carried on though that was agreed.")
    cut: bool = said("Whether there are more posts than are told.")


def propagation(asking: Asking, given: PropagationGiven) -> Propagation:
    """The tree, by a question for the post and one for every two levels below; raises InvalidValue for no such post."""
    if not 1 <= given.depth <= DEEPEST:
        raise outside(given.depth, 1, DEEPEST, "depth")
    names = Names(language_of(asking.locale))
    found = _fetched(asking, given)
    if not found:
        raise unknown("placement", given.placement, "placement")
    posts = list(_told(found[:MOST], names))
    reached = tuple(dict.fromkeys(audience for post in posts for audience in post.audiences))
    bridges = tuple(PropagationBridge(one.channel, one.new_audiences) for one in posts if one.hop and one.new_audiences)
    first = found[0][0]
    return Propagation(
        given.placement,
        next(iter(ids_of(first["repeats"])), None),
        tuple(posts),
        reached,
        bridges,
        tuple(_stalls(found[:MOST], set(reached), asking.viewer.today, names)),
        len(found) > MOST or any(len(rows_of(row["reposts"])) > _EACH for row, hop, _ in found if hop < given.depth),
    )


_Post = tuple[Row, int, str | None]
_Place = tuple[str, int, str | None]


def _fetched(asking: Asking, given: PropagationGiven) -> list[_Post]:
    """The posts with how deep they stand and what they repeat, level by level, each in order of time."""
    found: list[_Post] = []
    ahead: list[_Place] = [(given.placement, 0, None)]
    while ahead and len(found) <= MOST:
        ids = tuple(id for id, _, _ in ahead)
        asked = by_ids("Placement", ids, _POST, limit=len(ids))
        rows = {str(row["id"]): row for row in rows_of(asking.ask({"it": asked})["it"])}
        found += ((rows[id], hop, repeats) for id, hop, repeats in ahead if id in rows)
        deepest = ahead[-1][1]
        level = [row for row, hop, _ in found if hop == deepest]
        ahead = list(_below(level, deepest, given.depth))[: MOST + 1 - len(found)]
    return found


def _below(level: Sequence[Row], hop: int, depth: int) -> Iterator[_Place]:
    """What repeats the posts of a level, and what repeats that, as far as the tree is wanted."""
    for deeper in range(hop + 1, min(hop + _AHEAD, depth) + 1):
        below = [(post, str(row["id"])) for row in level for post in rows_of(row["reposts"])[:_EACH]]
        below.sort(key=lambda one: (str(one[0]["at"]), str(one[0]["id"])))
        yield from ((str(post["id"]), deeper, repeats) for post, repeats in below)
        level = [post for post, _ in below]


def _post() -> Shape:
    """All that is told of a post, and the ids of what repeats it: all of that too would double the statement."""
    said_in = to("translations", "Translation", shape_of("locale", "state"), limit=MOST)
    posted = shape_of("id", "label")
    asset = shape_of("id", "label", "locale", "text_state", translations=said_in)
    outputs = Cmp("rung", "eq", Rung.OUTPUTS)
    reading = shape_of("id", "value", "at", indicator=to("indicator", "Indicator", shape_of("label", "names", "unit")))
    relay = shape("names", "locale", reaches=to("reaches", "Audience", shape_of("id"), limit=_EACH))
    return shape(
        "at",
        "status",
        "locale",
        channel=to("channel", "Channel", channel_shape(carried=agreeing(relay))),
        of=to("of", ANY, posted, cases=(("Asset", asset), ("Message", asset))),
        measurements=to(
            "measurements",
            "Measurement",
            reading,
            where=outputs,
            order=(Order("at", descending=True),),
            limit=_READINGS,
        ),
        repeats=to("repost_of", "Placement", shape_of("id")),
        reposts=_reposts(_AHEAD),
    )


def _reposts(levels: int) -> Follow:
    out = Cmp("status", "in", (PlacementStatus.LIVE, PlacementStatus.PLANNED))
    below = {"reposts": _reposts(levels - 1)} if levels > 1 else {}
    wanted = shape_of("id", "at", **below)
    return to("reposts", "Placement", wanted, where=out, order=(Order("at"), Order("id")), limit=_EACH + 1)


_POST = _post()


def _told(found: Sequence[_Post], names: Names) -> Iterator[PropagationPost]:
    """The posts as they are told; what a post reaches anew is reckoned by the time they go out."""
    fresh, reached = dict[str, tuple[str, ...]](), set[str]()
    for row, _, _ in sorted(found, key=lambda one: (str(one[0]["at"]), one[1], str(one[0]["id"]))):
        there = tuple(each for channel in rows_of(row["channel"]) for each in ids_of(channel["reaches"]))
        fresh[row["id"]] = tuple(each for each in there if each not in reached)
        reached |= set(there)
    when: dict[str, datetime] = {}
    for row, hop, repeats in found:
        id, channel = names.note(row), one_of(row["channel"])
        at = when[id] = datetime.fromisoformat(row["at"])
        audiences: tuple[str, ...] = ()
        if channel is not None:
            note(names, channel)
            audiences = ids_of(channel["reaches"])
        yield PropagationPost(
            id,
            repeats,
            channel["id"] if channel else None,
            next(iter(ids_of(channel["owner"])), None) if channel else None,
            hop,
            at,
            PlacementStatus(row["status"]),
            (at - when[repeats]).days if repeats else None,
            row["locale"],
            measured(row, names) or declared(channel or {"reaches": {"rows": []}}, names),
            audiences,
            fresh[id],
        )


def _stalls(found: Sequence[_Post], reached: set[str], today: date, names: Names) -> Iterator[PropagationStall]:
    """Channels that agreed to carry on what a channel of the tree says, and have no live post in it; each once."""
    live = {one["id"] for row, _, _ in found if row["status"] == "LIVE" for one in rows_of(row["channel"])}
    planned = {one["id"] for row, _, _ in found for one in rows_of(row["channel"])} - live
    told: set[str] = set()
    for row, _, _ in found:
        channel = one_of(row["channel"])
        for relay in rows_of(channel["carried"]) if channel else ():
            if relay["id"] in live or relay["id"] in told or not holds(relay, today):
                continue
            told.add(relay["id"])
            names.note(relay)
            reason = StallReason.PLANNED if relay["id"] in planned else _reason(row, relay)
            values = {
                "channel": names[relay["id"]],
                "agreement": relay["agreement"],
                "locale": Languages([relay["locale"]] if relay["locale"] else []),
            }
            fresh = tuple(one for one in ids_of(relay["reaches"]) if one not in reached)
            sentence = say(names, f"stall_{reason}", **values)
            yield PropagationStall(relay["id"], row["id"], relay["agreement"], reason, fresh, sentence)


def _reason(row: Row, relay: Row) -> StallReason:
    """A text in the language of the relay is what it needs, unless the post itself is in that language."""
    posted: Row = one_of(row["of"]) or {}
    texts: Row = posted.get("@case") or {}
    spoken = {one["locale"] for one in rows_of(texts.get("translations")) if one["state"] == State.PUBLISHED}
    spoken |= {row["locale"]} | ({texts.get("locale")} if texts.get("text_state") == State.PUBLISHED else set())
    lacks = relay["locale"] and str(relay["locale"]).partition("-")[0] not in {
        str(one).partition("-")[0] for one in spoken if one
    }
    return StallReason.LANGUAGE if lacks else StallReason.NOT_TAKEN


PROPAGATION = Question(
    "propagation",
    "How a post spreads: the tree of its reposts with how many people each reaches and on what basis, its bridges, "
    "and where it was not carried on though that was agreed.",
    PropagationGiven,
    Propagation,
    propagation,
    lambda _given: MOST,
)
