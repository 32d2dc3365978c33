"""The graph as it was, asked over HTTP with Duta-As-Of: what was said then, to those who could see it then and now."""

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.past import Pasts
from api.roles import Role
from api.settings import Settings
from api.wiring import open_store, opened
from graph.errors import InvalidValue
from graph.model import MODEL
from graph.store.batch import Batch, Put, Removal, To
from graph.store.snapshot import graph_hash, lines
from graph.store.sqlite import open_sqlite
from tests.neo4j_server import empty, settings_on_neo4j

LONG = bool(os.environ.get("DUTA_TEST_LONG"))
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC", "kind": "TEXT"}
ASSETS = "{ assets { nodes { id title rev themes { nodes { name } } translations { nodes { title } } } } }"


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def house(request, tmp_path):
    chosen = Settings(home=tmp_path, allowed_hosts=("duta.example.org",))
    if request.param == "neo4j":
        empty()
        chosen = settings_on_neo4j(tmp_path, allowed_hosts=("duta.example.org",))
    with opened(chosen) as house:
        yield house


@pytest.fixture
def neo_store(tmp_path):
    empty()
    store = open_store(settings_on_neo4j(tmp_path))
    yield store
    store.close()


@pytest.fixture
def write(house):
    def write(*puts, removals=()):
        report = house.store.write(Batch(tuple(puts), removals=tuple(map(Removal, removals))))
        assert report.refused == ()
        return report.seq

    return write


@pytest.fixture
def ask(house):
    client = TestClient(make_app(house), base_url="http://duta.example.org", client=("192.0.2.7", 1))
    keys: dict[str, str] = {}

    def ask(as_of, query=ASSETS, role="PARTNER", **headers):
        headers |= {"duta-as-of": str(as_of), "accept": "application/graphql-response+json"}
        if role:
            keys.setdefault(role, Keys(house.store).create("a test", Role(role))[1])
            headers["authorization"] = f"Bearer {keys[role]}"
        return client.post("/graphql", json={"query": query}, headers=headers)

    return ask


def titles(response):
    return {node["id"]: node["title"] for node in response.json()["data"]["assets"]["nodes"]}


def test_what_was_said_at_an_entry_or_at_a_time_is_answered_with_its_links_and_translations(ask, write, house):
    write(Put("theme:t", "Theme", {"name": "Soy"}))
    words = {"locale": "en", "title": "Soy cake", "state": "PUBLISHED", "marking": "PUBLIC"}
    first = write(
        Put("asset:a", "Asset", {"title": "Tempe", "locale": "id", **LIVE}, {"themes": (To("theme:t"),)}),
        Put(
            "translation:a",
            "Translation",
            words,
            {"translates": (To("asset:a"),)},
        ),
    )
    write(Put("asset:a", "Asset", {"title": "Tahu"}, {"themes": ()}), Put("theme:t", "Theme", {"name": "Beans"}))

    then = {
        "id": "asset:a", "title": "Tempe", "rev": 1,
        "themes": {"nodes": [{"name": "Soy"}]}, "translations": {"nodes": [{"title": "Soy cake"}]},
    }  # fmt: skip
    assert ask(first).json()["data"]["assets"]["nodes"] == [then]
    at = house.store.changes(first - 1, 1)[0].at
    assert ask(at).json()["data"]["assets"]["nodes"] == [then]
    assert titles(ask(first + 2)) == {"asset:a": "Tahu"}
    assert titles(ask("2026-01-01T00:00:00Z")) == {}


def test_who_sees_it_now_must_have_seen_it_then_and_the_other_way_round(ask, write):
    draft = write(Put("asset:a", "Asset", {"title": "A plan", "locale": "en", "kind": "TEXT"}))
    live = write(Put("asset:a", "Asset", {"title": "A", **LIVE}))
    internal = write(Put("asset:a", "Asset", {"marking": "INTERNAL"}))

    assert (titles(ask(draft)), titles(ask(live)), titles(ask(internal))) == ({}, {}, {})
    seen = {"role": "PLANNER", "duta-perspective": "DRAFT"}
    assert titles(ask(draft, **seen)) == {"asset:a": "A plan"}
    assert titles(ask(live, role="PLANNER")) == {"asset:a": "A"}
    again = write(Put("asset:a", "Asset", {"marking": "PUBLIC"}))
    # The past that is kept shows at once what came back into sight, and hides what went.
    assert (titles(ask(draft)), titles(ask(live)), titles(ask(internal))) == ({}, {"asset:a": "A"}, {})
    assert titles(ask(again)) == {"asset:a": "A"}
    write(Put("asset:a", "Asset", {"state": "RETIRED"}))
    assert titles(ask(live)) == {}
    assert titles(ask(live, role="EDITOR", **{"duta-perspective": "DRAFT"})) == {"asset:a": "A"}


