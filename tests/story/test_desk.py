"""A mission's desk, on both engines: what to show next and why, what runs out, what is missing, what to adapt."""

import string
from datetime import date

import pytest

from graph.errors import InvalidValue
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.story.desk import DESK
from graph.story.desk import desk as desks
from graph.story.desk.answer import DeskPart
from graph.story.wording import templates

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
ANYTHING = {"rules": [{"effect": "permission", "action": ["use"]}]}
#: 1 June 2026, which is the `NOW` of these tests.
FIRST = date(2026, 6, 1)


def asset(id, *themes, locale="vi", rights="free", title=None, **more) -> Put:
    links = {"themes": tuple(To(f"theme:{name}", {"weight": weight}) for name, weight in themes)}
    if rights:
        links["rights"] = (To(f"rightsgrant:{rights}"),)
    values = {"title": title or id.title(), "kind": "WORK", "locale": locale, "text_state": "PUBLISHED", **OPEN, **more}
    return Put(f"asset:{id}", "Asset", values, links)


def campaign(id, starts, ends, *assets, lead="mission:hanoi", audiences=("cooks",), **more) -> Put:
    links = {
        "assets": tuple(To(f"asset:{one}") for one in assets),
        "audiences": tuple(To(f"audience:{one}") for one in audiences),
        "missions": (To(lead, {"role": "LEAD"}),),
        **{name: more.pop(name) for name in ("adapts",) if name in more},
    }
    values = {"title": id.title(), "locale": "en", "starts": starts, "ends": ends, "scope": "POST", **INSIDE, **more}
    return Put(f"campaign:{id}", "Campaign", values, links)


def placement(id, of, at, channel="channel:hanoi", **more) -> Put:
    values = {"at": f"{at}T10:00:00Z", "status": "LIVE", **INSIDE, **more}
    return Put(f"placement:{id}", "Placement", values, {"of": (To(f"asset:{of}"),), "channel": (To(channel),)})


