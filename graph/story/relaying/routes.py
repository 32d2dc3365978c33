"""Who can carry something to an audience: ways over channels that have agreed to it, with what each has done so far."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import PlacementStatus
from graph.sentence import sentence
from graph.store.cells import Cells, Compare, Key, Measure, Node, Tie
from graph.store.ids import check_id
from graph.store.select import And, Cmp, Order, by_ids, shape_of
from graph.story.audiences import refuse_forbidden
from graph.story.coverage.rules import spoken
from graph.story.plan.fetching import shape, to
from graph.story.plan.reading import Names, Row
from graph.story.refusing import outside, unknown
from graph.story.relaying.channels import (
    MOST,
    PEOPLE,
    PeopleReached,
    agreeing,
    channel_shape,
    declared,
    holds,
    note,
    say,
)
from graph.story.relaying.relays import Relay, Tally, likelihood, ways
from graph.story.rows import Rows, ids_of, one_of, rows_of
from graph.story.settings import AudiencePolicy
from graph.story.wording import Languages, language_of

LONGEST, TOLD, TOUCHED = 4, 20, 500
_YEAR = timedelta(365)
_SENDERS = ("Mission", "Organisation", "Person", "Channel")
_ID, _SENDER = shape_of("id"), shape_of("id", "label")
_AUDIENCE = shape("names", "size", "locales", channels=to("channels", "Channel", _ID, *PEOPLE, limit=TOUCHED))
_CHANNEL, _CARRIED = channel_shape(), channel_shape(carried=agreeing(_ID))
_OWNING = shape_of("names", channels=to("channels", "Channel", _CARRIED, limit=MOST))
_SENDING = tuple([(name, _CARRIED if name == "Channel" else _OWNING) for name in _SENDERS])
Anything = Annotated[str, Of(ANY)]
ChannelId = Annotated[str, Of("Channel")]


@dataclass(frozen=True, slots=True)
class RoutesGiven:
    """From whom to whom."""

    from_: Anything = said("Who sends: a mission, organisation or person with channels, or a channel.")
    to: Annotated[str, Of("Audience")] = said("The audience.")
    max_hops: int = said(f"How many times it may be carried on, 0 to {LONGEST}.", 3)


@dataclass(frozen=True, slots=True)
class RouteHop:
    """A channel of a route. The first is the sender's own, the others carry on what the one before them says."""

    channel: ChannelId | None = said("The channel.")
    owner: Anything | None = said("Whose it is.")
    agreement: str | None = said("The agreement by which it carries on; null for the sender's own.")
    since: str | None = said("From when the agreement holds, where that is said.")
    used: int | None = said("How many posts of the channel before it, of the last year, it carried on.")
    offered: int | None = said("How many there were.")
    last_relay: date | None = said("When it last did; null where never.")
    sentence: str = said("What it has done so far, in words.")


