"""Who speaks: missions, organisations and persons."""

from graph.model.declare import Entity, link, prop
from graph.model.enums import Marking, MissionKind, MissionTier, OrganisationKind
from graph.model.kinds import Name, Names, Url


class Mission(Entity, reference=True):
    """A ministry of foreign affairs or one of its posts abroad."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    tier: MissionTier = prop("Headquarters or a post abroad.", facet=True)
    kind: MissionKind = prop("What kind of mission it is.", facet=True)
    website: Url = prop("Its website.", longest=2000)
    email: str = prop("Its public e-mail address.", longest=320)
    phone: str = prop("Its public telephone number.", longest=60)
    time_zone: str = prop("Its IANA time zone.", longest=60)

    sent_by = link(
        "SENT_BY", "Country", back="missions_sent", doc="The country that sends it.", one=True, searchable=3, facet=True
    )
    hosted_by = link(
        "HOSTED_BY",
        "Country",
        back="missions_hosted",
        doc="The country that hosts it.",
        one=True,
        searchable=3,
        facet=True,
    )
    accredited_to = link("ACCREDITED_TO", "Country", back="accredited_missions", doc="Countries it is accredited to.")
    place = link("AT", "Place", back="missions", doc="Where it is.", one=True, searchable=3)


class Organisation(Entity, reference=True):
    """A company, agency, museum, university or other body."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    kind: OrganisationKind = prop("What kind of organisation it is.", facet=True)

    country = link("BASED_IN", "Country", back="organisations", doc="The country it is based in.", one=True, facet=True)


class Person(Entity):
    """A person who made, shows or is shown in something."""

    name: Name = prop("What the person is called.", required=True, searchable=10, orderable=True, longest=300)
    names: Names = prop("The name in other languages, by locale.", searchable=10, filterable=False)
    role: str = prop("What the person is known for.", searchable=3, longest=300)
    contact: str = prop("How to reach the person.", marking=Marking.RESTRICTED, filterable=False, longest=500)

    country = link(
        "CITIZEN_OF", "Country", back="people", doc="The country the person is a citizen of.", one=True, facet=True
    )
