"""The log as it is asked over GraphQL: told to those who could see it then and see it now, and taken back."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.doors.viewers import writer_of
from api.past import Pasts
from api.plan import Caller, Executor, Request
from graph.model import MODEL
from graph.store.batch import ActorKind, Batch, Put, Removal, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from tests.neo4j_server import driver, store_on_neo4j

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC", "kind": "TEXT"}
DOCUMENTED = re.findall(r"```graphql\n(.*?)```", Path("docs/history.md").read_text(encoding="utf-8"), re.DOTALL)
CHANGES = """
query($after: String, $before: String, $where: ChangeWhereInput, $first: Int) {
  changes(after: $after, before: $before, where: $where, first: $first) {
    nodes { seq kind id rev actor actorKind reason batch importId entity { id label } parts { path before after } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


class Clock:
    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="module")
def neo():
    """The Neo4j under test, opened once with a clock that goes on."""
    store = store_on_neo4j(Clock())
    with driver() as one:
        yield store, one
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request, tmp_path):
    if request.param == "sqlite":
        store = open_sqlite(tmp_path / "graph.db", MODEL, clock=Clock())
        yield store
        store.close()
        return
    store, driver = request.getfixturevalue("neo")
    store._clock = Clock()
    with driver.session() as session:
        session.run("MATCH (n) WHERE NOT n:Meta AND NOT n:Log DETACH DELETE n").consume()
        session.run("MATCH (l:Log) SET l.seq = 0, l.hash = $none", none="0" * 64).consume()
    yield store


@pytest.fixture
def write(store):
    def write(*puts, actor="key:sari", reason="A reason", **more):
        report = store.write(Batch(tuple(puts), actor, ActorKind.PERSON, reason, **more))
        assert report.refused == ()

    return write


def viewer(role="PUBLIC", **more):
    live, draft, retired = {
        "PUBLIC": (0, -1, -1), "PARTNER": (1, -1, -1), "PLANNER": (2, 2, -1), "EDITOR": (3, 3, 3),
    }[role]  # fmt: skip
    return Viewer(live, draft, retired, int(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 1000), **more)


@pytest.fixture
def ask(store, contract):
    executor = Executor(contract, store, pasts=Pasts(store))

    def ask(text=CHANGES, role="PUBLIC", **variables):
        caller = Caller(viewer(role), writer=writer_of(role, "key:budi"))
        outcome = executor.execute(Request(text, None, variables), caller)
        assert [error.message for error in outcome.errors] == []
        return outcome.data

    return ask


@pytest.fixture
def nodes(ask):
    def nodes(role="PUBLIC", **variables):
        return ask(role=role, **variables)["changes"]["nodes"]

    return nodes


def asset(**values):
    return Put("asset:a", "Asset", values)


def test_a_change_says_who_why_and_what_became_of_what(nodes, write):
    write(Put("theme:t", "Theme", {"name": "T"}))
    write(
        Put("asset:a", "Asset", {"title": "A", "locale": "en", **LIVE}, {"themes": (To("theme:t", {"weight": 0.5}),)})
    )
    write(
        Put("asset:a", "Asset", {"title": "Á", "same_as": ["https://example.org/a"]}, {"themes": ()}), actor="key:budi"
    )

    last = nodes("PLANNER")[-1]

    assert last == {
        "seq": 3, "kind": "UPDATE", "id": "asset:a", "rev": 2, "actor": "key:budi", "actorKind": "PERSON",
        "reason": "A reason", "batch": "batch-3", "importId": None, "entity": {"id": "asset:a", "label": "Á"},
        "parts": [
            {"path": "sameAs", "before": [], "after": ["https://example.org/a"]},
            {"path": "title", "before": "A", "after": "Á"},
            {"path": "themes", "before": {"theme:t": {"weight": 0.5}}, "after": None},
        ],
    }  # fmt: skip
    public = nodes()[-1]
    hidden = {name: public[name] for name in ("actor", "actorKind", "reason", "importId")}
    assert set(hidden.values()) == {None}
    assert public["parts"] == last["parts"]


def test_what_was_said_before_it_was_public_stays_with_those_who_could_see_it(nodes, write):
    write(asset(title="Secret plan", locale="en", kind="TEXT"))
    write(asset(title="Secret plan, second draft"))
    write(asset(title="A picnic", **LIVE))
    write(asset(summary="With tempe."))

    public = nodes()
    assert [one["seq"] for one in public] == [3, 4]
    assert public[0]["parts"] == [
        {"path": "state", "before": None, "after": "PUBLISHED"},
        {"path": "marking", "before": None, "after": "PUBLIC"},
        {"path": "title", "before": None, "after": "A picnic"},
    ]
    assert [one["seq"] for one in nodes("PLANNER")] == [1, 2, 3, 4]
    assert "Secret" not in str(public)


def test_what_is_out_of_sight_now_has_no_changes_for_those_who_do_not_see_it(nodes, write):
    write(asset(title="A", locale="en", **LIVE))
    write(asset(state="RETIRED"), reason="It was wrong")

    assert (nodes(), nodes("PLANNER")) == ([], [])
    assert [one["seq"] for one in nodes("EDITOR")] == [1, 2]


def test_what_was_deleted_is_told_to_those_who_see_everything(nodes, write, store):
    write(asset(title="A", locale="en", **LIVE))
    store.write(Batch(removals=(Removal("asset:a"),)))

    assert (nodes(), nodes("PLANNER")) == ([], [])
    assert [(one["kind"], one["entity"]) for one in nodes("EDITOR")] == [("CREATE", None), ("DELETE", None)]


def test_a_link_to_what_is_or_was_out_of_sight_is_left_out(nodes, write):
    write(Put("organisation:o", "Organisation", {"name": "O", "state": "DRAFT"}))
    write(Put("organisation:p", "Organisation", {"name": "P"}))
    write(
        Put(
            "asset:a",
            "Asset",
            {"title": "A", "locale": "en", **LIVE},
            {"makers": (To("organisation:o"), To("organisation:p"))},
        )
    )
    write(Put("asset:a", "Asset", {}, {"makers": (To("organisation:p"),)}))
    before = nodes()
    write(Put("organisation:o", "Organisation", {"state": "PUBLISHED"}))

    assert before[1]["parts"][-1] == {"path": "makers", "before": None, "after": {"organisation:p": {}}}
    assert [one["seq"] for one in before] == [2, 3, 4]
    assert before[2]["parts"] == []
    # It is public now, but nobody outside could see then that it had made this.
    assert [one["parts"] for one in nodes() if one["seq"] == 4] == [[]]
    [planners] = [one["parts"] for one in nodes("PLANNER") if one["seq"] == 4]
    assert planners == [{"path": "makers", "before": {"organisation:o": {}}, "after": None}]


def test_a_marked_property_a_draft_text_and_hidden_evidence_are_left_out(nodes, write):
    write(Put("source:s", "Source", {"title": "S", "locale": "en", "state": "PUBLISHED", "marking": "INTERNAL"}))
    write(Put("theme:t", "Theme", {"name": "T"}))
    write(
        Put(
            "asset:a",
            "Asset",
            {"title": "Not yet", "locale": "en", "text_state": "DRAFT", **LIVE},
            {"themes": (To("theme:t", {"evidence": "source:s"}),)},
        )
    )
    write(
        Put(
            "campaign:c",
            "Campaign",
            {"title": "C", "locale": "en", "budget_band": "SMALL", "starts": "2026-01-01", "ends": "2026-02-01"},
            {},
        )
    )

    [made] = [one for one in nodes() if one["id"] == "asset:a"]
    assert {"path": "themes", "before": None, "after": {"theme:t": {}}} in made["parts"]
    assert "Not yet" not in str(nodes())
    assert "Not yet" in str(nodes("PLANNER"))
    assert "source:s" in str([one for one in nodes("PLANNER") if one["id"] == "asset:a"])


def test_a_translation_is_told_only_while_what_it_translates_was_seen(nodes, write):
    write(asset(title="A", locale="en"))
    words = {"locale": "ko", "title": "가", "state": "PUBLISHED", "marking": "PUBLIC"}
    write(Put("translation:a", "Translation", words, {"translates": (To("asset:a"),)}))
    write(Put("translation:a", "Translation", {"title": "나"}))
    write(asset(**LIVE))
    write(Put("translation:a", "Translation", {"title": "다"}))

    told = [one for one in nodes() if one["id"] == "translation:a"]

    assert [one["seq"] for one in told] == [3, 5]
    assert "가" not in str(told)


def test_pages_go_on_from_where_they_ended_in_both_directions(ask, write):
    for n in range(7):
        write(Put(f"theme:{n}", "Theme", {"name": "T", "state": "PUBLISHED" if n % 2 else "DRAFT"}))

    def pages(role, **more):
        found, cursor = [], more.pop("start")
        name = "before" if more.pop("back", False) else "after"
        while True:
            page = ask(role=role, first=2, **{name: cursor})["changes"]
            found.append([one["seq"] for one in page["nodes"]])
            cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found

    assert pages("PLANNER", start=None) == [[1, 2], [3, 4], [5, 6], [7]]
    assert pages("PUBLIC", start=None) == [[2, 4], [6]]
    assert pages("PUBLIC", start="4") == [[6]]
    assert pages("PLANNER", start="", back=True) == [[7, 6], [5, 4], [3, 2], [1]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"id": "asset:a"}, [2, 3]),
        ({"type": "Theme"}, [1]),
        ({"actor": "key:budi"}, [3]),
        ({"batch": "batch-2"}, [2]),
        ({"importId": "import-1"}, [1]),
        ({"id": "asset:a", "actor": "key:budi"}, [3]),
    ],
)
def test_changes_are_asked_for_by_what_they_are_of(nodes, write, where, found):
    write(Put("theme:t", "Theme", {"name": "T"}), source="s", import_id="import-1")
    write(asset(title="A", locale="en", **LIVE))
    write(asset(title="B"), actor="key:budi")

    assert [one["seq"] for one in nodes("PLANNER", where=where)] == found


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"where": {"actor": "key:sari"}}, "where.actor: Who wrote what is told to who works here. Leave it out."),
        ({"first": 0}, "first: 0 changes are asked for; 1 to 100 are told at once."),
        ({"after": "x"}, 'after: "x" is no number of a change. Give an `endCursor`.'),
        ({"after": "1", "before": "2"}, "before: after and before are given. Give one of them."),
        ({"where": {"type": "Asett"}}, 'There is no type "Asett"; did you mean "Asset"?'),
    ],
)
def test_a_question_that_makes_no_sense_says_why(store, contract, variables, message):
    outcome = Executor(contract, store).execute(Request(CHANGES, None, variables), Caller(viewer()))

    assert [error.message for error in outcome.errors] == [message]


