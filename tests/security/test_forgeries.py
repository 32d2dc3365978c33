"""Ids and cursors that somebody made up or changed."""

import base64
import json
import random

import pytest

pytestmark = pytest.mark.usefixtures("alive")

ASSETS = (
    "query ($after: String) { assets(first: 2, after: $after, order: [{field: TITLE}]) { pageInfo { endCursor } } }"
)
THEMES = "query ($after: String) { themes(first: 2, after: $after) { pageInfo { endCursor } } }"
BY_YEAR = (
    "query ($after: String) { assets(first: 2, after: $after, order: [{field: YEAR}]) { pageInfo { endCursor } } }"
)
SEARCH = 'query ($after: String) { search(text: "food", first: 2, after: $after) { pageInfo { endCursor } } }'
INNER = (
    'query ($after: String) { theme(id: "theme:food-culture")'
    " { assets(first: 2, after: $after) { pageInfo { endCursor } } } }"
)
LISTS = {"assets": ASSETS, "themes": THEMES, "by year": BY_YEAR, "search": SEARCH, "inner": INNER}


@pytest.fixture
def ask(post):
    def send(question: str, **variables: object) -> tuple[int, dict]:
        answer = post(json.dumps({"query": question, "variables": variables}).encode(), "a forgery")
        return answer.status, json.loads(answer.body)

    return send


def end_cursor(found: object) -> str:
    while isinstance(found, dict) and "endCursor" not in found:
        found = next(iter(found.values()))
    assert isinstance(found, dict)
    return str(found["endCursor"])


@pytest.fixture
def cursors(ask) -> dict[str, str]:
    return {name: end_cursor(ask(question)[1]["data"]) for name, question in LISTS.items()}


def test_a_cursor_of_another_list_is_refused(ask, cursors):
    for name, question in LISTS.items():
        for other in LISTS.keys() - {name}:
            status, told = ask(question, after=cursors[other])
            assert (status, told["errors"][0]["extensions"]["code"]) == (400, "BAD_ARGUMENT"), (name, other)


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_with_a_bit_flipped_is_refused_or_a_place_in_the_list(ask, cursors, name):
    raw = base64.urlsafe_b64decode(cursors[name] + "=" * (-len(cursors[name]) % 4))
    dice = random.Random(7)
    for bit in dice.sample(range(len(raw) * 8), min(40, len(raw) * 8)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        status, told = ask(LISTS[name], after=base64.urlsafe_b64encode(changed).decode().rstrip("="))
        assert status == 200 or told["errors"][0]["extensions"]["code"] in ("BAD_ARGUMENT", "BAD_VARIABLES")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "keys",
    [
        [],
        [1],
        [None, None],
        [[], {}],
        ["x", {"a": 1}],
        ["x" * 2_000, "y"],
        [1e308, "a"],
        [-(2**63), "a"],
        [2**64, "a"],
        [True, False],
        ["a", "b", "c", "d"],
    ],
)
def test_a_cursor_with_made_up_keys_is_refused_or_a_place_in_the_list(ask, cursors, name, keys):
    raw = json.loads(base64.urlsafe_b64decode(cursors[name] + "=" * (-len(cursors[name]) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps([raw[0], *keys]).encode()).decode().rstrip("=")
    status, told = ask(LISTS[name], after=forged)

    assert status == 200 or told["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"


@pytest.mark.parametrize(
    "cursor", ["", "=", "a", "....", "%00", "\u0000", "ü" * 50, "A" * 100_000, "W10", "bnVsbA", "e30", "\ud7ff"]
)
@pytest.mark.parametrize("name", LISTS)
def test_what_is_no_cursor_is_refused(ask, name, cursor):
    status, told = ask(LISTS[name], after=cursor)

    assert (status, told["errors"][0]["extensions"]["code"]) == (400, "BAD_ARGUMENT")


@pytest.mark.parametrize(
    "id",
    [
        "",
        ":",
        "asset",
        "asset:",
        ":kimjang",
        "Asset:kimjang",
        "asset:KIMJANG",
        "asset:../../etc/passwd",
        "asset:kimjang\n",
        "asset:%00",
        "asset:kimjang' OR '1'='1",
        "QXNzZXQ6a2ltamFuZw==",
        "asset:" + "k" * 100_000,
        "\u202e",
        "nothing:kimjang",
        "0",
        "asset:kimjang:kimjang",
    ],
)
def test_an_id_that_is_none_finds_nothing_and_says_no_more(ask, id):
    status, told = ask(
        "query ($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } asset(id: $id) { id } }",
        id=id,
        ids=[id],
    )

    assert status in (200, 400)
    if status == 200:
        assert told["data"] == {"node": None, "nodes": [None], "asset": None}
    else:
        assert told["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"


def test_an_id_out_of_sight_is_answered_like_one_that_does_not_exist(target):
    body = json.dumps(
        {
            "query": "query ($ids: [ID!]!) { nodes(ids: $ids) { id label } }",
            "variables": {"ids": ["audience:vn-home-cooks", "asset:nowhere"]},
        }
    ).encode()
    through = {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.9"}
    answer = target.ask("POST", "/graphql", through, body, "the public asks for what is internal")

    assert json.loads(answer.body)["data"] == {"nodes": [None, None]}
