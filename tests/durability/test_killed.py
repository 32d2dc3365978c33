"""kill -9 at random moments, of the server and of an import: what was acknowledged is there, nothing is half there."""

import logging
import os
import random
import subprocess
import sys
import time

import orjson
import pytest

from api.wiring import opened
from tests.durability.conftest import variables
from tests.durability.writers import Told, check_nothing_lost, prepared, writing

#: Figures of a long run: `-o log_cli=true --log-cli-level=INFO` shows them.
log = logging.getLogger("durability")
LONG = bool(os.environ.get("DUTA_TEST_LONG"))
ROUNDS = 20 if LONG else 1
#: A batch and a part of a second, of stories with a translation each.
STORIES = 400


@pytest.mark.long
def test_a_server_killed_while_it_writes_has_lost_nothing_it_acknowledged(settings, serving):
    token, told, dice = prepared(settings), Told(), random.Random(ROUNDS)
    for number in range(ROUNDS):
        with (
            serving(settings.home, **variables(settings)) as server,
            writing(server.url, token, told, name=f"w{number}-"),
        ):
            begun = told.done
            while told.done < begun + 10:
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.4))
            server.process.kill()
            server.process.wait()
        assert check_nothing_lost(settings, told) >= told.done
        log.info("Server %d: %d writes were acknowledged, all there.", number, told.done)


def importing(settings, path):
    outside = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "api.cli", "import", str(path), "--source", "sample"],
        env={**outside, **variables(settings), "DUTA_HOME": str(settings.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def nodes(settings) -> tuple[int, int, int]:
    """Assets, translations and the last entry of the log."""
    with opened(settings) as house:
        stats = house.store.stats()
        return stats.nodes.get("Asset", 0), stats.nodes.get("Translation", 0), stats.seq


def stories(path, number: int):
    """A file of stories, each with a translation."""
    with path.open("wb") as file:
        for place in range(STORIES):
            story = {
                "type": "Asset", "id": f"asset:sample-{number}-{place}", "kind": "WORK", "title": f"Batik {place}",
                "locale": "en", "translations": [{"locale": "id", "title": f"Batik nomor {place}"}],
            }  # fmt: skip
            file.write(orjson.dumps(story) + b"\n")
    return path


@pytest.mark.long
def test_a_killed_import_leaves_whole_batches_and_the_next_does_the_rest_once(settings, tmp_path):
    dice, amid = random.Random(ROUNDS), 0
    paths = [stories(tmp_path / f"{number}.jsonl", number) for number in range(ROUNDS)]
    for path in paths:
        with opened(settings) as house, importing(settings, path) as process:
            begun = house.store.head().seq
            while process.poll() is None and house.store.head().seq == begun:
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.3))
            process.kill()
        assets, translations, seq = nodes(settings)
        assert assets == translations
        assert seq == 2 * assets
        assert check_nothing_lost(settings, Told()) == seq
        amid += seq - begun < 2 * STORIES
        log.info("Import %s: %d entries of %d were acknowledged, all there.", path.stem, seq - begun, 2 * STORIES)
    log.info("%d of %d imports were killed between batches.", amid, ROUNDS)

    for path in paths:
        with importing(settings, path) as process:
            told = process.stderr.read()
        assert process.returncode == 0, told
    everything = ROUNDS * STORIES
    assert nodes(settings) == (everything, everything, 2 * everything)
    check_nothing_lost(settings, Told())
