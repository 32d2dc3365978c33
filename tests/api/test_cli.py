"""The command line on real homes: what it says, where it says it, and with which exit code."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from api.cli.main import COMMANDS, cli
from api.cli.printed import PRINTED, differing

DISHES = """{"type": "Theme", "id": "theme:food", "name": "Food", "names": {"id": "Makanan"}}
{"type": "Asset", "id": "asset:tempe", "kind": "WORK", "title": "Tempe", "locale": "id", "themes": ["theme:food"]}
{"type": "Asset", "id": "asset:lost", "kind": "WORK", "title": "Lost", "locale": "en", "themes": ["theme:fodo"]}
{"type": "Asset", "id": "asset:odd", "kind": "POEM", "title": "Odd", "locale": "en"}
"""


@pytest.fixture
def duta(home):
    def run(*arguments: str):
        return CliRunner().invoke(cli, [*arguments], prog_name="duta", catch_exceptions=False)

    return run


@pytest.fixture
def dishes(tmp_path):
    path = tmp_path / "dishes.jsonl"
    path.write_text(DISHES, encoding="utf-8")
    return path


def test_an_import_says_what_changed_who_sees_it_and_what_was_refused(duta, dishes):
    done = duta("import", str(dishes), "--source", "kitchen")

    assert done.exit_code == 0
    assert (
        'source "kitchen": 4 rows read, 3 records, 3 changes made, 0 unchanged, 1 row refused, 1 cell refused.'
        in done.stdout
    )
    assert "  + asset:tempe  Tempe\n" in done.stdout
    assert "PUBLISHED and PUBLIC: everyone" in done.stdout
    assert "DRAFT and INTERNAL: nobody outside before it is published; drafts are seen by the house" in done.stdout
    assert (
        'dishes.jsonl:3: column "themes": There is nothing with the id "theme:fodo". Did you mean "theme:food"?'
        in done.stdout
    )
    assert 'dishes.jsonl:4: column "kind": "POEM" is not one of' in done.stdout


def test_a_dry_run_writes_nothing(duta, dishes):
    done = duta("import", str(dishes), "--dry-run")

    assert "Dry run, nothing is written" in done.stdout
    assert "3 changes to make" in done.stdout
    assert "0 nodes, 0 links, 0 changes, in sqlite" in duta("stats").stdout


def test_the_same_file_twice_changes_nothing(duta, dishes):
    duta("import", str(dishes))
    again = duta("import", str(dishes))

    assert "0 changes made, 3 unchanged" in again.stdout
    assert "3 changes, in sqlite" in duta("stats").stdout


def test_strict_makes_a_refusal_a_failure_and_keeps_what_was_taken(duta, dishes):
    done = duta("import", str(dishes), "--strict")

    assert done.exit_code == 1
    assert "3 nodes" in duta("stats").stdout


def test_what_a_source_no_longer_tells_is_named_and_retired_only_when_asked(duta, dishes):
    duta("import", str(dishes), "--source", "kitchen")
    dishes.write_text(DISHES.splitlines()[0] + "\n", encoding="utf-8")

    told = duta("import", str(dishes), "--source", "kitchen")
    assert "Vanished 2: this source told of them before and does not now; --forget retires them." in told.stdout
    assert "  asset:tempe\n" in told.stdout

    forgotten = duta("import", str(dishes), "--source", "kitchen", "--forget")
    assert "Vanished 2: this source told of them before and does not now; 2 retired." in forgotten.stdout


def test_without_a_named_source_nothing_can_have_vanished(duta, dishes, tmp_path):
    duta("import", str(dishes))
    other = tmp_path / "other.jsonl"
    other.write_text('{"type": "Theme", "id": "theme:music", "name": "Music"}\n', encoding="utf-8")

    assert "Vanished" not in duta("import", str(other)).stdout
    refused = duta("import", str(other), "--forget")
    assert refused.exit_code == 2
    assert "Name who speaks with --source" in refused.stderr


def test_an_import_is_taken_back_by_its_name_and_found_no_more(duta, dishes):
    told = duta("import", str(dishes), "--source", "kitchen").stdout
    name = told.split("Import ")[1].split(";")[0]

    foreseen = duta("undo", name, "--dry-run")
    assert foreseen.exit_code == 0
    assert foreseen.stdout.startswith(
        f"Dry run, nothing is written; undo of {name}: 3 changes to make, 0 as before already, 0 in the way.\n"
    )
    assert "3 nodes" in duta("stats").stdout

    done = duta("undo", name, "--reason", "wrong file")
    assert done.exit_code == 0
    assert f"Undo of {name}: 3 changes made as batch-4, 0 as before already, 0 in the way.\n" in done.stdout
    assert "  - asset:tempe\n" in done.stdout
    assert "0 nodes, 0 links, 6 changes" in duta("stats").stdout
    assert duta("search", "tempe").exit_code == 1
    assert "0 changes made, 3 as before already" in duta("undo", name).stdout


def test_an_undo_says_what_is_in_the_way_and_takes_back_the_rest_when_asked(duta, dishes, tmp_path):
    duta("import", str(dishes))
    other = tmp_path / "other.jsonl"
    other.write_text('{"type": "Asset", "id": "asset:lost", "kind": "WORK", "title": "Found", "locale": "en"}\n')
    duta("import", str(other))

    refused = duta("undo", "batch-1")
    assert refused.exit_code == 1
    assert "  asset:lost: It was changed since entry 3 created it: title." in refused.stdout
    assert refused.stderr == (
        "duta: Nothing was taken back. Clear what is in the way, or take back the rest with --rest.\n"
    )

    rest = duta("undo", "batch-1", "--rest")
    assert rest.exit_code == 1
    assert "2 changes made" in rest.stdout
    assert "1 nodes" in duta("stats").stdout


def test_an_undo_of_nothing_says_what_can_be_named(duta):
    assert duta("undo", "batch-9").stderr == 'duta: There is no part of the log "batch-9".\n'
    assert "Name an import as import-5f0c2a" in duta("undo", "yesterday").stderr


def test_search_finds_what_was_imported_and_says_why(duta, dishes):
    duta("import", str(dishes))
    found = duta("search", "tempe")

    assert found.exit_code == 0
    assert "asset:tempe" in found.stdout
    assert "title" in found.stdout
    assert "1 of 1" in found.stdout
    assert "type: Asset 1" in found.stdout


def test_search_takes_its_options_before_and_after_the_text_and_finds_its_own_word(duta, dishes):
    duta("import", str(dishes))

    assert "theme:food" in duta("search", "--public", "makanan").stdout
    assert "asset:tempe" in duta("search", "find", "tempe").stdout
    assert duta("search", "find", "eval").stderr.startswith("duta: Nothing found.")


def test_search_sorts_and_filters_by_what_the_graph_says(duta, tmp_path):
    rows = [
        {"type": "Theme", "id": "theme:food", "name": "Food"},
        {"type": "Theme", "id": "theme:soy", "name": "Soy", "broader": "theme:food"},
        {"type": "Mission", "id": "mission:x", "name": "Embassy X", "tier": "MISSION", "kind": "EMBASSY"},
        {"type": "Asset", "id": "asset:old", "kind": "WORK", "title": "Tempe", "locale": "en", "date": "1900-01-01"},
        {
            "type": "Asset",
            "id": "asset:new",
            "kind": "WORK",
            "title": "Tempe fair",
            "locale": "en",
            "date": "2020-05-01",
            "themes": ["theme:soy"],
            "keeper": "mission:x",
        },
    ]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    duta("import", str(file))

    told = duta("search", "tempe", "--sort", "date").stdout
    assert told.index("asset:new") < told.index("asset:old")
    assert "mission: Embassy X 1\n" in told
    assert "picture: false 2\n" in told
    for filter in (("--theme", "theme:food"), ("--mission", "mission:x"), ("--no-picture", "--theme", "theme:soy")):
        assert "1 of 1" in duta("search", "tempe", *filter).stdout, filter
    assert duta("search", "tempe", "--picture").stderr.startswith("duta: Nothing found.")
    assert "say where with --usable" in duta("search", "tempe", "--purpose", "NEWS").stderr
    assert "of 2" in duta("search", "tempe", "--usable", "VN", "--purpose", "NEWS").stdout


def test_an_evaluation_prints_figures_by_kind_and_language_and_leaves_the_home_alone(duta, tmp_path, home):
    docs = [{"id": "a", "lang": "en", "title": "Batik"}, {"id": "b", "lang": "id", "title": "Tenun", "entities": ["x"]}]
    queries = [
        {"id": "q1", "text": "batik", "kind": "name", "lang": "en", "rel": {"a": 2}},
        {"id": "q2", "text": "weaving", "kind": "alias", "lang": "en", "rel": {"b": 2}, "trap": ["a"]},
    ]
    file = tmp_path / "judged.json"
    file.write_bytes(orjson.dumps({"docs": docs, "entities": {"x": ["tenun", "weaving"]}, "queries": queries}))

    told = duta("search", "eval", str(file), "--each").stdout

    rows = {" ".join(line[:24].split()): line[24:].split() for line in told.splitlines()}
    assert rows["words alone"] == ["2", "0.500", "0.500", "q2"]
    assert rows["entities linked"] == ["2", "1.000", "1.000"]
    assert rows["labels too, as served"] == ["2", "1.000", "1.000"]
    assert rows["kind alias"] == ["1", "1.000", "1.000"]
    assert rows["language en"] == ["2", "1.000", "1.000"]
    assert "  1.000  q2  weaving  b:2" in told
    assert not list(home.glob("*.sqlite"))


def test_an_evaluation_says_what_is_wrong_with_its_file(duta, tmp_path):
    done = duta("search", "eval", str(tmp_path / "none.json"))

    assert done.exit_code == 1
    assert done.stderr.endswith(
        "none.json: cannot be read: No such file or directory. Name a file of judged queries.\n"
    )


def test_search_for_the_public_leaves_drafts_out(duta, dishes):
    duta("import", str(dishes))

    assert duta("search", "tempe", "--public").exit_code == 1
    assert "theme:food" in duta("search", "makanan", "--public").stdout


def test_the_index_says_how_far_it_is_and_is_built_anew(duta, dishes, home):
    duta("import", str(dishes))
    assert "graph at change 3, index at 3: 0 behind" in duta("index", "status").stdout

    for path in (home / "index").rglob("*"):
        if path.is_file() and path.suffix != ".lock":
            path.write_bytes(b"broken")
    torn = duta("index", "status")
    assert torn.exit_code == 1
    assert torn.stderr == "duta: There is no search index yet. Build it anew with `duta index rebuild`.\n"

    assert "documents of 3 entities, 0 changes behind" in duta("index", "rebuild").stdout
    assert "asset:tempe" in duta("search", "tempe").stdout


def test_a_torn_index_is_rebuilt_by_whatever_searches(duta, dishes, home):
    duta("import", str(dishes))
    for path in (home / "index").rglob("*"):
        if path.is_file() and path.suffix != ".lock":
            path.write_bytes(b"broken")

    assert "asset:tempe" in duta("search", "tempe").stdout


def test_check_finds_a_log_that_somebody_changed(duta, dishes, home):
    duta("import", str(dishes))
    assert "3 changes read; the log is sound" in duta("check").stdout

    with sqlite3.connect(home / "duta.sqlite3") as database:
        database.execute("UPDATE change SET actor = 'somebody else' WHERE seq = 2")
    database.close()
    checked = duta("check")
    assert checked.exit_code == 1
    assert "the log is damaged" in checked.stdout
    assert "restore a backup" in checked.stderr


def test_check_finds_a_value_that_its_vocabulary_does_not_have(duta, dishes, home):
    duta("import", str(dishes))
    with sqlite3.connect(home / "duta.sqlite3") as database:
        database.execute("UPDATE n_asset SET kind = 'RUMOUR'")
    database.close()

    checked = duta("check")

    assert checked.exit_code == 1
    assert "2 of Asset.kind have a value that is none of its vocabulary: asset:lost, asset:tempe." in checked.stderr


def test_check_names_what_drafts_lack(duta, tmp_path):
    path = tmp_path / "drafts.jsonl"
    path.write_text('{"type": "Campaign", "id": "campaign:empty", "title": "Empty"}\n', encoding="utf-8")
    duta("import", str(path))

    lines = duta("check").stdout.splitlines()
    assert "     1  Campaign without locale: campaign:empty" in lines
    assert "     1  Campaign without assets: campaign:empty" in lines
    assert "     1  Campaign without audiences: campaign:empty" in lines


def test_an_export_imports_into_the_same_graph(duta, demonstration_home, home, tmp_path, monkeypatch):
    monkeypatch.setenv("DUTA_HOME", str(demonstration_home))
    whole = duta("export").stdout
    monkeypatch.setenv("DUTA_HOME", str(home))
    path = tmp_path / "all.jsonl"
    path.write_text(whole, encoding="utf-8")
    duta("import", str(path))

    assert duta("export").stdout == whole
    assert orjson.loads(whole.splitlines()[0])["type"] == "Country"


def test_a_public_export_holds_nothing_internal(duta, demonstration_home, monkeypatch):
    monkeypatch.setenv("DUTA_HOME", str(demonstration_home))
    told = [orjson.loads(line) for line in duta("export", "--public").stdout.splitlines()]

    assert {record["state"] for record in told} == {"PUBLISHED"}
    assert {record["marking"] for record in told} == {"PUBLIC"}
    assert [record for record in told if "budget_band" in record or "contact" in record] == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"DUTA_PORT": "many"},
            'DUTA_PORT is "many", which cannot be used. Use a whole number from 0 to 65535, such as 8000.',
        ),
        ({"DUTA_COUNTRY": "Java"}, 'DUTA_COUNTRY is "Java", which cannot be used. Use two letters, such as ID or KR.'),
        ({"DUTA_HOME": "/proc/duta"}, 'The home folder "/proc/duta" cannot be made'),
        ({"DUTA_NEO4J_URI": "bolt://127.0.0.1:1"}, "Neo4j at bolt://127.0.0.1:1 does not answer."),
        (
            {"DUTA_NEO4J_URI": "http://127.0.0.1"},
            'DUTA_NEO4J_URI is "http://127.0.0.1", which cannot be used: it does not start with bolt',
        ),
    ],
)
def test_a_broken_setting_is_one_sentence_without_a_traceback(duta, monkeypatch, settings, sentence):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    failed = duta("stats")

    assert failed.exit_code == 1
    assert failed.stderr.startswith(f"duta: {sentence}")
    assert "Traceback" not in failed.stderr
    assert failed.stdout == ""


def test_a_misspelled_setting_gets_a_warning(duta, monkeypatch):
    monkeypatch.setenv("DUTA_PROT", "9")

    assert duta("stats").stderr == "duta: There is no setting DUTA_PROT; did you mean DUTA_PORT?\n"


def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(duta, home):
    home.mkdir()
    (home / "duta.sqlite3").write_text("dear diary\n" * 200)
    failed = duta("stats")

    assert failed.exit_code == 1
    assert "is no SQLite file" in failed.stderr
    assert (home / "duta.sqlite3").read_text() == "dear diary\n" * 200


def test_the_demonstration_leaves_a_home_with_other_content_alone(duta, dishes, home):
    duta("import", str(dishes))
    failed = duta("demo", "--port", "0")

    assert failed.exit_code == 1
    assert f"{home} holds something else." in failed.stderr
    assert not (home / "demo").exists()


def test_a_port_in_use_is_named_with_the_cure(duta):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = duta("serve", "--port", str(port))

    assert failed.exit_code == 1
    assert failed.stderr == (
        f"duta: Port {port} is in use (127.0.0.1:{port}). Set DUTA_PORT to another, or stop what listens there.\n"
    )


def test_printed_files_are_written_and_compared(duta, tmp_path):
    assert duta("schema", "--write", str(tmp_path)).stdout.splitlines() == [f"printed {name}" for name in PRINTED]
    assert duta("schema", "--check", str(tmp_path)).exit_code == 0
    assert duta("schema", "--write", str(tmp_path)).stdout == ""

    page = tmp_path / "docs" / "settings.md"
    page.write_text(page.read_text(encoding="utf-8").replace("8000", "8001", 1), encoding="utf-8")
    failed = duta("schema", "--check", str(tmp_path))
    assert failed.exit_code == 1
    assert failed.stderr == f"duta: {page}:14: not what the code says. Run `make schema` and review the difference.\n"


def test_the_files_of_this_project_are_what_the_code_says():
    assert list(differing(Path(__file__).parents[2])) == []


def test_schema_prints_json_schema_and_the_data_model(duta):
    assert orjson.loads(duta("schema", "--json-schema", "Theme").stdout)["title"] == "Theme"
    assert duta("schema", "--docs").stdout.startswith("# Data model\n")
    assert 'There is no type "Assset"; did you mean "Asset"?' in duta("schema", "--json-schema", "Assset").stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(duta, command):
    told = duta(command, "--help")

    assert told.exit_code == 0
    assert told.stdout.startswith(f"Usage: duta {command}")


def test_two_processes_share_a_home_and_one_of_them_writes_the_index(home, dishes):
    with Serving(home) as first, Serving(home) as second:
        done = duta_process(home, "import", str(dishes))
        assert done.returncode == 0, done.stderr

        for url in (first, second):
            assert eventually(lambda url=url: "Makanan" in read(f"{url}/find?q=makanan&lang=id"))


def test_a_served_home_follows_the_log(home, dishes):
    with Serving(home) as url:
        duta_process(home, "import", str(dishes))
        assert eventually(lambda: orjson.loads(read(f"{url}/readyz")).get("lag") == 0)


def test_an_unexpected_failure_is_one_sentence_and_debug_shows_the_rest(home, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the roof")

    monkeypatch.setattr("api.cli.check.opened", broken)
    told = CliRunner().invoke(cli, ["stats"], prog_name="duta")
    assert told.exit_code == 1
    assert told.stderr == (
        "duta: Something unexpected happened (RuntimeError: the roof). "
        "Run it again as `duta --debug ...` for the details.\n"
    )
    assert "Traceback" in CliRunner().invoke(cli, ["--debug", "stats"], prog_name="duta").stderr


def duta_process(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    return {**kept, "DUTA_HOME": str(home), "PYTHONPATH": str(Path.cwd())}


class Serving:
    """`duta serve` on a free port for as long as it is entered."""

    def __init__(self, home: Path, command: str = "serve") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", command, "--port", "0"],
            env={**environment(home), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "http://" in line:
                url = f"http://{line.split('http://')[1].split()[0]}"
                assert eventually(lambda url=url: read(f"{url}/healthz") == '{"status":"ok"}')
                return url
        raise AssertionError("duta serve ended before it listened")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()


def read(url: str):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return "{}"


def eventually(holds, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_the_demonstration_serves_and_says_what_to_try(home):
    with Serving(home, "demo") as url:
        page = read(f"{url}/")
        assert "you see what a planner sees" in page
        assert (home / "demo").is_file()
    shutil.rmtree(home)