@dataclass(frozen=True, slots=True)
class Route:
    """A way to an audience over channels that agreed to it."""

    hops: tuple[RouteHop, ...] = said("Its channels, from the sender's own to one that reaches the audience.")
    likelihood: float = said(
        "How likely the last one posts it: of each relay (used + 1) / (offered + 2), multiplied; 1 for an own channel."
    )
    reach: PeopleReached = said("How many of the audience the last channel reaches, and on what that rests.")
    expected: int | None = said("The likelihood times the people reached; null where these are not known.")
    needs: tuple[str, ...] = said("What has to be there for it, as a text in the language of a channel.")


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways, those by which most people can be expected first."""

    routes: tuple[Route, ...] = said(f"Up to {TOLD} of them.")
    undeclared: int = said(
        "How many channels carry on within so many hops without a declared agreement, or one that holds; none is used."
    )
    notes: tuple[str, ...] = said("Why there is none, and what is not gone over.")
    cut: bool = said("Whether there are more than are told, or than were looked at.")


def routes(asking: Asking, given: RoutesGiven) -> Routes:
    """The ways, by a question of the store to begin with, one for each hop and one for what the relays have done."""
    if not 0 <= given.max_hops <= LONGEST:
        raise outside(given.max_hops, 0, LONGEST, "maxHops")
    names = Names(language_of(asking.locale))
    first, audience, carriers = _begin(asking, given, names)
    own = tuple([str(row["id"]) for row in first])
    channels, relays, undeclared, cut = _spread(asking, first, given.max_hops, names)
    ends = set(carriers)
    found = list(ways(own, ends, relays, given.max_hops))
    tallies = _tallies(asking, found, asking.viewer.today) if any(len(way) > 1 for way in found) else {}
    told = [_route(way, channels, relays, tallies, audience, names) for way in found]
    ordered = sorted(
        told, key=lambda one: (-(one.expected or 0), len(one.hops), [hop.channel or "" for hop in one.hops])
    )
    notes = tuple(_notes(given, own, ends, told, undeclared, names))
    return Routes(tuple(ordered[:TOLD]), undeclared, notes, cut or len(ordered) > TOLD)


def _begin(asking: Asking, given: RoutesGiven, names: Names) -> tuple[Rows, Row, tuple[str, ...]]:
    """The sender's channels with who carries them on, the audience, and the channels that reach it."""
    found = asking.ask(
        {
            "from": by_ids(ANY, (given.from_,), _SENDER, cases=_SENDING),
            "to": by_ids("Audience", (given.to,), _AUDIENCE),
        }
    )
    sender, audience = one_of(found["from"]), one_of(found["to"])
    kind = check_id(asking.store.model, given.from_).name
    if sender is None or kind not in _SENDERS:
        reason = sentence('There is no channel and nobody who has channels with the id "{id}".', id=given.from_)
        raise InvalidValue(reason, path="from", cure=sentence("Name who has channels, or one of them."))
    if audience is None:
        raise unknown("audience", given.to, "to")
    refuse_forbidden(audience, AudiencePolicy(), "to")
    names.note(sender)
    names.note(audience)
    case: Mapping[str, Any] = sender.get("@case") or {}
    own = [dict(case)] if kind == "Channel" else rows_of(case.get("channels"))
    return own, audience, ids_of(audience["channels"])


def _spread(
    asking: Asking, own: Rows, hops: int, names: Names
) -> tuple[dict[str, Row], dict[str, list[Relay]], int, bool]:
    """All channels that are reached over agreements, and who carries on whom; a question for each hop."""
    today = asking.viewer.today
    channels: dict[str, Row] = {}
    relays: dict[str, list[Relay]] = {}
    silent: set[str] = set()
    rows, cut = own, False
    for left in range(hops, -1, -1):
        after: list[str] = []
        for row in rows:
            channels[note(names, row)] = row
            # Who carries on what the last ones say would be a hop too many.
            for relay in rows_of(row["carried"]) if left else ():
                if holds(relay, today):
                    one = Relay(str(relay["id"]), str(relay["agreement"]), relay["since"])
                    relays.setdefault(str(row["id"]), []).append(one)
                    after.append(one.channel)
                else:
                    silent.add(str(relay["id"]))
        level = tuple([id for id in dict.fromkeys(after) if id not in channels])
        if not level:
            break
        cut = cut or len(channels) + len(level) > TOUCHED
        level = level[: max(0, TOUCHED - len(channels))]
        wanted = _CARRIED if left > 1 else _CHANNEL
        asked = by_ids("Channel", level, wanted, order=(Order("id"),), limit=max(1, len(level)))
        rows = rows_of(asking.ask({"it": asked})["it"])
    return channels, relays, len(silent), cut


