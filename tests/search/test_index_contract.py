"""What every index does, whatever its engine."""

from dataclasses import replace

import pytest

from graph.errors import IndexUnusable
from graph.search.index import After, IndexState, Match, Query, QueryRefused, Why
from graph.store.select import Viewer
from graph.store.visibility import ALWAYS, LIVE, NEVER, NOT_LIVE, RETIRED, Visibility


def whys(index, text, viewer):
    return {hit.id: hit.why for hit in index.search(Query(text, viewer)).hits}


def test_a_name_comes_before_an_alias_before_a_longer_name_before_words(index, make, find):
    documents = [
        make("a:text", "Food", "All about batik and more batik"),
        make("a:longer", "Batik diplomacy"),
        make("a:alias", "Wax cloth", aliases=["batik"]),
        make("a:name", "Batik"),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "batik") == ["a:name", "a:alias", "a:longer", "a:text"]


def test_the_way_a_word_matches_orders_within_a_field(index, make, find, anyone):
    documents = [
        make("a:sound", "An embasy abroad"),
        make("a:stem", "Two embassies abroad"),
        make("a:word", "One embassy abroad"),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "embassy") == ["a:word", "a:stem", "a:sound"]
    assert whys(index, "embassy", anyone)["a:stem"] == (Why(Match.STEM, "title", ("embassy",)),)


def test_a_word_of_very_many_documents_is_found_in_each_that_is_left(index, make, anyone):
    index.apply((), [make(f"a:{n:03}", "Batik", f"cloth {n}") for n in range(700)], applied_seq=1)
    index.apply([f"a:{n:03}" for n in range(0, 700, 3)], [make("a:last", "Batik")], applied_seq=2)

    assert index.search(Query("batik", anyone)).total == 700 - 234 + 1
    assert [hit.id for hit in index.search(Query("cloth 601", anyone, first=1)).hits] == ["a:601"]
    assert index.search(Query("cloth", anyone)).total == 466


def test_a_word_inside_another_comes_after_the_word_itself(index, make, find):
    documents = [
        make("a:trap", "소비자", "소비자 조사", locale="ko"),
        make("a:right", "출입국", "단기 비자 안내", locale="ko"),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "비자") == ["a:right", "a:trap"]


@pytest.mark.parametrize(
    ("query", "title", "match"),
    [
        ("gimchi", "Kimchi at home", Match.SOUND),
        ("kimjang", "김장 문화", Match.SOUND),
        ("김장", "겨울 김장 문화", Match.WORD),
        ("김장을", "겨울 김장 문화", Match.STEM),
        ("tarisaman", "Dua tari saman", Match.WORD),
        ("kerja sama", "Dua kerjasama budaya", Match.STEM),
        ("teakwondo", "Taekwondo abroad", Match.TYPO),
        ("한옥 마을", "전주 한옥마을", Match.STEM),
        ("tae", "Taekwondo abroad", Match.PREFIX),
        ("tae", "Learning taekwondo", Match.PREFIX),
        ("茶", "緑茶の文化", Match.WORD),
        ("きむち", "家庭で作る本格キムチ", Match.SOUND),
        ("김장무형유산축제", "겨울 김장 무형유산 축제", Match.WORD),
        ("twiplomacy", "디지털 외교의 현장", Match.SYNONYM),
        ("cyber diplomacy", "Diplomasi digital di kedutaan", Match.SYNONYM),
        ("#EDiplomacy", "Digital diplomacy in practice", Match.SYNONYM),
        ("8월", "Perayaan 17 Agustus", Match.SYNONYM),
    ],
)
def test_every_way_of_matching_says_which_it_was(index, make, anyone, query, title, match):
    index.apply((), [make("a:1", title, locale="id" if query.startswith(("ker", "tari")) else "ko")], applied_seq=1)

    (hit,) = index.search(Query(query, anyone)).hits

    assert hit.why[0].match is match
    assert hit.why[0].field == "title"


def test_of_words_as_near_to_an_unknown_one_those_in_most_documents_are_meant(index, make, anyone):
    rare = [make(f"a:{word}", f"The {word} of a museum") for word in ("back", "balk", "bank", "bark")]
    index.apply((), [*rare, make("b:1", "Batik now"), make("b:2", "Batik then")], applied_seq=1)

    found = index.search(Query("batk", anyone))

    assert found.meant == "batik"
    assert {"b:1", "b:2"} < {hit.id for hit in found.hits}