def test_every_entity_of_a_list_tells_its_history_the_newest_first(ask, write):
    write(asset(title="A", locale="en", **LIVE), Put("asset:b", "Asset", {"title": "B", "locale": "en", **LIVE}))
    write(asset(title="Á"))
    write(asset(title="Â"))

    data = ask(
        "{ assets(orderBy: []) { nodes { id history(first: 2) { seq rev parts { path after } } } } }".replace(
            "(orderBy: [])", ""
        )
    )

    assert {one["id"]: [change["seq"] for change in one["history"]] for one in data["assets"]["nodes"]} == {
        "asset:a": [4, 3], "asset:b": [2],
    }  # fmt: skip


UNDO = """
mutation($part: String!, $preview: Boolean, $rest: Boolean) {
  undo(part: $part, preview: $preview, rest: $rest, reason: "Wrong") {
    batch count entities { id rev entity { id } } unchanged
    conflicts { id path message entity { id } } errors { path code message }
  }
}
"""


def test_an_import_is_taken_back_after_a_look_at_what_that_does(ask, write, store):
    write(asset(title="A", locale="en", **LIVE), source="s", import_id="import-1")

    look = ask(UNDO, "EDITOR", part="import-1", preview=True)["undo"]
    assert (look["batch"], look["count"], look["errors"]) == (None, 1, [])
    assert look["entities"] == [{"id": "asset:a", "rev": 2, "entity": {"id": "asset:a"}}]
    assert store.stats().seq == 1

    done = ask(UNDO, "EDITOR", part="import-1")["undo"]
    assert (done["batch"], done["entities"][0]["entity"]) == ("batch-2", None)
    [change] = store.changes(1)
    assert (change.actor, change.actor_kind, change.reason) == ("key:budi", "PERSON", "Undo of import-1: Wrong")

    back = ask(UNDO, "EDITOR", part="batch-2")["undo"]
    assert back["entities"] == [{"id": "asset:a", "rev": 3, "entity": {"id": "asset:a"}}]
    assert ask(UNDO, "EDITOR", part="batch-2")["undo"]["unchanged"] == 1


