"""The doors to what happened: the log by pages and as a stream, histories, the past, the feed and webhooks."""

from dataclasses import replace
from typing import Any, cast

import orjson

from api.delivering import said_of
from api.doors import feed
from api.doors.public import Reader
from api.past import NoSearch, Pasts
from api.plan import Caller, Request
from graph.history.questions import end_of
from tests.security.sight import Look, door

CHANGE = "id type entity { id label } actor reason parts { path before after }"
#: Replaying a log takes as long as it is, so the past is asked of young stores only.
_YOUNG = 600


@door
def changes(look: Look) -> None:
    told = look.ask(f'{{ changes(before: "", first: 100) {{ nodes {{ {CHANGE} }} }} }}')["changes"]["nodes"]
    assert {one["id"] for one in told if one["id"] in look.world.things} <= {one.id for one in look.seen()}


@door
def histories(look: Look) -> None:
    told = look.ask(f"{{ entities(first: 100) {{ nodes {{ id history(first: 9) {{ {CHANGE} }} }} }} }}")["entities"]
    assert [one["id"] for one in told["nodes"]] == [one.id for one in look.seen()][:100]


@door
def subscription(look: Look) -> None:
    text = f"subscription($after: String) {{ changes(after: $after) {{ cursor node {{ {CHANGE} }} }} }}"
    after = max(0, end_of(look.world.house.store) - 100)
    caller = Caller(look.viewer, look.locale)
    following = look.world.executor.follow(Request(text, None, {"after": str(after)}), caller)
    events = [event for _ in range(2) for event in following.step(caller)]
    look.told(orjson.dumps([[one.data, one.formatted_errors()] for one in events]))
    assert [one.errors for one in events if one.errors] == []
    told = {cast("Any", one.data)["changes"]["node"]["id"] for one in events}
    assert told & look.world.things.keys() <= {one.id for one in look.seen()}


STATEMENT = """query($id: ID!) { it: statementRecord(id: $id) { entity { id label } of { id label } texts { text }
  translations { id texts { text } } proofs { id title sources { id title url } } sources { id title url publisher }
  posts { id url textAsPosted channel campaign } entries { actor reason parts { path before after } } } }"""


@door
def statements(look: Look) -> None:
    thing = look.dice.choice(list(look.world.things.values()))
    texts = any(prop.localised for prop in thing.entity.props.values())
    told = look.ask(STATEMENT, refused=not texts, id=thing.id)
    assert (told is not None and told["it"] is not None) == (texts and look.sees(thing))


@door
def statements_of_the_past(look: Look) -> None:
    store = look.world.house.store
    end = end_of(store)
    if end > _YOUNG:
        return
    pasts = Pasts(store, lambda: look.now)
    executor = look.world.executor.over(pasts.at(look.dice.randint(max(1, end - 30), end)), NoSearch())
    for thing in look.dice.sample(list(look.world.things.values()), 3):
        outcome = executor.execute(Request(STATEMENT, None, {"id": thing.id}), Caller(look.viewer, look.locale))
        look.told(orjson.dumps([outcome.data, outcome.formatted_errors()]), thing.id)
        assert outcome.errors == [] or not any(prop.localised for prop in thing.entity.props.values())


@door
def past(look: Look) -> None:
    store = look.world.house.store
    end = end_of(store)
    if end > _YOUNG:
        return
    seq = look.dice.randint(max(1, end - 30), end)
    executor = look.world.executor.over(Pasts(store, lambda: look.now).at(seq), NoSearch())
    text = '{ entities(first: 100) { totalCount nodes { id label } } changes(before: "") { nodes { id } } }'
    caller = Caller(replace(look.viewer, now=look.viewer.now), look.locale)
    outcome = executor.execute(Request(text), caller)
    look.told(orjson.dumps([outcome.data, outcome.formatted_errors()]))
    assert outcome.errors == []


@door
def atom(look: Look) -> None:
    reader = Reader(look.viewer, "en", "en", "https://duta.example.org", is_public=False)
    # What was seen before it moved out of sight is named, so that whoever shows it takes it away.
    once = [thing.id for thing in look.world.graph.moved]
    look.told(feed.written(look.world.house, reader), once)


@door
def webhooks(look: Look) -> None:
    store = look.world.house.store
    page = store.changes(max(0, end_of(store) - 60), 60)
    told = said_of(store, look.viewer, page)
    look.told(orjson.dumps(told))
    assert {one["id"] for one in told} & look.world.things.keys() <= {one.id for one in look.seen()}
