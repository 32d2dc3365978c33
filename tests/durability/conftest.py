"""Settings of a new installation on each engine; the shared Neo4j is emptied for it."""

from collections.abc import Iterator

import pytest

from api.settings import Settings
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
    """The variables that make a server use the store of these settings."""
    if settings.neo4j_uri is None:
        return {}
    return {
        "DUTA_NEO4J_URI": settings.neo4j_uri,
        "DUTA_NEO4J_USER": settings.neo4j_user,
        "DUTA_NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
    }
