"""What is done: campaigns, placements, observances and events."""

from datetime import date, datetime

from graph.model.declare import Entity, link, prop
from graph.model.enums import (
    BudgetBand,
    Calendar,
    CampaignRole,
    CampaignScope,
    EventKind,
    Marking,
    Mode,
    PlacementStatus,
    Purpose,
)
from graph.model.kinds import Days, Locale, Name, Names, Text, Url


class Campaign(Entity):
    """A planned run of stories for named audiences, with a goal and an end."""

    title: Text = prop("What the campaign is called.", required=True, searchable=10, orderable=True, longest=300)
    summary: Text = prop("What it is about.", searchable=4, longest=2000)
    starts: date = prop("First day, in the mission's time zone.", orderable=True)
    ends: date = prop("Last day, inclusive.", orderable=True)
    scope: CampaignScope = prop("How far it reaches.", facet=True)
    budget_band: BudgetBand = prop("The order of its budget.", marking=Marking.INTERNAL)

    missions = link(
        "RUN_BY",
        "Mission | Organisation",
        back="campaigns",
        doc="Who runs it.",
        searchable=2,
        facet=True,
        role=(CampaignRole, "What the runner does."),
    )
    assets = link("USES", "Asset", back="campaigns", doc="What it tells its story with.", at_least=1)
    audiences = link("TARGETS", "Audience", back="campaigns", doc="Whom it is for.", at_least=1)
    goals = link("SERVES", "Goal", back="campaigns", doc="What it serves.")
    tells = link("TELLS", "Message | Narrative", back="campaigns", doc="What it says.")
    channels = link("THROUGH", "Channel", back="campaigns", doc="Through what it speaks.")
    occasions = link(
        "TIED_TO", "Observance | Event", back="campaigns", doc="The occasions it belongs to.", searchable=2
    )
    adapts = link(
        "ADAPTS", "Campaign", back="adaptations", doc="The campaign it makes its own.", one=True, acyclic=True
    )
    indicators = link(
        "MEASURED_BY",
        "Indicator",
        back="campaigns",
        doc="How its success is measured.",
        baseline=(float, "The value at the start."),
        target=(float, "The value to reach."),
    )


class Placement(Entity, least=Marking.INTERNAL):
    """One post, or one planned."""

    at: datetime = prop("When it goes out.", required=True, orderable=True)
    until: datetime = prop("When it ends.", orderable=True)
    url: Url = prop("Where it can be seen.", longest=2000)
    locale: Locale = prop("The language it is in.", facet=True)
    text_as_posted: str = prop("The text as it was posted.", searchable=4, filterable=False, longest=10_000)
    status: PlacementStatus = prop("Whether it is out.", required=True, facet=True)
    purpose: Purpose = prop("What it is for.", facet=True)
    paid: bool = prop("Whether it was paid for, and must say so.")
    posted_rev: int = prop("The revision of what was posted.")

    of = link("OF", "Asset | Message", back="placements", doc="What was posted.", one=True)
    channel = link("ON", "Channel", back="placements", doc="Where it was posted.", one=True)
    campaign = link("FOR_CAMPAIGN", "Campaign", back="placements", doc="The campaign it belongs to.", one=True)
    repost_of = link("REPOST_OF", "Placement", back="reposts", doc="The post it repeats.", one=True, acyclic=True)


class Observance(Entity, reference=True):
    """A holiday or day of remembrance."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    calendar: Calendar = prop("The calendar by which it moves.", facet=True)
    dates: Days = prop("Its dates: country, year, date and whether ESTIMATED or CONFIRMED.", filterable=False)

    countries = link(
        "OBSERVED_IN", "Country", back="observances", doc="Where it is observed.", searchable=2, facet=True
    )


class Event(Entity):
    """A conference, festival or exhibition."""

    title: Text = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    kind: EventKind = prop("What kind of event it is.", facet=True)
    starts: date = prop("First day.", orderable=True)
    ends: date = prop("Last day, inclusive.", orderable=True)
    mode: Mode = prop("Where people meet.", facet=True)

    place = link("AT", "Place", back="events", doc="Where it takes place.", one=True, searchable=2)
    series = link(
        "PART_OF", "Event", back="editions", doc="The series it is an edition of.", one=True, use=False, acyclic=True
    )
    organisers = link("ORGANISED_BY", "Mission | Organisation", back="events", doc="Who organises it.", searchable=2)
    features = link("FEATURES", "Asset | Person", back="events", doc="What and whom it shows.", searchable=2)
