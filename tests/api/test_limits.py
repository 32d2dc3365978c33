"""The guard: what is too much is refused early, and with work that grows with the length of the document."""

import sys
from collections.abc import Callable

import pytest
from graphql import get_introspection_query, parse

from api.plan import Limits, Outcome
from api.plan.errors import Refused
from api.plan.guard import guard


def nested(levels: int) -> str:
    return '{ theme(id: "theme:food") { ' + "broader { " * levels + "id" + " }" * levels + " } }"


def doubled(levels: int) -> str:
    """Fragments that each spread the next one twice: 2 ** levels fields in a few bytes."""
    parts = [
        f"fragment f{n} on Theme {{ a: broader {{ ...f{n + 1} }} b: broader {{ ...f{n + 1} }} }}" for n in range(levels)
    ]
    return '{ theme(id: "theme:food") { ...f0 } } ' + " ".join(parts) + f" fragment f{levels} on Theme {{ id }}"


def many(count: int, text: str) -> str:
    return " ".join(text.replace("#", str(n)) for n in range(count))


def calls(work: Callable[[], object]) -> int:
    """How many functions this work calls: unlike seconds, the same on every machine."""
    counted = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (nested(20), "The operation nests its fields 22 levels deep; 16 are allowed."),
        (doubled(11), "The operation selects 6143 fields; 2000 are allowed."),
        (doubled(30), "The operation nests its fields 32 levels deep; 16 are allowed."),
        ("{ " + many(101, "a#: assets { totalCount }") + " }", "The operation has 101 aliases; 100 are allowed."),
        ("{ " + many(52, "__typename ") + " }", "The document repeats response keys 51 times; 50 are allowed."),
        (
            "{ assets " + many(101, "@include(if: true) ") + "{ totalCount } }",
            "The document has 101 directives; 100 are allowed.",
        ),
        (
            "query (" + many(51, "$v#: Int ") + ") { assets { totalCount } }",
            "The operation declares 51 variables; 50 are allowed.",
        ),
        (
            "{ assets { totalCount } }" + many(51, " fragment f# on Asset { id }"),
            "The document has 52 definitions; 50 are allowed.",
        ),
        (
            "{ " + "assets { nodes { id } } " * 1_500 + "}",
            "The document has more than 8000 tokens. Ask in several requests.",
        ),
        ("#" * 60_001, "The document has 60001 characters; 60000 are allowed. Send several."),
        (
            "{ " + many(6, "a#: __schema { description } ") + "}",
            "Introspection has 6 root fields and aliases; 5 are allowed.",
        ),
        (
            "{ __schema { types { fields { type { fields { name } } } } } }",
            "Below __schema 2 lists of fields or types stand in each other; 1 are allowed.",
        ),
        (
            "{ assets(first: 100) { nodes { themes(first: 100) { nodes { assets(first: 100) { nodes { id } } } } } } }",
            "It asks for 1020201 objects; 25000 are allowed. Ask for shorter pages.",
        ),
        ("{ " + "a" * 101 + ": __typename }", "An alias has 101 characters; 100 are allowed."),
        (
            "{ " + many(11, 's#: search(text: "x") { totalCount } ') + "}",
            "The operation has 11 searches; 10 are allowed.",
        ),
        (
            "{ assets(first: 100) { nodes { themes(first: 20) { nodes { " + many(13, "n#: name ") + "} } } } }",
            "It asks for 286130 values, objects times fields; 250000 are allowed.",
        ),
        ("{ assets { facets(limit: 101) { field } } }", "limit is 101; 100 values of a facet are allowed."),
        (
            "query { nodes(ids: [" + '"asset:a" ' * 101 + "]) { id } }",
            "101 ids are given; 100 are allowed. Ask in several requests.",
        ),
    ],
)
def test_too_much_is_refused_with_the_figure(outcome, question, message):
    found = outcome(question)

    assert found.code == "LIMIT_EXCEEDED"
    assert found.errors[0].message.startswith(message)


def test_the_cost_is_the_objects_asked_for(outcome):
    found = outcome(
        "{ assets(first: 50) { nodes { themes(first: 5) { nodes { id } } keeper { id } } } countries { totalCount } }"
    )

    assert found.objects == 1 + 50 * (1 + 1 + 5 + 1) + 1


def test_each_facet_costs_what_going_through_a_list_is_worth(outcome):
    assert outcome("{ assets { facets(by: [KIND, YEAR], limit: 1) { field } } }").objects == 201
    assert outcome("{ assets { a: facets(by: [YEAR]) { field } b: facets(by: [YEAR]) { field } } }").objects == 101
    assert outcome("{ " + many(90, "a#: assets { facets { field } }") + " }").code == "LIMIT_EXCEEDED"


def test_a_refusal_quotes_little_of_what_was_sent(outcome):
    messages = [error.message for error in outcome("{ " + many(5, "x#" + "y" * 9_000) + " }").errors]

    assert [len(message) for message in messages] == [300] * 5
    assert messages[0].startswith("Cannot query field 'x0yyy")
    assert messages[0].endswith("yyy…")


