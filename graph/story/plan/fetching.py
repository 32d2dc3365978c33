"""What a plan needs, fetched by four questions of the store whatever the number of candidates and posts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.asking import Asking
from graph.model import ANY
from graph.store.select import And, Cmp, Filter, Follow, Not, Or, Order, Rel, Select, Shape, by_ids, shape_of
from graph.store.walks import Step, Walk
from graph.story.embedded import embedded, embedding
from graph.story.posted import posted, posts
from graph.story.rows import Rows, one_of, rows_of
from graph.story.settings import StorySettings

_LANGUAGES = ("en", "id")
_MOST_NARRATIVES, _MOST_MESSAGES, _MOST_ROWS, _LEVELS = 50, 500, 200, 3
_NEXT = 20
_ID = Shape((("id", "id"),))
_OPEN = (("weight", "weight"), ("confidence", "confidence"), ("evidence", "evidence"))
_SURE = (("confidence", "confidence"), ("evidence", "evidence"))


def shape(*props: str, **links: Follow) -> Shape:
    """Properties and links under their own names, beside what names a thing."""
    return shape_of("id", "label", "sample", *props, **links)


def to(field: str, entity: str, wanted: Shape, *props: tuple[str, str], **more: Any) -> Follow:
    """A link to follow, by id where nothing else is said."""
    return Follow(field, Select(entity, wanted, **more), props)


def who(field: str, **more: Any) -> Follow:
    """Who runs a campaign or owns a channel, with the names of each."""
    names = tuple((type, shape_of("names")) for type in ("Mission", "Organisation", "Person"))
    return Follow(field, Select(ANY, shape_of("id", "label"), cases=names, **more))


def titles(prop: str) -> Follow:
    """The title or text of a thing in the languages in which reasons are given."""
    wanted = Shape((("locale", "locale"), (prop, prop)))
    return to("translations", "Translation", wanted, where=Cmp("locale", "in", _LANGUAGES))


_NAMED = shape("names")
_TITLED = shape("locale", translations=titles("title"))


def _narratives(levels: int) -> Shape:
    """A narrative with the smaller ones that are part of it."""
    parts = {"parts": to("parts", "Narrative", _narratives(levels - 1), limit=_MOST_NARRATIVES)} if levels else {}
    return shape("locale", translations=titles("title"), **parts)


def _open_in(first: date, last: date) -> Filter:
    """What begins before a window ends and does not end before it begins; without a day it has no bound there."""
    return And(
        (
            Or((Cmp("starts", "isNull", True), Cmp("starts", "lte", last.isoformat()))),
            Or((Cmp("ends", "isNull", True), Cmp("ends", "gte", first.isoformat()))),
        )
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom, what for, where and when, as ids and days."""

    goal: str
    audience: str
    country: str | None
    campaign: str | None
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of what was named: None where the caller sees no such thing."""

    goal: Mapping[str, Any] | None
    audience: Mapping[str, Any] | None
    country: Mapping[str, Any] | None
    campaign: Mapping[str, Any] | None


def frame(asking: Asking, asked: Asked) -> Frame:
    """The things that were named, with what surrounds them."""
    during = _open_in(asked.first, asked.last)
    titled = titles("title")
    notes = shape(
        "locale", "severity", "topic", translations=titled, touches=to("touches", ANY, shape(), limit=_MOST_ROWS)
    )
    country = shape(
        "names",
        "alpha2",
        sensitivities=to("sensitivities", "SensitivityNote", notes, where=during, limit=_MOST_ROWS),
        advisories=to(
            "advisories", "Advisory", shape("locale", "severity", translations=titled), where=during, limit=_MOST_ROWS
        ),
    )
    theme = shape("names", narrower=to("narrower", "Theme", _NAMED, limit=_MOST_ROWS))
    running = shape(
        "locale",
        "starts",
        "ends",
        translations=titles("title"),
        assets=to("assets", "Asset", _ID, limit=_MOST_ROWS),
        missions=who("missions", limit=1),
    )
    audience = shape(
        "names",
        "kind",
        "size",
        "locales",
        country=to("country", "Country", country),
        interests=to("interests", "Theme", theme, *_OPEN, limit=_MOST_ROWS),
        channels=to("channels", "Channel", shape("names", "platform"), ("share", "share"), limit=_MOST_ROWS),
        campaigns=to("campaigns", "Campaign", running, where=during, limit=_MOST_ROWS),
    )
    goal = shape(
        "locale",
        translations=titles("title"),
        narratives=to("narratives", "Narrative", _narratives(_LEVELS), *_SURE, limit=_MOST_NARRATIVES),
    )
    questions: dict[str, Select | Walk] = {
        "goal": by_ids("Goal", (asked.goal,), goal),
        "audience": by_ids("Audience", (asked.audience,), audience),
    }
    if asked.country is not None:
        questions["country"] = by_ids("Country", (asked.country,), country)
    if asked.campaign is not None:
        questions["campaign"] = by_ids("Campaign", (asked.campaign,), shape())
    found = asking.ask(questions)
    return Frame(*(one_of(found.get(name)) for name in ("goal", "audience", "country", "campaign")))


@dataclass(frozen=True, slots=True)
class Reached:
    """Messages that serve the goal, the assets on a way, and what is one link short of one."""

    messages: Rows
    assets: tuple[str, ...]
    unlinked: Rows
    themes: Rows


def reached(asking: Asking, audience: str, narratives: Iterable[str], settings: StorySettings) -> Reached:
    """Walks from the audience over its interests and messages to assets that speak for one of the narratives.

    Also the assets of its interests that say none of their messages, and the themes of the assets that say one.
    """
    of = tuple(sorted(narratives))
    serving = Rel("some", "narrative", Cmp("id", "in", of))
    speaking = Or((Rel("some", "messages", serving), Rel("some", "proofs", Rel("some", "messages", serving))))
    here, codes, most = Cmp("id", "eq", audience), settings.confidence.codes(), settings.candidates
    interest = Step("interests", weight="weight", confidence=codes, props=("confidence",))
    narrower, addressed = Step("narrower"), Step("messages", where=serving)
    speaks = Step("assets", weight="weight", where=speaking)
    proof = (Step("proofs"), Step("shown_by"))
    walks = {
        "interest": Walk("Audience", here, (interest, speaks), most, _ID),
        "narrower": Walk("Audience", here, (interest, narrower, speaks), most, _ID),
        "addressed": Walk("Audience", here, (addressed, Step("assets")), most, _ID),
        "addressed_proof": Walk("Audience", here, (addressed, *proof), most, _ID),
        "variant": Walk(
            "Audience", here, (Step("messages"), Step("variant_of", where=serving), Step("assets")), most, _ID
        ),
        "variant_proof": Walk(
            "Audience", here, (Step("messages"), Step("variant_of", where=serving), *proof), most, _ID
        ),
        "unlinked": Walk(
            "Audience", here, (interest, Step("assets", weight="weight", where=Not(speaking))), _NEXT, shape(), ways=1
        ),
        "themes": Walk(
            "Narrative",
            Cmp("id", "in", of),
            (Step("messages"), Step("assets"), Step("themes", weight="weight")),
            _NEXT,
            shape("names"),
        ),
    }
    audiences = to("audiences", "Audience", _ID, limit=_MOST_ROWS)
    variants = shape("locale", audiences=audiences)
    message = shape(
        "locale",
        "intent",
        "locked",
        translations=titles("text"),
        narrative=to("narrative", "Narrative", _ID, *_SURE),
        audiences=audiences,
        variants=to("variants", "Message", variants, limit=_MOST_ROWS),
    )
    questions: dict[str, Select | Walk] = {
        "messages": Select("Message", message, serving, (Order("id"),), limit=_MOST_MESSAGES),
        **walks,
    }
    found = asking.ask(questions)
    best: dict[str, float] = {}
    for name in ("interest", "narrower", "addressed", "addressed_proof", "variant", "variant_proof"):
        for row in rows_of(found[name]):
            best[row["id"]] = max(best.get(row["id"], 0.0), row["@weight"])
    assets = sorted(best, key=lambda asset: (-best[asset], asset))[:most]
    return Reached(rows_of(found["messages"]), tuple(assets), rows_of(found["unlinked"]), rows_of(found["themes"]))


def assets(
    asking: Asking, ids: tuple[str, ...], audience: str, campaign: str | None, settings: StorySettings, on: date
) -> dict[str, dict[str, Any]]:
    """All that is known of assets, with, as `posts` and `embeds`, those that this audience could see.

    What the campaign plans itself is none of them.
    """
    if not ids:
        return {}
    texts = shape_of("locale", "state", "title", "basis", "origin")
    proof = shape(
        "locale",
        "state",
        "kind",
        "valid_until",
        translations=titles("title"),
        messages=to("messages", "Message", _ID, *_SURE, limit=_MOST_ROWS),
    )
    wanted = shape(
        "title",
        "summary",
        "body",
        "locale",
        "text_state",
        "state",
        "marking",
        "embargo_until",
        "expires_at",
        "review_by",
        "kind",
        "tone",
        "date",
        "year",
        themes=to("themes", "Theme", _NAMED, *_OPEN, limit=_MOST_ROWS),
        messages=to("messages", "Message", _ID, *_SURE, limit=_MOST_ROWS),
        proofs=to("proofs", "Proof", proof, *_SURE, limit=_MOST_ROWS),
        depicts=to("depicts", ANY, _ID, limit=_MOST_ROWS),
        translations=to("translations", "Translation", texts, limit=_MOST_ROWS),
    )
    known = by_ids("Asset", ids, wanted, limit=len(ids))
    found = asking.ask({"assets": known, "embedding": embedding((audience,)), **posted(ids, (audience,), campaign)})
    seen = posts(found)
    rows = with_embeds(asking, rows_of(found["assets"]), rows_of(found["embedding"]), settings, on)
    return {id: {**row, "posts": seen.get((id, audience), ())} for id, row in rows.items()}


def with_embeds(
    asking: Asking, rows: Rows, channels: Rows, settings: StorySettings, on: date
) -> dict[str, dict[str, Any]]:
    """Rows of assets by id, each with its embeds on channels up to a day."""
    ids = [str(row["id"]) for row in rows]
    seen = embedded(asking, ids, channels, on=on, days=settings.fatigue.embed_days)
    return {row["id"]: {**row, "embeds": seen.get(row["id"], [])} for row in rows}
