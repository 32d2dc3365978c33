"""The calculation against a second one, written from docs/rights.md alone, that looks at every single use."""

import operator
import os
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.rules import read_rules
from graph.model.territories import countries_in
from graph.story.rights import RightsVerdict, Use, check
from graph.story.rights.material import Material, Origin, Part, Thing, Why

EXAMPLES = 5000 if os.environ.get("DUTA_TEST_LONG") else 40
NOW = date(2026, 7, 1)
DAYS = [NOW + timedelta(days) for days in range(-1, 4)]
YES = {RightsVerdict.ALLOWED, RightsVerdict.ALLOWED_WITH_DUTIES}

NARROWS = {
    "derive": "use",
    "display": "use",
    "distribute": "use",
    "modify": "use",
    "crop": "modify",
    "translate": "use",
}
COMMERCIAL = {"COMMERCIAL_TOURISM", "TRADE", "ADVERTISING", "MERCHANDISE"}
EDITORIAL = {"NEWS", "EDUCATION", "RESEARCH", "CULTURE"}
NEEDS = {"CROP": "crop", "EDIT": "modify", "TRANSLATE": "translate"}

COMPARED = {"eq": operator.eq, "gteq": operator.ge, "gt": operator.gt, "lteq": operator.le, "lt": operator.lt}

OPERANDS = {
    "spatial": ["VN", "MY", "FR", "035", "150", "ASEAN"],
    "deliveryChannel": ["INSTAGRAM", "PRINT", "SOCIAL"],
    "purpose": ["NEWS", "ADVERTISING", "COMMERCIAL", "EDITORIAL"],
    "media": ["TEXT", "PICTURE"],
    "language": ["zh", "zh-Hans", "id"],
    "recipient": ["mission:sample-a", "mission:sample-b"],
}
days = st.sampled_from(DAYS)


@st.composite
def constraints(draw):
    left = draw(st.sampled_from([*OPERANDS, "paid", "dateTime"]))
    if left == "paid":
        return {"left": left, "operator": "eq", "right": draw(st.booleans())}
    if left == "dateTime":
        compared = draw(st.sampled_from([*COMPARED]))
        return {"left": left, "operator": compared, "right": draw(days).isoformat()}
    values = draw(st.lists(st.sampled_from(OPERANDS[left]), min_size=1, max_size=2, unique=True))
    return {"left": left, "operator": draw(st.sampled_from(["isAnyOf", "isNoneOf"])), "right": values}


rules = st.fixed_dictionaries({
    "effect": st.sampled_from(["permission", "permission", "permission", "prohibition", "duty"]),
    "action": st.lists(
        st.sampled_from(
            ["use", "use", "display", "distribute", "modify", "crop", "translate", "derive", "commercialize"]
        ),
        min_size=1, max_size=3, unique=True,
    ),
    "constraints": st.lists(constraints(), max_size=2),
})  # fmt: skip
everything = st.just({"effect": "permission", "action": ["use", "commercialize"]})
origins = st.tuples(
    st.lists(st.one_of(rules, rules, everything), max_size=4), st.none() | days, st.none() | days
)  # fmt: skip
things = st.tuples(
    st.sampled_from([Part.ITSELF, Part.MEDIA, Part.PERSON, Part.SOURCE, Part.WHOLE]),
    st.lists(origins, min_size=0, max_size=2),
    st.sampled_from(["", "PICTURE", "VIDEO"]),
    st.booleans(),
)
told = st.lists(things, min_size=1, max_size=3)


def some(*values):
    return st.frozensets(st.sampled_from(values), min_size=1, max_size=2)


@st.composite
def uses(draw):
    first, last = sorted([draw(days), draw(days)])
    return Use(
        territories=draw(some("VN", "MY", "FR")),
        channels=draw(some("INSTAGRAM", "PRINT", "WEBSITE")),
        purposes=draw(some("NEWS", "ADVERTISING", "TOURISM")),
        paid=draw(st.booleans()),
        modify=draw(st.frozensets(st.sampled_from(["CROP", "EDIT", "TRANSLATE"]), max_size=1)),
        media=draw(some("TEXT", "PICTURE")),
        languages=draw(st.frozensets(st.sampled_from(["zh", "zh-Hans", "id", "ko"]), max_size=2)),
        recipients=draw(st.frozensets(st.sampled_from(OPERANDS["recipient"]), max_size=1)),
        first=first,
        last=last,
    )


