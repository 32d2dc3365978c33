"""Names suggested while one types, and what a mistyped query may have meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search.index import Query, QueryRefused
from graph.store.visibility import ALWAYS, NEVER, NOT_LIVE, Visibility

HIDDEN = Visibility(NOT_LIVE, 2, ALWAYS, NEVER)


@pytest.fixture
def named(index, make):
    documents = [
        make("a:kimjang", "Kimjang", aliases=["gimjang"]),
        make("a:kimjang", "김장", locale="ko", aliases=["gimjang"]),
        make("a:kimchi", "김치", locale="ko"),
        make("a:slow", "Slow food"),
        make("a:night", "Night market food"),
        make("a:hanoi", "Hà Nội", locale="vi"),
        make("a:paris", "L’été à Paris", locale="fr"),
        make("a:taipei", "臺北", locale="zh-Hant"),
        make("a:gamelan", "ガムラン", locale="ja"),
        make("a:music", "موسيقى", locale="ar"),
        make("s:secret", "Kimjang plan", seen=HIDDEN),
    ]
    index.apply((), documents, applied_seq=1)
    return index


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("kimj", [("a:kimjang", "Kimjang")]),
        ("gimj", [("a:kimjang", "gimjang")]),
        ("김자", [("a:kimjang", "김장")]),
        ("김ㅈ", [("a:kimjang", "김장")]),
        ("gimchi", [("a:kimchi", "김치")]),
        ("slow f", [("a:slow", "Slow food")]),
        ("SLOWF", [("a:slow", "Slow food")]),
        ("food", [("a:slow", "Slow food"), ("a:night", "Night market food")]),
        ("ha n", [("a:hanoi", "Hà Nội")]),
        ("hà", [("a:hanoi", "Hà Nội")]),
        ("ete", [("a:paris", "L’été à Paris")]),
        ("台", [("a:taipei", "臺北")]),
        ("がむ", [("a:gamelan", "ガムラン")]),
        ("gamra", [("a:gamelan", "ガムラン")]),
        ("مو", [("a:music", "موسيقى")]),
        ("zzz", []),
        ("", []),
        (" * ", []),
    ],
)
def test_names_that_begin_so_are_suggested_in_any_script(named, anyone, typed, names):
    found = [(one.id, one.name) for one in named.suggest(typed, anyone)]

    assert found[: max(1, len(names))] == names


def test_an_entity_is_suggested_once_in_the_wanted_language(named, anyone):
    assert [one.name for one in named.suggest("kim", anyone)][:1] == ["Kimjang"]
    assert [(one.id, one.locale) for one in named.suggest("김", anyone, locale="ko")] == [
        ("a:kimjang", "ko"),
        ("a:kimchi", "ko"),
    ]


def test_only_what_is_seen_is_suggested(named, anyone, everything):
    assert "s:secret" in [one.id for one in named.suggest("kimjang", everything)]
    assert "s:secret" not in [one.id for one in named.suggest("kimjang", anyone)]
    assert named.suggest("kimjang", anyone, without=frozenset({"a:kimjang"})) == []
    with pytest.raises(QueryRefused):
        named.suggest("x" * 1001, anyone)


def test_what_is_dropped_is_suggested_no_more(named, make, anyone):
    named.apply(["a:slow"], [make("a:slower", "Slower food")], applied_seq=2)

    assert [one.id for one in named.suggest("slow", anyone)] == ["a:slower"]


def test_a_query_may_have_been_meant_otherwise(index, make, anyone, everything):
    index.apply((), [make("a:1", "Taekwondo abroad"), make("a:2", "Secretariat", seen=HIDDEN)], applied_seq=1)

    def meant(text, viewer=anyone):
        return index.search(Query(text, viewer)).meant

    assert meant("teakwondo  Abroad!") == "taekwondo  Abroad!"
    assert (meant("taekwondo"), meant("zzz"), meant("")) == (None, None, None)
    assert meant("tekwndo") == "taekwondo"
    assert (meant("secretariot"), meant("secretariot", everything)) == (None, "secretariat")
    hit = index.search(Query("teakwondo", anyone)).hits[0]
    assert [why.distance for why in hit.why] == [1]


def test_what_is_far_is_meant_only_beside_the_other_words_and_with_the_same_first_letter(index, make, anyone):
    documents = [make("a:1", "Tari saman"), make("a:2", "Open house"), make("a:3", "Topeko", "Tari dan topeko")]
    index.apply((), documents, applied_seq=1)

    def meant(text):
        return index.search(Query(text, anyone)).meant

    assert (meant("tari topeng"), meant("topeng")) == ("tari topeko", "topeko")
    index.apply(["a:3"], [make("a:4", "Topeko")], applied_seq=2)
    assert (meant("tari topeng"), meant("topeng")) == (None, "topeko")
    index.apply(["a:4"], (), applied_seq=3)
    assert (meant("tari topeng"), meant("topeng")) == (None, None)


@given(st.text(max_size=30))
def test_any_beginning_is_answered(filled, anyone, typed):
    assert len(filled.suggest(typed, anyone)) <= 8
