"""Computed questions, fields and actions: declared once as dataclasses and a function, asked like anything else."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import pytest
from graphql import print_schema

from api.doors.viewers import writer_of
from api.plan import Caller, Executor, Request
from api.plan.acting import Acting
from api.roles import Role
from api.schema import build_contract
from api.schema.book import Book
from api.schema.questions import Questions
from graph.asking import Asking, Computed, Nothing, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY, MODEL
from graph.model.enums import State
from graph.store.batch import Batch, Put
from graph.store.select import Follow, Order, Select, Shape, by_ids
from graph.store.sqlite import open_sqlite
from tests.api.conftest import PLANNER, PUBLIC, Counted

AssetId = Annotated[str, Of("Asset")]


@dataclass(frozen=True, slots=True)
class Window:
    """Some days."""

    starts: date = said("The first.")
    days: int = said("How many.", 7)


@dataclass(frozen=True, slots=True)
class AlikeGiven:
    """Which asset, and when."""

    to: AssetId = said("The asset.")
    windows: tuple[Window, ...] = said("When.", ())
    state: State = said("In which state.", State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class AlikeTo:
    """What is about the same."""

    best: AssetId | None = said("The best.")
    anything: tuple[Annotated[str, Of(ANY)], ...] = said("What has to do with it.")
    ends: tuple[date, ...] = said("The last day of each window.")
    state: State = said("The state that was asked for.")


THEMES = Select("Theme", Shape((("id", "id"),)), order=(Order("id"),))
SHARED = Shape(links=(("themes", Follow("themes", THEMES)),))


def alike(asking: Asking, given: AlikeGiven) -> AlikeTo:
    if any(window.days < 1 for window in given.windows):
        raise InvalidValue("A window has no day.", path="windows")
    found: Any = asking.ask({"it": by_ids("Asset", (given.to,), SHARED, limit=1)})["it"]["rows"]
    themes = [row["id"] for row in found[0]["themes"]["rows"]] if found else []
    ends = tuple(one.starts + timedelta(days=one.days - 1) for one in given.windows)
    # The last of them is out of the public's sight.
    return AlikeTo("asset:batik", (given.to, *themes, "asset:tempe"), ends, given.state)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who stands beside it."""

    asset: AssetId | None = said("The neighbour.")
    steps: int = said("How far.")


def beside(asking: Asking, _given: Nothing, ids: Sequence[str]) -> Mapping[str, object]:
    asking.statements += 0
    CALLS.append(tuple(ids))
    return {id: (Neighbour("asset:kimjang", 1), Neighbour("asset:tempe", 2)) for id in ids if id != "asset:kimjang"}


@dataclass(frozen=True, slots=True)
class Named:
    """What was named."""

    theme: Annotated[str, Of("Theme")] | None = said("It.")
    by: str = said("Who did.")


def name_theme(acting: Acting, given: AlikeGiven) -> Named:
    acting.store.write(Batch((Put("theme:named", "Theme", {"name": f"Like {given.to}"}),), actor=acting.writer.name))
    return Named("theme:named", acting.writer.name)


CALLS: list[tuple[str, ...]] = []
QUESTIONS = Questions(
    (Question("alike_to", "What is like it.", AlikeGiven, AlikeTo, alike, lambda _given: 4),),
    (Computed("Asset", "set_beside", "Its neighbours.", Nothing, tuple[Neighbour, ...], beside, lambda _given: 2),),
    (Question("name_theme", "Name a theme after it.", AlikeGiven, Named, name_theme, lambda _given: 1),),
)


@pytest.fixture(scope="module")
def contract() -> Any:
    return build_contract(MODEL, QUESTIONS)


def test_the_contract_says_what_the_dataclasses_say(contract):
    printed = print_schema(contract.core)
    for expected in (
        '"""When."""\n    windows: [WindowInput!]',
        "  best: Asset\n",
        "  anything: [Entity!]!\n",
        "  ends: [Date!]!\n",
        "  setBeside: [Neighbour!]!\n",
        "    state: State\n  ): AlikeTo!",
    ):
        assert expected in printed


def test_an_answer_is_dates_enums_and_entities_of_which_anything_can_be_selected(ask, counted: Counted):
    found = ask(
        """query Q($days: Int) {
          alikeTo(to: "asset:kimjang", windows: [{starts: "2026-12-01", days: $days}, {starts: "2026-12-31"}]) {
            __typename state ends
            best { title(locale: "en") }
            anything { __typename id ... on Theme { named: name } }
          }
        }""",
        days=2,
    )
    assert found == {
        "alikeTo": {
            "__typename": "AlikeTo",
            "state": "PUBLISHED",
            "ends": ["2026-12-02", "2027-01-06"],
            "best": {"title": "Hand-drawn batik"},
            "anything": [
                {"__typename": "Asset", "id": "asset:kimjang"},
                {"__typename": "Theme", "id": "theme:craft", "named": "Living craft"},
                {"__typename": "Theme", "id": "theme:slow-food", "named": "Slow food"},
            ],
        }
    }
    assert len(counted.statements) == 2, "the question's own, and one for all that it names"