def written(raw):
    return ((rule, Why.WRITTEN) for rule in read_rules(raw))


def material(said):
    made = []
    for place, (part, under, kind, original) in enumerate(said):
        stands = tuple(
            Origin(f"rightsgrant:sample-{place}-{each}", "Sample", tuple(written(raw)), first, last)
            for each, (raw, first, last) in enumerate(under)
        )
        made.append(Thing(part, f"asset:sample-{place}", "Sample", stands, kind, original=original))
    return Material("asset:sample", "Sample", tuple(made))


def broader(action):
    while action:
        yield action
        action = NARROWS.get(action)


def opened(left, values):
    if left == "spatial":
        return {country for value in values for country in countries_in(value)}
    groups = {"SOCIAL": {"X", "FACEBOOK", "INSTAGRAM", "YOUTUBE", "TIKTOK", "LINKEDIN"}}
    groups |= {"COMMERCIAL": COMMERCIAL, "EDITORIAL": EDITORIAL}
    return {each for value in values for each in groups.get(value, {value})}


def holds(constraint, single):
    left, compared = constraint["left"], constraint["operator"]
    right, value = constraint["right"], single[left]
    if left == "paid":
        return value is right
    if left == "dateTime":
        return COMPARED[compared](value, date.fromisoformat(right))
    inside = value in opened(left, right)
    if left == "language":
        inside = any(value == tag or value.startswith(tag + "-") for tag in right)
    return inside == (compared == "isAnyOf")


def speaks(rule, first, last, single):
    in_days = (first is None or first <= single["dateTime"]) and (last is None or single["dateTime"] <= last)
    return in_days and all(holds(one, single) for one in rule["constraints"])


def singles(use, under, kind):
    mentioned = [one for raw, _, _ in under for rule in raw for one in rule.get("constraints", ())]
    tags = {tag for one in mentioned if one["left"] == "language" for tag in one["right"]}
    parties = {id for one in mentioned if one["left"] == "recipient" for id in one["right"]}
    languages = use.languages | {t for t in tags if any(t.startswith(asked + "-") for asked in use.languages)}
    sides = {
        "spatial": use.territories,
        "deliveryChannel": use.channels,
        "purpose": use.purposes,
        "paid": {False, True} if use.paid else {False},
        "media": use.media & {kind} if kind else use.media,
        "language": languages if use.languages else tags | {"*"},
        "recipient": use.recipients or parties | {"*"},
        "dateTime": [use.first + timedelta(n) for n in range((use.last - use.first).days + 1)],
    }
    return [dict(zip(sides, values, strict=True)) for values in product(*sides.values())]


def slowly(use, said):
    """The verdict by looking at every single use of every thing, one action after the other."""
    strictest = "UNKNOWN" if not any(singles(use, under, kind) for _, under, kind, _ in said) else "ALLOWED"
    order = ["ALLOWED", "ALLOWED_WITH_DUTIES", "UNKNOWN", "DENIED"]
    for part, under, kind, original in said:
        all_rules = [({"constraints": [], **rule}, first, last) for raw, first, last in under for rule in raw]
        permits = [one for one in all_rules if one[0]["effect"] == "permission"]
        for single in singles(use, under, kind):
            needed = set(use.actions) | {NEEDS[one] for one in use.modify}
            needed |= {"commercialize"} if single["purpose"] in COMMERCIAL else set()
            found = "ALLOWED"
            # Something was made of it, which only a prohibition has to name.
            made = {"derive"} if original and part in (Part.ITSELF, Part.MEDIA) else set()
            for action in needed | made:
                about = [
                    rule["effect"]
                    for rule, first, last in all_rules
                    if set(rule["action"]) & set(broader(action)) and speaks(rule, first, last, single)
                ]
                if "prohibition" in about:
                    found = "DENIED"
                elif action in made - needed or part in (Part.SOURCE, Part.WHOLE):
                    continue
                elif "permission" not in about and found != "DENIED":
                    found = "DENIED" if permits else "UNKNOWN"
            if found == "ALLOWED" and any(
                rule["effect"] == "duty" and speaks(rule, first, last, single) for rule, first, last in all_rules
            ):
                found = "ALLOWED_WITH_DUTIES"
            strictest = max(strictest, found, key=order.index)
    return strictest