def _tallies(asking: Asking, found: Iterable[tuple[str, ...]], today: date) -> dict[tuple[str, str], Tally]:
    """How many posts of the last year each relay carried on, of how many."""
    pairs = {pair for way in found for pair in pairwise(way)}
    before, after = tuple(sorted({one for one, _ in pairs})), tuple(sorted({one for _, one in pairs}))
    since = And(
        (
            Cmp("status", "eq", PlacementStatus.LIVE),
            Cmp("at", "gte", f"{today - _YEAR}T00:00:00.000Z"),
        )
    )
    post, channel = Node("post", "Placement", since), Node("before", "Channel", Cmp("id", "in", before))
    offered = Cells((post, channel), (Tie("post", "channel", "before"),), by=(Key("before", "before.id"),))
    used = Cells(
        (
            post,
            Node("again", "Placement", Cmp("status", "eq", PlacementStatus.LIVE)),
            channel,
            Node("after", "Channel", Cmp("id", "in", after)),
        ),
        (Tie("again", "repost_of", "post"), Tie("post", "channel", "before"), Tie("again", "channel", "after")),
        (Compare("again.id", "ne", "post.id"),),
        by=(Key("before", "before.id"), Key("after", "after.id")),
        measures=(Measure("used", "distinct", "post"), Measure("last", "max", "again.at")),
    )
    answers: Any = asking.ask({"offered": offered, "used": used})
    there = {row["before"]: int(row["count"]) for row in answers["offered"]["rows"]}
    done = {(row["before"], row["after"]): row for row in answers["used"]["rows"]}
    return {
        pair: Tally(
            int(done[pair]["used"]) if pair in done else 0,
            there.get(pair[0], 0),
            date.fromisoformat(str(done[pair]["last"])[:10]) if pair in done else None,
        )
        for pair in pairs
    }


def _route(
    way: tuple[str, ...],
    channels: Mapping[str, Row],
    relays: Mapping[str, list[Relay]],
    tallies: Mapping[tuple[str, str], Tally],
    audience: Row,
    names: Names,
) -> Route:
    hops = [_own(channels[way[0]], names)]
    for before, after in pairwise(way):
        relay = next(one for one in relays[before] if one.channel == after)
        hops.append(_hop(channels[after], relay, before, tallies[before, after], names))
    end = channels[way[-1]]
    reach = declared(end, names, (str(audience["id"]),))
    chance = likelihood(tallies[pair] for pair in pairwise(way))
    expected = None if reach.people is None else round(chance * reach.people)
    needs = tuple(_needs(way, channels, audience, names))
    return Route(tuple(hops), round(chance, 3), reach, expected, needs)


def _own(row: Row, names: Names) -> RouteHop:
    return RouteHop(row["id"], next(iter(ids_of(row["owner"])), None), None, None, None, None, None, say(names, "own"))


def _hop(row: Row, relay: Relay, before: str, tally: Tally, names: Names) -> RouteHop:
    told = say(
        names,
        "accepted" if tally.offered else "none_offered",
        channel=names[relay.channel],
        before=names[before],
        used=tally.used,
        offered=tally.offered,
    )
    owner = next(iter(ids_of(row["owner"])), None)
    return RouteHop(relay.channel, owner, relay.agreement, relay.since, tally.used, tally.offered, tally.last, told)


def _needs(way: tuple[str, ...], channels: Mapping[str, Row], audience: Row, names: Names) -> Iterator[str]:
    """Texts in the languages that the relays speak beside the sender's, and an audience that reads the last one."""
    first = channels[way[0]]["locale"]
    for id in way[1:]:
        locale = channels[id]["locale"]
        if locale and locale != first:
            yield say(names, "need_language", channel=names[id], locale=Languages([locale]))
    last = channels[way[-1]]["locale"]
    if last and audience["locales"] and spoken(frozenset({str(last)}), tuple(audience["locales"])) is None:
        yield say(
            names, "need_unread", audience=names[audience["id"]], channel=names[way[-1]], locale=Languages([last])
        )


def _notes(
    given: RoutesGiven, own: tuple[str, ...], ends: set[str], told: list[Route], undeclared: int, names: Names
) -> Iterator[str]:
    if not own:
        yield say(names, "no_channels", source=names[given.from_])
    elif not ends:
        yield say(names, "no_reach", audience=names[given.to])
    elif not told:
        yield say(names, "no_route", hops=given.max_hops)
    if undeclared:
        yield say(names, "undeclared", count=undeclared)


ROUTES = Question(
    "routes",
    "Who can carry something to an audience: ways over channels that have declared to carry each other on, with what "
    "they have done so far and what each needs.",
    RoutesGiven,
    Routes,
    routes,
    lambda given: TOLD * (given.max_hops + 1),
)