def test_what_is_in_the_way_of_an_undo_is_named_and_the_rest_taken_back_if_wanted(ask, write):
    write(asset(title="A", locale="en", **LIVE), Put("theme:t", "Theme", {"name": "T"}))
    write(asset(title="B"))

    refused = ask(UNDO, "EDITOR", part="batch-1")["undo"]
    assert (refused["count"], [one["code"] for one in refused["errors"]]) == (0, ["IN_THE_WAY"])
    assert refused["conflicts"] == [
        {
            "id": "asset:a", "path": "title", "entity": {"id": "asset:a"},
            "message": "It was changed since entry 1 created it: title. Take that back first, or retire it.",
        }
    ]  # fmt: skip
    look = ask(UNDO, "EDITOR", part="batch-1", preview=True)["undo"]
    assert (look["count"], look["conflicts"], look["errors"]) == (1, refused["conflicts"], [])
    rest = ask(UNDO, "EDITOR", part="batch-1", rest=True)["undo"]
    assert ([one["id"] for one in rest["entities"]], rest["conflicts"], rest["errors"]) == (
        ["theme:t"], refused["conflicts"], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "part", "error"),
    [
        (
            "PLANNER", "1",
            {"path": "", "code": "FORBIDDEN", "message": "An undo may touch what is public. Ask an editor."},
        ),
        ("EDITOR", "99", {"path": "part", "code": "UNKNOWN_PART", "message": 'There is no part of the log "99".'}),
        (
            "EDITOR", "asset:a",
            {
                "path": "part", "code": "BAD_VALUE",
                "message": '"asset:a" is no part of the log. '
                "Name an import as import-5f0c2a, a batch as batch-7, or one entry by its number.",
            },
        ),
    ],
)  # fmt: skip
def test_an_undo_that_cannot_be_says_why(ask, write, role, part, error):
    write(asset(title="A", locale="en", **LIVE))

    assert ask(UNDO, role, part=part)["undo"]["errors"] == [error]


