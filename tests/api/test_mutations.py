"""Mutations on both engines: what is written, who may, what is refused and how it is told."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from api.doors.viewers import viewer_of, writer_of
from api.plan import Caller, Executor, Limits, Request
from api.roles import Role
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.sqlite import open_sqlite
from tests.neo4j_server import empty, store_on_neo4j

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("theme:food", "Theme", {"name": "Food", "names": {"ko": "음식"}}),
    Put("theme:craft", "Theme", {"name": "Craft"}),
    Put("theme:hidden", "Theme", {"name": "Hidden", "marking": "RESTRICTED"}),
    Put("source:secret", "Source", {"title": "S", "locale": "en", "marking": "RESTRICTED"}),
    Put("source:open", "Source", {"title": "O", "locale": "en", "marking": "INTERNAL"}),
    Put(
        "asset:out", "Asset", {"kind": "WORK", "title": "Out", "locale": "en", **LIVE}, {"themes": (To("theme:food"),)}
    ),
    Put(
        "asset:draft", "Asset", {"kind": "WORK", "title": "Draft", "locale": "en"}, {"sources": (To("source:secret"),)}
    ),
    Put("asset:ready", "Asset", {"kind": "WORK", "title": "Ready", "locale": "en", "state": "APPROVED"}),
    Put("asset:secret", "Asset", {"kind": "WORK", "title": "Secret", "locale": "en", "marking": "RESTRICTED"}),
)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)], scope="module")
def engine(request, tmp_path_factory):
    """An engine's store, opened once; each test empties it."""
    if request.param == "sqlite":
        yield lambda name: open_sqlite(tmp_path_factory.mktemp(name) / "graph.db", MODEL)
        return

    def opened(_name: str) -> Any:
        empty()
        return store_on_neo4j()

    yield opened


@pytest.fixture
def store(engine):
    opened = engine("mutations")
    assert opened.write(Batch(PUTS)).refused == ()
    yield opened
    opened.close()


@dataclass
class Desk:
    """Somebody who writes."""

    executor: Executor

    def send(self, text: str, role: Role = Role.EDITOR, name: str = "key:ed", **variables: object) -> Any:
        caller = Caller(viewer_of(role), None, None, writer_of(role, name))
        return self.executor.execute(Request(text, None, variables), caller)

    def do(self, field: str, role: Role = Role.EDITOR, name: str = "key:ed", **variables: object) -> Any:
        """The result of one write."""
        outcome = self.send(field, role, name, **variables)
        assert outcome.errors == []
        [result] = outcome.data.values()
        return result


@pytest.fixture
def desk(contract, store):
    return Desk(Executor(contract, store))


CREATE = """mutation($input: AssetInput!, $id: ID, $preview: Boolean, $key: String, $reason: String) {
  createAsset(input: $input, id: $id, preview: $preview, idempotencyKey: $key, reason: $reason) {
    entity { id rev state marking title year themes { edges { node { id } weight } } }
    errors { path code message } changes { id path before after } repeated } }"""
UPDATE = """mutation($id: ID!, $rev: Int!, $input: AssetInput!, $preview: Boolean, $key: String) {
  updateAsset(id: $id, rev: $rev, input: $input, preview: $preview, idempotencyKey: $key) {
    entity { id rev state title year keywords themes { edges { node { id } weight } } }
    errors { path code message } changes { id path before after } repeated } }"""


def codes(result: Any) -> list[tuple[str, str]]:
    return [(one["path"], one["code"]) for one in result["errors"]]


def test_a_creation_is_a_draft_with_an_id_from_its_name_and_stands_in_the_log(desk, store):
    links = {"themes": {"put": [{"to": "theme:food", "weight": 0.5, "since": "2013-05"}]}}

    made = desk.do(CREATE, Role.CREATOR, "key:ina", input={"kind": "WORK", "title": "Tempe", **links}, reason="New")

    assert made["errors"] == []
    assert made["entity"] == {
        "id": "asset:tempe", "rev": 1, "state": "DRAFT", "marking": "INTERNAL", "title": "Tempe", "year": None,
        "themes": {"edges": [{"node": {"id": "theme:food"}, "weight": 0.5}]},
    }  # fmt: skip
    assert {"id": "asset:tempe", "path": "title", "before": None, "after": "Tempe"} in made["changes"]
    assert made["changes"][-1] == {
        "id": "asset:tempe",
        "path": "themes",
        "before": {},
        "after": {"theme:food": {"weight": 0.5, "since": "2013-05"}},
    }
    [change] = store.changes(len(PUTS))
    assert (change.actor, change.actor_kind, change.reason, change.op) == ("key:ina", "PERSON", "New", "create")


