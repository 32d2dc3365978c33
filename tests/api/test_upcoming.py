"""What the clock will show or hide next: told by stored moments, in order, to who sees it, a page after the other."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from graph.store.batch import ActorKind, Batch, Put, To
from tests.api.desk import Desk

NOW = datetime(2031, 3, 4, 12, 30, tzinfo=UTC)
OUT = {"kind": "WORK", "locale": "en", "state": "PUBLISHED", "marking": "PUBLIC"}
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}


def at(days: int) -> str:
    return (NOW + timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(days: int) -> str:
    return (NOW.date() + timedelta(days=days)).isoformat()


def begins(days: int) -> str:
    return f"{day(days)}T00:00:00.000Z"


PUTS = (
    Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR"}),
    Put("place:seoul", "Place", {"name": "Seoul"}, {"country": (To("country:kr"),)}),
    Put("place:jongno", "Place", {"name": "Jongno"}, {"part_of": (To("place:seoul"),)}),
    Put("theme:food", "Theme", {"name": "Food"}),
    Put("theme:soy", "Theme", {"name": "Soy"}, {"broader": (To("theme:food"),)}),
    Put("mission:m", "Mission", {"name": "Embassy in Seoul"}),
    Put("rightsgrant:g", "RightsGrant", {"title": "Archive", "locale": "en", "state": "PUBLISHED",
                                         "valid_from": day(2), "valid_until": day(9)}),
    Put("asset:soon", "Asset", {"title": "Soon", **OUT, "embargo_until": at(3), "expires_at": at(20)},
        {"themes": (To("theme:soy"),), "rights": (To("rightsgrant:g"),)}),
    Put("asset:ends", "Asset", {"title": "Ends", **OUT, "expires_at": at(5)},
        {"depicts": (To("place:jongno"),), "keeper": (To("mission:m"),)}),
    Put("asset:partner", "Asset", {"title": "Kept", **OUT, "marking": "PARTNER", "expires_at": at(5)}),
    Put("asset:draft", "Asset", {"title": "Draft", "kind": "WORK", "locale": "en", "embargo_until": at(4)}),
    Put("asset:never", "Asset", {"title": "Never", **OUT, "embargo_until": at(30), "expires_at": at(6)}),
    Put("asset:gone", "Asset", {"title": "Gone", **OUT, "expires_at": at(-6)}),
    # It comes with what it is of, four days after its own embargo, and goes by itself.
    Put("translation:soon", "Translation", {"locale": "ko", "title": "곧", **LIVE, "embargo_until": at(1),
                                            "expires_at": at(10)}, {"translates": (To("asset:soon"),)}),
    Put("asset:used", "Asset", {"title": "Used", **OUT}),
    Put("audience:a", "Audience", {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED"}),
    Put("campaign:c", "Campaign", {"title": "Week", "locale": "en", **LIVE, "starts": day(1), "ends": day(7)},
        {"assets": (To("asset:used"),), "audiences": (To("audience:a"),)}),
    Put("placement:p", "Placement", {"at": at(6), "until": at(8), "state": "PUBLISHED", "status": "PLANNED"},
        {"of": (To("asset:used"),)}),
)  # fmt: skip
ASK = """query($where: UpcomingWhereInput, $until: DateTime, $first: Int, $after: String) {
  it: upcomingChanges(where: $where, until: $until, first: $first, after: $after) {
    edges { cursor } nodes { at effect kind entity { id } about { id } why } pageInfo { hasNextPage endCursor } } }"""
COMES = ("asset:soon", "EMBARGO_ENDS", at(3))
ENDS = ("asset:ends", "EXPIRES", at(5))
EVERY = [
    ("campaign:c", "CAMPAIGN_STARTS", begins(1)), ("rightsgrant:g", "RIGHTS_BEGIN", begins(2)), COMES, ENDS,
    ("asset:partner", "EXPIRES", at(5)), ("placement:p", "POST_GOES_OUT", at(6)),
    ("campaign:c", "CAMPAIGN_ENDS", begins(8)), ("placement:p", "POST_ENDS", at(8)),
    ("rightsgrant:g", "RIGHTS_END", begins(10)), ("translation:soon", "EXPIRES", at(10)),
    ("asset:soon", "EXPIRES", at(20)),
]  # fmt: skip


@pytest.fixture
def desk(any_store, contract):
    assert any_store.write(Batch(PUTS, "sari", ActorKind.PERSON)).refused == ()
    return Desk(any_store, contract, at=NOW)


def told(answer):
    return [(row["entity"]["id"], row["kind"], row["at"]) for row in answer["nodes"]]


def test_what_comes_and_goes_is_told_in_order_with_the_reason_in_one_statement(desk):
    outcome = desk.outcome(ASK, "CREATOR", "sari")
    answer = outcome.data["it"]

    assert told(answer) == sorted(EVERY, key=lambda one: (one[2], one[1], one[0]))
    # One more reads what is selected of the entities.
    assert (outcome.statements, answer["pageInfo"]["hasNextPage"]) == (2, False)
    rows = {(row["entity"]["id"], row["kind"]): row for row in answer["nodes"]}
    assert rows["asset:soon", "EMBARGO_ENDS"]["why"] == "The embargo on “Soon” ends."
    assert rows["rightsgrant:g", "RIGHTS_END"]["about"] == [{"id": "asset:soon"}]
    assert rows["rightsgrant:g", "RIGHTS_END"]["why"] == "The grant “Archive” ends, on which Soon rests."
    assert rows["placement:p", "POST_GOES_OUT"]["why"] == "The post of Used is due."
    assert {effect for kind, effect in [(row["kind"], row["effect"]) for row in rows.values()] if "END" in kind} == {
        "VANISHES", "APPEARS"
    }  # fmt: skip


def test_nobody_is_told_of_what_it_does_not_see(desk):
    public = [one for one in EVERY if one[0] in ("asset:ends", "campaign:c")]
    assert told(desk.ask(ASK, "PUBLIC", "")["it"]) == sorted(public, key=lambda one: one[2])
    assert ("asset:partner", "EXPIRES", at(5)) in told(desk.ask(ASK, "PARTNER", "")["it"])
    desk.later = timedelta(days=4)
    # Once the embargo is over the public is told when it ends, with what goes by itself.
    then = told(desk.ask(ASK, "PUBLIC", "")["it"])
    assert ("asset:soon", "EXPIRES", at(20)) in then
    assert COMES not in told(desk.ask(ASK, "CREATOR", "sari")["it"])


def test_what_was_told_happens_at_that_moment(desk):
    sees = 'query { it: asset(id: "asset:soon") { id } }'
    seen = []
    for later in (timedelta(days=3, hours=-1), timedelta(days=3, hours=1), timedelta(days=20, hours=1)):
        desk.later = later
        seen.append(desk.ask(sees, "PUBLIC", "")["it"] is not None)
    assert seen == [False, True, False]


def test_pages_tell_everything_once(desk):
    every = told(desk.ask(ASK, "CREATOR", "sari")["it"])
    found, after = [], None
    for _ in range(40):
        answer = desk.ask(ASK, "CREATOR", "sari", first=2, after=after)["it"]
        found += told(answer)
        after = answer["pageInfo"]["endCursor"]
        if not answer["pageInfo"]["hasNextPage"]:
            break
    assert found == every
    assert all(one[2] <= other[2] for one, other in pairwise(found))


def test_only_some_of_it_is_asked_for(desk):
    def asked(**where):
        return told(desk.ask(ASK, "CREATOR", "sari", where=where)["it"])

    rights = [("rightsgrant:g", "RIGHTS_BEGIN", begins(2)), ("rightsgrant:g", "RIGHTS_END", begins(10))]
    assert asked(kinds=["EMBARGO_ENDS"]) == [COMES]
    assert asked(types=["RightsGrant"]) == rights
    assert asked(keeper="mission:m") == [ENDS]
    assert asked(place="country:kr") == asked(place="place:seoul") == [ENDS]
    of_soon = [rights[0], COMES, rights[1], ("translation:soon", "EXPIRES", at(10)), ("asset:soon", "EXPIRES", at(20))]
    assert sorted(asked(theme="theme:food")) == sorted(of_soon)
    assert {one[0] for one in asked(campaign="campaign:c")} == {"campaign:c", "placement:p"}
    assert told(desk.ask(ASK, "CREATOR", "sari", until=at(4))["it"]) == [
        ("campaign:c", "CAMPAIGN_STARTS", begins(1)), ("rightsgrant:g", "RIGHTS_BEGIN", begins(2)), COMES
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"where": {"place": "country:kr", "theme": "theme:food"}}, "where: place and theme are given."),
        ({"where": {"place": "place:none"}}, 'where.place: There is no place with the id "place:none".'),
        ({"where": {"types": ["Cake"]}}, '"Cake"'),
        ({"after": "soon"}, 'after: "soon" is no cursor.'),
        ({"first": 500}, "first: 500 are asked for"),
    ],
)
def test_what_makes_no_sense_is_refused(desk, given, message):
    [error] = desk.outcome(ASK, "CREATOR", "sari", **given).errors
    assert message in error.message