def test_the_cost_follows_variables(outcome):
    question = "query ($n: Int = 3) { assets(first: $n) { nodes { id } } }"

    assert outcome(question).objects == 4
    assert outcome(question, n=7).objects == 8
    assert outcome("{ assets(last: 5) { nodes { id } } }").objects == 6


def test_the_usual_introspection_is_answered(outcome):
    found = outcome(get_introspection_query(input_value_deprecation=True))

    assert found.errors == []
    assert found.data is not None
    assert len(found.data["__schema"]["types"]) > 500


def test_fragments_that_spread_each_other_in_a_circle_are_refused(outcome):
    found = outcome(
        '{ theme(id: "theme:food") { ...a } }'
        " fragment a on Theme { broader { ...b } } fragment b on Theme { broader { ...a } }"
    )

    assert (found.code, found.errors[0].message) == (
        "VALIDATION_FAILED",
        "Cannot spread fragment 'a' within itself via 'b'.",
    )


def test_a_document_nested_beyond_the_parsers_reach_is_refused(outcome):
    assert outcome("{ a" * 3_000).code in ("LIMIT_EXCEEDED", "PARSE_FAILED")
    assert outcome("{ assets(where: " + "{not: " * 2_000 + "{}" + "}" * 2_000 + ") { totalCount } }").code in (
        "LIMIT_EXCEEDED",
        "PARSE_FAILED",
    )


@pytest.mark.parametrize("levels", [10, 40, 160])
def test_doubled_fragments_are_measured_by_one_walk(levels):
    document = parse(doubled(levels))

    def guarded() -> None:
        with pytest.raises(Refused):
            guard(document, Limits(definitions=1_000, depth=1))

    assert calls(guarded) < 50 * levels


def test_what_the_guard_lets_through_is_validated_with_bounded_work(outcome):
    same = "{ " + "assets(first: 1) { nodes { " + many(10, "x#: themes { nodes { id } } ") + " } } " + "}"
    spreads = (
        "{ "
        + many(45, "...f# ")
        + "}"
        + many(45, " fragment f# on Query { assets(first: 1) { nodes { id title kind year } } }")
    )
    for question in (same, spreads):
        found = list[Outcome]()

        def asked(question: str = question, found: list[Outcome] = found) -> None:
            found.append(outcome(question))

        assert calls(asked) < 300_000
        assert found[0].errors == []


def test_introspection_is_kept_by_the_whole_document_and_not_by_the_operation_alone(outcome):
    question = '{{ __type(name: "Facet") {{ ...f }} }} fragment f on __Type {{ {} }}'

    assert outcome(question.format("name")).data == {"__type": {"name": "Facet"}}
    assert outcome(question.format("kind")).data == {"__type": {"kind": "OBJECT"}}
    assert outcome(question.format("name")).data == {"__type": {"name": "Facet"}}


def test_introspection_beside_a_question_keeps_the_order_of_both(outcome, counted):
    found = outcome('{ a: __type(name: "Facet") { name } themes { totalCount } __schema { queryType { name } } }')

    assert list(found.data or {}) == ["a", "themes", "__schema"]
    assert found.data == {
        "a": {"name": "Facet"},
        "themes": {"totalCount": 3},
        "__schema": {"queryType": {"name": "Query"}},
    }
    assert len(counted.statements) == 1


def test_an_answer_of_too_many_bytes_is_refused_before_it_is_put_together(contract, tmp_path):
    from api.plan import Caller, Executor, Request
    from graph.model import MODEL
    from graph.store.batch import Batch, Put, To
    from graph.store.select import Viewer
    from graph.store.sqlite import open_sqlite

    store = open_sqlite(tmp_path / "graph.sqlite", MODEL)
    seen = {"kind": "TEXT", "locale": "en", "state": "PUBLISHED", "marking": "PUBLIC", "body": "x" * 200_000}
    craft = Put("theme:craft", "Theme", {"name": "Craft"})
    links = {"themes": (To("theme:craft"),)}
    store.write(Batch((craft, *(Put(f"asset:{n}", "Asset", {"title": f"{n}", **seen}, links) for n in range(20)))))
    executor, caller = Executor(contract, store), Caller(Viewer(0, -1, -1, 1_800_000_000_000))
    question = (
        "query ($n: Int) { assets(first: 20) { nodes { themes { nodes { assets(first: $n) { nodes { body } } } } } } }"
    )
    few = executor.execute(Request(question, None, {"n": 1}), caller)
    many = executor.execute(Request(question, None, {"n": 20}), caller)
    again = executor.execute(Request(question, None, {"n": 1}), caller)
    store.close()

    assert (few.code, few.data) == (None, again.data)
    assert (many.code, many.data) == ("LIMIT_EXCEEDED", None)
    assert many.errors[0].message == "The answer has more than 64 MB. Ask for shorter pages, or for fewer texts."