@settings(max_examples=EXAMPLES, deadline=None)
@given(uses(), told)
def test_the_verdict_is_that_of_every_single_use_looked_at(use, said):
    assert check(use, material(said), NOW).verdict == slowly(use, said)


@settings(max_examples=EXAMPLES, deadline=None)
@given(uses(), told)
def test_a_use_may_go_on_to_its_last_day_and_not_a_day_longer(use, said):
    found = check(use, material(said), NOW)

    if found.allowed and found.valid_until is not None:
        assert found.valid_until >= use.last
        assert slowly(replace(use, last=found.valid_until), said) in YES
        assert slowly(replace(use, last=found.valid_until + timedelta(1)), said) not in YES
    elif found.allowed:
        assert check(replace(use, last=date(9999, 12, 31)), material(said), NOW).allowed


@st.composite
def narrowed(draw, use):
    """The same use or a part of it."""
    first, last = sorted([draw(days), draw(days)])
    first, last = max(first, use.first), min(last, use.last)
    if last < first:
        first, last = use.first, use.last
    return replace(
        use,
        territories=draw(st.frozensets(st.sampled_from(sorted(use.territories)), min_size=1)),
        channels=draw(st.frozensets(st.sampled_from(sorted(use.channels)), min_size=1)),
        purposes=draw(st.frozensets(st.sampled_from(sorted(use.purposes)), min_size=1)),
        languages=draw(st.frozensets(st.sampled_from(sorted(use.languages)), min_size=1))
        if use.languages
        else draw(st.just(frozenset()) | some("zh", "ko")),
        recipients=use.recipients or draw(st.just(frozenset()) | some("mission:sample-a", "mission:sample-c")),
        paid=use.paid and draw(st.booleans()),
        modify=draw(st.sampled_from([use.modify, frozenset()])),
        first=first,
        last=last,
    )


@st.composite
def use_and_part(draw):
    whole = draw(uses())
    return whole, draw(narrowed(whole))


@settings(max_examples=EXAMPLES, deadline=None)
@given(use_and_part(), told)
def test_to_narrow_a_use_never_turns_yes_into_no(pair, said):
    whole, part = pair

    if check(whole, material(said), NOW).allowed:
        assert check(part, material(said), NOW).allowed


@settings(max_examples=EXAMPLES, deadline=None)
@given(uses(), told, st.data())
def test_to_add_a_prohibition_never_turns_no_into_yes(use, said, data):
    prohibition = {**data.draw(rules), "effect": "prohibition"}
    place = data.draw(st.integers(0, len(said) - 1))
    part, under, kind, original = said[place]
    stricter = [([*raw, prohibition], first, last) for raw, first, last in under] or [([prohibition], None, None)]
    more = [*said[:place], (part, stricter, kind, original), *said[place + 1 :]]

    if not check(use, material(said), NOW).allowed:
        assert not check(use, material(more), NOW).allowed


@settings(max_examples=EXAMPLES, deadline=None)
@given(uses(), told, told)
def test_what_was_made_from_something_is_never_freer_than_that(use, said, original):
    made = [*said, *((part, under, kind, True) for part, under, kind, _ in original)]
    order = list(RightsVerdict)
    before, after = check(use, material(original), NOW).verdict, check(use, material(made), NOW).verdict

    assert after == slowly(use, made)
    if any(singles(use, under, kind) for _, under, kind, _ in original):
        assert order.index(after) >= order.index(before)