def test_an_entity_named_in_the_query_leads_to_what_is_linked_to_it_and_to_its_other_names(index, make, anyone):
    documents = [
        make("t:food", "Slow food", aliases=["슬로푸드", "makanan lambat"]),
        make("a:linked", "A market in Bandung", links=["t:food"]),
        make("a:said", "슬로푸드 축제", locale="ko"),
        make("a:other", "Steel exports"),
    ]
    index.apply((), documents, applied_seq=1)

    found = whys(index, "Makanan Lambat", anyone)

    assert list(found) == ["t:food", "a:said", "a:linked"]
    assert found["a:linked"] == (Why(Match.LINKED, "links", ("makanan", "lambat"), "t:food", "ABOUT"),)
    assert found["a:said"] == (Why(Match.LINKED, "title", ("makanan", "lambat"), "t:food"),)
    assert found["t:food"] == (Why(Match.ALIAS, "aliases", ("makanan", "lambat")),)


VISIBILITIES = [
    Visibility(stage, level, live_from, live_until)
    for stage in (RETIRED, NOT_LIVE, LIVE)
    for level in range(4)
    for live_from, live_until in [(ALWAYS, NEVER), (1000, 2000), (1001, 2000), (0, 1000)]
]


@pytest.mark.parametrize(
    "viewer", [Viewer(live, draft, retired, 1000) for live in (0, 2) for draft in (-1, 1) for retired in (-1, 3)]
)
def test_a_document_is_found_and_counted_exactly_by_those_who_see_it(index, make, find, viewer):
    documents = [make(f"a:{n:02}", "Batik", seen=seen, kind=["X"]) for n, seen in enumerate(VISIBILITIES)]
    index.apply((), documents, applied_seq=1)

    seen = [document.id for document in documents if document.visibility.seen_by(viewer)]
    hits = index.search(Query("batik", viewer, first=100, facets=("kind",)))

    assert [hit.id for hit in hits.hits] == seen
    assert hits.total == len(seen)
    assert hits.facets == {"kind": (("X", len(seen)),) if seen else ()}
    assert find(index, "", viewer, first=100) == seen


def test_what_is_hidden_changes_nothing_for_those_who_do_not_see_it(fresh, tmp_path, make, anyone):
    hidden = Visibility(NOT_LIVE, 2, ALWAYS, NEVER)
    shown = [make("a:1", "Batik and wayang"), make("a:2", "Wayang", "batik"), make("t:b", "Batik", aliases=["바틱"])]
    secret = [
        make(f"s:{n}", "Bakit wayang", "batik", seen=hidden, aliases=["바틱"], links=["t:b"], kind=["SECRET"])
        for n in range(9)
    ]
    with_secrets, without = fresh(tmp_path / "1"), fresh(tmp_path / "2")
    with_secrets.apply((), [*secret, *shown], applied_seq=1)
    without.apply((), shown, applied_seq=1)

    for text in ("batik", "wayang batik", "bakit", "바틱", "bat", "", "secret"):
        asked = Query(text, anyone, facets=("kind", "type"))
        assert with_secrets.search(asked) == without.search(asked)
    with_secrets.close()
    without.close()


def test_hits_fold_to_entities_with_the_best_document_or_the_wanted_locale(index, make, anyone):
    documents = [
        make("a:1", "Kimjang", "sharing kimchi", locale="en"),
        make("a:1", "김장", "kimchi", locale="ko"),
        make("a:1", "Kimjang", "kimchi untuk semua", locale="id"),
    ]
    index.apply((), documents, applied_seq=1)

    best = index.search(Query("김장", anyone))
    preferred = index.search(Query("kimchi", anyone, locale="ko"))

    assert [(hit.id, hit.locale) for hit in best.hits] == [("a:1", "ko")]
    assert (best.total, preferred.total) == (1, 1)
    assert preferred.hits[0].locale == "ko"
    assert index.search(Query("kimchi", anyone)).hits[0].locale == "en"


def test_a_hidden_translation_neither_finds_nor_counts(index, make, anyone, everything):
    hidden = Visibility(NOT_LIVE, 2, ALWAYS, NEVER)
    documents = [make("a:1", "Kimjang"), make("a:1", "Rahasia", locale="id", seen=hidden)]
    index.apply((), documents, applied_seq=1)

    assert index.search(Query("rahasia", anyone)).total == 0
    assert index.search(Query("kimjang", anyone, facets=("locale",))).facets == {"locale": (("en", 1),)}
    assert index.search(Query("kimjang", everything, facets=("locale",))).facets == {"locale": (("en", 1), ("id", 1))}