def test_an_update_tells_null_from_what_is_left_out(desk):
    first = desk.do(UPDATE, id="asset:draft", rev=1, input={"year": 1990, "keywords": ["x"]})
    assert (first["entity"]["year"], first["entity"]["title"]) == (1990, "Draft")

    second = desk.do(UPDATE, id="asset:draft", rev=2, input={"year": None})

    assert (second["entity"]["year"], second["entity"]["keywords"], second["entity"]["rev"]) == (None, ["x"], 3)
    assert second["changes"] == [{"id": "asset:draft", "path": "year", "before": 1990, "after": None}]


def test_links_are_put_and_taken_away_one_by_one(desk, store):
    puts = {"put": [{"to": "theme:craft", "weight": 0.25}, {"to": "theme:food"}]}
    desk.do(UPDATE, id="asset:draft", rev=1, input={"themes": puts})

    result = desk.do(UPDATE, Role.CREATOR, id="asset:draft", rev=2, input={"themes": {"remove": ["theme:food"]}})

    assert result["entity"]["themes"] == {"edges": [{"node": {"id": "theme:craft"}, "weight": 0.25}]}
    assert result["changes"] == [
        {"id": "asset:draft", "path": "themes", "before": {"theme:food": {}}, "after": {}},
    ]
    # What a creator does not see stays linked.
    [change] = list(store.changes(len(PUTS) + 1))
    assert change.patch == {"set": {}, "links": {"themes": {"put": {}, "drop": ["theme:food"]}}}


def test_a_stale_edit_is_refused_with_the_revision_that_is_there(desk):
    desk.do(UPDATE, id="asset:draft", rev=1, input={"title": "Newer"})

    stale = desk.do(UPDATE, id="asset:draft", rev=1, input={"title": "Mine"})

    assert stale["errors"] == [
        {
            "path": "rev",
            "code": "STALE",
            "message": "It was read at revision 1 and is at 2 now. Read it again and repeat the edit.",
        }
    ]
    assert (stale["entity"]["rev"], stale["entity"]["title"], stale["changes"]) == (2, "Newer", [])


def test_a_preview_says_what_would_change_and_writes_nothing(desk, store):
    created = desk.do(CREATE, input={"title": "Tempe"}, preview=True)
    updated = desk.do(UPDATE, id="asset:draft", rev=1, input={"title": "Later"}, preview=True)

    assert (created["entity"], created["errors"]) == (None, [])
    assert {"id": "asset:tempe", "path": "title", "before": None, "after": "Tempe"} in created["changes"]
    assert (updated["entity"]["title"], updated["entity"]["rev"]) == ("Draft", 1)
    assert updated["changes"] == [{"id": "asset:draft", "path": "title", "before": "Draft", "after": "Later"}]
    assert store.stats().seq == len(PUTS)


@pytest.mark.parametrize("role", [Role.CREATOR, Role.PLANNER])
def test_who_does_not_publish_writes_drafts_and_brings_them_to_review(desk, role):
    seen = desk.do(UPDATE, role, id="asset:draft", rev=1, input={"state": "IN_REVIEW"})
    assert seen["entity"]["state"] == "IN_REVIEW"

    beyond = [
        desk.do(UPDATE, role, id="asset:draft", rev=2, input={"state": state})
        for state in ("APPROVED", "PUBLISHED", "RETIRED")
    ]
    assert [codes(one) for one in beyond] == [[("input.state", "FORBIDDEN")]] * 3
    assert beyond[0]["errors"][0]["message"] == (
        "Your role brings nothing to APPROVED. Hand it in as IN_REVIEW, an editor does the rest."
    )
    public = desk.do(UPDATE, role, id="asset:out", rev=1, input={"title": "Vandal"})
    assert codes(public) == [("id", "FORBIDDEN")]
    assert public["entity"]["title"] == "Out"
    approved = desk.do(UPDATE, role, id="asset:ready", rev=1, input={"title": "Vandal", "state": "DRAFT"})
    assert codes(approved) == [("id", "FORBIDDEN")]
    text = desk.do(UPDATE, role, id="asset:draft", rev=2, input={"textState": "PUBLISHED"})
    assert codes(text) == [("input.textState", "FORBIDDEN")]
    born = desk.do(CREATE, role, input={"title": "Born", "state": "PUBLISHED"})
    assert codes(born) == [("input.state", "FORBIDDEN")]


