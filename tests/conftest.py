"""What all tests share: a home of their own, the demonstration, and a loud word where something could not run."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette

from api.cli.demonstration import load_demo
from api.doors.app import make_app
from api.settings import Settings
from api.wiring import House, opened
from media.provenance import is_installed

_CLIENTS = Path(__file__).parent / "clients" / "node_modules"

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
    "s3": (
        "an S3 at DUTA_TEST_S3 whose buckets may be written, as moto_server is",
        "DUTA_REQUIRE_S3",
        lambda: bool(os.environ.get("DUTA_TEST_S3")),
    ),
    "c2pa": ("c2pa, of the extra of that name", "DUTA_REQUIRE_C2PA", is_installed),
    "clients": (
        "the clients that `make clients` installs",
        "DUTA_REQUIRE_CLIENTS",
        (_CLIENTS / ".package-lock.json").is_file,
    ),
}


def pytest_runtest_setup(item):
    for marker, (what, variable, is_there) in NEEDS.items():
        if item.get_closest_marker(marker) is None or is_there():
            continue
        if os.environ.get(variable):
            pytest.fail(f"{variable} is set, and there is no {what}", pytrace=False)
        pytest.skip(f"needs {what}")


def pytest_terminal_summary(terminalreporter):
    reasons = [report.longrepr[2] for report in terminalreporter.getreports("skipped")]
    for marker, (what, variable, _) in NEEDS.items():
        count = sum(reason.endswith(f"needs {what}") for reason in reasons)
        if not count:
            continue
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


@dataclass(frozen=True)
class Server:
    """A `duta serve` in a process of its own, and the file with what it complains of."""

    process: subprocess.Popen[str]
    url: str
    home: Path
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def wait(self) -> None:
        """Until it answers; it tells its address before it listens there."""
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.05)
            else:
                return


@pytest.fixture(scope="session")
def serving(tmp_path_factory) -> Callable[..., AbstractContextManager[Server]]:
    """A function that runs `duta serve` on a home for a while, with settings by their variables."""

    @contextmanager
    def serve(home: Path, **settings: str) -> Iterator[Server]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
        log = tmp_path_factory.mktemp("server") / "log"
        with (
            log.open("w") as errors,
            subprocess.Popen(
                [sys.executable, "-m", "api.cli", "serve"],
                env={**outside, "DUTA_HOME": str(home), "DUTA_PORT": "0", "PYTHONUNBUFFERED": "1", **settings},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            try:
                assert process.stdout
                server = Server(process, process.stdout.readline().split()[-1], home, log)
                server.wait()
                yield server
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=30)

    return serve


@pytest.fixture(scope="session")
def served_demonstration(serving, demonstration_home, tmp_path_factory) -> Iterator[Server]:
    """A server of the demonstration; it has a copy of the home, as two would follow one log."""
    home = shutil.copytree(demonstration_home, tmp_path_factory.mktemp("served") / "home")
    with serving(home) as server:
        yield server
