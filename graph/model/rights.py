"""Under which rights something may be shown: grants and consents."""

from datetime import date, datetime

from graph.model.declare import Entity, link, prop
from graph.model.enums import Marking
from graph.model.kinds import Rules, Text, Url


class RightsGrant(Entity, least=Marking.INTERNAL):
    """A licence or contract that says what may be done with an asset or a picture."""

    title: Text = prop("What it is called.", required=True, searchable=8, orderable=True, longest=300)
    licence: Url = prop("Address of the licence.", facet=True, longest=500)
    rules: Rules = prop("Permissions, prohibitions and duties, in the manner of ODRL.", filterable=False)
    valid_from: date = prop("First day it holds.", orderable=True)
    valid_until: date = prop("Last day it holds.", orderable=True)

    holder = link(
        "HELD_BY", "Person | Organisation", back="grants", doc="Who gives it.", one=True, searchable=2, use=False
    )


class Consent(Entity, least=Marking.RESTRICTED):
    """What a person has agreed to be shown in."""

    title: Text = prop("What it is called.", required=True, searchable=8, orderable=True, longest=300)
    rules: Rules = prop("Permissions and prohibitions, in the manner of ODRL.", filterable=False)
    minor: bool = prop("Whether the person was under age.")
    withdrawn_at: datetime = prop("When the person withdrew it.")

    person = link("GIVEN_BY", "Person", back="consents", doc="Who gave it.", one=True, use=False)
    covers = link("COVERS", "Asset | Media", back="consents", doc="What it covers.", use=False)
