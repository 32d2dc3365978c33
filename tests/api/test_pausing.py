"""pause: all that is tied to a place, a theme or a campaign out of sight at once, and back again by an undo."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.model.moves import Policy
from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import Desk, codes

NOW = datetime.now(UTC).replace(microsecond=0)
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
OUT = {"kind": "WORK", "locale": "en", **LIVE}
MEDIA = {"kind": "PICTURE", "locale": "en", **LIVE}


def at(days: int) -> str:
    return (NOW + timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


PUTS = (
    Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
    Put("place:bali", "Place", {"name": "Bali"}, {"country": (To("country:id"),)}),
    Put("place:ubud", "Place", {"name": "Ubud"}, {"part_of": (To("place:bali"),)}),
    Put("theme:craft", "Theme", {"name": "Craft"}),
    Put("theme:wood", "Theme", {"name": "Wood"}, {"broader": (To("theme:craft"),)}),
    Put("media:own", "Media", {"alt": "A gate", **MEDIA}),
    Put("media:shared", "Media", {"alt": "Hands", **MEDIA}),
    Put("media:of-ubud", "Media", {"alt": "A hill", **MEDIA}, {"depicts": (To("place:ubud"),)}),
    Put("asset:gate", "Asset", {"title": "Gate", **OUT},
        {"depicts": (To("place:ubud"),), "media": (To("media:own"), To("media:shared")),
         "themes": (To("theme:wood"),)}),
    Put("translation:gate", "Translation", {"locale": "ko", "title": "문", **LIVE},
        {"translates": (To("asset:gate"),)}),
    Put("asset:rice", "Asset", {"title": "Rice", **OUT, "marking": "INTERNAL", "embargo_until": at(2)},
        {"depicts": (To("place:bali"),)}),
    Put("asset:over", "Asset", {"title": "Over", **OUT, "expires_at": at(-1)}, {"depicts": (To("place:bali"),)}),
    Put("asset:draft", "Asset", {"title": "Draft", "kind": "WORK", "locale": "en"}, {"depicts": (To("place:bali"),)}),
    Put("asset:java", "Asset", {"title": "Java", **OUT},
        {"countries": (To("country:id"),), "media": (To("media:shared"), To("media:of-ubud"))}),
    Put("event:fair", "Event", {"title": "Fair", "locale": "en", **LIVE}, {"place": (To("place:ubud"),)}),
    Put("advisory:ash", "Advisory", {"title": "Ash", "locale": "en", **LIVE}, {"countries": (To("country:id"),)}),
    Put("audience:a", "Audience", {"name": "Guests", "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED"}),
    Put("message:m", "Message", {"text": "Come and see", "locale": "en", **LIVE}),
    Put("campaign:c", "Campaign", {"title": "Visit", "locale": "en", **LIVE},
        {"assets": (To("asset:java"),), "audiences": (To("audience:a"),), "tells": (To("message:m"),)}),
    Put("campaign:local", "Campaign", {"title": "Visit us", "locale": "en", **LIVE},
        {"assets": (To("asset:gate"),), "audiences": (To("audience:a"),), "adapts": (To("campaign:c"),)}),
    Put("placement:out", "Placement", {"at": at(-3), "state": "PUBLISHED", "status": "LIVE"},
        {"of": (To("asset:gate"),)}),
    Put("placement:soon", "Placement", {"at": at(3), "status": "PLANNED"}, {"of": (To("asset:gate"),)}),
)  # fmt: skip
PAUSE = """mutation($where: TiedWhereInput!, $until: DateTime, $preview: Boolean, $drill: Boolean, $reason: String) {
  it: pause(where: $where, until: $until, preview: $preview, drill: $drill, reason: $reason) {
    batch drill until count counts { type count } things { id tie entity { id } } hiddenAlready outside { id }
    errors { path code message } } }"""
UNDO = "mutation($part: String!) { it: undo(part: $part) { count conflicts { id path } errors { code } } }"
SIGHT = "{ entities(first: 50) { nodes { id } } }"
IN_BALI = {"asset:gate": "ABOUT", "asset:rice": "ABOUT", "event:fair": "THERE", "media:of-ubud": "ABOUT",
           "media:own": "SHOWN", "placement:out": "POSTED"}  # fmt: skip
BALI = {"place": "place:bali"}


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract)


def pause(desk, where, role="EDITOR", **more):
    return desk.ask(PAUSE, role, "eko", where=where, **more)["it"]


def seen(desk, role="PUBLIC"):
    return {one["id"] for one in desk.ask(SIGHT, role, "eko")["entities"]["nodes"]}


def test_all_that_is_tied_to_a_place_is_hidden_as_one_batch_and_an_undo_brings_all_back(desk):
    before = seen(desk)

    look = pause(desk, BALI, preview=True)
    assert (look["batch"], look["errors"], desk.store.stats().seq) == (None, [], len(PUTS))
    assert {one["id"]: one["tie"] for one in look["things"]} == IN_BALI
    assert look["counts"] == [
        {"type": "Asset", "count": 2}, {"type": "Event", "count": 1}, {"type": "Media", "count": 2},
        {"type": "Placement", "count": 1},
    ]  # fmt: skip
    # What is out elsewhere, or planned there, nobody can hide here.
    assert look["outside"] == [{"id": "placement:out"}, {"id": "placement:soon"}]

    done = pause(desk, BALI, reason="Mount Agung")
    assert (done["count"], done["until"], done["drill"]) == (6, None, False)
    assert [one["id"] for one in done["things"]] == [one["id"] for one in look["things"]]
    entries = desk.store.changes(len(PUTS), 50)
    assert {(one.id, one.batch, one.reason) for one in entries} == {
        (id, done["batch"], "Mount Agung") for id in IN_BALI
    }
    # Its translation goes with it; a picture that something else shows stays, as does what warns.
    assert before - seen(desk) == {"asset:gate", "translation:gate", "event:fair", "media:own", "media:of-ubud"}
    again = pause(desk, BALI)
    assert (again["batch"], again["count"], again["hiddenAlready"]) == (None, 0, 6)

    assert desk.ask(UNDO, "EDITOR", "eko", part=done["batch"])["it"] == {"count": 6, "conflicts": [], "errors": []}
    assert seen(desk) == before
    rice = desk.ask('{ it: asset(id: "asset:rice") { embargoUntil } }', "EDITOR", "eko")["it"]
    assert rice == {"embargoUntil": at(2)}


def test_a_pause_with_an_end_ends_by_the_clock_and_is_told_of_before(desk):
    done = pause(desk, {"theme": "theme:craft"}, until=at(4))
    hidden = {"asset:gate": "ABOUT", "media:own": "SHOWN", "placement:out": "POSTED"}
    assert {one["id"]: one["tie"] for one in done["things"]} == hidden
    coming = """{ it: upcomingChanges(where: {theme: "theme:craft", kinds: [EMBARGO_ENDS]}) {
      nodes { at entity { id } } } }"""
    told = desk.ask(coming, "EDITOR", "eko")["it"]["nodes"]
    assert [(one["entity"]["id"], one["at"]) for one in told] == [(id, at(4)) for id in sorted(hidden)]
    assert "asset:gate" not in seen(desk)
    desk.later = timedelta(days=4, hours=1)
    assert "asset:gate" in seen(desk)


def test_a_campaign_goes_with_its_adaptations_and_what_they_use_and_say(desk):
    done = pause(desk, {"campaign": "campaign:c"})
    assert {one["id"]: one["tie"] for one in done["things"]} == {
        "asset:gate": "USED", "asset:java": "USED", "campaign:c": "ITSELF", "campaign:local": "ITSELF",
        "media:of-ubud": "SHOWN", "media:own": "SHOWN", "media:shared": "SHOWN", "message:m": "USED",
        "placement:out": "POSTED",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["CREATOR", "PLANNER", "EDITOR"])
def test_a_drill_touches_nothing_and_answers_as_the_real_one(desk, role):
    desk.policy = Policy(reasons=True)
    before = seen(desk)
    drilled = pause(desk, BALI, role, drill=True)
    assert (drilled["drill"], drilled["batch"], drilled["errors"]) == (True, None, [])
    assert (seen(desk), desk.store.stats().seq) == (before, len(PUTS))
    real = pause(desk, BALI, reason="Mount Agung")
    assert real | {"batch": None, "drill": True} == drilled


def test_only_editors_hide(desk):
    for role in ("CREATOR", "PLANNER"):
        assert codes(pause(desk, BALI, role)) == codes(pause(desk, BALI, role, preview=True)) == ["FORBIDDEN"]
    [error] = desk.outcome(PAUSE, "PARTNER", "p", where=BALI, drill=True).errors
    assert "Your role writes nothing." in error.message
    assert desk.store.stats().seq == len(PUTS)


@pytest.mark.parametrize(
    ("where", "more", "path"),
    [
        ({}, {}, "where"),
        ({"place": "place:bali", "theme": "theme:craft"}, {}, "where"),
        ({"place": "place:nowhere"}, {}, "where.place"),
        ({"place": "place:bali"}, {"until": "2026-01-01T00:00:00Z"}, "until"),
    ],
)
def test_what_makes_no_sense_hides_nothing(desk, where, more, path):
    told = pause(desk, where, **more)
    assert [(error["path"], error["code"]) for error in told["errors"]] == [(path, "BAD_VALUE")]
    assert desk.store.stats().seq == len(PUTS)


def test_what_was_edited_meanwhile_is_named_when_a_pause_is_taken_back(desk):
    done = pause(desk, BALI)
    edit = Put("event:fair", "Event", {"embargo_until": at(9)})
    assert desk.store.write(Batch((edit,))).refused == ()
    told = desk.ask(UNDO, "EDITOR", "eko", part=done["batch"])["it"]
    assert (told["conflicts"], codes(told)) == ([{"id": "event:fair", "path": "embargoUntil"}], ["IN_THE_WAY"])


def audience(name: str, country: str) -> Put:
    values = {"name": name, "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED"}
    return Put(f"audience:{name}", "Audience", values, {"country": (To(country),)})


def test_a_country_goes_with_what_is_aimed_at_who_lives_there_and_at_nobody_else(desk):
    here, both = (To("audience:here"),), (To("audience:here"), To("audience:away"))
    told = {"locale": "en", **LIVE}
    uses = {"assets": (To("asset:other"),)}
    more = (
        Put("country:vn", "Country", {"name": "Viet Nam", "alpha2": "VN"}),
        audience("here", "country:vn"),
        audience("away", "country:id"),
        Put("asset:other", "Asset", {"title": "Other", **OUT}),
        Put("campaign:tet", "Campaign", {"title": "Tet", **told}, {"audiences": here, **uses}),
        Put("campaign:both", "Campaign", {"title": "Both", **told}, {"audiences": both, **uses}),
        Put("message:here", "Message", {"text": "Here", **told}, {"audiences": here}),
        Put("message:both", "Message", {"text": "Both", **told}, {"audiences": both}),
        Put("channel:here", "Channel", {"name": "Here", "platform": "WEBSITE", **LIVE}, {"reaches": here}),
        Put("channel:both", "Channel", {"name": "Both", "platform": "WEBSITE", **LIVE}, {"reaches": both}),
        *(
            Put(f"placement:{name}", "Placement", {"at": at(1), "state": "PUBLISHED", "status": "PLANNED"},
                {"of": (To("asset:other"),), **links})
            for name, links in (
                ("campaign", {"campaign": (To("campaign:tet"),)}), ("channel", {"channel": (To("channel:here"),)}),
                ("both", {"campaign": (To("campaign:both"),), "channel": (To("channel:both"),)}),
            )
        ),
    )  # fmt: skip
    assert desk.store.write(Batch(more, "sari", ActorKind.PERSON)).refused == ()

    look = pause(desk, {"place": "country:vn"}, preview=True)
    aimed = ["campaign:tet", "message:here", "placement:campaign", "placement:channel"]
    assert {one["id"]: one["tie"] for one in look["things"]} == dict.fromkeys(aimed, "AIMED")
    assert [one["id"] for one in look["outside"]] == ["placement:campaign", "placement:channel"]


def test_parts_of_what_is_tied_and_what_was_made_from_it_go_too(desk):
    more = (
        Put("asset:part", "Asset", {"title": "Part", **OUT}, {"part_of": (To("asset:gate"),)}),
        Put("asset:made", "Asset", {"title": "Made", **OUT}, {"derived_from": (To("asset:part"),)}),
        Put("asset:whole", "Asset", {"title": "Whole", **OUT}),
        Put("asset:gate", "Asset", {}, {"part_of": (To("asset:whole"),)}),
    )
    assert desk.store.write(Batch(more, "sari", ActorKind.PERSON)).refused == ()

    look = pause(desk, BALI, preview=True)
    parts = {"asset:part": "PART", "asset:made": "PART"}
    assert {one["id"]: one["tie"] for one in look["things"]} == IN_BALI | parts
