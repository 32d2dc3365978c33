"""Where an asset is embedded, as its views tell: on a partner's channel, which has an owner and audiences.

A view is counted under a partner's key; the channel that names this key is where the embed was seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from graph.asking import Asking, Computed, Of, said
from graph.model import ANY, LEVEL
from graph.model.enums import Platform
from graph.store.select import Cmp, Filter, Follow, Not, Order, Rel, Select, Shape, both
from graph.story.fatigue import Exposure
from graph.story.rows import Rows, ids_of, one_of, rows_of
from graph.story.settings import FatiguePolicy
from graph.story.viewed import KEPT_DAYS, Viewed, read_views

_ID = Shape((("id", "id"),))
_MOST_CHANNELS, _MOST_AUDIENCES, _TOLD = 200, 200, 50


@dataclass(frozen=True, slots=True)
class Embedded:
    """Views of one asset on one channel, from the first to the last day of them."""

    channel: str | None
    owner: str | None
    partner: str
    reaches: frozenset[str]
    first: date
    last: date
    views: int


def embedding(audiences: tuple[str, ...] | None = None) -> Select:
    """The channels that name a partner's key, to be asked beside the rest; those that reach some audiences."""
    whom = None if audiences is None else Cmp("id", "in", audiences)
    reaching: Filter | None = None if whom is None else Rel("some", "reaches", whom)
    reaches = Follow("reaches", Select("Audience", _ID, whom, limit=_MOST_AUDIENCES))
    owner = Follow("owner", Select(ANY, _ID, limit=1))
    shape = Shape((("id", "id"), ("partner_key", "partner_key")), (("owner", owner), ("reaches", reaches)))
    named = Not(Cmp("partner_key", "isNull", True))
    return Select("Channel", shape, both(named, reaching), (Order("id"),), limit=_MOST_CHANNELS)


def embedded(
    asking: Asking, ids: Iterable[str], channels: Rows, *, on: date, days: int, others: bool = False
) -> dict[str, list[Embedded]]:
    """Where assets were embedded in so many days up to a day, the most viewed first, for those who work here.

    Of `channels` two that name one key are told apart by nothing, so that the first counts; `others` are the views
    that no channel is known for. Nothing is asked where nothing could be found.
    """
    named: dict[str, Mapping[str, Any]] = {}
    for row in channels:
        if row["partner_key"]:
            named.setdefault(str(row["partner_key"]).removeprefix("duta_"), row)
    last = min(on, asking.viewer.today)
    first = max(last - timedelta(days - 1), asking.viewer.today - timedelta(KEPT_DAYS))
    if asking.viewer.live < LEVEL["INTERNAL"] or first > last or not (named or others):
        return {}
    asking.statements += 1
    return {
        id: _by_channel(told, named, others=others) for id, told in read_views(asking.store, ids, first, last).items()
    }


def _by_channel(told: Sequence[Viewed], named: Mapping[str, Mapping[str, Any]], *, others: bool) -> list[Embedded]:
    by_partner: dict[str, list[Viewed]] = {}
    for one in told:
        if others or one.partner in named:
            by_partner.setdefault(one.partner, []).append(one)
    found = [_one(partner, views, named.get(partner)) for partner, views in by_partner.items()]
    return sorted(found, key=lambda one: (-one.views, one.channel or "", one.partner))


def _one(partner: str, views: Sequence[Viewed], channel: Mapping[str, Any] | None) -> Embedded:
    days = [one.day for one in views]
    owner = one_of(channel["owner"]) if channel else None
    return Embedded(
        channel["id"] if channel else None,
        owner["id"] if owner else None,
        partner,
        frozenset(ids_of(channel["reaches"]) if channel else ()),
        min(days),
        max(days),
        sum(one.views for one in views),
    )


def seen_embeds(found: Iterable[Embedded], policy: FatiguePolicy) -> Iterable[Exposure]:
    """Embeds as what an audience saw: each one exposure, in full from so many views on."""
    for one in found:
        share = min(1.0, one.views / policy.embed_views)
        yield Exposure(
            None, one.first, one.channel, Platform.EMBED, one.owner, last=one.last, share=share, views=one.views
        )


@dataclass(frozen=True, slots=True)
class EmbeddedOn:
    """Where an asset's embed was viewed."""

    channel: Annotated[str, Of("Channel")] | None = said(
        "The channel that names the partner's key; null where none does, or where no partner is known."
    )
    owner: Annotated[str, Of(ANY)] | None = said("Whose channel it is.")
    partner: str | None = said("The id of the partner's key that the embed's address names; null where it names none.")
    first_viewed: date = said("The first of these days on which it was viewed, in UTC.")
    last_viewed: date = said("The last day on which it was viewed, in UTC.")
    views: int = said("How often in these days, at least: what caches answered is not counted.")


@dataclass(frozen=True, slots=True)
class EmbeddedOnGiven:
    """Of which days."""

    days: int = said(f"So many days, today the last of them; {KEPT_DAYS} at most.", 90)


def _ask(asking: Asking, given: EmbeddedOnGiven, ids: Sequence[str]) -> Mapping[str, tuple[EmbeddedOn, ...]]:
    if asking.viewer.live < LEVEL["INTERNAL"]:
        return {}
    channels = rows_of(asking.ask({"channels": embedding()})["channels"])
    days = max(1, min(given.days, KEPT_DAYS))
    found = embedded(asking, ids, channels, on=asking.viewer.today, days=days, others=True)
    return {
        id: tuple(
            EmbeddedOn(one.channel, one.owner, one.partner or None, one.first, one.last, one.views)
            for one in told[:_TOLD]
        )
        for id, told in found.items()
    }


EMBEDDED_ON = Computed(
    "Asset",
    "embedded_on",
    "On whose channels its embed was viewed, the most viewed first, for those who work here; beside `usedIn`, which "
    "tells what is linked. Nothing is known of who viewed it.",
    EmbeddedOnGiven,
    tuple[EmbeddedOn, ...],
    _ask,
    lambda _given: _TOLD,
)