def test_filters_are_about_the_entity_whichever_of_its_documents_matches(index, make, find):
    documents = [
        make("a:1", "Kimjang", theme=["t:food"]),
        make("a:1", "Bersama", locale="vi", theme=["t:food"]),
        make("a:2", "Kimjang again", theme=["t:craft"]),
    ]
    index.apply((), documents, applied_seq=1)

    assert find(index, "kimjang", filters={"locale": frozenset({"vi"})}) == ["a:1"]
    assert find(index, "kimjang", filters={"theme": frozenset({"t:food", "t:craft"})}) == ["a:1", "a:2"]
    assert find(index, "kimjang", filters={"theme": frozenset({"t:craft"}), "locale": frozenset({"vi"})}) == []
    assert find(index, "kimjang", filters={"theme": frozenset({"t:none"})}) == []
    assert find(index, "kimjang", ids=frozenset({"a:2", "a:9"})) == ["a:2"]
    assert find(index, "kimjang", without=frozenset({"a:2"})) == ["a:1"]


def test_pages_follow_each_other_and_ties_stand_by_id(index, make, anyone):
    index.apply((), [make(f"a:{n:02}", "Batik day" if n % 2 else "A batik day") for n in range(25)], applied_seq=1)

    found, after = [], None
    while True:
        page = index.search(Query("batik", anyone, first=4, after=after))
        found += [(-hit.key, hit.id) for hit in page.hits]
        if not page.more:
            break
        after = After(page.hits[-1].key, page.hits[-1].id, page.generation)

    assert found == sorted(found)
    assert len(found) == len(set(found)) == page.total == 25


@pytest.mark.parametrize("text", ["", " \t\n", "\u200b", "\u200d \ufeff\u2060", "\u3164\ufe0f\u00ad"])
def test_a_query_with_nothing_to_see_in_it_finds_everything(filled, find, text):
    assert find(filled, text) == ["a:1", "a:2", "a:3"]


def test_dropping_and_adding_is_one_step_that_notes_how_far_it_is(index, make, find):
    index.apply((), [make("a:1", "Batik"), make("a:2", "Batik")], applied_seq=7)
    before = index.state()

    index.apply(["a:1", "a:9"], [make("a:3", "Batik")], applied_seq=8)

    assert before == IndexState(7, 2, 2, before.generation)
    assert find(index, "batik") == ["a:2", "a:3"]
    assert index.state().applied_seq == 8


def test_applying_the_same_twice_changes_nothing(index, make, anyone):
    for _ in range(2):
        index.apply(["a:1"], [make("a:1", "Batik"), make("a:1", "바틱", locale="ko")], applied_seq=3)

    assert (index.state().documents, index.state().entities) == (2, 1)
    assert index.search(Query("batik", anyone)).total == 1


def test_a_commit_that_fails_leaves_what_was_there(index, make, find):
    index.apply((), [make("a:1", "Batik")], applied_seq=1)

    def broken():
        yield make("a:2", "Batik")
        raise RuntimeError("the graph went away")

    with pytest.raises(RuntimeError):
        index.apply(["a:1"], broken(), applied_seq=2)

    assert find(index, "batik") == ["a:1"]
    assert index.state().applied_seq == 1
    index.apply((), [make("a:3", "Batik")], applied_seq=2)
    assert find(index, "batik") == ["a:1", "a:3"]


def test_a_rebuild_replaces_what_was_there(index, make, find):
    index.apply((), [make("a:1", "Batik")], applied_seq=1)

    index.rebuild([make("a:2", "Batik")], applied_seq=5)

    assert find(index, "batik") == ["a:2"]
    assert index.state().applied_seq == 5


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query("x" * 1001, Viewer(0, -1, -1, 0)), "The query has 1001 characters, 1000 are allowed. Shorten it."),
        (Query("x " * 65, Viewer(0, -1, -1, 0)), "The query has 65 words, 64 are allowed. Shorten it."),
        (Query("x", Viewer(0, -1, -1, 0), first=201), "A page has at most 200 hits, not 201."),
    ],
)
def test_what_cannot_be_answered_in_bounded_time_is_refused(index, query, says):
    with pytest.raises(QueryRefused) as refused:
        index.search(query)

    assert str(refused.value) == says


def test_a_closed_index_says_so(index, anyone):
    index.state()
    current = index._current()
    current.close()

    with pytest.raises(IndexUnusable):
        current.search(Query("x", anyone))


def test_scores_are_whole_numbers_that_other_documents_of_other_words_do_not_change(index, make, anyone):
    index.apply((), [make("a:1", "Batik diplomacy"), make("a:2", "Wayang")], applied_seq=1)
    before = index.search(Query("batik", anyone)).hits

    index.apply((), [replace(make("a:3", "Gamelan"), updated=5)], applied_seq=2)

    assert all(type(hit.score) is int for hit in before)
    assert index.search(Query("batik", anyone)).hits == before
