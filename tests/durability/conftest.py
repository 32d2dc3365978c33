"""Settings of a new installation on each engine; the shared Neo4j is emptied for it."""

import os

import neo4j
import pytest

from api.settings import Settings


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def settings(request, home) -> Settings:
    if request.param == "sqlite":
        return Settings(home=home)
    uri, user, password = (os.environ[f"DUTA_TEST_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD"))
    with neo4j.GraphDatabase.driver(uri, auth=(user, password)) as driver, driver.session() as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    return Settings(home=home, neo4j_uri=uri, neo4j_user=user, neo4j_password=password, neo4j_seconds=120)


def variables(settings: Settings) -> dict[str, str]:
    """The variables that make a server use the store of these settings."""
    if settings.neo4j_uri is None:
        return {}
    return {
        "DUTA_NEO4J_URI": settings.neo4j_uri,
        "DUTA_NEO4J_USER": settings.neo4j_user,
        "DUTA_NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
    }
