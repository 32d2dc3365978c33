"""Where things are: countries and places."""

from graph.model.declare import Entity, link, prop
from graph.model.enums import PlaceKind
from graph.model.kinds import Big, Code, Latitude, Longitude, Name, Names, Share, Shares


class Country(Entity, reference=True):
    """A country or territory of ISO 3166-1."""

    name: Name = prop("Its short name.", required=True, searchable=10, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    alpha2: Code = prop("ISO 3166-1 alpha-2 code.", required=True, facet=True)
    alpha3: Code = prop("ISO 3166-1 alpha-3 code.")
    m49: Code = prop("UN M49 code, three digits.")
    region: str = prop("Its region by UN M49.", facet=True, longest=100)
    population: Big = prop("How many people live there.", orderable=True)
    languages: Shares = prop("Which languages its people speak, with the share of the population.", filterable=False)
    internet_users: Share = prop("Share of its people who use the internet.")


class Place(Entity, reference=True):
    """A city, region, site, venue or museum."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    kind: PlaceKind = prop("What kind of place it is.", facet=True)
    lat: Latitude = prop("Latitude in degrees, WGS 84.")
    lon: Longitude = prop("Longitude in degrees, WGS 84.")
    time_zone: str = prop("Its IANA time zone.", longest=60)

    country = link("LOCATED_IN", "Country", back="places", doc="The country it lies in.", one=True, facet=True)
    part_of = link(
        "PART_OF", "Place", back="parts", doc="The larger place it belongs to.", one=True, use=False, acyclic=True
    )
