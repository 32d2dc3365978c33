"""Filters of a search that the graph decides, and orders, against counting by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.counting import searched
from api.narrowing import Narrowing, Usable, narrowed, sorted_by_use, usable
from api.plan import Caller, Executor, Request
from api.settings import Settings
from api.wiring import opened
from graph.search.index import After, Query, QueryRefused, Sort
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.story.rights import RightsVerdict, Use, verdicts
from tests.neo4j_server import empty, settings_on_neo4j

PUBLIC = Viewer(0, -1, -1, int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000))
INSIDE = Viewer(3, 3, 3, PUBLIC.now)
OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
CLOSED = {"state": "PUBLISHED", "marking": "INTERNAL"}

#: Theme to broader theme.
THEMES = {"food": None, "slow": "food", "jars": "slow", "craft": None, "cloth": "craft"}
MISSIONS = ("seoul", "hanoi")
#: Campaign to its mission, its assets, and whether it is public.
CAMPAIGNS = {
    "table": ("seoul", ("a0", "a1", "a2"), True),
    "cloth": ("hanoi", ("a2", "a3"), True),
    "secret": ("hanoi", ("a4", "a5"), False),
}
#: Asset to its theme, keeper, picture, year and whether it is public.
ASSETS = {
    f"a{n}": (
        list(THEMES)[n % 5],
        (None, "seoul", "hanoi")[n % 3],
        n % 2 == 0,
        (None, 2001, 1990)[n % 3],
        n % 7 != 6,
    )
    for n in range(12)
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def house(request, tmp_path_factory):
    home = tmp_path_factory.mktemp("narrowed") / "home"
    chosen = Settings(home=home)
    if request.param == "neo4j":
        chosen = settings_on_neo4j(home)
        empty()
    puts = [
        Put(f"theme:{name}", "Theme", {"name": name, **OPEN}, {"broader": (To(f"theme:{up}"),)} if up else {})
        for name, up in THEMES.items()
    ]
    puts.append(Put("audience:all", "Audience", {"name": "All", "kind": "FOREIGN_PUBLIC", **CLOSED}))
    mission = {"tier": "MISSION", "kind": "EMBASSY"}
    puts += [Put(f"mission:{name}", "Mission", {"name": name, **mission, **OPEN}) for name in MISSIONS]
    puts.append(
        Put(
            "media:m",
            "Media",
            {"kind": "PICTURE", "alt": "A picture", "locale": "en", "text_state": "PUBLISHED", **OPEN},
        )
    )
    puts.append(
        Put("media:v", "Media", {"kind": "VIDEO", "alt": "A film", "locale": "en", "text_state": "PUBLISHED", **OPEN})
    )
    for name, (theme, keeper, picture, year, public) in ASSETS.items():
        links: dict[str, tuple[To, ...]] = {
            "themes": (To(f"theme:{theme}"),),
            "media": (To("media:m" if picture else "media:v"),),
        }
        links |= {"keeper": (To(f"mission:{keeper}"),)} if keeper else {}
        said = {"kind": "TEXT", "title": f"Batik {name}", "locale": "en", "text_state": "PUBLISHED", "year": year}
        puts.append(Put(f"asset:{name}", "Asset", {**said, **(OPEN if public else CLOSED)}, links))
    for name, (by, assets, public) in CAMPAIGNS.items():
        links = {
            "missions": (To(f"mission:{by}"),),
            "audiences": (To("audience:all"),),
            "assets": tuple(To(f"asset:{one}") for one in assets),
        }
        said = {"title": f"Campaign {name}", "locale": "en", "text_state": "PUBLISHED", "scope": "POST"}
        puts.append(Put(f"campaign:{name}", "Campaign", {**said, **(OPEN if public else CLOSED)}, links))
    with opened(chosen) as house:
        report = house.store.write(Batch(tuple(puts)))
        assert report.refused == ()
        house.follower.follow()
        yield house


def below(theme):
    return {theme} | {each for name, up in THEMES.items() if up == theme for each in below(name)}


def by_hand(viewer, themes, missions, campaigns, picture):
    """The assets that one counts with the table above."""
    inside = viewer is INSIDE
    used = {
        name: [one for one, (_, assets, public) in CAMPAIGNS.items() if name in assets and (public or inside)]
        for name in ASSETS
    }
    wide = set().union(*map(below, themes))
    return {
        f"asset:{name}"
        for name, (theme, keeper, pictured, _, public) in ASSETS.items()
        if (public or inside)
        and (not themes or theme in wide)
        and (not missions or keeper in missions or any(CAMPAIGNS[one][0] in missions for one in used[name]))
        and (not campaigns or any(one in campaigns for one in used[name]))
        and (picture is None or pictured is picture)
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([PUBLIC, INSIDE]),
    st.sets(st.sampled_from(list(THEMES))),
    st.sets(st.sampled_from(MISSIONS)),
    st.sets(st.sampled_from(list(CAMPAIGNS))),
    st.sampled_from([None, True, False]),
    st.sampled_from(["", "batik"]),
)
def test_what_a_filter_lets_through_and_counts_is_what_one_counts_by_hand(
    house, viewer, themes, missions, campaigns, picture, text
):
    filters = {"type": frozenset({"Asset"})}
    filters |= {"theme": frozenset(f"theme:{one}" for one in themes)} if themes else {}
    wanted = Narrowing(
        tuple(f"mission:{one}" for one in missions), tuple(f"campaign:{one}" for one in campaigns), picture
    )
    query = Query(text, viewer, filters, first=50, facets=("theme", "type", "mission", "campaign", "picture"))

    hits = searched(house, house.store, narrowed(house.store, query, wanted))

    expected = by_hand(viewer, themes, missions, campaigns, picture)
    assert {hit.id for hit in hits.hits} == expected
    assert hits.total == len(expected)
    assert hits.facets["type"] == ((("Asset", len(expected)),) if expected else ())
    counted = dict(hits.facets["theme"])
    assert counted == {
        f"theme:{theme}": many
        for theme in THEMES
        if (many := sum(f"asset:{name}" in expected for name, said in ASSETS.items() if said[0] in below(theme)))
    }
    for facet, choices in (("mission", MISSIONS), ("campaign", CAMPAIGNS)):
        assert hits.facets[facet] == counted_by_hand(
            {f"{facet}:{one}": expected & by_value(viewer, facet, one) for one in choices}
        )
    pictured = {name for name in expected if ASSETS[name.removeprefix("asset:")][2]}
    assert hits.facets["picture"] == counted_by_hand({"true": pictured, "false": expected - pictured})


def by_value(viewer, facet, value):
    """What a filter by one mission or campaign lets through."""
    return by_hand(viewer, (), (value,), (), None) if facet == "mission" else by_hand(viewer, (), (), (value,), None)


def counted_by_hand(found):
    return tuple(sorted(((one, len(ids)) for one, ids in found.items() if ids), key=lambda pair: (-pair[1], pair[0])))


def test_what_is_of_any_type_is_counted_by_what_the_filter_of_the_value_lets_through(house):
    query = Query("", INSIDE, first=50, facets=("mission", "campaign", "picture", "kind"))

    counts = searched(house, house.store, query).facets

    assert {facet: len(counts[facet]) for facet in ("mission", "campaign")} == {"mission": 2, "campaign": 3}
    for facet in ("mission", "campaign"):
        for value, many in counts[facet]:
            wanted = Narrowing((value,)) if facet == "mission" else Narrowing(campaigns=(value,))
            assert house.search(narrowed(house.store, query, wanted)).total == many, value
    assert dict(counts["picture"])["true"] == house.search(narrowed(house.store, query, Narrowing(picture=True))).total
    assert (
        dict(counts["picture"])["false"] == house.search(narrowed(house.store, query, Narrowing(picture=False))).total
    )


def pages(house, query):
    found, after = [], None
    while True:
        page = house.search(sorted_by_use(house, house.store, Query(**{**query, "after": after, "first": 2})))
        found += [hit.id for hit in page.hits]
        if not page.more:
            return found
        after = After(page.hits[-1].key, page.hits[-1].id, page.generation)


@pytest.mark.parametrize("viewer", [PUBLIC, INSIDE])
@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_pages_through_all_hits_once_and_ties_stand_by_id(house, viewer, sort):
    found = pages(house, {"text": "batik", "viewer": viewer, "filters": {"type": frozenset({"Asset"})}, "sort": sort})

    assert sorted(found) == sorted(by_hand(viewer, (), (), (), None))
    uses = {
        f"asset:{name}": sum(
            name in assets and (public or viewer is INSIDE) for _, assets, public in CAMPAIGNS.values()
        )
        for name in ASSETS
    }
    years = {f"asset:{name}": said[3] or 0 for name, said in ASSETS.items()}
    if sort is Sort.USE:
        assert found == sorted(found, key=lambda one: (-uses[one], one))
    if sort is Sort.DATE:
        assert found == sorted(found, key=lambda one: (-years[one], one))
    if sort in (Sort.FRESHNESS, Sort.RELEVANCE):
        assert found == sorted(found)


CLEARED = {"type": frozenset({"Asset", "Media"})}


@pytest.mark.parametrize("viewer", [PUBLIC, INSIDE])
def test_what_may_be_used_somewhere_is_what_the_rights_say_of_each(demonstration, viewer):
    store, now = demonstration.store, datetime.fromtimestamp(viewer.now / 1000, UTC).date()
    every = [hit.id for hit in demonstration.search(Query("", viewer, CLEARED, first=200)).hits]
    told = verdicts(store, viewer, every, Use(frozenset({"VN"}), purposes=frozenset({"TOURISM"})), now)
    assert len(told) == len(every) > 40

    def usable_ids(*wanted, text="", **more):
        chosen = frozenset(wanted) or None
        query = usable(demonstration, store, Query(text, viewer, **more), Usable("country:vn", "TOURISM", chosen))
        hits = demonstration.search(replace(query, first=200, facets=("type",)))
        assert hits.total == len(hits.hits) == sum(count for _, count in hits.facets["type"])
        return {hit.id for hit in hits.hits}

    for verdict in RightsVerdict:
        assert usable_ids(verdict) == {id for id, one in told.items() if one.verdict is verdict}
    asked = {RightsVerdict.UNKNOWN} if viewer is INSIDE else set()
    sure = {RightsVerdict.ALLOWED, RightsVerdict.ALLOWED_WITH_DUTIES}
    assert usable_ids() == {id for id, one in told.items() if one.verdict in sure | asked}
    assert usable_ids(filters={"type": frozenset({"Mission"})}) == set()
    assert usable_ids(*RightsVerdict, text="batik") <= set(every)


def test_more_than_can_be_cleared_at_once_is_refused(demonstration, monkeypatch):
    monkeypatch.setattr("api.narrowing.MOST_CLEARED", 3)

    with pytest.raises(QueryRefused, match=r"3 are allowed\. Filter by more"):
        usable(demonstration, demonstration.store, Query("", PUBLIC), Usable("VN"))


def test_usable_is_asked_over_graphql(contract, demonstration):
    question = """
        { search(text: "batik", where: {usable: {territory: "VN", purpose: TOURISM, verdicts: [ALLOWED, UNKNOWN]}},
          sort: FRESHNESS) { totalCount nodes { id } } }
    """
    executor = Executor(contract, demonstration.store, demonstration)

    found = executor.execute(Request(question), Caller(INSIDE))

    assert found.errors == []
    assert found.data is not None
