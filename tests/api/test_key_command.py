"""`duta key` and the first key, in processes of their own and on a real terminal."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.main import cli

TOKEN = re.compile(r"duta_[0-9a-f]{12}_[0-9a-f]{64}")


@pytest.fixture
def duta(home):
    def run(*arguments: str):
        return CliRunner().invoke(cli, [*arguments], prog_name="duta", catch_exceptions=False)

    return run


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    return {**kept, "DUTA_HOME": str(home), "PYTHONPATH": str(Path.cwd()), "PYTHONUNBUFFERED": "1", "COLUMNS": "120"}


@contextmanager
def on_a_terminal(home: Path, *arguments: str) -> Iterator["Terminal"]:
    """A command whose input and output is a terminal, stopped as by Ctrl+C at the end."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *arguments], env=environment(home), stdin=side, stdout=side, stderr=side
    )
    os.close(side)
    try:
        yield Terminal(main)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        os.close(main)


class Terminal:
    def __init__(self, main: int) -> None:
        self.main, self.text = main, ""

    def until(self, word: str) -> str:
        """All that was shown until a word was."""
        end = time.monotonic() + 60
        while word not in self.text and time.monotonic() < end:
            if select.select([self.main], [], [], 0.5)[0]:
                self.text += os.read(self.main, 4096).decode()
        assert word in self.text, self.text
        return self.text


def status(url: str, token: str | None = None, *, forwarded: str | None = None) -> int:
    request = urllib.request.Request(f"{url}/", headers={"Authorization": f"Bearer {token}"} if token else {})
    if forwarded:
        request.add_header("X-Forwarded-For", forwarded)
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_the_key_alone_goes_to_standard_output_and_the_rest_beside_it(duta):
    made = duta("key", "create", "Museum in Hanoi", "--role", "partner", "--territory", "vn", "--days", "90")

    assert made.exit_code == 0
    assert TOKEN.fullmatch(made.stdout.rstrip("\n"))
    assert '"Museum in Hanoi" is PARTNER, until ' in made.stderr
    assert "It is shown this once:" in made.stderr


def test_keys_are_listed_without_their_secrets_and_those_that_are_over_only_when_asked(duta):
    more = "--territory VN --territory ID --origin https://museum.example.org --budget 5000 --expires 2099-01-31"
    token = duta("key", "create", "Museum", "--role", "PARTNER", *more.split()).stdout
    other = duta("key", "create", "Editor", "--role", "EDITOR").stdout
    ids = [one.rsplit("_", 1)[0] for one in (token, other)]

    listed = duta("key", "list").stdout
    assert [line.split()[1:] for line in listed.splitlines()[1:3]] == [
        ["Museum", "PARTNER", "VN", "ID", "https://museum.example.org", "5000", "2099-02-01", "00:00", "never"],
        ["Editor", "EDITOR", "never"],
    ]
    assert listed.endswith("2 keys\n")
    assert not TOKEN.search(listed)

    revoked = duta("key", "revoke", ids[1])
    assert revoked.stdout == f'The key {ids[1]} "Editor" is revoked; servers refuse it within 3 seconds.\n'
    after = duta("key", "list")
    assert after.stdout.endswith("1 key\n")
    assert after.stderr == "1 more were revoked or have expired; --all shows them.\n"
    assert "revoked 2" in duta("key", "list", "--all").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--role", "WIZARD"], 2, "'WIZARD' is not one of 'partner', 'creator', 'planner', 'editor', 'admin'"),
        (["--role", "PUBLIC"], 2, "'PUBLIC' is not one of"),
        ([], 2, "Missing option '--role'"),
        (["--role", "PARTNER", "--territory", "Vietnam"], 1, 'duta: territory: "Vietnam" is no code of ISO 3166-1. VN'),
        (["--role", "PARTNER", "--origin", "http://a.example"], 1, 'duta: origin: "http://a.example" is no web origin'),
        (["--role", "PARTNER", "--expires", "2020-01-01"], 1, "duta: It would have expired at 2020-01-02T00:00:00Z"),
        (["--role", "PARTNER", "--expires", "soon"], 2, "'soon' does not match the format '%Y-%m-%d'"),
        (["--role", "PARTNER", "--expires", "2099-01-01", "--days", "9"], 2, "Give --expires or --days, not both."),
        (["--role", "PARTNER", "--budget", "0"], 2, "0 is not in the range"),
    ],
)
def test_what_cannot_be_a_key_is_refused_and_nothing_is_made(duta, arguments, code, sentence):
    refused = duta("key", "create", "x", *arguments)

    assert refused.exit_code == code
    assert sentence in refused.stderr
    assert refused.stdout == ""
    assert duta("key", "list").stdout == "0 keys\n"


def test_an_unknown_key_is_not_revoked_and_the_nearest_is_named(duta):
    token = duta("key", "create", "x", "--role", "ADMIN").stdout
    id = token.split("_")[1]
    wrong = id[:-1] + ("0" if id[-1] != "0" else "1")

    assert duta("key", "revoke", wrong).stderr == f'duta: There is no key "{wrong}"; did you mean "{id}"?\n'
    assert duta("key", "revoke", "a b").exit_code == 1


def test_the_first_start_shows_an_administrators_key_once_and_it_is_nowhere_else(home):
    with on_a_terminal(home, "serve", "--port", "0") as terminal:
        shown = terminal.until("Stop it with Ctrl+C.")
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+", shown)
        (token,) = TOKEN.findall(shown)
        assert status(url, token) == 200
        assert status(url, token[:-1]) == 401
        assert status(url) == 200

        ended = CliRunner().invoke(cli, ["key", "revoke", token.split("_")[1]], prog_name="duta")
        assert ended.exit_code == 0
        until = time.monotonic() + 60
        while status(url, token) == 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert status(url, token) == 401
        terminal.until("Stop it")
    secret = token.rsplit("_", 1)[1].encode()
    assert [path for path in home.rglob("*") if path.is_file() and secret in path.read_bytes()] == []

    with on_a_terminal(home, "serve", "--port", "0") as terminal:
        assert not TOKEN.search(terminal.until("Stop it with Ctrl+C."))


def test_no_key_is_shown_where_the_output_may_be_a_log(home):
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", "0"],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    shown = ""
    assert process.stdout is not None
    for line in process.stdout:
        shown += line
        if "Stop it" in line:
            break
    process.terminate()
    process.communicate(timeout=60)

    assert "There is no key yet. Make one with `duta key create NAME --role ADMIN`." in shown
    assert not TOKEN.search(shown)


@pytest.mark.parametrize(("proxies", "statuses"), [("127.0.0.1", {200}), (None, {200, 429})])
def test_the_word_of_a_proxy_on_an_address_is_taken_where_the_proxy_is_named(home, proxies, statuses):
    more = {"DUTA_BUDGET_PER_ADDRESS": "50", **({"DUTA_TRUSTED_PROXIES": proxies} if proxies else {})}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", "0"],
        env={**environment(home), **more}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    shown = ""
    while "Stop it" not in shown:
        shown += process.stdout.readline()
    (url,) = re.findall(r"http://127\.0\.0\.1:\d+", shown)
    try:
        assert {status(url, forwarded=f"203.0.113.{n}") for n in range(4)} == statuses
    finally:
        process.terminate()
        process.communicate(timeout=60)
