"""From the graph's log to what is found: documents as the model says, each as visible as its text."""

from datetime import UTC, datetime

import pytest

from graph.model import MODEL
from graph.search.documents import at_least_as_visible
from graph.search.engines import open_index
from graph.search.follower import Follower
from graph.search.index import REBUILD, Query
from graph.store.batch import Batch, Move, Put, Removal, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from graph.store.visibility import ALWAYS, LIVE, NEVER, NOT_LIVE, RETIRED, SYSTEM, Visibility

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIVE_ALL = {"state": "PUBLISHED", "marking": "PUBLIC"}
CREATOR = Viewer(live=2, draft=2, retired=-1, now=int(NOW.timestamp() * 1000))
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=int(NOW.timestamp() * 1000))


@pytest.fixture
def store(tmp_path):
    opened = open_sqlite(tmp_path / "graph.db", MODEL, clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path):
    opened = open_index(tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture
def follower(store, index):
    return Follower(store, index)


def asset(id, title, links=None, **values):
    said = {"kind": "WORK", "title": title, "locale": "en", "text_state": "PUBLISHED", **LIVE_ALL, **values}
    return Put(id, "Asset", said, {name: tuple(map(To, ids)) for name, ids in (links or {}).items()})


def translation(of, locale, title, **values):
    said = {"locale": locale, "title": title, **LIVE_ALL, **values}
    id = f"translation:{of.replace(':', '.')}.{locale}"
    return Put(id, "Translation", said, {"translates": (To(of),)})


def theme(id, name, **values):
    return Put(id, "Theme", {"name": name, **values})


def found(index, text, viewer=PUBLIC):
    return [(hit.id, hit.locale) for hit in index.search(Query(text, viewer)).hits]


def write(store, *puts):
    report = store.write(Batch(puts))
    assert report.refused == ()


def test_the_first_follow_builds_and_each_next_one_applies_what_came(store, index, follower):
    write(store, asset("asset:kimjang", "Kimjang"))
    assert follower.status().problem == f"There is no search index yet. {REBUILD}"

    assert follower.follow() == 0
    write(store, asset("asset:batik", "Batik"), theme("theme:food", "Slow food"))
    behind = follower.status()
    assert (behind.graph_seq, behind.applied_seq, behind.lag) == (3, 1, 2)

    assert follower.follow() == 2
    status = follower.status()
    assert (status.lag, status.documents, status.entities, status.problem) == (0, 3, 3, "")
    assert found(index, "batik") == [("asset:batik", "en")]


def test_a_document_says_what_the_model_declares_searchable_and_counts_its_facets(store, index, follower):
    write(
        store,
        Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID"}),
        theme("theme:food", "Slow food", names={"ko": "슬로푸드"}, aliases=["makanan lambat"]),
        asset(
            "asset:rendang", "Rendang", {"themes": ["theme:food"], "countries": ["country:id"]},
            summary="Cooked for hours", keywords=["beef"], year=2024,
        ),
    )  # fmt: skip
    follower.follow()

    for text in ("rendang", "cooked", "beef", "슬로푸드", "makanan lambat"):
        assert ("asset:rendang", "en") in found(index, text), text
    only = {"type": frozenset({"Asset"})}
    facets = index.search(Query("", PUBLIC, only, facets=("type", "kind", "country", "theme", "locale", "year"))).facets
    assert facets == {
        "type": (("Asset", 1),),
        "kind": (("WORK", 1),),
        "country": (("country:id", 1),),
        "theme": (("theme:food", 1),),
        "locale": (("en", 1),),
        "year": (("2024", 1),),
    }


def test_each_translation_is_found_by_those_who_see_it(store, index, follower):
    write(store, asset("asset:kimjang", "Kimjang", aliases=["gimjang"]))
    write(
        store,
        translation("asset:kimjang", "vi", "Muối kim chi"),
        translation("asset:kimjang", "id", "Membuat kimchi bersama", state="DRAFT", marking="INTERNAL"),
    )
    follower.follow()

    assert found(index, "muoi kim chi") == [("asset:kimjang", "vi")]
    assert found(index, "bersama") == []
    assert found(index, "bersama", CREATOR) == [("asset:kimjang", "id")]


def test_a_published_entity_whose_text_is_a_draft_is_found_by_its_names_alone(store, index, follower):
    write(store, asset("asset:kimjang", "Secret title", aliases=["gimjang"], text_state="DRAFT"))
    follower.follow()

    assert found(index, "gimjang") == [("asset:kimjang", "und")]
    assert found(index, "secret") == []
    assert found(index, "secret", CREATOR) == [("asset:kimjang", "en")]


def test_a_thing_is_found_by_the_ids_that_lead_to_it(store, index, follower):
    write(
        store,
        asset("asset:s-17", "Kimjang"),
        asset("asset:s-18", "Winter"),
        asset("asset:s-19", "Hidden", state="DRAFT"),
    )
    moves = (Move("asset:s-17", "asset:kimjang"), Move("asset:s-18", "asset:kimjang"), Move("asset:s-19", "asset:h"))
    for move in moves:
        assert store.write(Batch(moves=(move,))).refused == ()
    follower.follow()

    assert [found(index, id)[:1] for id in ("asset:s-17", "asset:s-18")] == [[("asset:kimjang", "en")]] * 2
    assert ("asset:h", "en") not in found(index, "asset:s-19")
    assert found(index, "asset:s-19", CREATOR)[0] == ("asset:h", "en")


def test_a_hidden_neighbour_leaves_no_word_no_facet_and_no_link(store, index, follower):
    write(store, theme("theme:secret", "Submarines", state="DRAFT", marking="INTERNAL"))
    write(store, asset("asset:sea", "The sea", {"themes": ["theme:secret"]}))
    follower.follow()

    assert found(index, "submarines") == []
    assert index.search(Query("sea", PUBLIC, facets=("theme",))).facets == {"theme": ()}
    assert ("asset:sea", "en") not in found(index, "submarines", CREATOR)

    write(store, theme("theme:secret", "Submarines", **LIVE_ALL))
    follower.follow()
    assert found(index, "submarines") == [("theme:secret", "und"), ("asset:sea", "en")]


def test_a_renamed_neighbour_is_found_by_its_new_name_in_the_documents_that_name_it(store, index, follower):
    write(store, theme("theme:food", "Slow food"), asset("asset:rendang", "Rendang"))
    write(store, asset("asset:rendang", "Rendang", {"themes": ["theme:food"]}))
    follower.follow()

    write(store, theme("theme:food", "Patient cooking"))
    follower.follow()

    assert found(index, "slow food") == []
    assert found(index, "patient cooking") == [("theme:food", "und"), ("asset:rendang", "en")]


def test_retiring_and_moving_a_translation_reaches_the_index(store, index, follower):
    write(store, asset("asset:a", "Gamelan"), asset("asset:b", "Wayang"))
    write(store, translation("asset:a", "ko", "바틱"))
    follower.follow()

    moved = translation("asset:a", "ko", "바틱")
    write(store, Put(moved.id, "Translation", moved.values, {"translates": (To("asset:b"),)}))
    write(store, asset("asset:a", "Gamelan", state="RETIRED"))
    follower.follow()

    assert found(index, "바틱") == [("asset:b", "ko")]
    assert found(index, "gamelan", CREATOR) == []


def test_embargo_and_expiry_pass_without_a_write(store, index, follower):
    write(store, asset("asset:a", "Batik", embargo_until="2026-03-02T00:00:00Z", expires_at="2026-03-03T00:00:00Z"))
    follower.follow()
    day = 86_400_000

    seen = [bool(found(index, "batik", Viewer(0, -1, -1, PUBLIC.now + n * day))) for n in range(3)]

    assert seen == [False, True, False]


def test_an_index_ahead_of_the_graph_or_torn_is_rebuilt(store, index, follower, tmp_path):
    write(store, asset("asset:a", "Batik"))
    index.rebuild((), applied_seq=99)
    assert follower.status().problem == f"The search index is ahead of the graph. {REBUILD}"

    follower.follow()

    assert found(index, "batik") == [("asset:a", "en")]
    assert follower.status().applied_seq == 1


def test_following_from_the_log_and_rebuilding_give_the_same_answers(store, index, follower, tmp_path):
    write(store, theme("theme:food", "Slow food"), asset("asset:a", "Batik"))
    follower.follow()
    write(store, asset("asset:a", "Batik tulis", {"themes": ["theme:food"]}), translation("asset:a", "ko", "바틱"))
    write(store, theme("theme:food", "Slow cooking", aliases=["슬로푸드"]))
    follower.follow()
    other = open_index(tmp_path / "other")
    Follower(store, other).follow()

    for text in ("batik", "slow", "슬로푸드", "바틱", ""):
        for viewer in (PUBLIC, CREATOR):
            one, two = (each.search(Query(text, viewer, facets=("theme", "locale"))) for each in (index, other))
            assert (one.hits, one.total, one.facets) == (two.hits, two.total, two.facets)
    other.close()


def test_a_page_of_changes_is_read_in_two_statements_for_its_documents_and_those_that_name_them(
    store, follower, monkeypatch
):
    write(store, *[theme(f"theme:{n}", f"Theme {n}") for n in range(50)])
    follower.follow()
    write(store, *[asset(f"asset:{n}", f"Asset {n}", {"themes": [f"theme:{n}"]}) for n in range(50)])
    asked, ask = [], store.ask

    def counted(viewer, questions):
        asked.append(questions)
        return ask(viewer, questions)

    monkeypatch.setattr(store, "ask", counted)

    assert follower.step() == 50

    assert len(asked) == 2


def test_what_went_out_of_sight_since_the_index_was_written_is_named(store, follower):
    write(store, theme("theme:x", "X"), theme("theme:y", "Y"), asset("asset:a", "Batik", {"themes": ["theme:x"]}))
    write(store, asset("asset:b", "Kimchi"), translation("asset:b", "ko", "김치"), asset("asset:c", "Tempe"))
    follower.follow()
    assert follower.outdated(PUBLIC) == frozenset()

    write(store, Put("asset:c", "Asset", {"title": "Tempeh"}), theme("theme:z", "Z"))
    assert follower.outdated(PUBLIC) == frozenset()

    write(store, Put("theme:x", "Theme", {"marking": "INTERNAL"}))
    assert follower.outdated(PUBLIC) == {"theme:x", "asset:a"}
    assert follower.outdated(CREATOR) == frozenset()

    write(store, Put("translation:asset.b.ko", "Translation", {"state": "DRAFT"}))
    assert follower.outdated(PUBLIC) == {"theme:x", "asset:a", "asset:b"}

    write(store, Put("asset:c", "Asset", {"text_state": "DRAFT"}))
    assert follower.outdated(PUBLIC) == {"theme:x", "asset:a", "asset:b", "asset:c"}
    assert follower.outdated(SYSTEM) == frozenset()

    store.write(Batch(removals=(Removal("theme:y"),)))
    assert follower.outdated(SYSTEM) == {"theme:y"}

    follower.follow()
    assert follower.outdated(PUBLIC) == frozenset()


def test_a_rebuild_reads_every_page_of_a_type(store, index, follower):
    write(store, *[theme(f"theme:{n:04}", "Theme") for n in range(1100)])

    follower.follow()

    assert follower.status().entities == 1100
    assert index.search(Query("theme", PUBLIC)).total == 1100


def test_progress_is_told_of_each_entity_on_a_rebuild(store, follower):
    write(store, *[theme(f"theme:{n}", f"Theme {n}") for n in range(3)])
    told: list[int] = []

    follower.rebuild(told.append)

    assert told == [1, 2, 3]


STATES = [
    Visibility(stage, level, *window)
    for stage in (RETIRED, NOT_LIVE, LIVE)
    for level in range(3)
    for window in [(ALWAYS, NEVER), (10, NEVER), (ALWAYS, 20), (10, 20)]
]


@pytest.mark.parametrize("document", STATES)
def test_a_neighbour_named_in_a_document_is_seen_by_all_who_see_the_document(document):
    viewers = [
        Viewer(live, draft, retired, now)
        for live in range(-1, 3)
        for draft in range(-1, live + 1)
        for retired in range(-1, draft + 1)
        for now in (5, 10, 15, 20)
    ]
    for neighbour in STATES:
        if at_least_as_visible(neighbour, document):
            assert all(neighbour.seen_by(viewer) for viewer in viewers if document.seen_by(viewer))
