"""`/find` as a map: what is found at places, drawn by the server, each place a number that the list below tells of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.model.folding import sort_key

#: Types that are somewhere by themselves; a story is about countries and themes, which are no points.
TYPES = ("Place", "Mission", "Event")
FOUND = """
query OnAMap($text: String!, $where: SearchWhere, $sort: SearchSort, $locale: Locale, $by: [SearchFacetField!]!) {
  search(text: $text, where: $where, sort: $sort, locale: $locale, first: 100) {
    totalCount
    didYouMean
    pageInfo { hasNextPage endCursor }
    facets(by: $by, limit: 8) { field values { value count } }
    edges {
      node {
        id
        ... on Place { lat lon }
        ... on Mission { place { id lat lon } }
        ... on Event { place { id lat lon } }
      }
    }
  }
}
"""
#: In degrees: how much is shown at least, and how much around the outermost points.
_LEAST, _AROUND = 24.0, 0.08
_WORLD = 360.0
#: A marker's radius, and how close two may be before they are one, as parts of the width shown.
_RADIUS, _CLOSE = 0.016, 0.03


@dataclass(frozen=True, slots=True)
class Spot:
    """Places that are one marker at this scale: where it is, and the ids of what is there."""

    lon: float
    lat: float
    places: tuple[str, ...]
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map: the part of the world that is shown, in degrees with south down, its spots from west to east.

    `nowhere` are the ids of what was found and has no place.
    """

    left: float
    top: float
    width: float
    height: float
    spots: tuple[Spot, ...]
    nowhere: tuple[str, ...]

    @property
    def radius(self) -> float:
        """Of a marker, in degrees."""
        return self.width * _RADIUS


def drawn(nodes: Iterable[Mapping[str, Any]]) -> Drawn:
    """The map of what a search found; a point is where its place is."""
    at: dict[tuple[float, float], tuple[dict[str, None], dict[str, None]]] = {}
    nowhere: list[str] = []
    for node in nodes:
        place = node if "lat" in node else node.get("place")
        if not place or place["lat"] is None or place["lon"] is None:
            nowhere.append(str(node["id"]))
            continue
        places, things = at.setdefault((float(place["lon"]), float(place["lat"])), ({}, {}))
        places[str(place["id"])] = None
        if place is not node:
            things[str(node["id"])] = None
    left, top, width, height = _frame(list(at))
    spots = [Spot(lon, lat, tuple(places), tuple(things)) for (lon, lat), (places, things) in sorted(at.items())]
    return Drawn(left, top, width, height, tuple(_joined(spots, width * _CLOSE)), tuple(nowhere))


def _frame(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """The part of the world around some points: twice as wide as high, and never less than a country's neighbours."""
    if not points:
        return -_WORLD / 2, -_WORLD / 4, _WORLD, _WORLD / 2
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    wide, high = max(lons) - min(lons), max(lats) - min(lats)
    width = min(_WORLD, max(_LEAST, wide * (1 + 2 * _AROUND), high * 2 * (1 + 2 * _AROUND)))
    left = _within((min(lons) + max(lons) - width) / 2, -_WORLD / 2, _WORLD / 2 - width)
    top = _within(-(min(lats) + max(lats)) / 2 - width / 4, -_WORLD / 4, _WORLD / 4 - width / 2)
    return round(left, 3), round(top, 3), round(width, 3), round(width / 2, 3)


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(value, most))


def _joined(spots: Iterable[Spot], close: float) -> list[Spot]:
    """Spots whose markers would cover each other become one, where the first of them is."""
    found: list[Spot] = []
    for one in spots:
        for number, other in enumerate(found):
            if abs(one.lon - other.lon) < close and abs(one.lat - other.lat) < close:
                places, things = {*other.places, *one.places}, {*other.things, *one.things}
                found[number] = Spot(other.lon, other.lat, _ordered(places), _ordered(things))
                break
        else:
            found.append(one)
    return found


def _ordered(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=sort_key))
