"""The best next assets of a desk against all that an audience's interests lead to, judged one by one."""

import os
import random
from datetime import date

import pytest

from graph.store.batch import Batch, Put, To
from graph.story.desk import DESK
from graph.story.desk.fetching import CANDIDATES
from graph.story.settings import StorySettings, by_name

FIRST = date(2026, 6, 1)
OPEN, INSIDE = {"state": "PUBLISHED", "marking": "PUBLIC"}, {"marking": "INTERNAL"}
TEXT = {"locale": "en", "text_state": "PUBLISHED"}
THEMES = ("food", "craft", "sea", "stage")
#: What a text counts for readers of Vietnamese and then English; Thai they do not read.
READ = {"vi": 1.0, "en": by_name(StorySettings().locale)["READ"]}


def weight(dice):
    return dice.choice([None, 0.0, 1.0, dice.randrange(1, 1000) / 1000])


def linked(dice, most):
    return {name: weight(dice) for name in dice.sample(THEMES, dice.randrange(1, most))}


def to(links):
    return tuple(To(f"theme:{name}", {} if by is None else {"weight": by}) for name, by in links.items())


def thousandths(by):
    return 1000 if by is None else round(by * 1000)


def puts(interests, assets):
    yield Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"})
    yield Put("country:vn", "Country", {"name": "Vietnam", "alpha2": "VN"})
    hosted = {"sent_by": (To("country:id"),), "hosted_by": (To("country:vn"),)}
    yield Put("mission:hanoi", "Mission", {"name": "Hanoi", "tier": "MISSION", "kind": "EMBASSY"}, hosted)
    yield from (Put(f"theme:{name}", "Theme", {"name": name}) for name in THEMES)
    rules = [{"effect": "permission", "action": ["use"]}]
    yield Put("rightsgrant:free", "RightsGrant", {"title": "Free", "rules": rules, **TEXT, **OPEN, **INSIDE})
    values = {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "locales": ["vi", "en"], "size": 5000, **OPEN, **INSIDE}
    links = {"country": (To("country:vn"),), "interests": to(interests)}
    yield Put("audience:cooks", "Audience", values, links)
    for id, (themes, locale, rights, state) in assets.items():
        links = {"themes": to(themes), "rights": (To("rightsgrant:free"),) if rights else ()}
        values = {"title": id, "kind": "WORK", **TEXT, **OPEN, "locale": locale, "state": state}
        yield Put(id, "Asset", values, links)


@pytest.mark.parametrize("seed", range(60 if os.environ.get("DUTA_TEST_LONG") else 4))
def test_the_best_of_a_desk_are_the_best_of_all_that_interests_lead_to(ask, store, seed):
    dice = random.Random(seed)
    interests = linked(dice, 4)
    assets = {
        f"asset:a{number:02}": (
            linked(dice, 4),
            dice.choice(["vi", "en", "th"]),
            dice.random() < 0.7,
            dice.choice(["PUBLISHED", "PUBLISHED", "PUBLISHED", "DRAFT"]),
        )
        for number in range(dice.choice([5, 60]))
    }
    assert store.write(Batch(tuple(puts(interests, assets)))).refused == ()

    [audience] = ask(DESK, mission="mission:hanoi", from_=FIRST).audiences

    led = []
    for id, (themes, locale, rights, state) in assets.items():
        ways = [
            1_000_000 * thousandths(interests[name]) // 1000 * thousandths(by) // 1000
            for name, by in themes.items()
            if name in interests
        ]
        if ways and state == "PUBLISHED":
            led.append((-max(ways), id, locale, rights))
    fitting = [
        (-round(-way / 1_000_000 * READ[locale], 3), id)
        for way, id, locale, rights in sorted(led)[:CANDIDATES]
        if rights and locale in READ
    ]
    assert [(-one.score, one.asset) for one in audience.best] == sorted(fitting)[:3]
