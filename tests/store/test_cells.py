"""Cells: combinations of named nodes counted by what they have, and nothing that is hidden among them."""

from dataclasses import replace

import pytest

from graph.errors import InvalidValue, UnknownName
from graph.store.cells import Cells, Compare, Key, Measure, Node, Tie
from graph.store.select import Cmp, Viewer

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
LIVE = Viewer(2, -1, -1, 1_767_225_600_000)

COVERAGE = Cells(
    (Node("m", "Message"), Node("a", "Audience"), Node("x", "Asset")),
    (Tie("m", "audiences", "a"), Tie("x", "messages", "m")),
    by=(Key("message", "m.id"), Key("audience", "a.id")),
    measures=(Measure("assets", "distinct", "x"), Measure("newest", "max", "x.year")),
)
CLASHES = Cells(
    (Node("a", "Campaign"), Node("b", "Campaign"), Node("for", "Audience")),
    (Tie("a", "audiences", "for"), Tie("b", "audiences", "for")),
    (
        Compare("a.id", "lt", "b.id"),
        Compare("a.starts", "lte", "b.ends", or_missing=True),
        Compare("b.starts", "lte", "a.ends"),
    ),
    (Key("one", "a.id"), Key("other", "b.id")),
    (Measure("audiences", "distinct", "for"),),
    most="audiences",
)


@pytest.fixture
def told(graph):
    """Two messages for two audiences, and what carries them."""
    for name, size in {"one": 2**52, "two": 5}.items():
        graph.put(f"audience:{name}", name=name, kind="DIASPORA", state="PUBLISHED", size=size)
    graph.put("message:m", text="M", locale="en", **OPEN, audiences=["audience:one", "audience:two"])
    graph.put("message:n", text="N", locale="en", **OPEN, audiences="audience:two")
    for name, year, state in (("a", 1990, "PUBLISHED"), ("b", None, "PUBLISHED"), ("c", 2020, "DRAFT")):
        graph.put(f"asset:{name}", kind="WORK", title=name, locale="en", state=state, marking="PUBLIC", year=year,
                  messages=["message:m"])  # fmt: skip
    days = {"p": ("2026-01-01", "2026-01-31"), "q": ("2026-01-31", None), "r": ("2026-02-01", "2026-02-02")}
    for name, (starts, ends) in days.items():
        graph.put(f"campaign:{name}", title=name, locale="en", **OPEN, starts=starts, ends=ends, assets="asset:a",
                  audiences=["audience:one", "audience:two"])  # fmt: skip
    return graph


def test_cells_count_each_thing_once_and_only_what_is_seen(told):
    assert told.ask(COVERAGE, LIVE) == {
        "rows": [
            {"message": "message:m", "audience": "audience:one", "assets": 2, "newest": 1990},
            {"message": "message:m", "audience": "audience:two", "assets": 2, "newest": 1990},
        ],
        "more": False,
    }
    assert [(row["assets"], row["newest"]) for row in told.ask(COVERAGE)["rows"]] == [(3, 2020), (3, 2020)]


def test_pairs_are_compared_by_their_dates_and_a_missing_date_answers_as_asked(told):
    pairs = [(row["one"], row["other"], row["audiences"]) for row in told.ask(CLASHES)["rows"]]
    always = replace(CLASHES, compared=tuple(replace(one, or_missing=True) for one in CLASHES.compared))

    assert pairs == [("campaign:p", "campaign:q", 2)]
    assert len(told.ask(always)["rows"]) == 2


def test_more_says_that_cells_are_left_off_and_one_measure_may_come_first(told):
    by_size = replace(COVERAGE, measures=(Measure("size", "max", "a.size"),), most="size", limit=1)

    assert told.ask(by_size) == {
        "rows": [{"message": "message:m", "audience": "audience:one", "size": 2**52}],
        "more": True,
    }


def test_a_moment_is_grouped_by_its_day_and_a_sum_that_no_engine_holds_is_null(told):
    for number, at in enumerate(("2026-01-01T00:00:00Z", "2026-01-01T23:59:59Z", "2026-01-02T00:00:00Z")):
        graph = told
        graph.put(f"placement:{number}", at=at, status="LIVE", of="asset:a")
    days = Cells((Node("p", "Placement"), Node("x", "Asset")), (Tie("p", "of", "x"),), by=(Key("day", "p.at", "day"),))
    sizes = Cells((Node("a", "Audience"), Node("m", "Message")), (Tie("m", "audiences", "a"),), by=(),
                  measures=(Measure("people", "sum", "a.size"), Measure("count")))  # fmt: skip

    assert told.ask(days)["rows"] == [{"day": "2026-01-01", "count": 2}, {"day": "2026-01-02", "count": 1}]
    assert told.ask(sizes)["rows"] == [{"people": 2**52 + 10, "count": 3}]

    told.put("audience:two", size=2**52)
    assert told.ask(sizes)["rows"] == [{"people": None, "count": 3}]


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"by": (Key("k", "z.id"),)}, UnknownName, 'There is no node "z"'),
        ({"by": (Key("k", "x.title"),)}, InvalidValue, 'Cells cannot be told apart by "x.title". Group by the id'),
        ({"by": (Key("k", "x.year", "day"),)}, InvalidValue, '"x.year" has no day. Only dates and moments have parts.'),
        ({"ties": COVERAGE.ties[:1]}, InvalidValue, 'Nothing ties "x" to the rest. Add a tie or a comparison.'),
        ({"compared": (Compare("m.id", "lt", "x.year"),)}, InvalidValue, "are not of one kind"),
        ({"measures": (Measure("s", "sum", "x.title"),)}, InvalidValue, '"x.title" has no sum.'),
        ({"most": "none"}, InvalidValue, 'There is no measure "none" to order by.'),
        ({"ties": (Tie("m", "audiences", "x"),)}, InvalidValue, '"audiences" leads to no Asset.'),
        ({"limit": 0}, InvalidValue, "limit: 0 is not a number from 1 to 100000."),
        ({"nodes": (*COVERAGE.nodes, Node("a", "Asset"))}, InvalidValue, '"a" is no name of one thing.'),
    ],
)
def test_what_cannot_be_counted_is_refused_with_the_place_and_the_cure(graph, wrong, error, says):
    with pytest.raises(error) as refused:
        graph.ask(replace(COVERAGE, **wrong))

    assert says in str(refused.value)


def test_the_sight_of_a_property_holds_for_keys_measures_and_comparisons(told):
    told.put("campaign:p", budget_band="SMALL")
    bands = Cells((Node("c", "Campaign", Cmp("id", "eq", "campaign:p")),), by=(Key("band", "c.budget_band"),))
    same = replace(bands, compared=(Compare("c.budget_band", "eq", "c.budget_band"),))
    public = Viewer(0, -1, -1, LIVE.now)

    assert told.ask(bands)["rows"] == [{"band": "SMALL", "count": 1}]
    assert told.ask(bands, public)["rows"] == [{"band": None, "count": 1}]
    assert (len(told.ask(same)["rows"]), told.ask(same, public)["rows"]) == (1, [])
