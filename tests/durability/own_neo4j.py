"""A Neo4j that only one test knows, so that it may be killed and its files kept from growing."""

import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

from api.settings import Settings
from tests.neo4j_server import PATIENCE_SECONDS

START = Path(__file__).parents[2] / ".ci" / "neo4j" / "start"


class OwnNeo4j:
    """A server that only this test knows, so that it may be killed."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        given = [self.told["HOME"]] if self.told else []
        memory = {"DUTA_NEO4J_HEAP": "256m", "DUTA_NEO4J_PAGECACHE": "64m"}
        said = subprocess.run(
            [str(START), *given], check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **memory}
        ).stdout
        self.told = dict(re.findall(r"DUTA_TEST_NEO4J_(\w+)=(.*)", said))

    def kill(self) -> None:
        pid = int(self.told["PID"])
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
            time.sleep(0.02)

    def settings(self, home: Path) -> Settings:
        uri, user, password = self.told["URI"], self.told["USER"], self.told["PASSWORD"]
        return Settings(
            home=home, neo4j_uri=uri, neo4j_user=user, neo4j_password=password,
            neo4j_seconds=PATIENCE_SECONDS, neo4j_write_seconds=PATIENCE_SECONDS,
        )  # fmt: skip

    def write_no_further_than(self, length: int) -> None:
        """Whatever it writes into a file beyond the length is refused by the system, as by a quota."""
        pid = int(self.told["PID"])
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (length, hard))
