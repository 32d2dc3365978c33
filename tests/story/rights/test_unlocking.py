"""What would unlock a use: that it does, that none of it is too much, and what else it unlocks."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from graph.model.rules import Rule, read_rules
from graph.story.rights import Use, check
from graph.story.rights.check import Checking
from graph.story.rights.material import Material, Origin, Part, Thing, Why
from graph.story.rights.unlocking import unlock, unlocked
from tests.story.rights.test_properties import EXAMPLES, NOW, material, told, uses

VN = Use(territories=frozenset({"VN"}), purposes=frozenset({"NEWS"}), first=NOW, last=date(2026, 7, 31))


def origin(name, *rules, holder="organisation:sample-holder", why=Why.WRITTEN, **more):
    said = tuple((rule, why) for rule in read_rules(list(rules)))
    return Origin(f"rightsgrant:sample-{name}", name.title(), said, holder=holder, **more)


def story(name, *things):
    return Material(f"asset:sample-{name}", name.title(), things, "mission:sample-keeper")


def stands(*origins, part=Part.ITSELF, id="asset:sample-story", **more):
    return Thing(part, id, "Story", origins, **more)


def permission(**limits):
    told = [{"left": left, "operator": "eq", "right": right} for left, right in limits.items()]
    return {"effect": "permission", "action": "use", "constraints": told}


def asked(found, use=VN):
    return [(one.kind.value, one.about, one.to) for one in unlock(found, Checking(use, NOW)) or ()]


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(uses(), told)
def test_all_that_is_asked_for_makes_the_use_allowed_and_nothing_of_it_is_too_much(use, said):
    found = material([one for one in said if one[1]])
    checking = Checking(use, NOW)
    asks = unlock(found, checking)

    if check(use, found, NOW).allowed or not checking.found(found):
        assert asks is None
        return
    assert asks is not None
    answered = {one.about: one.changed for one in asks if one.changed}
    assert check(use, changed(found, answered), NOW).allowed
    for left_out in answered:
        some = {about: one for about, one in answered.items() if about != left_out}
        assert not check(use, changed(found, some), NOW).allowed


def changed(found, answered):
    things = [replace(one, origins=tuple(answered.get(each.id, each) for each in one.origins)) for one in found.things]
    return replace(found, things=tuple(things))


def test_each_who_stands_against_it_is_asked_for_one_thing():
    found = story(
        "story",
        stands(origin("photo", permission(spatial="ID"))),
        stands(part=Part.MEDIA, id="media:sample-picture", kind="PICTURE"),
        stands(part=Part.PERSON, id="person:sample-vendor"),
        stands(origin("press", {"effect": "prohibition", "action": "display"}), part=Part.SOURCE),
        stands(origin("contract", counts=False)),
    )

    assert asked(found) == [
        ("EXTEND_GRANT", "rightsgrant:sample-photo", "organisation:sample-holder"),
        ("STATE_RIGHTS", "media:sample-picture", "mission:sample-keeper"),
        ("MODEL_RELEASE", "person:sample-vendor", "person:sample-vendor"),
        ("WAIVE_CLAUSE", "rightsgrant:sample-press", "organisation:sample-holder"),
        ("APPROVE", "rightsgrant:sample-contract", "mission:sample-keeper"),
    ]


@pytest.mark.parametrize("why", [Why.WITHDRAWN, Why.MINOR])
def test_nobody_is_asked_to_take_back_a_no(why):
    consent = origin("release", permission(), {"effect": "prohibition", "action": "use"}, why=why)

    assert unlock(story("story", stands(consent, part=Part.PERSON)), Checking(VN, NOW)) is None


def test_a_grant_that_ended_is_asked_for_without_what_it_forbade():
    ended = origin("ended", permission(), {"effect": "prohibition", "action": "use"}, last=date(2026, 6, 30))
    found = story("story", stands(ended))
    [ask] = unlock(found, Checking(VN, NOW)) or ()

    assert ask.changed is not None
    assert check(VN, changed(found, {ask.about: ask.changed}), NOW).allowed


def test_what_the_caller_may_not_see_is_asked_of_the_keeper():
    secret = origin("secret", permission(spatial="ID"), seen=False)
    [ask] = unlock(story("story", stands(secret)), Checking(VN, NOW)) or ()

    assert (ask.kind.value, ask.about, ask.to) == ("ASK_KEEPER", "", "mission:sample-keeper")
    assert "Secret" not in ask.text + ask.letter


def test_an_ask_is_the_sentence_and_the_letter_in_the_callers_language():
    found = story("story", stands(origin("photo", permission(spatial="ID"))))
    english, indonesian = (unlock(found, Checking(VN, NOW, locale)) for locale in ("en-GB", "id"))

    assert english is not None
    assert indonesian is not None
    assert english[0].text == (
        "Ask to extend “Photo”: display, distribute in Vietnam, for news, without paid reach, "
        "from 1 July 2026 on, until 31 July 2026."
    )
    assert indonesian[0].letter.startswith(
        "Kami ingin memakai “Story”: menampilkan, mendistribusikan di Vietnam, untuk berita"
    )


def test_one_answer_unlocks_what_stands_under_the_same_grant_alone():
    grant, other = origin("photo", permission(spatial="ID")), origin("film", permission(spatial="ID"))
    [ask] = unlock(story("story", stands(grant)), Checking(VN, NOW)) or ()

    free = origin("free", permission())
    others = [
        story("twin", stands(grant)),
        story("both", stands(grant), stands(other)),
        story("usable-already", stands(free)),
        story("second-twin", stands(grant)),
    ]
    assert [one.label for one in unlocked(others, ask, Checking(VN, NOW))] == ["Twin", "Second-Twin"]


def test_a_permission_that_is_asked_for_reaches_no_further_than_the_use():
    [ask] = unlock(story("story", stands(origin("photo", permission(spatial="ID")))), Checking(VN, NOW)) or ()

    assert ask.changed is not None
    rule: Rule = ask.changed.rules[-1][0]
    assert [(one.left, one.operator, one.right) for one in rule.constraints] == [
        ("spatial", "eq", ("VN",)),
        ("purpose", "eq", ("NEWS",)),
        ("paid", "eq", (False,)),
        ("dateTime", "gteq", ("2026-07-01",)),
        ("dateTime", "lteq", ("2026-07-31",)),
    ]
