"""Neo4j gone while a Duta serves, cut off or killed: clear errors meanwhile, recovery without restart, nothing lost."""

import logging
import os
import random
import re
import time
from typing import Any

import httpx
import pytest

from tests.durability.conftest import variables
from tests.durability.cutting import Cuttable
from tests.durability.writers import Told, check_nothing_lost, prepared, writing

log = logging.getLogger("durability")
LONG = bool(os.environ.get("DUTA_TEST_LONG"))
ROUNDS = 20


def asked(url: str, token: str) -> Any:
    answer = httpx.post(
        f"{url}/graphql",
        json={"query": '{ theme(id: "theme:shared") { id } }'},
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    )
    return answer.json()


def check_gone_and_back(server, token: str, come_back) -> None:
    """A request says that the store is away, and the same server answers as soon as it is back."""
    [error] = asked(server.url, token)["errors"]
    assert error["extensions"]["code"] == "STORE_UNAVAILABLE"
    assert re.fullmatch(r"The store does not answer.*Try again in a moment\.", error["message"])
    assert httpx.get(f"{server.url}/readyz", timeout=60).status_code == 503

    come_back()
    while httpx.get(f"{server.url}/readyz", timeout=60).status_code != 200:
        time.sleep(0.1)
    assert asked(server.url, token)["data"] == {"theme": {"id": "theme:shared"}}


@pytest.mark.neo4j
@pytest.mark.long
@pytest.mark.parametrize("settings", ["neo4j"], indirect=True)
def test_a_neo4j_cut_off_in_the_middle_of_writes_is_told_and_found_again(settings, serving):
    way = Cuttable(int(settings.neo4j_uri.rpartition(":")[2]))
    token, told = prepared(settings), Told()
    through = {**variables(settings), "DUTA_NEO4J_URI": f"bolt://127.0.0.1:{way.port}"}
    with serving(settings.home, **through) as server, writing(server.url, token, told):
        while told.done < 10:
            time.sleep(0.01)
        way.cut()
        check_gone_and_back(server, token, way.restore)
        while told.done < 20:
            time.sleep(0.01)
    way.cut()
    assert check_nothing_lost(settings, told) >= told.done


@pytest.mark.neo4j
@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="starts a Neo4j of its own and kills it: set DUTA_TEST_LONG=1")
def test_a_killed_neo4j_loses_nothing_acknowledged_and_duta_goes_on_when_it_is_back(home, own_neo4j, serving):
    settings = own_neo4j.settings(home)
    token, told, dice = prepared(settings), Told(), random.Random(ROUNDS)
    with serving(home, **variables(settings)) as server:
        for number in range(ROUNDS):
            begun = told.done
            with writing(server.url, token, told, name=f"w{number}-"):
                while told.done < begun + 10:
                    time.sleep(0.01)
                time.sleep(dice.uniform(0, 0.4))
                own_neo4j.kill()
            check_gone_and_back(server, token, own_neo4j.start)
            assert check_nothing_lost(settings, told) >= told.done
            log.info("Neo4j %d: %d writes were acknowledged, all there.", number, told.done)
