"""Materials: what stands under the same is read and judged once, and told as if each had been judged by itself."""

from datetime import date

from graph.store.batch import Batch, Put, To
from graph.story.rights import Use
from graph.story.rights.check import Checking, alike
from graph.story.rights.fetching import grouped, materials, under_more
from graph.story.rights.unlocking import unlock
from tests.story.conftest import PLANNER

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
SHOW = [{"effect": "permission", "action": "use"}, {"effect": "duty", "action": "attribute", "credit": "© Sample"}]
NO_ADVERTS = [*SHOW, {"effect": "prohibition", "action": "commercialize"}]


def grant(name, rules):
    values = {"title": f"Sample {name}", "locale": "en", "rules": rules, "state": "APPROVED", "marking": "INTERNAL"}
    return Put(f"rightsgrant:sample-{name}", "RightsGrant", values)


def asset(name, *grants, marking="PUBLIC", **links):
    rights = tuple(To(f"rightsgrant:sample-{one}") for one in grants)
    values = {"title": f"Sample {name}", "locale": "en", "kind": "WORK", **LIVE, "marking": marking}
    return Put(f"asset:sample-{name}", "Asset", values, {"rights": rights, **links})


GRAPH = Batch(
    (
        grant("show", SHOW),
        grant("too", SHOW),
        grant("bound", NO_ADVERTS),
        Put("person:sample-face", "Person", {"name": "Sample Face", **LIVE}),
        asset("one", "show"),
        asset("two", "show"),
        asset("too", "too"),
        asset("bound", "bound"),
        asset("both", "show", "bound"),
        asset("face", "show", depicts=(To("person:sample-face"),)),
        asset("copy", "show", derived_from=(To("asset:sample-bound"),)),
        asset("bare"),
        asset("secret", "show", marking="RESTRICTED"),
    )
)
NAMES = ("one", "two", "too", "bound", "both", "face", "copy", "bare", "secret", "nobody")
USES = (Use(), Use(purposes=frozenset({"COMMERCIAL"})), Use(paid=True, first=date(2026, 6, 1)))


def found_in(store):
    assert store.write(GRAPH).refused == ()
    return materials(store, PLANNER, [f"asset:sample-{name}" for name in NAMES])


def test_what_stands_under_the_same_grants_and_nothing_else_is_read_once(store):
    found = found_in(store)

    assert list(found) == [f"asset:sample-{name}" for name in NAMES[:-2]], "what is seen, in the order asked"
    like = {id.removeprefix("asset:sample-"): found.like(id).id.removeprefix("asset:sample-") for id in found}
    assert like == {**{name: name for name in NAMES[:-2]}, "two": "one"}
    judged = {id.removeprefix("asset:sample-"): one.id for id, one in alike(found.values()).items()}
    assert judged["too"] == "asset:sample-one", "another grant that says the same"
    assert {judged[name] for name in ("bound", "both", "face", "copy", "bare")} == {
        f"asset:sample-{name}" for name in ("bound", "both", "face", "copy", "bare")
    }


def test_the_verdict_of_what_is_judged_together_is_that_of_each_alone(store):
    found = found_in(store)
    judged = alike(found.values())
    for use in USES:
        checking = Checking(use, PLANNER.today)
        for id, material in found.items():
            alone = Checking(use, PLANNER.today).verdict(material)
            told = found.standing(id, checking)
            assert (told.verdict, told.duties, told.valid_until) == (alone.verdict, alone.duties, alone.valid_until)
            assert told.reasons == (() if alone.allowed else alone.reasons)
            assert checking.allowed(judged[id]) == alone.allowed


def test_what_is_read_in_groups_allows_and_asks_for_what_each_alone_does(store):
    alone = found_in(store)
    found = grouped(store, PLANNER, alone)

    assert set(found) == set(alone)
    like = {id.removeprefix("asset:sample-"): one.id.removeprefix("asset:sample-") for id, one in found.items()}
    assert like == {**{name: name for name in NAMES[:-2]}, "two": "one"}
    for use in USES:
        checking = Checking(use, PLANNER.today)
        for id, material in alone.items():
            assert checking.allowed(found[id]) == Checking(use, PLANNER.today).verdict(material).allowed
            assert unlock(found.named(id, material.label, material.keeper), checking) == unlock(material, checking)


def test_what_stands_under_a_single_grant_is_told_from_what_stands_under_more(store):
    assert under_more(store, tuple(found_in(store))) == {f"asset:sample-{name}" for name in ("both", "face", "copy")}


def test_materials_that_were_read_later_are_added(store):
    found = found_in(store)
    later = materials(store, PLANNER, ["asset:sample-secret", "asset:sample-bare"])

    assert (list(later), len(found | later)) == (["asset:sample-bare"], 8)
    assert found.standing("asset:sample-nobody", Checking(Use(), PLANNER.today)).reasons == ()
