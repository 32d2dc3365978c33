"""What is measured, wanted and to be minded: indicators, priorities and advisories."""

from datetime import date

from graph.model.declare import Entity, link, prop
from graph.model.enums import Marking, Rung, Severity
from graph.model.kinds import Name, Names, Share, Text


class Indicator(Entity):
    """A figure by which success is judged."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    unit: str = prop("The unit it is counted in.", longest=60)


class Measurement(Entity, least=Marking.INTERNAL):
    """One reading of an indicator."""

    value: float = prop("The value read.", required=True)
    at: date = prop("The day it was read.", required=True, orderable=True)
    rung: Rung = prop("Its rung on AMEC's ladder, so that views are not sold as impact.", facet=True)

    indicator = link("OF", "Indicator", back="measurements", doc="What was read.", one=True)
    measures = link(
        "MEASURES", "!Indicator", back="measurements", doc="What it says something about.", one=True, use=False
    )


class Priority(Entity):
    """What comes first in a period."""

    title: Text = prop("What it is called.", required=True, searchable=8, orderable=True, longest=300)
    rank: int = prop("Its rank, 1 first.", orderable=True)
    from_: date = prop("First day of the period.")
    until: date = prop("Last day of the period.")
    planned_share: Share = prop("The share of placements planned for it.")

    narrative = link("PRIORITISES", "Narrative", back="priorities", doc="What it puts first.", one=True)


class Advisory(Entity):
    """A warning about a country that communication has to respect."""

    title: Text = prop("What it is called.", required=True, searchable=8, orderable=True, longest=300)
    text: Text = prop("What it says.", searchable=4, longest=10_000)
    starts: date = prop("First day it holds.", orderable=True)
    ends: date = prop("Last day it holds.", orderable=True)
    severity: Severity = prop("How grave it is.", facet=True)

    countries = link("CONCERNS", "Country", back="advisories", doc="Which countries it concerns.", facet=True)


class SensitivityNote(Entity, least=Marking.INTERNAL):
    """What is touchy in a country, so that a story does not offend."""

    title: Text = prop("What it is called.", required=True, searchable=8, orderable=True, longest=300)
    text: Text = prop("What to mind.", searchable=4, longest=10_000)
    starts: date = prop("First day it holds.", orderable=True)
    ends: date = prop("Last day it holds.", orderable=True)
    severity: Severity = prop("How grave it is.", facet=True)
    topic: str = prop("What it is about.", facet=True, longest=200)

    countries = link("CONCERNS", "Country", back="sensitivities", doc="Which countries it concerns.", facet=True)
    touches = link(
        "TOUCHES",
        "Theme | Asset | Place | Person",
        back="sensitivities",
        doc="What it warns of there; without any it is for all to read.",
        use=False,
    )