LED = {"lead": "mission:kemlu", "audiences": ("others",), "scope": "GLOBAL"}
PUTS = (
    Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
    Put("country:vn", "Country", {"name": "Vietnam", "alpha2": "VN", "names": {"id": "Vietnam"}}),
    Put(
        "mission:kemlu",
        "Mission",
        {"name": "Ministry", "tier": "MFA", "kind": "MINISTRY"},
        {"sent_by": (To("country:id"),), "hosted_by": (To("country:id"),)},
    ),
    Put(
        "mission:hanoi",
        "Mission",
        {"name": "Embassy in Hanoi", "tier": "MISSION", "kind": "EMBASSY"},
        {"sent_by": (To("country:id"),), "hosted_by": (To("country:vn"),), "accredited_to": (To("country:vn"),)},
    ),
    Put("mission:nowhere", "Mission", {"name": "Nowhere", "tier": "MISSION", "kind": "CONSULATE"}),
    *(Put(f"theme:{name}", "Theme", {"name": name.title()}) for name in ("food", "craft", "sea")),
    Put(
        "audience:cooks",
        "Audience",
        {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "locales": ["vi", "en"], "size": 5000, **INSIDE},
        {
            "country": (To("country:vn"),),
            "interests": (To("theme:food", {"weight": 0.9}), To("theme:craft", {"weight": 0.5})),
        },
    ),
    Put(
        "audience:quiet",
        "Audience",
        {"name": "Quiet", "kind": "FOREIGN_PUBLIC", "locales": ["vi"], "size": 9000, **INSIDE},
        {"country": (To("country:vn"),)},
    ),
    Put("audience:others", "Audience", {"name": "Others", "kind": "FOREIGN_PUBLIC", "size": 5000, **INSIDE}),
    Put(
        "channel:hanoi",
        "Channel",
        {"name": "Hanoi", "platform": "FACEBOOK", "locale": "vi", **OPEN},
        {"reaches": (To("audience:cooks"),), "owner": (To("mission:hanoi"),)},
    ),
    Put("rightsgrant:free", "RightsGrant", {"title": "Free", "locale": "en", **INSIDE, **ANYTHING}),
    Put(
        "rightsgrant:short",
        "RightsGrant",
        {"title": "Short", "locale": "en", "valid_until": "2026-06-10", **INSIDE, **ANYTHING},
    ),
    asset("soup", ("food", 1.0)),
    asset("bowl", ("craft", 1.0), locale="en"),
    asset("cake", ("food", 0.8), locale="id"),
    asset("broth", ("food", 0.9)),
    asset("tea", ("food", 0.7)),
    asset("pickle", ("food", 0.6), rights="short"),
    asset("dark", ("food", 1.0), rights=None),
    asset("boat", ("sea", 1.0)),
    placement("soup-1", "soup", "2026-05-02"),
    placement("tea-1", "tea", "2026-05-30", paid=True),
    placement("tea-2", "tea", "2026-05-31", paid=True),
    placement("broth-next", "broth", "2026-06-12", status="PLANNED"),
    campaign("table", "2026-06-05", "2026-06-20", "soup", "cake", "bowl", "pickle", "dark"),
    campaign("market", "2026-06-18", "2026-07-10", "tea", lead="mission:kemlu"),
    campaign("fair", "2026-05-01", "2026-09-30", "bowl", "soup", "boat", **LED),
    campaign("ships", "2026-05-01", "2026-09-30", "boat", **LED),
    campaign("gone", "2026-01-01", "2026-03-01", "soup", **LED),
    Put(
        "observance:tet",
        "Observance",
        {
            "name": "Feast",
            "calendar": "CHINESE_LUNISOLAR",
            "dates": [
                {"country": "VN", "year": 2026, "date": "2026-06-09", "certainty": "ESTIMATED"},
                {"country": "ID", "year": 2026, "date": "2026-06-08", "certainty": "CONFIRMED"},
                {"country": "VN", "year": 2027, "date": "2027-06-09", "certainty": "CONFIRMED"},
            ],
        },
        {"countries": (To("country:vn"), To("country:id"))},
    ),
    Put(
        "asset:gift",
        "Asset",
        {"title": "Gift", "kind": "WORK", "locale": "en", **OPEN},
        {"occasions": (To("observance:tet"),)},
    ),
)


@pytest.fixture
def desk(store, ask):
    assert store.write(Batch(PUTS)).refused == ()
    return ask


def test_a_feast_whose_day_of_the_year_is_not_known_is_told_and_not_guessed(desk, store, asking):
    values = {
        "name": "New Year by the moon",
        "calendar": "CHINESE_LUNISOLAR",
        "dates": [{"year": 2025, "date": "2025-01-29"}],
        **OPEN,
    }
    moon = Put("observance:moon", "Observance", values, {"countries": (To("country:vn"), To("country:id"))})
    assert store.write(Batch((moon,))).refused == ()

    notes = desk(DESK, mission="mission:hanoi", from_=FIRST, days=30).notes

    [told] = [one for one in notes if "New Year by the moon" in one]
    assert told.startswith("No day in 2026 is known of: New Year by the moon.")


def test_what_to_show_next_is_what_they_care_for_can_read_may_see_and_have_not_seen_too_often(desk, asking):
    found = desk(DESK, mission="mission:hanoi", from_=FIRST, days=30)
    quiet, cooks = found.audiences
    assert (quiet.audience, quiet.best) == ("audience:quiet", ())
    assert quiet.nothing == "Nothing is known of what this audience cares about."
    assert [(one.asset, one.theme, one.locale) for one in cooks.best] == [
        ("asset:soup", "theme:food", "vi"),
        ("asset:pickle", "theme:food", "vi"),
        ("asset:bowl", "theme:craft", "en"),
    ]
    soup, pickle, bowl = cooks.best
    assert soup.because == (
        "“Cooks” care about Food (0.9), which “Soup” is about; it was last shown to them on 2 May 2026."
    )
    assert (soup.last_shown, pickle.last_shown) == (date(2026, 5, 2), None)
    assert pickle.until == date(2026, 6, 10)
    assert bowl.score == pytest.approx(0.5 * 0.85), "another language that they read counts less"


