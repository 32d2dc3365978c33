"""What README.md shows is what the commands say: every console block is run, in its order, in one home.

To print the answers anew after a change: DUTA_TEST_README=print python -m pytest tests/test_readme.py
"""

import os
import re
import shlex
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api.cli.main import cli
from api.cli.serve import welcome

HOUSE = Path(__file__).parent.parent
README = HOUSE / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def run(home, demonstration_app, monkeypatch):
    """Run a line of the README; what differs each time is written as in the README."""
    monkeypatch.chdir(HOUSE)

    def answer(line: str) -> str:
        command, *arguments = shlex.split(line.split(" | ", maxsplit=1)[0])
        if command == "duta":
            told = CliRunner().invoke(cli, arguments, prog_name="duta")
            assert told.exit_code == 0, told.stderr
            return "".join(f"{one.rstrip()}\n" for one in told.stdout.splitlines())
        if command == "curl":
            body = arguments[arguments.index("-d") + 1]
            with TestClient(demonstration_app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)) as client:
                told = client.post("/graphql", content=body, headers={"content-type": "application/json"}).json()
            return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"
        assert command == "export", line
        return ""

    return answer


def rerun(text: str, run) -> str:
    def block(found: re.Match[str]) -> str:
        commands = [line for line in found[1].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"{line}\n{run(line[2:])}" for line in commands) + "```"

    return BLOCK.sub(block, text)


def test_every_command_of_the_readme_says_what_stands_there(run):
    there = README.read_text(encoding="utf-8")
    now = re.sub(r"import-[0-9a-f]{12}", "import-4f1c5e0b7a92", rerun(there, run))
    if os.environ.get("DUTA_TEST_README") == "print":
        README.write_text(now, encoding="utf-8")

    assert now == there


def test_the_readme_shows_what_the_demonstration_prints():
    shown = README.read_text(encoding="utf-8").split("<!-- demo -->\n```\n")[1].split("```")[0]

    assert "\n".join(welcome("http://127.0.0.1:8000", Path("home"))).startswith(shown)


PAGES = [path.relative_to(HOUSE).as_posix() for path in sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_to_one(page):
    path = HOUSE / page
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [link for link in linked if not (path.parent / link).exists()] == []
