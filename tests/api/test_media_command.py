"""`duta media`: pictures taken in from this machine, and renditions made ahead of all asking."""

import threading

import pytest
from click.testing import CliRunner

from api.cli.main import cli
from api.making import make_ahead
from api.pictures import read_made, read_pictures
from api.settings import Settings
from api.studios import studio_of
from api.wiring import opened
from graph.store.batch import Batch, Put
from tests.media.drawing import draw, encode


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hill.jpg").write_bytes(encode(draw(360, 240)))
    (tmp_path / "same hill.png").write_bytes(encode(draw(360, 240), "PNG"))
    (tmp_path / "page.jpg").write_bytes(b"<!doctype html>")
    return tmp_path


def test_pictures_are_taken_in_and_what_is_refused_is_told_beside(home, folder):
    files = [str(folder / name) for name in ("hill.jpg", "same hill.png", "page.jpg")]
    done = CliRunner().invoke(cli, ["media", "add", *files, "--credit", "Contoh", "--alt", "A hill"])

    assert done.exit_code == 1
    assert "page.jpg: FORMAT_REFUSED: The file is of the format HTML/XML" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{files[0]}: media:hill-")
    assert lines[0].endswith(": JPEG, 360 x 240")
    assert lines[1].startswith("  rights: Link the RightsGrant")
    assert lines[2].startswith(f"{files[1]}: media:same-hill-")
    assert lines[3].startswith("  looks like media:hill-")

    again = CliRunner().invoke(cli, ["media", "add", files[0]])
    assert again.exit_code == 0
    assert "which was there already" in again.stdout


def test_what_is_published_is_rendered_by_command_once(home, folder):
    CliRunner().invoke(cli, ["media", "add", str(folder / "hill.jpg")])
    with opened(Settings(home=home)) as house:
        id = next(iter(house.store.changes(0))).id
        house.store.write(
            Batch((Put(id, "Media", {"state": "PUBLISHED", "marking": "PUBLIC", "alt": "A hill", "credit": "Contoh"}),))
        )
    # Two widths in three formats, and one preview.
    assert CliRunner().invoke(cli, ["media", "render"]).stdout == "7 renditions made.\n"
    assert CliRunner().invoke(cli, ["media", "render"]).stdout == "0 renditions made.\n"
    assert CliRunner().invoke(cli, ["media", "render", id, "--profile", "kb_5"]).stdout == "4 renditions made.\n"


def test_a_server_makes_what_is_published_ahead_avif_among_it(home, folder):
    CliRunner().invoke(cli, ["media", "add", str(folder / "hill.jpg")])
    with opened(Settings(home=home)) as house:
        id, stopped = next(iter(house.store.changes(0))).id, threading.Event()
        ahead = threading.Thread(target=make_ahead, args=(house.store, studio_of(house.settings), stopped, 0.05))
        ahead.start()
        try:
            made: dict[str, object] = {}
            for turn in range(600):
                if turn == 10:
                    values = {"state": "PUBLISHED", "marking": "PUBLIC", "alt": "A hill", "credit": "Contoh"}
                    house.store.write(Batch((Put(id, "Media", values),)))
                picture = read_pictures(house.store, [id])[id]
                made = dict(read_made(house.store, [picture]).get(picture.recipe, {}))
                if "w320.avif" in made and "social360.jpg" in made:
                    break
                stopped.wait(0.1)
        finally:
            stopped.set()
            ahead.join()

    assert {"w320.avif", "w320.webp", "w320.jpg", "social360.jpg"} <= made.keys()
