"""What lies near a point: over the poles, over the antimeridian, and at the very border."""

import math

import pytest

from graph.errors import InvalidValue
from graph.store.positions import RADIUS, circle
from graph.store.select import And, Cmp, Near, Not, Rel

PLACES = {
    "jakarta": (-6.2088, 106.8456),
    "bogor": (-6.595, 106.8166),
    "seoul": (37.5665, 126.978),
    "suva": (-18.1416, 178.4419),
    "apia": (-13.8333, -171.7667),
    "taveuni": (-16.8, 180.0),
    "north": (89.9, 10.0),
    "beyond": (89.9, -170.0),
    "pole": (-90, 0),
}


@pytest.fixture
def places(graph, made):
    named = {name: {"lat": lat, "lon": lon} for name, (lat, lon) in PLACES.items()}
    half = {"half": {"lat": -6.2088}, "nowhere": {}}
    graph.write(*(made(f"place:{name}", name=name, **where) for name, where in {**named, **half}.items()))
    return graph


@pytest.mark.parametrize(
    ("near", "found"),
    [
        (Near(-6.2088, 106.8456, 0.001), "jakarta"),
        (Near(-6.2, 106.8, 50), "bogor jakarta"),
        (Near(-6.2, 106.8, 40), "jakarta"),
        (Near(-17, 179.9, 400), "suva taveuni"),
        (Near(-17, -179.9, 400), "suva taveuni"),
        (Near(-17, -180, 1100), "apia suva taveuni"),
        (Near(89.9, 10, 25), "beyond north"),
        (Near(89.9, 10, 20), "north"),
        (Near(90, 77, 12), "beyond north"),
        (Near(-90, 180, 0.001), "pole"),
        (Near(0, 0, 20_038), " ".join(sorted(PLACES))),
    ],
)
def test_what_lies_within_a_circle(places, near, found):
    assert " ".join(places.ids("Place", near)) == found
    rest = sorted({*PLACES, "half", "nowhere"} - set(found.split()))
    assert places.ids("Place", Not(near)) == rest


def test_the_border_belongs_to_the_circle(places):
    way = 2 * RADIUS * math.asin(math.sqrt(_chord(PLACES["jakarta"], PLACES["bogor"])) / 2)

    assert "bogor" in places.ids("Place", Near(*PLACES["jakarta"], way * (1 + 1e-9)))
    assert "bogor" not in places.ids("Place", Near(*PLACES["jakarta"], way * (1 - 1e-9)))


def _chord(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The square of the straight distance on a ball of radius 1, by the haversine formula."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, point)) for point in (one, other))
    return 4 * (
        math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    )


def test_the_box_leaves_nothing_out_that_the_circle_holds():
    for lat in range(-90, 91, 5):
        for km in (0.001, 1, 500, 5_000, 10_007.6, 19_000):
            found = circle(Near(lat, 175, km))
            for degrees in range(0, 360, 7):
                angle, bearing = km / RADIUS * (1 - 1e-9), math.radians(degrees)
                phi = math.asin(
                    math.sin(math.radians(lat)) * math.cos(angle)
                    + math.cos(math.radians(lat)) * math.sin(angle) * math.cos(bearing)
                )
                turn = math.atan2(
                    math.sin(bearing) * math.sin(angle) * math.cos(math.radians(lat)),
                    math.cos(angle) - math.sin(math.radians(lat)) * math.sin(phi),
                )
                lon = (175 + math.degrees(turn) + 180) % 360 - 180
                assert found.south <= math.degrees(phi) <= found.north
                assert found.west <= lon <= found.east or found.other_west <= lon <= found.other_east


def test_a_place_that_moves_is_found_where_it_is(places, made):
    places.write(made("place:suva", lat=-6.2, lon=106.8))
    places.write(made("place:bogor", lat=None))

    assert places.ids("Place", Near(-6.2, 106.8, 50)) == ["jakarta", "suva"]


def test_what_is_linked_to_a_place_is_found_through_it(places, made):
    places.write(
        made("mission:jakarta", name="Embassy", kind="EMBASSY", tier="MISSION", place="place:jakarta"),
        made("mission:seoul", name="Embassy", kind="EMBASSY", tier="MISSION", place="place:seoul"),
    )

    assert places.ids("Mission", Rel("some", "place", Near(37, 127, 100))) == ["seoul"]
    assert places.ids("Mission", And((Cmp("kind", "eq", "EMBASSY"), Rel("none", "place", Near(37, 127, 100))))) == [
        "jakarta"
    ]


def test_what_stands_nowhere_by_itself_cannot_be_near(graph):
    with pytest.raises(InvalidValue, match="Mission has no coordinates"):
        graph.ids("Mission", Near(0, 0, 1))


@pytest.mark.parametrize("given", [{"lat": 90.5}, {"lat": "north"}, {"lon": 180.1}])
def test_a_position_off_the_globe_is_refused(graph, made, given):
    [refused] = graph.told(made("place:lost", name="Lost", **given)).refused

    assert refused.path == next(iter(given))
