"""Settings of a new installation on each engine; the shared Neo4j is emptied for it."""

import shutil
from collections.abc import Iterator

import pytest

from api.settings import Settings
from tests.durability.own_neo4j import OwnNeo4j
from tests.neo4j_server import forget, settings_on_neo4j


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def settings(request, home) -> Iterator[Settings]:
    if request.param == "sqlite":
        yield Settings(home=home)
        return
    forget()
    yield settings_on_neo4j(home)
    # A long run leaves more than what comes next would take away.
    forget()


def variables(settings: Settings) -> dict[str, str]:
    """The variables that make a server use the store of these settings, and wait for it as long."""
    if settings.neo4j_uri is None:
        return {}
    return {
        "DUTA_NEO4J_URI": settings.neo4j_uri,
        "DUTA_NEO4J_USER": settings.neo4j_user,
        "DUTA_NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
        "DUTA_NEO4J_SECONDS": str(settings.neo4j_seconds),
        "DUTA_NEO4J_WRITE_SECONDS": str(settings.neo4j_write_seconds),
    }


@pytest.fixture
def own_neo4j():
    own = OwnNeo4j()
    yield own
    own.kill()
    shutil.rmtree(own.told["HOME"])
