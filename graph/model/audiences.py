"""Who listens, and through what: audiences and channels."""

from graph.model.declare import Entity, link, prop
from graph.model.enums import AudienceKind, Bandwidth, Marking, Platform
from graph.model.kinds import Big, Locale, Name, Names, Share, Url


class Audience(Entity, least=Marking.INTERNAL):
    """A public in aggregate, never an individual."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    kind: AudienceKind = prop("Which public it is part of.", required=True, facet=True)
    size: Big = prop("About how many people.", orderable=True)
    locales: list[Locale] = prop("The languages it reads.", facet=True)
    connectivity: Bandwidth = prop("How much data reaches its people.", facet=True)

    country = link(
        "LIVES_IN", "Country", back="audiences", doc="The country it lives in.", one=True, searchable=3, facet=True
    )
    interests = link(
        "INTERESTED_IN",
        "Theme",
        back="audiences",
        doc="What it is interested in.",
        searchable=2,
        weight=(Share, "How strong the interest is."),
    )


class Channel(Entity):
    """An account, site or list through which something is said."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    platform: Platform = prop("Where it lives.", required=True, facet=True)
    handle: str = prop("Its handle on the platform.", searchable=6, longest=200)
    url: Url = prop("Its address.", longest=2000)
    locale: Locale = prop("The language it speaks.", facet=True)
    official: bool = prop("Whether a mission or ministry answers for it.")
    bandwidth: Bandwidth = prop("How much data it may ask of its readers.")
    partner_key: str = prop(
        "The id of the partner's key whose embeds are seen here, so that their views count for its audiences.",
        marking=Marking.INTERNAL,
        longest=40,
    )

    owner = link(
        "OWNED_BY", "Mission | Organisation | Person", back="channels", doc="Whose it is.", one=True, searchable=2
    )
    reaches = link(
        "REACHES",
        "Audience",
        back="channels",
        doc="Whom it reaches.",
        share=(Share, "The share of the audience it reaches."),
    )
    amplifies = link(
        "AMPLIFIES",
        "Channel",
        back="amplified_by",
        doc="Whose posts it carries on.",
        agreement=(str, "The agreement it rests on."),
    )
