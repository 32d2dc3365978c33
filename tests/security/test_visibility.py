"""Random graphs, random viewers, every door: what is out of sight is nowhere, and what is in sight is counted."""

import os
from random import Random

import pytest

from api.plan import Executor, Limits
from api.schema import build_contract
from api.settings import Settings
from api.wiring import opened
from graph.model import MODEL
from tests.neo4j_server import forget, settings_on_neo4j
from tests.security.sight import Look, doors, filled

LONG = bool(os.environ.get("DUTA_TEST_LONG"))
GRAPHS = 10_000 if LONG else 200
GRAPHS_ON_NEO4J = 500 if LONG else 3
WIDE = Limits(objects=10**7, values=10**8)
_EVERY_INDEXED, _LOOKS, _DOORS = 10, 2, 3


@pytest.fixture
def settings(home):
    return Settings(home=home)


@pytest.fixture
def on_neo4j(home):
    forget()
    return settings_on_neo4j(home)


def look_at(house, executor, seed: int) -> None:
    """One random graph through random doors, by random viewers."""
    indexed = seed % _EVERY_INDEXED == 0
    world = filled(house, executor, seed, indexed=indexed)
    there = [one for one in doors() if indexed or not one.searches]
    dice = Random(seed)
    for _ in range(_LOOKS):
        look = Look(world, dice)
        searching = [one for one in there if one.searches]
        for one in [*searching, *dice.sample([one for one in there if not one.searches], _DOORS)]:
            try:
                one.open(look)
            except AssertionError as error:
                error.add_note(f"Graph {seed}, door {one.name}, {look!r}.")
                raise


def test_what_is_out_of_sight_is_nowhere(settings):
    with opened(settings) as house:
        executor = Executor(build_contract(MODEL), house.store, house, WIDE)
        for seed in range(GRAPHS):
            look_at(house, executor, seed)


@pytest.mark.neo4j
def test_nor_is_it_on_neo4j(on_neo4j):
    with opened(on_neo4j) as house:
        executor = Executor(build_contract(MODEL), house.store, house, WIDE)
        for seed in range(GRAPHS_ON_NEO4J):
            look_at(house, executor, seed)