def test_a_desk_names_what_runs_out_what_is_untranslated_and_what_clashes(desk):
    found = desk(DESK, mission="mission:hanoi", from_=FIRST, days=30)
    assert [(one.asset, one.verdict.value, one.until) for one in found.running_out] == [
        ("asset:dark", "UNKNOWN", None),
        ("asset:pickle", "ALLOWED", date(2026, 6, 10)),
    ]
    assert found.running_out[1].sentence == (
        "“Pickle” may be shown in Vietnam until 10 June 2026; “Table” shows it until 20 June 2026."
    )
    assert [(one.asset, one.locale, one.instead) for one in found.missing_texts] == [
        ("asset:cake", "vi", None),
        ("asset:bowl", "vi", "en"),
    ]
    [clash] = found.clashes
    assert (clash.one.campaign, clash.other.campaign) == ("campaign:table", "campaign:market")
    assert [(one.observance, one.country, one.day.isoformat(), one.estimated) for one in found.observances] == [
        ("observance:tet", "country:id", "2026-06-08", False),
        ("observance:tet", "country:vn", "2026-06-09", True),
    ]
    assert found.observances[1].assets == ("asset:gift",)


def test_a_campaign_of_headquarters_is_to_be_adapted_where_it_shows_what_they_care_for_until_it_is(desk, store):
    found = desk(DESK, mission="mission:hanoi", from_=FIRST, days=30)
    [one] = found.to_adapt
    assert (one.campaign, one.audience, one.themes) == (
        "campaign:fair",
        "audience:cooks",
        ("theme:food", "theme:craft"),
    )
    assert (one.fit, one.ready, one.to_translate) == (round(1.4 / 3, 3), ("asset:soup", "asset:bowl"), ())
    own = campaign("own", "2026-06-01", "2026-06-02", "soup", adapts=(To("campaign:fair"),))
    assert store.write(Batch((own,))).refused == ()
    assert desk(DESK, mission="mission:hanoi", from_=FIRST, days=30).to_adapt == ()


def test_a_desk_looks_at_the_first_few_and_at_the_rest_only_where_those_do_not_do(desk, asking, monkeypatch):
    given, told = DESK.given("mission:hanoi", FIRST, 30), {}
    # The assets of the campaigns are judged with the first few, so that of the rest some are but looked at.
    for leading, statements in ((1, 6), (6, 5), (20, 4)):
        monkeypatch.setattr(desks, "LEADING", leading)
        planner = asking()
        told[leading] = DESK.ask(planner, given)
        assert planner.statements == statements
    assert told[1] == told[6] == told[20]


def test_a_desk_shows_the_public_only_what_is_public(desk):
    public = desk(
        DESK, Viewer(live=0, draft=-1, retired=-1, now=1_780_272_000_000), mission="mission:hanoi", from_=FIRST
    )
    assert (public.audiences, public.clashes, public.to_adapt) == ((), (), ())
    assert public.notes == (
        "No audience of its countries is known: add one with its country, languages and interests.",
    )


def test_a_mission_without_a_country_has_an_honest_empty_desk(desk):
    found = desk(DESK, mission="mission:nowhere", from_=FIRST)
    assert (found.countries, found.audiences) == ((), ())
    assert found.notes == ("It is not known which country hosts the mission, nor to which it is accredited.",)


@pytest.mark.parametrize(
    ("given", "path"),
    [({"mission": "mission:none"}, "mission"), ({"days": 0}, "days"), ({"days": 93}, "days")],
)
def test_what_makes_no_desk_is_refused_by_name(desk, given, path):
    with pytest.raises(InvalidValue) as refused:
        desk(DESK, **{"mission": "mission:hanoi", "from_": FIRST} | given)
    assert refused.value.path == path


def test_desks_say_the_same_in_every_language():
    said = templates("graph.story.desk")
    places = {
        language: {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in of.items()}
        for language, of in said.items()
    }
    assert places["en"] == places["id"]
    assert {f"cut_{part}" for part in DeskPart} <= places["en"].keys()
