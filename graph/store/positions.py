"""Places on the globe: how a position is stored, and what the two engines compare to find what is near.

A position is kept as its unit vector beside its degrees. The square of the straight distance between two such
vectors grows with the way over the ground, and takes nothing but differences, products and sums of doubles,
which both engines round alike; sines and cosines, which they do not, are taken here only.
"""

import math
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from typing import Any, cast

from graph.errors import InvalidValue
from graph.model import EntityType, Prop
from graph.model.kinds import latitude, longitude, real
from graph.store.select import Near
from graph.store.shapes import Slot

#: Mean radius of the Earth by IUGG, in km; as it is no ball, a distance may be off by half a per cent.
RADIUS = 6371.0088
#: Half the way round, in km, rounded up.
FARTHEST = 20_038
VECTOR = ("geo_x", "geo_y", "geo_z")

_EVERYWHERE = 5.0
#: Degrees by which a box is wider than what it holds, which lets no rounding cut off what is near.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Circle:
    """A box of degrees for an index to look into, and what decides: a vector and the square of the chord allowed.

    The box has two ranges of longitude, which differ only where it crosses the antimeridian.
    """

    south: float
    north: float
    west: float
    east: float
    other_west: float
    other_east: float
    x: float
    y: float
    z: float
    chord: float


def vector(lat: float, lon: float) -> tuple[float, float, float]:
    """The unit vector of a position in degrees."""
    phi, lam = math.radians(lat), math.radians(lon)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)


def stored_vector(lat: object, lon: object) -> tuple[float | None, ...]:
    """What is stored of a position; nothing where either is missing."""
    if isinstance(lat, int | float) and isinstance(lon, int | float):
        return vector(lat, lon)
    return (None,) * len(VECTOR)


def located(entity: EntityType) -> tuple[Prop, Prop]:
    """Latitude and longitude of a type; raises InvalidValue where it stands nowhere by itself."""
    found = entity.coordinates
    if found is None:
        raise InvalidValue(
            f"{entity.name} has no coordinates.", path="near", cure="Ask what it is linked to, such as its place."
        )
    return found


def circle(near: Near) -> Circle:
    """What `near` comes to, or the slots of that; raises InvalidValue."""
    lat: object = near.lat
    if isinstance(lat, Slot):
        slots: list[Any] = [lat.then(partial(_part, one.name)) for one in fields(Circle)]
        return Circle(*slots)
    return _circle(near)


def _part(name: str, near: object) -> object:
    return getattr(_circle(cast("Near", near)), name)


@lru_cache(maxsize=16)
def _circle(near: Near) -> Circle:
    """Remembered, since each part of it fills a slot of its own."""
    lat, lon, km = _checked(near)
    x, y, z = vector(lat, lon)
    angle = km / RADIUS
    chord = _EVERYWHERE if angle >= math.pi else (2 * math.sin(angle / 2)) ** 2
    reach = math.degrees(angle) + _SLACK
    south, north = lat - reach, lat + reach
    ranges = (-180.0, 180.0, -180.0, 180.0)
    if south > -90 and north < 90:  # noqa: PLR2004 - the poles, round which there is every longitude
        ranges = _longitudes(lon, _SLACK + _widest(lat, angle))
    return Circle(south, north, *ranges, x, y, z, chord)


def _widest(lat: float, angle: float) -> float:
    """How many degrees of longitude a circle that holds no pole reaches to either side."""
    return math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))


def _longitudes(lon: float, reach: float) -> tuple[float, float, float, float]:
    """The ranges of longitude about one; a range that crosses 180 goes on from -180."""
    west, east = lon - reach, lon + reach
    if west < -180:  # noqa: PLR2004 - the antimeridian
        return -180.0, east, west + 360, 180.0
    if east > 180:  # noqa: PLR2004 - the antimeridian
        return west, 180.0, -180.0, east - 360
    return west, east, west, east


def _checked(near: Near) -> tuple[float, float, float]:
    for name, check, value in (("lat", latitude, near.lat), ("lon", longitude, near.lon), ("km", real, near.km)):
        try:
            check(value)
        except InvalidValue as error:
            raise InvalidValue(error.reason, path=f"near.{name}", cure=error.cure) from None
    if not 0 < near.km <= FARTHEST:
        raise InvalidValue(
            f"{near.km} is no distance in kilometres.", path="near.km", cure=f"Give more than 0 and at most {FARTHEST}."
        )
    return float(near.lat), float(near.lon), float(near.km)