def test_who_does_not_publish_takes_back_drafts_that_they_wrote_all_of(ask, write, store):
    draft = {"locale": "en", "kind": "TEXT", "state": "DRAFT"}
    write(asset(title="A", **draft), actor="key:budi", import_id="import-1")
    write(Put("asset:b", "Asset", {"title": "B", **draft}), import_id="import-1")
    write(Put("asset:c", "Asset", {"title": "C", **draft}), actor="key:budi")
    codes = {part: [one["code"] for one in ask(UNDO, "PLANNER", part=part)["undo"]["errors"]]
             for part in ("import-1", "batch-2", "batch-9")}  # fmt: skip
    # Part of the import is somebody else's; of the batch all is.
    assert codes == {"import-1": ["FORBIDDEN"], "batch-2": ["FORBIDDEN"], "batch-9": ["FORBIDDEN"]}
    assert ask(UNDO, "PLANNER", part="batch-1")["undo"]["entities"][0]["entity"] is None

    write(Put("asset:c", "Asset", {"state": "APPROVED"}), actor="key:eko")
    assert [one["code"] for one in ask(UNDO, "PLANNER", part="batch-3")["undo"]["errors"]] == ["FORBIDDEN"]
    write(Put("asset:c", "Asset", {"state": "DRAFT", "marking": "RESTRICTED"}), actor="key:eko")
    assert [one["code"] for one in ask(UNDO, "PLANNER", part="batch-3")["undo"]["errors"]] == ["FORBIDDEN"]


def test_what_the_page_asks_is_answered(ask, write):
    write(
        Put("asset:tempe", "Asset", {"title": "Tempe", "locale": "id", **LIVE}), source="s", import_id="import-5f0c2a"
    )

    # The subscription is followed where streams are tested.
    asked = (ask(text, "EDITOR") for text in DOCUMENTED if not text.startswith("subscription"))
    history, changes, statement, undo = sorted(asked, key=lambda one: next(iter(one)))

    assert changes["changes"]["nodes"][0]["id"] == "asset:tempe"
    assert history["asset"]["history"][0]["kind"] == "CREATE"
    assert statement == {"statementRecord": None}
    assert undo["undo"]["entities"] == [{"id": "asset:tempe"}]