def test_an_embargo_that_ended_since_held_then(ask, write, house):
    write(Put("asset:a", "Asset", {"title": "A", "locale": "en", "expires_at": "2026-01-02T00:00:00Z", **LIVE}))
    seq = write(Put("asset:a", "Asset", {"expires_at": None, "embargo_until": "2020-01-02T00:00:00Z"}))

    assert titles(ask(seq - 1)) == {}
    assert titles(ask(seq)) == {"asset:a": "A"}


def test_what_is_no_more_is_shown_to_those_who_see_everything(ask, write):
    seq = write(Put("asset:a", "Asset", {"title": "A", "locale": "en", **LIVE}))
    write(removals=["asset:a"])

    assert titles(ask(seq)) == {}
    assert titles(ask(seq, role="EDITOR", **{"duta-perspective": "DRAFT"})) == {"asset:a": "A"}


@pytest.mark.parametrize(
    ("as_of", "role", "query", "status", "message"),
    [
        ("1", None, ASSETS, 403, "The past is shown to who has a key. Leave out Duta-As-Of."),
        ("2", "PARTNER", ASSETS, 400, "Duta-As-Of: There is no entry 2 in the log, which ends at 1."),
        ("soon", "PARTNER", ASSETS, 400, 'Duta-As-Of: "soon" is not a moment. Write it as 2026-08-17T09:00:00Z.'),
        ("2999-01-01T00:00:00Z", "PARTNER", ASSETS, 400, "Duta-As-Of: 2999-01-01T00:00:00.000Z is still to come."),
        ("1", "PARTNER", '{ search(text: "a") { nodes { id } } }', 400, "The past cannot be searched"),
        ("1", "EDITOR", 'mutation { createTheme(input: {name: "T"}) { entity { id } } }', 400, ""),
    ],
)
def test_what_the_past_does_not_answer_is_refused(ask, write, as_of, role, query, status, message):
    write(Put("theme:t", "Theme", {"name": "T"}))

    response = ask(as_of, query, role)

    assert response.status_code == status
    assert message in response.json()["errors"][0]["message"]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_a_replayed_log_comes_to_the_graph_that_was_there_at_an_entry(tmp_path_factory, seed):
    store = open_sqlite(tmp_path_factory.mktemp("past") / "graph.db", MODEL)
    replays(store, random.Random(seed))
    store.close()


@pytest.mark.neo4j
def test_so_does_that_of_neo4j(neo_store):
    replays(neo_store, random.Random(1))


def replays(store, dice):
    """Random writes, links, removals and undos; the hash of each moment is noted as it passes."""
    ids = [f"theme:{name}" for name in "abcd"]
    hashes = {}
    for _ in range(25):
        id, other = dice.sample(ids, 2)
        match dice.randrange(4):
            case 0:
                store.write(Batch(removals=(Removal(id),)))
            case 1 if store.stats().seq:
                store.write(Batch(undo=str(dice.randint(1, store.stats().seq))))
            case _:
                there = {change.id for change in store.changes(0)}
                links = {"broader": (To(other),)} if other in there and id < other else {"broader": ()}
                store.write(Batch((Put(id, "Theme", {"name": dice.choice("xyz"), "same_as": []}, links),)))
        hashes[store.stats().seq] = hash_of(store)
    pasts = Pasts(store)

    for seq in dice.sample(sorted(hashes), len(hashes) if LONG else min(5, len(hashes))):
        assert hash_of(pasts.at(seq)) == hashes[seq]


def hash_of(store):
    with store.snapshot() as snapshot:
        return graph_hash(snapshot.head, lines(MODEL, snapshot.nodes()))


def test_a_moment_is_found_by_halving(house, write):
    for n in range(9):
        write(Put(f"theme:{n}", "Theme", {"name": "T"}))
    pasts = Pasts(house.store)

    for entry in house.store.changes(0):
        last = max(one.seq for one in house.store.changes(0) if one.at == entry.at)
        assert pasts.moment(entry.at).seq == last
    assert pasts.moment("2020-01-01T00:00:00Z").seq == 0
    with pytest.raises(InvalidValue, match="There is no entry 0"):
        pasts.moment("0")


def test_a_batch_may_be_longer_than_what_is_replayed_at_once_and_the_past_may_end_within_one(write, ask):
    first = Put("asset:a", "Asset", {"title": "A", "locale": "en", **LIVE}, {"themes": (To("theme:sample-599"),)})
    write(first, *(Put(f"theme:sample-{number}", "Theme", {"name": f"T {number}"}) for number in range(600)))
    query = "{ assets { nodes { themes { nodes { name } } } } themes(first: 1) { totalCount } }"

    whole, within = (ask(seq, query).json()["data"] for seq in (601, 3))

    assert whole["assets"]["nodes"][0]["themes"]["nodes"] == [{"name": "T 599"}]
    assert (within["assets"]["nodes"][0]["themes"]["nodes"], within["themes"]["totalCount"]) == ([], 2)
