"""What is refused, with which code, and that the documents say so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from api.doors.errors import STATUS, errors_page
from api.plan import Limits
from api.plan.errors import Code
from graph.errors import StoreUnavailable

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("question", "code", "message"),
    [
        ("{ assets { nodes { id } ", "PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        (
            '{ asset(id: "asset:batik") { titel } }',
            "VALIDATION_FAILED",
            "Cannot query field 'titel' on type 'Asset'. Did you mean 'title'",
        ),
        (
            "{ a: assets { totalCount } } { b: assets { totalCount } }",
            "VALIDATION_FAILED",
            "This anonymous operation must be the only defined operation.",
        ),
        (
            "query A { __typename } query B { __typename }",
            "NO_SUCH_OPERATION",
            "The document has 2 operations. Say which by operationName.",
        ),
        (
            "subscription { changes { cursor } }",
            "NOT_A_QUERY",
            "A subscription is a stream. Ask by WebSocket (graphql-transport-ws), or accept text/event-stream.",
        ),
        ("mutation { drop }", "VALIDATION_FAILED", "Cannot query field 'drop' on type 'Mutation'."),
        (
            "query ($n: Int!) { assets(first: $n) { totalCount } }",
            "BAD_VARIABLES",
            "Variable '$n' has invalid value: Expected a value of non-null type 'Int!' to be provided.",
        ),
        (
            "{ assets(first: 100000) { nodes { id } } }",
            "LIMIT_EXCEEDED",
            "first is 100000; 100 are allowed. Ask for 100 and go on after the last cursor.",
        ),
        ("{ assets(first: -1) { nodes { id } } }", "BAD_ARGUMENT", "first is -1; it cannot be negative."),
        (
            "{ assets(first: 1, last: 1) { nodes { id } } }",
            "BAD_ARGUMENT",
            "A page is counted from one end. Give first or last, not both.",
        ),
        (
            '{ assets(after: "x") { nodes { id } } }',
            "BAD_ARGUMENT",
            "The cursor is none of ours. Give one as an edge or pageInfo gave it.",
        ),
        (
            '{ asset(id: "batik") { id } }',
            "BAD_ARGUMENT",
            '"batik" is not an id. An id is a type, a colon and a slug of a-z, 0-9,',
        ),
        ('{ asset(id: "theme:craft") { id } }', "BAD_ARGUMENT", 'The id "theme:craft" does not start with asset:.'),
        (
            '{ node(id: "wizard:merlin") { id } }',
            "BAD_ARGUMENT",
            'The id "wizard:merlin" does not start with the name of a type in lower case and a colon.',
        ),
    ],
)
def test_a_request_that_cannot_be_answered_says_why_and_what_to_do(outcome, question, code, message):
    found = outcome(question)

    assert (found.data, found.code) == (None, code)
    assert found.errors[0].message.startswith(message)
    assert found.errors[0].formatted["extensions"]["code"] == code


def test_a_refusal_of_an_argument_names_its_place(outcome):
    found = outcome("{\n  countries { totalCount }\n  assets(first: 101) { nodes { id } }\n}")

    assert found.errors[0].formatted["locations"] == [{"line": 3, "column": 3}]


def test_a_cursor_of_another_order_is_refused(ask, outcome):
    cursor = ask("{ assets(first: 1, order: [{field: YEAR}]) { pageInfo { endCursor } } }")["assets"]["pageInfo"][
        "endCursor"
    ]

    found = outcome("query ($c: String) { assets(after: $c, order: [{field: TITLE}]) { nodes { id } } }", c=cursor)

    assert (
        found.errors[0].message
        == "The cursor belongs to another list or order. Go on in the order in which it was given."
    )


@pytest.mark.parametrize(
    "keys", [["x", "asset:a"], [1], [1, 2], [None, None], [[], "asset:a"], [{}, "a"], [1, "asset:a", 3]]
)
def test_a_forged_cursor_is_refused(outcome, keys):
    from api.plan.paging import digest_of, encode
    from graph.store.select import Order

    cursor = encode(digest_of("Asset", (Order("year"),)), keys)
    found = outcome("query ($c: String) { assets(after: $c, order: [{field: YEAR}]) { nodes { id } } }", c=cursor)

    assert (found.code, found.errors[0].message) == (
        "BAD_ARGUMENT",
        "The cursor has been changed. Give one as an edge or pageInfo gave it.",
    )


def test_a_store_that_is_down_is_said_without_its_address(executor, counted, outcome, monkeypatch):
    def ask(*_: object) -> object:
        raise StoreUnavailable("bolt://duta:secret@db:7687 refused")

    monkeypatch.setattr(type(counted), "ask_json", ask)
    found = outcome("{ assets { totalCount } }")

    assert (found.code, found.errors[0].message) == (
        "STORE_UNAVAILABLE",
        "The store does not answer. Try again in a moment.",
    )


def test_the_table_of_codes_names_each_code_once_in_its_order_with_its_status():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \| \S.* \| \S.* \|$", errors_page(), re.MULTILINE)

    assert rows == [(code.value, str(STATUS.get(code, 400))) for code in Code]


def test_the_table_of_limits_is_the_limits():
    rows = re.findall(
        r"^\| `([a-z_]+)` \| (\d+) \| (.+) \|$", (ROOT / "docs/limits.md").read_text("utf-8"), re.MULTILINE
    )

    assert rows == [(one.name, str(one.default), one.metadata["doc"]) for one in fields(Limits)]