def test_an_administrator_publishes_what_is_ready_and_hears_what_it_lacks(desk):
    lacking = desk.do(CREATE, Role.ADMIN, input={"title": "Tempe", "state": "PUBLISHED"})
    assert codes(lacking) == [("input.state", "NOT_READY")]
    assert "without locale" in lacking["errors"][0]["message"] or "locale" in lacking["errors"][0]["message"]

    out = desk.do(UPDATE, Role.ADMIN, id="asset:draft", rev=1, input={"state": "PUBLISHED", "marking": "PUBLIC"})
    assert out["entity"]["state"] == "PUBLISHED"


def test_a_reference_entity_is_a_draft_too_and_null_is_no_state(desk):
    text = "mutation($input: ThemeInput!) { createTheme(input: $input) { entity { id state names { locale name } } \
errors { path code } } }"

    made = desk.do(text, Role.CREATOR, input={"name": "Silat", "names": [{"locale": "ko", "name": "실랏"}]})
    assert made["entity"] == {"id": "theme:silat", "state": "DRAFT", "names": [{"locale": "ko", "name": "실랏"}]}

    nothing = desk.do(text, Role.CREATOR, input={"name": "Silat 2", "state": None, "marking": None})
    assert codes(nothing) == [("input.state", "BAD_VALUE"), ("input.marking", "BAD_VALUE")]


def test_what_is_out_of_sight_is_as_if_it_was_not_there(desk):
    hidden = desk.do(UPDATE, Role.CREATOR, id="asset:secret", rev=1, input={"title": "Mine"})
    missing = desk.do(UPDATE, Role.CREATOR, id="asset:nowhere", rev=1, input={"title": "Mine"})
    assert codes(hidden) == codes(missing) == [("id", "UNKNOWN_ID")]
    assert hidden["entity"] is None
    assert hidden["errors"][0]["message"] == 'There is nothing with the id "asset:secret".'

    puts = {"put": [{"to": "theme:hidden"}, {"to": "theme:nowhere"}, {"to": "theme:food", "evidence": "source:secret"}]}
    linked = desk.do(UPDATE, Role.CREATOR, id="asset:draft", rev=1, input={"themes": puts})
    assert codes(linked) == [
        ("input.themes", "UNKNOWN_ID"), ("input.themes", "UNKNOWN_ID"), ("input.themes.evidence", "UNKNOWN_ID"),
    ]  # fmt: skip
    assert linked["entity"]["rev"] == 1


def test_nobody_writes_what_it_would_not_see(desk):
    marked = desk.do(UPDATE, Role.CREATOR, id="asset:draft", rev=1, input={"marking": "RESTRICTED"})
    assert codes(marked) == [("input.marking", "FORBIDDEN")]

    text = "mutation($input: PersonInput!, $id: ID, $key: String) { createPerson(input: $input, id: $id, \
idempotencyKey: $key) { errors { path code message } changes { path } } }"
    contact = {"name": "Ina", "contact": "ina@example.org"}
    assert desk.do(text, Role.CREATOR, input=contact)["errors"] == [
        {
            "path": "input.contact",
            "code": "FORBIDDEN",
            "message": "Your role does not see contact. Ask an editor.",
        }
    ]
    assert "contact" in [one["path"] for one in desk.do(text, input=contact)["changes"]]


def test_a_single_link_to_what_is_out_of_sight_is_replaced_and_not_told(desk, store):
    store.write(Batch((Put("asset:draft", "Asset", links={"part_of": (To("asset:secret"),)}),)))

    result = desk.do(UPDATE, Role.CREATOR, id="asset:draft", rev=2, input={"partOf": {"to": "asset:out"}})

    assert result["changes"] == [{"id": "asset:draft", "path": "partOf", "before": {}, "after": {"asset:out": {}}}]
    [change] = store.changes(len(PUTS) + 1)
    assert change.reverse["links"] == {"part_of": {"put": {"asset:secret": {}}, "drop": ["asset:out"]}}


def test_many_writers_at_once_lose_nothing_and_hear_clear_refusals(desk, store):
    def write(number: int) -> list[tuple[str, str]]:
        return codes(desk.do(UPDATE, Role.CREATOR, f"key:{number}", id="asset:draft", rev=1, input={"year": number}))

    with ThreadPoolExecutor(8) as writers:
        told = list(writers.map(write, range(16)))

    assert sorted(told) == [[], *[[("rev", "STALE")]] * 15]
    assert store.stats().seq == len(PUTS) + 1
    assert store.verify().problems == ()


