"""What a desk is made of, fetched by four questions of the store, or six."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph.asking import Asking
from graph.model import ANY
from graph.model.enums import CampaignRole, CampaignScope, Marking, MissionTier, State
from graph.store.cells import Cells
from graph.store.select import And, Cmp, Filter, Order, Rel, Select, Shape, by_ids, shape_of
from graph.store.walks import Step, Walk
from graph.story.agenda.collisions import HORIZON, run_shape
from graph.story.embedded import Embedded, embedded, embedding
from graph.story.plan.fetching import shape, titles, to
from graph.story.posted import Posts, posted, posts
from graph.story.rows import Rows, ids_of, one_of, rows_of
from graph.story.settings import StorySettings

MOST_AUDIENCES, MOST_CAMPAIGNS, MOST_ASSETS, CANDIDATES = 12, 60, 100, 20
_MOST = 200
_TIED = 6
_ID = Shape((("id", "id"),))
_SEEN = And((Cmp("state", "eq", State.PUBLISHED), Cmp("marking", "in", (Marking.PUBLIC, Marking.PARTNER))))


def mission(asking: Asking, id: str, first: date, last: date) -> Mapping[str, Any] | None:
    """The mission with its countries, their audiences and feasts, and the ids of campaigns that may concern it."""
    running = And(
        (
            Cmp("ends", "gte", first.isoformat()),
            Cmp("starts", "lte", (last + timedelta(HORIZON)).isoformat()),
        )
    )
    campaigns = to("campaigns", "Campaign", shape_of("id", "starts"), where=running, limit=_MOST)
    wide = And((running, Cmp("scope", "in", (CampaignScope.GLOBAL, CampaignScope.REGIONAL))))
    theme = shape("names")
    audience = shape(
        "names",
        "size",
        "locales",
        interests=to("interests", "Theme", theme, ("weight", "weight"), limit=_MOST),
        campaigns=campaigns,
    )
    tied = to("assets", "Asset", _ID, where=_SEEN, limit=_TIED)
    observances = to("observances", "Observance", shape("names", "calendar", "dates", assets=tied), limit=_MOST)
    largest = (Order("size", descending=True), Order("id", descending=True))
    country = shape(
        "names",
        "alpha2",
        observances=observances,
        audiences=to("audiences", "Audience", audience, order=largest, limit=MOST_AUDIENCES + 1),
    )
    leads = to("campaigns", "Campaign", shape_of("id"), ("role", "role"), where=wide, limit=_MOST)
    ministry = to(
        "missions_sent",
        "Mission",
        shape_of("id", campaigns=leads),
        where=Cmp("tier", "eq", MissionTier.MFA),
        limit=_TIED,
    )
    sender = shape("names", "alpha2", observances=observances, ministries=ministry)
    wanted = shape(
        "names",
        hosted_by=to("hosted_by", "Country", country),
        accredited_to=to("accredited_to", "Country", country, limit=_MOST),
        sent_by=to("sent_by", "Country", sender),
        campaigns=to("campaigns", "Campaign", shape_of("id", "starts"), where=running, limit=_MOST),
    )
    return one_of(asking.ask({"it": by_ids("Mission", (id,), wanted)})["it"])


def led_by(ministries: Rows, own: str) -> tuple[str, ...]:
    """The campaigns that headquarters leads, but the mission's own."""
    return tuple(
        str(row["id"])
        for ministry in ministries
        if ministry["id"] != own
        for row in rows_of(ministry["campaigns"])
        if row["role"] == CampaignRole.LEAD
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Campaigns by id, and for each audience the assets that its interests lead to, each with its best way."""

    campaigns: Mapping[str, Mapping[str, Any]]
    ends: Mapping[str, Rows]


def around(
    asking: Asking,
    campaigns: Iterable[str],
    audiences: Iterable[str],
    countries: Iterable[str],
    settings: StorySettings,
) -> Found:
    """The campaigns, and a walk from each audience."""
    codes = settings.confidence.codes()
    interest = Step("interests", weight="weight", confidence=codes)
    about = Step("assets", weight="weight", confidence=codes, where=_SEEN)
    questions: dict[str, Select | Walk] = {
        id: Walk("Audience", Cmp("id", "eq", id), (interest, about), CANDIDATES, _ID, ways=1, meet="most")
        for id in audiences
    }
    here: Filter = Rel("some", "country", Cmp("id", "in", tuple(countries)))
    run = run_shape(here)
    adapted = to("adaptations", "Campaign", shape_of("id", missions=to("missions", ANY, _ID, limit=_MOST)), limit=_MOST)
    wanted = Shape(
        (*run.props, ("label", "label"), ("locale", "locale"), ("scope", "scope")),
        (*run.links, ("adaptations", adapted), ("translations", titles("title"))),
    )
    ids = tuple(sorted(set(campaigns)))
    if ids:
        questions["campaigns"] = by_ids(
            "Campaign", ids, wanted, order=(Order("starts"), Order("id")), limit=MOST_CAMPAIGNS
        )
    found = asking.ask(questions) if questions else {}
    rows = rows_of(found.pop("campaigns", None))
    return Found({row["id"]: row for row in rows}, {id: rows_of(answer) for id, answer in found.items()})


@dataclass(frozen=True, slots=True)
class Looked:
    """Assets by id, the themes of those that may be adapted, and what each audience was shown of those to show next."""

    assets: Mapping[str, Mapping[str, Any]]
    about: Mapping[str, tuple[str, ...]]
    posts: Posts
    embeds: Mapping[str, Sequence[Embedded]]


def assets(
    asking: Asking,
    ends: Sequence[str],
    used: Sequence[str],
    adaptable: Sequence[str],
    audiences: tuple[str, ...],
    settings: StorySettings,
    on: date,
) -> Looked:
    """What is known of assets; of the ends also the posts and embeds that one of the audiences could see.

    What the `adaptable` among those used are about is read too.
    """
    questions: dict[str, Select | Cells] = {}
    if ids := tuple(dict.fromkeys((*ends, *used))):
        questions["assets"] = by_ids("Asset", ids, _KNOWN, limit=len(ids))
    if adaptable:
        questions["about"] = by_ids("Asset", tuple(adaptable), _ABOUT, limit=len(adaptable))
    if ends:
        questions |= {"embedding": embedding(audiences), **posted(ends, audiences)}
    found = asking.ask(questions) if questions else {}
    channels = rows_of(found.get("embedding"))
    embeds = embedded(asking, ends, channels, on=on, days=settings.fatigue.embed_days) if channels else {}
    about = {row["id"]: ids_of(row["themes"]) for row in rows_of(found.get("about"))}
    return Looked({row["id"]: row for row in rows_of(found.get("assets"))}, about, posts(found), embeds)


_KNOWN = shape(
    "title",
    "summary",
    "body",
    "locale",
    "text_state",
    "kind",
    "date",
    "year",
    "review_by",
    translations=to(
        "translations",
        "Translation",
        shape_of("locale", "state", "title", "basis", "origin"),
        limit=_MOST,
    ),
)
_ABOUT = Shape((("id", "id"),), (("themes", to("themes", "Theme", _ID, limit=_MOST)),))
