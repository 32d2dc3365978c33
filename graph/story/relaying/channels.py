"""Channels that carry things on: what is asked of them, and how many people each reaches, on what basis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

from graph.asking import Of, said
from graph.model import ANY
from graph.model.enums import Told
from graph.store.select import Follow, Shape, shape_of
from graph.story import wording
from graph.story.plan.fetching import shape, to
from graph.story.plan.reading import Names, Row
from graph.story.plan.texts import called
from graph.story.rows import one_of, rows_of

_PACKAGE = "graph.story.relaying"
MOST = 50
#: Units of indicators that count who saw a post.
COUNTED = ("people", "views", "viewers", "readers", "listeners")
PEOPLE = (("share", "share"), ("confidence", "confidence"))


class ReachBasis(Told):
    """What a number of people rests on."""

    MEASURED = "MEASURED", "It was read: a measurement of outputs of this very post."
    DECLARED = "DECLARED", "The shares that the channel declares of its audiences, times their sizes."
    UNKNOWN = "UNKNOWN", "Nothing is known; it counts as none."


@dataclass(frozen=True, slots=True)
class PeopleReached:
    """How many people saw or could see something, and on what that rests."""

    people: int | None = said("About how many, or how many views were counted; null where nothing is known.")
    basis: ReachBasis = said("What it rests on.")
    sentence: str = said("The basis in words.")
    measurement: Annotated[str, Of("Measurement")] | None = said("The reading, where it was measured.")


def say(names: Names, key: str, **values: Any) -> str:
    """A sentence about what is carried on, in the language of the answer."""
    return wording.say(_PACKAGE, names.language, key, **values)


def channel_shape(**links: Follow) -> Shape:
    """What is asked of a channel: its language, whose it is, and whom it reaches."""
    return shape(
        "names",
        "locale",
        owner=to("owner", ANY, shape_of("id")),
        reaches=to("reaches", "Audience", shape("names", "size"), *PEOPLE, limit=MOST),
        **links,
    )


def agreeing(wanted: Shape) -> Follow:
    """The channels that carry a channel's posts on, with the agreement each rests on."""
    props = (("agreement", "agreement"), ("since", "since"), ("until", "until"))
    return to("amplified_by", "Channel", wanted, *props, limit=MOST)


def holds(row: Row, today: date) -> bool:
    """Whether an agreement is declared and holds on a day; partial dates hold from their first to their last day."""
    if not str(row["agreement"] or "").strip():
        return False
    day = today.isoformat()
    since, until = str(row["since"] or ""), str(row["until"] or "")
    return (not since or since <= day) and (not until or day[: len(until)] <= until)


def note(names: Names, channel: Row) -> str:
    """Remember what a channel and its audiences are called."""
    for audience in rows_of(channel["reaches"]):
        names.note(audience)
    return names.note(channel)


def declared(channel: Row, names: Names, only: Iterable[str] | None = None) -> PeopleReached:
    """The people a channel reaches by the shares it declares; of some audiences, where they are named."""
    wanted = None if only is None else set(only)
    parts = [
        (row, float(row["share"]), int(row["size"]))
        for row in rows_of(channel["reaches"])
        if row["share"] is not None and row["size"] and (wanted is None or row["id"] in wanted)
    ]
    if not parts:
        return PeopleReached(None, ReachBasis.UNKNOWN, say(names, "unknown"), None)
    count = partial(wording.number, language=names.language)
    shares = ", ".join(
        say(names, "share", percent=count(share * 100), audience=names[row["id"]], size=count(size))
        for row, share, size in parts
    )
    people = round(sum(share * size for _, share, size in parts))
    return PeopleReached(people, ReachBasis.DECLARED, say(names, "declared", shares=shares), None)


def measured(placement: Row, names: Names) -> PeopleReached | None:
    """The last reading of how many saw a post, where there is one; shares and other units count nobody."""
    for row in rows_of(placement["measurements"]):
        indicator: Mapping[str, Any] = one_of(row["indicator"]) or {"unit": ""}
        if indicator["unit"] not in COUNTED:
            continue
        day, value = date.fromisoformat(row["at"]), wording.number(row["value"], names.language)
        told = say(names, "measured", value=value, indicator=called(indicator, names.language), day=day)
        return PeopleReached(round(row["value"]), ReachBasis.MEASURED, told, str(row["id"]))
    return None
