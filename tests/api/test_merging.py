"""merge and rename: by editors, previewed, with redirects that every door follows for who sees what is there."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Move, Put, To
from tests.api.desk import Desk, codes

OUT = {"kind": "WORK", "locale": "en", "state": "PUBLISHED", "marking": "PUBLIC"}
PUTS = (
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("asset:tempe", "Asset", {"title": "Tempe", **OUT}, {"themes": (To("theme:food"),)}),
    Put("asset:tempeh", "Asset", {"title": "Tempeh", **OUT, "summary": "Soy."}),
    Put("asset:inside", "Asset", {"title": "Inside", **OUT, "marking": "INTERNAL"}),
    Put("campaign:week", "Campaign", {"title": "Week", "locale": "en"}, {"assets": (To("asset:tempeh"),)}),
)
TOLD = "{ entity { id } batch count changes { id path before after } errors { path code message } }"
MERGE = f"""mutation($id: ID!, $into: ID!, $preview: Boolean) {{
  it: merge(id: $id, into: $into, rev: 1, intoRev: 1, preview: $preview, reason: "The same") {TOLD} }}"""
RENAME = f"mutation($id: ID!, $to: ID!, $rev: Int = 1) {{ it: rename(id: $id, to: $to, rev: $rev) {TOLD} }}"


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS)).refused == ()
    return Desk(any_store, contract)


def merge(desk: Desk, role: str = "EDITOR", **more: Any) -> Any:
    return desk.ask(MERGE, role, "eko", **{"id": "asset:tempeh", "into": "asset:tempe", **more})["it"]


def test_a_duplicate_goes_over_after_a_look_and_its_id_leads_there(desk):
    look = merge(desk, preview=True)
    assert (look["batch"], look["count"], look["entity"]) == (None, 3, {"id": "asset:tempe"})
    assert {(one["id"], one["path"]) for one in look["changes"]} == {
        ("asset:tempe", "summary"), ("asset:tempe", "aliases"), ("asset:tempe", "formerIds"), ("asset:tempeh", ""),
        ("campaign:week", "assets"),
    }  # fmt: skip
    assert desk.store.stats().seq == len(PUTS)

    done = merge(desk)
    assert done["errors"] == []
    by_id = (
        "query($id: ID!) { node(id: $id) { id } asset(id: $id) { id title summary formerIds themes { totalCount } } }"
    )
    assert desk.ask(by_id, "PUBLIC", "", id="asset:tempeh") == {
        "node": {"id": "asset:tempe"},
        "asset": {
            "id": "asset:tempe", "title": "Tempe", "summary": "Soy.", "formerIds": ["asset:tempeh"],
            "themes": {"totalCount": 1},
        },
    }  # fmt: skip
    several = '{ nodes(ids: ["asset:tempeh", "asset:nowhere", "asset:tempe"]) { id } }'
    assert desk.ask(several, "PUBLIC", "")["nodes"] == [{"id": "asset:tempe"}, None, {"id": "asset:tempe"}]

    undo = "mutation($part: String!) { undo(part: $part) { errors { code } } }"
    assert desk.ask(undo, "EDITOR", "eko", part=done["batch"])["undo"]["errors"] == []
    assert desk.ask(by_id, "PUBLIC", "", id="asset:tempeh")["node"] == {"id": "asset:tempeh"}


def test_an_id_leads_only_those_there_who_see_what_is_there(desk):
    assert desk.ask(RENAME, "EDITOR", "eko", id="asset:inside", to="asset:within")["it"]["entity"] == {
        "id": "asset:within"
    }

    text = '{ node(id: "asset:inside") { id } }'
    assert desk.ask(text, "PUBLIC", "")["node"] is None
    assert desk.ask(text, "CREATOR", "sari")["node"] == {"id": "asset:within"}


def test_what_cannot_be_merged_or_renamed_says_why(desk):
    assert codes(merge(desk, "CREATOR")) == ["FORBIDDEN"]
    assert codes(merge(desk, into="theme:food")) == ["BAD_VALUE"]
    assert codes(merge(desk, id="asset:nowhere")) == ["UNKNOWN_ID"]
    taken = desk.ask(RENAME, "EDITOR", "eko", id="asset:inside", to="asset:tempe")["it"]
    assert codes(taken) == ["ID_TAKEN"]
    assert codes(desk.ask(RENAME, "EDITOR", "eko", id="asset:inside", to="asset:x", rev=9)["it"]) == ["STALE"]


def test_pages_embeds_and_oembed_follow_an_id_and_say_what_is_gone(home):
    base = "http://127.0.0.1"
    with opened(Settings(home=home, public_url=base, budget_per_address=0)) as house:
        assert house.store.write(Batch(PUTS)).refused == ()
        moves = (Move("asset:tempeh", "asset:tempe"), Move("asset:inside", "asset:within"))
        for move in moves:
            assert house.store.write(Batch(moves=(move,))).refused == ()
        client = TestClient(make_app(house), base_url=base, client=("192.0.2.7", 1), follow_redirects=False)

        found = {path: client.get(path) for path in ("/a/tempeh", "/embed/tempeh", "/a/inside", "/a/nowhere")}
        assert (found["/a/tempeh"].status_code, found["/a/tempeh"].headers["location"]) == (301, "/a/tempe")
        assert (found["/embed/tempeh"].status_code, found["/embed/tempeh"].headers["location"]) == (301, "/embed/tempe")
        assert (found["/a/inside"].status_code, found["/a/nowhere"].status_code) == (404, 404)
        told = client.get("/oembed", params={"url": f"{base}/a/tempeh"})
        assert (told.status_code, told.json()["title"]) == (200, "Tempe")

        assert house.store.write(Batch((Put("asset:tempe", "Asset", {"state": "RETIRED"}),))).refused == ()
        assert client.get("/a/tempe").status_code == 410
        assert client.get("/a/tempeh").status_code == 410


MANY = """mutation($merges: [OneMergeInput!]!, $preview: Boolean) {
  it: mergeMany(merges: $merges, preview: $preview, reason: "The same") {
    entities { id } batch count changes { id path before after } errors { path code message } } }"""


def merge_many(desk: Desk, *merges: tuple[str, str, int], role: str = "EDITOR", **more: Any) -> Any:
    given = [{"id": id, "into": into, "rev": rev, "intoRev": 1} for id, into, rev in merges]
    return desk.ask(MANY, role, "eko", merges=given, **more)["it"]


def test_several_duplicates_go_over_in_one_batch_or_none_of_them(desk):
    third = Put("asset:tempe-goreng", "Asset", {"title": "Tempe goreng", **OUT, "body": "Fried."})
    assert desk.store.write(Batch((third, Put("theme:foods", "Theme", {"name": "Foods"})))).refused == ()
    both = [("asset:tempeh", "asset:tempe", 1), ("asset:tempe-goreng", "asset:tempe", 1)]

    stale = merge_many(desk, *both, ("theme:foods", "theme:food", 7))
    assert [(one["path"], one["code"]) for one in stale["errors"]] == [("merges[2].rev", "STALE")]
    assert codes(merge_many(desk, *both, role="CREATOR")) == ["FORBIDDEN"]
    look = merge_many(desk, *both, ("theme:foods", "theme:food", 1), preview=True)
    assert (look["batch"], look["count"]) == (None, 6)
    assert desk.store.stats().seq == len(PUTS) + 2

    done = merge_many(desk, *both, ("theme:foods", "theme:food", 1))
    assert (done["errors"], done["changes"], done["count"]) == ([], look["changes"], 6)
    assert [one["id"] for one in done["entities"]] == ["asset:tempe", "theme:food"]
    told = desk.ask('{ asset(id: "asset:tempe-goreng") { id summary body formerIds } }', "PUBLIC", "")["asset"]
    assert told == {
        "id": "asset:tempe", "summary": "Soy.", "body": "Fried.", "formerIds": ["asset:tempeh", "asset:tempe-goreng"]
    }  # fmt: skip
    assert desk.store.write(Batch(undo=done["batch"], whole=True)).refused == ()
    assert desk.ask('{ asset(id: "asset:tempeh") { id } }', "PUBLIC", "")["asset"] == {"id": "asset:tempeh"}
    twice = desk.outcome(
        MANY, "EDITOR", "eko", merges=[{"id": "asset:tempeh", "into": "asset:tempe", "rev": 1, "intoRev": 1}] * 2
    )
    assert twice.errors[0].message.startswith("merges: One duplicate is named twice.")
