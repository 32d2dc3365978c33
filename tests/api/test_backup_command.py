"""`duta backup` and `duta restore`: from one home to another, with what a person needs to know."""

import stat
import zipfile

import pytest
from click.testing import CliRunner

from api.cli.main import cli
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import open_store
from graph.store.batch import ActorKind, Batch, Put


@pytest.fixture
def duta(home, monkeypatch):
    def run(*arguments: str, at=home):
        monkeypatch.setenv("DUTA_HOME", str(at))
        return CliRunner().invoke(cli, [*arguments], prog_name="duta", catch_exceptions=False)

    return run


@pytest.fixture
def backup(duta, home, tmp_path):
    store = open_store(Settings(home=home))
    live = {"state": "PUBLISHED", "marking": "PUBLIC"}
    puts = (Put("asset:tempe", "Asset", {"title": "Tempe", "locale": "id", "kind": "WORK", **live}),)
    store.write(Batch(puts, "sari", ActorKind.PERSON))
    Keys(store).create("a museum", Role.PARTNER)
    store.close()
    picture = home / "media" / "orig" / "ab" / "abcd"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    (home / "media" / "r").mkdir()
    (home / "media" / "r" / "made-again.jpg").write_bytes(b"a rendition")
    (home / "media" / "orig" / "link").symlink_to("/etc/hostname")
    path = tmp_path / "backup.zip"
    done = duta("backup", str(path))
    assert done.exit_code == 0
    return path


def test_a_restored_home_has_the_graph_the_index_the_keys_and_the_pictures(duta, backup, tmp_path, home):
    other = tmp_path / "other"

    done = duta("restore", str(backup), "--verify", at=other)

    assert done.exit_code == 0
    first, graph, last = done.stdout.splitlines()
    assert first.startswith("1 entities, 1 changes, 1 files, of ")
    assert graph == duta("restore", str(backup), "--dry-run").stdout.splitlines()[2]
    assert last == "The store holds what the file does, and its log is sound."
    assert "asset:tempe" in duta("search", "tempe", at=other).stdout
    assert "a museum" in duta("key", "list", at=other).stdout
    assert (other / "media" / "orig" / "ab" / "abcd").read_bytes() == b"a picture"
    assert [path.name for path in (other / "media" / "orig").iterdir()] == ["ab"]
    assert duta("log", "verify", at=other).stdout == duta("log", "verify").stdout
    assert "in the way" in duta("undo", "batch-1", at=other).stdout


def test_a_backup_is_for_its_owner_alone_and_replaces_nothing(duta, backup, tmp_path):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    again = duta("backup", str(backup))
    assert (again.exit_code, again.stderr) == (1, f"duta: {backup} is there already. Name another file.\n")
    nowhere = duta("backup", str(tmp_path / "no" / "folder.zip"))
    assert nowhere.stderr.endswith("No such file or directory. Nothing is left of it.\n")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == ["backup.zip"]


def test_a_home_that_holds_something_is_left_alone(duta, backup):
    refused = duta("restore", str(backup))

    assert refused.exit_code == 1
    assert refused.stderr == (
        "duta: The store is not empty: it holds 1 changes, 1 entities, 1 operational records, such as keys. "
        "Name another home in DUTA_HOME, or another database.\n"
    )


def test_another_backup_than_the_one_told_of_is_refused(duta, backup, tmp_path):
    refused = duta("restore", str(backup), "--graph", "0" * 64, at=tmp_path / "other")

    assert refused.exit_code == 1
    assert "it is not the backup told of" in refused.stderr
    assert not (tmp_path / "other").exists()


def test_a_changed_picture_is_refused_before_anything_is_written(duta, backup, tmp_path):
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["files/ab/abcd"] = b"a pixture"
    with zipfile.ZipFile(backup, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)

    refused = duta("restore", str(backup), at=tmp_path / "other")

    told = "duta: backup.zip: files/ab/abcd: Its SHA-256 is not the manifest's: it was changed.\n"
    assert (refused.exit_code, refused.stderr) == (1, told)
    assert not (tmp_path / "other").exists()
