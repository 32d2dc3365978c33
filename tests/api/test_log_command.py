"""`duta log`: shown, exported with a receipt, and verified by whoever has the file."""

import hashlib
import json
from dataclasses import fields

import apsw
import orjson
import pytest
from click.testing import CliRunner

from api.cli.main import cli
from api.settings import Settings
from api.wiring import open_store
from graph.store.batch import ActorKind, Batch, Change, Put


@pytest.fixture
def duta(home):
    store = open_store(Settings(home=home))
    puts = (
        Put("theme:food", "Theme", {"name": "Food"}),
        Put("asset:tempe", "Asset", {"title": "Tempe 🫘", "locale": "id"}),
    )
    store.write(Batch(puts, "sari", ActorKind.PERSON, "The beginning"))
    store.write(Batch((Put("asset:tempe", "Asset", {"year": 1815}),), "budi", ActorKind.PERSON, "A source"))
    store.close()

    def run(*arguments: str):
        return CliRunner().invoke(cli, [*arguments], prog_name="duta", catch_exceptions=False)

    return run


@pytest.fixture
def exported(duta, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(duta("log", "export").stdout_bytes)
    return path


def test_a_receipt_agrees_as_long_as_nothing_before_it_was_changed(duta, exported, home):
    told = orjson.loads(exported.read_bytes().splitlines()[-1])["receipt"]
    assert told["verify"] == f"duta log verify --at 3 --hash {told['hash']}"

    agreed = duta(*told["verify"].split()[1:])
    assert agreed.stdout == f"The log is sound up to entry 3.\nhash {told['hash']}\n"

    rewrite(home, "UPDATE change SET reason = 'Another' WHERE seq = 2")
    found = duta("log", "verify", "--at", "3")
    assert found.exit_code == 1
    assert found.stderr == "duta: The log is damaged.\n  Entry 2 of the log does not match its digest.\n"


def test_a_log_that_was_written_anew_has_another_hash_than_the_receipt(duta, exported):
    _, receipt = told(exported)
    other = duta("log", "verify", "--at", "2", "--hash", receipt["hash"])

    assert other.exit_code == 1
    assert "not the one told of" in other.stderr


def test_an_exported_log_is_verified_without_the_store(duta, exported, home):
    for path in home.iterdir():
        path.unlink()

    sound = duta("log", "verify", "--file", str(exported))

    assert sound.stdout.startswith("The log is sound up to entry 3.\nhash ")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            lambda lines: [*lines[:2], lines[2].replace(b"1815", b"1816").replace(b"Tempe", b"Tahu"), *lines[3:]],
            "digest",
        ),
        (lambda lines: [lines[0], *lines[2:]], "The log goes from 0 to 2."),
        (lambda lines: lines[:-1], "The receipt is missing. The file was cut off; export it again."),
        (lambda lines: [*lines[:-2], lines[-1]], "log.jsonl:4: The receipt is for entry 3"),
        (lambda lines: [*lines, lines[-1]], "There is more after the receipt."),
        (lambda lines: lines[1:], "log.jsonl:1: It is no exported log"),
        (lambda lines: [lines[0], b"[]"], "log.jsonl:2: The line is no JSON object."),
        (lambda lines: [lines[0], b"{"], "log.jsonl:2: The line is no JSON"),
        (lambda lines: [lines[0], b'{"seq": 1}'], "log.jsonl:2: It is no entry of a log"),
        (lambda lines: [lines[0], lines[1].replace(b'"seq":1', b'"seq":"1"')], "seq is no int"),
    ],
)
def test_a_file_that_was_changed_says_where(duta, exported, broken, told):
    exported.write_bytes(b"\n".join(broken(exported.read_bytes().splitlines())) + b"\n")

    refused = duta("log", "verify", "--file", str(exported))

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr


def test_a_later_part_without_what_was_changed_follows_from_the_part_before(duta, exported, tmp_path):
    part = tmp_path / "part.jsonl"
    part.write_bytes(duta("log", "export", "--after", "1", "--digests").stdout_bytes)

    assert b"Tempe" not in part.read_bytes()
    assert told(part) == ({"seq": 1, "hash": entries(exported)[0]["hash"]}, told(exported)[1])
    sound = duta("log", "verify", "--file", str(part))
    assert sound.stdout.startswith("The log is sound up to entry 3; 2 without what they changed.\n")


def test_the_chain_is_what_the_page_says_it_is(exported):
    """The rule of docs/operating.md, with the standard library alone."""
    previous = "0" * 64
    names = [field.name for field in fields(Change) if field.name not in ("digest", "hash")]
    for entry in entries(exported):
        spoken = json.dumps([entry[name] for name in names], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert hashlib.sha256(spoken.encode()).hexdigest() == entry["digest"]
        previous = hashlib.sha256((previous + entry["digest"]).encode()).hexdigest()
        assert previous == entry["hash"]
    assert previous == told(exported)[1]["hash"]


def test_an_erased_patch_leaves_the_chain_whole_and_is_counted(duta, home):
    rewrite(home, "UPDATE change SET patch = NULL, reverse = NULL WHERE seq = 2")

    assert duta("log", "verify").stdout.startswith("The log is sound up to entry 3; 1 without what they changed.\n")


def test_the_log_is_shown_by_entry_batch_and_entity_the_newest_first(duta):
    assert [line.split()[0] for line in duta("log", "show").stdout.splitlines()[::3]] == ["3", "2", "1"]
    shown = duta("log", "show", "asset:tempe").stdout.splitlines()
    assert shown[0].endswith("PERSON budi  batch-3: A source")
    assert shown[1] == "  ~ asset:tempe  year: nothing → 1815"
    assert shown[2].startswith("  revision 2, hash ")
    assert [line.split()[0] for line in duta("log", "show", "batch-1").stdout.splitlines()[::3]] == ["2", "1"]
    assert duta("log", "show", "2").stdout.startswith("2  ")
    assert len(duta("log", "show", "2").stdout.splitlines()) == 3
    assert duta("log", "show", "asset:none").stderr == 'duta: There is no part of the log "asset:none".\n'


def told(path):
    first, *_, last = path.read_bytes().splitlines()
    receipt = orjson.loads(last)["receipt"]
    del receipt["verify"]
    return orjson.loads(first)["after"], receipt


def entries(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()[1:-1]]


def rewrite(home, statement):
    """Change the log behind the store's back."""
    connection = apsw.Connection(str(home / "duta.sqlite3"))
    connection.execute(statement)
    connection.close()
