"""What all tests share: a home of their own, the demonstration, and a loud word where something could not run."""

import os
import shutil
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from api.cli.serve import load_demo
from api.doors.app import make_app
from api.settings import Settings
from api.wiring import House, opened

#: Marker: what it needs, the variable that makes it compulsory, and whether it is there.
NEEDS = {
    "neo4j": (
        "a Neo4j at DUTA_TEST_NEO4J_URI",
        "DUTA_REQUIRE_NEO4J",
        lambda: bool(os.environ.get("DUTA_TEST_NEO4J_URI")),
    ),
    "browser": (
        "Chromium and chromedriver",
        "DUTA_REQUIRE_BROWSER",
        lambda: bool(shutil.which("chromium") and shutil.which("chromedriver")),
    ),
}
_MISSED = pytest.StashKey[dict[str, int]]()


def pytest_configure(config):
    config.stash[_MISSED] = {}


def pytest_runtest_setup(item):
    for marker, (what, variable, is_there) in NEEDS.items():
        if item.get_closest_marker(marker) is None or is_there():
            continue
        if os.environ.get(variable):
            pytest.fail(f"{variable} is set, and there is no {what}", pytrace=False)
        missed = item.config.stash[_MISSED]
        missed[marker] = missed.get(marker, 0) + 1
        pytest.skip(f"needs {what}")


def pytest_terminal_summary(terminalreporter, config):
    for marker, count in config.stash[_MISSED].items():
        what, variable, _ = NEEDS[marker]
        terminalreporter.write_sep("!", f"{count} {marker} tests did NOT run: they need {what}", yellow=True, bold=True)
        terminalreporter.write_line(f"Set {variable}=1 to make their absence a failure.")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder that DUTA_HOME names, in an environment without other settings."""
    for name in [
        name for name in os.environ if name.startswith("DUTA_") and not name.startswith(("DUTA_TEST_", "DUTA_REQUIRE_"))
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DUTA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def demonstration_home(tmp_path_factory):
    """The demonstration's home, loaded and indexed once; not to be written to."""
    folder = tmp_path_factory.mktemp("demonstration") / "home"
    with opened(Settings(home=folder)) as house:
        load_demo(house)
    return folder


@pytest.fixture(scope="session")
def demonstration(demonstration_home) -> Iterator[House]:
    """The demonstration, opened once to be asked; duta.example.org is a name of its server."""
    with opened(Settings(home=demonstration_home, allowed_hosts=("duta.example.org",))) as house:
        yield house


@pytest.fixture(scope="session")
def demonstration_app(demonstration) -> Starlette:
    """The doors of the demonstration; making them takes a second."""
    return make_app(demonstration)