def test_a_single_link_is_set_replaced_and_taken_away(desk):
    text = """mutation($id: ID!, $rev: Int!, $input: AssetInput!) { updateAsset(id: $id, rev: $rev, input: $input) {
      entity { partOf { id } } errors { code } } }"""

    def part_of(rev: int, to: str | None) -> Any:
        given = {"partOf": {"to": to} if to else None}
        return desk.do(text, id="asset:draft", rev=rev, input=given)["entity"]["partOf"]

    assert part_of(1, "asset:out") == {"id": "asset:out"}
    assert part_of(2, "asset:secret") == {"id": "asset:secret"}
    assert part_of(3, None) is None


def test_retiring_and_restoring_are_an_editors(desk):
    text = "mutation($id: ID!, $rev: Int!) { %s(id: $id, rev: $rev) { entity { id state rev ... on Asset { title } } \
errors { path code } } }"

    assert codes(desk.do(text % "retire", Role.CREATOR, id="asset:draft", rev=1)) == [("", "FORBIDDEN")]
    retired = desk.do(text % "retire", id="asset:out", rev=1)
    assert retired["entity"] == {"id": "asset:out", "state": "RETIRED", "rev": 2, "title": "Out"}
    assert codes(desk.do(text % "restore", id="asset:draft", rev=1)) == [("id", "BAD_VALUE")]
    restored = desk.do(text % "restore", id="asset:out", rev=2)
    assert restored["entity"] == {"id": "asset:out", "state": "DRAFT", "rev": 3, "title": "Out"}


def test_a_translation_gets_its_id_from_what_it_translates_and_its_basis(desk):
    text = """mutation($input: TranslationInput!) { createTranslation(input: $input) {
      entity { id state basisRev translates { id } } errors { path code } } }"""
    said = {"locale": "ko", "title": "밖", "translates": {"to": "asset:out"}}

    made = desk.do(text, Role.CREATOR, input=said)

    assert made["entity"] == {
        "id": "translation:asset.out.ko",
        "state": "DRAFT",
        "basisRev": 1,
        "translates": {"id": "asset:out"},
    }
    assert codes(desk.do(text, Role.CREATOR, input=said)) == [("id", "ID_TAKEN")]


def test_a_taken_name_gets_another_id_and_a_taken_id_is_refused(desk):
    first, second = (desk.do(CREATE, input={"title": "Tempe"})["entity"]["id"] for _ in range(2))
    assert first == "asset:tempe"
    assert second.startswith("asset:tempe-")
    assert len(second) == len("asset:tempe-123456")

    assert codes(desk.do(CREATE, input={"title": "X"}, id="asset:tempe")) == [("id", "ID_TAKEN")]
    assert codes(desk.do(CREATE, input={"title": "X"}, id="theme:x")) == [("id", "BAD_VALUE")]
    assert codes(desk.do(CREATE, input={"title": "X"}, id="asset:ÄÖ")) == [("id", "BAD_VALUE")]


def test_what_is_sent_again_under_its_key_is_written_once(desk, store):
    first = desk.do(CREATE, input={"title": "Tempe"}, key="k-1")
    again = desk.do(CREATE, input={"title": "Tempe"}, key="k-1")
    edit = [desk.do(UPDATE, id="asset:tempe", rev=1, input={"year": 1}, key="k-2") for _ in range(2)]

    assert (first["repeated"], again["repeated"], again["entity"]) == (False, True, first["entity"])
    assert again["changes"] == first["changes"]
    assert [(one["repeated"], one["entity"]["rev"]) for one in edit] == [(False, 2), (True, 2)]
    assert codes(desk.do(CREATE, input={"title": "Other"}, key="k-1")) == [("idempotencyKey", "KEY_REUSED")]
    # Another person's key of the same text is another key.
    other = desk.do(CREATE, Role.EDITOR, "key:other", input={"title": "Other"}, key="k-1")
    assert other["entity"]["id"] == "asset:other"
    assert store.stats().seq == len(PUTS) + 3


@pytest.mark.parametrize(
    ("given", "code"),
    [({"key": ""}, "BAD_VALUE"), ({"key": "x" * 201}, "BAD_VALUE"), ({"reason": "x" * 501}, "BAD_VALUE"),
     ({"reason": "a\x00b"}, "BAD_VALUE")],
)  # fmt: skip
def test_a_key_and_a_reason_have_their_bounds(desk, given, code):
    assert [one["code"] for one in desk.do(CREATE, input={"title": "X"}, **given)["errors"]] == [code]