def test_what_a_viewer_does_not_see_is_left_out_of_an_answer(ask):
    text = '{ alikeTo(to: "asset:kimjang") { anything { id } } }'
    assert "asset:tempe" not in str(ask(text))
    assert "asset:tempe" in str(ask(text, PLANNER))


def test_a_field_is_computed_for_a_whole_page_at_once_and_at_any_depth(ask, counted: Counted):
    CALLS.clear()
    found = ask(
        """{ assets(where: {title: {in: ["Batik tulis", "Kimjang"]}}) { nodes { id
            setBeside { steps asset { id setBeside { steps } themes { nodes { id } } } } } } }"""
    )
    [batik, kimjang] = found["assets"]["nodes"]
    assert kimjang == {"id": "asset:kimjang", "setBeside": []}
    assert batik["setBeside"] == [
        {
            "steps": 1,
            "asset": {
                "id": "asset:kimjang",
                "setBeside": [],
                "themes": {"nodes": [{"id": "theme:craft"}, {"id": "theme:slow-food"}]},
            },
        },
        {"steps": 2, "asset": None},
    ]
    assert CALLS == [("asset:batik", "asset:kimjang"), ("asset:kimjang",)]
    assert len(counted.statements) == 2


def test_fragments_on_entities_and_graphql_core_read_computed_fields_alike(executor):
    text = '{ node(id: "asset:batik") { ... on Asset { setBeside { __typename steps asset { id } } } } }'
    outcomes = [executor.execute(Request(text), Caller(PUBLIC), plan=plan) for plan in (True, False)]
    assert [one.errors for one in outcomes] == [[], []]
    assert outcomes[0].data == outcomes[1].data
    assert outcomes[0].data["node"]["setBeside"][0]["asset"] == {"id": "asset:kimjang"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('to: "theme:food"', 'to: The id "theme:food" does not start with asset:.'),
        ('to: "asset:x", windows: [{starts: "2026-12-01", days: 0}]', "windows: A window has no day."),
        ('to: "asset:x", windows: [{starts: "2026-13-01"}]', "2026-13-01"),
    ],
)
def test_bad_arguments_are_refused_by_their_place(outcome, arguments, message):
    found = outcome(f"{{ alikeTo({arguments}) {{ state }} }}")
    assert found.data is None
    assert message in found.errors[0].message


def test_a_computed_answer_has_the_price_of_all_that_it_may_name(executor):
    def price(fields):
        text = f'{{ alikeTo(to: "asset:x") {{ {fields} }} }}'
        return executor.execute(Request(text), Caller(PUBLIC), counted=True).objects

    assert price("state") < price("anything { id }") < price("anything { sources(first: 50) { nodes { id } } }")
    assert price("anything { sources(first: 50) { nodes { id } } }") > 4 * 50


def test_an_action_writes_for_those_who_may_and_shows_what_it_wrote(contract, tmp_path):
    store = open_sqlite(tmp_path / "graph.db", MODEL)
    executor = Executor(contract, store)
    text = 'mutation { nameTheme(to: "asset:x") { by theme { name } } }'
    refused = executor.execute(Request(text), Caller(PUBLIC))
    assert refused.code == "FORBIDDEN"
    assert store.stats().seq == 0
    writer = writer_of(Role.EDITOR, "an editor")
    found = executor.execute(Request(text), Caller(PUBLIC, writer=writer))
    assert found.data == {"nameTheme": {"by": "an editor", "theme": {"name": "Like asset:x"}}}
    [change] = store.changes(0)
    assert change.actor == "an editor"
    store.close()


def test_two_types_of_the_contract_cannot_bear_one_name():
    book = Book()
    book.object("Reach", "How far it goes.", tuple)
    book.object("Reach", "How far it goes.", tuple)
    with pytest.raises(TypeError, match="Two types of the contract are called Reach"):
        book.enum("Reach", "How many it reached.", dict)


@pytest.mark.parametrize("first", ["api.schema", "api.plan", "api.kits", "api.stories"])
def test_it_does_not_matter_what_is_imported_first(first):
    command = [sys.executable, "-W", "error", "-c", f"import {first}"]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