def test_a_value_that_cannot_be_is_told_by_its_path(desk):
    assert codes(desk.do(CREATE, input={"title": "a\x00b"})) == [("input.title", "BAD_VALUE")]
    assert codes(desk.do(CREATE, input={"keywords": ["ok", "a\x00"]})) == [("input.keywords[1]", "BAD_VALUE")]
    heavy = {"themes": {"put": [{"to": "theme:food", "weight": 2}]}}
    assert codes(desk.do(CREATE, input=heavy)) == [("input.themes.weight", "BAD_VALUE")]
    strange = {"themes": {"put": [{"to": "asset:out"}]}}
    assert codes(desk.do(CREATE, input=strange)) == [("input.themes", "BAD_VALUE")]


def test_fields_are_done_in_order_each_in_a_batch_of_its_own(desk, store):
    outcome = desk.send("""mutation {
      one: createTheme(input: {name: "One"}) { entity { id } errors { code } }
      bad: createTheme(input: {name: "Bad"}, id: "asset:x") { entity { id } errors { code } }
      two: createTheme(input: {name: "Two", broader: {to: "theme:one"}}) {
        __typename x: entity { broader { id } } y: entity { ...F } errors { code } }
      __typename
    }
    fragment F on Theme { name @include(if: true) }""")

    assert outcome.data == {
        "one": {"entity": {"id": "theme:one"}, "errors": []},
        "bad": {"entity": None, "errors": [{"code": "BAD_VALUE"}]},
        "two": {"__typename": "ThemeResult", "x": {"broader": {"id": "theme:one"}}, "y": {"name": "Two"}, "errors": []},
        "__typename": "Mutation",
    }
    assert [change.batch for change in store.changes(len(PUTS))] == [f"batch-{len(PUTS) + n}" for n in (1, 2)]


def test_graphql_core_completes_the_same(contract, store, desk):
    text = """mutation { a: retire(id: "asset:out", rev: %d) { entity { __typename id ... on Asset { title } }
      errors { path code message } changes { before after } } }"""
    caller = Caller(viewer_of(Role.EDITOR), None, None, writer_of(Role.EDITOR, "key:ed"))

    stale = [desk.executor.execute(Request(text % 7), caller, plan=plan).data for plan in (True, False)]

    assert stale[0] == stale[1]
    done = desk.executor.execute(Request(text % 1), caller, plan=False)
    assert done.data["a"]["entity"] == {"__typename": "Asset", "id": "asset:out", "title": "Out"}
    assert done.data["a"]["changes"] == [{"before": "PUBLISHED", "after": "RETIRED"}]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.PARTNER])
def test_who_writes_nothing_is_told_so_and_nothing_is_written(desk, store, role):
    outcome = desk.send('mutation { createTheme(input: {name: "X"}) { errors { code } } }', role)

    assert (outcome.code, outcome.data) == ("FORBIDDEN", None)
    assert outcome.errors[0].message == "Your role writes nothing. Show the key of a CREATOR or an EDITOR."
    assert store.stats().seq == len(PUTS)


def test_a_mutation_has_its_price_and_its_bounds(contract, store):
    desk = Desk(Executor(contract, store, limits=Limits(writes=2)))
    one = 'createTheme(input: {name: "X"}) { entity { id assets(first: 5) { nodes { id } } } }'

    two = desk.send(f"mutation {{ a: {one} b: {one} }}")
    assert (two.code, two.objects) == (None, 2 * (10 + 2 + 5))
    three = desk.send(f"mutation {{ a: {one} b: {one} c: {one} }}")
    assert three.code == "LIMIT_EXCEEDED"
    assert three.errors[0].message == "It makes 3 writes; 2 are allowed. Send several mutations."
    priced = desk.executor.execute(
        Request(f"mutation {{ {one} }}"),
        Caller(viewer_of(Role.EDITOR), writer=writer_of(Role.EDITOR, "e")),
        counted=True,
    )
    assert (priced.objects, priced.data) == (17, None)
    assert store.stats().seq == len(PUTS) + 2


def test_a_write_puts_so_many_links_and_no_more(desk):
    puts = {"put": [{"to": f"theme:{number}"} for number in range(1001)]}

    result = desk.do(UPDATE, id="asset:draft", rev=1, input={"themes": puts})

    assert codes(result) == [("input", "BAD_VALUE")]
    assert result["errors"][0]["message"] == "It puts 1001 links; 1000 are allowed. Send several updates."


def test_a_revision_of_nothing_opens_no_way_to_what_is_public(desk, store):
    for rev, key in ((0, None), (0, "k"), (-1, "l"), (2**31 - 1, "m")):
        result = desk.do(UPDATE, Role.CREATOR, id="asset:out", rev=rev, input={"title": "Vandal"}, key=key)
        assert result["entity"]["title"] == "Out"
        assert codes(result) in ([("rev", "STALE")], [("id", "FORBIDDEN")])
    assert store.stats().seq == len(PUTS)
